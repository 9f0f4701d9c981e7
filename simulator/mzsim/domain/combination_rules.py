"""The rules on combinations of prestaties as data, and which prestatiecodes they concern.

A set of rules is a mask: bit n stands for rule n. So most records are known to break nothing before any is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mzsim.common.patterns import of_code

NOT_JUDGED = "niet_beoordeeld"
MAXIMUM = "maximum"
_ONLY = ("alleen_met", "alleen_na")
_NOT = ("niet_met", "niet_na", "interval")
SESSION, CALENDAR_MONTH = "zitting", "kalendermaand"
_FIRST_DAY, _LAST_DAY = "00000000", "99999999"


class Combinatieregel(NamedTuple):
    """A rule on records 01 with one of `prestaties`, against records with one of `tegenhanger` but none of `behalve`.

    Codes may hold `*`. `soort` says what is asked: niet_met, alleen_met, alleen_na, niet_na, interval, maximum;
    `bereik` within what (zitting, kalendermaand, patient), `plaats` where (element, vlak, kaak, kwadrant, sextant; None:
    anywhere), `kaak` restricts it to records of that jaw. `maanden` or `dagen` is the length of an interval or of the
    time after a prestatie, `aantal` a maximum. It judges records from `ingang` to `einde` (EEJJMMDD; None: open).
    """

    nummer: str
    prestaties: tuple[str, ...]
    soort: str
    tegenhanger: tuple[str, ...]
    behalve: tuple[str, ...]
    bereik: str | None
    plaats: str | None
    kaak: str | None
    maanden: int | None
    dagen: int | None
    aantal: int | None
    zelfde_zorgaanbieder: bool
    ingang: str
    einde: str | None

    def in_force(self, date: str) -> bool:
        """Whether it judges records of this day."""
        return self.ingang <= date and (self.einde is None or date <= self.einde)

    @property
    def own_party(self) -> bool:
        """Whether only what the party that is paid declared itself counts: a sitting is at one party."""
        return self.zelfde_zorgaanbieder or self.bereik == SESSION

    @property
    def terug(self) -> int | None:
        """How many calendar months before that of a record it looks; None: ever."""
        if self.bereik in (SESSION, CALENDAR_MONTH):
            return 0
        if self.dagen is not None:
            return self.dagen // 28 + 1
        return self.maanden

    def time(self, date: str) -> str:
        """What stands for the time of a record: those with the same value are within its bereik."""
        if self.bereik == SESSION:
            return date
        return date[:6] if self.bereik == CALENDAR_MONTH else ""


class CombinationMember(NamedTuple):
    """A debet record 01 that can be read, as rules see it; equal records are one. Dates are EEJJMMDD, kaak 0 and element
    00 stand for none, `aantal` is rubriek 0425, and `own` says whether the party that is paid now declared it."""

    date: str
    code: str
    jaw: str
    element: str
    surface: str
    behandelaar: str
    aantal: int
    own: bool = True

    @property
    def prestatie(self) -> tuple[str, ...]:
        """What makes it the same prestatie as another (of one verzekerde): its day and what `PrestatieKey` has of a record
        01. A test holds the two equal; to make that key of every record would take longer than the rules do."""
        return self[:6]


class Category(NamedTuple):
    """What a prestatiecode is to the rules: those that judge it, and those to which it is a tegenhanger."""

    carries: int
    against: int


class Asked(NamedTuple):
    """The prestatiecodes that rules ask after: codes, and patterns with `*`."""

    codes: tuple[str, ...]
    patterns: tuple[str, ...]


class RuleSet:
    """The rules that are judged, compiled once for a message."""

    def __init__(self, rules: Sequence[Combinatieregel]) -> None:
        self.rules = tuple(rule for rule in rules if rule.soort != NOT_JUDGED)
        self._categories: dict[str, Category] = {}
        self._carriers = _Pointer(rule.prestaties for rule in self.rules)
        self._counterparts = _Pointer(rule.tegenhanger for rule in self.rules)
        self._excluding = _Pointer(rule.behalve for rule in self.rules)
        self.only = self._mask(*_ONLY)
        """Rules that a record breaks by itself, where nothing stands beside it."""
        self.excluded = self._mask(*_NOT)
        """Rules that only another record can break."""
        self.maxima = self._mask(MAXIMUM)
        self.in_session = sum(1 << n for n, rule in enumerate(self.rules) if rule.bereik == SESSION)
        """Rules that look at one day and one party only."""
        self.ever = sum(1 << n for n, rule in enumerate(self.rules) if rule.terug is None)
        """Rules that look at all that was ever granted."""
        self.usual = self.category("").against
        """The rules to which every code is a tegenhanger that they don't leave out by name."""
        self._asked: dict[int, Asked] = {}

    def _mask(self, *kinds: str) -> int:
        return sum(1 << n for n, rule in enumerate(self.rules) if rule.soort in kinds)

    def category(self, code: str) -> Category:
        """What a code is to the rules."""
        found = self._categories.get(code)
        if found is None:
            against = self._counterparts[code] & ~self._excluding[code]
            found = self._categories[code] = Category(self._carriers[code], against)
        return found

    def of(self, mask: int) -> Iterator[tuple[int, Combinatieregel]]:
        """The rules of a mask, each with its own bit."""
        while mask:
            bit = mask & -mask
            yield bit, self.rules[bit.bit_length() - 1]
            mask ^= bit

    def days(self, mask: int, first: str, last: str) -> tuple[str, str]:
        """The first and the last day that these rules look at for records from `first` to `last`."""
        if not mask & ~self.in_session:
            return first, last
        if mask & self.ever:
            return _FIRST_DAY, _LAST_DAY
        back = max(rule.terug or 0 for _, rule in self.of(mask))
        year, month = divmod(int(first[:4]) * 12 + int(first[4:6]) - 1 - back, 12)
        return f"{max(year, 0):04d}{month + 1:02d}01", _LAST_DAY

    def asked(self, mask: int) -> Asked:
        """What these rules ask of earlier declarations: their tegenhangers, of a maximum what it counts as well."""
        found = self._asked.get(mask)
        if found is None:
            found = self._asked[mask] = self._ask(mask)
        return found

    def _ask(self, mask: int) -> Asked:
        every: set[str] = set()
        for _, rule in self.of(mask):
            every.update(rule.tegenhanger)
            if rule.soort == MAXIMUM:
                every.update(rule.prestaties)
        patterns = {code for code in every if "*" in code}
        if "*" in patterns:
            return Asked((), ("*",))
        return Asked(tuple(sorted(every - patterns)), tuple(sorted(patterns)))


class _Pointer:
    """Finds the rules whose codes hold a code: at once by the code itself, by one look at each pattern for the rest."""

    def __init__(self, per_line: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]) -> None:
        self._codes: defaultdict[str, int] = defaultdict(int)
        patterns: defaultdict[str, int] = defaultdict(int)
        for n, codes in enumerate(per_line):
            for code in codes:
                (patterns if "*" in code else self._codes)[code] |= 1 << n
        self._patterns = [(of_code(pattern), mask) for pattern, mask in patterns.items()]

    def __getitem__(self, code: str) -> int:
        mask = self._codes.get(code, 0)
        for fits, bits in self._patterns:
            if fits(code):
                mask |= bits
        return mask
