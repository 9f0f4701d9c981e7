"""The short way for prestatierecords that are in order: what was found in order before is not judged again.

It stays because most of what stands in a prestatierecord stands in thousands of others: switched off, a dry run of the
benchmark's declaration takes 63 µs a prestatierecord instead of 23. `Keuring`, which is plain and slow, alone says what is
wrong; all that is said here is that nothing is, and only where each check would see what it has seen before:

- a check `per` inhoud: those of rubrieken 0406-0407 and 0409-0431 that `_kijkt_naar` names, 0408 by its tijdvak, and what
  is fixed for the message;
- a check `per` sleutel or datum: 0403-0405, 0408 by its dekkingsvak, and what belongs to the verzekerde;
- a check `per` referentie or reeks: nothing but what `Omgeving.niets_elders` tells;
- a check `per` credit: 0431, which says that it is none;
- a check `per` record: anything, for it is performed each time.

`SURROUNDINGS` has the fields of `Omgeving` that belong to each. The tests prove of every check that it reads no more, and
that the verdicts are the same without this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, NamedTuple

from mzsim.checks.performing import GEEN, IN_ORDE, Keuring, Oordeel
from mzsim.checks.surroundings import Omgeving
from mzsim.domain.check import Controle, Per
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT

_LAYOUT = layouts("mz301")[b"04"]


def _reeks(*grenzen: tuple[str, str]) -> frozenset[str]:
    return frozenset(r.nummer for r in _LAYOUT.rubrieken for van, tot in grenzen if van <= r.nummer <= tot)


# Rubrieken of which few combinations occur, so that one look covers all checks of them: what was done and what it
# costs, where in the mouth, by whom and on what grounds, and what was done when.
_SAMEN = (
    _reeks(("0409", "0413"), ("0424", "0431")),
    _reeks(("0414", "0416")),
    _reeks(("0406", "0407"), ("0410", "0410"), ("0417", "0423")),
    _reeks(("0408", "0409"), ("0412", "0414"), ("0416", "0416"), ("0431", "0431")),
)
_VAN_VERZEKERDE: tuple[Per, ...] = ("sleutel", "datum")
_MEESTE = 20_000

Sleutel = Callable[[bytes], Any]


class _Groep(NamedTuple):
    """Checks that look at the same rubrieken: how to take these from a record, and the values found in order before."""

    sleutel: Sleutel
    goed: set[Any]
    functies: list[Callable[..., bool]]


def _kijkt_naar(c: Controle) -> frozenset[str]:
    """The rubrieken of the prestatierecord that decide the verdict of a check."""
    if c.per == "credit":
        return _SAMEN[0]
    eigen = frozenset(r.nummer for r in _LAYOUT.rubrieken) & c.leest
    return next((samen for samen in _SAMEN if eigen <= samen), eigen)


def _sleutel(rubrieken: frozenset[str]) -> Sleutel:
    plaatsen: list[slice] = []
    for plaats in sorted((_LAYOUT[nummer].plaats for nummer in rubrieken), key=lambda plaats: plaats.start):
        if plaatsen and plaatsen[-1].stop == plaats.start:
            plaats = slice(plaatsen.pop().start, plaats.stop)
        plaatsen.append(plaats)
    return itemgetter(*plaatsen)


def is_credit(p: Prestatierecord, o: Omgeving) -> bool:
    """Whether a record is a credit: then no look at a part of it is enough."""
    return p.debet_credit_02 == CREDIT


class Prestatiekeuring:
    """The checks of prestatierecords, with a short way for those that are in order.

    Most of what stands in a prestatierecord stands in thousands of others. What was found in order before, in this
    message or for this verzekerde, is not judged again: first as a whole, then by the rubrieken that belong together.
    Anything else goes through `Keuring`, which alone says what is wrong.
    """

    __slots__ = ("_elders", "_goed", "_goed_voor_hem", "_groepen", "_keuring", "_per_record", "_van_verzekerde")

    def __init__(self, door: str, behalve: str, uit: frozenset[str]) -> None:
        self._keuring = Keuring("prestatie", door, behalve, uit)
        keuze = self._keuring.controles
        self._elders = GEEN
        self._groepen = _gegroepeerd(c for c in keuze if c.per in ("inhoud", "credit"))
        self._goed: set[tuple[bytes, bytes, int | None]] = set()
        self._van_verzekerde = [c.functie for c in keuze if c.per in _VAN_VERZEKERDE]
        self._goed_voor_hem: set[tuple[bytes, int]] = set()
        self._per_record = [c.functie for c in keuze if c.per == "record"]

    def nieuwe_verzekerde(self, elders: frozenset[str]) -> None:
        """From here on the records of another verzekerde; `elders` are rubrieken of his that can't be judged by."""
        self._elders = elders
        self._goed_voor_hem.clear()

    def __call__(self, heen: bytes, omgeving: Omgeving) -> Oordeel:
        """Judges a prestatierecord."""
        if self._in_orde(heen, omgeving):
            return IN_ORDE
        return self._keuring(Prestatierecord(heen), omgeving, self._elders)

    def _in_orde(self, heen: bytes, omgeving: Omgeving) -> bool:
        if not omgeving.niets_elders or self._elders:
            return False
        # With the tijdvak of the day, which is as good as the day itself, this is all that these checks look at.
        geheel = (omgeving.inhoud, omgeving.wijze, omgeving.tijdvak)
        if geheel not in self._goed:
            if omgeving.tijdvak is None or not _alle_goed(self._groepen, heen, omgeving):
                return False
            if len(self._goed) >= _MEESTE:
                self._goed.clear()
            self._goed.add(geheel)
        van_hem = (omgeving.sleutel, omgeving.dekkingsvak)
        if van_hem not in self._goed_voor_hem:
            if _bezwaar(self._van_verzekerde, heen, omgeving):
                return False
            self._goed_voor_hem.add(van_hem)
        return not self._per_record or not _bezwaar(self._per_record, heen, omgeving)


def _gegroepeerd(gekozen: Iterable[Controle]) -> list[_Groep]:
    per_blik: dict[frozenset[str], list[Callable[..., bool]]] = {}
    for c in gekozen:
        per_blik.setdefault(_kijkt_naar(c), []).append(is_credit if c.per == "credit" else c.functie)
    return [_Groep(_sleutel(blik), set(), functies) for blik, functies in per_blik.items()]


def _bezwaar(functies: list[Callable[..., bool]], heen: bytes, omgeving: Omgeving) -> bool:
    p = Prestatierecord(heen)
    return any(functie(p, omgeving) for functie in functies)


def _alle_goed(groepen: list[_Groep], heen: bytes, omgeving: Omgeving) -> bool:
    """Whether no check of these groups objects."""
    for sleutel, goed, functies in groepen:
        waarde = sleutel(heen)
        if waarde not in goed:
            if _bezwaar(functies, heen, omgeving):
                return False
            if len(goed) >= _MEESTE:
                goed.clear()
            goed.add(waarde)
    return True
