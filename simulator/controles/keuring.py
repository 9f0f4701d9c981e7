"""Performs the checks of one record type, in the order that the levels ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from simulator.controles.omgeving import Omgeving
from simulator.controles.register import Controle, Deel, Per, controles, volgorde
from simulator.ei.layout import layouts
from simulator.ei.records import Prestatierecord

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
_PLAATS: dict[Per, slice] = {
    "inhoud": _LAYOUT.stuk("0407", "0431"),
    "sleutel": _LAYOUT.stuk("0403", "0405"),
    "datum": _LAYOUT["0408"].plaats,
}
_MEESTE = 20_000


class Prestatiekeuring:
    """The checks of prestatierecords, with a short way for those that are in order.

    Much of a prestatierecord stands in thousands of others. What was found in order before, in this message or for this
    verzekerde, is not judged again; anything else goes through `Keuring`, which alone says what is wrong.
    """

    __slots__ = ("_elders", "_goed", "_keuring", "_per_record", "_per_verzekerde", "_snel", "_toetsen")

    def __init__(self, door: str, behalve: str, uit: frozenset[str]) -> None:
        self._keuring = Keuring("prestatie", door, behalve, uit)
        self._elders = GEEN
        per_soort: dict[Per, list[Callable[..., bool]]] = {}
        for c in self._keuring.controles:
            per_soort.setdefault(c.per, []).append(c.functie)
        self._per_record = per_soort.get("record", [])
        self._toetsen = {per: per_soort[per] for per in _PLAATS if per in per_soort}
        self._goed: dict[Per, set[bytes]] = {per: set() for per in self._toetsen}
        self._snel = [(_PLAATS[per], goed) for per, goed in self._goed.items()]
        self._per_verzekerde = [goed for per, goed in self._goed.items() if per != "inhoud"]

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
        for plaats, goed in self._snel:
            if heen[plaats] not in goed:
                self._onthoud(Prestatierecord(heen), omgeving)
                return False
        if self._elders or not omgeving.nieuwe_referentie():
            return False
        if self._per_record:
            p = Prestatierecord(heen)
            return not any(functie(p, omgeving) for functie in self._per_record)
        return True

    def _onthoud(self, p: Prestatierecord, omgeving: Omgeving) -> None:
        for per, functies in self._toetsen.items():
            if not any(functie(p, omgeving) for functie in functies):
                goed = self._goed[per]
                if len(goed) >= _MEESTE:
                    goed.clear()
                goed.add(p[_PLAATS[per]])
