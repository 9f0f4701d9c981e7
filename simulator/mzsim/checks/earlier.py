"""A prestatierecord beside what was declared before: credits (0433), nagekomen costs and hours (0409), reiskosten (0413)."""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.earlier.past import Counterentry
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, text


@check(
    "0433-1", 5, "prestatie", "0651", "VZ",
    source="BER 0433",
    remedy="Fill 0433 of a credit record with the referentienummer (0432) of the debet record that it takes back.",
    reads=("0431",),
    per="credit",
)  # fmt: skip
def previous_referentienummer_missing(p: Prestatierecord, o: Surroundings) -> bool:
    """Referentienummer voorgaande gerelateerde prestatierecord is empty in a credit record."""
    return p.debet_credit_02 == CREDIT and not p.vorig_referentienummer.strip(b" ")


@check(
    "0433-2", 5, "prestatie", "8062", "VZ",
    source="COD954 8062",
    remedy="Leave out both the debet record and its credit; credit only what was declared before.",
    reads=("0431", "0432"),
    per="credit",
)  # fmt: skip
def debet_in_same_file(p: Prestatierecord, o: Surroundings) -> bool:
    """A credit record points at a debet record in the same file."""
    return p.debet_credit_02 == CREDIT and _points_into_file(p, o)


@check(
    "0433-3", 6, "prestatie", "8017", "Z",
    source="Vektis standaardbeschrijving 5.4.8 (INV 2.3.17), COD954 8017",
    remedy="Credit a record that was granted: the same verzekerde, 0408, 0409 and 0413, its 0432 in 0433, and in 0430 what it"
    " was granted.",
    reads=("0403", "0408", "0409", "0413", "0430", "0431"),
    per="reeks",
)  # fmt: skip
def debet_unknown(p: Prestatierecord, o: Surroundings) -> bool:
    """A credit record has no debet record of the same party that is paid, verzekerde, 0408, 0409 and 0413 that was granted
    its 0430 (or, of one that was granted in part, declared it)."""
    counterentry = _counterentry(o)
    return counterentry is not None and counterentry.debet is None and not _points_into_file(p, o)


@check(
    "0433-4", 6, "prestatie", "8084", "Z",
    source="COD954 8084",
    remedy="Leave out the credit record; its debet record was credited already.",
    reads=("0403", "0408", "0409", "0413", "0430", "0431"),
    per="reeks",
)  # fmt: skip
def already_credited(p: Prestatierecord, o: Surroundings) -> bool:
    """A credit record takes back a debet record that was credited already."""
    counterentry = _counterentry(o)
    return counterentry is not None and counterentry.already_credited


@check(
    "0433-5", 6, "prestatie", "0634", "Z",
    source="INV 4.7.1 A9, B7",
    remedy="Credit every record of the set, nagekomen costs included, and declare the set again as it should be.",
    reads=("0403", "0408", "0409", "0413", "0430", "0431"),
    per="reeks",
)  # fmt: skip
def part_of_set_credited(p: Prestatierecord, o: Surroundings) -> bool:
    """A credit record in a Wlz message takes back a part of a set that was granted, while other records of the set stay."""
    counterentry = _counterentry(o)
    return counterentry is not None and counterentry.rest_stays


@check(
    "0409-7", 6, "prestatie", "0634", "Z",
    source="INV 4.4.2, 4.6.4 table 4-9, 4.7.2",
    remedy="Declare the 01 (beside U25 and U35: the 03) of the costs first, with the same datum prestatie and"
    " prestatiecode, or in this message.",
    reads=("0403", "0408", "0413", "0420", "0431"),
    per="reeks",
)  # fmt: skip
def late_without_basis(p: Prestatierecord, o: Surroundings) -> bool:
    """A record 02 or 04 stands alone, and the insurer judged no 01 (in the A-variant of the Wlz: 03) of it before."""
    return o.retrospect is not None and o.retrospect.basis_missing


@check(
    "0409-16", 6, "prestatie", "0634", "Z",
    source="INV 4.4.1, 4.7.1",
    remedy="Credit the costs that were granted for the 01 (beside U25 and U35: the 03), and declare all of its costs in one"
    " 02 or 04.",
    reads=("0403", "0408", "0413", "0414", "0415", "0416", "0420", "0431"),
    per="reeks",
)  # fmt: skip
def late_beside_granted(p: Prestatierecord, o: Surroundings) -> bool:
    """A record 02 or 04 stands alone, and its 01 (in the A-variant of the Wlz: its 03) was granted costs before."""
    return o.retrospect is not None and o.retrospect.costs_taken


@check(
    "0409-17", 6, "prestatie", "0634", "Z",
    source="INV 4.9.1",
    remedy="Declare what was done in the hours in a 03; credit the hours, or the treatment, that was granted before if it"
    " should be the other.",
    reads=("0403", "0408", "0409", "0413", "0420", "0431"),
    per="reeks",
)  # fmt: skip
def hours_and_treatment(p: Prestatierecord, o: Surroundings) -> bool:
    """A record 01 may not stand beside U25 or U35 that were granted before for the same verzekerde, datum prestatie and
    behandelaar, or is U25 or U35 beside such a record 01."""
    return o.retrospect is not None and o.retrospect.not_beside is not None


@check(
    "0413-6", 6, "prestatie", "0587", "Z",
    source="INV 4.8; our choice: WRK001 and WRK002 each once",
    remedy="Declare reiskosten once for a behandelaar and day, WRK001 and WRK002 each.",
    reads=("0408", "0409", "0420", "0431"),
    per="reeks",
)  # fmt: skip
def reiskosten_repeated(p: Prestatierecord, o: Surroundings) -> bool:
    """Reiskosten are declared a second time under the same prestatiecode for the same behandelaar, datum prestatie and
    zorgkantoor."""
    earlier = o.retrospect is not None and o.retrospect.reiskosten is not None
    return earlier or "0413-6" in o.record_sets.get(o.line, ())


def _counterentry(o: Surroundings) -> Counterentry | None:
    return o.retrospect and o.retrospect.counterentry


def _points_into_file(p: Prestatierecord, o: Surroundings) -> bool:
    return bool(o.previous_in_file) and text(p.vorig_referentienummer) in o.previous_in_file
