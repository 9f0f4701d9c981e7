"""Performs the checks of one record type, in the order that the levels ask for: plainly, each on every record.

What is said here is what holds. `known_verdicts` has a shorter way to the same for prestatierecords.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from mzsim.checks.register import checks, ordering
from mzsim.domain.check import Check, Part, Per

NO: frozenset[str] = frozenset()


class Verdict(NamedTuple):
    """The checks that object to a record, in the order of the rubrieken, and the rubrieken that can't be judged further."""

    objections: tuple[Check, ...]
    unreadable: frozenset[str]


IN_ORDER = Verdict((), NO)

Predicates = list[tuple[Callable[..., bool], Check]]


class Examination:
    """The checks of one record type that `by` performs, but for those that `excluding` performs too and those in `off`.

    `excluding` found nothing to object to. Of a check in `off` that says little: what it objects to is not reported, and
    can't be read all the same. So such a check is performed again.
    """

    __slots__ = ("_content", "_form", "_off", "checks")

    def __init__(self, part: Part, by: str, excluding: str = "", off: frozenset[str] = NO) -> None:
        # A check without a rubriek is about the lines of the file, not about this record.
        choice = (c for c in checks(part, by=by) if c.rubriek and (c.id in off or not set(excluding) & set(c.by)))
        self._perform(choice, off)

    def _perform(self, choice: Iterable[Check], off: frozenset[str]) -> None:
        self._off = off
        self.checks = list(choice)
        self._form: Predicates = [(c.function, c) for c in self.checks if c.level <= 4]
        self._content: Predicates = [(c.function, c) for c in self.checks if c.level > 4]

    def only(self, *per: Per) -> Examination:
        """Of these checks the ones that look at this."""
        some = object.__new__(Examination)
        some._perform((c for c in self.checks if c.per in per), self._off)
        return some

    def __call__(self, record: Any, surroundings: Any, elsewhere: frozenset[str] = NO) -> Verdict:
        """Judges a record. `elsewhere` are rubrieken of its verzekerdenrecord that failed levels 3 and 4."""
        objections = [c for function, c in self._form if function(record, surroundings)]
        if not objections and not elsewhere:
            objections = [c for function, c in self._content if function(record, surroundings)]
            return Verdict(self._without_switched_off(objections), NO) if objections else IN_ORDER
        unreadable = elsewhere.union(*(c.reads for c in objections))
        objections += [
            c for function, c in self._content if unreadable.isdisjoint(c.reads) and function(record, surroundings)
        ]
        return Verdict(self._without_switched_off(sorted(objections, key=ordering)), unreadable)

    def _without_switched_off(self, objections: list[Check]) -> tuple[Check, ...]:
        # A check that is switched off is not reported; what can't be read stays unreadable for the checks behind it.
        return tuple(c for c in objections if c.id not in self._off)


@lru_cache(maxsize=256)
def examination(part: Part, by: str, excluding: str = "", off: frozenset[str] = NO) -> Examination:
    """The `Examination` of these, made once: to choose and sort the checks takes longer than a small message."""
    return Examination(part, by, excluding, off)
