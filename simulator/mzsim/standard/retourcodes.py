"""Code list COD954 (retourcodes), from `retourcodes.tsv`; a row's last column is its source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from mzsim.standard.layout import CHARSET, layouts
from mzsim.standard.messages import CODE_LENGTH, RETOUR, retourcode_rubrieken

FILE = frozenset("XT")
"""Kinds of code that reject the file: technical (X) and content (T)."""
RECORD = frozenset("D")
"""The kind of code that rejects one record."""

REJECTED_FILE = "0001"
NO_REMARK = "0200"
FULLY_GRANTED = "8001"
NOT_JUDGED = "8002"
FULLY_REJECTED = "8073"
GOOD_BUT_REJECTED = "8096"
FILE_REJECTED_BY_AGREEMENT = "8097"
COVER = frozenset({"8059", "0613", "0589", "8220"})
"""Codes that say what the cover of a record falls short of, with the berekend bedrag of the insurer (BER 0481)."""
PARTLY_GRANTED = COVER | {"0611", "0587"}
"""With one of these a prestatierecord may be granted in part (BER 0481); the last two can also reject one."""
SUBSTITUTE = "8072"
"""Stands in where the official code for a check is not publicly known."""


class Retourcode(NamedTuple):
    """One row of COD954; `kind` is X, T, D or O (no objection)."""

    code: str
    meaning: str
    kind: str
    source: str


@cache
def retourcodes() -> Mapping[str, Retourcode]:
    """All codes of the list, by code."""
    text = Path(__file__).with_name("retourcodes.tsv").read_text("utf-8")
    rows = (Retourcode(*line.split("\t")) for line in text.splitlines()[1:])
    return MappingProxyType({row.code: row for row in rows})


def codes_on(record: bytes) -> tuple[str, ...]:
    """What stands in the rubrieken of the retourcodes of a retour record, of four positions each; spaces for no code.

    Raises KeyError for a sluitrecord, which has none.
    """
    return _codes_in(record[_place(record[:2])])


@cache
def _place(kenmerk: bytes) -> slice:
    first, *_, last = retourcode_rubrieken(kenmerk)
    return layouts(RETOUR.name)[kenmerk].piece(first, last)


@lru_cache(maxsize=4096)
def _codes_in(piece: bytes) -> tuple[str, ...]:
    text = piece.decode(CHARSET)
    return tuple(text[n : n + CODE_LENGTH] for n in range(0, len(text), CODE_LENGTH))


def given_codes(record: bytes) -> tuple[str, ...]:
    """The retourcodes on a retour record, without what is empty."""
    return tuple(code.strip() for code in codes_on(record) if code.strip())
