"""The check of a retourbericht against its declaration (INV 3.2 example 3b, 3.3 example 5).

Structure, retourcodes, counts and sums, that no heen data changed, and that what belongs together came back together.
Streams both messages; everything that is wrong is found, each with the record and the rubriek. Blank 0181 and 0182 are
let pass: INV's own examples leave them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from mzsim.common.errors import InputError
from mzsim.judging.message import SENDER_VECOZO
from mzsim.retour.deviation import RetourDeviation, differences, on
from mzsim.retour.heenbericht import Heenbericht
from mzsim.standard.layout import (
    CHARSET,
    CRLF,
    HEEN_LENGTH,
    RETOUR_LENGTH,
    RecordLayout,
    layouts,
)
from mzsim.standard.messages import answered_with, of_other_standard, retourcode_rubrieken
from mzsim.standard.reader import Line, read_lines
from mzsim.standard.retourcodes import (
    FILE,
    FILE_REJECTED_BY_AGREEMENT,
    FULLY_GRANTED,
    GOOD_BUT_REJECTED,
    REJECTED_FILE,
    Retourcode,
    codes_on,
)
from mzsim.standard.values import CREDIT, DEBET, filled, read_date
from mzsim.standard.writer import numeric

_RETOUR = layouts("mz302")
_HEADER_WITHOUT_RECORDS = (FULLY_GRANTED, REJECTED_FILE)
_RESERVE = {kenmerk: (layout.rubrieken[-1].nummer, layout.rubrieken[-1].plaats) for kenmerk, layout in _RETOUR.items()}
_DECLARATIEBEDRAG, _INDICATION = (_RETOUR[b"04"][number].plaats for number in ("0430", "0431"))
_AMOUNTS = tuple(
    (amount, _RETOUR[b"04"][amount].plaats, indication, _RETOUR[b"04"][indication].plaats)
    for amount, indication in (("0481", "0482"), ("0483", "0484"))
)


def deviations_of_retour(
    declaration: BinaryIO, retour: BinaryIO, codes: Mapping[str, Retourcode]
) -> Iterator[RetourDeviation]:
    """Everything that is wrong with a retour on this declaration; `codes` are those that may stand in it."""
    return _RetourCheck(declaration, codes).check(retour)


class _RetourCheck:
    """One check of one retour: reads it once, in step with the declaration."""

    def __init__(self, declaration: BinaryIO, codes: Mapping[str, Retourcode]) -> None:
        declaration.seek(0)
        self._codes = codes
        self._header = declaration.read(HEEN_LENGTH)
        if len(self._header) != HEEN_LENGTH or self._header[:2] != b"01":
            raise InputError("the declaration has no voorlooprecord; name it before its retour")
        self._foreign = of_other_standard(self._header[_RETOUR[b"01"]["0102"].plaats])
        self._heen = Heenbericht(declaration, foreign=self._foreign)
        self._first_code = ""
        self._counts: Counter[bytes] = Counter()
        self._granted = 0
        self._sluitrecord: Line | None = None

    def check(self, retour: BinaryIO) -> Iterator[RetourDeviation]:
        retour.seek(0)
        line = Line(0, b"", b"")
        for number, (content, end) in enumerate(read_lines(retour, RETOUR_LENGTH), start=1):
            line = Line(number, content, end)
            yield from self._structure(line)
            if len(line.content) == RETOUR_LENGTH and line.content[:2] in _RETOUR:
                yield from self._record(line)
        if self._sluitrecord is None or line is not self._sluitrecord:
            yield on(line, None, "99 last", line.content[:2], "the sluitrecord is missing or not the last record")
        if self._sluitrecord is not None:
            yield from self._conclusion(self._sluitrecord)

    def _structure(self, line: Line) -> Iterator[RetourDeviation]:
        if line.end != CRLF:
            yield on(line, None, "CR/LF", line.end, "the record is not followed by CR/LF")
        if len(line.content) != RETOUR_LENGTH:
            length = str(len(line.content)).encode()
            yield on(line, None, str(RETOUR_LENGTH), length, "the record is not 370 positions long")
        if line.content[:2] not in _RETOUR:
            yield on(line, None, "01, 02, 03, 04, 98 or 99", line.content[:2], "the kenmerk record is unknown")
        if (line.content[:2] == b"01") != (line.number == 1):
            yield on(
                line, None, "01 first and once", line.content[:2], "the voorlooprecord is not first, or stands twice"
            )

    def _record(self, line: Line) -> Iterator[RetourDeviation]:
        kenmerk = line.content[:2]
        reserve, place = _RESERVE[kenmerk]
        if line.content[place].strip(b" "):
            yield on(line, reserve, "spaces", line.content[place], "the reserve is not empty")
        if kenmerk == b"99":
            if self._sluitrecord is not None:
                yield on(line, None, "99 once", kenmerk, "the sluitrecord stands twice")
            self._sluitrecord = line
            return
        yield from self._retourcodes(line)
        if kenmerk == b"01":
            yield from self._voorlooprecord(line)
            return
        self._counts[kenmerk] += 1
        yield from self._heen.compare(line)
        if kenmerk == b"04":
            yield from self._amounts(line)

    def _voorlooprecord(self, line: Line) -> Iterator[RetourDeviation]:
        layout = _RETOUR[b"01"]
        expected = bytearray(self._header)
        expected[layout["0102"].plaats] = answered_with(self._header[layout["0102"].plaats])
        expected[layout["0106"].plaats] = b"0" * layout["0106"].length
        yield from differences(line, bytes(expected), layout)
        dagtekening = line.content[layout["0182"].plaats]
        if dagtekening.strip(b" ") and read_date(dagtekening) is None:
            yield on(line, "0182", "an existing date", dagtekening, "dagtekening retourbericht is not an existing date")
        of_vecozo = line.content[layout["0181"].plaats].startswith(SENDER_VECOZO.encode())
        self._heen.all_back = self._first_code == FILE_REJECTED_BY_AGREEMENT or (
            of_vecozo and self._first_code not in _HEADER_WITHOUT_RECORDS
        )

    def _retourcodes(self, line: Line) -> Iterator[RetourDeviation]:
        kenmerk = line.content[:2]
        rubrieken, codes = retourcode_rubrieken(kenmerk), list(codes_on(line.content))
        filled = [code for code in codes if code.strip()]
        if kenmerk == b"01":
            self._first_code = codes[0]
        if codes[: len(filled)] != filled or not filled:
            yield on(line, rubrieken[0], "a code in 01 first, then 02, 03", "".join(codes).encode(CHARSET),
                      "the retourcodes are missing or leave a gap")  # fmt: skip
        for n, code in enumerate(codes):
            if code.strip() and (reason := self._objection_to_code(code, kenmerk, codes[:n])):
                yield on(line, rubrieken[n], "a retourcode of this record", code.encode(CHARSET), reason)

    def _objection_to_code(self, code: str, kenmerk: bytes, earlier_records: list[str]) -> str | None:
        if code not in self._codes:
            return f"retourcode {code} is not in COD954"
        if code in earlier_records:
            return f"retourcode {code} stands twice on the record"
        kind = self._codes[code].kind
        if kenmerk == b"01" and kind == "D":
            return f"retourcode {code} rejects a record, not a file"
        if kenmerk != b"01" and kind in FILE and code != GOOD_BUT_REJECTED:
            return f"retourcode {code} rejects a file, not a record"
        if code == FULLY_GRANTED and kenmerk != b"01":
            return f"retourcode {code} is for the voorlooprecord only"
        return None

    def _amounts(self, line: Line) -> Iterator[RetourDeviation]:
        declaratiebedrag, indication = line.content[_DECLARATIEBEDRAG], line.content[_INDICATION]
        for amount_in, place, indication_in, place_indication in _AMOUNTS:
            amount, sign = line.content[place], line.content[place_indication]
            if not amount.isdigit():
                yield on(line, amount_in, "digits", amount, "the amount is not numeric")
                continue
            expected = indication if filled(amount) else DEBET
            if sign != expected:
                yield on(
                    line,
                    indication_in,
                    expected.decode(CHARSET),
                    sign,
                    "the indicatie debet/credit is not the record's",
                )
            if amount_in == "0483":
                self._granted += -int(amount) if sign == CREDIT else int(amount)
                if declaratiebedrag.isdigit() and amount > declaratiebedrag:
                    yield on(
                        line,
                        "0483",
                        f"at most {declaratiebedrag.decode()}",
                        amount,
                        "more is granted than was declared",
                    )

    def _conclusion(self, line: Line) -> Iterator[RetourDeviation]:
        layout = _RETOUR[b"99"]
        # A retour without records adds nothing up, so the declaration need not be read to its end.
        if self._counts or self._first_code not in _HEADER_WITHOUT_RECORDS or self._heen.close_unknown:
            yield from self._heen.rest(line)
        counts = {
            "9902": self._counts[b"02"],
            "9903": self._counts[b"03"],
            "9904": self._counts[b"04"],
            "9905": self._counts[b"98"],
            "9906": sum(self._counts.values()),
        }
        for number, count in counts.items():
            expected = numeric(count, layout[number].length)
            if line.content[layout[number].plaats] != expected:
                yield on(
                    line,
                    number,
                    expected.decode(),
                    line.content[layout[number].plaats],
                    "not the number of records in the retour",
                )
        if self._foreign and self._first_code != REJECTED_FILE:
            yield RetourDeviation(1, "01", None, "0196", REJECTED_FILE, self._first_code,
                            "a message of another standard can only be rejected as a file")  # fmt: skip
        without_records = self._first_code in _HEADER_WITHOUT_RECORDS
        if without_records != (not self._counts):
            yield RetourDeviation(1, "01", None, "0196", "8001 or 0001 without records, any other code with", self._first_code,
                            "the retourcode does not fit the records that came back")  # fmt: skip
        yield from self._totals(line, layout)

    def _totals(self, line: Line, layout: RecordLayout) -> Iterator[RetourDeviation]:
        submitted = line.content[layout["9907"].begin - 1 : layout["9908"].ending]
        expected = self._heen.submitted
        if submitted != expected:
            yield on(line, "9907", expected.decode(), submitted, "not the totaal declaratiebedrag of the declaration")
        if self._first_code == FULLY_GRANTED:
            granted = expected
        elif self._first_code in (REJECTED_FILE, FILE_REJECTED_BY_AGREEMENT):
            granted = b"%011d" % 0 + DEBET
        else:
            # Formatted by hand: a sum that does not fit in the rubriek is a finding here, no error of ours.
            total = self._heen.not_back + self._granted
            granted = b"%011d" % abs(total) + (CREDIT if total < 0 else DEBET)
        found = line.content[layout["9909"].begin - 1 : layout["9910"].ending]
        if found != granted:
            yield on(
                line,
                "9909",
                granted.decode(),
                found,
                "not the sum of what is granted, records that did not come back included",
            )
