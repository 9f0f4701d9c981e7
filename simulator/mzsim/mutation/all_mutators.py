"""Every mutator: importing this registers them all; a module holds those of one part of the message."""

from mzsim.mutation import (
    beleid,
    codelijsten,
    combinations,
    debiteur,
    fields,
    file,
    grants,
    machtigingen,
    sets,
    store_lists,
)
from mzsim.mutation.mutators import MUTATIONS

__all__ = [
    "MUTATIONS",
    "beleid",
    "codelijsten",
    "combinations",
    "debiteur",
    "fields",
    "file",
    "grants",
    "machtigingen",
    "sets",
    "store_lists",
]
