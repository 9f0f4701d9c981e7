"""One name for one person, whichever numbers his polissen hold (INV 2.3.5, 2.3.6).

Several persons may share a verzekerdennummer; with the date of birth it tells who somebody is. So a polis without a BSN
gets that of the person with its number and date of birth at the same insurer, its labels included, where the store or the
file that is loaded knows one such person and no other. What was declared under the number is his then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.standard.values import by_number, text, write_date
from mzsim.store.many_values import groups
from mzsim.store.models import MessageTable, PolispakketTable, PolisTable, PrestatieTable
from mzsim.store.verzekeraarsbestand import Polisregel


class _WithoutBsn(NamedTuple):
    """A polis in the store of somebody whose BSN it doesn't know."""

    id: int
    uzovi: str
    persoon: str
    verzekerdennummer: str
    ingang: object


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
        columns = (getattr(PolisTable, name) for name in _WithoutBsn._fields)
        rows = self._connection.execute(sa.select(*columns).where(PolisTable.bsn.is_(None)))
        return [_WithoutBsn(*row) for row in rows]

    def _add_known(self, numbers: Iterable[str]) -> None:
        known = (PolisTable.uzovi, PolisTable.verzekerdennummer, PolisTable.geboortedatum, PolisTable.bsn)
        for some in groups(numbers):
            question = sa.select(*known).where(PolisTable.verzekerdennummer.in_(some), PolisTable.bsn.is_not(None))
            for uzovi, number, born, bsn in self._connection.execute(question):
                if number is not None and bsn is not None:
                    self._bsns[self._head[uzovi], by_number(number, text(write_date(born)))].add(bsn)

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
        for some in groups({bsn for _, bsn in found}):
            question = sa.select(PolisTable.uzovi, PolisTable.persoon, PolisTable.ingang)
            found_there = self._connection.execute(question.where(PolisTable.persoon.in_(some)))
            taken |= {(uzovi, person, start) for uzovi, person, start in found_there}
        for row, bsn in found:
            if (row.uzovi, bsn, row.ingang) in taken:
                self._connection.execute(sa.delete(PolispakketTable).where(PolispakketTable.polis_id == row.id))
                self._connection.execute(sa.delete(PolisTable).where(PolisTable.id == row.id))
            else:
                whose = sa.update(PolisTable).where(PolisTable.id == row.id)
                self._connection.execute(whose.values(persoon=bsn, bsn=bsn))
        for head, name, bsn in {(self._head[row.uzovi], row.persoon, bsn) for row, bsn in found}:
            self._rename(head, name, bsn)
        return bool(found)

    def _rename(self, head: str, name: str, bsn: str) -> None:
        group = [uzovi for uzovi, of in self._head.items() if of == head]
        messages = sa.select(MessageTable.id).where(MessageTable.uzovi.in_(group))
        declared = sa.update(PrestatieTable).where(PrestatieTable.persoon == name)
        self._connection.execute(declared.where(PrestatieTable.bericht_id.in_(messages)).values(persoon=bsn))
