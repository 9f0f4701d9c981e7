"""The requirements: each names something that exists or says why not, and no check stands without a requirement or source."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from mzsim.checks import REGISTER
from mzsim.cli.main import main
from mzsim.domain.beleid import keys
from mzsim.presentation.requirements import summary
from mzsim.requirements import (
    Choice,
    Cover,
    Kind,
    Reason,
    Requirement,
    Why,
    choose,
    counted,
    covered_by_checks,
    requirements,
)
from tests.commands import invoke

ROOT = Path(__file__).parents[1]
EVERY = tuple(requirements().values())
BOUND = {
    *("sender", "declarant", "practice", "servicebureau"),
    *("VECOZO", "insurer", "zorgkantoor", "receiver", "all"),
}
OTHER_SOURCES = r"BER|COD\d|NZa|Vektis|VGZ|code list|prestatiecodelijst|codelijsten"
"""What a source of a check may name beside INV, whose requirements are listed one by one."""


def _covers(kind: Kind) -> list[str]:
    return sorted({name for requirement in EVERY for name in requirement.named(kind)})


def _shown(*options: str) -> list[dict[str, object]]:
    ended = invoke("eisen", *options, "--json")
    assert (ended.exit_code, ended.stderr) == (0, "")
    return [json.loads(line) for line in ended.stdout.splitlines()]


def _ids(*options: str) -> list[object]:
    return [line["id"] for line in _shown(*options)]


# What the list says holds.


def test_every_check_that_is_named_exists() -> None:
    assert [id for id in _covers(Kind.CHECK) if id not in REGISTER] == []


def test_every_choice_that_is_named_exists() -> None:
    assert [name for name in _covers(Kind.CHOICE) if name.removeprefix("beleid.") not in keys()] == []


@pytest.mark.parametrize("name", _covers(Kind.COMMAND))
def test_every_command_that_is_named_exists(name: str) -> None:
    words = [word for word in name.split() if not word.startswith("--")]
    command: click.Command = main
    for word in words:
        assert isinstance(command, click.Group), name
        found = command.get_command(click.Context(command), word)
        assert found is not None, name
        command = found
    options = {option for param in command.params for option in param.opts}
    assert set(name.split()) - set(words) <= options


@pytest.mark.parametrize("name", _covers(Kind.TEST))
def test_every_test_that_is_named_exists(name: str) -> None:
    file, _, function = name.partition("::")
    assert function in _functions(file)


@cache
def _functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("requirement", EVERY, ids=lambda requirement: requirement.id)
def test_a_requirement_is_covered_or_says_why_not(requirement: Requirement) -> None:
    assert requirement.source
    assert requirement.text
    assert set(requirement.binds) <= BOUND
    assert len(set(requirement.covered_by)) == len(requirement.covered_by)
    if requirement.why is None:
        assert requirement.covered_by
    else:
        assert requirement.why.sentence
        assert not requirement.covered_by or requirement.why.reason is Reason.OUR_CHOICE


def test_an_id_names_its_paragraph() -> None:
    """The id of a requirement of INV begins with its paragraph, and never names another one."""
    of_inv = [requirement for requirement in EVERY if requirement.source.startswith("INV ")]
    assert len(of_inv) > 400
    for requirement in of_inv:
        assert requirement.id.startswith(f"INV-{requirement.source.removeprefix('INV ')}-")


def test_ids_are_unique() -> None:
    lines = (ROOT / "simulator/mzsim/requirements/requirements.tsv").read_text("utf-8").splitlines()
    assert len(lines) - 1 == len(EVERY)


def test_every_check_answers_to_a_requirement_or_to_another_source() -> None:
    required = {id for requirement in EVERY for id in requirement.checks}
    without = [
        f"{check.id}: {check.source}"
        for check in REGISTER.values()
        if check.id not in required and not re.search(OTHER_SOURCES, check.source)
    ]
    assert without == []


# Asking.


def test_the_requirements_that_checks_cover() -> None:
    """What a suite covers follows from the checks that it exercises."""
    one, two = covered_by_checks(["0116-2"]), covered_by_checks(["0432-3"])
    assert {requirement.id for requirement in one} >= {"INV-2.3.3-01", "INV-3.2-2b-01"}
    assert set(covered_by_checks(["0116-2", "0432-3"])) == {*one, *two}
    assert covered_by_checks([]) == ()
    assert set(covered_by_checks(REGISTER)) == {requirement for requirement in EVERY if requirement.checks}


def _requirement(*covered_by: Cover, why: Why | None = None, source: str = "INV 4.7.1") -> Requirement:
    return Requirement("X", source, ("sender",), "Something", covered_by, why)


@pytest.mark.parametrize(
    ("paragraph", "stands"),
    [("4.7.1", True), ("4.7", True), ("4", True), ("4.7.", True), ("4.7.2", False), ("4.7.1.1", False), ("7.1", False)],
)
def test_a_paragraph_holds_what_stands_within_it(paragraph: str, stands: bool) -> None:
    assert _requirement().stands_in(paragraph) is stands


def test_a_paragraph_is_no_other_that_begins_alike() -> None:
    assert not _requirement(source="INV 2.3.18").stands_in("2.3.1")
    assert not _requirement(source="VGZ, Machtigingen").stands_in("4")


def test_each_counts_once_as_the_first_that_covers_it() -> None:
    check, command, test = Cover(Kind.CHECK, "0116-2"), Cover(Kind.COMMAND, "replay"), Cover(Kind.TEST, "x.py::test_y")
    reason = Why(Reason.NOT_TESTABLE, "nobody sees it")
    some = [
        _requirement(test, command, check),
        _requirement(test, command),
        _requirement(test),
        _requirement(why=reason),
    ]
    assert counted(some) == {Kind.CHECK: 1, Kind.COMMAND: 1, Kind.TEST: 1, Reason.NOT_TESTABLE: 1}
    assert sum(counted(EVERY).values()) == len(EVERY)
    assert summary(some) == "4 requirements: 1 covered by checks, 1 by commands, 1 by tests, 1 not testable"


def test_a_choice_of_everything_is_everything() -> None:
    assert choose(Choice()) == EVERY


# The command.


def test_the_table_ends_with_a_summary() -> None:
    ended = invoke("eisen")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert set(requirements()) <= set(ended.stdout.split())
    assert ended.stdout.splitlines()[-1] == summary(EVERY)


def test_json_gives_every_requirement_a_line() -> None:
    lines = _shown()
    assert [line["id"] for line in lines] == [requirement.id for requirement in EVERY]
    assert {tuple(line) for line in lines} == {("id", "bron", "bindt", "eis", "gedekt_door", "reden")}


def test_json_of_one() -> None:
    (covered,) = _shown("INV-2.3.3-05")
    assert covered["gedekt_door"] == {
        "controles": ["0116-2"],
        "beleid": ["beleid.factuurnummer_hergebruik_na_afwijzing"],
        "commandos": [],
        "tests": [],
    }
    assert (covered["bron"], covered["bindt"], covered["reden"]) == ("INV 2.3.3", ["insurer"], None)
    (uncovered,) = _shown("INV-3.2-1-12")
    assert uncovered["reden"] == {"soort": "not applicable", "tekst": "a status of the portal, not in a message"}


def _paragraph(text: str) -> Iterator[str]:
    return (requirement.id for requirement in EVERY if requirement.stands_in(text))


def test_options_choose() -> None:
    assert _ids("--paragraaf", "4.7") == list(_paragraph("4.7"))
    assert _ids("--check", "0204-3") == [requirement.id for requirement in covered_by_checks(["0204-3"])]
    assert _ids("--uncovered") == [requirement.id for requirement in EVERY if not requirement.covered_by]
    both = _ids("--uncovered", "--paragraaf", "4.5")
    assert both == [id for id in _paragraph("4.5") if not requirements()[id].covered_by]


def test_a_word_is_looked_for_without_capitals() -> None:
    assert _ids("FACTUURNUMMER") == _ids("factuurnummer") != []
    assert "INV-2.3.3-05" in _ids("beleid.factuurnummer")


def test_an_id_is_that_requirement_only() -> None:
    assert "INV-4.7.1-A10" in requirements()
    assert _ids("INV-4.7.1-A1") == ["INV-4.7.1-A1"]


def test_nothing_that_answers() -> None:
    ended = invoke("eisen", "--paragraaf", "9.9")
    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "no requirement answers to that\n", "")
    assert _shown("--paragraaf", "9.9") == []


def test_an_unknown_check_is_refused() -> None:
    ended = invoke("eisen", "--check", "9999-1")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == "mzsim: 9999-1: no such check; mzsim controles lists them\n"


def test_a_check_shows_its_requirements() -> None:
    lines = invoke("controles", "0204-3").stdout.splitlines()
    for requirement in covered_by_checks(["0204-3"]):
        assert any(line.endswith(f" {requirement.id} {requirement.text}") for line in lines)
