"""Whether the retourcodes of one record of a retourbericht can stand there, and whether amounts may stand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mzsim.retour.deviation import Notice, RetourDeviation, on
from mzsim.standard.layout import CHARSET
from mzsim.standard.messages import retourcode_rubrieken
from mzsim.standard.reader import Line
from mzsim.standard.retourcodes import (
    FILE,
    FILE_REJECTED_BY_AGREEMENT,
    FULLY_GRANTED,
    FULLY_REJECTED,
    GOOD_BUT_REJECTED,
    NO_REMARK,
    NOT_JUDGED,
    REJECTED_FILE,
    Retourcode,
    codes_on,
)

_ENDINGS = {
    True: (REJECTED_FILE, NO_REMARK),
    False: (REJECTED_FILE, NO_REMARK, FULLY_GRANTED, FULLY_REJECTED, FILE_REJECTED_BY_AGREEMENT),
}
"""What 0196 may say, by whether VECOZO answers: it sends nothing where it approves."""
_ALONE = (NO_REMARK, NOT_JUDGED, GOOD_BUT_REJECTED)
"""Codes that say all there is to say of a detail record."""

Codes = tuple[str, ...]


class _Finding(NamedTuple):
    """What there is to say of the codes of a record: `place` counts its rubrieken for them from 0."""

    place: int
    expected: str
    found: str
    reason: str
    wrong: bool = True


class CodeCheck:
    """Checks the retourcodes of records; `known` are those that are known, `granting` those beside which an amount stands."""

    def __init__(
        self, known: Mapping[str, Retourcode], granting: frozenset[str], notice: Notice, *, of_vecozo: bool
    ) -> None:
        self._known = known
        self._granting = granting
        self._notice = notice
        self._of_vecozo = of_vecozo
        self._findings: dict[tuple[bytes, Codes], tuple[_Finding, ...]] = {}
        """By kenmerk and codes: thousands of records have the same."""

    def known_ending(self, code: str) -> bool:
        """Whether it is known what this code in 0196 means; else nobody can say what should follow it."""
        return code in self._known or not code.isdecimal()

    def __call__(self, line: Line) -> Iterable[RetourDeviation]:
        """What is wrong with the codes of a record other than 99."""
        kenmerk, codes = line.content[:2], codes_on(line.content)
        findings = self._findings.get((kenmerk, codes))
        if findings is None:
            findings = self._findings[kenmerk, codes] = tuple(self._all(kenmerk, codes))
        return self._report(line, findings) if findings else ()

    def _report(self, line: Line, findings: Iterable[_Finding]) -> Iterator[RetourDeviation]:
        for finding in findings:
            rubriek = retourcode_rubrieken(line.content[:2])[finding.place]
            deviation = on(line, rubriek, finding.expected, finding.found.encode(CHARSET), finding.reason)
            if finding.wrong:
                yield deviation
            else:
                self._notice(deviation)

    def may_grant(self, record: bytes) -> bool:
        """Whether the codes of a prestatierecord let an amount stand beside them (BER 0481); VECOZO grants nothing."""
        if self._of_vecozo:
            return False
        return all(code in self._granting or code not in self._known for code in codes_on(record) if code.strip())

    def _all(self, kenmerk: bytes, codes: Codes) -> Iterator[_Finding]:
        given = [code for code in codes if code.strip()]
        if list(codes[: len(given)]) != given or not given:
            yield _Finding(
                0, "a code in 01 first, then 02, 03", "".join(codes), "the retourcodes are missing or leave a gap"
            )
        for n, code in enumerate(codes):
            if code.strip() and code not in self._known and code.isdecimal():
                yield _Finding(n, "", code, f"retourcode {code} is newer than the list of this program", wrong=False)
            elif code.strip() and (reason := self._objection(code, kenmerk, codes[:n])):
                yield _Finding(n, "a retourcode of this record", code, reason)
        if kenmerk == b"01":
            yield from _cause(*codes[:2])
        elif len(given) > 1 and (alone := next((code for code in given if code in _ALONE), None)):
            yield _Finding(0, "one code", " ".join(given), f"beside {alone} there is no other retourcode")

    def _objection(self, code: str, kenmerk: bytes, earlier: Codes) -> str | None:
        if code not in self._known:
            return f"{code} is no retourcode: these have four digits"
        if code in earlier:
            return f"retourcode {code} stands twice on the record"
        kind = self._known[code].kind
        if kenmerk == b"01":
            return self._objection_in_header(code, kind, first=not earlier)
        if kind in FILE and code != GOOD_BUT_REJECTED:
            return f"retourcode {code} rejects a file, not a record"
        if code == FULLY_GRANTED:
            return f"retourcode {code} is for the voorlooprecord only"
        return None

    def _objection_in_header(self, code: str, kind: str, *, first: bool) -> str | None:
        if kind == "D":
            return f"retourcode {code} rejects a record, not a file"
        if first and code not in _ENDINGS[self._of_vecozo]:
            return f"retourcode {code} is not how {'VECOZO' if self._of_vecozo else 'an insurer'} ends a declaration"
        if not first and kind not in FILE:
            return f"retourcode {code} is no cause to reject a file"
        return None


def _cause(first: str, second: str) -> Iterator[_Finding]:
    """Whether 0197 holds a cause where the file is rejected, and only there (INV 3.2)."""
    if first == REJECTED_FILE and not second.strip():
        yield _Finding(1, "the cause", second, f"the file is rejected ({REJECTED_FILE}) without a cause")
    elif first in (NO_REMARK, FULLY_GRANTED) and second.strip():
        yield _Finding(1, "spaces", second, f"a cause to reject the file, which {first} does not do")
