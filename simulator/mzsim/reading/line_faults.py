"""Objections to lines, as people want to read them: one where every line is wrong for the same reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mzsim.domain.findings import Finding
from mzsim.standard.reader import Line
from mzsim.standard.recognition import Cause, cause_of_end, cause_of_length, positions

_MOST_NAMED = 10


class _Look(NamedTuple):
    """How the objections of a check are looked at: the cause of one, and whether the length of the line tells anything."""

    cause: Callable[[Line], Cause | None]
    with_length: bool


_LOOKS = {"bestand-2": _Look(cause_of_end, with_length=False), "record-1": _Look(cause_of_length, with_length=True)}


class LineFaults:
    """What the objections of one check have in common so far."""

    def __init__(self, id: str) -> None:
        self._look = _LOOKS.get(id)
        self._cause: Cause | None = None
        self._first = b""
        self._named: list[int] = []
        self.count = 0

    def add(self, line: Line) -> str:
        """Takes an objection into account; gives what is to be said of this line alone."""
        self.count += 1
        if self._look is None:
            return ""
        cause = self._look.cause(line)
        if self.count == 1:
            self._cause, self._first = cause, line.content
        elif (
            cause is not self._cause and line.end
        ):  # what ends in nothing is the last line, and tells nothing of others
            self._cause = None
        if len(self._named) < _MOST_NAMED:
            self._named.append(line.number)
        return f"it has {positions(line.content)}" if self._look.with_length else ""

    def together(self, lines: int) -> str:
        """What is to be said of all of them at once, in a file of so many lines; empty where they have no cause in common."""
        if self._look is None or self._cause is None:
            return ""
        first = f" (the first has {positions(self._first)})" if self._look.with_length else ""
        return f"{self._cause.what} on {self._where(lines)}{first}; {self._cause.advice}"

    def _where(self, lines: int) -> str:
        if self.count == lines:
            return "every line"
        *before, last = map(str, self._named)
        more = self.count - len(self._named)
        if more:
            return f"lines {', '.join((*before, last))} and {more} more"
        return f"lines {', '.join(before)} and {last}" if before else f"line {last}"


def as_one(findings: list[Finding], remarks: dict[str, str]) -> list[Finding]:
    """The findings with one in the place of all those of a check of which there is a remark on all of them."""
    kept, said = [], set()
    for finding in findings:
        remark = remarks.get(finding.check.id)
        if remark is None:
            kept.append(finding)
        elif finding.check.id not in said:
            said.add(finding.check.id)
            kept.append(finding._replace(remark=remark))
    return kept
