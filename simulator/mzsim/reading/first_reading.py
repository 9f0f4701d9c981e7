"""The first reading of a declaration: its structure, counts, total, and what stands in it more than once.

Needs no store. Everything that the file checks (levels 1 to 3, sluitrecord) and the later readings build on comes from
here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice
from os import SEEK_END
from struct import Struct
from typing import BinaryIO

from mzsim.checks.file import END, Structure, no_voorlooprecord
from mzsim.checks.register import REGISTER, checks
from mzsim.common.duplicate_keys import DuplicateKeys
from mzsim.common.marks import Marks
from mzsim.domain.check import Check
from mzsim.domain.earlier.credits import taking
from mzsim.domain.findings import Finding
from mzsim.domain.parties import to_servicebureau
from mzsim.reading.debiteuren import Debiteuren
from mzsim.reading.line_faults import LineFaults, as_one
from mzsim.reading.set_reading import NOTHING, SetReading, read_sets
from mzsim.standard.layout import CRLF, HEEN_LENGTH, LINE_LENGTH, layouts
from mzsim.standard.messages import HEEN, of_other_standard
from mzsim.standard.reader import Line, read_lines
from mzsim.standard.records import Prestatierecord, Voorlooprecord
from mzsim.standard.values import BSN_UNKNOWN, CREDIT, DEBET, filled, person, read_amount

# A file rejected for its structure gets each code once; a hundred places where it is wrong are enough to repair it.
_MOST_PER_CHECK = 100

# How many different amounts are counted before they are added up.
_MOST_AMOUNTS = 10_000
_MOST_SEEN = 20_000
_PER_PIECE = 500

_HEEN = layouts("mz301")
_IDENTIFICATIE = _HEEN[b"02"]["0202"].plaats
_ZVW_KEY = _HEEN[b"02"].piece("0203", "0205")
_WLZ_KEY = _HEEN[b"02"]["0203"].plaats
_BSN = _HEEN[b"02"]["0203"].plaats
_VERZEKERDENNUMMER = _HEEN[b"02"]["0205"].plaats
_BORN = _HEEN[b"02"]["0207"].plaats
_NO_DAYS = b"99999999", b"00000000"
_REFERENCE_LENGTH = _HEEN[b"04"]["0432"].length
_NO_PREVIOUS = b" " * _HEEN[b"04"]["0433"].length
_BEFORE_SPACE = bytes(range(ord(" ")))
_NO_MACHTIGING = b" " * _HEEN[b"04"]["0406"].length
_cut = _HEEN[b"04"].cutter(("0406", "0409"), ("0430", "0431"), ("0432", "0432"), ("0433", "0433"))
_cut_begin = Struct("".join(f"{_HEEN[b'04'][number].length}s" for number in ("0406", "0407", "0408", "0409"))).unpack

ProgressCallback = Callable[[int], None]
"""Is told how many bytes of the file have been read since the last call."""


class FirstReading:
    """What the first reading of a declaration found.

    `voorloop` is None where the file has no readable voorlooprecord. `structure` are the objections of levels 1 and 2,
    `reserves` those of level 3 to the reserve of a record.
    """

    __slots__ = (
        "_amounts",
        "_faults",
        "_first_reference",
        "_key",
        "_last_reference",
        "_other_kind",
        "_references_ordered",
        "_seen",
        "_set_reading",
        "_total",
        "counts",
        "debiteuren",
        "first_day",
        "header",
        "last_day",
        "persons",
        "persons_by_number",
        "previous_references",
        "references",
        "reserves",
        "revoked",
        "sluitrecord",
        "structure",
        "takings",
        "verzekerden",
        "voorloop",
        "with_machtiging",
    )

    def __init__(self, header: bytes, lines: int) -> None:
        """`header` are its first 310 bytes, `lines` is about how many lines it has."""
        self.header = header
        self.voorloop: Voorlooprecord | None = None if no_voorlooprecord(header) else Voorlooprecord(header)
        self.structure: list[Finding] = []
        self.reserves: list[Finding] = []
        self.counts: Counter[bytes] = Counter()
        self._amounts: Counter[bytes] = Counter()
        self._total: int | None = 0
        self.sluitrecord: Line | None = None
        self.references = DuplicateKeys(lines)
        self.previous_references = DuplicateKeys(lines)
        """Rubriek 0433 of the debet records that name one."""
        self._first_reference, self._last_reference = b"\xff" * _REFERENCE_LENGTH, b""
        self._references_ordered = True
        self.verzekerden = DuplicateKeys(lines)
        self.persons = DuplicateKeys(lines)
        """Who stands in the file, as it names them itself; the store may know two of them as one person."""
        self.persons_by_number = False
        """Whether it names anyone without his BSN."""
        self._seen: set[bytes] = set()
        """Rubrieken 0406-0409 of the records so far; few of them differ."""
        self.first_day, self.last_day = _NO_DAYS
        """The first and the last 0408; the first after the last where there is none."""
        self.revoked = Marks()
        """Rubriek 0433 of every credit, as the store keeps it."""
        self.takings = Marks()
        """Every credit, by what it says of the debet record that it takes back."""
        self._other_kind = False
        self.with_machtiging = False
        """Whether any prestatierecord names an authorisation (0406)."""
        self.debiteuren = Debiteuren() if self.to_servicebureau else None
        """Who their debiteuren are; None in a message to an insurer, which has none."""
        self._set_reading: SetReading | None = None
        self._faults: dict[str, LineFaults] = {}
        self._key = _WLZ_KEY if self.wlz else _ZVW_KEY

    @property
    def wlz(self) -> bool:
        """Whether the message is one to a zorgkantoor (0102 = 250)."""
        return self.voorloop is not None and self.voorloop.bericht == HEEN.wlz

    @property
    def foreign(self) -> bool:
        """Whether this is another message than a declaration of this standard: nothing but its header is looked at."""
        return self.voorloop is not None and of_other_standard(self.voorloop.bericht)

    @property
    def to_servicebureau(self) -> bool:
        """Whether the message goes to a servicebureau."""
        return self.voorloop is not None and to_servicebureau(self.voorloop)

    @property
    def test(self) -> bool:
        """Whether the message leaves nothing behind (0105 = T)."""
        return self.voorloop is not None and self.voorloop.soort_bericht == b"T"

    def verzekerde_key(self, heen: bytes) -> bytes:
        """The key that a verzekerdenrecord may have once in a file (INV 2.3.6)."""
        return heen[self._key]

    def report(self, check: Check, line: Line) -> None:
        """Keeps an objection to a line."""
        faults = self._faults.setdefault(check.id, LineFaults(check.id))
        remark = faults.add(line)
        if faults.count <= _MOST_PER_CHECK:
            (self.structure if check.level <= 2 else self.reserves).append(finding(check, line)._replace(remark=remark))

    def close(self, lines: int) -> None:
        """The file was read to its end, so many lines: what they have in common is said once."""
        remarks = {id: remark for id, faults in self._faults.items() if (remark := faults.together(lines))}
        self.structure = as_one(self.structure, remarks)
        if self.debiteuren is not None:
            self.debiteuren.close()

    def add(self, lines: Sequence[bytes], number: int) -> None:
        """Counts lines in, of which the first has this number."""
        self.counts.update([heen[:2] for heen in lines])
        prestaties, verzekerden = [], []
        for place, heen in enumerate(lines):
            kenmerk = heen[:2]
            if kenmerk == b"04":
                prestaties.append(heen)
            elif kenmerk == b"02":
                verzekerden.append(heen)
            elif kenmerk == b"99":
                self.sluitrecord = Line(number + place, heen, b"")
        if self.debiteuren is not None:
            self.debiteuren.add(lines, number)
        self.verzekerden.tally(heen[self._key] for heen in verzekerden)
        self.persons.tally(person(heen[_BSN], heen[_VERZEKERDENNUMMER], heen[_BORN]).encode() for heen in verzekerden)
        self.persons_by_number |= any(heen[_BSN] == BSN_UNKNOWN for heen in verzekerden)
        if prestaties:
            self._add_prestaties(prestaties)

    def _add_prestaties(self, records: list[bytes]) -> None:
        if (
            min(map(len, records)) < HEEN_LENGTH
        ):  # a file that is rejected for it; whatever is counted here matters no more
            records = [heen.ljust(HEEN_LENGTH) for heen in records]
        beginnings, amounts, references, previous = zip(*map(_cut, records), strict=True)
        self._count_references(references)
        self._amounts.update(amounts)
        if any(amount.endswith(CREDIT) for amount in {*amounts}):
            for heen, amount in zip(records, amounts, strict=True):
                if amount.endswith(CREDIT):
                    credit = taking(Prestatierecord(heen))
                    self.revoked.put(credit.number)
                    self.takings.put(credit)
        if previous.count(_NO_PREVIOUS) < len(previous):
            debet = (amount.endswith(DEBET) for amount in amounts)
            self.previous_references.tally(
                r for r, own in zip(previous, debet, strict=True) if own and r != _NO_PREVIOUS
            )
        if len(self._amounts) > _MOST_AMOUNTS:
            self._add_up()
        for begin in {*beginnings} - self._seen:
            self._new_beginning(begin)

    def _count_references(self, references: Sequence[bytes]) -> None:
        self.references.tally(references)
        together = b"".join(references)
        if len(together.translate(None, _BEFORE_SPACE)) < len(together):
            self._references_ordered = False
        self._first_reference = min(self._first_reference, *references)
        self._last_reference = max(self._last_reference, *references)

    @property
    def reference_limits(self) -> tuple[bytes, bytes] | None:
        """The first and the last 0432, as they are compared; None where they hold anything that comes before a space, so
        that they stand in another order without the spaces behind them."""
        return (self._first_reference, self._last_reference) if self._references_ordered else None

    def _new_beginning(self, begin: bytes) -> None:
        if len(self._seen) >= _MOST_SEEN:
            self._seen.clear()
        self._seen.add(begin)
        machtiging, _, date, kind = _cut_begin(begin)
        if machtiging != _NO_MACHTIGING:
            self.with_machtiging = True
        if kind != b"01":
            self._other_kind = True
        if date.isdigit():
            self.first_day, self.last_day = min(date, self.first_day), max(date, self.last_day)

    @property
    def only_credits(self) -> bool:
        """Whether every prestatierecord is a credit."""
        return 0 < self.counts[b"04"] == len(self.revoked)

    @property
    def needs_set_reading(self) -> bool:
        """Whether what stands around a record, or what was declared before, can matter to it."""
        return self.wlz or self._other_kind or len(self.revoked) > 0

    def set_reading(self, source: BinaryIO) -> SetReading:
        """What an extra reading of the declaration finds, made at most once. Its structure must be in order."""
        if self._set_reading is None:
            needed = self.needs_set_reading
            self._set_reading = read_sets(source, wlz=self.wlz, revoked=self.revoked) if needed else NOTHING
        return self._set_reading

    def _add_up(self) -> None:
        for fields, count in self._amounts.items():
            amount = read_amount(fields[:-1], fields[-1:])
            if amount is None or self._total is None:
                self._total = None
            else:
                self._total += count * amount
        self._amounts.clear()

    @property
    def total(self) -> int | None:
        """Sum of 0430 in cents, debet less credit; None where a 0430 or 0431 can't be read."""
        self._add_up()
        return self._total


def finding(check: Check, line: Line) -> Finding:
    """An objection to a line, with the kenmerk and the identificatie that it carries, as far as they can be read."""
    kenmerk, identificatie = line.content[:2], line.content[_IDENTIFICATIE]
    numbered = kenmerk in (b"02", b"03", b"04", b"98") and len(identificatie) == 12 and identificatie.isdigit()
    return Finding(
        line.number,
        kenmerk.decode("iso8859-1"),
        int(identificatie) if numbered else None,
        check,
    )


@cache
def _about_lines() -> tuple[tuple[Callable[..., bool], Check], ...]:
    """The checks of lines, whatever stands on them."""
    chosen = checks("bestand", "alle", "debiteur")
    return tuple((c.function, c) for c in chosen if not c.rubriek and c.id != "bestand-1")


def read_first(source: BinaryIO, progress: ProgressCallback) -> FirstReading:
    """Reads a declaration from its start to its end."""
    lines = source.seek(0, SEEK_END) // LINE_LENGTH + 1
    source.seek(0)
    first_reading = FirstReading(source.read(HEEN_LENGTH), lines)
    if first_reading.voorloop is None or first_reading.foreign:
        return first_reading
    source.seek(0)
    state = Structure(to_insurer=filled(first_reading.voorloop.uzovi))
    predicates = _about_lines()
    number, reader = 0, read_lines(source)
    last = Line(0, b"", b"")
    while piece := list(islice(reader, _PER_PIECE)):
        content, ends = zip(*piece, strict=True)
        if ends.count(CRLF) != len(piece) or not state.follow(content):
            for place, (heen, end) in enumerate(piece, start=number + 1):
                if end is not CRLF or not state.follows(heen):
                    line = Line(place, heen, end)
                    for function, check in predicates:
                        if function(line, state):
                            first_reading.report(check, line)
                    state.process(heen)
        first_reading.add(content, number + 1)
        number += len(piece)
        last = Line(number, *piece[-1])
        progress(len(piece) * LINE_LENGTH)
    if REGISTER["record-3"].function(END, state):
        first_reading.report(REGISTER["record-3"], last)
    first_reading.close(number)
    return first_reading
