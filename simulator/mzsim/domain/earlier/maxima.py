"""What an insurer granted before to a verzekerde: for the same prestatie, and what that took of each maximum.

Both count what stands in the store and what was granted earlier in the message at hand; credits give back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from mzsim.domain.covers import Dekkingsleutel, Gekozen, Ruimte
from mzsim.domain.earlier.credits import Eerdere, with_debet
from mzsim.domain.earlier.prestatie import HONORARIUM, PrestatieKey, kaak
from mzsim.domain.teeth import kaak_van
from mzsim.standard.layout import TEKENSET

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


Plaats = tuple[Dekkingsleutel, str]
"""A maximum in one of its periods."""
Verbruik = Mapping[Dekkingsleutel, tuple[int, int]]
"""What was taken of the maxima of dekkingen: cents and aantal."""


class _Granted:
    """What was granted for one prestatie."""

    __slots__ = ("bedrag", "verbruik")

    def __init__(self) -> None:
        self.bedrag = 0
        self.verbruik: dict[Dekkingsleutel, tuple[int, int]] = {}


_NIETS = _Granted()


def periode(per: str | None, datum: str, van_kaak: str) -> str:
    """In which period a prestatie counts, by its day (EEJJMMDD) and jaw: the year, the year and the jaw, or the whole
    insurance. Equal for those that count together to a maximum, or to what asks for an authorisation."""
    if per == "kalenderjaar":
        return datum[:4]
    return datum[:4] + van_kaak if per == "kaak_per_kalenderjaar" else ""


class Eerder:
    """What one verzekerde was granted before. `per` are the periods of the maxima, by dekking."""

    __slots__ = ("_per", "_posten", "_rijen", "dagen", "gebruikt")

    def __init__(self, rijen: Sequence[Eerdere], per: Mapping[Dekkingsleutel, str | None]) -> None:
        self._per = per
        self._rijen = list(with_debet(rijen))
        """What is not yet in `_posten`, which few verzekerden are asked for."""
        self._posten: dict[tuple[str, PrestatieKey], _Granted] = {}
        self.dagen: set[bytes] = set()
        """The days (EEJJMMDD) on which anything was granted before."""
        self.gebruikt: dict[Plaats, tuple[int, int]] = {}
        """What dekkingen with a maximum paid, in cents and in number, by period."""
        for r, debet in self._rijen:
            self.dagen.add(r.datum.encode(TEKENSET))
            if r.aandelen:
                self._verbruik(r.datum, kaak_van(debet.kaak, debet.gebitselement), lees_aandelen(r.aandelen))

    def voeg_toe(self, datum: str, prestatie: PrestatieKey, bedrag: int, aandelen: Aandelen = ()) -> None:
        """A grant, or with negative amounts what a credit takes back."""
        self.onthoud(datum, prestatie, bedrag, aandelen)
        self._verbruik(datum, kaak(prestatie), aandelen)

    def onthoud(self, datum: str, prestatie: PrestatieKey, bedrag: int, aandelen: Aandelen) -> None:
        """What was granted for a prestatie, of which the maxima know already."""
        self.dagen.add(datum.encode(TEKENSET))
        self._boek(datum, prestatie, bedrag, aandelen)

    def _boek(self, datum: str, prestatie: PrestatieKey, bedrag: int, aandelen: Aandelen) -> None:
        post = self._posten.get((datum, prestatie))
        if post is None:
            post = self._posten[datum, prestatie] = _Granted()
        post.bedrag += bedrag
        for sleutel, cent, aantal in aandelen:
            post.verbruik[sleutel] = _plus(post.verbruik.get(sleutel), cent, aantal)

    def _verbruik(self, datum: str, van_kaak: str, aandelen: Aandelen) -> None:
        """What maxima are used up by."""
        for sleutel, cent, aantal in aandelen:
            plaats = (sleutel, periode(self._per.get(sleutel), datum, van_kaak))
            self.gebruikt[plaats] = _plus(self.gebruikt.get(plaats), cent, aantal)

    def bedrag(self, datum: str, prestatie: PrestatieKey) -> int:
        """What was granted for this prestatie, in cents."""
        return self._post(datum, prestatie).bedrag

    def van_prestatie(self, datum: str, prestatie: PrestatieKey) -> Verbruik:
        """What this prestatie took of the maxima of dekkingen."""
        return self._post(datum, prestatie).verbruik

    def _post(self, datum: str, prestatie: PrestatieKey) -> _Granted:
        rijen, self._rijen = self._rijen, []
        for r, debet in rijen:
            self._boek(r.datum, debet.prestatie, r.toegekend_bedrag, lees_aandelen(r.aandelen))
        return self._posten.get((datum, prestatie), _NIETS)

    def ruimte(
        self, datum: str, prestatie: PrestatieKey, gekozen: Iterable[Gekozen], zelf: Verbruik
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
