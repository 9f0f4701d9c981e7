"""A rule of a script, made of the fields of a form."""

from __future__ import annotations

import re
from typing import Any

import yaml

from mzsim.common.errors import InputError
from mzsim.server.web.page import Page

PARTS = ("prestatie", "verzekerde", "bestand")
CONDITIONS = 3
"""Conditions that a form has room for."""


def rule_of_form(page: Page) -> str:
    """The rule as an item of a YAML list. Raises InputError for a field that makes none."""
    part = page.value("deel")
    rule: dict[str, Any] = {"deel": part if part in PARTS else PARTS[0]}
    conditions = ((page.value(f"rubriek-{n}").strip(), page.value(f"waarde-{n}").strip()) for n in range(CONDITIONS))
    match = {rubriek: _values(value) for rubriek, value in conditions if rubriek}
    if match:
        rule["match"] = match
    action: dict[str, Any] = {"afzender": "vecozo" if page.value("afzender") == "vecozo" else "verzekeraar"}
    if codes := re.split(r"[\s,]+", page.value("codes").strip()):
        action["codes"] = [code for code in codes if code]
    for name in ("toekennen", "percentage"):
        if given := page.value(name).strip().replace(",", "."):
            action[name] = _Plain(_figure(name, given))
    if remark := page.value("commentaar").strip():
        action["commentaar"] = [remark]
    rule["action"] = {name: value for name, value in action.items() if value not in ([], "")}
    return yaml.dump([rule], Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def _values(text: str) -> str | list[str]:
    """A text with wildcards, or several with commas between them."""
    found = [part.strip() for part in text.split(",")]
    return found if len(found) > 1 else text


def _figure(name: str, text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", text):
        raise InputError(f"{name}: {text!r} is no number, as 100.00")
    return text


class _Plain(str):
    """A figure, that YAML holds without quotes."""


class _Dumper(yaml.SafeDumper):
    """Writes texts in quotes where they could be read as something else: a code as "0413"."""


_Dumper.add_representer(_Plain, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value)))
_Dumper.add_representer(
    str,
    lambda dumper, value: dumper.represent_scalar(
        "tag:yaml.org,2002:str", value, style='"' if re.search(r"[^a-z_]", value) else None
    ),
)
