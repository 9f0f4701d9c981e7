"""The short way for prestatierecords: what was judged before is not judged again, whether it was in order or not; and for
what verzekerdenrecords have in common.

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
  of one that the insurer doesn't know, nothing but whether 0406 is filled;
- a check `per` credit: 0431, and where that says that it is one it is performed;
- a check `per` record: anything, for it is performed each time.

Of a verzekerdenrecord the checks `per` inhoud are not performed where each would see what was in order before, by the
rubrieken that `_looks_at` names.

What levels 3 and 4 find decides which checks of levels 5 to 7 are performed. Of those two levels there are checks `per`
inhoud, which are performed first, and `per` referentie, whose rubrieken no check `per` inhoud reads.

`SURROUNDINGS` has the fields of `Surroundings` that belong to each. The tests prove of every check that it reads no more, and
that the verdicts are the same without this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from mzsim.checks.performing import IN_ORDER, NO, Examination, Verdict, examination
from mzsim.checks.register import ordering
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import Check
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord, Verzekerdenrecord
from mzsim.standard.values import CREDIT

_HEEN = layouts("mz301")


def _numbers(rubriek: str) -> Iterator[str]:
    """The rubrieken of the record of a rubriek."""
    return (r.nummer for r in _HEEN[rubriek[:2].encode()].rubrieken)


def _record_set(*limits: tuple[str, str]) -> frozenset[str]:
    return frozenset(number for of, until in limits for number in _numbers(of) if of <= number <= until)


# Rubrieken of which few combinations occur, so that one look covers all checks of them: what was done and what it
# costs, where in the mouth, by whom and on what grounds, what was done when, and
# what lists that are not public say of it.
_TOGETHER = (
    _record_set(("0409", "0413"), ("0424", "0431")),
    _record_set(("0414", "0416")),
    _record_set(("0406", "0407"), ("0410", "0410"), ("0417", "0423")),
    _record_set(("0408", "0409"), ("0412", "0414"), ("0416", "0416"), ("0431", "0431")),
    _record_set(("0408", "0408"), ("0411", "0411"), ("0418", "0418"), ("0421", "0421"), ("0423", "0423")),
    _record_set(("0204", "0204"), ("0208", "0209"), ("0211", "0211"), ("0216", "0216"), ("0222", "0223")),
    _record_set(("0212", "0214")),
    _record_set(("0217", "0218"), ("0221", "0221")),
    _record_set(("0219", "0220")),
)
_MOST = 20_000

_MACHTIGING = _HEEN[b"04"]["0406"].plaats
_NO_MACHTIGING = b" " * _HEEN[b"04"]["0406"].length

KeyOf = Callable[[bytes], Any]
Objections = tuple[Check, ...]
Whole = tuple[bytes, bytes, int | bytes | None]
"""Rubrieken 0409-0431, 0406 and 0407, and the tijdvak of 0408 (or 0408): all that checks `per` inhoud look at."""
OfVerzekerde = tuple[bytes, int, frozenset[str]]
"""Rubrieken 0403-0405, the dekkingsvak of 0408, and what can't be read, which stops checks."""


Look = tuple[KeyOf, list[Callable[..., bool]]]
"""Checks that look at the same rubrieken: how to take these from a record, and their functions."""


class _Group(NamedTuple):
    """Checks that look at the same rubrieken: how to take these from a record, and the values found in order before."""

    key: KeyOf
    good: set[Any]
    functions: list[Callable[..., bool]]


def _looks_at(c: Check) -> frozenset[str]:
    """The rubrieken of its own record that decide the verdict of a check."""
    assert c.rubriek is not None
    own = frozenset(_numbers(c.rubriek)) & c.reads
    return next((together for together in _TOGETHER if own <= together), own)


def _key(rubrieken: frozenset[str]) -> KeyOf:
    layout = _HEEN[min(rubrieken)[:2].encode()]
    places: list[slice] = []
    for place in sorted((layout[number].plaats for number in rubrieken), key=lambda place: place.start):
        if places and places[-1].stop == place.start:
            place = slice(places.pop().start, place.stop)
        places.append(place)
    return itemgetter(*places)


class VerzekerdeExamination:
    """The checks of verzekerdenrecords, of which those on content are performed on what was not seen in order before."""

    __slots__ = ("_groups", "_rest", "plain")

    def __init__(self, by: str, excluding: str, off: frozenset[str]) -> None:
        self.plain, looks, self._rest = _parts_of_verzekerde(by, excluding, off)
        self._groups = [_Group(key, set(), functions) for key, functions in looks]

    def __call__(self, v: Verzekerdenrecord, surroundings: Surroundings) -> Verdict:
        """Judges a verzekerdenrecord."""
        examination = self._rest if _all_good(self._groups, v, surroundings) else self.plain
        return examination(v, surroundings)


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
        "_unauthorised",
        "plain",
    )

    def __init__(self, by: str, excluding: str, off: frozenset[str]) -> None:
        self.plain, self._parts = _parts(by, excluding, off)
        self._groups = [_Group(key, set(), functions) for key, functions in self._parts.looks]
        self._elsewhere = NO
        self._by_content: dict[Whole, Verdict] = {}
        self._by_verzekerde: dict[OfVerzekerde, Objections] = {}
        self._unauthorised: dict[tuple[int, bool], tuple[Verdict, Verdict]] = {}
        """Of records without an authorisation that the insurer knows: a verdict on content, by its `id` and whether 0406 is
        filled, and the verdict that it becomes."""
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
        of_content = self._by_content.get(whole) or _keep(self._by_content, whole, self._judge_day(heen, o))
        unreadable = of_content.unreadable
        if self._elsewhere:
            unreadable |= self._elsewhere
        beside: Objections = ()
        rest = self._rest(o)
        if rest.checks:
            beside, unreadable = rest(Prestatierecord(heen), o, unreadable)
        of_verzekerde = self._of_verzekerde((o.key, o.cover_stretch, unreadable), heen, o)
        if not (beside or of_verzekerde) and unreadable is of_content.unreadable:
            return of_content
        return self._alike(of_content.objections, beside, of_verzekerde, unreadable)

    def _of_verzekerde(self, key: OfVerzekerde, heen: bytes, o: Surroundings) -> Objections:
        found = self._by_verzekerde.get(key)
        if found is None:
            verdict = self._parts.of_verzekerde(Prestatierecord(heen), o, key[2])
            found = _keep(self._by_verzekerde, key, verdict.objections)
        return found

    def of_contents(
        self,
        wholes: Sequence[Whole],
        records: Sequence[bytes],
        key: bytes,
        cover_stretch: int,
        surroundings: Surroundings,
    ) -> list[Verdict] | None:
        """The verdicts on prestatierecords of one verzekerde, of which nothing but their content may be wrong: debet each, with
        nothing that speaks against it elsewhere. None where whose they are is wrong, or where a day is no existing date.

        `key` are rubrieken 0403-0405 of all of them. What an authorisation adds is for `with_machtiging` to say.
        """
        if self._elsewhere or self._parts.always.checks:
            return None
        known = self._by_content
        try:
            found = list(map(known.__getitem__, wholes))
        except KeyError:
            found = []
            for heen, whole in zip(records, wholes, strict=True):
                if whole[2] is None:
                    return None
                found.append(known.get(whole) or _keep(known, whole, self._judge_content(heen, surroundings)))
        wrong = {} if found.count(IN_ORDER) == len(found) else {id(verdict): verdict for verdict in found}
        for unreadable in (NO, *(verdict.unreadable for verdict in wrong.values())):
            if self._of_verzekerde((key, cover_stretch, unreadable), records[0], surroundings):
                return None
        return found

    def with_machtiging(self, of_content: Verdict, heen: bytes, surroundings: Surroundings) -> Verdict:
        """A verdict of `of_contents`, and what `Surroundings.machtiging` speaks against that record besides."""
        view, filled = surroundings.machtiging, heen[_MACHTIGING] != _NO_MACHTIGING
        if view is None or view.machtiging is not None:
            return self._with_machtiging(of_content, heen, surroundings)
        known = self._unauthorised.get((id(of_content), filled))
        if known is None:
            known = (of_content, self._with_machtiging(of_content, heen, surroundings))
            _keep(self._unauthorised, (id(of_content), filled), known)
        return known[1]

    def _with_machtiging(self, of_content: Verdict, heen: bytes, o: Surroundings) -> Verdict:
        beside, unreadable = self._parts.of_machtiging(Prestatierecord(heen), o, of_content.unreadable)
        return self._alike(of_content.objections, beside, (), unreadable)

    def _alike(self, *parts: Any) -> Verdict:
        """One verdict for all that are alike."""
        return self._together.get(parts) or _keep(self._together, parts, _verdict(*parts))

    def _rest(self, o: Surroundings) -> Examination:
        """The checks whose verdict is not known by what the record holds and whose it is."""
        if not o.nothing_elsewhere:
            return self._parts.beside
        if o.machtiging is not None:
            return self._parts.of_machtiging
        return self._parts.of_credit if o.content.endswith(CREDIT) else self._parts.always

    def _judge_day(self, heen: bytes, o: Surroundings) -> Verdict:
        return (
            self._judge_content(heen, o) if o.stretch is not None else self._parts.of_content(Prestatierecord(heen), o)
        )

    def _judge_content(self, heen: bytes, o: Surroundings) -> Verdict:
        p = Prestatierecord(heen)
        if _all_good(self._groups, p, o):
            return IN_ORDER
        objections, unreadable = self._parts.of_content(p, o)
        return self._alike(objections, (), (), unreadable)


class _Parts(NamedTuple):
    """The checks by what they look at, and how those on content are grouped: the same for all messages."""

    of_content: Examination
    looks: list[Look]
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


@lru_cache(maxsize=256)
def _parts_of_verzekerde(by: str, excluding: str, off: frozenset[str]) -> tuple[Examination, list[Look], Examination]:
    """Every check, how those on content are grouped, and the others."""
    plain = examination("verzekerde", by, excluding, off)
    return plain, _grouped(plain.only("inhoud").checks), plain.only("record")


def _keep(known: dict[Any, Any], key: Any, value: Any) -> Any:
    if len(known) >= _MOST:
        known.clear()
    known[key] = value
    return value


def _verdict(content: Objections, beside: Objections, verzekerde: Objections, unreadable: frozenset[str]) -> Verdict:
    return Verdict(tuple(sorted((*content, *beside, *verzekerde), key=ordering)), unreadable)


def _grouped(chosen: Iterable[Check]) -> list[Look]:
    per_look: dict[frozenset[str], list[Callable[..., bool]]] = {}
    for c in chosen:
        per_look.setdefault(_looks_at(c), []).append(c.function)
    return [(_key(look), functions) for look, functions in per_look.items()]


def _all_good(groups: list[_Group], record: bytes, surroundings: Surroundings) -> bool:
    """Whether no check of these groups objects."""
    for key, good, functions in groups:
        value = key(record)
        if value not in good:
            if any(function(record, surroundings) for function in functions):
                return False
            if len(good) >= _MOST:
                good.clear()
            good.add(value)
    return True
