"""Judges and decides as usual, but for the records of which a director speaks."""

from __future__ import annotations

from typing import Any

from mzsim.checks.performing import Oordeel
from mzsim.checks.surroundings import Omgeving
from mzsim.domain.check import Controle
from mzsim.domain.decisions import Besluit
from mzsim.granting.adjudicate import Beoordelaar
from mzsim.judging.message import Bericht
from mzsim.judging.onlookers import Director
from mzsim.judging.records import Recordkeuring
from mzsim.standard.records import Prestatierecord


class DirectedVerdicts(Recordkeuring):
    """Judges every record as usual, and lets the director have the last word on those that he speaks of."""

    def __init__(self, director: Director, bericht: Bericht, door: str, *hoe: Any, **verder: Any) -> None:
        super().__init__(bericht, door, *hoe, **verder)
        self._director = director
        self._door = door

    def verzekerde(self, heen: bytes, regel: int) -> Oordeel:
        oordeel = super().verzekerde(heen, regel)
        bezwaren = self._director.over_verzekerde(heen, self._door)
        return oordeel if bezwaren is None else oordeel._replace(bezwaren=bezwaren)

    def prestatie(self, heen: bytes, regel: int) -> Oordeel:
        oordeel = super().prestatie(heen, regel)
        bezwaren = self._director.over_prestatie(heen, regel, self._door)
        return oordeel if bezwaren is None else oordeel._replace(bezwaren=bezwaren)


class DirectedDecisions(Beoordelaar):
    """Decides as usual where the director has not."""

    def __init__(self, director: Director, *hoe: Any, **verder: Any) -> None:
        super().__init__(*hoe, **verder)
        self._director = director

    def __call__(self, heen: bytes, bezwaren: tuple[Controle, ...], omgeving: Omgeving) -> Besluit:
        besluit = self._director.besluit
        if besluit is None:
            return super().__call__(heen, bezwaren, omgeving)
        self.noteer(Prestatierecord(heen), besluit.toegekend)
        return besluit


def record_verdicts(bericht: Bericht, *hoe: Any, **verder: Any) -> Recordkeuring:
    """What judges the records of a message; the arguments are those of `Recordkeuring`."""
    if bericht.regie is None:
        return Recordkeuring(bericht, *hoe, **verder)
    return DirectedVerdicts(bericht.regie, bericht, *hoe, **verder)


def decisions(bericht: Bericht, *hoe: Any, **verder: Any) -> Beoordelaar:
    """What decides on its prestatierecords; the arguments behind the message are those of `Beoordelaar`."""
    if bericht.regie is None:
        return Beoordelaar(*hoe, **verder)
    return DirectedDecisions(bericht.regie, *hoe, **verder)
