"""The sluitrecord: its counts and its total against what stands before it (rubrieken 9902-9908)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mzsim.checks.register import check
from mzsim.standard.records import Sluitrecord
from mzsim.standard.values import CREDIT, DEBET

_DETAIL = (b"02", b"03", b"04", b"98")


class MessageCounts(NamedTuple):
    """What the first reading counted: records by kenmerk, and the total in cents (None where it can't be known)."""

    counts: Mapping[bytes, int]
    total: int | None


def _is(value: bytes, figure: int) -> bool:
    return value == b"%0*d" % (len(value), figure)


@check(
    "9902-1", 5, "sluit", "0151", "VZ",
    source="BER 9902",
    remedy="Fill 9902 with the number of verzekerdenrecords (02) in the file.",
)  # fmt: skip
def count_verzekerdenrecords(s: Sluitrecord, t: MessageCounts) -> bool:
    """Aantal verzekerdenrecords is not the number of records 02."""
    return not _is(s.aantal_verzekerdenrecords, t.counts[b"02"])


@check(
    "9903-1", 5, "sluit", "0157", "VZ",
    source="BER 9903",
    remedy="Fill 9903 with the number of debiteurrecords (03) in the file: 000000 in a message to an insurer.",
)  # fmt: skip
def count_debiteurrecords(s: Sluitrecord, t: MessageCounts) -> bool:
    """Aantal debiteurrecords is not the number of records 03."""
    return not _is(s.aantal_debiteurrecords, t.counts[b"03"])


@check(
    "9904-1", 5, "sluit", "0158", "VZ",
    source="BER 9904",
    remedy="Fill 9904 with the number of prestatierecords (04) in the file.",
)  # fmt: skip
def count_prestatierecords(s: Sluitrecord, t: MessageCounts) -> bool:
    """Aantal prestatierecords is not the number of records 04."""
    return not _is(s.aantal_prestatierecords, t.counts[b"04"])


@check(
    "9905-1", 5, "sluit", "0153", "VZ",
    source="BER 9905",
    remedy="Fill 9905 with the number of commentaarrecords (98) in the file.",
)  # fmt: skip
def count_commentaarrecords(s: Sluitrecord, t: MessageCounts) -> bool:
    """Aantal commentaarrecords is not the number of records 98."""
    return not _is(s.aantal_commentaarrecords, t.counts[b"98"])


@check(
    "9906-1", 5, "sluit", "0156", "VZ",
    source="BER 9906, INV 2.3.4",
    remedy="Fill 9906 with the number of records between voorlooprecord and sluitrecord, commentaarrecords included.",
)  # fmt: skip
def count_detailrecords(s: Sluitrecord, t: MessageCounts) -> bool:
    """Totaal aantal detailrecords is not the number of records 02, 03, 04 and 98."""
    return not _is(s.aantal_detailrecords, sum(t.counts[kenmerk] for kenmerk in _DETAIL))


@check(
    "9907-1", 5, "sluit", "0150", "VZ",
    source="INV 3.2 example 3a, BER 9907, 9908",
    remedy="Fill 9907 with the sum of 0430 over all prestatierecords, debet less credit, and 9908 with its sign (D at zero).",
)  # fmt: skip
def total_declaratiebedrag(s: Sluitrecord, t: MessageCounts) -> bool:
    """Totaal declaratiebedrag, with its indicatie, is not the sum of the declaratiebedragen, debet less credit."""
    if t.total is None:
        return False
    sign = CREDIT if t.total < 0 else DEBET
    return s.debet_credit != sign or not _is(s.totaal_declaratiebedrag, abs(t.total))
