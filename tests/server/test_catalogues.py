"""The texts of the pages: both languages have the same, and the pages use all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from mzsim.domain.findings import Status
from mzsim.server.behaviour import DELAYED
from mzsim.server.catalogue import catalogue, preferred
from mzsim.server.states import RetourState, State

TEMPLATES = {
    file.name: file.read_text("utf-8")
    for file in (files("mzsim.server") / "templates").iterdir()
    if file.name.endswith(".html")
}


def _keys(texts: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in texts.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def test_both_languages_have_the_same_keys_and_the_same_places_to_fill() -> None:
    dutch, english = (dict(_keys(catalogue(language).texts)) for language in ("nl", "en"))
    assert dutch.keys() == english.keys()
    for name in dutch:
        assert re.findall(r"\{\w+\}", dutch[name]) == re.findall(r"\{\w+\}", english[name]), name
        assert dutch[name].strip(), name
        assert english[name].strip(), name


def test_the_pages_use_every_text_and_no_other() -> None:
    texts = catalogue("en").texts
    used = {name for page in TEMPLATES.values() for name in re.findall(r"\bt\.(\w+\.\w+)", page)}
    for name in used:
        room, _, key = name.partition(".")
        assert key in texts[room], name
    dynamic = {room for page in TEMPLATES.values() for room in re.findall(r"\bt\.(\w+)[\[,)]", page)}
    dynamic |= {"states", "retour_states", "outcomes", "refused"}
    unused = [
        f"{room}.{key}" for room in texts for key in texts[room] if room not in dynamic and f"{room}.{key}" not in used
    ]
    assert unused == []


def test_every_state_and_outcome_has_words() -> None:
    texts = catalogue("nl").texts
    assert texts["states"].keys() == {str(state) for state in State}
    assert texts["states"].keys() >= set(DELAYED)
    assert texts["retour_states"].keys() == {str(state) for state in RetourState if state}
    assert texts["outcomes"].keys() == {str(status) for status in Status}


def test_the_language_is_that_of_the_browser() -> None:
    assert preferred("") == "nl"
    assert preferred("de-DE,de;q=0.9") == "nl"
    assert preferred("en-GB,en;q=0.9,nl;q=0.8") == "en"
    assert preferred("fr, nl;q=0.4, en;q=0.6") == "en"
    assert preferred("en;q=x, nl;q=0.1") == "nl"
