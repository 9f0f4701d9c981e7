"""The short way for prestatierecords: what was judged before is not judged again, whether it was in order or not.

It stays because most of what stands in a prestatierecord stands in thousands of others: switched off, a dry run of the
benchmark's declaration takes 63 µs a prestatierecord instead of 23.
`Examination` is plain and slow, and it alone says what is wrong; all that is said here is that it was asked before, and only
where each check would see what it has seen before:

- a check `per` inhoud: those of rubrieken 0406-0407 and 0409-0431 that `_looks_at` names, 0408 by its tijdvak (as it stands
  where it is no existing date), and what is fixed for the message;
- a check `per` sleutel or datum: 0403-0405, 0408 by its dekkingsvak, and what belongs to the verzekerde;
- a check `per` referentie or reeks: nothing but what `Surroundings.nothing_elsewhere` tells, and where that does not say
  that nothing is wrong it is performed;
- a check `per` machtiging: nothing but whether `Surroundings.machtiging` says anything, and where it does it is performed;
- a check `per` credit: 0431, and where that says that it is one it is performed;
- a check `per` record: anything, for it is performed each time.

What levels 3 and 4 find decides which checks of levels 5 to 7 are performed. Of those two levels there are checks `per`
inhoud, which are performed first, and `per` referentie, whose rubrieken no check `per` inhoud reads.

`SURROUNDINGS` has the fields of `Surroundings` that belong to each. The tests prove of every check that it reads no more, and
that the verdicts are the same without this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from mzsim.checks.performing import IN_ORDER, NO, Examination, Verdict, examination
from mzsim.checks.register import ordering
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import Check
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT

_LAYOUT = layouts("mz301")[b"04"]


def _record_set(*limits: tuple[str, str]) -> frozenset[str]:
    return frozenset(r.nummer for r in _LAYOUT.rubrieken for of, until in limits if of <= r.nummer <= until)


# Rubrieken of which few combinations occur, so that one look covers all checks of them: what was done and what it
# costs, where in the mouth, by whom and on what grounds, what was done when, and
# what lists that are not public say of it.
_TOGETHER = (
    _record_set(("0409", "0413"), ("0424", "0431")),
    _record_set(("0414", "0416")),
    _record_set(("0406", "0407"), ("0410", "0410"), ("0417", "0423")),
    _record_set(("0408", "0409"), ("0412", "0414"), ("0416", "0416"), ("0431", "0431")),
    _record_set(("0408", "0408"), ("0411", "0411"), ("0418", "0418"), ("0421", "0421"), ("0423", "0423")),
)
_MOST = 20_000

KeyOf = Callable[[bytes], Any]
Objections = tuple[Check, ...]


class _Group(NamedTuple):
    """Checks that look at the same rubrieken: how to take these from a record, and the values found in order before."""

    key: KeyOf
    good: set[Any]
    functions: list[Callable[..., bool]]


def _looks_at(c: Check) -> frozenset[str]:
    """The rubrieken of the prestatierecord that decide the verdict of a check."""
    own = frozenset(r.nummer for r in _LAYOUT.rubrieken) & c.reads
    return next((together for together in _TOGETHER if own <= together), own)


def _key(rubrieken: frozenset[str]) -> KeyOf:
    places: list[slice] = []
    for place in sorted((_LAYOUT[number].plaats for number in rubrieken), key=lambda place: place.start):
        if places and places[-1].stop == place.start:
            place = slice(places.pop().start, place.stop)
        places.append(place)
    return itemgetter(*places)


class PrestatieExamination:
    """The checks of prestatierecords, with a short way to what they said of a record like it.

    What was judged before, in this message or for this verzekerde, is not judged again: first by the content as a whole, then
    (of what is in order) by the rubrieken that belong together.
    """

    __slots__ = (
        "_by_content",
        "_by_verzekerde",
        "_elsewhere",
        "_groups",
        "_parts",
        "_together",
        "plain",
    )

    def __init__(self, by: str, excluding: str, off: frozenset[str]) -> None:
        self.plain, self._parts = _parts(by, excluding, off)
        self._groups = [_Group(key, set(), functions) for key, functions in self._parts.looks]
        self._elsewhere = NO
        self._by_content: dict[tuple[bytes, bytes, int | bytes], Verdict] = {}
        self._by_verzekerde: dict[tuple[bytes, int, frozenset[str]], Objections] = {}
        """By what can't be read as well, which stops checks."""
        self._together: dict[tuple[Objections, Objections, Objections, frozenset[str]], Verdict] = {}

    def new_verzekerde(self, elsewhere: frozenset[str]) -> None:
        """From here on the records of another verzekerde; `elsewhere` are rubrieken of his that can't be judged by."""
        self._elsewhere = elsewhere
        self._by_verzekerde.clear()

    def __call__(self, heen: bytes, surroundings: Surroundings) -> Verdict:
        """Judges a prestatierecord."""
        o = surroundings
        # With the tijdvak of the day, which is as good as the day itself, this is all that these checks look at.
        whole = (o.content, o.manner, o.datum_prestatie if o.stretch is None else o.stretch)
        of_content = self._by_content.get(whole) or _keep(self._by_content, whole, self._judge_content(heen, o))
        unreadable = of_content.unreadable
        if self._elsewhere:
            unreadable |= self._elsewhere
        beside: Objections = ()
        rest = self._rest(o)
        if rest.checks:
            beside, unreadable = rest(Prestatierecord(heen), o, unreadable)
        by_verzekerde = (o.key, o.cover_stretch, unreadable)
        of_verzekerde = self._by_verzekerde.get(by_verzekerde)
        if of_verzekerde is None:
            verdict = self._parts.of_verzekerde(Prestatierecord(heen), o, unreadable)
            of_verzekerde = _keep(self._by_verzekerde, by_verzekerde, verdict.objections)
        if not (beside or of_verzekerde) and unreadable is of_content.unreadable:
            return of_content
        parts = (of_content.objections, beside, of_verzekerde, unreadable)
        return self._together.get(parts) or _keep(self._together, parts, _verdict(*parts))

    def _rest(self, o: Surroundings) -> Examination:
        """The checks whose verdict is not known by what the record holds and whose it is."""
        if not o.nothing_elsewhere:
            return self._parts.beside
        if o.machtiging is not None:
            return self._parts.of_machtiging
        return self._parts.of_credit if o.content.endswith(CREDIT) else self._parts.always

    def _judge_content(self, heen: bytes, o: Surroundings) -> Verdict:
        if o.stretch is not None and _all_good(self._groups, heen, o):
            return IN_ORDER
        return self._parts.of_content(Prestatierecord(heen), o)


class _Parts(NamedTuple):
    """The checks by what they look at, and how those on content are grouped: the same for all messages."""

    of_content: Examination
    looks: list[tuple[KeyOf, list[Callable[..., bool]]]]
    of_verzekerde: Examination
    beside: Examination
    of_machtiging: Examination
    of_credit: Examination
    always: Examination


@lru_cache(maxsize=256)
def _parts(by: str, excluding: str, off: frozenset[str]) -> tuple[Examination, _Parts]:
    """Every check, which is what holds, and its parts."""
    plain = examination("prestatie", by, excluding, off)
    of_content = plain.only("inhoud")
    return plain, _Parts(
        of_content,
        _grouped(of_content.checks),
        plain.only("sleutel", "datum"),
        plain.only("referentie", "reeks", "machtiging", "credit", "record"),
        plain.only("machtiging", "credit", "record"),
        plain.only("credit", "record"),
        plain.only("record"),
    )


def _keep(known: dict[Any, Any], key: Any, value: Any) -> Any:
    if len(known) >= _MOST:
        known.clear()
    known[key] = value
    return value


def _verdict(content: Objections, beside: Objections, verzekerde: Objections, unreadable: frozenset[str]) -> Verdict:
    return Verdict(tuple(sorted((*content, *beside, *verzekerde), key=ordering)), unreadable)


def _grouped(chosen: Iterable[Check]) -> list[tuple[KeyOf, list[Callable[..., bool]]]]:
    per_look: dict[frozenset[str], list[Callable[..., bool]]] = {}
    for c in chosen:
        per_look.setdefault(_looks_at(c), []).append(c.function)
    return [(_key(look), functions) for look, functions in per_look.items()]


def _all_good(groups: list[_Group], heen: bytes, surroundings: Surroundings) -> bool:
    """Whether no check of these groups objects."""
    p = Prestatierecord(heen)
    for key, good, functions in groups:
        value = key(heen)
        if value not in good:
            if any(function(p, surroundings) for function in functions):
                return False
            if len(good) >= _MOST:
                good.clear()
            good.add(value)
    return True
