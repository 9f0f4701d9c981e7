"""Which retourcodes and amounts a rule may answer with, so that the retour is one that can exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mzsim.domain.check import VECOZO
from mzsim.script.rules import Onderdeel
from mzsim.standard.messages import MEESTE_CODES
from mzsim.standard.retourcodes import (
    AFGEKEURD_BESTAND,
    BESTAND,
    BESTAND_AFGEWEZEN_AFSPRAAK,
    GEEN_OPMERKING,
    GOED_MAAR_AFGEWEZEN,
    Retourcode,
)

DEELS = frozenset({"8059", "0611", "0613", "0589", "8220", "0587"})
"""Codes with which a record goes back that is granted in part (BER 0481)."""
ALLEEN_DEELS = DEELS - {"0611", "0587"}
"""Those that say nothing else; the other two can also reject a record."""

_ALLES = 100
_VAN_BELEID = frozenset({GOED_MAAR_AFGEWEZEN, BESTAND_AFGEWEZEN_AFSPRAAK})


class Bedragen(Protocol):
    """What a rule says of the amount: cents, or a percentage of the declaratiebedrag."""

    @property
    def toekennen(self) -> int | None: ...
    @property
    def percentage(self) -> int | None: ...
    @property
    def kent_toe(self) -> bool: ...


Bezwaar = tuple[tuple[str | int, ...], str]
"""Where in the action, and what is wrong there."""


def bezwaar_tegen_actie(
    deel: Onderdeel, afzender: str, codes: Sequence[str], bedragen: Bedragen, bekend: Mapping[str, Retourcode]
) -> Bezwaar | None:
    """The first reason why no retour can say this; `bekend` are the retourcodes there are."""
    return _bezwaar_tegen_bedrag(deel, afzender, codes, bedragen) or _bezwaar_tegen_codes(
        deel, afzender, codes, bedragen, bekend
    )


def _bezwaar_tegen_bedrag(deel: Onderdeel, afzender: str, codes: Sequence[str], b: Bedragen) -> Bezwaar | None:
    if not b.kent_toe:
        return None if codes else ((), "must hold codes, or toekennen or percentage")
    sleutel = ("toekennen",) if b.toekennen is not None else ("percentage",)
    if b.toekennen is not None and b.percentage is not None:
        return sleutel, "leave out toekennen or percentage; they say two things about one amount"
    if deel != "prestatie":
        return sleutel, f"an amount is granted on a prestatie, not on a {deel}"
    if afzender == VECOZO:
        return sleutel, "VECOZO grants nothing; leave out afzender"
    if codes and b.percentage == _ALLES:
        return ("codes",), "where all is granted the record is approved and has no code; leave them out"
    return None


def _bezwaar_tegen_codes(
    deel: Onderdeel, afzender: str, codes: Sequence[str], b: Bedragen, bekend: Mapping[str, Retourcode]
) -> Bezwaar | None:
    meeste = MEESTE_CODES - 1 if deel == "bestand" else MEESTE_CODES
    if len(codes) > meeste:
        erbij = f" ({AFGEKEURD_BESTAND} stands before them)" if deel == "bestand" else ""
        return ("codes", meeste), f"more than {meeste} codes do not fit{erbij}"
    if list(codes) == [GEEN_OPMERKING] and not b.kent_toe:
        return _bezwaar_tegen_geen_opmerking(deel, afzender)
    for n, code in enumerate(codes):
        if wat := _bezwaar_tegen_code(deel, afzender, code, bekend):
            return ("codes", n), wat
        if b.kent_toe and code not in DEELS:
            return ("codes", n), f"{code} rejects the record; with an amount: {', '.join(sorted(DEELS))}"
        if not b.kent_toe and code in ALLEEN_DEELS:
            return ("codes", n), f"{code} says that a part is granted; add toekennen or percentage"
    return None


def _bezwaar_tegen_geen_opmerking(deel: Onderdeel, afzender: str) -> Bezwaar | None:
    if deel == "bestand":
        return ("codes", 0), f"{GEEN_OPMERKING} rejects nothing"
    if deel == "prestatie" and afzender != VECOZO:
        return ("codes", 0), "to approve a prestatie, grant all of it: percentage: 100"
    return None


def _bezwaar_tegen_code(deel: Onderdeel, afzender: str, code: str, bekend: Mapping[str, Retourcode]) -> str | None:
    if code not in bekend:
        return f"{code} is no known retourcode (a store can add it: retourcodes)"
    soort = bekend[code].soort
    if code == AFGEKEURD_BESTAND:
        return f"{code} is put before the codes of a file by itself; name the cause"
    if code in _VAN_BELEID:
        return f"{code} is given by an insurer with beleid alles_of_niets: true"
    if soort == "O":
        return f"{code} is no objection"
    if deel == "bestand" and soort not in BESTAND:
        return f"{code} rejects a record, not a file"
    if deel != "bestand" and soort in BESTAND:
        return f"{code} rejects a file, not a record"
    if code in ALLEEN_DEELS and (deel != "prestatie" or afzender == VECOZO):
        return f"{code} says that an insurer grants a prestatie in part"
    return None
