"""Facts for one replay, fetched in bulk into plain values. Plain SQL: importing the ORM would double the start-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.domain.beleid import Beleid
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.covers import Dekking, Pakket
from mzsim.domain.facts import (
    ContractFeit,
    FactuurnummerFeit,
    PolisFeit,
    PrestatiecodeFeit,
    Prestatiecodes,
    TariefFeit,
    Tarieven,
    UzoviFeit,
    Zorgaanbieders,
)
from mzsim.standard.layout import TEKENSET, layouts
from mzsim.standard.retourcodes import Retourcode
from mzsim.standard.values import schrijf_datum, tekst
from mzsim.store.columns import PRESTATIES, select
from mzsim.store.combination_rules import lees_regels
from mzsim.store.history import Historiebron
from mzsim.store.machtigingen import Machtigingsbron
from mzsim.store.many_values import dag, groepen, zoek


class _Uzovirij(NamedTuple):
    nummer: str
    naam: str
    soort: str
    edp: bool
    label_van: str | None
    beleid: dict[str, Any]


class _Prestatiecoderij(NamedTuple):
    code: str
    ingang: dt.date
    einde: dt.date | None
    bevoegd: list[str]
    techniekkosten: bool
    laboratoriumkosten: bool
    element: bool
    kaak: bool
    vlak: bool


class _Tariefrij(NamedTuple):
    prestatiecode: str
    ingang: dt.date
    einde: dt.date | None
    tarief: int
    tarief_bijzonder: int | None
    per_vijf_minuten: bool


class _Zorgaanbiederrij(NamedTuple):
    agb: str
    werkt_in: list[str]


class _Contractrij(NamedTuple):
    id: int
    ingang: dt.date
    einde: dt.date | None
    modules: dict[str, str]


class _Factuurnummerrij(NamedTuple):
    uzovi: str
    vecozo_sleutel: str | None
    bij_verzekeraar: bool
    uitkomst: str


class _Polisrij(NamedTuple):
    """As the driver gives it."""

    id: int
    uzovi: str
    persoon: str
    geboortedatum: str | dt.date
    ingang: str | dt.date
    einde: str | dt.date | None
    overleden: str | dt.date | None


_UZOVI = select(_Uzovirij, "FROM uzovi")
_RETOURCODES = sa.text("SELECT code, betekenis, soort FROM retourcodes")
_PRESTATIECODES = select(_Prestatiecoderij, "FROM prestatiecodes ORDER BY code, ingang")
_TARIEVEN = select(_Tariefrij, "FROM tarieven ORDER BY prestatiecode, ingang")
_ZORGAANBIEDERS = select(
    _Zorgaanbiederrij, "FROM zorgaanbieders WHERE agb IN :agb", sa.bindparam("agb", expanding=True)
)
_IETS_IN_REGISTER = sa.text("SELECT EXISTS (SELECT 1 FROM zorgaanbieders)")
_IETS_GECONTRACTEERD = sa.text("SELECT EXISTS (SELECT 1 FROM contracten WHERE uzovi = :uzovi)")
_CONTRACTEN = select(_Contractrij, "FROM contracten WHERE uzovi = :uzovi AND agb = :agb ORDER BY ingang, id")
_CONTRACTTARIEVEN = sa.text(
    "SELECT t.contract_id, t.prestatiecode, t.tarief FROM contracttarieven t JOIN contracten c ON c.id = t.contract_id"
    " WHERE c.uzovi = :uzovi AND c.agb = :agb ORDER BY t.contract_id, t.prestatiecode"
)
_FACTUURNUMMERS = select(
    _Factuurnummerrij,
    "FROM factuurnummers WHERE agb = :agb AND factuurnummer = :factuurnummer AND ontvangen > :grens",
    sa.bindparam("grens", type_=sa.Date),
)
_POLISSEN = (
    f"SELECT {', '.join(_Polisrij._fields)} FROM polissen"
    " WHERE persoon IN :personen AND uzovi IN :uzovi ORDER BY ingang, id"
)
_POLISPAKKETTEN = (
    "SELECT polis_id, uzovi, pakket FROM polispakketten WHERE polis_id IN :polissen ORDER BY polis_id, volgnummer"
)
_PAKKETTEN = sa.text("SELECT uzovi, code, soort FROM pakketten WHERE uzovi IN :uzovi").bindparams(
    sa.bindparam("uzovi", expanding=True)
)
_DEKKINGEN = (
    sa.text(
        f"SELECT uzovi, pakket, {', '.join(Dekking._fields)} FROM dekkingen WHERE uzovi IN :uzovi"
        " ORDER BY uzovi, pakket, volgnummer"
    )
    .bindparams(sa.bindparam("uzovi", expanding=True))
    .columns(
        prestaties=sa.JSON,
        soort_prestatierecord=sa.JSON,
        bijzondere_tandheelkunde=sa.Boolean,
        machtiging=sa.Boolean,
    )
)
_IETS_ONTVANGEN = sa.text("SELECT EXISTS (SELECT 1 FROM berichten WHERE uzovi = :uzovi AND id < :eigen)")
_IETS_GEBRUIKT = sa.text(
    "SELECT EXISTS (SELECT 1 FROM berichten WHERE agb = :agb AND uzovi = :uzovi AND ontvangen > :grens AND id < :eigen)"
).bindparams(sa.bindparam("grens", type_=sa.Date))
_REFERENTIES = (
    f"SELECT p.referentienummer, p.uitkomst FROM {PRESTATIES}"
    " WHERE p.referentienummer IN :nummers AND b.agb = :agb AND b.uzovi = :uzovi AND b.ontvangen > :grens"
    " AND p.bericht_id < :eigen"
)
_IETS_TUSSEN = sa.text("SELECT 1 FROM prestaties WHERE referentienummer BETWEEN :eerste AND :laatste LIMIT 1")


_GEEN_BERICHT = 2**31 - 1
"""Behind every row that a store can hold."""
_LENGTE_CODE = layouts("mz301")[b"04"]["0413"].lengte


def _als_rubriek(prestatiecode: str) -> bytes:
    """A prestatiecode as rubriek 0413 holds it."""
    return prestatiecode.ljust(_LENGTE_CODE).encode(TEKENSET)


def _laatste_dag(einde: dt.date | None) -> bytes | None:
    return None if einde is None else schrijf_datum(einde)


def vijf_jaar_eerder(datum: dt.date) -> dt.date:
    """The last day whose numbers are free again: what was received after it is in use."""
    try:
        return datum.replace(year=max(datum.year - 5, 1))
    except ValueError:  # 29 February
        return datum.replace(year=max(datum.year - 5, 1), day=28)


class Feitenbron:
    """Answers questions about the store in bulk, as of one processing date."""

    def __init__(self, verbinding: Connection, datum: dt.date) -> None:
        self._verbinding = verbinding
        self._grens = vijf_jaar_eerder(datum)
        self.eigen_bericht = _GEEN_BERICHT
        """The row of the message at hand, where it is recorded: what it holds, or a later one, was not declared before."""
        self.nummer_vrij = False
        """Whether its factuurnummer counts as unused, although the store holds it by now."""

    def uzovi(self) -> dict[str, UzoviFeit]:
        """Every insurer that the store knows, by UZOVI-nummer."""
        return {
            rij.nummer: UzoviFeit(
                rij.nummer, rij.naam, rij.soort, rij.edp, rij.label_van, Beleid.uit_opslag(rij.beleid)
            )
            for rij in map(_Uzovirij._make, self._verbinding.execute(_UZOVI))
        }

    def retourcodes(self) -> dict[str, Retourcode]:
        """The codes that the store adds to the list."""
        return {
            rij.code: Retourcode(rij.code, rij.betekenis, rij.soort, "store")
            for rij in self._verbinding.execute(_RETOURCODES)
        }

    def historie(self, agb: str, uzovi: str) -> Historiebron:
        """What an insurer received before the message at hand, which pays this party (AGB-code)."""
        return Historiebron(self._verbinding, agb, uzovi, self.eigen_bericht)

    def machtigingen(self, zoek_in: Collection[str]) -> Machtigingsbron:
        """The authorisations of these insurers."""
        return Machtigingsbron(self._verbinding, zoek_in)

    def combinatieregels(self) -> list[Combinatieregel]:
        """The rules on combinations of prestaties that are judged."""
        return lees_regels(self._verbinding)

    def prestatiecodes(self) -> Prestatiecodes:
        """The prestatiecodelijst as a whole; empty where the store holds none."""
        gevonden: dict[bytes, list[PrestatiecodeFeit]] = {}
        for rij in map(_Prestatiecoderij._make, self._verbinding.execute(_PRESTATIECODES)):
            feit = PrestatiecodeFeit(
                ingang=schrijf_datum(rij.ingang),
                einde=_laatste_dag(rij.einde),
                bevoegd=frozenset(soort[:2].encode(TEKENSET) for soort in rij.bevoegd),
                techniekkosten=rij.techniekkosten,
                laboratoriumkosten=rij.laboratoriumkosten,
                element=rij.element,
                kaak=rij.kaak,
                vlak=rij.vlak,
            )
            gevonden.setdefault(_als_rubriek(rij.code), []).append(feit)
        return {code: tuple(perioden) for code, perioden in gevonden.items()}

    def tarieven(self) -> Tarieven:
        """The national maxima."""
        gevonden: dict[bytes, list[TariefFeit]] = {}
        for rij in map(_Tariefrij._make, self._verbinding.execute(_TARIEVEN)):
            feit = TariefFeit(
                ingang=schrijf_datum(rij.ingang),
                einde=_laatste_dag(rij.einde),
                tarief=rij.tarief,
                bijzonder=rij.tarief_bijzonder,
                per_vijf_minuten=rij.per_vijf_minuten,
            )
            gevonden.setdefault(_als_rubriek(rij.prestatiecode), []).append(feit)
        return {code: tuple(perioden) for code, perioden in gevonden.items()}

    def heeft_contracten(self, uzovi: str) -> bool:
        """Whether the store holds any contract of an insurer; without, there is nothing to check against."""
        return bool(self._verbinding.scalar(_IETS_GECONTRACTEERD, {"uzovi": uzovi}))

    def contracten(self, uzovi: str, agb: str) -> tuple[ContractFeit, ...]:
        """The contracts of an insurer with a party that is paid (AGB-code), oldest first."""
        van = {"uzovi": uzovi, "agb": agb}
        rijen = [_Contractrij(*rij) for rij in self._verbinding.execute(_CONTRACTEN, van)]
        tarieven: dict[int, dict[bytes, int]] = {rij.id: {} for rij in rijen}
        if rijen:
            for contract_id, code, tarief in self._verbinding.execute(_CONTRACTTARIEVEN, van):
                tarieven[contract_id][_als_rubriek(code)] = tarief
        return tuple(
            ContractFeit(schrijf_datum(rij.ingang), _laatste_dag(rij.einde), tarieven[rij.id], rij.modules)
            for rij in rijen
        )

    def heeft_zorgaanbieders(self) -> bool:
        """Whether the store holds a register of zorgaanbieders at all."""
        return bool(self._verbinding.scalar(_IETS_IN_REGISTER))

    def zorgaanbieders(self, codes: Iterable[bytes]) -> Zorgaanbieders:
        """Those of these AGB-codes that the register of zorgaanbieders holds."""
        gezocht = (code.decode("ascii") for code in codes if code.isdigit())
        return {
            rij.agb.encode("ascii"): frozenset(agb.encode(TEKENSET) for agb in rij.werkt_in)
            for groep in groepen(gezocht)
            for rij in map(_Zorgaanbiederrij._make, self._verbinding.execute(_ZORGAANBIEDERS, {"agb": groep}))
        }

    def factuurnummers(self, agb: str, nummer: str) -> list[FactuurnummerFeit]:
        """Where a factuurnummer of a party was received in the past five years."""
        if self.nummer_vrij:
            return []
        waarden = {"agb": agb, "factuurnummer": nummer, "grens": self._grens}
        return [
            FactuurnummerFeit(rij.uzovi, rij.vecozo_sleutel is not None, rij.bij_verzekeraar, rij.uitkomst)
            for rij in map(_Factuurnummerrij._make, self._verbinding.execute(_FACTUURNUMMERS, waarden))
        ]

    def polissen(
        self, uzovi: Collection[str], personen: Collection[str]
    ) -> dict[tuple[str, str], tuple[PolisFeit, ...]]:
        """The polissen of these persons at these insurers, oldest first, by (UZOVI-nummer, persoon)."""
        gevonden: dict[tuple[str, str], list[PolisFeit]] = {}
        for groep in groepen(personen):
            rijen = [_Polisrij(*rij) for rij in zoek(self._verbinding, _POLISSEN, {}, personen=groep, uzovi=uzovi)]
            pakketten: dict[int, list[tuple[str, str]]] = {}
            for polis_id, van, pakket in zoek(
                self._verbinding, _POLISPAKKETTEN, {}, polissen=[rij.id for rij in rijen]
            ):
                pakketten.setdefault(polis_id, []).append((van, pakket))
            for rij in rijen:
                feit = PolisFeit(
                    rij.uzovi,
                    dag(rij.geboortedatum),
                    dag(rij.ingang),
                    dag(rij.einde) if rij.einde else None,
                    dag(rij.overleden) if rij.overleden else None,
                    tuple(pakketten.get(rij.id, ())),
                )
                gevonden.setdefault((rij.uzovi, rij.persoon), []).append(feit)
        return {sleutel: tuple(feiten) for sleutel, feiten in gevonden.items()}

    def pakketten(self, uzovi: Collection[str]) -> dict[tuple[str, str], Pakket]:
        """The pakketten of these insurers with their dekkingen in order, by (UZOVI-nummer, code)."""
        waarden = {"uzovi": list(uzovi)}
        dekkingen: dict[tuple[str, str], list[Dekking]] = {}
        for nummer, pakket, *velden in self._verbinding.execute(_DEKKINGEN, waarden):
            vast: list[Any] = [tuple(veld) if isinstance(veld, list) else veld for veld in velden]
            dekkingen.setdefault((nummer, pakket), []).append(Dekking(*vast))
        return {
            (rij.uzovi, rij.code): Pakket(rij.code, rij.soort, tuple(dekkingen.get((rij.uzovi, rij.code), ())))
            for rij in self._verbinding.execute(_PAKKETTEN, waarden)
        }

    def heeft_historie(self, uzovi: str) -> bool:
        """Whether an insurer received anything at all before the message at hand."""
        return bool(self._verbinding.scalar(_IETS_ONTVANGEN, {"uzovi": uzovi, "eigen": self.eigen_bericht}))

    def heeft_referenties(self, agb: str, uzovi: str, tussen: tuple[bytes, bytes] | None) -> bool:
        """Whether an insurer may have received any of a party's referentienummers in the past five years.

        All of them are `tussen` these, as bytes compare and as text does; None where the two orders differ. Whoever numbers
        on has none in the store between them, and one look is enough. PostgreSQL may have another order than SQLite, whose
        order is that of bytes.
        """
        waarden = {"agb": agb, "uzovi": uzovi, "grens": self._grens, "eigen": self.eigen_bericht}
        if not self._verbinding.scalar(_IETS_GEBRUIKT, waarden):
            return False
        if tussen is None or self._verbinding.dialect.name != "sqlite":
            return True
        eerste, laatste = map(tekst, tussen)
        return self._verbinding.scalar(_IETS_TUSSEN, {"eerste": eerste, "laatste": laatste}) is not None

    def referenties(self, agb: str, uzovi: str, nummers: Iterable[bytes]) -> dict[bytes, set[str]]:
        """Those of these referentienummers that an insurer received from a party in the past five years, each with what
        became of the records that had it (uitkomst)."""
        per_tekst = {tekst(nummer): nummer for nummer in nummers}
        vast = {
            "agb": agb,
            "uzovi": uzovi,
            "grens": self._grens.isoformat(),
            "eigen": self.eigen_bericht,
        }
        gevonden: dict[bytes, set[str]] = {}
        for nummer, uitkomst in zoek(self._verbinding, _REFERENTIES, vast, nummers=per_tekst):
            gevonden.setdefault(per_tekst[nummer], set()).add(uitkomst)
        return gevonden
