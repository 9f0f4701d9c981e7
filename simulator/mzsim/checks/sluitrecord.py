"""The sluitrecord: its counts and its total against what stands before it (rubrieken 9902-9908)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mzsim.checks.register import controle
from mzsim.standard.records import Sluitrecord
from mzsim.standard.values import CREDIT, DEBET

_DETAIL = (b"02", b"03", b"04", b"98")


class Telling(NamedTuple):
    """What the first reading counted: records by kenmerk, and the total in cents (None where it can't be known)."""

    aantallen: Mapping[bytes, int]
    totaal: int | None


def _is(waarde: bytes, getal: int) -> bool:
    return waarde == b"%0*d" % (len(waarde), getal)


@controle(
    "9902-1", 5, "sluit", "0151", "VZ",
    bron="BER 9902",
    herstel="Fill 9902 with the number of verzekerdenrecords (02) in the file.",
)  # fmt: skip
def aantal_verzekerdenrecords(s: Sluitrecord, t: Telling) -> bool:
    """Aantal verzekerdenrecords is not the number of records 02."""
    return not _is(s.aantal_verzekerdenrecords, t.aantallen[b"02"])


@controle(
    "9903-1", 5, "sluit", "0157", "VZ",
    bron="BER 9903",
    herstel="Fill 9903 with the number of debiteurrecords (03) in the file: 000000 in a message to an insurer.",
)  # fmt: skip
def aantal_debiteurrecords(s: Sluitrecord, t: Telling) -> bool:
    """Aantal debiteurrecords is not the number of records 03."""
    return not _is(s.aantal_debiteurrecords, t.aantallen[b"03"])


@controle(
    "9904-1", 5, "sluit", "0158", "VZ",
    bron="BER 9904",
    herstel="Fill 9904 with the number of prestatierecords (04) in the file.",
)  # fmt: skip
def aantal_prestatierecords(s: Sluitrecord, t: Telling) -> bool:
    """Aantal prestatierecords is not the number of records 04."""
    return not _is(s.aantal_prestatierecords, t.aantallen[b"04"])


@controle(
    "9905-1", 5, "sluit", "0153", "VZ",
    bron="BER 9905",
    herstel="Fill 9905 with the number of commentaarrecords (98) in the file.",
)  # fmt: skip
def aantal_commentaarrecords(s: Sluitrecord, t: Telling) -> bool:
    """Aantal commentaarrecords is not the number of records 98."""
    return not _is(s.aantal_commentaarrecords, t.aantallen[b"98"])


@controle(
    "9906-1", 5, "sluit", "0156", "VZ",
    bron="BER 9906, INV 2.3.4",
    herstel="Fill 9906 with the number of records between voorlooprecord and sluitrecord, commentaarrecords included.",
)  # fmt: skip
def aantal_detailrecords(s: Sluitrecord, t: Telling) -> bool:
    """Totaal aantal detailrecords is not the number of records 02, 03, 04 and 98."""
    return not _is(s.aantal_detailrecords, sum(t.aantallen[kenmerk] for kenmerk in _DETAIL))


@controle(
    "9907-1", 5, "sluit", "0150", "VZ",
    bron="INV 3.2 example 3a, BER 9907, 9908",
    herstel="Fill 9907 with the sum of 0430 over all prestatierecords, debet less credit, and 9908 with its sign (D at zero).",
)  # fmt: skip
def totaal_declaratiebedrag(s: Sluitrecord, t: Telling) -> bool:
    """Totaal declaratiebedrag, with its indicatie, is not the sum of the declaratiebedragen, debet less credit."""
    if t.totaal is None:
        return False
    teken = CREDIT if t.totaal < 0 else DEBET
    return s.debet_credit != teken or not _is(s.totaal_declaratiebedrag, abs(t.totaal))
