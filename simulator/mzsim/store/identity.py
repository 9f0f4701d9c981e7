"""One name for one person, whichever numbers his polissen hold (INV 2.3.5, 2.3.6).

Several persons may share a verzekerdennummer; with the date of birth it tells who somebody is. So a polis without a BSN
gets that of the person with its number and date of birth at the same insurer, its labels included, where the store or the
file that is loaded knows one such person and no other. What was declared under the number is his then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mzsim.standard.values import by_number, text, write_date
from mzsim.store.columns import day
from mzsim.store.connection import Connection
from mzsim.store.many_values import find
from mzsim.store.verzekeraarsbestand import Polisregel


class _WithoutBsn(NamedTuple):
    """A polis in the store of somebody whose BSN it doesn't know."""

    id: int
    uzovi: str
    persoon: str
    verzekerdennummer: str
    ingang: object


_WITHOUT_BSN = f"SELECT {', '.join(_WithoutBsn._fields)} FROM polissen WHERE bsn IS NULL"
_WITH_BSN = (
    "SELECT uzovi, verzekerdennummer, geboortedatum, bsn FROM polissen"
    " WHERE verzekerdennummer IN :nummers AND bsn IS NOT NULL"
)
_OF_PERSONS = "SELECT uzovi, persoon, ingang FROM polissen WHERE persoon IN :personen"
_AWAY = ("DELETE FROM polispakketten WHERE polis_id = :id", "DELETE FROM polissen WHERE id = :id")
_IS_OF = "UPDATE polissen SET persoon = :bsn, bsn = :bsn WHERE id = :id"
_DECLARED = (
    "UPDATE prestaties SET persoon = :bsn WHERE persoon = :naam"
    " AND bericht_id IN (SELECT id FROM berichten WHERE uzovi IN :groep)"
)


class Identities:
    """Who the polissen of a file, and those without a BSN in the store, are of.

    `label_van` has every insurer of the file and the store, with the one that it is a label of.
    """

    def __init__(
        self, connection: Connection, polissen: Sequence[Polisregel], label_van: Mapping[str, str | None]
    ) -> None:
        self._connection = connection
        self._head = {uzovi: of or uzovi for uzovi, of in label_van.items()}
        self._waiting = self._without_bsn()
        numbers = {row.verzekerdennummer for row in self._waiting}
        numbers |= {entry.verzekerdennummer for entry in polissen if entry.bsn is None and entry.verzekerdennummer}
        self._bsns: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        """Of whom a polis says so: by insurer and name without a BSN."""
        for entry in polissen:
            if entry.bsn is not None and entry.verzekerdennummer in numbers:
                name = by_number(entry.verzekerdennummer, text(write_date(entry.geboortedatum)))
                self._bsns[self._head[entry.uzovi], name].add(entry.bsn)
        self._add_known(numbers)

    def _without_bsn(self) -> list[_WithoutBsn]:
        return [_WithoutBsn(*row) for row in self._connection.rows(_WITHOUT_BSN)]

    def _add_known(self, numbers: Iterable[str]) -> None:
        for uzovi, number, born, bsn in find(self._connection, _WITH_BSN, {}, nummers=list(numbers)):
            self._bsns[self._head[uzovi], by_number(number, text(day(born)))].add(bsn)

    def _bsn(self, uzovi: str, name: str) -> str | None:
        """The BSN of the only person with a name."""
        bsns = self._bsns.get((self._head[uzovi], name), set())
        return next(iter(bsns)) if len(bsns) == 1 else None

    def of(self, entry: Polisregel) -> dict[str, str | None]:
        """The columns of a polis that say who is insured."""
        bsn = entry.bsn or self._bsn(entry.uzovi, entry.persoon)
        return {"bsn": bsn, "persoon": bsn or entry.persoon}

    def settle(self) -> bool:
        """Gives the polissen in the store, and what was declared, to whom they are of by now; whether anything changed.

        Of two polissen that turn out to be one, with the same first day, the one that had the BSN stays.
        """
        found = [(row, bsn) for row in self._waiting if (bsn := self._bsn(row.uzovi, row.persoon)) is not None]
        taken: set[tuple[str, str, object]] = set()
        taken.update(find(self._connection, _OF_PERSONS, {}, personen={bsn for _, bsn in found}))
        for row, bsn in found:
            if (row.uzovi, bsn, row.ingang) in taken:
                for order in _AWAY:
                    self._connection.execute(order, {"id": row.id})
            else:
                self._connection.execute(_IS_OF, {"id": row.id, "bsn": bsn})
        for head, name, bsn in {(self._head[row.uzovi], row.persoon, bsn) for row, bsn in found}:
            self._rename(head, name, bsn)
        return bool(found)

    def _rename(self, head: str, name: str, bsn: str) -> None:
        group = [uzovi for uzovi, of in self._head.items() if of == head]
        self._connection.execute(_DECLARED, {"naam": name, "bsn": bsn, "groep": group})
