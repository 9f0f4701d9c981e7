"""The debiteurrecord: rubrieken 0303-0326, in a message to a servicebureau (INV 2.3.2 table 2-2).

A check receives the record and the `Surroundings` of its verzekerdenrecord. VECOZO performs them, for no insurer receives
this record. What INV says of it is judged; since 2014 its other rubrieken follow a layout of their own (SB311) for all
declaratiestandaarden.
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.standard.records import Debiteurrecord
from mzsim.standard.values import filled

_DIED = b"1"


@check(
    "0303-1", 5, "debiteur", "0630", "V",
    source="INV 2.3.2 table 2-2",
    remedy="Fill 0303 with the debiteurnummer (0222) of the verzekerdenrecord above it.",
)  # fmt: skip
def debiteurnummer_of_other(d: Debiteurrecord, o: Surroundings) -> bool:
    """Debiteurnummer is another than in the verzekerdenrecord above it (message to a servicebureau)."""
    return d.debiteurnummer != o.verzekerde.debiteurnummer


@check(
    "0306-1", 4, "debiteur", "8072", "V",
    source="INV 2.3.7 table 2-5, BER 0306 (COD700)",
    remedy="Fill 0306 with 1: name 01 is the name at birth.",
)  # fmt: skip
def naamcode_01(d: Debiteurrecord, o: Surroundings) -> bool:
    """Naamcode (01) of the debiteur is not 1."""
    return d.naamcode_01 != b"1"


@check(
    "0309-1", 4, "debiteur", "8072", "V",
    source="INV 2.3.7 table 2-5, BER 0309 (COD701)",
    remedy="Fill 0309 with 2 where the debiteur has a partner, else with 0.",
)  # fmt: skip
def naamcode_02(d: Debiteurrecord, o: Surroundings) -> bool:
    """Naamcode (02) of the debiteur is not 2 or 0."""
    return d.naamcode_02 not in (b"2", b"0")


@check(
    "0313-1", 4, "debiteur", "8072", "V",
    source="INV 2.3.7 table 2-5, BER 0313 (COD829)",
    remedy="Fill 0313 with the way in which the debiteur uses his name, 1 to 4.",
)  # fmt: skip
def naamcode_03(d: Debiteurrecord, o: Surroundings) -> bool:
    """Naamcode (03) of the debiteur is not 1, 2, 3 or 4."""
    return d.naamcode_03 not in (b"1", b"2", b"3", b"4")


@check(
    "0316-1", 3, "debiteur", "0708", "V",
    source="INV 2.3.9, BER 0316",
    remedy="Fill 0316 with the five digits of the house number; 00000 where there is none.",
)  # fmt: skip
def huisnummer(d: Debiteurrecord, o: Surroundings) -> bool:
    """Huisnummer of the debiteur is not numeric."""
    return not d.huisnummer.isdigit()


@check(
    "0326-1", 5, "debiteur", "8072", "V",
    source="INV 2.3.10, BER 0326",
    remedy="Fill 0326 with what the debiteur is to a verzekerde who died (0223 = 1): 23 for the heirs.",
    reads=("0223",),
)  # fmt: skip
def soort_relatie_missing(d: Debiteurrecord, o: Surroundings) -> bool:
    """Soort relatie debiteur is empty while the verzekerde has died."""
    return o.verzekerde.overleden == _DIED and not filled(d.soort_relatie)
