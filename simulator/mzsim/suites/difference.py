"""What differs between an expected and an actual answer: of a retour by record and rubriek, never whole records."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from io import BytesIO
from itertools import zip_longest
from typing import Any, NamedTuple

from mzsim.domain.findings import Melding, Outcome
from mzsim.standard.layout import CHARSET, CRLF, RETOUR_LENGTH, layouts
from mzsim.standard.messages import FIRST_RETOURCODE
from mzsim.standard.reader import read_lines
from mzsim.standard.retourcodes import given_codes
from mzsim.standard.values import as_euro
from mzsim.suites.case import Expectation, Require

_RETOUR = layouts("mz302")
_NUMBERED = (b"02", b"03", b"04", b"98")
_NO = "none"


class Difference(NamedTuple):
    """One difference. `what` is the key of `expect` that it is about.

    Of a retour: the line of the retour that was found (1-based; None for a record that is missing), kenmerk,
    identificatie, and the rubriek where one differs. `expected` and `found` are not masked.
    """

    what: str
    line: int | None
    record: str | None
    identificatie: int | None
    rubriek: str | None
    expected: str
    found: str


def differences(
    expected: Expectation, expected_retour: bytes | None, outcome: Outcome, retour: bytes | None
) -> Iterator[Difference]:
    """Everything in which an answer is not what was expected; `expected_retour` is the content of `expected.retour`."""
    given = expected.given
    if "status" in given and expected.status is not outcome.status:
        yield _in_the_whole("status", str(expected.status), str(outcome.status))
    if "totaal_toegekend" in given and expected.total_granted != outcome.total_granted:
        require = as_euro(expected.total_granted or 0)
        yield _in_the_whole("totaal_toegekend", require, as_euro(outcome.total_granted))
    codes = codes_of(outcome)
    if "codes" in given and expected.codes != codes:
        yield _in_the_whole("codes", " ".join(expected.codes) or _NO, " ".join(codes) or _NO)
    if "meldingen" in given:
        yield from _meldingen(expected.meldingen, outcome.meldingen)
    if "retour" in given:
        yield from _retour(expected_retour, retour)


def codes_of(outcome: Outcome) -> tuple[str, ...]:
    """The retourcodes of the meldingen, in order."""
    return tuple(m.retourcode for m in outcome.meldingen if m.retourcode is not None)


def melding_as_dict(melding: Melding) -> dict[str, str | int | None]:
    """A melding as a case writes it."""
    finding = melding.finding
    return {
        "record": finding.record,
        "identificatie": finding.identificatie,
        "rubriek": finding.check.rubriek,
        "retourcode": melding.retourcode,
        "controle": finding.check.id,
    }


def _in_the_whole(what: str, expected: str, found: str) -> Difference:
    return Difference(what, None, None, None, None, expected, found)


def _meldingen(requirements: tuple[Require, ...], meldingen: tuple[Melding, ...]) -> Iterator[Difference]:
    """In order; what stands before the first that doesn't fit and behind the last is left out."""
    over, rest = list(requirements), [melding_as_dict(melding) for melding in meldingen]
    for side in (0, -1):
        while over and rest and _fits(over[side], rest[side]):
            del over[side], rest[side]
    for require, melding in zip_longest(over, rest):
        if require is None or melding is None or not _fits(require, melding):
            expected = _NO if require is None else _text(dict(require))
            yield _in_the_whole("meldingen", expected, _NO if melding is None else _text(melding))


def _fits(require: Require, melding: dict[str, str | int | None]) -> bool:
    return all(melding[name] == value for name, value in require)


def _text(fields: dict[str, Any]) -> str:
    return " ".join(f"{name} {'none' if value is None else value}" for name, value in fields.items()) or "anything"


class _Record(NamedTuple):
    number: int
    content: bytes
    end: bytes

    @property
    def key(self) -> bytes:
        """What it is about: kenmerk and identificatie, of a commentaarrecord its regelnummer as well."""
        length = {b"98": 18}.get(self.content[:2], 14) if self.content[:2] in _NUMBERED else 2
        return self.content[:length]

    def difference(self, rubriek: str | None, expected: str, found: str, *, missing: bool = False) -> Difference:
        kenmerk = self.content[:2].decode(CHARSET)
        number = self.content[2:14] if self.content[:2] in _NUMBERED else b""
        identificatie = int(number) if number.isdigit() else None
        return Difference("retour", None if missing else self.number, kenmerk, identificatie, rubriek, expected, found)

    @property
    def short(self) -> str:
        """The record in a few words."""
        if self.content[:2] not in FIRST_RETOURCODE or len(self.content) != RETOUR_LENGTH:
            return "a record"
        return f"a record with {' '.join(given_codes(self.content)) or 'no retourcode'}"


def _retour(expected: bytes | None, found: bytes | None) -> Iterator[Difference]:
    if expected == found:
        return
    if expected is None or found is None:
        yield _in_the_whole("retour", _size(expected), _size(found))
        return
    old, new = _records(expected), _records(found)
    comparison = SequenceMatcher(None, [r.key for r in old], [r.key for r in new], autojunk=False)
    for kind, i, j, k, m in comparison.get_opcodes():
        if kind == "equal":
            for one, other in zip(old[i:j], new[k:m], strict=True):
                yield from _record(one, other)
            continue
        yield from (one.difference(None, one.short, _NO, missing=True) for one in old[i:j])
        yield from (other.difference(None, _NO, other.short) for other in new[k:m])


def _size(retour: bytes | None) -> str:
    return "no retour" if retour is None else f"a retour of {len(_records(retour))} records"


def _records(retour: bytes) -> list[_Record]:
    lines = enumerate(read_lines(BytesIO(retour), RETOUR_LENGTH), start=1)
    return [_Record(number, content, end) for number, (content, end) in lines]


def _record(one: _Record, other: _Record) -> Iterator[Difference]:
    if one.end != other.end:
        yield other.difference(None, f"line end {_end(one.end)}", f"line end {_end(other.end)}")
    if one.content == other.content:
        return
    layout = _RETOUR.get(one.content[:2])
    if layout is None or len(one.content) != len(other.content) or len(one.content) != RETOUR_LENGTH:
        yield other.difference(None, f"{len(one.content)} positions", f"{len(other.content)} positions")
        return
    for rubriek in layout.rubrieken:
        left, right = one.content[rubriek.plaats], other.content[rubriek.plaats]
        if left != right:
            yield other.difference(rubriek.nummer, left.decode(CHARSET), right.decode(CHARSET))


def _end(end: bytes) -> str:
    return {CRLF: "CR/LF", b"\r": "CR", b"\n": "LF"}.get(end, _NO)
