"""What differs per message: the code in 0102, the length of a record, and where in a retour record the retourcodes begin.

The layouts (`layout`) say the rest. Source: berichtspecificaties MZ301 and MZ302 v1.3 (Vektis, 17-12-2007); INV 4.2 for the
codes of the Wlz.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class MessageKind(NamedTuple):
    """A message: the name of its layout, its codes in 0102 (three digits), and how many positions a record has."""

    name: str
    zvw: bytes
    wlz: bytes
    length: int


HEEN = MessageKind("mz301", zvw=b"176", wlz=b"250", length=310)
RETOUR = MessageKind("mz302", zvw=b"177", wlz=b"251", length=370)

FIRST_RETOURCODE = {b"01": "0196", b"02": "0296", b"03": "0396", b"04": "0496", b"98": "9896"}
"""The rubriek of the first retourcode of a retour record, by kenmerk; a sluitrecord has none."""
MOST_CODES = 3
"""Retourcodes on a record."""
CODE_LENGTH = 4


@cache
def retourcode_rubrieken(kenmerk: bytes) -> tuple[str, ...]:
    """The rubrieken of the retourcodes of a record type, in order; raises KeyError for one that has none."""
    first = int(FIRST_RETOURCODE[kenmerk])
    return tuple(f"{first + n:04d}" for n in range(MOST_CODES))


def answered_with(code: bytes) -> bytes:
    """What 0102 of a retour holds, by 0102 of the declaration: 251 on 250, else 177, whatever code that is."""
    return RETOUR.wlz if code == HEEN.wlz else RETOUR.zvw


def of_other_standard(code: bytes) -> bool:
    """Whether 0102 is that of another message than a declaration of this standard; 000 stands for none at all."""
    return code.isdigit() and code not in (b"000", HEEN.zvw, HEEN.wlz)
