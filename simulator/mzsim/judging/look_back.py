"""Looks back at what the insurer received before, for the records that ask for it: credits, a 02 or 04 that stands
alone, reiskosten. Fetches a group of records at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mzsim.common.marks import Marks
from mzsim.domain.earlier.credits import CreditKey, EarlierRecord, is_credit, standing
from mzsim.domain.earlier.past import Counterentry, Past, Retrospect
from mzsim.domain.sets import REISKOSTEN_CODES
from mzsim.reading.set_reading import SetReading, as_number
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, cents, person, text
from mzsim.store.history import HistorySource

_LAYOUT = layouts("mz301")[b"04"]
_KIND = _LAYOUT["0409"].plaats
_DEBET_CREDIT = _LAYOUT["0431"].plaats
_COSTS = (b"02", b"04")
_REISKOSTEN = frozenset(code.decode() for code in REISKOSTEN_CODES)

Journey = tuple[str, str, str]
"""Prestatiecode, behandelaar and datum prestatie."""


class LookBack:
    """First `prefetch` a group of records, then `look` at each of its prestatierecords in order.

    `party` is the AGB-code of who is paid; `revoked` holds 0433 of every credit of the file.
    """

    def __init__(
        self, source: HistorySource, party: str, set_reading: SetReading, revoked: Marks, *, wlz: bool
    ) -> None:
        self._source = source
        self._party = party
        self._set_reading = set_reading
        self._revoked = revoked
        self._wlz = wlz
        self._past = Past()
        self._journeys: Mapping[Journey, EarlierRecord] = {}
        self._credited: set[int] = set()
        """Records that the file has credited, as far as it tries to do so more than once."""

    def prefetch(self, group: Sequence[bytes], first_line: int) -> None:
        """Fetches what was declared before for the verzekerden and days in the records that come next."""
        asked = [p for line, heen in enumerate(group, first_line) if (p := self._asked(heen, line))]
        rows = self._source.on_days({_person(p) for p in asked}, {text(p.datum) for p in asked}) if asked else ()
        self._past = Past(rows, self._credited)
        journeys = [journey for heen in group if self._wlz and (journey := _journey(heen))]
        self._journeys = self._known_journeys(journeys) if journeys else {}

    def _asked(self, heen: bytes, line: int) -> Prestatierecord | None:
        if heen[:2] != b"04":
            return None
        if heen[_DEBET_CREDIT] == CREDIT or (heen[_KIND] in _COSTS and line in self._set_reading.late):
            return Prestatierecord(heen)
        return None

    def _known_journeys(self, journeys: list[Journey]) -> dict[Journey, EarlierRecord]:
        _, behandelaars, days = zip(*journeys, strict=True)
        return {
            (row.prestatiecode, row.behandelaar, row.datum): row
            for row in standing(self._source.reiskosten(_REISKOSTEN, set(behandelaars), set(days)))
            if not self._is_revoked(row)
        }

    def _is_revoked(self, row: EarlierRecord) -> bool:
        return is_revoked(row, self._party, self._revoked)

    def look(self, heen: bytes, line: int) -> Retrospect | None:
        """What earlier declarations say about a prestatierecord; None where that is nothing."""
        p = self._asked(heen, line)
        if p is None:
            journey = _journey(heen) if self._journeys else None
            earlier_records = self._journeys.get(journey) if journey is not None else None
            return None if earlier_records is None else Retrospect(reiskosten=earlier_records)
        if is_credit(p):
            return Retrospect(self._counterentry(p)) if p.vorig_referentienummer.strip(b" ") else None
        has_basis = self._past.has_basis(self._entry(p, ""), text(p.behandelaar), self._is_revoked, wlz=self._wlz)
        return None if has_basis else Retrospect(basis_missing=True)

    def _counterentry(self, p: Prestatierecord) -> Counterentry:
        entry = self._entry(p, as_number(p.vorig_referentienummer))
        return self._past.counterentry(entry, self._is_revoked, wlz=self._wlz)

    def _entry(self, p: Prestatierecord, number: str) -> CreditKey:
        return CreditKey(
            self._party,
            _person(p),
            text(p.datum),
            text(p.prestatiecode),
            text(p.soort),
            cents(p.declaratiebedrag),
            number,
        )

    def credited(self, retrospect: Retrospect) -> None:
        """A credit was found in order: its debet record can't be credited again."""
        debet = retrospect.debet
        if debet is not None and self._revoked.count(debet.referentienummer) > 1:
            self._credited.add(debet.id)


def is_revoked(earlier: EarlierRecord, party: str, revoked: Marks) -> bool:
    """Whether a message that pays this party takes an earlier record back: `revoked` are 0433 of its credits."""
    return earlier.agb == party and earlier.referentienummer in revoked


def _person(p: Prestatierecord) -> str:
    return person(p.bsn, p.verzekerdennummer)


def _journey(heen: bytes) -> Journey | None:
    """The reiskosten that a record declares, if it does and names a behandelaar."""
    p = Prestatierecord(heen)
    if p.kenmerk != b"04" or p.prestatiecode.rstrip(b" ") not in REISKOSTEN_CODES:
        return None
    if p.soort != b"01" or is_credit(p) or not p.behandelaar.strip(b"0"):
        return None
    return text(p.prestatiecode), text(p.behandelaar), text(p.datum)
