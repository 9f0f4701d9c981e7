"""Whether what the records of a retourbericht say fits together (INV 3.2, 3.3): each record by those above and below it.

What an insurer sends back needs a word, so an approved prestatierecord is no part of it. VECOZO sends everything back, and
only because a record is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from mzsim.retour.deviation import RetourDeviation, on
from mzsim.standard.layout import CHARSET, RETOUR_LENGTH
from mzsim.standard.messages import FIRST_RETOURCODE
from mzsim.standard.reader import Line
from mzsim.standard.retourcodes import (
    FILE_REJECTED_BY_AGREEMENT,
    GOOD_BUT_REJECTED,
    NO_REMARK,
    NOT_JUDGED,
    codes_on,
)


class Says(Enum):
    """What the retourcodes of a record say of it."""

    GOOD = NO_REMARK
    UNJUDGED = NOT_JUDGED
    GOOD_IN_REJECTED_FILE = GOOD_BUT_REJECTED
    WRONG = "a code of its own"


_WITHOUT_OBJECTION = {says.value: says for says in Says if says is not Says.WRONG}


@lru_cache(maxsize=4096)
def _of_codes(codes: tuple[str, ...]) -> Says:
    given = [code for code in codes if code.strip()]
    return next(
        (Says.WRONG for code in given if code not in _WITHOUT_OBJECTION), _WITHOUT_OBJECTION.get(codes[0], Says.GOOD)
    )


def says(record: bytes) -> Says:
    """What a detail record of a retour says; one without a code says nothing."""
    return _of_codes(codes_on(record))


class _Rule(NamedTuple):
    """What a record may say, and why it may say nothing else."""

    may: frozenset[Says]
    reason: str

    @property
    def expected(self) -> str:
        return " or ".join(each.value for each in Says if each in self.may)


_ABOVE = _Rule(frozenset({Says.GOOD, Says.UNJUDGED, Says.WRONG}), "8096 is for a prestatierecord")
_JUDGED = _Rule(frozenset({Says.WRONG, Says.UNJUDGED}), "an approved prestatierecord does not come back")
_JUDGED_IN_REJECTED_FILE = _Rule(
    frozenset({Says.WRONG, Says.UNJUDGED, Says.GOOD_IN_REJECTED_FILE}),
    "8096 says that it was good, where 8097 rejects the file",
)
_UNJUDGED = _Rule(frozenset({Says.UNJUDGED}), "not judged, because its verzekerdenrecord is rejected: 8002")
_TEXT = _Rule(frozenset({Says.GOOD, Says.WRONG}), "commentaar of a record that was judged was judged itself")
_TEXT_OF_ACCEPTED = _Rule(
    frozenset({Says.GOOD}), "commentaar that is rejected rejects the verzekerdenrecord above it too"
)
_OF_VECOZO = _Rule(frozenset({Says.GOOD, Says.UNJUDGED, Says.WRONG}), "VECOZO rejects no file by agreement (8096)")
_UNCAUSED = "8002, though no commentaarrecord of it is rejected"


class Agreement:
    """Walks the detail records of one retour in their order."""

    def __init__(self, first_code: str, *, of_vecozo: bool) -> None:
        """`first_code` is 0196; `of_vecozo` says who answers."""
        self._of_vecozo = of_vecozo
        self._everything = first_code == FILE_REJECTED_BY_AGREEMENT
        self._rejected = False
        """Whether the verzekerdenrecord is."""
        self._below_prestatie = False
        self._unjudged: list[Line] = []
        """The records that wait for rejected commentaar to explain their 8002."""
        self._something_wrong = self._something_back = False

    @property
    def state(self) -> bool | None:
        """What decides how a prestatierecord that follows may be answered; None where others wait for it."""
        return None if self._unjudged else self._rejected

    def as_before(self) -> None:
        """A prestatierecord follows that is answered as one before it in the same state, which was right."""
        self._below_prestatie = True

    def record(self, line: Line) -> list[RetourDeviation]:
        """What is wrong with a detail record beside those before it, or with those, now that it follows."""
        kenmerk, what = line.content[:2], says(line.content)
        found: list[RetourDeviation] = []
        self._something_back = True
        self._something_wrong = self._something_wrong or what is Says.WRONG
        if kenmerk == b"98":
            if what is Says.WRONG:
                self._unjudged.clear()
        else:
            if self._unjudged and kenmerk != b"03":
                found += self._close_record()
            if kenmerk == b"02":
                self._rejected = what is not Says.GOOD
            self._below_prestatie = kenmerk == b"04"
        rule = self._rule(kenmerk)
        if what not in rule.may:
            found.append(_not_as(rule, line))
        elif what is Says.UNJUDGED and kenmerk != b"98" and rule is not _UNJUDGED:
            self._unjudged.append(line)
        return found

    def _rule(self, kenmerk: bytes) -> _Rule:
        if self._of_vecozo:
            return _OF_VECOZO
        if kenmerk in (b"02", b"03"):
            return _ABOVE
        if not self._below_prestatie:
            return _TEXT if self._rejected else _TEXT_OF_ACCEPTED
        if self._rejected:
            return _UNJUDGED
        if kenmerk == b"98":
            return _TEXT
        return _JUDGED_IN_REJECTED_FILE if self._everything else _JUDGED

    def added(self, line: Line) -> Iterator[RetourDeviation]:
        """The same of a commentaarrecord that the declaration does not hold: it answers nothing, so it can't be wrong."""
        rule = self._rule(b"98")
        rule = rule._replace(may=(rule.may | {Says.GOOD}) - {Says.WRONG})
        if says(line.content) not in rule.may:
            yield _not_as(rule, line)

    def end(self) -> Iterator[RetourDeviation]:
        """What is wrong now that no detail record follows."""
        yield from self._close_record()
        if (self._of_vecozo or self._everything) and self._something_back and not self._something_wrong:
            reason = "the declaration is rejected on its records, and no record has an objection"
            yield RetourDeviation(1, "01", None, None, "an objection to a record", "", reason)

    def _close_record(self) -> Iterator[RetourDeviation]:
        if not self._of_vecozo:
            for line in self._unjudged:
                yield on(line, _first_rubriek(line), "a rejected commentaarrecord", NOT_JUDGED.encode(), _UNCAUSED)
        self._unjudged.clear()


def _not_as(rule: _Rule, line: Line) -> RetourDeviation:
    found = "".join(codes_on(line.content)).encode(CHARSET)
    return on(line, _first_rubriek(line), rule.expected, found, rule.reason)


def _first_rubriek(line: Line) -> str:
    assert len(line.content) == RETOUR_LENGTH
    return FIRST_RETOURCODE[line.content[:2]]
