"""What an insurer granted before to a verzekerde: for the same prestatie, and of each maximum.

Both count what stands in the store and what was granted earlier in the message at hand; credits give back.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeVar

from mzsim.domain.covers import Dekkingsleutel, Gekozen, Ruimte
from mzsim.domain.teeth import kaak_van
from mzsim.standard.layout import TEKENSET

HONORARIUM = "01"
"""Soort of the records whose aantal counts to a maximum number."""

Aandelen = tuple[tuple[Dekkingsleutel, int, int], ...]
"""What dekkingen with a maximum paid: each with cents and aantal."""


# The same few tariffs come back in thousands of records.


@lru_cache(maxsize=4096)
def schrijf_aandelen(aandelen: Aandelen) -> str:
    """As the store keeps them."""
    return json.dumps([[*sleutel, bedrag, aantal] for sleutel, bedrag, aantal in aandelen])


@lru_cache(maxsize=4096)
def lees_aandelen(opgeslagen: str | None) -> Aandelen:
    """As `schrijf_aandelen` wrote them."""
    if opgeslagen is None:
        return ()
    return tuple(((u, p, n), bedrag, aantal) for u, p, n, bedrag, aantal in json.loads(opgeslagen))


class Prestatie(NamedTuple):
    """What makes a prestatierecord the same prestatie as another of the same verzekerde (contract 4), but for its day."""

    soort: str
    prestatiecode: str
    behandelaar: str
    gebitselement: str
    vlak: str
    kaak: str


class Toekenning(NamedTuple):
    """A record that was granted something before, or a credit that took it back. Amounts in cents, a credit negative.

    `partij` is who was paid, `nummer` its 0432, `vorig` its 0433, both as they are compared; `opgeslagen` are its aandelen
    as the store keeps them.
    """

    partij: str
    persoon: str
    datum: str
    soort: str
    prestatiecode: str
    behandelaar: str
    gebitselement: str
    vlak: str
    kaak: str
    nummer: str
    vorig: str
    bedrag: int
    opgeslagen: str | None

    @property
    def prestatie(self) -> Prestatie:
        """What makes it the same prestatie as another."""
        return Prestatie(*self[3:9])

    @property
    def aandelen(self) -> Aandelen:
        """What dekkingen with a maximum paid of it."""
        return lees_aandelen(self.opgeslagen)

    @property
    def credit(self) -> bool:
        """Whether it took something back."""
        return self.bedrag < 0

    @property
    def post(self) -> Hashable:
        """What it has in common with the credit that takes it back, or the debet record that it takes back."""
        nummer = self.vorig if self.credit else self.nummer
        return self.partij, self.persoon, self.datum, self.soort, self.prestatiecode, nummer, abs(self.bedrag)


class Boeking(Protocol):
    """A record that was granted, or a credit that took one back."""

    @property
    def credit(self) -> bool: ...

    @property
    def post(self) -> Hashable: ...


B = TypeVar("B", bound=Boeking)


def met_debet(rijen: Sequence[B]) -> Iterator[tuple[B, B]]:
    """Each record with the one that it is about: itself, but of a credit the debet record which that takes back.

    Where in the mouth a credit was done counts as its debet record says; a credit of an unknown one speaks for itself.
    """
    credits = [r for r in rijen if r.credit]
    if not credits:
        yield from zip(rijen, rijen, strict=True)
        return
    debet: dict[Hashable, list[B]] = {}
    for r in rijen:
        if not r.credit:
            debet.setdefault(r.post, []).append(r)
            yield r, r
    for r in credits:
        open_ = debet.get(r.post)
        yield r, open_.pop(0) if open_ else r


Plaats = tuple[Dekkingsleutel, str]
"""A maximum in one of its periods."""
Verbruik = Mapping[Dekkingsleutel, tuple[int, int]]
"""What was taken of the maxima of dekkingen: cents and aantal."""


class _Post:
    """What was granted for one prestatie."""

    __slots__ = ("bedrag", "verbruik")

    def __init__(self) -> None:
        self.bedrag = 0
        self.verbruik: dict[Dekkingsleutel, tuple[int, int]] = {}


_NIETS = _Post()


def kaak(prestatie: Prestatie) -> str:
    """The jaw that a prestatie is about."""
    return kaak_van(prestatie.kaak, prestatie.gebitselement)


def periode(per: str | None, datum: str, van_kaak: str) -> str:
    """In which period a prestatie counts, by its day (EEJJMMDD) and jaw: the year, the year and the jaw, or the whole
    insurance. Equal for those that count together to a maximum, or to what asks for an authorisation."""
    if per == "kalenderjaar":
        return datum[:4]
    return datum[:4] + van_kaak if per == "kaak_per_kalenderjaar" else ""


class Eerder:
    """What one verzekerde was granted before. `per` are the periods of the maxima, by dekking."""

    __slots__ = ("_per", "_posten", "_rijen", "dagen", "gebruikt")

    def __init__(self, rijen: Sequence[Toekenning], per: Mapping[Dekkingsleutel, str | None]) -> None:
        self._per = per
        self._rijen = list(met_debet(rijen))
        """What is not yet in `_posten`, which few verzekerden are asked for."""
        self._posten: dict[tuple[str, Prestatie], _Post] = {}
        self.dagen: set[bytes] = set()
        """The days (EEJJMMDD) on which anything was granted before."""
        self.gebruikt: dict[Plaats, tuple[int, int]] = {}
        """What dekkingen with a maximum paid, in cents and in number, by period."""
        for r, debet in self._rijen:
            self.dagen.add(r.datum.encode(TEKENSET))
            if r.opgeslagen:
                self._verbruik(r.datum, kaak_van(debet.kaak, debet.gebitselement), r.aandelen)

    def voeg_toe(self, datum: str, prestatie: Prestatie, bedrag: int, aandelen: Aandelen = ()) -> None:
        """A grant, or with negative amounts what a credit takes back."""
        self.onthoud(datum, prestatie, bedrag, aandelen)
        self._verbruik(datum, kaak(prestatie), aandelen)

    def onthoud(self, datum: str, prestatie: Prestatie, bedrag: int, aandelen: Aandelen) -> None:
        """What was granted for a prestatie, of which the maxima know already."""
        self.dagen.add(datum.encode(TEKENSET))
        self._boek(datum, prestatie, bedrag, aandelen)

    def _boek(self, datum: str, prestatie: Prestatie, bedrag: int, aandelen: Aandelen) -> None:
        post = self._posten.get((datum, prestatie))
        if post is None:
            post = self._posten[datum, prestatie] = _Post()
        post.bedrag += bedrag
        for sleutel, cent, aantal in aandelen:
            post.verbruik[sleutel] = _plus(post.verbruik.get(sleutel), cent, aantal)

    def _verbruik(self, datum: str, van_kaak: str, aandelen: Aandelen) -> None:
        """What maxima are used up by."""
        for sleutel, cent, aantal in aandelen:
            plaats = (sleutel, periode(self._per.get(sleutel), datum, van_kaak))
            self.gebruikt[plaats] = _plus(self.gebruikt.get(plaats), cent, aantal)

    def bedrag(self, datum: str, prestatie: Prestatie) -> int:
        """What was granted for this prestatie, in cents."""
        return self._post(datum, prestatie).bedrag

    def van_prestatie(self, datum: str, prestatie: Prestatie) -> Verbruik:
        """What this prestatie took of the maxima of dekkingen."""
        return self._post(datum, prestatie).verbruik

    def _post(self, datum: str, prestatie: Prestatie) -> _Post:
        rijen, self._rijen = self._rijen, []
        for r, debet in rijen:
            self._boek(r.datum, debet.prestatie, r.bedrag, r.aandelen)
        return self._posten.get((datum, prestatie), _NIETS)

    def ruimte(
        self, datum: str, prestatie: Prestatie, gekozen: Iterable[Gekozen], zelf: Verbruik
    ) -> dict[Dekkingsleutel, Ruimte]:
        """What the maxima of dekkingen leave. `zelf` is not counted: what this prestatie took and is subtracted apart."""
        gevonden = {}
        for sleutel, _, d in gekozen:
            if not d.begrensd:
                continue
            bedrag, aantal = self.gebruikt.get((sleutel, periode(d.per, datum, kaak(prestatie))), (0, 0))
            eigen_bedrag, eigen_aantal = zelf.get(sleutel, (0, 0))
            gevonden[sleutel] = Ruimte(
                None if d.maximum_bedrag is None else max(0, d.maximum_bedrag - bedrag + eigen_bedrag),
                None
                if d.maximum_aantal is None or prestatie.soort != HONORARIUM
                else max(0, d.maximum_aantal - aantal + eigen_aantal),
            )
        return gevonden


def _plus(eerder: tuple[int, int] | None, bedrag: int, aantal: int) -> tuple[int, int]:
    return (bedrag, aantal) if eerder is None else (eerder[0] + bedrag, eerder[1] + aantal)
