"""Rows of the store as a store file would write them, for people who ask what decided. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.domain.earlier.credits import Eerdere
from mzsim.domain.findings import Rij
from mzsim.standard.values import als_euro
from mzsim.store.columns import PRESTATIES, of_prestaties

_TEKST, _GETAL, _DATUM, _BOOL, _JSON = sa.String, sa.Integer, sa.Date, sa.Boolean, sa.JSON


Masker = Callable[[str], str] | None


class _Euro(sa.types.TypeDecorator[str]):
    """An amount in cents, read as a decimal string."""

    impl = sa.Integer
    cache_ok = True

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else als_euro(value)


_Kolommen = Mapping[str, Any]
_PERIODE: _Kolommen = {"ingang": _DATUM, "einde": _DATUM}
_LIJSTEN: Mapping[str, tuple[str, _Kolommen]] = {
    "uzovi": (
        "uzovi",
        {"nummer": _TEKST, "naam": _TEKST, "soort": _TEKST, "edp": _BOOL, "label_van": _TEKST, "beleid": _JSON},
    ),
    "factuurnummers": (
        "factuurnummers",
        {"agb": _TEKST, "factuurnummer": _TEKST, "uzovi": _TEKST, "ontvangen": _DATUM, "uitkomst": _TEKST},
    ),
    "zorgaanbieders": ("zorgaanbieders", {"agb": _TEKST, "soort": _TEKST, "naam": _TEKST, "werkt_in": _JSON}),
    "contracten": ("contracten", {"uzovi": _TEKST, "agb": _TEKST, **_PERIODE, "modules": _JSON}),
    "prestatiecodes": (
        "prestatiecodes",
        {
            "code": _TEKST,
            "omschrijving": _TEKST,
            **_PERIODE,
            "bevoegd": _JSON,
            **dict.fromkeys(("techniekkosten", "laboratoriumkosten", "element", "kaak", "vlak"), _BOOL),
        },
    ),
    "tarieven": (
        "tarieven",
        {"prestatiecode": _TEKST, "tarief": _Euro, "tarief_bijzonder": _Euro, "per_vijf_minuten": _BOOL, **_PERIODE},
    ),
    "combinatieregels": (
        "combinatieregels",
        {
            **dict.fromkeys(("nummer", "soort"), _TEKST),
            **dict.fromkeys(("prestaties", "tegenhanger", "behalve"), _JSON),
            **dict.fromkeys(("bereik", "plaats", "kaak"), _TEKST),
            **dict.fromkeys(("maanden", "dagen", "aantal"), _GETAL),
            "zelfde_zorgaanbieder": _BOOL,
            **_PERIODE,
            **dict.fromkeys(("bron", "tekst"), _TEKST),
        },
    ),
    "dekkingen": (
        "dekkingen",
        {
            **dict.fromkeys(("uzovi", "pakket"), _TEKST),
            "volgnummer": _GETAL,
            **dict.fromkeys(("prestaties", "soort_prestatierecord"), _JSON),
            **dict.fromkeys(("leeftijd_vanaf", "leeftijd_tot"), _GETAL),
            "bijzondere_tandheelkunde": _BOOL,
            "percentage": _GETAL,
            "over": _TEKST,
            "maximum_bedrag": _Euro,
            "maximum_aantal": _GETAL,
            "per": _TEKST,
            "machtiging": _BOOL,
            "wachttijd_maanden": _GETAL,
        },
    ),
    "polissen": (
        "polissen",
        {
            **dict.fromkeys(("uzovi", "bsn", "verzekerdennummer"), _TEKST),
            "geboortedatum": _DATUM,
            "naam": _TEKST,
            **_PERIODE,
            "overleden": _DATUM,
            "id": _GETAL,
            "persoon": _TEKST,
        },
    ),
    "machtigingen": (
        "machtigingen",
        {
            **dict.fromkeys(("uzovi", "nummer", "bsn", "agb"), _TEKST),
            "prestaties": _JSON,
            **_PERIODE,
            "status": _TEKST,
        },
    ),
    "prestaties": (
        PRESTATIES,
        {
            **dict.fromkeys(("b.uzovi", "b.agb", "b.factuurnummer"), _TEKST),
            "b.ontvangen": _DATUM,
            **dict.fromkeys(("p.persoon", "p.datum", "p.soort", "p.prestatiecode", "p.behandelaar"), _TEKST),
            **dict.fromkeys(("p.gebitselement", "p.vlak", "p.kaak", "p.referentienummer"), _TEKST),
            "p.vorig_referentienummer": _TEKST,
            "p.aantal": _GETAL,
            **dict.fromkeys(("p.declaratiebedrag", "p.toegekend_bedrag"), _Euro),
            "p.uitkomst": _TEKST,
            **dict.fromkeys(("p.id", "p.bericht_id"), _GETAL),
        },
    ),
}
"""Where each list of a store file is, and its columns in order."""
_VOLGORDE = {"prestaties": "p.id", "dekkingen": "volgnummer", "factuurnummers": "ontvangen", "zorgaanbieders": "agb"}
"""By what the others are in order that begin and end on no day."""
_PAKKETTEN = sa.text("SELECT pakket FROM polispakketten WHERE polis_id = :id ORDER BY volgnummer")
_CONTRACTTARIEF = sa.text(
    "SELECT t.tarief FROM contracttarieven t JOIN contracten c ON c.id = t.contract_id"
    " WHERE c.uzovi = :uzovi AND c.agb = :agb AND c.ingang = :ingang AND t.prestatiecode = :code"
).bindparams(sa.bindparam("ingang", type_=sa.Date))
_VERBORGEN = ("id", "bericht_id")
"""Columns of the store that a store file doesn't have."""
_PERSOONLIJK = ("bsn", "verzekerdennummer", "naam")
"""Keys that say who somebody is."""
_ZONDER_LEGE = ("dekkingen", "combinatieregels")
"""Lists in whose lines most keys are left out."""


@lru_cache(maxsize=256)
def _opdracht(lijst: str, sleutels: tuple[str, ...]) -> sa.TextualSelect:
    uit, kolommen = _LIJSTEN[lijst]
    kort = {kolom.rpartition(".")[2]: kolom for kolom in kolommen}
    waar = " AND ".join(f"{kort[sleutel]} = :{sleutel}" for sleutel in sleutels)
    volgorde = "ingang" if "ingang" in kolommen else _VOLGORDE.get(lijst, "nummer")
    opdracht = sa.text(f"SELECT {', '.join(kolommen)} FROM {uit} WHERE {waar} ORDER BY {volgorde}")
    return opdracht.columns(*(sa.column(naam, soort) for naam, soort in zip(kort, kolommen.values(), strict=True)))


@lru_cache(maxsize=16)
def _eerdere(sleutels: tuple[str, ...]) -> sa.TextClause:
    """The same of prestaties for those who look back, in the same order."""
    waar = " AND ".join(f"{of_prestaties([sleutel])} = :{sleutel}" for sleutel in sleutels)
    volgorde = _VOLGORDE["prestaties"]
    return sa.text(f"SELECT {of_prestaties(Eerdere._fields)} FROM {PRESTATIES} WHERE {waar} ORDER BY {volgorde}")


def _als_in_bestand(waarden: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A person under the name of the number by which the store knows him (a polis has both numbers of its own), and a
    dekking by its place in the pakket, from 1."""
    for naam, waarde in waarden.items():
        if naam == "volgnummer":
            yield "dekking", waarde + 1
        elif naam != "persoon":
            yield naam, waarde
        elif "bsn" not in waarden:
            yield ("verzekerdennummer", waarde[1:]) if waarde.startswith("V") else ("bsn", waarde)


def _in_euro(beleid: Mapping[str, Any]) -> dict[str, Any]:
    """Its amounts as a store file writes them."""
    plichten = [
        plicht | ({"boven_bedrag": als_euro(plicht["boven_bedrag"])} if plicht.get("boven_bedrag") is not None else {})
        for plicht in beleid.get("machtigingsplichtig", ())
    ]
    return {**beleid, **({"machtigingsplichtig": plichten} if plichten else {})}


class Rijenbron:
    """Answers which rows the store holds under a key.

    `voor_bericht` leaves out prestaties received with it or later; `masker` hides who somebody is, None shows it.
    """

    def __init__(self, verbinding: Connection, voor_bericht: int, masker: Masker = None) -> None:
        self._verbinding = verbinding
        self._voor_bericht = voor_bericht
        self._masker = masker
        # The same few rows decide over thousands of records.
        self.zoek = lru_cache(maxsize=4096)(self._zoek)

    def _zoek(self, lijst: str, **sleutel: str | int) -> tuple[Rij, ...]:
        """The rows of a list under a key, in order; one that says so where there is none."""
        gevonden = self._verbinding.execute(_opdracht(lijst, tuple(sleutel)), sleutel).mappings().all()
        genoemd = self._bedekt(lijst, dict(_als_in_bestand(sleutel)))
        rijen = [
            # An id means nothing outside the store.
            Rij(
                lijst,
                {"referentienummer": rij["referentienummer"]} if "id" in sleutel else genoemd,
                self._waarden(lijst, dict(rij)),
            )
            for rij in gevonden
            if lijst != "prestaties" or rij["bericht_id"] < self._voor_bericht
        ]
        return tuple(rijen) or (Rij(lijst, genoemd, None),)

    def prestaties(self, **sleutel: str) -> tuple[tuple[Eerdere, Rij], ...]:
        """The prestaties under a key, in order: each as those judge it who look back, and as `zoek` gives it."""
        gevonden = self._verbinding.execute(_eerdere(tuple(sleutel)), sleutel)
        eerdere = [rij for rij in map(Eerdere._make, gevonden) if rij.bericht_id < self._voor_bericht]
        return tuple(zip(eerdere, self.zoek("prestaties", **sleutel), strict=True)) if eerdere else ()

    def _waarden(self, lijst: str, rij: Mapping[str, Any]) -> dict[str, Any]:
        waarden: dict[str, Any] = {
            naam: waarde.isoformat() if isinstance(waarde, dt.date) else waarde
            for naam, waarde in _als_in_bestand(rij)
            if naam not in _VERBORGEN and not (waarde is None and lijst in _ZONDER_LEGE)
        }
        if lijst == "polissen":
            waarden["pakketten"] = list(self._verbinding.scalars(_PAKKETTEN, {"id": rij["id"]}))
        if lijst == "uzovi":
            waarden["beleid"] = _in_euro(waarden["beleid"])
        return self._bedekt(lijst, waarden)

    def _bedekt(self, lijst: str, waarden: dict[str, Any]) -> dict[str, Any]:
        if self._masker is not None and lijst != "uzovi":  # which is no person
            waarden.update((naam, self._masker(waarden[naam])) for naam in _PERSOONLIJK if waarden.get(naam))
        return waarden

    def contracttarief(self, contract: Rij, prestatiecode: str) -> Rij:
        """A row of contracten with its tariff for one prestatiecode, null where it names none."""
        assert contract.waarden is not None
        waarden = contract.waarden
        sleutel = {naam: waarden[naam] for naam in ("uzovi", "agb")} | {"code": prestatiecode}
        ingang = dt.date.fromisoformat(waarden["ingang"])
        tarief = self._verbinding.scalar(_CONTRACTTARIEF, sleutel | {"ingang": ingang})
        gelezen = None if tarief is None else als_euro(tarief)
        return contract._replace(waarden={**waarden, "tarieven": {prestatiecode: gelezen}})
