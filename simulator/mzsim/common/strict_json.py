"""JSON as a model whose fields are its keys, strictly: what is wrong is told in one line, with the key or the line."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mzsim.common.errors import InputError
from mzsim.common.file_values import melding
from mzsim.common.yaml_lines import leesbaar

M = TypeVar("M", bound=BaseModel)

_VORMEN: dict[str, str] = {
    r"^-?[0-9]{1,9}\.[0-9]{2}$": 'an amount in euro with two decimals, as "10.00" or "-10.00"',
    "^[0-9a-f]{64}$": "a SHA-256 hash",
}


def lees_json(naam: str, inhoud: bytes, model: type[M], soort: str) -> M:
    """Reads JSON; `naam` tells where it is from, `soort` what its keys are keys of. Raises InputError."""
    tekst = als_tekst(naam, inhoud)
    try:
        gelezen = json.loads(tekst, object_pairs_hook=_zonder_dubbele, parse_constant=_geen_json)
    except json.JSONDecodeError as fout:
        raise InputError(f"{naam}:{fout.lineno}: not JSON: {fout.msg}") from None
    except RecursionError:
        raise InputError(f"{naam}: not JSON that can be read: nested too deep") from None
    except ValueError as fout:
        raise InputError(f"{naam}: {fout}") from None
    try:
        return model.model_validate(gelezen)
    except ValidationError as fout:
        een = fout.errors(include_url=False)[0]
        waar = "".join(f"[{deel}]" if isinstance(deel, int) else f".{leesbaar(deel)}" for deel in een["loc"])
        raise InputError(": ".join(filter(None, (naam, waar.removeprefix("."), bezwaar(een, soort))))) from None


def als_tekst(naam: str, inhoud: bytes) -> str:
    """UTF-8, with or without its mark at the beginning."""
    try:
        return inhoud.decode("utf-8-sig")
    except UnicodeDecodeError as fout:
        regel = inhoud.count(b"\n", 0, fout.start) + 1
        raise InputError(f"{naam}:{regel}: not UTF-8; save the file as UTF-8") from None


def bezwaar(fout: ErrorDetails, soort: str) -> str:
    """What is wrong with a value, in our words."""
    if fout["type"] == "extra_forbidden":
        return f"is no key of {soort}"
    if fout["type"] == "string_pattern_mismatch" and (vorm := _VORMEN.get(fout["ctx"]["pattern"])):
        return f"must be {vorm}"
    return melding(fout)


def _zonder_dubbele(paren: list[tuple[str, Any]]) -> dict[str, Any]:
    gelezen = dict(paren)
    if len(gelezen) < len(paren):
        namen = [naam for naam, _ in paren]
        dubbel = next(naam for naam in namen if namen.count(naam) > 1)
        raise ValueError(f"the key {leesbaar(dubbel)} stands twice in one place; leave one out")
    return gelezen


def _geen_json(naam: str) -> Any:
    raise ValueError(f"not JSON: {naam} is no number")
