"""Faults of a retourbericht in what its records say: each by itself can be right, and together they can't (INV 3.2, 3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from mzsim.retour.agreement import Says, says
from mzsim.retour.deviation import DETAIL
from mzsim.retour.good import LINE, Fault, Good, Operation
from mzsim.standard.layout import HEEN_LENGTH, RETOUR_LENGTH, layouts
from mzsim.standard.messages import CODE_LENGTH, FIRST_RETOURCODE, MOST_CODES
from mzsim.standard.reader import read_lines
from mzsim.standard.retourcodes import (
    FILE_REJECTED_BY_AGREEMENT,
    FULLY_GRANTED,
    NO_REMARK,
    NOT_JUDGED,
    PARTLY_GRANTED,
    REJECTED_FILE,
    given_codes,
)
from mzsim.standard.values import filled, read_amount
from mzsim.standard.writer import with_sign

_RETOUR = layouts("mz302")
_PRESTATIE = _RETOUR[b"04"]
_DECLARED, _GIVEN = _PRESTATIE.piece("0430", "0431"), _PRESTATIE.piece("0481", "0484")
_AMOUNT = _PRESTATIE["0481"].length
_TOTALS = _RETOUR[b"99"].piece("9907", "9908"), _RETOUR[b"99"].piece("9909", "9910")


def _codes(good: Good, number: int, *codes: str) -> Operation:
    """Other retourcodes on a record, and no more than these."""
    kenmerk = good.record(number)[:2]
    begin = number * LINE + _RETOUR[kenmerk][FIRST_RETOURCODE[kenmerk]].begin - 1
    length = CODE_LENGTH * MOST_CODES
    return Operation(begin, begin + length, "".join(codes).encode().ljust(length))


def _sent_along(good: Good) -> tuple[Operation, ...] | str:
    """An approved prestatierecord was sent along, with its commentaar."""
    back = good.details()
    number, record = next(back, (good.sluitrecord, b""))
    judged = False
    approved: list[bytes] = []
    for heen in _details(good):
        if approved:
            if heen[:2] != b"98":
                break
            approved.append(_with_no_remark(heen))
        elif record[:HEEN_LENGTH] == heen:
            if heen[:2] == b"02":
                judged = says(record) is Says.GOOD
            number, record = next(back, (good.sluitrecord, b""))
        elif heen[:2] == b"02":
            judged = False
        elif heen[:2] == b"04" and judged:
            approved.append(_with_no_remark(heen))
    return good.added(number, *approved) if approved else "no approved record stands beside those that came back"


def _details(good: Good) -> Iterator[bytes]:
    good.declaration.seek(0)
    return (heen for heen, _ in read_lines(good.declaration) if heen[:2] in DETAIL and len(heen) == HEEN_LENGTH)


def _with_no_remark(heen: bytes) -> bytes:
    """A record as it would come back that is approved: granted as declared."""
    amounts = b""
    if heen[:2] == b"04":
        amounts = with_sign(_declared(heen), _AMOUNT) * 2
    return (heen + amounts + NO_REMARK.encode()).ljust(RETOUR_LENGTH)


def _declared(record: bytes) -> int:
    fields = record[_DECLARED]
    return read_amount(fields[:-1], fields[-1:]) or 0


def _under_rejected(good: Good) -> tuple[Operation, ...] | str:
    """A prestatierecord under a rejected verzekerdenrecord says 0200, where 8002 belongs."""
    rejected = False
    for number, record in good.details():
        if record[:2] == b"02":
            rejected = says(record) is not Says.GOOD
        elif record[:2] == b"04" and rejected and says(record) is Says.UNJUDGED:
            return (_codes(good, number, NO_REMARK),)
    return "it has no prestatierecord under a rejected verzekerdenrecord"


def _commentaar(good: Good) -> tuple[Operation, ...] | str:
    """A commentaarrecord says 0200 where 8002 belongs, or 8002 where 0200 does."""
    other = {Says.GOOD: NOT_JUDGED, Says.UNJUDGED: NO_REMARK}
    for number, record in good.details():
        if record[:2] == b"98" and says(record) in other and not good.of_vecozo:
            return (_codes(good, number, other[says(record)]),)
    return "no commentaarrecord came back from an insurer"


def _no_cause(good: Good) -> tuple[Operation, ...] | str:
    """The file is rejected (0001), and no cause is named."""
    return (_codes(good, 0, REJECTED_FILE),) if good.ending == REJECTED_FILE else "it does not reject the file"


def _nothing_said(good: Good) -> tuple[Operation, ...] | str:
    """Every record says 0200, so that nothing tells why it came back."""
    if not good.has_details:
        return "no record came back"
    said = (number for number, record in good.details() if says(record) is not Says.GOOD)
    return (_codes(good, 0, NO_REMARK), *(_codes(good, number, NO_REMARK) for number in said))


def _all_granted(good: Good) -> tuple[Operation, ...] | str:
    """It says that all is granted (8001), and records came back."""
    if not good.has_details:
        return "no record came back"
    submitted, granted = _TOTALS
    begin = good.sluitrecord * LINE
    total = Operation(begin + granted.start, begin + granted.stop, good.record(good.sluitrecord)[submitted])
    return _codes(good, 0, FULLY_GRANTED), total


def _unfounded_amount(good: Good) -> tuple[Operation, ...] | str:
    """An amount is granted on a record with a code that grants nothing."""
    for number, record in good.details():
        if record[:2] != b"04" or not (declared := _declared(record)) or _may_grant(good, record):
            continue
        begin = number * LINE
        amounts = with_sign(declared, _AMOUNT) * 2
        granted = Operation(begin + _GIVEN.start, begin + _GIVEN.stop, amounts)
        nothing = good.of_vecozo or good.ending == FILE_REJECTED_BY_AGREEMENT
        return (granted,) if nothing else (granted, good.granted(declared))
    return "it has no prestatierecord of which nothing is granted"


def _may_grant(good: Good, record: bytes) -> bool:
    berekend = record[_PRESTATIE["0481"].plaats]
    return filled(berekend) or (not good.of_vecozo and not PARTLY_GRANTED.isdisjoint(given_codes(record)))


OF_CODES: dict[str, Fault] = {
    "akkoord": _sent_along,
    "onder": _under_rejected,
    "tekst": _commentaar,
    "oorzaak": _no_cause,
    "niets": _nothing_said,
    "geheel": _all_granted,
    "bedrag": _unfounded_amount,
}
"""The kinds; the docstring of each function says what is wrong."""
