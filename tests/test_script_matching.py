"""What the rules of a script would match, told without answering."""

from __future__ import annotations

from io import BytesIO

import pytest

from mzsim.common.yaml_lines import YamlText
from mzsim.script.file import read_script
from mzsim.script.matching import RuleMatches, matches
from tests.make_inv3 import declaraties

DECLARATION = declaraties()["1-volledig-toegewezen"]


def _matches(rules: str, declaration: bytes = DECLARATION) -> list[RuleMatches]:
    return matches(read_script(YamlText(rules)), BytesIO(declaration))


def test_each_rule_with_the_records_that_it_matches() -> None:
    code, all_others = _matches('- {match: {"0413": R24}, action: {codes: ["8007"]}}\n- {action: {codes: ["8072"]}}\n')
    assert [(one.kenmerk, one.answers) for one in code.first] == [("04", True)]
    assert all_others.matched == DECLARATION.count(b"\r\n04")
    assert all_others.answers == all_others.matched - 1, "the first rule that fits answers"


def test_vecozo_and_the_insurer_do_not_speak_for_one_another() -> None:
    vecozo, insurer = _matches('- {action: {codes: ["8007"], afzender: vecozo}}\n- {action: {codes: ["8007"]}}\n')
    assert vecozo.answers == insurer.answers == vecozo.matched > 0


def test_a_rule_on_the_file_answers_once_on_whatever_record() -> None:
    (rule,) = _matches('- {deel: bestand, match: {"0413": "*"}, action: {codes: ["8074"]}}\n')
    assert rule.matched == DECLARATION.count(b"\r\n04")
    assert rule.answers == 1
    (header,) = _matches('- {deel: bestand, match: {"0108": "*"}, action: {codes: ["8074"]}}\n')
    assert [(one.line, one.kenmerk) for one in header.first] == [(1, "01")]


def test_a_verzekerde_is_looked_at_with_his_prestaties() -> None:
    on_him, below_him = _matches(
        '- {deel: verzekerde, match: {"0202": "1"}, action: {codes: ["8004"]}}\n'
        '- {match: {"0202": "1"}, action: {codes: ["8007"]}}\n'
    )
    assert [one.identificatie for one in on_him.first] == [1]
    assert below_him.matched
    assert all(one.kenmerk == "04" for one in below_him.first)


def test_of_many_the_first_are_named() -> None:
    lines = DECLARATION.splitlines(keepends=True)
    prestatie = next(line for line in lines if line.startswith(b"04"))
    (rule,) = _matches('- {action: {codes: ["8007"]}}\n', b"".join([*lines[:2], *[prestatie] * 50, lines[-1]]))
    assert (rule.matched, len(rule.first)) == (50, 20)


@pytest.mark.parametrize("content", [b"", b"no declaration", b"04\r\n", b"\xff" * 5000])
def test_of_what_is_no_declaration_nothing_matches(content: bytes) -> None:
    assert [one.matched for one in _matches('- {action: {codes: ["8007"]}}\n', content)] == [0]
