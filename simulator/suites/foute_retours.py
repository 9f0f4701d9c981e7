"""The faulty retours that a pack offers: retours with one fault each, which a receiver must refuse."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import NamedTuple

from simulator.codelijsten.retourcodes import Retourcode
from simulator.ei.layout import CRLF, layouts
from simulator.retour.check import controleer_retour

_RETOUR = layouts("mz302")


class Verstoring(NamedTuple):
    """A kind of fault: its name in file names, what it is in words, and how it is put into a good retour."""

    soort: str
    zin: str
    verstoor: Callable[[bytes], bytes | None]

    def maak(self, declaratie: bytes, retour: bytes, codes: Mapping[str, Retourcode]) -> bytes | None:
        """The retour with this fault; None where it can't have it, or where nobody could see it."""
        foute = self.verstoor(retour)
        if foute is None or not any(controleer_retour(io.BytesIO(declaratie), io.BytesIO(foute), codes)):
            return None
        return foute


def _zet(regels: list[bytes], nummer: int, rubriek: str, waarde: bytes) -> bytes:
    plaats = _RETOUR[regels[nummer][:2]][rubriek].plaats
    regels[nummer] = regels[nummer][: plaats.start] + waarde + regels[nummer][plaats.stop :]
    return CRLF.join(regels)


def _aantal(retour: bytes) -> bytes:
    regels = retour.split(CRLF)
    slot = regels[-2]
    aantal = int(slot[_RETOUR[b"99"]["9904"].plaats])
    return _zet(regels, len(regels) - 2, "9904", b"%06d" % (aantal + 1))


def _correctie(retour: bytes) -> bytes | None:
    regels = retour.split(CRLF)
    for nummer, regel in enumerate(regels):
        if regel[:2] == b"02":
            return _zet(regels, nummer, "0207", b"19000101")
    return None


VERSTORINGEN = (
    Verstoring("wrong-count", "the number of prestatierecords (9904) is not that of the retour", _aantal),
    Verstoring("corrected", "data of the declaration were corrected in it", _correctie),
)
