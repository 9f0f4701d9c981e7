"""Reads a script of answers, strictly: what is unknown, or would give an impossible retour, is refused with file and line."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from mzsim.common.errors import ScriptError, StoreFileError
from mzsim.common.file_values import Amount, Codes, FileLine, Percentage, melding
from mzsim.common.value_tree import read_source
from mzsim.common.yaml_lines import Location, Source, Tree, YamlError, YamlText, file_error
from mzsim.script.codes import objection_to_action
from mzsim.script.conditions import read_condition
from mzsim.script.directing import Script
from mzsim.script.rules import SENDERS, Action, AnsweredPart, ScriptRule, check_of
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.store.facts import FactSource
from mzsim.store.session import Database

_LESS = "0613"
"""Says why less is granted, where a rule names no code."""


class ActionRule(FileLine):
    """What a rule answers."""

    codes: Codes = Field(default_factory=list)
    toekennen: Amount | None = None
    percentage: Percentage | None = None
    afzender: Literal["vecozo", "verzekeraar"] = "verzekeraar"
    commentaar: list[str] = Field(default_factory=list)

    @property
    def grants(self) -> bool:
        return self.toekennen is not None or self.percentage is not None


class RuleLine(FileLine):
    """One rule of the list; `match` and `not` hold conditions by rubriek."""

    deel: AnsweredPart = "prestatie"
    match: dict[str, Any] = Field(default_factory=dict)
    niet: dict[str, Any] = Field(default_factory=dict, alias="not")
    action: ActionRule


_LIST = TypeAdapter(list[RuleLine])
_KEYS = {False: "deel, match, not, action", True: "codes, toekennen, percentage, afzender, commentaar"}


def read_script(path: Source, own_codes: Mapping[str, Retourcode] | None = None) -> Script:
    """Reads a script, or what one would hold; `own_codes` are the retourcodes that the store adds to the list.

    Raises `ScriptError` for the first thing that is wrong in the file.
    """
    codes = {**retourcodes(), **(own_codes or {})}
    try:
        tree = read_source(path)
        rules = _read(tree)
        tree.require_none(tree.errors)
        tree.require_none(_objections(tree, rules, codes))
        sha256 = hashlib.sha256(_content(path)).hexdigest()
    except StoreFileError as error:
        raise ScriptError(str(error)) from None
    file = path if isinstance(path, Path) else None
    return Script(file, sha256, tuple(_line(tree, number, rule) for number, rule in enumerate(rules)), {})


def _content(source: Source) -> bytes:
    if isinstance(source, Path):
        return source.read_bytes()
    return source.text.encode() if isinstance(source, YamlText) else repr(source.content).encode()


def load_script(path: Source, store: Database) -> Script:
    """Reads a script for a replay on a store, whose own retourcodes it may give."""
    with store.read() as connection:
        return read_script(path, FactSource(connection, dt.date.min).retourcodes())


def _read(tree: Tree) -> list[RuleLine]:
    if not isinstance(tree.root, list):
        raise file_error(tree.path, 1, "must be a list of rules, each with match, not, deel and action")
    try:
        return _LIST.validate_python(tree.root)
    except ValidationError as error:
        raise tree.first([*tree.errors, *_form_errors(tree, error)]) from None


def _form_errors(tree: Tree, error: ValidationError) -> Iterator[YamlError]:
    for one in error.errors(include_url=False):
        location = one["loc"]
        what = melding(one)
        if one["type"] == "extra_forbidden":
            what = f"is no key of a rule; known here: {_KEYS['action' in location]}"
        yield tree.error(location, what)


def _objections(tree: Tree, rules: list[RuleLine], codes: Mapping[str, Retourcode]) -> Iterator[YamlError]:
    for n, rule in enumerate(rules):
        for key, rubriek, value in _conditions(rule):
            was_read = read_condition(rubriek, value, rule.deel)
            if isinstance(was_read, str):
                yield tree.error((n, key, rubriek), was_read)
        action = rule.action
        if found := objection_to_action(rule.deel, SENDERS[action.afzender], action.codes, action, codes):
            location, what = found
            yield tree.error((n, "action", *location), what)


def _conditions(rule: RuleLine) -> Iterator[tuple[str, str, Any]]:
    for key, conditions in (("match", rule.match), ("not", rule.niet)):
        for rubriek, value in conditions.items():
            yield key, rubriek, value


def _line(tree: Tree, n: int, rule: RuleLine) -> ScriptRule:
    place: Location = (n,)
    line = tree.error(place, "").line
    location = f"{tree.path.name}:{line}" if line else tree.path.name
    was_read: dict[str, list[Any]] = {"match": [], "not": []}
    for key, rubriek, value in _conditions(rule):
        was_read[key].append(read_condition(rubriek, value, rule.deel))
    action, sender = rule.action, SENDERS[rule.action.afzender]
    codes = action.codes or ([_LESS] if action.grants else [])
    checks = tuple(check_of(n + 1, location, rule.deel, code, sender) for code in codes if code != "0200")
    return ScriptRule(
        number=n + 1,
        location=location,
        part=rule.deel,
        match=tuple(was_read["match"]),
        excluded=tuple(was_read["not"]),
        action=Action(sender, checks, action.toekennen, action.percentage, tuple(action.commentaar)),
    )
