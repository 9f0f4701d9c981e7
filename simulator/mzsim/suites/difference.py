"""What differs between an expected and an actual answer: of a retour by record and rubriek, never whole records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from mzsim.domain.findings import Melding, Outcome
from mzsim.standard.comparing import NO, compare, count_records
from mzsim.standard.messages import RETOUR
from mzsim.standard.values import as_euro
from mzsim.suites.case import Expectation, Require


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
        yield _in_the_whole("codes", " ".join(expected.codes) or NO, " ".join(codes) or NO)
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


def _meldingen(requirements: tuple[Require, ...], meldingen: Sequence[Melding]) -> Iterator[Difference]:
    """In order; what stands before the first that doesn't fit and behind the last is left out."""
    over, rest = list(requirements), [melding_as_dict(melding) for melding in meldingen]
    for side in (0, -1):
        while over and rest and _fits(over[side], rest[side]):
            del over[side], rest[side]
    for require, melding in zip_longest(over, rest):
        if require is None or melding is None or not _fits(require, melding):
            expected = NO if require is None else _text(dict(require))
            yield _in_the_whole("meldingen", expected, NO if melding is None else _text(melding))


def _fits(require: Require, melding: dict[str, str | int | None]) -> bool:
    return all(melding[name] == value for name, value in require)


def _text(fields: dict[str, Any]) -> str:
    return " ".join(f"{name} {'none' if value is None else value}" for name, value in fields.items()) or "anything"


def _retour(expected: bytes | None, found: bytes | None) -> Iterator[Difference]:
    if expected == found:
        return
    if expected is None or found is None:
        yield _in_the_whole("retour", _size(expected), _size(found))
        return
    for difference in compare(expected, found, RETOUR):
        yield Difference("retour", *difference)


def _size(retour: bytes | None) -> str:
    return "no retour" if retour is None else f"a retour of {count_records(retour, RETOUR)} records"
