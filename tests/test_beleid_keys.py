"""Each key of beleid is declared once: what a store file may hold, what it means by default, and the manual follow from it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

import mzsim
from mzsim.checks import REGISTER
from mzsim.common.errors import StoreFileError
from mzsim.domain.beleid import DEFAULT, Beleid, Form, keys
from mzsim.store.beleid_file import Beleidregel
from mzsim.store.verzekeraarsbestand import read_file

PAGE = Path(mzsim.__file__).parent / "manual" / "beleid.md"
_ROW = re.compile(r"^\| `(\w+)`[^|]*\| ([^|]+) \|")

EXAMPLES: dict[str, Any] = {
    "factuurnummer_hergebruik_na_afwijzing": True,
    "referentienummer_hergebruik_na_afwijzing": True,
    "tarief_afwijking": "afwijzen",
    "machtigingsplichtig": [{"prestaties": ["J*"]}],
    "contract_vereist": "record",
    "niet_gecontracteerd": {"vergoeding": 75},
    "indientermijn": {"soort": "maanden", "maanden": 12},
    "factuurdatum_max_dagen": 30,
    "betaaltermijn": {"werkdagen": 1},
    "volledig_afgewezen": "8073",
    "alles_of_niets": True,
    "retourcodes": {"0204-1": "0300"},
    "retourcodes_combinatieregels": {"A10-1": "0613"},
    "uit": ["0204-1"],
}
"""Of each key another value than the default."""


def documented() -> dict[str, str]:
    """The keys of the table that the manual has, with their defaults as it writes them."""
    found: dict[str, str] = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if row := _ROW.match(line):
            found[row[1]] = row[2].strip()
        elif found:  # the first table only
            break
    return found


def test_the_documented_keys_are_the_declared_ones() -> None:
    written = {}
    for name in keys():
        value = getattr(DEFAULT, name)
        plain = list(value) if isinstance(value, tuple | frozenset) else value
        written[name] = "none" if plain is None else plain
    assert {name: yaml.safe_load(default) for name, default in documented().items()} == written


def test_a_store_file_knows_the_declared_keys() -> None:
    assert list(Beleidregel.model_fields) == list(keys()) == [f.name for f in fields(Beleid)]
    assert {name: field.description for name, field in Beleidregel.model_fields.items()} == {
        name: key.sentence for name, key in keys().items()
    }
    assert Beleidregel().chosen() == {}


def _load(folder: Path, **beleid: object) -> dict[str, Any]:
    line = {"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid}
    (file := folder / "store.yaml").write_text(yaml.safe_dump({"uzovi": [line]}), "utf-8")
    return read_file(file).content.uzovi[0].beleid.chosen()


@pytest.mark.parametrize("name", keys())
def test_a_key_comes_from_the_file_into_the_program(name: str, tmp_path: Path) -> None:
    chosen = _load(tmp_path, **{name: EXAMPLES[name]})
    assert chosen == {name: EXAMPLES[name]}
    assert getattr(Beleid.from_storage(chosen), name) != getattr(DEFAULT, name)
    others = {other: getattr(Beleid.from_storage(chosen), other) for other in keys() if other != name}
    assert others == {other: getattr(DEFAULT, other) for other in others}


@pytest.mark.parametrize("name", keys())
def test_only_a_key_without_default_may_be_null(name: str, tmp_path: Path) -> None:
    if getattr(DEFAULT, name) is None:
        assert _load(tmp_path, **{name: None}) == {}
    else:
        with pytest.raises(StoreFileError, match=name):
            _load(tmp_path, **{name: None})


@pytest.mark.parametrize("name", [name for name, key in keys().items() if isinstance(key.form, tuple)])
def test_a_choice_takes_its_values_and_no_other(name: str, tmp_path: Path) -> None:
    form = keys()[name].form
    assert isinstance(form, tuple)
    for value in form:
        assert _load(tmp_path, **{name: value}) == {name: value}
    for value in ("anders", 0, 1):
        with pytest.raises(StoreFileError, match=name):
            _load(tmp_path, **{name: value})


def test_every_form_is_of_a_key() -> None:
    assert {key.form for key in keys().values() if isinstance(key.form, Form)} == set(Form)


def test_a_key_names_the_checks_that_it_decides_about() -> None:
    """And a check whose remedy speaks of beleid is named by that key."""
    named = {(name, id) for name, key in keys().items() for id in key.checks}
    assert {id for _, id in named} <= REGISTER.keys()
    by_remedy = {
        (name, id) for id, check in REGISTER.items() for name in keys() if re.search(rf"beleid {name}\b", check.remedy)
    }
    assert by_remedy
    assert by_remedy <= named
