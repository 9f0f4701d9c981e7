"""The check of a retourbericht against its declaration (INV 3.2 example 3b, 3.3 example 5).

Structure, retourcodes, counts and sums, that no heen data changed, that what belongs together came back together, and
that what the records say fits together. Streams both messages; everything that is wrong is found, each with the record
and the rubriek. Blank 0181 and 0182 are let pass: INV's own examples leave them out.

What a receiver should see and that is not wrong goes to `notice`: commentaarrecords that were added (Vektis generic
standaardbeschrijving 6.8.3), and retourcodes newer than the list of the program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO

from mzsim.checks.grant import CAUSES
from mzsim.common.errors import InputError
from mzsim.domain.facts import UzoviFact
from mzsim.judging.message import SENDER_VECOZO
from mzsim.retour.agreement import Agreement, Says, says
from mzsim.retour.code_check import CodeCheck
from mzsim.retour.deviation import Notice, RetourDeviation, differences, on
from mzsim.retour.heenbericht import Heenbericht
from mzsim.standard.layout import (
    CHARSET,
    CRLF,
    HEEN_LENGTH,
    RETOUR_LENGTH,
    RecordLayout,
    layouts,
)
from mzsim.standard.messages import answered_with, of_other_standard
from mzsim.standard.reader import Line, read_lines
from mzsim.standard.retourcodes import (
    FILE_REJECTED_BY_AGREEMENT,
    FULLY_GRANTED,
    FULLY_REJECTED,
    NO_REMARK,
    PARTLY_GRANTED,
    REJECTED_FILE,
    Retourcode,
    codes_on,
)
from mzsim.standard.values import CREDIT, DEBET, filled, read_date
from mzsim.standard.writer import numeric

_RETOUR = layouts("mz302")
_HEADER_WITHOUT_RECORDS = (FULLY_GRANTED, REJECTED_FILE)
_RESERVE = {kenmerk: (layout.rubrieken[-1].nummer, layout.rubrieken[-1].plaats) for kenmerk, layout in _RETOUR.items()}
_SENDER, _INSURER = _RETOUR[b"01"]["0181"].plaats, _RETOUR[b"01"]["0108"].plaats
_DECLARATIEBEDRAG, _INDICATION = (_RETOUR[b"04"][number].plaats for number in ("0430", "0431"))
_AMOUNTS = tuple(
    (amount, _RETOUR[b"04"][amount].plaats, indication, _RETOUR[b"04"][indication].plaats)
    for amount, indication in (("0481", "0482"), ("0483", "0484"))
)
_ALL_AMOUNTS = _RETOUR[b"04"].piece("0481", "0484")
_MOST_RIGHT = 4096
_NOTHING = (b"0" * _RETOUR[b"04"]["0481"].length + DEBET) * 2
"""The amounts of a record that is granted nothing: of most that come back."""


def deviations_of_retour(
    declaration: BinaryIO,
    retour: BinaryIO,
    codes: Mapping[str, Retourcode],
    insurers: Mapping[str, UzoviFact] = MappingProxyType({}),
    notice: Notice = lambda _: None,
) -> Iterator[RetourDeviation]:
    """Everything that is wrong with a retour on this declaration; `codes` are those that are known.

    `insurers` are those whose beleid is known: one may answer with other codes. A retour that does not say who answers
    (0181) is read as of either, and counts as of the one that leaves less wrong.
    """
    retour.seek(0)
    header = retour.read(RETOUR_LENGTH)
    sender = header[_SENDER]
    if sender.strip(b" ") or len(header) < RETOUR_LENGTH:
        of_vecozo = sender.startswith(SENDER_VECOZO.encode())
        yield from _RetourCheck(declaration, codes, insurers, notice, of_vecozo=of_vecozo).check(retour)
        return
    readings = []
    for of_vecozo in (False, True):
        noticed: list[RetourDeviation] = []
        check = _RetourCheck(declaration, codes, insurers, noticed.append, of_vecozo=of_vecozo)
        readings.append((list(check.check(retour)), noticed))
    found, noticed = min(readings, key=lambda reading: len(reading[0]))
    for one in noticed:
        notice(one)
    yield from found


class _Said:
    """Counts what is said of the lines of a retour, wrong or not."""

    def __init__(self, notice: Notice) -> None:
        self.count = 0
        self._notice = notice

    def notice(self, one: RetourDeviation) -> None:
        """Something that is not wrong."""
        self.count += 1
        self._notice(one)


class _RetourCheck:
    """One check of one retour: reads it once, in step with the declaration."""

    def __init__(
        self,
        declaration: BinaryIO,
        codes: Mapping[str, Retourcode],
        insurers: Mapping[str, UzoviFact],
        notice: Notice,
        *,
        of_vecozo: bool,
    ) -> None:
        declaration.seek(0)
        self._said = _Said(notice)
        self._of_vecozo = of_vecozo
        self._header = declaration.read(HEEN_LENGTH)
        if len(self._header) != HEEN_LENGTH or self._header[:2] != b"01":
            raise InputError("the declaration has no voorlooprecord; name it before its retour")
        insurer = insurers.get(self._header[_INSURER].decode(CHARSET))
        granting = PARTLY_GRANTED.union(map(insurer.beleid.retourcode, CAUSES) if insurer else ())
        self._codes = CodeCheck(codes, granting, self._said.notice, of_vecozo=of_vecozo)
        self._foreign = of_other_standard(self._header[_RETOUR[b"01"]["0102"].plaats])
        self._heen = Heenbericht(declaration, foreign=self._foreign)
        self._first_code = ""
        self._agreement = Agreement("", of_vecozo=of_vecozo)
        self._counts: Counter[bytes] = Counter()
        self._granted = 0
        self._sluitrecord: Line | None = None
        self._right: set[tuple[bytes, bool]] = set()
        """What stood behind the heen positions of prestatierecords that were granted nothing and of which nothing was said, each
        with the state of the `Agreement` there."""

    def check(self, retour: BinaryIO) -> Iterator[RetourDeviation]:
        retour.seek(0)
        number, content, end = 0, b"", b""
        for number, (content, end) in enumerate(read_lines(retour, RETOUR_LENGTH), start=1):
            if end is not CRLF or not self._as_before(content):
                yield from self._line(Line(number, content, end))
        if self._sluitrecord is None or number != self._sluitrecord.number:
            line = Line(number, content, end)
            yield on(line, None, "99 last", line.content[:2], "the sluitrecord is missing or not the last record")
        if self._sluitrecord is not None:
            yield from self._conclusion(self._sluitrecord)

    def _line(self, line: Line) -> Iterator[RetourDeviation]:
        said, state = self._said.count, self._agreement.state
        for deviation in self._deviations(line):
            self._said.count += 1
            yield deviation
        self._remember(line, state, anything_said=self._said.count > said)

    def _remember(self, line: Line, state: bool | None, *, anything_said: bool) -> None:
        """What was right of a line, judged in this state of the `Agreement`."""
        tail = line.content[HEEN_LENGTH:]
        if line.content[:2] != b"04" or not tail.startswith(_NOTHING) or len(self._right) >= _MOST_RIGHT:
            return
        if not anything_said and state is not None and state == self._agreement.state:
            self._right.add((tail, state))

    def _deviations(self, line: Line) -> Iterator[RetourDeviation]:
        yield from self._structure(line)
        if len(line.content) == RETOUR_LENGTH and line.content[:2] in _RETOUR:
            yield from self._record(line)

    def _as_before(self, content: bytes) -> bool:
        """Whether nothing is wrong with a line, because nothing was with one like it: a prestatierecord that answers the next
        one of the declaration, with the same behind its heen positions.

        The short way for retours in which much comes back; where it says no, the plain way says what is wrong.
        """
        agreement = self._agreement
        if (content[HEEN_LENGTH:], agreement.state) not in self._right:
            return False
        if not self._heen.answered_by(content):
            return False
        agreement.as_before()
        self._counts[b"04"] += 1
        return True

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
        yield from self._codes(line)
        if kenmerk == b"01":
            self._first_code = codes_on(line.content)[0]
            self._right.clear()
            yield from self._voorlooprecord(line)
            return
        self._counts[kenmerk] += 1
        if kenmerk == b"98" and self._heen.adds(line):
            yield from self._added(line)
            return
        yield from self._heen.compare(line)
        yield from self._agreement.record(line)
        if kenmerk == b"04" and line.content[_ALL_AMOUNTS] != _NOTHING:
            yield from self._amounts(line)

    def _added(self, line: Line) -> Iterator[RetourDeviation]:
        text = line.content[_RETOUR[b"98"]["9804"].plaats]
        self._said.notice(on(line, "9804", "", text, "a commentaarrecord that was added to the declaration's own"))
        heen = line.content[: _RETOUR[b"98"]["9804"].ending].ljust(HEEN_LENGTH)
        yield from differences(line, heen, _RETOUR[b"98"])
        yield from self._agreement.added(line)

    def _voorlooprecord(self, line: Line) -> Iterator[RetourDeviation]:
        layout = _RETOUR[b"01"]
        expected = bytearray(self._header)
        expected[layout["0102"].plaats] = answered_with(self._header[layout["0102"].plaats])
        expected[layout["0106"].plaats] = b"0" * layout["0106"].length
        yield from differences(line, bytes(expected), layout)
        dagtekening = line.content[layout["0182"].plaats]
        if dagtekening.strip(b" ") and read_date(dagtekening) is None:
            yield on(line, "0182", "an existing date", dagtekening, "dagtekening retourbericht is not an existing date")
        self._heen.all_back = self._first_code == FILE_REJECTED_BY_AGREEMENT or (
            self._of_vecozo and self._first_code not in _HEADER_WITHOUT_RECORDS
        )
        self._agreement = Agreement(self._first_code, of_vecozo=self._of_vecozo)

    def _amounts(self, line: Line) -> Iterator[RetourDeviation]:
        declaratiebedrag, indication = line.content[_DECLARATIEBEDRAG], line.content[_INDICATION]
        yield from self._grants(line, declaratiebedrag)
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

    def _grants(self, line: Line, declaratiebedrag: bytes) -> Iterator[RetourDeviation]:
        """Whether the amounts fit the codes (BER 0481): most codes grant nothing, and who is granted all has none."""
        berekend, granted = (line.content[place] for _, place, _, _ in _AMOUNTS)
        if not (_is_amount(granted) or _is_amount(berekend)):
            return
        if says(line.content) is Says.GOOD and not self._of_vecozo:
            return  # an approved record that should not be here: said already
        rubriek, amount = ("0483", granted) if _is_amount(granted) else ("0481", berekend)
        if not self._codes.may_grant(line.content):
            yield on(line, rubriek, "0" * len(amount), amount, "an amount beside a code that grants nothing")
        elif self._first_code == FILE_REJECTED_BY_AGREEMENT and rubriek == "0483":
            yield on(line, rubriek, "0" * len(amount), amount, "an amount is granted in a file that is rejected")
        elif granted == declaratiebedrag:
            yield on(
                line,
                rubriek,
                f"less than {granted.decode(CHARSET)}",
                amount,
                "granted in full, so that it does not come back",
            )

    def _conclusion(self, line: Line) -> Iterator[RetourDeviation]:
        layout = _RETOUR[b"99"]
        yield from self._agreement.end()
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
        if self._codes.known_ending(self._first_code) and without_records != (not self._counts):
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
        elif not (self._counts or self._codes.known_ending(self._first_code)):
            return
        elif self._of_vecozo or self._first_code in (REJECTED_FILE, FILE_REJECTED_BY_AGREEMENT):
            granted = b"%011d" % 0 + DEBET
        else:
            # Formatted by hand: a sum that does not fit in the rubriek is a finding here, no error of ours.
            total = self._heen.not_back + self._granted
            if self._first_code == FULLY_REJECTED and total:
                yield RetourDeviation(
                    1, "01", None, "0196", NO_REMARK, FULLY_REJECTED, "something is granted all the same"
                )
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


def _is_amount(value: bytes) -> bool:
    """Whether a rubriek holds an amount other than zero."""
    return value.isdigit() and filled(value)
