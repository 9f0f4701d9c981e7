"""What each prestatiecode of the chapter implantology means for the score, from `implantologie-2026.tsv`.

A row says whether the prestatie needs a machtiging under the Standaardmodule (ja, nee, or soms: by contract, term or
circumstance), which onderdeel it places, replaces or repairs, how many a record of aantal 1 stands for, the kaak that
follows from the code (rubriek 0414: 1 upper, 2 lower), and why, with its source. The numbers of three positions are
those from 2023 on, of two those until 2022; none of them has meant two things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from mzsim.common.patterns import names

YES, SOMETIMES, NO = "ja", "soms", "nee"
PLACES, REPLACES, REPAIRS = "plaatst", "vervangt", "repareert"
IMPLANTAAT, DRUKKNOP, STEG, PROTHESE = "implantaat", "drukknop", "steg", "prothese"

LIST = "implantologie-2026.tsv"


class Implantologiecode(NamedTuple):
    """One row of the list; `part` and `role` are empty for what is none of the parts that the score names."""

    code: str
    machtiging: str
    part: str
    role: str
    pieces: int
    jaw: str
    reason: str
    source: str


@cache
def implantologiecodes() -> Mapping[str, Implantologiecode]:
    """All codes of the list, by code."""
    lines = (files(__package__) / LIST).read_text("utf-8").splitlines()[1:]
    found = {}
    for line in lines:
        code, machtiging, part, role, pieces, jaw, reason, source = line.split("\t")
        found[code] = Implantologiecode(code, machtiging, part, role, int(pieces or 0), jaw, reason, source)
    return MappingProxyType(found)


def codes_of(patterns: Iterable[str]) -> frozenset[str]:
    """The codes of the list that patterns (* as wildcard) stand for. A pattern for every prestatie names none of them."""
    taking = [pattern for pattern in patterns if not pattern.startswith("*")]
    return frozenset(code for code in implantologiecodes() if names(taking, code))


def machtiging_needed(code: str, machtigingsplichtig: Iterable[str] | None) -> str:
    """ja, nee or soms. `machtigingsplichtig` are the patterns of an insurer that says what needs one, None of another."""
    if machtigingsplichtig is None:
        return implantologiecodes()[code].machtiging
    return YES if names(machtigingsplichtig, code) else NO
