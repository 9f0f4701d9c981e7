"""Why a prestatierecord is granted less than was declared: the amounts, and the checks that compare them.

Each cause is named where it alone, or after the others, costs all or part of the declaratiebedrag. Source: BER 0481,
INV 2.3.16, and the contract of the simulator, "What an insurer grants".
"""

from __future__ import annotations

from typing import NamedTuple

from mzsim.checks.register import REGISTER, controle


class Vergoeding(NamedTuple):
    """What the dekkingen pay of B, in cents.

    At the declared tariff; at the insurer's own tariff; then with maximum amounts only, maximum numbers only, and both.
    """

    gedeclareerd: int
    eigen_tarief: int
    tot_bedrag: int
    tot_aantal: int
    begrensd: int


class Rekening(NamedTuple):
    """What a decision weighs, in cents: rubriek 0430, what is paid of B, and what was granted before for the prestatie."""

    declaratiebedrag: int
    vergoeding: Vergoeding
    eerder: int = 0

    @property
    def toegekend(self) -> int:
        """What is granted."""
        return self.over(self.vergoeding.begrensd)

    def over(self, vergoeding: int, *, eerder: bool = True) -> int:
        """What would be granted of this vergoeding, with or without what was granted before."""
        return max(0, min(self.declaratiebedrag, vergoeding - (self.eerder if eerder else 0)))

    def kost(self, van: int, tot: int) -> bool:
        """Whether a vergoeding that falls from one amount to another costs anything of the declaratiebedrag."""
        return self.over(tot) < self.over(van) or self.over(tot, eerder=False) < self.over(van, eerder=False)


@controle(
    "0424-6", 7, "toekenning", "8059", "Z",
    bron="INV 2.3.16",
    herstel="Correct the tariff in your administration; the insurer grants its own (contract, else the NZa maximum).",
)  # fmt: skip
def tarief_verlaagd(r: Rekening) -> bool:
    """The tariff of a record 01 is above that of the contract or the national maximum, and the insurer grants its own."""
    return r.kost(r.vergoeding.gedeclareerd, r.vergoeding.eigen_tarief)


@controle(
    "0430-5", 7, "toekenning", "0613", "Z",
    bron="COD954 0613",
    herstel="Charge the rest to the patient; the polis covers less than was declared (in the store: dekkingen).",
)  # fmt: skip
def dekking_schiet_tekort(r: Rekening) -> bool:
    """The cover of the polis falls short of the declaratiebedrag."""
    return r.vergoeding.gedeclareerd < r.declaratiebedrag


@controle(
    "0430-4", 7, "toekenning", "0589", "Z",
    bron="COD954 0589",
    herstel="Charge the rest to the patient; the maximum amount of his cover is reached (in the store: maximum_bedrag).",
)  # fmt: skip
def maximum_bedrag_bereikt(r: Rekening) -> bool:
    """A maximum amount of the cover is reached."""
    v = r.vergoeding
    return r.kost(v.eigen_tarief, v.tot_bedrag) or r.over(v.begrensd) < r.over(v.tot_aantal)


@controle(
    "0425-3", 7, "toekenning", "8220", "Z",
    bron="VGZ, maximum number of treatments",
    herstel="Charge the rest to the patient; the maximum number of his cover is reached (in the store: maximum_aantal).",
)  # fmt: skip
def maximum_aantal_bereikt(r: Rekening) -> bool:
    """A maximum number of the cover is reached."""
    v = r.vergoeding
    return r.kost(v.eigen_tarief, v.tot_aantal) or r.over(v.begrensd) < r.over(v.tot_bedrag)


@controle(
    "0413-8", 7, "toekenning", "0587", "Z",
    bron="Our choice: COD954 0587 for the same verzekerde, 0408, 0409, 0413-0416 and 0420",
    herstel="Leave out what was granted before; to correct it, credit that record first.",
)  # fmt: skip
def eerder_toegekend(r: Rekening) -> bool:
    """The same prestatie was granted before, in full or in part."""
    return any(r.over(bedrag) < r.over(bedrag, eerder=False) for bedrag in r.vergoeding[1:])


OORZAKEN = tuple(REGISTER[id] for id in ("0424-6", "0430-5", "0430-4", "0425-3", "0413-8"))
"""In the order in which they stand on a record."""
