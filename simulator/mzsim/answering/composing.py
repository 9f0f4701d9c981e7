"""What goes back of a declaration, and with which codes (INV 3.2, 3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mzsim.judging.message import Message
from mzsim.standard.heen import heenrecord
from mzsim.standard.layout import layouts
from mzsim.standard.messages import MOST_CODES
from mzsim.standard.records import following_regelnummer
from mzsim.standard.retourcodes import (
    GOOD_BUT_REJECTED,
    NO_REMARK,
    NOT_JUDGED,
    REJECTED_FILE,
)
from mzsim.standard.writer import RetourWriter

Codes = tuple[str, ...]

NO_OBJECTION: Codes = (NO_REMARK,)
_GOOD_BUT_REJECTED: Codes = (GOOD_BUT_REJECTED,)
WITH_ANOTHER: Codes = (NOT_JUDGED,)
"""On a record that is rejected because of another."""
_IDENTIFICATIE = layouts("mz301")[b"98"]["9802"].plaats
_LAST_REGELNUMMER = 9999


@lru_cache(maxsize=4096)
def at_most(codes: Codes) -> Codes:
    """The codes that fit on a record: each once, the first three in their order."""
    return tuple(dict.fromkeys(codes))[:MOST_CODES]


def header_of_rejected(causes: Iterable[str]) -> Codes:
    """0196-0198 of a file that is rejected as a whole."""
    return at_most((REJECTED_FILE, *causes))


def close_retour(writer: RetourWriter, message: Message, by: str, codes: Codes) -> None:
    """Completes a retour with its sluitrecord and its voorlooprecord."""
    header = message.first_reading.header
    writer.close(header, message.reference(by), message.today, codes, message.submitted)


class ReturnWriter:
    """An insurer's answer: sends back what needs a word, verzekerde by verzekerde, without looking ahead.

    A verzekerdenrecord (with debiteur and commentaar) waits until it is rejected or one of its prestatierecords goes
    back; then it goes before it. With `everything` (beleid alles_of_niets) every record goes back, the good prestatierecords
    with 8096, and nothing is granted.
    """

    def __init__(self, writer: RetourWriter, *, everything: bool = False) -> None:
        self._writer = writer
        self._everything = everything
        self._waiting: list[bytes] = []
        self._waits = False
        self._rejected = False
        self._at_commentaar: Codes = ()
        self._to_add: tuple[str, ...] = ()
        """Texts to send back behind the record at hand and its commentaar."""
        self._identificatie = b""
        self._regelnummer = 1

    def verzekerde(self, heen: bytes, codes: Codes) -> None:
        """A verzekerdenrecord with the codes that reject it, if any."""
        self.complete()
        self._waiting.clear()
        self._rejected = bool(codes)
        self._parent(heen, codes or NO_OBJECTION)

    def debiteur(self, heen: bytes, codes: Codes) -> None:
        """A debiteurrecord with the codes that reject it, if any: goes along with its verzekerdenrecord."""
        self.complete()
        self._parent(heen, codes or NO_OBJECTION)

    def _parent(self, heen: bytes, codes: Codes) -> None:
        self._waits = not (self._rejected or self._everything)
        if self._waits:
            self._waiting.append(heen)
        else:
            self._send(heen, codes, NO_OBJECTION)

    def not_judged(self, heen: bytes) -> None:
        """A prestatierecord under a verzekerdenrecord that the insurer rejected."""
        self.complete()
        self._send(heen, WITH_ANOTHER, WITH_ANOTHER)

    def approved(self, heen: bytes, granted: int) -> None:
        """A prestatierecord that is granted in full; the amount in cents, a credit negative."""
        if self._to_add:
            self.complete()
        self._waits = False
        if self._everything:
            self._send(heen, _GOOD_BUT_REJECTED, NO_OBJECTION)
        else:
            self._at_commentaar = ()
            self._writer.total_granted += granted

    def all_approved(self, granted: int) -> None:
        """As many prestatierecords that are granted in full, without `everything` and nothing to add; in cents together."""
        self._waits = False
        self._at_commentaar = ()
        self._writer.total_granted += granted

    def rejected(self, heen: bytes, codes: Codes, berekend: int, granted: int) -> None:
        """A prestatierecord that is rejected or granted in part; amounts in cents, a credit negative."""
        self.complete()
        self._waits = False
        for earlier in self._waiting:
            self._writer.record(earlier, NO_OBJECTION)
        self._waiting.clear()
        if self._everything:
            granted = 0
        self._send(heen, codes, NO_OBJECTION, berekend, granted)
        self._writer.total_granted += granted

    def commentaar(self, heen: bytes, codes: Codes) -> None:
        """A commentaarrecord with the codes that reject it, if any: goes where the record before it went."""
        if self._waits:
            self._waiting.append(heen)
        elif self._at_commentaar:
            self._writer.record(heen, codes or self._at_commentaar)
        if self._to_add:
            self._regelnummer = following_regelnummer(self._regelnummer, heen)

    def add(self, heen: bytes, texts: tuple[str, ...]) -> None:
        """Adds commentaar to the record that was last answered, where that goes back (standaardbeschrijving 6.8.3)."""
        if self._waits or self._at_commentaar:
            self._to_add, self._identificatie, self._regelnummer = texts, heen[_IDENTIFICATIE], 1

    def complete(self) -> None:
        """Sends what is still to be added to the last record, now that its own commentaar is known."""
        for regelnummer, text in enumerate(self._to_add, start=self._regelnummer):
            if regelnummer > _LAST_REGELNUMMER:
                break  # the declarant left no number for it
            number = self._identificatie.decode("ascii")
            heen = heenrecord(b"98", {"9802": number, "9803": regelnummer, "9804": text})
            if self._waits:
                self._waiting.append(heen)
            else:
                self._writer.record(heen, NO_OBJECTION)
        self._to_add = ()

    def _send(self, heen: bytes, codes: Codes, at_commentaar: Codes, berekend: int = 0, granted: int = 0) -> None:
        self._at_commentaar = at_commentaar
        self._writer.record(heen, codes, berekend, granted)
