"""Which retourcodes and amounts a rule may answer with, so that the retour is one that can exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mzsim.domain.check import VECOZO
from mzsim.script.rules import AnsweredPart
from mzsim.standard.messages import MOST_CODES
from mzsim.standard.retourcodes import (
    COVER,
    FILE,
    FILE_REJECTED_BY_AGREEMENT,
    GOOD_BUT_REJECTED,
    NO_REMARK,
    REJECTED_FILE,
    Retourcode,
)

PARTLY = COVER | {"0611", "0587"}
"""Codes with which a record goes back that is granted in part (BER 0481); the last two can also reject a record."""

_ALL = 100
_FROM_BELEID = frozenset({GOOD_BUT_REJECTED, FILE_REJECTED_BY_AGREEMENT})


class Amounts(Protocol):
    """What a rule says of the amount: cents, or a percentage of the declaratiebedrag."""

    @property
    def toekennen(self) -> int | None: ...
    @property
    def percentage(self) -> int | None: ...
    @property
    def grants(self) -> bool: ...


Objection = tuple[tuple[str | int, ...], str]
"""Where in the action, and what is wrong there."""


def objection_to_action(
    part: AnsweredPart, sender: str, codes: Sequence[str], amounts: Amounts, known: Mapping[str, Retourcode]
) -> Objection | None:
    """The first reason why no retour can say this; `known` are the retourcodes there are."""
    return _objection_to_amount(part, sender, codes, amounts) or _objection_to_codes(
        part, sender, codes, amounts, known
    )


def _objection_to_amount(part: AnsweredPart, sender: str, codes: Sequence[str], b: Amounts) -> Objection | None:
    if not b.grants:
        return None if codes else ((), "must hold codes, or toekennen or percentage")
    key = ("toekennen",) if b.toekennen is not None else ("percentage",)
    if b.toekennen is not None and b.percentage is not None:
        return key, "leave out toekennen or percentage; they say two things about one amount"
    if part != "prestatie":
        return key, f"an amount is granted on a prestatie, not on a {part}"
    if sender == VECOZO:
        return key, "VECOZO grants nothing; leave out afzender"
    if codes and b.percentage == _ALL:
        return ("codes",), "where all is granted the record is approved and has no code; leave them out"
    return None


def _objection_to_codes(
    part: AnsweredPart, sender: str, codes: Sequence[str], b: Amounts, known: Mapping[str, Retourcode]
) -> Objection | None:
    most = MOST_CODES - 1 if part == "bestand" else MOST_CODES
    if len(codes) > most:
        added = f" ({REJECTED_FILE} stands before them)" if part == "bestand" else ""
        return ("codes", most), f"more than {most} codes do not fit{added}"
    if list(codes) == [NO_REMARK] and not b.grants:
        return _objection_to_no_remark(part, sender)
    for n, code in enumerate(codes):
        if what := _objection_to_code(part, sender, code, known):
            return ("codes", n), what
        if b.grants and code not in PARTLY:
            return ("codes", n), f"{code} rejects the record; with an amount: {', '.join(sorted(PARTLY))}"
        if not b.grants and code in COVER:
            return ("codes", n), f"{code} says that a part is granted; add toekennen or percentage"
    return None


def _objection_to_no_remark(part: AnsweredPart, sender: str) -> Objection | None:
    if part == "bestand":
        return ("codes", 0), f"{NO_REMARK} rejects nothing"
    if part == "prestatie" and sender != VECOZO:
        return ("codes", 0), "to approve a prestatie, grant all of it: percentage: 100"
    return None


def _objection_to_code(part: AnsweredPart, sender: str, code: str, known: Mapping[str, Retourcode]) -> str | None:
    if code not in known:
        return f"{code} is no known retourcode (a store can add it: retourcodes)"
    kind = known[code].kind
    if code == REJECTED_FILE:
        return f"{code} is put before the codes of a file by itself; name the cause"
    if code in _FROM_BELEID:
        return f"{code} is given by an insurer with beleid alles_of_niets: true"
    if kind == "O":
        return f"{code} is no objection"
    if part == "bestand" and kind not in FILE:
        return f"{code} rejects a record, not a file"
    if part != "bestand" and kind in FILE:
        return f"{code} rejects a file, not a record"
    if code in COVER and (part != "prestatie" or sender == VECOZO):
        return f"{code} says that an insurer grants a prestatie in part"
    return None
