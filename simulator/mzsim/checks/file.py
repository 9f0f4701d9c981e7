"""Levels 1 and 2, and the reserves: the file as bytes and as lines.

A check receives a line and the `Structure` of what went before it. A line that is no record (empty), a record of
another length or of an unknown type is objected to once: what follows from it is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from mzsim.checks.register import check
from mzsim.standard.layout import CRLF, HEEN_LENGTH, RECORD_OF_KENMERK, layouts
from mzsim.standard.reader import Line

END_OF_FILE = b""
END = Line(0, END_OF_FILE, b"")
"""Stands for the end of the file in the order of records."""
_UNKNOWN = b"??"

# Which record may follow which (INV 2.3.4): by the last record that was not a commentaarrecord.
_DETAIL_OR_CLOSE = frozenset({b"02", b"99"})
_MAY_FOLLOW: dict[bytes, frozenset[bytes]] = {
    END_OF_FILE: frozenset({b"01"}),
    b"01": _DETAIL_OR_CLOSE,
    b"02": _DETAIL_OR_CLOSE | {b"03", b"04", b"98"},
    b"03": _DETAIL_OR_CLOSE | {b"04", b"98"},
    b"04": _DETAIL_OR_CLOSE | {b"04", b"98"},
    b"99": frozenset({END_OF_FILE}),
    # What stands at a record of unknown type can't be known; anything but a second voorlooprecord may follow.
    _UNKNOWN: frozenset({b"02", b"03", b"04", b"98", b"99", END_OF_FILE}),
}
_NUMBERED = frozenset({b"02", b"03", b"04"})
# What may follow though something is missing before it: a prestatierecord, or a verzekerdenrecord.
_WITHOUT_DETAILS = {b"01": frozenset({b"99"}), b"02": _DETAIL_OR_CLOSE, b"03": _DETAIL_OR_CLOSE}
_FOLLOWS_WELL = {last: may - _WITHOUT_DETAILS.get(last, frozenset()) for last, may in _MAY_FOLLOW.items()}
_RESERVE = {kenmerk: b" " * layout.rubrieken[-1].length for kenmerk, layout in layouts("mz301").items()}
_IDENTIFICATIE = layouts("mz301")[b"02"]["0202"].plaats


class Structure:
    """What the lines so far say of the next: the record it follows and the identificatie it should carry."""

    __slots__ = ("_counted", "expected", "last", "owner", "to_insurer")

    def __init__(self, *, to_insurer: bool) -> None:
        self.to_insurer = to_insurer
        """Whether 0108 is filled: the message goes to an insurer, not to a servicebureau."""
        self.last = END_OF_FILE
        """Kenmerk of the last record that is not a commentaarrecord."""
        self.owner: bytes | None = None
        """The identificatie, as it stands, of the record that a commentaarrecord would belong to."""
        self._counted = 1
        self.expected: tuple[bytes, ...] = (_number(1),)
        """The identificaties that are right for the next record 02, 03 or 04, the one by count first."""

    @property
    def has_details(self) -> bool:
        """Whether a record that is numbered went before."""
        return self._counted > 1

    def follows(self, heen: bytes) -> bool:
        """Whether none of the checks here can object to a line that ends with CR/LF; if so, it is taken into account.

        The short way for the records that a message consists of; where it says no, the checks say what is wrong.
        """
        kenmerk = heen[:2]
        identificatie = heen[_IDENTIFICATIE]
        if kenmerk == b"04" or kenmerk == b"02":
            if (
                identificatie == self.expected[0]
                and kenmerk in _FOLLOWS_WELL[self.last]
                and len(heen) == HEEN_LENGTH
                and heen.endswith(_RESERVE[kenmerk])
            ):
                self.last = kenmerk
                self.owner = identificatie
                self._counted += 1
                self.expected = (b"%012d" % self._counted,)
                return True
        elif kenmerk == b"98" and identificatie == self.owner:
            return kenmerk in _MAY_FOLLOW[self.last] and len(heen) == HEEN_LENGTH and heen.endswith(_RESERVE[kenmerk])
        return False

    def follow(self, lines: Sequence[bytes]) -> bool:
        """As `follows`, of one or more lines in a row, all of them verzekerdenrecords and prestatierecords.

        Where it says no, none of them was taken into account.
        """
        kenmerken = [heen[:2] for heen in lines]
        if kenmerken.count(b"04") + kenmerken.count(b"02") != len(lines):
            return False
        counted = self._counted + len(lines)
        identificaties = [heen[_IDENTIFICATIE] for heen in lines]
        if (
            identificaties != [b"%012d" % number for number in range(self._counted, counted)]
            or kenmerken[0] not in _FOLLOWS_WELL[self.last]
            or b"0202" in b"".join(kenmerken)  # of 02 and 04 alone, so that it stands at no other place
            or {*map(len, lines)} != {HEEN_LENGTH}
            or not all(map(bytes.endswith, lines, map(_RESERVE.__getitem__, kenmerken)))
        ):
            return False
        self.last, self.owner = kenmerken[-1], identificaties[-1]
        self._counted = counted
        self.expected = (_number(counted),)
        return True

    def process(self, heen: bytes) -> None:
        """Takes a line into account, after its checks."""
        kenmerk = heen[:2]
        if kenmerk in _NUMBERED:
            identificatie = heen[_IDENTIFICATIE]
            self.last = kenmerk
            self.owner = identificatie if len(heen) == HEEN_LENGTH else None
            if identificatie == self.expected[0]:
                self._counted += 1
                self.expected = (_number(self._counted),)
            else:
                self._number_by(identificatie)
        elif kenmerk not in RECORD_OF_KENMERK:
            if heen:
                self.last, self.owner = _UNKNOWN, None
                self.expected = (_number(self._counted), _number(self._counted + 1))
        elif kenmerk != b"98":
            self.last, self.owner = kenmerk, None

    def _number_by(self, identificatie: bytes) -> None:
        # After a wrong number both the count and a count from that number are right, so that one mistake is one finding.
        since: tuple[bytes, ...] = ()
        if identificatie in self.expected:
            self._counted = int(identificatie)
        elif identificatie.isdigit():
            since = (_number(int(identificatie) + 1),)
        self._counted += 1
        self.expected = (_number(self._counted), *since)


def _number(figure: int) -> bytes:
    return b"%012d" % figure


def _is_record(line: Line) -> bool:
    return len(line.content) == HEEN_LENGTH and line.content[:2] in RECORD_OF_KENMERK


@check(
    "bestand-1", 1, "bestand", None, "VZ",
    source="BER 0101, 0102; our choice: without a voorlooprecord there is nothing to answer",
    remedy="Begin the file with a voorlooprecord of 310 positions: 01, then the code of the message (176 or 250).",
)  # fmt: skip
def no_voorlooprecord(header: bytes) -> bool:
    """The file is empty, or its first 310 positions are not a voorlooprecord (01 and a numeric 0102, no line end)."""
    return (
        len(header) < HEEN_LENGTH
        or header[:2] != b"01"
        or not header[2:5].isdigit()
        or b"\r" in header
        or b"\n" in header
    )  # fmt: skip


@check(
    "bestand-2", 1, "bestand", "8095", "VZ",
    source="COD954 8095",
    remedy="End every record, the last one included, with CR and LF, and leave out empty lines.",
)  # fmt: skip
def line_end(line: Line, state: Structure) -> bool:
    """A line is empty, or ends otherwise than with CR/LF."""
    return line.end != CRLF or not line.content


@check(
    "record-1", 2, "alle", "0804", "VZ",
    source="BER MZ301: every record has 310 positions",
    remedy="Write each record in exactly 310 positions, trailing spaces included.",
)  # fmt: skip
def record_length(line: Line, state: Structure) -> bool:
    """A record is not 310 positions long."""
    return len(line.content) != HEEN_LENGTH and line.content != b""


@check(
    "record-2", 2, "alle", "0002", "VZ",
    source="BER COD001-VEK4",
    remedy="Begin each record with its kenmerk: 01, 02, 03, 04, 98 or 99.",
)  # fmt: skip
def kenmerk_record(line: Line, state: Structure) -> bool:
    """The kenmerk record is not 01, 02, 03, 04, 98 or 99."""
    return line.content[:2] not in RECORD_OF_KENMERK and line.content != b""


@check(
    "record-3", 2, "alle", "8026", "VZ",
    source="BER, INV 2.3.4",
    remedy="Order the records: 01; per verzekerde 02, then 03, then the 04 records, each with its 98 behind it; 99 last.",
)  # fmt: skip
def record_order(line: Line, state: Structure) -> bool:
    """A record stands out of order: 01 first and once, 99 last and once, 02 before its 03 before its 04, 98 behind its own."""
    kenmerk = line.content[:2]
    if kenmerk not in _MAY_FOLLOW[state.last]:
        return kenmerk in RECORD_OF_KENMERK or line is END
    return False


@check(
    "record-4", 2, "alle", "0801", "VZ",
    source="INV 2.3.4, BER 0202, 0302, 0402, 9802",
    remedy="Number the records 02, 03 and 04 through the file from 1, and give a 98 the number of the record it belongs to.",
)  # fmt: skip
def identificatie_detailrecord(line: Line, state: Structure) -> bool:
    """The identificatie detailrecord does not count on from 1, or a 98 carries another number than the record it belongs to."""
    if not _is_record(line):
        return False
    kenmerk, identificatie = line.content[:2], line.content[_IDENTIFICATIE]
    if kenmerk in _NUMBERED:
        return identificatie not in state.expected
    return kenmerk == b"98" and state.owner is not None and identificatie != state.owner


@check(
    "record-5", 2, "debiteur", "8075", "VZ",
    source="INV 2.3.2 table 2-2, BER 9903",
    remedy="Leave the debiteurrecords out of a message to an insurer; they are for a servicebureau.",
)  # fmt: skip
def debiteur_to_insurer(line: Line, state: Structure) -> bool:
    """A debiteurrecord stands in a message to an insurer (0108 is filled)."""
    return line.content[:2] == b"03" and state.to_insurer


@check(
    "record-7", 2, "alle", "8026", "VZ",
    source="Vektis standaardbeschrijving, chapter 6 (generic for the declaratiestandaarden): a mandatory record is missing",
    remedy="Leave out a verzekerde without a prestatierecord, and send a message only with at least one verzekerde.",
)  # fmt: skip
def details_missing(line: Line, state: Structure) -> bool:
    """No prestatierecord stands under the verzekerdenrecord before this record, or no verzekerdenrecord in the message."""
    if state.last == b"01" and state.has_details:  # a second voorlooprecord, which record-3 objects to
        return False
    return line.content[:2] in _WITHOUT_DETAILS.get(state.last, ())


@check(
    "record-6", 3, "alle", "0003", "VZ",
    source="BER 0180, 0280, 0380, 0480, 9880, 9980",
    remedy="Fill the reserve at the end of each record with spaces.",
)  # fmt: skip
def reserve(line: Line, state: Structure) -> bool:
    """A reserve (0180, 0280, 0380, 0480, 9880 or 9980) holds anything but spaces."""
    return _is_record(line) and not line.content.endswith(_RESERVE[line.content[:2]])
