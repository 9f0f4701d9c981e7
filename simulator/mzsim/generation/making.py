"""Makes a declaration with the store file that fits it, from a seed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

from mzsim.common.errors import InputError
from mzsim.generation.chance import Kans
from mzsim.generation.cover import aanvullend_pakket, pakketten, vergoeding
from mzsim.generation.persons import Persoon, personen
from mzsim.generation.profiles import profiel
from mzsim.generation.profiles.shape import Profiel
from mzsim.generation.visits import Prestatie, Verloop
from mzsim.standard.heen import genummerd, heenbericht, heenrecord
from mzsim.standard.messages import HEEN
from mzsim.store.shipped_files import plaats_van
from mzsim.store.verzekeraarsbestand import lees_bestand

LIJST = "@nza-2026"
EERSTE_DAG = dt.date(2026, 1, 1)
"""From here on the reference list holds."""
_PERIODE = 90
MEESTE_PER_VERZEKERDE = 40
"""More of one patient in a quarter is no practice that we know."""
_ZATERDAG = 5

Velden = dict[str, str | int]


class Opdracht(NamedTuple):
    """What to make; `datum` is the dagtekening, and the day of the last visit at the latest."""

    profiel: str
    verzekerden: int
    prestaties: int
    seed: int
    datum: dt.date
    uzovi: str


class Gemaakt(NamedTuple):
    """A declaration and its store file, as bytes; the total in cents."""

    declaratie: bytes
    store: bytes
    totaal: int


class _Verzekerde(NamedTuple):
    """A person with his records; `pakketten` of his polis, and his authorisation where he has one."""

    persoon: Persoon
    records: list[bytes]
    pakketten: list[str]
    machtiging: tuple[str, ...] | None
    totaal: int


def maak(opdracht: Opdracht) -> Gemaakt:
    """Makes it. Raises InputError where so much, or on that day, can't be made."""
    gekozen = profiel(opdracht.profiel)
    dagen = _dagen(opdracht.datum)
    kans = Kans(opdracht.seed)
    wie = _kies_personen(kans, gekozen, opdracht)
    aantallen = _verdeel(kans, opdracht, min(MEESTE_PER_VERZEKERDE, len(dagen)), dagen)
    verloop = Verloop(kans, gekozen, _tarieven(), dagen)
    verzekerden = [
        _verzekerde(opdracht, gekozen, persoon, verloop.van(persoon, aantal))
        for persoon, aantal in zip(wie, aantallen, strict=True)
    ]
    details = genummerd(record for verzekerde in verzekerden for record in verzekerde.records)
    bericht = heenbericht(_voorloop(opdracht, gekozen, dagen), details)
    totaal = sum(verzekerde.totaal for verzekerde in verzekerden)
    return Gemaakt(bericht, _store(opdracht, gekozen, verzekerden), totaal)


def _dagen(datum: dt.date) -> list[dt.date]:
    """The working days of the declaratieperiode."""
    begin = max(EERSTE_DAG, datum - dt.timedelta(days=_PERIODE - 1))
    dagen = [begin + dt.timedelta(days=n) for n in range((datum - begin).days + 1)]
    werkdagen = [dag for dag in dagen if dag.weekday() < _ZATERDAG and dag != EERSTE_DAG]
    if not werkdagen:
        raise InputError(f"--date {datum}: no working day since {EERSTE_DAG}, when the tariffs of {LIJST} begin")
    return werkdagen


def _kies_personen(kans: Kans, gekozen: Profiel, opdracht: Opdracht) -> list[Persoon]:
    van, tot = gekozen.leeftijd
    # The whole period: who turns eighteen in it is not one for the orthodontist.
    begin = opdracht.datum - dt.timedelta(days=_PERIODE)
    bekend = [p for p in personen() if van <= p.leeftijd(begin) and p.leeftijd(opdracht.datum) < tot]
    if opdracht.verzekerden > len(bekend):
        raise InputError(
            f"--verzekerden {opdracht.verzekerden}: there are {len(bekend)} invented verzekerden for profile"
            f" {opdracht.profiel} on {opdracht.datum}"
        )
    return sorted(kans.enkele(bekend, opdracht.verzekerden), key=lambda p: (p.naam, p.bsn))


def _verdeel(kans: Kans, opdracht: Opdracht, meeste: int, dagen: Sequence[dt.date]) -> list[int]:
    """How many prestaties each verzekerde has: at least one."""
    verzekerden, prestaties = opdracht.verzekerden, opdracht.prestaties
    if prestaties < verzekerden:
        raise InputError(f"--prestaties {prestaties}: each of {verzekerden} verzekerden has one at least")
    if prestaties > verzekerden * meeste:
        raise InputError(
            f"--prestaties {prestaties}: {verzekerden} verzekerden have {verzekerden * meeste} at most between"
            f" {dagen[0]} and {dagen[-1]}; ask for more --verzekerden"
            + ("" if len(dagen) > meeste else ", or a later --date")
        )
    aantallen = [1] * verzekerden
    ruimte = list(range(verzekerden))
    for _ in range(prestaties - verzekerden):
        plaats = kans.tot(len(ruimte))
        wie = ruimte[plaats]
        aantallen[wie] += 1
        if aantallen[wie] == meeste:
            ruimte[plaats] = ruimte[-1]
            ruimte.pop()
    return aantallen


def _tarieven() -> dict[str, int]:
    """The maximum tariffs of the reference list, in cents."""
    return {regel.prestatiecode: regel.tarief for regel in lees_bestand(plaats_van(LIJST)).inhoud.tarieven}


def _verzekerde(opdracht: Opdracht, gekozen: Profiel, persoon: Persoon, prestaties: list[Prestatie]) -> _Verzekerde:
    records = [heenrecord(b"02", _velden_verzekerde(opdracht, gekozen, persoon))]
    gebruikt: Counter[tuple[str, int]] = Counter()
    machtiging = next((p.machtiging for p in prestaties if p.machtiging), None)
    totaal = 0
    for nummer, p in enumerate(prestaties, start=1):
        vergoed = vergoeding(gekozen, p, persoon.leeftijd(p.datum))
        gebruikt.update(vergoed.per_dekking)
        totaal += vergoed.bedrag
        velden = _velden_prestatie(opdracht, gekozen, persoon, p, vergoed.bedrag)
        records.append(
            heenrecord(b"04", velden | {"0432": f"{_factuurnummer(opdracht, gekozen)}-{persoon.volgnummer}-{nummer}"})
        )
    eigen = gekozen.aanvullend["code"] if gekozen.aanvullend else None
    meest = max((bedrag for (code, _), bedrag in gebruikt.items() if code == eigen), default=0)
    aanvullend = aanvullend_pakket(gekozen, meest)
    return _Verzekerde(persoon, records, [gekozen.basis["code"], *filter(None, [aanvullend])], machtiging, totaal)


def _datum(dag: dt.date) -> str:
    return f"{dag:%Y%m%d}"


def _factuurnummer(opdracht: Opdracht, gekozen: Profiel) -> str:
    return f"{gekozen.letter}{opdracht.seed:d}"


def _voorloop(opdracht: Opdracht, gekozen: Profiel, dagen: Sequence[dt.date]) -> bytes:
    partij: Velden = (
        {"0112": gekozen.declarant.agb, "0113": "04"}
        if gekozen.instelling
        else {"0110": gekozen.aanbieders[0].agb, "0111": gekozen.declarant.agb, "0113": "03"}
    )
    return heenrecord(
        b"01",
        {
            "0102": (HEEN.wlz if gekozen.wlz else HEEN.zvw).decode("ascii"),
            "0103": "01",
            "0104": "03",
            "0105": "P",
            "0107": "mzsim",
            "0108": opdracht.uzovi,
            **partij,
            "0114": _datum(dagen[0]),
            "0115": _datum(dagen[-1]),
            "0116": _factuurnummer(opdracht, gekozen),
            "0117": _datum(opdracht.datum),
            "0119": "EUR",
        },
    )


def _sleutel(opdracht: Opdracht, gekozen: Profiel, persoon: Persoon, kenmerk: str) -> Velden:
    """What a verzekerdenrecord and its prestatierecords share."""
    nummer = "" if gekozen.wlz else persoon.verzekerdennummer
    return {f"{kenmerk}03": persoon.bsn, f"{kenmerk}04": opdracht.uzovi, f"{kenmerk}05": nummer}


def _velden_verzekerde(opdracht: Opdracht, gekozen: Profiel, persoon: Persoon) -> Velden:
    return _sleutel(opdracht, gekozen, persoon, "02") | {
        "0206": f"P{persoon.volgnummer:06d}",
        "0207": _datum(persoon.geboren),
        "0208": persoon.geslacht,
        "0209": "1",
        "0210": persoon.naam,
        "0211": persoon.voorvoegsel,
        "0215": persoon.voorletters,
        "0216": "1",
        "0217": persoon.postcode,
        "0219": persoon.huisnummer,
        "0223": "2",
    }


def _velden_prestatie(opdracht: Opdracht, gekozen: Profiel, persoon: Persoon, p: Prestatie, vergoed: int) -> Velden:
    return _sleutel(opdracht, gekozen, persoon, "04") | {
        "0406": _machtigingsnummer(persoon) if p.machtiging else "",
        "0407": "1",
        "0408": _datum(p.datum),
        "0409": p.soort,
        "0410": "J" if p.bijzonder else "N",
        "0411": p.bijzonder or "",
        "0412": "010",
        "0413": p.code,
        "0414": p.kaak,
        "0415": p.element,
        "0416": p.vlak,
        "0419": "N",
        "0420": p.behandelaar,
        "0424": p.tarief,
        "0425": p.aantal,
        "0426": p.bedrag,
        "0427": "D",
        "0430": vergoed,
        "0431": "D",
    }


def _machtigingsnummer(persoon: Persoon) -> str:
    return f"M{persoon.volgnummer:06d}"


def _store(opdracht: Opdracht, gekozen: Profiel, verzekerden: Sequence[_Verzekerde]) -> bytes:
    """The store file: who insures, who treats, who is insured and for what."""
    gebruikt = {code for verzekerde in verzekerden for code in verzekerde.pakketten}
    declarant = gekozen.declarant
    inhoud: dict[str, list[dict[str, Any]]] = {
        "uzovi": [
            {
                "nummer": opdracht.uzovi,
                "naam": "Voorbeeld Zorgkantoor" if gekozen.wlz else "Voorbeeld Zorgverzekeraar",
                "soort": "zorgkantoor" if gekozen.wlz else "zorgverzekeraar",
                "edp": True,
            }
        ],
        "zorgaanbieders": [
            {"agb": declarant.agb, "soort": "instelling" if gekozen.instelling else "praktijk", "naam": declarant.naam},
            *(
                {"agb": wie.agb, "soort": "zorgverlener", "naam": wie.naam, "werkt_in": [declarant.agb]}
                for wie in gekozen.aanbieders
            ),
        ],
        "pakketten": [p for p in pakketten(gekozen, opdracht.uzovi) if p["code"] in gebruikt],
        "polissen": [_polis(opdracht, gekozen, verzekerde) for verzekerde in verzekerden],
        "machtigingen": [
            {
                "nummer": _machtigingsnummer(persoon),
                "uzovi": opdracht.uzovi,
                "bsn": persoon.bsn,
                "agb": declarant.agb,
                "prestaties": list(machtiging),
                "ingang": EERSTE_DAG,
                "einde": None,
                "status": "afgegeven",
            }
            for persoon, _, _, machtiging, _ in verzekerden
            if machtiging
        ],
    }
    kop = (
        f"# The store that {gekozen.letter}{opdracht.seed} fits: mzsim generate --profile {opdracht.profiel}"
        f" --verzekerden {opdracht.verzekerden}\n# --prestaties {opdracht.prestaties} --seed {opdracht.seed}"
        f" --date {opdracht.datum} --uzovi {opdracht.uzovi}. All persons are invented. To load with {LIJST}.\n"
    )
    return (kop + "".join(_lijst(naam, regels) for naam, regels in inhoud.items() if regels)).encode("utf-8")


def _lijst(naam: str, regels: list[dict[str, Any]]) -> str:
    """A list of the store file, a line for each of its lines."""
    return f"{naam}:\n" + "".join(f"  - {_stroom(regel)}\n" for regel in regels)


def _stroom(regel: dict[str, Any]) -> str:
    tekst: str = yaml.safe_dump(regel, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return tekst.strip()


def _polis(opdracht: Opdracht, gekozen: Profiel, verzekerde: _Verzekerde) -> dict[str, Any]:
    persoon = verzekerde.persoon
    return {
        "bsn": persoon.bsn,
        "verzekerdennummer": None if gekozen.wlz else persoon.verzekerdennummer,
        "geboortedatum": persoon.geboren,
        "naam": f"{persoon.voorvoegsel} {persoon.naam}".strip(),
        "uzovi": opdracht.uzovi,
        "ingang": EERSTE_DAG,
        "einde": None,
        "pakketten": verzekerde.pakketten,
    }
