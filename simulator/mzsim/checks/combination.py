"""A prestatie beside others of the same verzekerde, in the message and before it: the rules of the NZa in the store.

The insurer's extra reading of the file (`simulator/mzsim/judging/combination_reading.py`) judges the rules and keeps what they
object to by line; the checks in the register look that up.
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.standard.records import Prestatierecord

_READS = ("0403", "0408", "0409", "0413", "0431")


@check(
    "0413-9", 7, "prestatie", "0633", "Z",
    source="NZa 2026",
    remedy="Leave out the prestatie, or check its date: a rule (in the store: combinatieregels, interval) asks for more time"
    " after the earlier prestatie.",
    reads=_READS,
    per="reeks",
)  # fmt: skip
def too_soon(p: Prestatierecord, o: Surroundings) -> bool:
    """A debet record 01 comes too soon after an earlier prestatie of the verzekerde by a rule of the NZa."""
    return "0413-9" in o.record_sets.get(o.line, ())


@check(
    "0413-10", 7, "prestatie", "0634", "Z",
    source="NZa 2026",
    remedy="Leave out the prestatie, or declare with it what a rule asks for (in the store: combinatieregels): another"
    " prestatie, before it or beside it, none that it excludes, not more than the maximum.",
    reads=_READS,
    per="reeks",
)  # fmt: skip
def combination(p: Prestatierecord, o: Surroundings) -> bool:
    """A debet record 01 may not be declared in this combination, order or number by a rule of the NZa."""
    return "0413-10" in o.record_sets.get(o.line, ())
