"""Defects of prestaties beside others of the verzekerde: a rule of the store that the declaration as it is breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from mzsim.mutation.declaration import Declaratie, Mutant, tekst
from mzsim.mutation.mutators import mutatie
from mzsim.mutation.store_lines import Lijsten, Regel
from mzsim.standard.heen import lees

_EEN_PRESTATIE = "a record 01"
_TWEE_PRESTATIES = "a verzekerde with records 01 of two prestatiecodes"
_ONBESTAAND = "MUTATE"
"""A prestatiecode that nobody declares."""


def _regel(code: str, tegenhanger: str, **rest: str | int) -> Lijsten:
    regel: Regel = {
        "nummer": "mutatie",
        "prestaties": [code],
        "tegenhanger": [tegenhanger],
        "ingang": dt.date(2000, 1, 1),
        "bron": "mzsim mutate",
        "tekst": "A rule that the declaration breaks.",
        **rest,
    }
    return {"combinatieregels": [regel]}


@mutatie("0413-10", _EEN_PRESTATIE)
def zonder_wat_erbij_hoort(d: Declaratie) -> Iterator[Mutant]:
    """A rule of the store asks for another prestatie in the sitting."""
    for i in d.honoraria:
        regel = _regel(tekst(d.details[i], "0413"), _ONBESTAAND, soort="alleen_met", bereik="zitting")
        yield Mutant(d.bericht(), regel)


@mutatie("0413-9", _TWEE_PRESTATIES)
def te_snel_na_een_ander(d: Declaratie) -> Iterator[Mutant]:
    """A rule of the store asks for more time after another prestatie of the verzekerde."""
    for verzekerde in d.plaatsen(b"02"):
        eigen = [i for i in d.van_verzekerde(verzekerde) if i in d.honoraria]
        eigen.sort(key=lambda i: lees(d.details[i], "0408"))
        for eerder, later in pairwise(eigen):
            code, ander = (tekst(d.details[i], "0413") for i in (later, eerder))
            if code != ander:
                yield Mutant(d.bericht(), _regel(code, ander, soort="interval", dagen=1000))
