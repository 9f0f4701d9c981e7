"""What a polis covers of a prestatie: which dekkingen match, and what each pays of an amount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mzsim.common.dates import months_later
from mzsim.common.patterns import names
from mzsim.domain.facts import PolisFact
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import read_date, write_date

SUPPLEMENTARY = "aanvullend"


class EigenBijdrage(NamedTuple):
    """What the verzekerde pays himself of what a dekking covers, in cents; `per` is kaak_per_prestatie (INV 4.5.2)."""

    bedrag: int
    per: str


class Dekking(NamedTuple):
    """One line of a pakket; None stands for "any". `percentage` is of `over`: bedrag or eigen_bijdrage.

    What was granted belongs to its `id`, or without one to its place in the pakket.

    `maximum_bedrag` in cents and `maximum_aantal` hold `per` kalenderjaar, kaak_per_kalenderjaar or verzekering (the
    same where it is None).
    """

    id: str | None
    prestaties: tuple[str, ...]
    soort_prestatierecord: tuple[str, ...] | None
    leeftijd_vanaf: int | None
    leeftijd_tot: int | None
    bijzondere_tandheelkunde: bool | None
    percentage: int
    over: str
    eigen_bijdrage: EigenBijdrage | None
    maximum_bedrag: int | None
    maximum_aantal: int | None
    per: str | None
    machtiging: bool
    wachttijd_maanden: int | None

    @classmethod
    def of(cls, fields: Iterable[Any]) -> Dekking:
        """One of these fields in order, with lists and mappings as values that can't change."""
        return cls._make(_fixed(field) for field in fields)

    @property
    def limited(self) -> bool:
        """Whether what it paid before counts."""
        return self.maximum_bedrag is not None or self.maximum_aantal is not None


def _fixed(field: Any) -> Any:
    if isinstance(field, dict):
        return EigenBijdrage(**field)
    return tuple(field) if isinstance(field, list) else field


class Pakket(NamedTuple):
    """A pakket with its dekkingen in order; the first that matches counts. `soort` is basis, aanvullend or wlz."""

    code: str
    kind: str
    dekkingen: tuple[Dekking, ...]


PakketKey = tuple[str, str]
"""UZOVI-nummer and code."""
DekkingKey = tuple[str, str, int | str]
"""UZOVI-nummer and code of the pakket, and the id of the dekking in it; of one without an id its place."""


def dekkingen_of(key: PakketKey, pakket: Pakket) -> Iterator[tuple[DekkingKey, Dekking]]:
    """The dekkingen of a pakket in order, each with what it is known by."""
    for place, dekking in enumerate(pakket.dekkingen):
        yield (*key, place if dekking.id is None else dekking.id), dekking


class Chosen(NamedTuple):
    """A dekking that counts for a prestatie."""

    key: DekkingKey
    supplementary: bool
    dekking: Dekking


class Ground(NamedTuple):
    """What can count for a verzekerde on a day: per pakket of his polis the dekkingen for his age and past its wachttijd."""

    pakketten: tuple[tuple[Chosen, ...], ...]

    def choose(self, p: Prestatierecord) -> list[Chosen]:
        """The dekkingen that count for a prestatierecord, those of basis and wlz first: of each pakket the first that matches."""
        found = (next((g for g in pakket if _fits(g.dekking, p)), None) for pakket in self.pakketten)
        return sorted((g for g in found if g), key=lambda g: g.supplementary)


UNINSURED = Ground(())


def ground(polis: PolisFact, date: bytes, pakketten: Mapping[PakketKey, Pakket]) -> Ground:
    """What a polis can cover on a day."""
    years = age(polis.geboortedatum, date)
    return Ground(
        tuple(
            tuple(
                Chosen(known_by, pakketten[key].kind == SUPPLEMENTARY, dekking)
                for known_by, dekking in dekkingen_of(key, pakketten[key])
                if _holds(dekking, years, polis.start, date)
            )
            for key in polis.pakketten
        )
    )


class Changes(NamedTuple):
    """When the cover of a polis changes: at these ages, and so many months after it began."""

    ages: frozenset[int]
    waiting_times: frozenset[int]

    @classmethod
    def of(cls, keys: Iterable[PakketKey], pakketten: Mapping[PakketKey, Pakket]) -> Changes:
        """Those of a polis with these pakketten."""
        dekkingen = [d for key in keys if key in pakketten for d in pakketten[key].dekkingen]
        return cls(
            frozenset(years for d in dekkingen for years in (d.leeftijd_vanaf, d.leeftijd_tot) if years is not None),
            frozenset(d.wachttijd_maanden for d in dekkingen if d.wachttijd_maanden is not None),
        )

    def days(self, polis: PolisFact) -> list[bytes]:
        """The days (EEJJMMDD) on which the cover of a polis changes: birthdays, and the ends of a wachttijd."""
        days = [b"%08d" % (int(polis.geboortedatum) + 10000 * years) for years in self.ages]
        return days + [_months_later(polis.start, months) for months in self.waiting_times]


def age(born: bytes, date: bytes) -> int:
    """Whole years between two EEJJMMDD dates."""
    return (int(date) - int(born)) // 10000


def _holds(d: Dekking, years: int, start_polis: bytes, date: bytes) -> bool:
    return (
        (d.leeftijd_vanaf is None or years >= d.leeftijd_vanaf)
        and (d.leeftijd_tot is None or years < d.leeftijd_tot)
        and (d.wachttijd_maanden is None or date >= _months_later(start_polis, d.wachttijd_maanden))
    )


def _fits(d: Dekking, p: Prestatierecord) -> bool:
    code = p.prestatiecode.decode("iso8859-1").rstrip()
    return (
        names(d.prestaties, code)
        and (d.soort_prestatierecord is None or p.soort.decode("iso8859-1") in d.soort_prestatierecord)
        and (d.bijzondere_tandheelkunde is None or d.bijzondere_tandheelkunde == (p.bijzondere_tandheelkunde == b"J"))
    )


def _months_later(date: bytes, months: int) -> bytes:
    begin = read_date(date)
    assert begin is not None
    return write_date(months_later(begin, months))


def share(amount: int, percentage: int) -> int:
    """A percentage of an amount in cents, rounded half up."""
    return (amount * percentage + 50) // 100


def pro_rata(amount: int, part: int, whole: int) -> int:
    """A part of an amount in cents, rounded half up."""
    return (2 * amount * part + whole) // (2 * whole)


class Room(NamedTuple):
    """What a maximum leaves for a prestatie: an amount in cents and a number; None for no such maximum."""

    amount: int | None = None
    aantal: int | None = None


UNLIMITED = Room()


def restrict(amount: int, room: Room, count: int) -> int:
    """What maxima leave of an amount in cents for a number of prestaties."""
    if room.aantal is not None and room.aantal < count:
        amount = pro_rata(amount, room.aantal, count)
    return amount if room.amount is None else min(amount, room.amount)


class SharePost(NamedTuple):
    """What one dekking pays of an amount B, step by step, in cents.

    `aandeel` is its percentage of `grondslag` (B, or what the basis leaves of it), `eigen_bijdrage` what the verzekerde pays
    himself of that, `vergoeding` what of the rest counts: in the basis no more than B leaves, for a party without contract a
    percentage and no more than the maximum for the prestatie leaves. `binnen_maximum` is what maxima leave of it, `bedrag`
    what it pays: in an aanvullend pakket no more than the others leave.
    """

    grondslag: int
    aandeel: int
    eigen_bijdrage: int
    vergoeding: int
    binnen_maximum: int
    bedrag: int


def entries(
    amount: int,
    chosen: Sequence[Chosen],
    *,
    vergoeding: int = 100,
    most: int | None = None,
    count: int = 1,
    contributions: int = 0,
    room: Mapping[DekkingKey, Room] | None = None,
) -> Iterator[SharePost]:
    """What each dekking pays of B, in the order of `chosen` (those of basis and wlz first).

    `vergoeding` is the percentage of it that a party without contract gets, `most` what it gets at most (cents; None: any
    amount); `count` is 0425, and `contributions` how often an eigen bijdrage is taken off. The basis pays at most B, the
    aanvullende dekkingen at most what it leaves, an eigen bijdrage included. What a party without contract misses is not
    left to them; what a maximum cuts off is.
    """
    basis = over = 0
    left = most
    for key, supplementary, d in chosen:
        restriction = room.get(key, UNLIMITED) if room else UNLIMITED
        base = max(0, amount - basis) if d.over == "eigen_bijdrage" else amount
        part = share(base, d.percentage)
        own = min(part, d.eigen_bijdrage.bedrag * contributions) if d.eigen_bijdrage else 0
        full = part - own if supplementary else min(part - own, amount - basis)
        unlimited = share(full, vergoeding)
        if left is not None:
            unlimited = min(unlimited, left)
        limited = paid = restrict(unlimited, restriction, count)
        if supplementary:
            paid = min(limited, share(amount - basis, vergoeding) - over)
            over += paid
        else:
            basis += full - (unlimited - limited)
        if left is not None:
            left -= paid
        yield SharePost(base, part, own, unlimited, limited, paid)
