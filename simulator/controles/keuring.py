"""Performs the checks of one record type, in the order that the levels ask for."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any, NamedTuple

from simulator.controles.omgeving import Omgeving
from simulator.controles.register import Controle, Deel, Per, controles, volgorde
from simulator.ei.layout import layouts
from simulator.ei.records import Prestatierecord
from simulator.ei.waarden import CREDIT

GEEN: frozenset[str] = frozenset()


class Oordeel(NamedTuple):
    """The checks that object to a record, in the order of the rubrieken, and the rubrieken that can't be judged further."""

    bezwaren: tuple[Controle, ...]
    onleesbaar: frozenset[str]


IN_ORDE = Oordeel((), GEEN)

Toetsen = list[tuple[Callable[..., bool], Controle]]


class Keuring:
    """The checks of one record type that `door` performs, but for those that `behalve` performs too and those in `uit`."""

    __slots__ = ("_inhoud", "_uit", "_vorm", "controles")

    def __init__(self, deel: Deel, door: str, behalve: str = "", uit: frozenset[str] = GEEN) -> None:
        self._uit = uit
        keuze = [c for c in controles(deel, door=door) if not set(behalve) & set(c.door)]
        self.controles = keuze
        self._vorm: Toetsen = [(c.functie, c) for c in keuze if c.niveau <= 4]
        self._inhoud: Toetsen = [(c.functie, c) for c in keuze if c.niveau > 4]

    def __call__(self, record: Any, omgeving: Any, elders: frozenset[str] = GEEN) -> Oordeel:
        """Judges a record. `elders` are rubrieken of its verzekerdenrecord that failed levels 3 and 4."""
        bezwaren = [c for functie, c in self._vorm if functie(record, omgeving)]
        if not bezwaren and not elders:
            bezwaren = [c for functie, c in self._inhoud if functie(record, omgeving)]
            return Oordeel(self._zonder_uit(bezwaren), GEEN) if bezwaren else IN_ORDE
        onleesbaar = elders.union(*(c.leest for c in bezwaren))
        bezwaren += [c for functie, c in self._inhoud if onleesbaar.isdisjoint(c.leest) and functie(record, omgeving)]
        return Oordeel(self._zonder_uit(sorted(bezwaren, key=volgorde)), onleesbaar)

    def _zonder_uit(self, bezwaren: list[Controle]) -> tuple[Controle, ...]:
        # A check that is switched off is not reported; what can't be read stays unreadable for the checks behind it.
        return tuple(c for c in bezwaren if c.id not in self._uit)


_LAYOUT = layouts("mz301")[b"04"]


def _reeks(*grenzen: tuple[str, str]) -> frozenset[str]:
    return frozenset(r.nummer for r in _LAYOUT.rubrieken for van, tot in grenzen if van <= r.nummer <= tot)


# Rubrieken of which few combinations occur, so that one look covers all checks of them: what was done and what it
# costs, where in the mouth, by whom and on what grounds, and what was done when.
_SAMEN = (
    _reeks(("0409", "0413"), ("0424", "0431")),
    _reeks(("0414", "0416")),
    _reeks(("0406", "0407"), ("0410", "0410"), ("0417", "0423")),
    _reeks(("0408", "0409"), ("0412", "0414"), ("0416", "0416")),
)
_PER_VERZEKERDE: dict[Per, frozenset[str]] = {
    "sleutel": frozenset({"0403", "0404", "0405"}),
    "datum": frozenset({"0408"}),
}
_MEESTE = 20_000

Sleutel = Callable[[bytes], Any]


class _Groep(NamedTuple):
    """Checks that look at the same rubrieken: how to take these from a record, and the values found in order before."""

    sleutel: Sleutel
    goed: set[Any]
    functies: list[Callable[..., bool]]


def _kijkt_naar(c: Controle) -> frozenset[str]:
    """The rubrieken of the prestatierecord that decide the verdict of a check."""
    if c.per in _PER_VERZEKERDE:
        return _PER_VERZEKERDE[c.per]
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
    message or for this verzekerde, is not judged again; anything else goes through `Keuring`, which alone says what is
    wrong.
    """

    __slots__ = ("_elders", "_groepen", "_keuring", "_per_record", "_per_verzekerde")

    def __init__(self, door: str, behalve: str, uit: frozenset[str]) -> None:
        self._keuring = Keuring("prestatie", door, behalve, uit)
        self._elders = GEEN
        self._per_record = [c.functie for c in self._keuring.controles if c.per == "record"]
        per_blik: dict[tuple[bool, frozenset[str]], list[Callable[..., bool]]] = {}
        for c in self._keuring.controles:
            if c.per in ("inhoud", "credit") or c.per in _PER_VERZEKERDE:
                functie = is_credit if c.per == "credit" else c.functie
                per_blik.setdefault((c.per in _PER_VERZEKERDE, _kijkt_naar(c)), []).append(functie)
        self._groepen = [_Groep(_sleutel(blik), set(), functies) for (_, blik), functies in per_blik.items()]
        self._per_verzekerde = [
            groep.goed for groep, (per_verzekerde, _) in zip(self._groepen, per_blik, strict=True) if per_verzekerde
        ]

    def nieuwe_verzekerde(self, elders: frozenset[str]) -> None:
        """From here on the records of another verzekerde; `elders` are rubrieken of his that can't be judged by."""
        self._elders = elders
        for goed in self._per_verzekerde:
            goed.clear()

    def __call__(self, heen: bytes, omgeving: Omgeving) -> Oordeel:
        """Judges a prestatierecord."""
        if self._in_orde(heen, omgeving):
            return IN_ORDE
        return self._keuring(Prestatierecord(heen), omgeving, self._elders)

    def _in_orde(self, heen: bytes, omgeving: Omgeving) -> bool:
        for sleutel, goed, functies in self._groepen:
            waarde = sleutel(heen)
            if waarde not in goed:
                p = Prestatierecord(heen)
                for functie in functies:
                    if functie(p, omgeving):
                        return False
                if len(goed) >= _MEESTE:
                    goed.clear()
                goed.add(waarde)
        if self._elders or not omgeving.niets_elders():
            return False
        if self._per_record:
            p = Prestatierecord(heen)
            return not any(functie(p, omgeving) for functie in self._per_record)
        return True
