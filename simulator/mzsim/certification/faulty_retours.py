"""The faulty retours that a pack offers: every kind that `mzsim replay --verstoor` knows, in words."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import NamedTuple

from mzsim.retour.faults import FAULTS, operations, write
from mzsim.retour.good import Good, Operation


class RetourFault(NamedTuple):
    """A kind of fault: its name, and what is wrong in a retour that has it."""

    kind: str
    sentence: str


_SENTENCES = {
    "aantal": "its count of prestatierecords (9904) is wrong",
    "totaal": "its total granted (9909) is wrong",
    "lengte": "a record is not 370 positions long",
    "crlf": "a record is not followed by CR/LF",
    "slot": "it has no sluitrecord",
    "vreemd": "it holds a record of another declaration",
    "heen": "data of the declaration were changed in it",
    "code": "it holds a retourcode where that can't stand",
    "wissel": "its records are out of order",
    "dubbel": "a record stands in it twice",
    "factuur": "it is about an unknown factuurnummer",
    "afkap": "it breaks off in the middle of a record",
    "akkoord": "it holds a record that is approved",
    "onder": "a record under a rejected verzekerdenrecord is not 8002",
    "tekst": "0200 and 8002 are swapped on a commentaarrecord",
    "oorzaak": "it rejects the file (0001) without a cause",
    "niets": "no record in it says why it came back",
    "geheel": "it says that all is granted (8001), and holds records",
    "bedrag": "an amount stands beside a code that grants nothing",
}
KINDS = tuple(RetourFault(kind, _SENTENCES[kind]) for kind in FAULTS)
"""Every kind of fault, in the order in which a pack offers them."""


def faulty_retour(kind: str, declaration: bytes, retour: bytes) -> bytes | None:
    """A good retour with this fault; None where it can't have it."""
    good = good_retour(declaration, retour)
    otherwise = operations(kind, good)
    return None if isinstance(otherwise, str) else changed(good, otherwise)


def good_retour(declaration: bytes, retour: bytes) -> Good:
    """A good retour with its declaration, to change something in."""
    return Good.of(io.BytesIO(retour), io.BytesIO(declaration))


def changed(good: Good, operations: Iterable[Operation]) -> bytes:
    """The retour with other bytes in some places."""
    off = io.BytesIO()
    write(good, operations, off)
    return off.getvalue()
