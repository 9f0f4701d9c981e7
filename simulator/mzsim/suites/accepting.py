"""Writing what came back as what is expected: the files of retours, and values in case.yaml, whose comments stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mzsim.common.errors import CaseError
from mzsim.common.message_names import retour_name
from mzsim.common.whole_file import write_whole
from mzsim.suites.case import Case, CaseStep, Expectation, as_yaml_value, expected_as_dict
from mzsim.suites.difference import codes_of, melding_as_dict
from mzsim.suites.playing import CaseReport, StepReport


def to_play(case: Case) -> Case:
    """The case as it can be played where an expected retour has yet to be written: then none is expected."""

    def step(s: CaseStep) -> CaseStep:
        retour = s.expected.retour
        return s if retour is None or retour.is_file() else s._replace(expected=s.expected._replace(retour=None))

    return case._replace(steps=tuple(step(s) for s in case.steps))


class _New(NamedTuple):
    """What a step must expect from now on, and the retour that belongs to it."""

    expected: Expectation
    retour: bytes | None


def accept_changes(case: Case, case_report: CaseReport) -> Iterator[Path]:
    """Writes what differs, and gives each file that was written. `case` is as its case.yaml has it."""
    new = [_now(case, step, played) for step, played in zip(case.steps, case_report.steps, strict=True)]
    _require_one_content(case, new)
    for one in new:
        place = one.expected.retour
        if place is not None and one.retour is not None and _content(place) != one.retour:
            write_whole(place, one.retour, private=False)
            yield place
    changes = {
        (i, name): value
        for i, (step, one) in enumerate(zip(case.steps, new, strict=True))
        for name, value in expected_as_dict(case, one.expected).items()
        if value != expected_as_dict(case, step.expected)[name]
    }
    if changes:
        text = case.file.read_bytes().decode("utf-8-sig")
        try:
            new_text = _changed(text, changes)
        except CaseError as error:
            raise CaseError(f"{case.file}: {error}") from None
        write_whole(case.file, new_text.encode(), private=False)
        yield case.file


def _require_one_content(case: Case, new: list[_New]) -> None:
    retouren: dict[Path, bytes] = {}
    for one in new:
        place = one.expected.retour
        if place and one.retour is not None and retouren.setdefault(place.resolve(), one.retour) != one.retour:
            raise CaseError(f"{case.file}: two steps expect {place.name} and now get different retours")


def _content(place: Path) -> bytes | None:
    return place.read_bytes() if place.is_file() else None


def _now(case: Case, step: CaseStep, played: StepReport) -> _New:
    outcome, earlier = played.outcome, step.expected
    if outcome is None or not played.differences:
        return _New(earlier, played.retour)
    retour = None
    if played.retour is not None and "retour" in earlier.given:
        retour = earlier.retour or case.folder / retour_name(step.declaration)
    meldingen = tuple(tuple(melding_as_dict(melding).items()) for melding in outcome.meldingen)
    same = not any(difference.what == "meldingen" for difference in played.differences)
    expected = Expectation(
        given=earlier.given,
        retour=retour,
        status=outcome.status,
        total_granted=outcome.total_granted,
        codes=codes_of(outcome),
        meldingen=earlier.meldingen if same else meldingen,
    )
    return _New(expected, played.retour)


def _changed(text: str, changes: dict[tuple[int, str], Any]) -> str:
    """The text of a case.yaml with other values behind keys of `expect`, by number of the step (from 0) and key."""
    steps = _under(yaml.compose(text, Loader=yaml.SafeLoader), "steps").value
    spots: dict[tuple[int, int], str] = {}
    for (i, name), value in changes.items():
        node = _under(_under(steps[i], "expect"), name)
        begin, ending = node.start_mark.index, node.end_mark.index
        location = begin, begin + len(_without_rest(text[begin:ending], node))
        new = as_yaml_value(value)
        if spots.setdefault(location, new) != new:
            raise CaseError(f"steps share what they expect of {name} by an alias; write it out for each")
    for (begin, ending), value in sorted(spots.items(), reverse=True):
        text = f"{text[:begin]}{value}{text[ending:]}"
    return text


def _under(node: Any, name: str) -> Any:
    return next(value for key, value in node.value if key.value == name)


def _without_rest(piece: str, node: Any) -> str:
    """A block ends where the next key begins; what stands in between, comments for one, is not of the block."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        return piece
    lines = piece.splitlines(keepends=True)
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return "".join(lines).rstrip()
