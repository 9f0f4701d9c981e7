"""An extra reading of a declaration for its commentaarrecords, done only where it has any and somebody judges them.

A commentaarrecord stands behind the record that it belongs to, and with an error it decides about that record too: so it is
judged before. Memory grows with what is wrong, not with the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import BinaryIO, NamedTuple

from mzsim.checks.commentaarrecord import CommentaarSurroundings
from mzsim.checks.performing import Verdict, examination
from mzsim.domain.check import Check
from mzsim.judging.message import Message
from mzsim.standard.reader import read_groups
from mzsim.standard.records import Commentaarrecord


class CommentaarExamination:
    """Judges commentaarrecords in order, as `by`; `excluding` and `off` as in `Examination`."""

    def __init__(self, by: str, excluding: str, off: frozenset[str]) -> None:
        self._examination = examination("commentaar", by, excluding, off)
        self._surroundings = CommentaarSurroundings()

    @property
    def looks(self) -> bool:
        """Whether it performs any check."""
        return bool(self._examination.checks)

    def __call__(self, heen: bytes) -> Verdict:
        c = Commentaarrecord(heen)
        self._surroundings.following(c.identificatie)
        verdict = self._examination(c, self._surroundings)
        self._surroundings.process(c.regelnummer)
        return verdict


class CommentaarObjections(NamedTuple):
    """What speaks against commentaarrecords, by line, and the lines of the records that go with them.

    With the commentaar of a debiteurrecord both that one and its verzekerdenrecord go (our choice; INV knows none at an insurer).
    """

    per_line: Mapping[int, tuple[Check, ...]]
    beside: Collection[int]


NONE = CommentaarObjections({}, frozenset())


def read_commentaar(source: BinaryIO, message: Message, by: str, excluding: str) -> CommentaarObjections:
    """What `by` objects to in the commentaarrecords of a declaration whose structure is in order."""
    examine = CommentaarExamination(by, excluding, message.beleid.uit)
    if not message.first_reading.counts[b"98"] or not examine.looks:
        return NONE
    per_line: dict[int, tuple[Check, ...]] = {}
    beside: set[int] = set()
    line = 1
    owners: tuple[int, ...] = ()
    for group in read_groups(source):
        for heen in group:
            line += 1
            kenmerk = heen[:2]
            if kenmerk == b"98":
                if objections := examine(heen).objections:
                    per_line[line] = objections
                    beside.update(owners)
            else:
                owners = (*owners[:1], line) if kenmerk == b"03" else (line,)
    return CommentaarObjections(per_line, beside)
