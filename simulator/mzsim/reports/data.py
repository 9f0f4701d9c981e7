"""What the reports judge by: what the store holds of one practice, put together by insurer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mzsim.common.errors import ReportError
from mzsim.domain.earlier.credits import EarlierRecord, standing
from mzsim.reports.behandelindex import Kenmerken, TreatmentCounts, age_groups
from mzsim.reports.implantologiecodes import codes_of, implantologiecodes
from mzsim.reports.periods import months_earlier, one_year_before
from mzsim.reports.practice import (
    DEFAULT,
    MACHTIGINGSVRIJ,
    PracticeContract,
    PracticePrestatie,
    Praktijk,
    Request,
)
from mzsim.standard.values import as_bytes, read_date, write_date
from mzsim.store.practice import ContractRow, MachtigingRow, PracticeSource
from mzsim.store.session import Connection


class ReportInsurer(NamedTuple):
    """An insurer; its labels count with it. `machtigingsplichtig` is None where the store doesn't say it of the insurer."""

    uzovi: str
    name: str
    numbers: frozenset[str]
    machtigingsplichtig: tuple[str, ...] | None


class ReportSource:
    """Answers the questions of the reports on one practice (the party that is paid)."""

    def __init__(self, connection: Connection, agb: str) -> None:
        self._store = PracticeSource(connection, agb)
        self._agb = agb

    def insurers(self, uzovi: str | None = None) -> list[ReportInsurer]:
        """The insurers that know the practice, or the one with this number (of its own or of a label).

        Raises ReportError where the store knows nobody, not this practice, or not this insurer.
        """
        if not self._store.holds_anything():
            raise ReportError("the store holds no declarations and no machtigingen; replay or load some first")
        known = self._store.known_to()
        if not known:
            raise ReportError(f"the store holds no contract, machtiging or declaration of AGB-code {self._agb}")
        every = self._insurers()
        chosen = [v for v in every if (uzovi in v.numbers if uzovi else v.numbers & known)]
        if not chosen:
            raise ReportError(f"the store holds no insurer with UZOVI-nummer {uzovi}")
        return chosen

    def _insurers(self) -> Iterator[ReportInsurer]:
        rows = self._store.insurers()
        patterns = [(row.uzovi, row.prestaties) for row in self._store.demands()]
        for row in rows:
            patterns += [(row.nummer, duty["prestaties"]) for duty in row.beleid.get("machtigingsplichtig", ())]
        for row in rows:
            if row.label_van is None:
                numbers = frozenset(r.nummer for r in rows if row.nummer in (r.nummer, r.label_van))
                every = {pattern for uzovi, listing in patterns if uzovi in numbers for pattern in listing}
                # One for every prestatie ("above 1,400 euro", "bijzondere tandheelkunde") says nothing of implantology.
                obliged = {pattern for pattern in every if not pattern.startswith("*")}
                yield ReportInsurer(row.nummer, row.naam, numbers, tuple(sorted(obliged)) or None)

    def practices(self, insurers: list[ReportInsurer], until: dt.date) -> Iterator[Praktijk]:
        """The practice as each of these insurers knows it, with what was done before a day."""
        prestaties = self._store.honoraria(implantologiecodes(), _eejjmmdd(until))
        machtigingen, contracten = self._store.machtigingen(), self._store.contracten()
        for v in insurers:
            requests = (_request(row) for row in machtigingen if row.uzovi in v.numbers)
            yield Praktijk(
                self._agb,
                v.uzovi,
                v.name,
                tuple(_standing(earlier_records for uzovi, earlier_records in prestaties if uzovi in v.numbers)),
                tuple(request for request in requests if request.codes),
                tuple(_contract(row) for row in contracten if row.uzovi in v.numbers),
                v.machtigingsplichtig,
            )

    def tallies(self, until: dt.date) -> list[TreatmentCounts]:
        """The patients of every contracted practice and of this one, over the 12 months before a day."""
        of = one_year_before(until)
        born = {group.since: _last_day_of_birth(until, group.since) for group in age_groups()}
        return [
            TreatmentCounts(row.agb, Kenmerken(row.vanaf, row.soort), row.patienten, int(row.behandelingen))
            for row in self._store.counts((of, _eejjmmdd(of)), (until, _eejjmmdd(until)), born)
        ]


def _standing(rows: Iterable[EarlierRecord]) -> Iterator[PracticePrestatie]:
    """The prestaties that no credit takes back, of days that exist."""
    for row in standing(rows):
        day = read_date(as_bytes(row.datum))
        if day is not None:
            yield PracticePrestatie(row.persoon, day, row.prestatiecode, row.gebitselement, row.kaak, row.aantal)


def _request(row: MachtigingRow) -> Request:
    return Request(row.nummer, row.bsn, codes_of(row.prestaties), row.ingang, row.einde, row.status)


def _contract(row: ContractRow) -> PracticeContract:
    free = row.modules.get("implantologie") == MACHTIGINGSVRIJ
    return PracticeContract(row.ingang, row.einde, MACHTIGINGSVRIJ if free else DEFAULT)


def _last_day_of_birth(day: dt.date, age: int) -> dt.date:
    """The last day of birth of who has an age by a day; who was born on 29 February is older from 1 March on."""
    first = months_earlier(day, 12 * age)
    return first if first.day == day.day or first == dt.date.min else first - dt.timedelta(days=1)


def _eejjmmdd(day: dt.date) -> str:
    return write_date(day).decode("ascii")
