"""Facts for one replay, fetched in bulk into plain values. Plain SQL, that every database takes: see `connection.py`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from mzsim.domain.beleid import Beleid
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.covers import Dekking, Pakket
from mzsim.domain.facts import (
    NO_INSURER,
    Codelijsten,
    ContractFact,
    FactuurnummerFact,
    HolderFact,
    PolisFact,
    Prestatiecodes,
    Tariffs,
    UzoviFact,
    ZorgaanbiederFact,
    Zorgaanbieders,
)
from mzsim.standard.retourcodes import Retourcode
from mzsim.standard.values import as_bytes, text, write_date
from mzsim.store import lists
from mzsim.store.columns import PRESTATIES, Reader, Selection, day
from mzsim.store.combination_rules import read_lines
from mzsim.store.connection import Connection, Row
from mzsim.store.history import HistorySource
from mzsim.store.lists import as_rubriek, last_day
from mzsim.store.machtigingen import MachtigingSource
from mzsim.store.many_values import find, groups


class _Zorgaanbiederrij(NamedTuple):
    agb: str
    soort: str
    werkt_in: list[str]


class _Contractrij(NamedTuple):
    id: int
    agb: str
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
    verzekerdennummer: str | None


class _Holderrij(NamedTuple):
    """As the driver gives it."""

    uzovi: str
    verzekerdennummer: str
    persoon: str
    geboortedatum: str | dt.date


_UZOVI = "SELECT nummer, naam, soort, edp, label_van, CAST(beleid AS TEXT) FROM uzovi"
_RETOURCODES = "SELECT code, betekenis, soort FROM retourcodes"
_ZORGAANBIEDERS = Selection(_Zorgaanbiederrij, "FROM zorgaanbieders WHERE agb IN :agb")
_SOMETHING_IN_REGISTER = "SELECT EXISTS (SELECT 1 FROM zorgaanbieders)"
_SOMETHING_CONTRACTED = "SELECT EXISTS (SELECT 1 FROM contracten WHERE uzovi = :uzovi)"
_CONTRACTEN = Selection(_Contractrij, "FROM contracten WHERE uzovi = :uzovi AND agb IN :agb ORDER BY ingang, id")
_CONTRACTTARIEVEN = (
    "SELECT t.contract_id, t.prestatiecode, t.tarief FROM contracttarieven t JOIN contracten c ON c.id = t.contract_id"
    " WHERE c.uzovi = :uzovi AND c.agb IN :agb ORDER BY t.contract_id, t.prestatiecode"
)
_FACTUURNUMMERS = Selection(
    _Factuurnummerrij, "FROM factuurnummers WHERE agb = :agb AND factuurnummer = :factuurnummer AND ontvangen > :grens"
)
_AT_SERVICEBUREAU = (
    "SELECT EXISTS (SELECT 1 FROM facturen_bij_servicebureau"
    " WHERE agb = :agb AND factuurnummer = :factuurnummer AND ontvangen > :grens)"
)
_POLISSEN = (
    f"SELECT {', '.join(_Polisrij._fields)} FROM polissen"
    " WHERE persoon IN :personen AND uzovi IN :uzovi ORDER BY ingang, id"
)
_HOLDERS = (
    f"SELECT {', '.join(_Holderrij._fields)} FROM polissen WHERE verzekerdennummer IN :nummers AND uzovi IN :uzovi"
)
_POLISPAKKETTEN = (
    "SELECT polis_id, uzovi, pakket FROM polispakketten WHERE polis_id IN :polissen ORDER BY polis_id, volgnummer"
)
_PAKKETTEN = "SELECT uzovi, code, soort FROM pakketten WHERE uzovi IN :uzovi"
_DEKKINGEN = (
    f"SELECT uzovi, pakket, {', '.join(Dekking._fields)} FROM dekkingen WHERE uzovi IN :uzovi"
    " ORDER BY uzovi, pakket, volgnummer"
)
_dekking = Reader(Dekking)
_SOMETHING_RECEIVED = "SELECT EXISTS (SELECT 1 FROM berichten WHERE uzovi IN :groep AND id < :eigen)"
_SOMETHING_USED = (
    "SELECT EXISTS (SELECT 1 FROM berichten WHERE agb = :agb AND uzovi = :uzovi AND ontvangen > :grens AND id < :eigen)"
)
_REFERENCES = (
    f"SELECT p.referentienummer, p.uitkomst FROM {PRESTATIES}"
    " WHERE p.referentienummer IN :nummers AND b.agb = :agb AND b.uzovi = :uzovi AND b.ontvangen > :grens"
    " AND p.bericht_id < :eigen"
)
_SOMETHING_BETWEEN = "SELECT 1 FROM prestaties WHERE referentienummer BETWEEN :eerste AND :laatste LIMIT 1"


_NO_MESSAGE = 2**31 - 1
"""Behind every row that a store can hold."""


def five_years_earlier(date: dt.date) -> dt.date:
    """The last day whose numbers are free again: what was received after it is in use."""
    try:
        return date.replace(year=max(date.year - 5, 1))
    except ValueError:  # 29 February
        return date.replace(year=max(date.year - 5, 1), day=28)


def _reached(agb: str, register: Mapping[str, _Zorgaanbiederrij]) -> frozenset[bytes]:
    """What a zorgaanbieder works in, over any number of steps; the register may lead round in a circle."""
    reached: set[str] = set()
    ahead = [agb]
    while ahead:
        row = register.get(ahead.pop())
        further = set(row.werkt_in) - reached if row else ()
        reached.update(further)
        ahead.extend(further)
    return frozenset(as_bytes(agb) for agb in reached)


@lru_cache(maxsize=1024)
def _insurer(row: Row) -> UzoviFact:
    """An insurer of its row: of a process that answers one declaration after another, mostly the same."""
    number, name, kind, edp, of, beleid = row
    return UzoviFact(number, name, kind, bool(edp), of, Beleid.from_storage(json.loads(beleid)))


class FactSource:
    """Answers questions about the store in bulk, as of one processing date."""

    def __init__(self, connection: Connection, date: dt.date) -> None:
        self._connection = connection
        self._limit = five_years_earlier(date)
        self.own_message = _NO_MESSAGE
        """The row of the message at hand, where it is recorded: what it holds, or a later one, was not declared before."""
        self.number_free = False
        """Whether its factuurnummer counts as unused, although the store holds it by now."""
        self._received: dict[tuple[str, str], list[FactuurnummerFact]] = {}

    def uzovi(self) -> dict[str, UzoviFact]:
        """Every insurer that the store knows, by UZOVI-nummer."""
        return {row[0]: _insurer(row) for row in self._connection.rows(_UZOVI)}

    def retourcodes(self) -> dict[str, Retourcode]:
        """The codes that the store adds to the list."""
        return {
            code: Retourcode(code, meaning, kind, "store")
            for code, meaning, kind in self._connection.rows(_RETOURCODES)
        }

    def history(self, agb: str, group: Collection[str]) -> HistorySource:
        """What insurers that are one (UZOVI-nummers) received before the message at hand, which pays this party (AGB-code)."""
        return HistorySource(self._connection, agb, group, self.own_message)

    def machtigingen(self, search_in: Collection[str]) -> MachtigingSource:
        """The authorisations of these insurers."""
        return MachtigingSource(self._connection, search_in)

    def combinatieregels(self) -> list[Combinatieregel]:
        """The rules on combinations of prestaties that are judged."""
        return read_lines(self._connection)

    def prestatiecodes(self) -> Prestatiecodes:
        """The prestatiecodelijst as a whole; empty where the store holds none."""
        return lists.prestatiecodes(self._connection)

    def tariffs(self) -> Tariffs:
        """The national maxima."""
        return lists.tariffs(self._connection)

    def codelijsten(self) -> Codelijsten:
        """What the store holds of code lists that are not public."""
        return lists.codelijsten(self._connection)

    def has_contracten(self, uzovi: str) -> bool:
        """Whether the store holds any contract of an insurer; without, there is nothing to check against."""
        return bool(self._connection.scalar(_SOMETHING_CONTRACTED, {"uzovi": uzovi}))

    def contracten(self, uzovi: str, parties: Sequence[str]) -> tuple[ContractFact, ...]:
        """The contracts of an insurer with these parties (AGB-codes), oldest first; those of the first party come last."""
        if not parties:  # PostgreSQL has no empty list of texts
            return ()
        of = {"uzovi": uzovi, "agb": list(parties)}
        rows = _CONTRACTEN.rows(self._connection, of)
        rows.sort(key=lambda row: parties.index(row.agb), reverse=True)
        tariffs: dict[int, dict[bytes, int]] = {row.id: {} for row in rows}
        if rows:
            for contract_id, code, tariff in self._connection.rows(_CONTRACTTARIEVEN, of):
                tariffs[contract_id][as_rubriek(code)] = tariff
        return tuple(
            ContractFact(write_date(row.ingang), last_day(row.einde), tariffs[row.id], row.modules) for row in rows
        )

    @cached_property
    def has_zorgaanbieders(self) -> bool:
        """Whether the store holds a register of zorgaanbieders at all."""
        return bool(self._connection.scalar(_SOMETHING_IN_REGISTER))

    def zorgaanbieders(self, codes: Iterable[bytes]) -> Zorgaanbieders:
        """Those of these AGB-codes that the register of zorgaanbieders holds."""
        asked = {code.decode("ascii") for code in codes if code.isdigit()}
        found: dict[str, _Zorgaanbiederrij] = {}
        looked_up: set[str] = set()
        ahead = asked
        while ahead:  # a step further each time: a behandelaar, the praktijk, its gezondheidscentrum
            for group in groups(ahead):
                found.update((row.agb, row) for row in _ZORGAANBIEDERS.rows(self._connection, {"agb": group}))
            looked_up |= ahead
            ahead = {agb for row in found.values() for agb in row.werkt_in} - looked_up
        return {
            as_bytes(agb): ZorgaanbiederFact(found[agb].soort, _reached(agb, found)) for agb in asked & found.keys()
        }

    def factuurnummers(self, agb: str, number: str) -> list[FactuurnummerFact]:
        """Where a factuurnummer of a party was received in the past five years."""
        if self.number_free:
            return []
        if (agb, number) not in self._received:  # VECOZO asks, the insurer does, and so does who records the answer
            self._received[agb, number] = self._ask_factuurnummers(agb, number)
        return self._received[agb, number]

    def _ask_factuurnummers(self, agb: str, number: str) -> list[FactuurnummerFact]:
        values = {"agb": agb, "factuurnummer": number, "grens": self._limit}
        found = [
            FactuurnummerFact(row.uzovi, row.vecozo_sleutel is not None, row.bij_verzekeraar, row.uitkomst)
            for row in _FACTUURNUMMERS.rows(self._connection, values)
        ]
        if self._connection.scalar(_AT_SERVICEBUREAU, values):
            found.append(FactuurnummerFact(NO_INSURER, at_vecozo=True, at_insurer=False, outcome="doorgestuurd"))
        return found

    def polissen(
        self, uzovi: Collection[str], persons: Collection[str]
    ) -> dict[tuple[str, str], tuple[PolisFact, ...]]:
        """The polissen of these persons at these insurers, oldest first, by (UZOVI-nummer, persoon)."""
        found: dict[tuple[str, str], list[PolisFact]] = {}
        for group in groups(persons):
            rows = [_Polisrij(*row) for row in find(self._connection, _POLISSEN, {}, personen=group, uzovi=uzovi)]
            pakketten: dict[int, list[tuple[str, str]]] = {}
            for polis_id, of, pakket in find(self._connection, _POLISPAKKETTEN, {}, polissen=[row.id for row in rows]):
                pakketten.setdefault(polis_id, []).append((of, pakket))
            for row in rows:
                fact = PolisFact(
                    row.uzovi,
                    day(row.geboortedatum),
                    day(row.ingang),
                    day(row.einde) if row.einde else None,
                    day(row.overleden) if row.overleden else None,
                    tuple(pakketten.get(row.id, ())),
                    row.verzekerdennummer or "",
                )
                found.setdefault((row.uzovi, row.persoon), []).append(fact)
        return {key: tuple(facts) for key, facts in found.items()}

    def holders(self, uzovi: Collection[str], numbers: Collection[str]) -> dict[tuple[str, str], list[HolderFact]]:
        """Who holds these verzekerdennummers at these insurers, by (UZOVI-nummer, verzekerdennummer); once for each polis."""
        found: dict[tuple[str, str], list[HolderFact]] = {}
        for row in map(_Holderrij._make, find(self._connection, _HOLDERS, {}, nummers=numbers, uzovi=uzovi)):
            fact = HolderFact(row.persoon, day(row.geboortedatum))
            found.setdefault((row.uzovi, row.verzekerdennummer), []).append(fact)
        return found

    def pakketten(self, uzovi: Collection[str]) -> dict[tuple[str, str], Pakket]:
        """The pakketten of these insurers with their dekkingen in order, by (UZOVI-nummer, code)."""
        values = {"uzovi": list(uzovi)}
        dekkingen: dict[tuple[str, str], list[Dekking]] = {}
        for number, pakket, *fields in self._connection.rows(_DEKKINGEN, values):
            dekkingen.setdefault((number, pakket), []).append(Dekking.of(_dekking(fields)))
        return {
            (number, code): Pakket(code, kind, tuple(dekkingen.get((number, code), ())))
            for number, code, kind in self._connection.rows(_PAKKETTEN, values)
        }

    def has_history(self, group: Collection[str]) -> bool:
        """Whether any of these insurers received anything at all before the message at hand."""
        return bool(self._connection.scalar(_SOMETHING_RECEIVED, {"groep": list(group), "eigen": self.own_message}))

    def has_references(self, agb: str, uzovi: str, between: tuple[bytes, bytes] | None) -> bool:
        """Whether an insurer may have received any of a party's referentienummers in the past five years.

        All of them are `between` these, as bytes compare and as text does; None where the two orders differ. Whoever numbers
        on has none in the store between them, and one look is enough. PostgreSQL may have another order than SQLite, whose
        order is that of bytes.
        """
        values = {"agb": agb, "uzovi": uzovi, "grens": self._limit, "eigen": self.own_message}
        if not self._connection.scalar(_SOMETHING_USED, values):
            return False
        if between is None or self._connection.kind != "sqlite":
            return True
        first, last = map(text, between)
        return self._connection.scalar(_SOMETHING_BETWEEN, {"eerste": first, "laatste": last}) is not None

    def references(self, agb: str, uzovi: str, numbers: Iterable[bytes]) -> dict[bytes, set[str]]:
        """Those of these referentienummers that an insurer received from a party in the past five years, each with what
        became of the records that had it (uitkomst)."""
        per_text = {text(number): number for number in numbers}
        fixed = {
            "agb": agb,
            "uzovi": uzovi,
            "grens": self._limit.isoformat(),
            "eigen": self.own_message,
        }
        found: dict[bytes, set[str]] = {}
        for number, outcome in find(self._connection, _REFERENCES, fixed, nummers=per_text):
            found.setdefault(per_text[number], set()).add(outcome)
        return found
