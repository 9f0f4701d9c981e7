"""Defects of prestaties beside others of the verzekerde: a rule of the store that the declaration as it is breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from mzsim.mutation.declaration import MutableDeclaration, Mutant, text
from mzsim.mutation.mutators import mutation
from mzsim.mutation.store_lines import Line, Lists
from mzsim.standard.heen import read

_ONE_PRESTATIE = "a record 01"
_TWO_PRESTATIES = "a verzekerde with records 01 of two prestatiecodes"
_NONEXISTENT = "MUTATE"
"""A prestatiecode that nobody declares."""


def _line(code: str, counterpart: str, **rest: str | int) -> Lists:
    line: Line = {
        "nummer": "mutatie",
        "prestaties": [code],
        "tegenhanger": [counterpart],
        "ingang": dt.date(2000, 1, 1),
        "bron": "mzsim mutate",
        "tekst": "A rule that the declaration breaks.",
        **rest,
    }
    return {"combinatieregels": [line]}


@mutation("0413-10", _ONE_PRESTATIE)
def without_what_belongs_to_it(d: MutableDeclaration) -> Iterator[Mutant]:
    """A rule of the store asks for another prestatie in the sitting."""
    for i in d.honoraria:
        line = _line(text(d.details[i], "0413"), _NONEXISTENT, soort="alleen_met", bereik="zitting")
        yield Mutant(d.message(), line)


@mutation("0413-9", _TWO_PRESTATIES)
def too_soon_after_another(d: MutableDeclaration) -> Iterator[Mutant]:
    """A rule of the store asks for more time after another prestatie of the verzekerde."""
    for verzekerde in d.places(b"02"):
        own = [i for i in d.of_verzekerde(verzekerde) if i in d.honoraria]
        own.sort(key=lambda i: read(d.details[i], "0408"))
        for earlier, later in pairwise(own):
            code, other = (text(d.details[i], "0413") for i in (later, earlier))
            if code != other:
                yield Mutant(d.message(), _line(code, other, soort="interval", dagen=1000))
