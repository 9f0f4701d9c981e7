"""The faulty retours that a pack offers: every kind that `mzsim replay --verstoor` knows, in words."""

from __future__ import annotations

import io
from collections.abc import Collection
from typing import NamedTuple

from mzsim.retour.faults import VERSTORINGEN, Goed, ingrepen, schrijf


class Fout(NamedTuple):
    """A kind of fault: its name, and what is wrong in a retour that has it."""

    soort: str
    zin: str


_ZINNEN = {
    "aantal": "its count of prestatierecords (9904) is wrong",
    "totaal": "its total granted (9909) is wrong",
    "lengte": "a record is not 370 positions long",
    "crlf": "a record is not followed by CR/LF",
    "slot": "it has no sluitrecord",
    "vreemd": "it holds a record of another declaration",
    "heen": "data of the declaration were changed in it",
    "code": "it holds a retourcode that does not exist",
    "wissel": "its records are out of order",
    "dubbel": "a record stands in it twice",
    "factuur": "it is about an unknown factuurnummer",
    "afkap": "it breaks off in the middle of a record",
}
SOORTEN = tuple(Fout(soort, _ZINNEN[soort]) for soort in VERSTORINGEN)
"""Every kind of fault, in the order in which a pack offers them."""


def foute_retour(soort: str, declaratie: bytes, retour: bytes, codes: Collection[str]) -> bytes | None:
    """A good retour with this fault; None where it can't have it."""
    goed = Goed.van(io.BytesIO(retour), io.BytesIO(declaratie), codes)
    anders = ingrepen(soort, goed)
    if isinstance(anders, str):
        return None
    uit = io.BytesIO()
    schrijf(goed, anders, uit)
    return uit.getvalue()
