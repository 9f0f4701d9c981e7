"""JSON as a model whose fields are its keys, strictly: what is wrong is told in one line, with the key or the line."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mzsim.common.errors import InputError
from mzsim.common.file_values import melding
from mzsim.common.yaml_lines import readable

M = TypeVar("M", bound=BaseModel)

_FORMS: dict[str, str] = {
    r"^-?[0-9]{1,9}\.[0-9]{2}$": 'an amount in euro with two decimals, as "10.00" or "-10.00"',
    "^[0-9a-f]{64}$": "a SHA-256 hash",
}


def read_json(name: str, content: bytes, model: type[M], kind: str) -> M:
    """Reads JSON; `name` tells where it is from, `kind` what its keys are keys of. Raises InputError."""
    text = as_text(name, content)
    try:
        was_read = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_json)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}:{error.lineno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise InputError(f"{name}: not JSON that can be read: nested too deep") from None
    except ValueError as error:
        raise InputError(f"{name}: {error}") from None
    try:
        return model.model_validate(was_read)
    except ValidationError as error:
        one = error.errors(include_url=False)[0]
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{readable(part)}" for part in one["loc"])
        raise InputError(": ".join(filter(None, (name, where.removeprefix("."), objection(one, kind))))) from None


def as_text(name: str, content: bytes) -> str:
    """UTF-8, with or without its mark at the beginning."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: not UTF-8; save the file as UTF-8") from None


def objection(error: ErrorDetails, kind: str) -> str:
    """What is wrong with a value, in our words."""
    if error["type"] == "extra_forbidden":
        return f"is no key of {kind}"
    if error["type"] == "string_pattern_mismatch" and (form := _FORMS.get(error["ctx"]["pattern"])):
        return f"must be {form}"
    return melding(error)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    was_read = dict(pairs)
    if len(was_read) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {readable(double)} stands twice in one place; leave one out")
    return was_read


def _no_json(name: str) -> Any:
    raise ValueError(f"not JSON: {name} is no number")
