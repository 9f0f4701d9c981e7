"""The declaration that a retourbericht answers, walked in step with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from mzsim.retour.deviation import DETAIL, IDENTIFICATIE, RetourDeviation, differences, on
from mzsim.standard.layout import CHARSET, CRLF, HEEN_LENGTH, LINE_LENGTH, layouts
from mzsim.standard.messages import FIRST_RETOURCODE
from mzsim.standard.reader import Line, read_lines
from mzsim.standard.records import following_regelnummer, submitted
from mzsim.standard.retourcodes import NO_REMARK
from mzsim.standard.values import read_amount

_HEEN = layouts("mz301")
_RETOUR = layouts("mz302")
_AMOUNT = _HEEN[b"04"].piece("0430", "0431")
_REGELNUMMER = _HEEN[b"98"]["9803"].plaats
_NO_NUMBER = b"0" * _HEEN[b"02"]["0202"].length
_END = (b"~", 0)
"""A key behind every record."""

Detail = tuple[bytes, int, bytes, bytes]
"""A detail record behind its key (identificatie, and its place among the commentaarrecords of that number) and its
kenmerk. An identificatie is twelve digits, which compare as the number does; of a record without one that of the record
before it, or zeros."""


class Heenbericht:
    """The detail records of the declaration, walked in step with those of the retour."""

    def __init__(self, source: BinaryIO, *, foreign: bool = False) -> None:
        """`foreign` is a message of another standard: nobody knows what its records mean, or where they end."""
        source.seek(0, 2)
        self._most = source.tell() // HEEN_LENGTH
        self._highest = b"%012d" % self._most
        self._sluitrecord = b"" if foreign else _close_at_end(source)
        self._details: Iterator[Detail] = iter(()) if foreign else self._read(source)
        self._begun = False
        self._following: Detail | None = None
        self.all_back = False
        """Whether every record should have come back."""
        self.not_back = 0
        """Sum of 0430 over the prestatierecords that did not come back, in cents."""
        self._verzekerde_back = False
        self._verzekerde_rejected = False
        self._alone: Line | None = None
        """The verzekerdenrecord that came back, until a prestatierecord of it does."""
        self._owner_back = False
        self._last_back = b""
        """The identificatie of the record that came back last."""
        self._regelnummer = 1
        """What commentaar that is added to it would be numbered."""

    @property
    def close_unknown(self) -> bool:
        """Whether the sluitrecord has still to be found."""
        return not self._sluitrecord

    @property
    def submitted(self) -> bytes:
        """Rubrieken 9907 and 9908 of the declaration; known after `rest`."""
        return submitted(self._sluitrecord)

    def _read(self, source: BinaryIO) -> Iterator[Detail]:
        source.seek(0)
        number, commentaar = _NO_NUMBER, 0
        for heen, _ in read_lines(source):
            kenmerk = heen[:2]
            if kenmerk in DETAIL and len(heen) == HEEN_LENGTH:
                commentaar = commentaar + 1 if kenmerk == b"98" else 0
                identificatie = heen[IDENTIFICATIE]
                if identificatie.isdigit():
                    number = identificatie
                yield number, commentaar, kenmerk, heen
            elif kenmerk == b"99":
                self._sluitrecord = heen

    def _ahead(self) -> None:
        self._following = next(self._details, None)

    @property
    def following(self) -> Detail | None:
        """The record of the declaration that the next one of the retour may answer."""
        if not self._begun:
            self._begun = True
            self._ahead()
        return self._following

    def compare(self, line: Line) -> Iterator[RetourDeviation]:
        """A detail record of the retour against the one that it answers."""
        key = self._key(line)
        if key is None:
            yield on(
                line, None, "a record of the declaration", line.content[IDENTIFICATIE], "no record of the declaration"
            )
            return
        yield from self._skip_until(key, line)
        following = self._following
        if following is None or following[:2] != key:
            yield on(line, None, "the records of the declaration in their order", line.content[IDENTIFICATIE],
                      "no record of the declaration, a second time, or out of order")  # fmt: skip
            return
        heen = following[3]
        yield from differences(line, heen, _RETOUR[heen[:2]])
        yield from self._link(line, heen[:2])
        self._last_back = following[0]
        self._regelnummer = following_regelnummer(self._regelnummer, heen) if heen[:2] == b"98" else 1
        self._ahead()

    def answered_by(self, content: bytes) -> bool:
        """Whether a retour record surely answers the next record of the declaration, a prestatierecord, below its
        verzekerdenrecord and without a change; if so, that is taken into account."""
        following = self._following
        if following is None or not self._verzekerde_back:
            return False
        number, _, kenmerk, heen = following
        if kenmerk != b"04" or content[:HEEN_LENGTH] != heen or heen[IDENTIFICATIE] != number or number > self._highest:
            return False
        self._alone, self._owner_back, self._last_back, self._regelnummer = None, True, number, 1
        self._following = next(self._details, None)
        return True

    def adds(self, line: Line) -> bool:
        """Whether a record of the retour is commentaar that was added: behind that of the declaration, and numbered on."""
        if line.content[:2] != b"98" or line.content[IDENTIFICATIE] != self._last_back:
            return False
        following = self.following
        if following is not None and following[0] == self._last_back and following[1]:
            return False
        added = line.content[_REGELNUMMER] == b"%04d" % self._regelnummer
        self._regelnummer += added
        return added

    def _key(self, line: Line) -> tuple[bytes, int] | None:
        identificatie = line.content[IDENTIFICATIE]
        if not identificatie.isdigit() or int(identificatie) > self._most:
            return None
        if line.content[:2] != b"98":
            return identificatie, 0
        # A commentaarrecord answers the next one of its number; a 98 too many finds nothing to answer.
        following = self.following
        if following and following[0] == identificatie and following[1]:
            return following[:2]
        return identificatie, 1

    def _link(self, line: Line, kenmerk: bytes) -> Iterator[RetourDeviation]:
        """What a record that came back asks of those around it."""
        if kenmerk == b"02":
            code = line.content[_RETOUR[kenmerk][FIRST_RETOURCODE[kenmerk]].plaats].decode(CHARSET)
            yield from self._without_prestaties()
            self._verzekerde_back, self._alone = True, line
            self._verzekerde_rejected = code not in (NO_REMARK, "    ")
        elif kenmerk in (b"03", b"04") and not self._verzekerde_back:
            yield on(line, None, "its verzekerdenrecord before it", b"", "came back without its verzekerdenrecord")
        elif kenmerk == b"98" and not self._owner_back:
            yield on(
                line, None, "the record it belongs to before it", b"", "came back without the record it belongs to"
            )
        if kenmerk == b"04":
            self._alone = None
        if kenmerk != b"98":
            self._owner_back = True

    def _without_prestaties(self) -> Iterator[RetourDeviation]:
        """Nothing came back below the last verzekerdenrecord; where it is rejected each record that should have is named."""
        if self._alone is not None and not (self._verzekerde_rejected or self.all_back):
            yield on(self._alone, None, "a prestatierecord of it", b"", "came back without a prestatierecord")
        self._alone = None

    def _skip_until(self, key: tuple[bytes, int], line: Line) -> Iterator[RetourDeviation]:
        """The records of the declaration before this key, which did not come back; those that should have are wrong.

        `line` is where they would stand in the retour.
        """
        until, up_to_commentaar = key
        details = self._details
        following = self.following
        not_back = 0
        while following is not None:
            number, commentaar, kenmerk, heen = following
            if number >= until and (number > until or commentaar >= up_to_commentaar):
                break
            had_to = self.all_back
            if kenmerk == b"04":
                had_to = had_to or self._verzekerde_rejected
                not_back += _amount(heen[_AMOUNT])
            elif kenmerk == b"02":
                self._verzekerde_back = self._verzekerde_rejected = False
            elif kenmerk == b"03":
                had_to = had_to or self._verzekerde_back
            else:
                had_to = had_to or self._owner_back
            if kenmerk != b"98":
                self._owner_back = False
            if had_to:
                reason = "did not come back, though it should"
                yield RetourDeviation(line.number, kenmerk.decode(), int(number), None, "in the retour", "", reason)
            following = next(details, None)
        self._following = following
        self.not_back += not_back

    def rest(self, line: Line) -> Iterator[RetourDeviation]:
        """The records of the declaration behind the last that came back."""
        yield from self._skip_until(_END, line)
        yield from self._without_prestaties()


@lru_cache(maxsize=20_000)
def _amount(fields: bytes) -> int:
    """Rubrieken 0430 and 0431 in cents, a credit negative; 0 where they can't be read."""
    return read_amount(fields[:-1], fields[-1:]) or 0


def _close_at_end(source: BinaryIO) -> bytes:
    """The sluitrecord where it stands as it should, on the last line of the file; else empty."""
    source.seek(-min(1 + LINE_LENGTH, source.seek(0, 2)), 2)
    # The byte before must end a line, which is read as an empty one.
    *before, (last, end) = read_lines(source)
    if len(before) != 1:
        return b""
    return last if last.startswith(b"99") and len(last) == HEEN_LENGTH and end == CRLF else b""
