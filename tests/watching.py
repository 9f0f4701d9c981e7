"""Records and surroundings that say what was read of them, and refuse what may not be.

For the tests of what a check, or a plan, looks at: `known_verdicts` and `plans_by_content` rely on it. A `Watched` value is
no record at all, so that nothing can be read of it but a rubriek by its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, NoReturn

import pytest

from mzsim.checks import known_verdicts
from mzsim.checks.performing import NO, Verdict
from mzsim.checks.surroundings import FOR_DEBITEURRECORD, FOR_VERZEKERDENRECORD, SURROUNDINGS, Surroundings
from mzsim.common.periods import day_after
from mzsim.domain.check import Check
from mzsim.granting.plans_by_content import PlansByContent
from mzsim.judging.records import RecordExamination
from mzsim.standard.records import RECORDTYPEN, Debiteurrecord, Prestatierecord, Verzekerdenrecord, rubrieknummers
from tests.source_reads import reads

KENMERK = {category: kenmerk for kenmerk, category in RECORDTYPEN.items()}
NUMBERS = {
    category: {name: number for number, name in rubrieknummers(kenmerk).items()}
    for category, kenmerk in KENMERK.items()
}
"""The number of the rubriek behind each attribute of a record class."""
RUBRIEKEN = {category: frozenset(numbers.values()) for category, numbers in NUMBERS.items()}


class ReadTooMuchError(Exception):
    """Something was read that whoever asked is not registered for."""


class Day(bytes):
    """A datum prestatie that keeps what it was compared with, as the places where a tijdvak has to begin.

    Nothing else can be asked of it but its year, its digits, and whether it is a date.
    """

    borders: list[bytes]

    def __new__(cls, day: bytes) -> Day:
        made = super().__new__(cls, day)
        made.borders = []
        return made

    __hash__ = bytes.__hash__

    def _border(self, border: bytes) -> None:
        # Against nothing every day compares alike; so do all days of a year with where it begins.
        if border and border[4:] != b"0101":
            self.borders.append(border)

    def __lt__(self, other: bytes) -> bool:
        self._border(bytes(other))
        return bytes.__lt__(self, other)

    def __ge__(self, other: bytes) -> bool:
        self._border(bytes(other))
        return bytes.__ge__(self, other)

    def __gt__(self, other: bytes) -> bool:
        self._border(day_after(bytes(other)))
        return bytes.__gt__(self, other)

    def __le__(self, other: bytes) -> bool:
        self._border(day_after(bytes(other)))
        return bytes.__le__(self, other)

    def __eq__(self, other: object) -> bool:
        # Equal to itself it is found among dates that were read before; to be equal to one day is to differ from the next.
        if not bytes.__eq__(self, other):
            assert isinstance(other, bytes)
            self.borders += [bytes(other), day_after(bytes(other))]
            return False
        return True


class Watched:
    """A record, or `Surroundings`, of which only the attributes in `allowed` can be read; `read` are those that were."""

    def __init__(
        self, what: object, allowed: Collection[str], replace: Mapping[str, Callable[[Any], Any]] | None = None
    ) -> None:
        self._what, self._allowed, self._replace = what, allowed, replace or {}
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name not in self._allowed:
            raise ReadTooMuchError(f"{name} of {type(self._what).__name__}")
        self.read.add(name)
        value = getattr(self._what, name)
        return self._replace[name](value) if name in self._replace else value

    def __repr__(self) -> str:
        return f"Watched({self._what!r}, {sorted(self.read)})"


class _TextOfYear(str):
    """Text of a day of which only the year can be taken."""

    __slots__ = ()

    def __getitem__(self, place: Any) -> str:
        if place != slice(None, 4):
            raise ReadTooMuchError(f"positions {place} of 0408")
        return str.__getitem__(self, place)


class DayOfYear(Day):
    """A datum prestatie for a plan: beside what a `Day` can be asked its year, and nothing else."""

    def __getitem__(self, place: Any) -> Any:
        raise ReadTooMuchError(f"positions {place} of 0408 as bytes")

    def rstrip(self, characters: Any = None) -> DayOfYear:
        return self

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return _TextOfYear(bytes.decode(self, encoding, errors))


class OnlyAbout(Mapping[bytes, frozenset[bytes]]):
    """What the register of zorgaanbieders says of one behandelaar; the others in it are those of other records."""

    def __init__(self, register: Mapping[bytes, frozenset[bytes]], code: bytes) -> None:
        self._register, self._code = register, code

    def __getitem__(self, code: bytes) -> frozenset[bytes]:
        if code != self._code:
            raise ReadTooMuchError(f"{code!r} in the register, while 0420 is {self._code!r}")
        return self._register[code]

    def __iter__(self) -> Iterator[bytes]:
        return self._refuse()

    def __len__(self) -> int:
        return self._refuse()

    def _refuse(self) -> NoReturn:
        raise ReadTooMuchError("all of the register of zorgaanbieders")


@cache
def attributes(category: type[bytes], numbers: frozenset[str]) -> frozenset[str]:
    """The attributes of a record class that hold these rubrieken."""
    return frozenset(name for name, number in NUMBERS[category].items() if number in numbers)


@cache
def allowed_rubrieken(check: Check) -> frozenset[str]:
    """The rubrieken of its own record that a check of a verzekerdenrecord, debiteurrecord or prestatierecord may read."""
    if check.part in ("verzekerde", "debiteur") and check.per == "record":
        return RUBRIEKEN[Verzekerdenrecord if check.part == "verzekerde" else Debiteurrecord]
    if check.per == "inhoud":
        return known_verdicts._looks_at(check)
    every = RUBRIEKEN[Prestatierecord]
    return {
        "sleutel": frozenset({"0403", "0404", "0405"}),
        "datum": frozenset({"0408"}),
        "referentie": frozenset({"0432", "0433"}),
    }.get(check.per, every)


def allowed_fields(check: Check) -> frozenset[str]:
    """The fields of `Surroundings` that a check may read."""
    if check.part == "prestatie" or (check.part == "verzekerde" and check.per == "inhoud"):
        return SURROUNDINGS[check.per]
    return FOR_DEBITEURRECORD if check.part == "debiteur" else FOR_VERZEKERDENRECORD


class Performed(NamedTuple):
    """The verdict of a check, and the attributes of the record and the fields of its surroundings that it read."""

    verdict: bool
    of_record: frozenset[str]
    of_surroundings: frozenset[str]


def perform(check: Check, heen: bytes, around: Any, borders: Collection[bytes] = ()) -> Performed:
    """Performs a check of a verzekerdenrecord or prestatierecord; raises `ReadTooMuchError` where it reads more than it may.

    `borders` are where the tijdvakken begin by which a check of a prestatierecord may judge 0408.
    """
    category = RECORDTYPEN[heen[:2]]
    record = category(heen)
    replace: dict[str, Callable[[Any], Any]] = {}
    day = Day(b"")
    if isinstance(record, Prestatierecord):
        if check.per in ("inhoud", "datum"):
            day = Day(record.datum)
            replace = {"datum": lambda _: day}
        code = record.behandelaar
    watched = Watched(record, attributes(category, allowed_rubrieken(check)), replace)
    surroundings = Watched(
        around,
        allowed_fields(check),
        {
            "verzekerde": lambda v: Watched(v, NUMBERS[Verzekerdenrecord]),
            "zorgaanbieders": lambda register: None if register is None else OnlyAbout(register, code),
        },
    )
    try:
        verdict = check.function(watched, surroundings)
    except ReadTooMuchError as error:
        raise ReadTooMuchError(f"{check.id} (per {check.per}) reads {error}") from None
    if within := [border for border in day.borders if border not in borders]:
        raise ReadTooMuchError(f"{check.id} (per {check.per}) tells days of one tijdvak apart, at {within}")
    return Performed(verdict, frozenset(watched.read), frozenset(surroundings.read))


class Nothing:
    """Surroundings that say nothing against a record; only `said` can be read, the rest belongs to the record itself."""

    def __init__(self, **said: object) -> None:
        self._said = said

    def __getattr__(self, name: str) -> Any:
        if name not in self._said:
            raise ReadTooMuchError(name)
        return self._said[name]


Seen = Counter[tuple[str, bool]]
"""How often each check was performed with either verdict."""
Variants = Callable[[bytes], Iterable[bytes]]


@contextmanager
def every_check(variants: Variants = lambda _: ()) -> Iterator[Seen]:
    """While this lasts, every check is performed watched on each verzekerdenrecord and prestatierecord that is judged.

    And on its `variants`: records of the same type that stand where it stands.
    """
    seen: Seen = Counter()
    of_verzekerde, of_prestatie = RecordExamination.verzekerde, RecordExamination.prestatie

    def verzekerde(self: RecordExamination, heen: bytes, line: int) -> Verdict:
        verdict = of_verzekerde(self, heen, line)
        for record in (heen, *variants(heen)):
            _watch(self._verzekerde.plain.checks, record, self.surroundings, NO, {}, seen)
        return verdict

    def prestatie(self: RecordExamination, heen: bytes, line: int) -> Verdict:
        verdict = of_prestatie(self, heen, line)
        borders = {"inhoud": self._stretches._limits, "datum": self._cover_stretches}
        for record in (heen, *variants(heen)):
            _watch(
                self._prestatie.plain.checks,
                record,
                self.surroundings,
                self._prestatie._elsewhere,
                borders,
                seen,
            )
        return verdict

    with pytest.MonkeyPatch.context() as mp:
        mp.setattr(RecordExamination, "verzekerde", verzekerde)
        mp.setattr(RecordExamination, "prestatie", prestatie)
        mp.setattr(RecordExamination, "run", lambda *_: None)  # those of a verzekerde in one go would not come by
        yield seen


def _watch(
    checks: Iterable[Check],
    heen: bytes,
    around: Any,
    elsewhere: frozenset[str],
    borders: Mapping[str, Collection[bytes]],
    seen: Seen,
) -> None:
    """Performs checks as `Examination` does: those of levels 5 to 7 only where what they judge by can be read."""
    unreadable = elsewhere
    for check in sorted(checks, key=lambda check: check.level > 4):
        if check.level > 4 and not unreadable.isdisjoint(check.reads):
            continue
        performed = perform(check, heen[:310], around, borders.get(check.per, ()))
        seen[check.id, performed.verdict] += 1
        of_record, of_surroundings = by_source(check)
        assert performed.of_record <= of_record, f"{check.id} reads what its source does not show"
        assert performed.of_surroundings <= of_surroundings, f"{check.id} reads what its source does not show"
        if performed.verdict and check.level <= 4:
            unreadable |= check.reads


@cache
def by_source(check: Check) -> tuple[frozenset[str], frozenset[str]]:
    """What a check can read by its source: attributes of the record, and fields of its surroundings."""
    of_record, of_surroundings = reads(check.function).values()
    return of_record, frozenset(path.partition(".")[0] for path in of_surroundings)


@contextmanager
def nothing_known() -> Iterator[None]:
    """While this lasts, no verdict and no plan is kept for the records that come next."""

    def plain(itself: known_verdicts.PrestatieExamination, heen: bytes, surroundings: Surroundings) -> Verdict:
        return itself.plain(Prestatierecord(heen), surroundings, itself._elsewhere)

    with pytest.MonkeyPatch.context() as mp:
        mp.setattr(known_verdicts.PrestatieExamination, "__call__", plain)
        mp.setattr(known_verdicts.VerzekerdeExamination, "__call__", lambda itself, *what: itself.plain(*what))
        mp.setattr(PlansByContent, "get", lambda *_: None)
        mp.setattr(RecordExamination, "run", lambda *_: None)
        yield
