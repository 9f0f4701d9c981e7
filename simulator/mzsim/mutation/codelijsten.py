"""Defects against code lists that are not public: the store holds a list, without the value that a record bears."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from mzsim.checks.codelijsten import DIGITS, LISTED, ListedRubriek
from mzsim.mutation.declaration import Fields, MutableDeclaration, Mutant
from mzsim.mutation.mutators import Maker, Mutation, add

_DIAGNOSE: Fields = {"0417": "026", "0418": "0001"}
_ZVW: Mapping[str, Fields] = {
    "0411-4": {"0410": "J", "0411": "010", **_DIAGNOSE},
    "0418-3": _DIAGNOSE,
    "0421-1": {"0421": "1200"},
    "0423-1": {"0423": "0100"},
}
"""What fills the rubriek of a check in a valid record."""
_WLZ: Mapping[str, Fields] = {**_ZVW, "0411-4": {"0410": "J", "0411": "020"}}
"""The same in a Wlz message, where 0411 has a value of its own (INV 4.9.1)."""


def _maker(of: ListedRubriek) -> Maker:
    def ways(d: MutableDeclaration) -> Iterator[Mutant]:
        values = (_WLZ if d.wlz else _ZVW)[of.id]
        other = {
            "lijst": of.listing,
            "code": "9" * DIGITS[of.listing],
            "omschrijving": "Voorbeeld",
            "ingang": dt.date(2008, 1, 1),
        }
        for place in d.prestaties:
            yield Mutant(d.message(d.otherwise((place, values))), {"codelijsten": [other]})

    return ways


for _of in LISTED:
    _sentence = f"{_of.name} ({_of.rubriek}) is not in the list {_of.listing} that the store holds."
    add(Mutation(_of.id, "", _sentence, "", frozenset(), _maker(_of)))
