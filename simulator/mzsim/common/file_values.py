"""The values that a verzekeraarsbestand may hold, and in what words they are refused."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from mzsim.standard.layout import CHARSET
from mzsim.standard.values import BSN_UNKNOWN, elfproef, normalized, text

MAX_AMOUNT = Decimal("999999.99")


class FileLine(BaseModel):
    """A mapping of the file; a field is a key."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def refuse(what: str) -> PydanticCustomError:
    """The error that a value is refused with."""
    return PydanticCustomError("geweigerd", "{wat}", {"wat": what})


def _cents(value: object) -> object:
    """Euro as written to cents; never through a binary float."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise refuse("must be an amount in euro, as 10.00 (a number, without quotes)")
    amount = Decimal(value)
    if amount < 0:
        raise refuse("may not be negative")
    if amount > MAX_AMOUNT:
        raise refuse(f"may not be more than {MAX_AMOUNT}")
    if int(amount.as_tuple().exponent) < -2:
        raise refuse("must have two decimals at most")
    return int(amount * 100)


def _date(value: object) -> object:
    """A date in quotes is a date as well: JSON, which is YAML too, knows no other."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with suppress(ValueError):
            return dt.date.fromisoformat(value)
    return value


def _as_in_message(value: str) -> str:
    try:
        was_read = text(value.encode(CHARSET))
    except UnicodeEncodeError:
        raise refuse("holds a character that a message has no place for (ISO 8859-1)") from None
    if not was_read:
        raise refuse("may not be empty")
    return was_read


def _as_factuurnummer(value: str) -> str:
    return text(normalized(_as_in_message(value).encode(CHARSET)))


def _each_once(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise refuse("holds the same value twice; leave one out")
    return values


def _possible(bsn: str) -> str:
    if bsn != BSN_UNKNOWN.decode(CHARSET) and not elfproef(bsn.encode("ascii")):
        raise refuse("is no BSN: it fails the elfproef, so no declaration can be granted on it")
    return bsn


def _known(bsn: str | None) -> str | None:
    return None if bsn == BSN_UNKNOWN.decode(CHARSET) else bsn


def _unknown(bsn: object) -> object:
    return BSN_UNKNOWN.decode(CHARSET) if bsn is None else bsn


def no_number(value: object) -> object:
    """To pydantic's Literal 0 is False."""
    if isinstance(value, int) and not isinstance(value, bool):
        raise refuse("must be false, 'bestand' or 'record'")
    return value


_FORMS = {
    "^[0-9]{4}$": "4 digits",
    "^[0-9]{8}$": "8 digits (an AGB-code)",
    "^[0-9]{9}$": "9 digits (a BSN)",
    "^[0-9]{2,4}$": "2 digits (an AGB kind)",
    "^[0-9A-Za-z]{1,6}$": "1 to 6 letters and digits (a prestatiecode)",
    "^[0-9A-Za-z*]{1,12}$": "a prestatiecode, with * as wildcard",
}

Text = Annotated[str, StringConstraints(min_length=1)]
FourDigits = Annotated[str, StringConstraints(pattern="^[0-9]{4}$")]
"""A UZOVI-nummer or a retourcode."""
Agb = Annotated[str, StringConstraints(pattern="^[0-9]{8}$")]
AgbKind = Annotated[str, StringConstraints(pattern="^[0-9]{2,4}$")]
"""The first two digits count; the prestatiecodelijst has four."""
Bsn = Annotated[str, StringConstraints(pattern="^[0-9]{9}$"), AfterValidator(_possible)]
BsnOrNone = Annotated[Bsn | None, AfterValidator(_known)]
BsnOrDummy = Annotated[Bsn, BeforeValidator(_unknown)]
"""Of a person without a BSN, which may be null, the value of rubriek 0203."""
Prestatiecode = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{1,6}$")]
Pattern = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z*]{1,12}$")]
Patterns = Annotated[list[Pattern], Field(min_length=1), AfterValidator(_each_once)]
Number = Annotated[str, StringConstraints(max_length=15), AfterValidator(_as_in_message)]
"""A verzekerdennummer or machtigingsnummer, as the store keeps it."""
Factuurnummer = Annotated[str, StringConstraints(max_length=12), AfterValidator(_as_factuurnummer)]
"""As it is compared."""
Agbs = Annotated[list[Agb], AfterValidator(_each_once)]
AgbKinds = Annotated[list[AgbKind], AfterValidator(_each_once)]
Codes = Annotated[list[Text], AfterValidator(_each_once)]
PrestatieKinds = Annotated[list[Literal["01", "02", "03", "04"]], Field(min_length=1), AfterValidator(_each_once)]
Amount = Annotated[int, BeforeValidator(_cents)]
"""Cents; euro in the file."""
Date = Annotated[dt.date, BeforeValidator(_date)]
Percentage = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=9999)]
Years = Annotated[int, Field(ge=0, le=150)]
Months = Annotated[int, Field(ge=0, le=1200)]
Days = Annotated[int, Field(ge=0, le=36500)]
Duration = Annotated[int, Field(ge=1, le=9999)]
"""Of a rule: a number that is not 0."""
Period = Literal["kalenderjaar", "verzekering", "kaak_per_kalenderjaar"]


class Valid(FileLine):
    """A mapping that is in force from `ingang` to `einde`."""

    ingang: Date
    einde: Date | None = None

    @field_validator("einde")
    @classmethod
    def _after_start(cls, end: dt.date | None, info: ValidationInfo) -> dt.date | None:
        start = info.data.get("ingang")
        if end and start and end < start:
            raise refuse("may not be before ingang")
        return end


_MELDINGEN = {
    "missing": "is missing",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "date_type": "must be a date (YYYY-MM-DD)",
    "list_type": "must be a list ([] where there is none)",
    "dict_type": "must be a mapping of keys to values ({{}} where there is none)",
    "model_type": "must be a mapping of keys to values",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "too_short": "may not be empty",
    "string_too_short": "may not be empty",
    "string_too_long": "may be {max_length} characters long at most",
    "literal_error": "must be {expected}",
}


def melding(error: ErrorDetails) -> str:
    """What pydantic found wrong, and what to do, in our words; without the value, which may be of a person."""
    kind, value, data = error["type"], error["input"], error.get("ctx", {})
    if kind == "string_type":
        if value is None:
            return "may not be empty"
        return "must be text" + ("" if isinstance(value, list | dict) else "; put it in quotes")
    if kind == "string_pattern_mismatch":
        return f"must be {_FORMS[data['pattern']]}"
    if kind == "literal_error":
        data = {"expected": data["expected"].replace("False", "false")}
    return _MELDINGEN[kind].format(**data) if kind in _MELDINGEN else error["msg"]
