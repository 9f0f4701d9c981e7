"""Which retourcodes and amounts a rule may answer with, so that the retour is one that can exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mzsim.domain.check import VECOZO
from mzsim.script.rules import AnsweredPart
from mzsim.standard.layout import CHARSET, layouts
from mzsim.standard.messages import MOST_CODES
from mzsim.standard.retourcodes import (
    COVER,
    FILE,
    FILE_REJECTED_BY_AGREEMENT,
    GOOD_BUT_REJECTED,
    NO_REMARK,
    PARTLY_GRANTED,
    REJECTED_FILE,
    Retourcode,
)

_ALL = 100
_TEXT = layouts("mz302")[b"98"]["9804"].length
_FROM_BELEID = frozenset({GOOD_BUT_REJECTED, FILE_REJECTED_BY_AGREEMENT})


class Said(Protocol):
    """What a rule says beside its codes: an amount, in cents or as a percentage of the declaratiebedrag, and commentaar."""

    @property
    def toekennen(self) -> int | None: ...
    @property
    def percentage(self) -> int | None: ...
    @property
    def grants(self) -> bool: ...
    @property
    def commentaar(self) -> Sequence[str]: ...


Objection = tuple[tuple[str | int, ...], str]
"""Where in the action, and what is wrong there."""


def objection_to_action(
    part: AnsweredPart, sender: str, codes: Sequence[str], said: Said, known: Mapping[str, Retourcode]
) -> Objection | None:
    """The first reason why no retour can say this; `known` are the retourcodes there are."""
    return (
        _objection_to_amount(part, sender, codes, said)
        or _objection_to_codes(part, sender, codes, said, known)
        or _objection_to_commentaar(part, sender, said)
    )


def _objection_to_commentaar(part: AnsweredPart, sender: str, said: Said) -> Objection | None:
    key = ("commentaar",)
    if said.commentaar and part == "bestand":
        return key, "commentaar belongs to a verzekerde or a prestatie"
    if said.commentaar and sender == VECOZO:
        return key, "only an insurer adds commentaar; leave out afzender"
    if said.commentaar and said.percentage == _ALL:
        return key, "where all is granted the record does not come back, nor would commentaar"
    for n, text in enumerate(said.commentaar):
        if not text or text != text.strip():
            return (*key, n), "must be text without spaces around it"
        if len(text) > _TEXT:
            return (*key, n), f"does not fit in the {_TEXT} positions of rubriek 9804; use two texts"
        if text.encode(CHARSET, "ignore").decode(CHARSET) != text:
            return (*key, n), "holds a character that a message has no place for (ISO 8859-1)"
    return None


def _objection_to_amount(part: AnsweredPart, sender: str, codes: Sequence[str], b: Said) -> Objection | None:
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
    part: AnsweredPart, sender: str, codes: Sequence[str], b: Said, known: Mapping[str, Retourcode]
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
        if b.grants and code not in PARTLY_GRANTED:
            return ("codes", n), f"{code} rejects the record; with an amount: {', '.join(sorted(PARTLY_GRANTED))}"
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
