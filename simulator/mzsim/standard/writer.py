"""Writes a retourbericht: the heen bytes of each record, the retour tail behind them, counts and totals at the end.

The only place that lays out an MZ302, and the only one that counts and adds up. A value that doesn't fit raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import BinaryIO

from mzsim.standard.layout import (
    CHARSET,
    CRLF,
    HEEN_LENGTH,
    RETOUR_LENGTH,
    Rubriek,
    layouts,
)
from mzsim.standard.messages import CODE_LENGTH, FIRST_RETOURCODE, MOST_CODES, answered_with
from mzsim.standard.values import CREDIT, DEBET

_RETOUR = layouts("mz302")
_TAIL = RETOUR_LENGTH - HEEN_LENGTH


class Overflow(Exception):
    """A value does not fit in its rubriek."""


def numeric(figure: int, length: int) -> bytes:
    """A number right-aligned with leading zeros."""
    text = b"%0*d" % (length, figure)
    if len(text) != length or figure < 0:
        raise Overflow(f"{figure} does not fit in {length} digits")
    return text


def alphanumeric(text: str, length: int) -> bytes:
    """A text left-aligned with trailing spaces."""
    value = text.encode(CHARSET).ljust(length)
    if len(value) != length:
        raise Overflow(f"{text!r} does not fit in {length} positions")
    return value


def with_sign(amount: int, length: int) -> bytes:
    """An amount in cents followed by its indicatie debet/credit (D at zero)."""
    return numeric(abs(amount), length) + (CREDIT if amount < 0 else DEBET)


@cache
def _codes(codes: tuple[str, ...], length: int) -> bytes:
    if len(codes) > MOST_CODES:
        raise Overflow(f"{len(codes)} retourcodes on one record")
    return b"".join(alphanumeric(code, CODE_LENGTH) for code in codes).ljust(length)


@cache
def _length_after(number: str, kenmerk: bytes) -> int:
    """How many positions of a retour record are left from a rubriek on."""
    return RETOUR_LENGTH - _RETOUR[kenmerk][number].begin + 1


@lru_cache(maxsize=4096)
def _tail(kenmerk: bytes, codes: tuple[str, ...], berekend: int, granted: int) -> bytes:
    """What stands behind the heen positions of a detail record, its line end included."""
    tail = _codes(codes, _length_after(FIRST_RETOURCODE[kenmerk], kenmerk))
    if kenmerk == b"04":
        layout = _RETOUR[b"04"]
        tail = with_sign(berekend, layout["0481"].length) + with_sign(granted, layout["0483"].length) + tail
    return tail + CRLF


class RetourWriter:
    """Writes one retourbericht to an empty, seekable stream: first `record` for each detail record, then `sluit`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._counts: Counter[bytes] = Counter()
        self.total_granted = 0
        """What is granted over the whole declaration, in cents, a credit negative; whoever grants adds to it, for records
        that don't go back too."""
        # The first record says how it ended, so it is written last.
        stream.write(b" " * RETOUR_LENGTH + CRLF)

    @property
    def empty(self) -> bool:
        """Whether no detail record goes back."""
        return not self._counts

    def record(self, heen: bytes, codes: tuple[str, ...], berekend: int = 0, granted: int = 0) -> None:
        """Sends a record back with its codes; a prestatierecord with B and the granted amount, a credit negative."""
        kenmerk = heen[:2]
        self._counts[kenmerk] += 1
        self._stream.write(heen[:HEEN_LENGTH] + _tail(kenmerk, codes, berekend, granted))

    def close(self, header: bytes, reference: str, dagtekening: bytes, codes: Sequence[str], submitted: bytes) -> None:
        """Completes the message: sluitrecord, then voorlooprecord.

        `header` is the heen voorlooprecord, `reference` rubriek 0181, `submitted` rubrieken 9907 and 9908 as in the heen
        sluitrecord.
        """
        self._stream.write(self._sluitrecord(submitted) + CRLF)
        self._stream.seek(0)
        layout = _RETOUR[b"01"]
        heen = bytearray(header)
        heen[layout["0102"].plaats] = answered_with(header[layout["0102"].plaats])
        heen[layout["0106"].plaats] = b"0" * layout["0106"].length
        tail = alphanumeric(reference, layout["0181"].length) + dagtekening
        tail += _codes(tuple(codes), _TAIL - len(tail))
        self._stream.write(bytes(heen) + tail + CRLF)

    def _sluitrecord(self, submitted: bytes) -> bytes:
        layout = _RETOUR[b"99"]
        fields = (
            b"99"
            + self._count(layout["9902"], b"02")
            + self._count(layout["9903"], b"03")
            + self._count(layout["9904"], b"04")
            + self._count(layout["9905"], b"98")
            + numeric(sum(self._counts.values()), layout["9906"].length)
            + submitted
            + with_sign(self.total_granted, layout["9909"].length)
        )
        return fields.ljust(RETOUR_LENGTH)

    def _count(self, rubriek: Rubriek, kenmerk: bytes) -> bytes:
        return numeric(self._counts[kenmerk], rubriek.length)
