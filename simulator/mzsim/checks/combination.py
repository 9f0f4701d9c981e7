"""A prestatie beside others of the same verzekerde, in the message and before it: the rules of the NZa in the store.

The insurer's extra reading of the file (`simulator/mzsim/judging/combination_reading.py`) judges the rules and keeps what they
object to by line; the checks in the register look that up.
"""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.standard.records import Prestatierecord

_LEEST = ("0403", "0408", "0409", "0413", "0431")


@controle(
    "0413-9", 7, "prestatie", "0633", "Z",
    bron="NZa 2026",
    herstel="Leave out the prestatie, or check its date: a rule (in the store: combinatieregels, interval) asks for more time"
    " after the earlier prestatie.",
    leest=_LEEST,
    per="reeks",
)  # fmt: skip
def te_snel(p: Prestatierecord, o: Omgeving) -> bool:
    """A debet record 01 comes too soon after an earlier prestatie of the verzekerde by a rule of the NZa."""
    return "0413-9" in o.reeksen.get(o.regel, ())


@controle(
    "0413-10", 7, "prestatie", "0634", "Z",
    bron="NZa 2026",
    herstel="Leave out the prestatie, or declare with it what a rule asks for (in the store: combinatieregels): another"
    " prestatie, before it or beside it, none that it excludes, not more than the maximum.",
    leest=_LEEST,
    per="reeks",
)  # fmt: skip
def combinatie(p: Prestatierecord, o: Omgeving) -> bool:
    """A debet record 01 may not be declared in this combination, order or number by a rule of the NZa."""
    return "0413-10" in o.reeksen.get(o.regel, ())
