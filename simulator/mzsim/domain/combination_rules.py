"""The rules on combinations of prestaties as data, and which prestatiecodes they concern.

A set of rules is a mask: bit n stands for rule n. So most records are known to break nothing before any is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from mzsim.common.patterns import uitdrukking

NIET_BEOORDEELD = "niet_beoordeeld"
MAXIMUM = "maximum"
_ALLEEN = ("alleen_met", "alleen_na")
_NIET = ("niet_met", "niet_na", "interval")
ZITTING, KALENDERMAAND = "zitting", "kalendermaand"
_EERSTE_DAG, _LAATSTE_DAG = "00000000", "99999999"


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

    def in_kracht(self, datum: str) -> bool:
        """Whether it judges records of this day."""
        return self.ingang <= datum and (self.einde is None or datum <= self.einde)

    @property
    def eigen_partij(self) -> bool:
        """Whether only what the party that is paid declared itself counts: a sitting is at one party."""
        return self.zelfde_zorgaanbieder or self.bereik == ZITTING

    @property
    def terug(self) -> int | None:
        """How many calendar months before that of a record it looks; None: ever."""
        if self.bereik in (ZITTING, KALENDERMAAND):
            return 0
        if self.dagen is not None:
            return self.dagen // 28 + 1
        return self.maanden

    def tijd(self, datum: str) -> str:
        """What stands for the time of a record: those with the same value are within its bereik."""
        if self.bereik == ZITTING:
            return datum
        return datum[:6] if self.bereik == KALENDERMAAND else ""


class CombinationMember(NamedTuple):
    """A debet record 01 that can be read, as rules see it; equal records are one. Dates are EEJJMMDD, kaak 0 and element
    00 stand for none, `aantal` is rubriek 0425, and `eigen` says whether the party that is paid now declared it."""

    datum: str
    code: str
    kaak: str
    element: str
    vlak: str
    behandelaar: str
    aantal: int
    eigen: bool = True

    @property
    def prestatie(self) -> tuple[str, ...]:
        """What makes it the same prestatie as another (of one verzekerde): its day and what `PrestatieKey` has of a record
        01. A test holds the two equal; to make that key of every record would take longer than the rules do."""
        return self[:6]


class Klasse(NamedTuple):
    """What a prestatiecode is to the rules: those that judge it, and those to which it is a tegenhanger."""

    draagt: int
    tegen: int


class Gevraagd(NamedTuple):
    """The prestatiecodes that rules ask after: codes, and patterns with `*`."""

    codes: tuple[str, ...]
    patronen: tuple[str, ...]


class Regelset:
    """The rules that are judged, compiled once for a message."""

    def __init__(self, regels: Sequence[Combinatieregel]) -> None:
        self.regels = tuple(regel for regel in regels if regel.soort != NIET_BEOORDEELD)
        self._klassen: dict[str, Klasse] = {}
        self._dragers = _Wijzer(regel.prestaties for regel in self.regels)
        self._tegenhangers = _Wijzer(regel.tegenhanger for regel in self.regels)
        self._behalve = _Wijzer(regel.behalve for regel in self.regels)
        self.alleen = self._masker(*_ALLEEN)
        """Rules that a record breaks by itself, where nothing stands beside it."""
        self.niet = self._masker(*_NIET)
        """Rules that only another record can break."""
        self.maxima = self._masker(MAXIMUM)
        self.in_zitting = sum(1 << n for n, regel in enumerate(self.regels) if regel.bereik == ZITTING)
        """Rules that look at one day and one party only."""
        self.ooit = sum(1 << n for n, regel in enumerate(self.regels) if regel.terug is None)
        """Rules that look at all that was ever granted."""
        self.gewoon = self.klasse("").tegen
        """The rules to which every code is a tegenhanger that they don't leave out by name."""
        self.gevraagd = lru_cache(maxsize=256)(self._gevraagd)

    def _masker(self, *soorten: str) -> int:
        return sum(1 << n for n, regel in enumerate(self.regels) if regel.soort in soorten)

    def klasse(self, code: str) -> Klasse:
        """What a code is to the rules."""
        gevonden = self._klassen.get(code)
        if gevonden is None:
            tegen = self._tegenhangers[code] & ~self._behalve[code]
            gevonden = self._klassen[code] = Klasse(self._dragers[code], tegen)
        return gevonden

    def van(self, masker: int) -> Iterator[tuple[int, Combinatieregel]]:
        """The rules of a mask, each with its own bit."""
        while masker:
            bit = masker & -masker
            yield bit, self.regels[bit.bit_length() - 1]
            masker ^= bit

    def dagen(self, masker: int, eerste: str, laatste: str) -> tuple[str, str]:
        """The first and the last day that these rules look at for records from `eerste` to `laatste`."""
        if not masker & ~self.in_zitting:
            return eerste, laatste
        if masker & self.ooit:
            return _EERSTE_DAG, _LAATSTE_DAG
        terug = max(regel.terug or 0 for _, regel in self.van(masker))
        jaar, maand = divmod(int(eerste[:4]) * 12 + int(eerste[4:6]) - 1 - terug, 12)
        return f"{max(jaar, 0):04d}{maand + 1:02d}01", _LAATSTE_DAG

    def _gevraagd(self, masker: int) -> Gevraagd:
        """What these rules ask of earlier declarations: their tegenhangers, of a maximum what it counts as well."""
        alle: set[str] = set()
        for _, regel in self.van(masker):
            alle.update(regel.tegenhanger)
            if regel.soort == MAXIMUM:
                alle.update(regel.prestaties)
        patronen = {code for code in alle if "*" in code}
        if "*" in patronen:
            return Gevraagd((), ("*",))
        return Gevraagd(tuple(sorted(alle - patronen)), tuple(sorted(patronen)))


class _Wijzer:
    """Finds the rules whose codes hold a code: at once by the code itself, by one look at each pattern for the rest."""

    def __init__(self, per_regel: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]) -> None:
        self._codes: defaultdict[str, int] = defaultdict(int)
        patronen: defaultdict[str, int] = defaultdict(int)
        for n, codes in enumerate(per_regel):
            for code in codes:
                (patronen if "*" in code else self._codes)[code] |= 1 << n
        self._patronen = [(uitdrukking(patroon), masker) for patroon, masker in patronen.items()]

    def __getitem__(self, code: str) -> int:
        masker = self._codes.get(code, 0)
        for past, bits in self._patronen:
            if past.fullmatch(code):
                masker |= bits
        return masker
