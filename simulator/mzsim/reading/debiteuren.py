"""Whether a verzekerdenrecord and the debiteurrecord below it name the same debiteur (0222, 0303)."""

from __future__ import annotations

from collections.abc import Sequence

from mzsim.standard.layout import layouts

_HEEN = layouts("mz301")
_OF_VERZEKERDE = _HEEN[b"02"]["0222"].plaats
_OF_DEBITEUR = _HEEN[b"03"]["0303"].plaats


class Debiteuren:
    """Follows a message to a servicebureau; its memory grows with what is wrong, not with the file."""

    def __init__(self) -> None:
        self.unmatched: set[int] = set()
        """The lines of verzekerdenrecords whose 0222 no debiteurrecord carries, or is empty above one."""
        self._line = 0
        self._asked = b""
        self._found: bytes | None = None

    def add(self, lines: Sequence[bytes], number: int) -> None:
        """The next lines, of which the first has this number."""
        for line, heen in enumerate(lines, start=number):
            kenmerk = heen[:2]
            if kenmerk == b"02":
                self.close()
                self._line, self._asked, self._found = line, heen[_OF_VERZEKERDE], None
            elif kenmerk == b"03":
                self._found = heen[_OF_DEBITEUR]

    def close(self) -> None:
        """No more of the verzekerde at hand."""
        needed = self._asked if self._asked.strip(b" ") else None
        if self._found != needed:
            self.unmatched.add(self._line)
