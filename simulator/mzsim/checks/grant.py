"""Why a prestatierecord is granted less than was declared: the amounts, and the checks that compare them.

Each cause is named where it alone, or after the others, costs all or part of the declaratiebedrag. Source: BER 0481,
INV 2.3.16; the page `granting` of the manual says it in words.
"""

from __future__ import annotations

from typing import NamedTuple

from mzsim.checks.register import REGISTER, check


class Reimbursement(NamedTuple):
    """What the dekkingen pay of B, in cents.

    At the declared tariff; at the insurer's own tariff; then with maximum amounts only, maximum numbers only, and both.
    """

    declared: int
    own_tariff: int
    to_amount: int
    to_count: int
    limited: int


class Bill(NamedTuple):
    """What a decision weighs, in cents: rubriek 0430, what is paid of B, and what was granted before for the prestatie."""

    declaratiebedrag: int
    vergoeding: Reimbursement
    earlier: int = 0

    @property
    def granted(self) -> int:
        """What is granted."""
        return self.over(self.vergoeding.limited)

    def over(self, vergoeding: int, *, earlier: bool = True) -> int:
        """What would be granted of this vergoeding, with or without what was granted before."""
        return max(0, min(self.declaratiebedrag, vergoeding - (self.earlier if earlier else 0)))

    def costs(self, of: int, until: int) -> bool:
        """Whether a vergoeding that falls from one amount to another costs anything of the declaratiebedrag."""
        return self.over(until) < self.over(of) or self.over(until, earlier=False) < self.over(of, earlier=False)


@check(
    "0424-6", 7, "toekenning", "8059", "Z",
    source="INV 2.3.16",
    remedy="Correct the tariff in your administration; the insurer grants its own (contract, else the NZa maximum).",
)  # fmt: skip
def tariff_lowered(r: Bill) -> bool:
    """The tariff of a record 01 is above that of the contract or the national maximum, and the insurer grants its own."""
    return r.costs(r.vergoeding.declared, r.vergoeding.own_tariff)


@check(
    "0430-5", 7, "toekenning", "0613", "Z",
    source="COD954 0613",
    remedy="Charge the rest to the patient; the polis covers less than was declared (in the store: dekkingen).",
)  # fmt: skip
def dekking_falls_short(r: Bill) -> bool:
    """The cover of the polis falls short of the declaratiebedrag."""
    return r.vergoeding.declared < r.declaratiebedrag


@check(
    "0430-4", 7, "toekenning", "0589", "Z",
    source="COD954 0589",
    remedy="Charge the rest to the patient; the maximum amount of his cover is reached (in the store: maximum_bedrag).",
)  # fmt: skip
def maximum_amount_reached(r: Bill) -> bool:
    """A maximum amount of the cover is reached."""
    v = r.vergoeding
    return r.costs(v.own_tariff, v.to_amount) or r.over(v.limited) < r.over(v.to_count)


@check(
    "0425-3", 7, "toekenning", "8220", "Z",
    source="VGZ, maximum number of treatments",
    remedy="Charge the rest to the patient; the maximum number of his cover is reached (in the store: maximum_aantal).",
)  # fmt: skip
def maximum_count_reached(r: Bill) -> bool:
    """A maximum number of the cover is reached."""
    v = r.vergoeding
    return r.costs(v.own_tariff, v.to_count) or r.over(v.limited) < r.over(v.to_amount)


@check(
    "0413-8", 7, "toekenning", "0587", "Z",
    source="Our choice: COD954 0587 for the same verzekerde, 0408, 0409, 0413-0416 and 0420",
    remedy="Leave out what was granted before; to correct it, credit that record first.",
)  # fmt: skip
def earlier_granted(r: Bill) -> bool:
    """The same prestatie was granted before, in full or in part."""
    return any(r.over(amount) < r.over(amount, earlier=False) for amount in r.vergoeding[1:])


CAUSES = tuple(REGISTER[id] for id in ("0424-6", "0430-5", "0430-4", "0425-3", "0413-8"))
"""In the order in which they stand on a record."""
