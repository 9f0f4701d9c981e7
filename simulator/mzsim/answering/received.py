"""What an insurer remembers of the prestatierecords that it received."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat

from mzsim.domain.decisions import NOT_JUDGED, REJECTED, Decision
from mzsim.domain.earlier.credits import is_credit
from mzsim.domain.earlier.maxima import write_shares
from mzsim.domain.sets import REISKOSTEN_CODES
from mzsim.judging.runs import Run
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import cents, text
from mzsim.store.recording import Recorded, Recording
from mzsim.store.spooled_rows import MOST_ENDINGS

_LAYOUT = layouts("mz301")[b"04"]
_cut = _LAYOUT.cutter(("0408", "0408"), ("0409", "0431"), ("0432", "0432"), ("0433", "0433"))
_CONTENT = _LAYOUT.piece("0409", "0431")
_REISKOSTEN = frozenset(code.decode() for code in REISKOSTEN_CODES)
_MOST = 20_000
_NO_REFERENCE = b" " * _LAYOUT["0433"].length


class History:
    """Records prestatierecords with what became of them."""

    def __init__(self, book: Recording) -> None:
        self._book = book
        self._write = book.prestaties
        self._ends: dict[tuple[bytes, int], tuple[Decision, int]] = {}
        """By rubrieken 0409-0431 and by what was decided, as its `id`: that decision, and the number of what a row ends in."""

    def add_unseen(self, person: str, heen: bytes) -> None:
        """Adds a record of a person that nobody judged."""
        date, content, reference, previous = _cut(heen)
        self.add(person, date, content, reference, previous, NOT_JUDGED)

    def add(
        self, person: str, date: bytes, content: bytes, reference: bytes, previous: bytes, decision: Decision
    ) -> None:
        """Adds a record of a person, as the store names him: rubrieken 0408, 0409-0431, 0432 and 0433, and what became of
        it."""
        numbers = text(reference), "" if previous == _NO_REFERENCE else text(previous)
        self._write(person, ((person, *numbers, _date(date), self._ending(content, decision)),))

    def add_run(self, person: str, run: Run, decisions: Sequence[Decision]) -> None:
        """Adds the records of a person that were judged in one go."""
        numbers, days = map(text, run.references), map(_date, run.dates)
        endings = map(self._ending, run.contents, decisions)
        persons, previous = repeat(person, len(decisions)), repeat("", len(decisions))
        self._write(person, tuple(zip(persons, numbers, previous, days, endings, strict=True)))

    def _ending(self, content: bytes, decision: Decision) -> int:
        end = self._ends.get((content, id(decision)))
        return self._new_ending(content, decision) if end is None else end[1]

    def _new_ending(self, content: bytes, decision: Decision) -> int:
        if len(self._ends) >= MOST_ENDINGS:
            self._ends.clear()
        shares = write_shares(decision.shares) if decision.shares else None
        row = _content(content)._replace(
            toegekend_bedrag=decision.granted,
            uitkomst=decision.outcome,
            beoordeeld=decision is not NOT_JUDGED,
            aandelen=shares,
        )
        if row.prestatiecode in _REISKOSTEN:
            self._book.behandelaars.add(row.behandelaar)
        number = self._book.ending(row)
        self._ends[content, id(decision)] = (decision, number)
        return number


# Thousands of records are alike in each of these runs of rubrieken.

_date = lru_cache(maxsize=_MOST)(text)


@lru_cache(maxsize=_MOST)
def _content(piece: bytes) -> Recorded:
    """A record that was granted nothing."""
    p = Prestatierecord(b" " * _CONTENT.start + piece)
    sign = -1 if is_credit(p) else 1
    return Recorded(
        toegekend_bedrag=0,
        uitkomst=REJECTED,
        beoordeeld=True,
        soort=text(p.soort),
        prestatiecode=text(p.prestatiecode),
        gebitselement=text(p.gebitselement),
        vlak=text(p.vlak),
        kaak=text(p.boven_onder),
        behandelaar=text(p.behandelaar),
        aantal=cents(p.aantal),
        berekend_bedrag=sign * cents(p.berekend_bedrag),
        declaratiebedrag=sign * cents(p.declaratiebedrag),
        aandelen=None,
    )
