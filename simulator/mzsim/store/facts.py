"""Facts for one replay, fetched in bulk into plain values. Plain SQL: importing the ORM would double the start-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.domain.beleid import Beleid
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.covers import Dekking, Pakket
from mzsim.domain.facts import (
    ContractFeit,
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
from mzsim.store.combination_rules import Combinatiebron, lees_regels
from mzsim.store.history import Historiebron
from mzsim.store.machtigingen import Machtigingsbron
from mzsim.store.many_values import dag, groepen, zoek

_UZOVI = sa.text("SELECT nummer, naam, soort, edp, label_van, beleid FROM uzovi").columns(
    sa.column("nummer", sa.String),
    sa.column("naam", sa.String),
    sa.column("soort", sa.String),
    sa.column("edp", sa.Boolean),
    sa.column("label_van", sa.String),
    sa.column("beleid", sa.JSON),
)
_RETOURCODES = sa.text("SELECT code, betekenis, soort FROM retourcodes")
_PRESTATIECODES = sa.text(
    "SELECT code, ingang, einde, bevoegd, techniekkosten, laboratoriumkosten, element, kaak, vlak FROM prestatiecodes"
    " ORDER BY code, ingang"
).columns(
    sa.column("code", sa.String),
    sa.column("ingang", sa.Date),
    sa.column("einde", sa.Date),
    sa.column("bevoegd", sa.JSON),
    sa.column("techniekkosten", sa.Boolean),
    sa.column("laboratoriumkosten", sa.Boolean),
    sa.column("element", sa.Boolean),
    sa.column("kaak", sa.Boolean),
    sa.column("vlak", sa.Boolean),
)
_TARIEVEN = sa.text(
    "SELECT prestatiecode, ingang, einde, tarief, tarief_bijzonder, per_vijf_minuten FROM tarieven"
    " ORDER BY prestatiecode, ingang"
).columns(
    sa.column("prestatiecode", sa.String),
    sa.column("ingang", sa.Date),
    sa.column("einde", sa.Date),
    sa.column("tarief", sa.Integer),
    sa.column("tarief_bijzonder", sa.Integer),
    sa.column("per_vijf_minuten", sa.Boolean),
)
_ZORGAANBIEDERS = (
    sa.text("SELECT agb, werkt_in FROM zorgaanbieders WHERE agb IN :agb")
    .bindparams(sa.bindparam("agb", expanding=True))
    .columns(sa.column("agb", sa.String), sa.column("werkt_in", sa.JSON))
)
_IETS_IN_REGISTER = sa.text("SELECT EXISTS (SELECT 1 FROM zorgaanbieders)")
_IETS_GECONTRACTEERD = sa.text("SELECT EXISTS (SELECT 1 FROM contracten WHERE uzovi = :uzovi)")
_CONTRACTEN = sa.text(
    "SELECT id, ingang, einde, modules FROM contracten WHERE uzovi = :uzovi AND agb = :agb ORDER BY ingang, id"
).columns(
    sa.column("id", sa.Integer),
    sa.column("ingang", sa.Date),
    sa.column("einde", sa.Date),
    sa.column("modules", sa.JSON),
)
_CONTRACTTARIEVEN = sa.text(
    "SELECT t.contract_id, t.prestatiecode, t.tarief FROM contracttarieven t JOIN contracten c ON c.id = t.contract_id"
    " WHERE c.uzovi = :uzovi AND c.agb = :agb ORDER BY t.contract_id, t.prestatiecode"
)
_FACTUURNUMMERS = sa.text(
    "SELECT uzovi, vecozo_sleutel, bij_verzekeraar, uitkomst FROM factuurnummers"
    " WHERE agb = :agb AND factuurnummer = :factuurnummer AND ontvangen > :grens"
).bindparams(sa.bindparam("grens", type_=sa.Date))
_POLISSEN = (
    "SELECT id, uzovi, persoon, geboortedatum, ingang, einde, overleden FROM polissen"
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
    "SELECT p.referentienummer FROM prestaties p JOIN berichten b ON b.id = p.bericht_id"
    " WHERE p.referentienummer IN :nummers AND b.agb = :agb AND b.uzovi = :uzovi AND b.ontvangen > :grens"
    " AND p.bericht_id < :eigen AND (p.uitkomst <> 'afgewezen' OR NOT :vrij)"
)
_IETS_TUSSEN = sa.text("SELECT 1 FROM prestaties WHERE referentienummer BETWEEN :eerste AND :laatste LIMIT 1")


_GEEN_BERICHT = 2**31 - 1
"""Behind every row that a store can hold."""
_LENGTE_CODE = layouts("mz301")[b"04"]["0413"].lengte


def _als_rubriek(prestatiecode: str) -> bytes:
    """A prestatiecode as rubriek 0413 holds it."""
    return prestatiecode.ljust(_LENGTE_CODE).encode(TEKENSET)


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
            for rij in self._verbinding.execute(_UZOVI)
        }

    def retourcodes(self) -> dict[str, Retourcode]:
        """The codes that the store adds to the list."""
        return {
            rij.code: Retourcode(rij.code, rij.betekenis, rij.soort, "store")
            for rij in self._verbinding.execute(_RETOURCODES)
        }

    def historie(self, agb: str, uzovi: str) -> Historiebron:
        """What a party declared to an insurer before the message at hand."""
        return Historiebron(self._verbinding, agb, uzovi, self.eigen_bericht)

    def machtigingen(self, uzovi: str, zoek_in: Collection[str]) -> Machtigingsbron:
        """The authorisations of these insurers, and what that of the message granted before."""
        return Machtigingsbron(self._verbinding, uzovi, zoek_in, self.eigen_bericht)

    def combinatieregels(self) -> list[Combinatieregel]:
        """The rules on combinations of prestaties that are judged."""
        return lees_regels(self._verbinding)

    def combinaties(self, agb: str, uzovi: str) -> Combinatiebron | None:
        """What an insurer granted before the message at hand, which pays this party; None where it received nothing."""
        if not self.heeft_historie(uzovi):
            return None
        return Combinatiebron(self._verbinding, agb, uzovi, self.eigen_bericht)

    def prestatiecodes(self) -> Prestatiecodes:
        """The prestatiecodelijst as a whole; empty where the store holds none."""
        gevonden: dict[bytes, list[PrestatiecodeFeit]] = {}
        for code, ingang, einde, bevoegd, *kenmerken in self._verbinding.execute(_PRESTATIECODES):
            feit = PrestatiecodeFeit(
                schrijf_datum(ingang),
                einde and schrijf_datum(einde),
                frozenset(soort[:2].encode(TEKENSET) for soort in bevoegd),
                *kenmerken,
            )
            gevonden.setdefault(_als_rubriek(code), []).append(feit)
        return {code: tuple(perioden) for code, perioden in gevonden.items()}

    def tarieven(self) -> Tarieven:
        """The national maxima."""
        gevonden: dict[bytes, list[TariefFeit]] = {}
        for code, ingang, einde, *bedragen in self._verbinding.execute(_TARIEVEN):
            feit = TariefFeit(schrijf_datum(ingang), einde and schrijf_datum(einde), *bedragen)
            gevonden.setdefault(_als_rubriek(code), []).append(feit)
        return {code: tuple(perioden) for code, perioden in gevonden.items()}

    def heeft_contracten(self, uzovi: str) -> bool:
        """Whether the store holds any contract of an insurer; without, there is nothing to check against."""
        return bool(self._verbinding.scalar(_IETS_GECONTRACTEERD, {"uzovi": uzovi}))

    def contracten(self, uzovi: str, agb: str) -> tuple[ContractFeit, ...]:
        """The contracts of an insurer with a party that is paid (AGB-code), oldest first."""
        van = {"uzovi": uzovi, "agb": agb}
        rijen = self._verbinding.execute(_CONTRACTEN, van).all()
        tarieven: dict[int, dict[bytes, int]] = {rij.id: {} for rij in rijen}
        if rijen:
            for contract_id, code, tarief in self._verbinding.execute(_CONTRACTTARIEVEN, van):
                tarieven[contract_id][_als_rubriek(code)] = tarief
        return tuple(
            ContractFeit(schrijf_datum(ingang), einde and schrijf_datum(einde), tarieven[contract_id], modules)
            for contract_id, ingang, einde, modules in rijen
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
            for rij in self._verbinding.execute(_ZORGAANBIEDERS, {"agb": groep})
        }

    def factuurnummer_bij(
        self, agb: str, nummer: str, *, lijst_van: str | None, uzovi: Mapping[str, UzoviFeit]
    ) -> list[str]:
        """The insurers for which the number is in use, by the list of an insurer, or VECOZO's where `lijst_van` is None
        (INV 2.3.3)."""
        if self.nummer_vrij:
            return []
        rijen = self._verbinding.execute(_FACTUURNUMMERS, {"agb": agb, "factuurnummer": nummer, "grens": self._grens})
        return [
            rij.uzovi
            for rij in rijen
            if (rij.vecozo_sleutel is not None if lijst_van is None else rij.bij_verzekeraar and rij.uzovi == lijst_van)
            and not (
                rij.uitkomst == "afgewezen_verzekeraar"
                and uzovi[rij.uzovi].beleid.factuurnummer_hergebruik_na_afwijzing
            )
        ]

    def polissen(
        self, uzovi: Collection[str], personen: Collection[str]
    ) -> dict[tuple[str, str], tuple[PolisFeit, ...]]:
        """The polissen of these persons at these insurers, oldest first, by (UZOVI-nummer, persoon)."""
        gevonden: dict[tuple[str, str], list[PolisFeit]] = {}
        for groep in groepen(personen):
            rijen = list(zoek(self._verbinding, _POLISSEN, {}, personen=groep, uzovi=uzovi))
            pakketten: dict[int, list[tuple[str, str]]] = {}
            for polis_id, van, pakket in zoek(
                self._verbinding, _POLISPAKKETTEN, {}, polissen=[rij[0] for rij in rijen]
            ):
                pakketten.setdefault(polis_id, []).append((van, pakket))
            for polis_id, nummer, wie, geboren, ingang, einde, overleden in rijen:
                feit = PolisFeit(
                    nummer,
                    dag(geboren),
                    dag(ingang),
                    einde and dag(einde),
                    overleden and dag(overleden),
                    tuple(pakketten.get(polis_id, ())),
                )
                gevonden.setdefault((nummer, wie), []).append(feit)
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

    def gebruikte_referenties(
        self, agb: str, uzovi: str, nummers: Iterable[bytes], *, afgewezen_vrij: bool
    ) -> frozenset[bytes]:
        """Those of these referentienummers that an insurer received from a party in the past five years."""
        per_tekst = {tekst(nummer): nummer for nummer in nummers}
        vast = {
            "agb": agb,
            "uzovi": uzovi,
            "grens": self._grens.isoformat(),
            "vrij": afgewezen_vrij,
            "eigen": self.eigen_bericht,
        }
        rijen = zoek(self._verbinding, _REFERENTIES, vast, nummers=per_tekst)
        return frozenset(per_tekst[nummer] for (nummer,) in rijen)
