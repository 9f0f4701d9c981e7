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

from mzsim.standard.layout import TEKENSET
from mzsim.standard.values import BSN_ONBEKEND, genormaliseerd, tekst

MAX_BEDRAG = Decimal("999999.99")


class Regel(BaseModel):
    """A mapping of the file; a field is a key."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def weiger(wat: str) -> PydanticCustomError:
    """The error that a value is refused with."""
    return PydanticCustomError("geweigerd", "{wat}", {"wat": wat})


def _centen(waarde: object) -> object:
    """Euro as written to cents; never through a binary float."""
    if isinstance(waarde, bool) or not isinstance(waarde, int | Decimal):
        raise weiger("must be an amount in euro, as 10.00 (a number, without quotes)")
    bedrag = Decimal(waarde)
    if bedrag < 0:
        raise weiger("may not be negative")
    if bedrag > MAX_BEDRAG:
        raise weiger(f"may not be more than {MAX_BEDRAG}")
    if int(bedrag.as_tuple().exponent) < -2:
        raise weiger("must have two decimals at most")
    return int(bedrag * 100)


def _datum(waarde: object) -> object:
    """A date in quotes is a date as well: JSON, which is YAML too, knows no other."""
    if isinstance(waarde, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", waarde):
        with suppress(ValueError):
            return dt.date.fromisoformat(waarde)
    return waarde


def _als_in_bericht(waarde: str) -> str:
    try:
        gelezen = tekst(waarde.encode(TEKENSET))
    except UnicodeEncodeError:
        raise weiger("holds a character that a message has no place for (ISO 8859-1)") from None
    if not gelezen:
        raise weiger("may not be empty")
    return gelezen


def _als_factuurnummer(waarde: str) -> str:
    return tekst(genormaliseerd(_als_in_bericht(waarde).encode(TEKENSET)))


def _elk_een_keer(waarden: list[str]) -> list[str]:
    if len(set(waarden)) < len(waarden):
        raise weiger("holds the same value twice; leave one out")
    return waarden


def _bekend(bsn: str | None) -> str | None:
    return None if bsn == BSN_ONBEKEND.decode(TEKENSET) else bsn


def _onbekend(bsn: object) -> object:
    return BSN_ONBEKEND.decode(TEKENSET) if bsn is None else bsn


def geen_getal(waarde: object) -> object:
    """To pydantic's Literal 0 is False."""
    if isinstance(waarde, int) and not isinstance(waarde, bool):
        raise weiger("must be false, 'bestand' or 'record'")
    return waarde


_VORMEN = {
    "^[0-9]{4}$": "4 digits",
    "^[0-9]{8}$": "8 digits (an AGB-code)",
    "^[0-9]{9}$": "9 digits (a BSN)",
    "^[0-9]{2,4}$": "2 digits (an AGB kind)",
    "^[0-9A-Za-z]{1,6}$": "1 to 6 letters and digits (a prestatiecode)",
    "^[0-9A-Za-z*]{1,12}$": "a prestatiecode, with * as wildcard",
}

Tekst = Annotated[str, StringConstraints(min_length=1)]
Viercijfers = Annotated[str, StringConstraints(pattern="^[0-9]{4}$")]
"""A UZOVI-nummer or a retourcode."""
Agb = Annotated[str, StringConstraints(pattern="^[0-9]{8}$")]
AgbSoort = Annotated[str, StringConstraints(pattern="^[0-9]{2,4}$")]
"""The first two digits count; the prestatiecodelijst has four."""
Bsn = Annotated[str, StringConstraints(pattern="^[0-9]{9}$")]
BsnOfGeen = Annotated[Bsn | None, AfterValidator(_bekend)]
BsnOfDummy = Annotated[Bsn, BeforeValidator(_onbekend)]
"""Of a person without a BSN, which may be null, the value of rubriek 0203."""
Prestatiecode = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{1,6}$")]
Patroon = Annotated[str, StringConstraints(pattern="^[0-9A-Za-z*]{1,12}$")]
Patronen = Annotated[list[Patroon], Field(min_length=1), AfterValidator(_elk_een_keer)]
Nummer = Annotated[str, StringConstraints(max_length=15), AfterValidator(_als_in_bericht)]
"""A verzekerdennummer or machtigingsnummer, as the store keeps it."""
Factuurnummer = Annotated[str, StringConstraints(max_length=12), AfterValidator(_als_factuurnummer)]
"""As it is compared."""
Agbs = Annotated[list[Agb], AfterValidator(_elk_een_keer)]
AgbSoorten = Annotated[list[AgbSoort], AfterValidator(_elk_een_keer)]
Codes = Annotated[list[Tekst], AfterValidator(_elk_een_keer)]
Prestatiesoorten = Annotated[list[Literal["01", "02", "03", "04"]], Field(min_length=1), AfterValidator(_elk_een_keer)]
Bedrag = Annotated[int, BeforeValidator(_centen)]
"""Cents; euro in the file."""
Datum = Annotated[dt.date, BeforeValidator(_datum)]
Percentage = Annotated[int, Field(ge=0, le=100)]
Aantal = Annotated[int, Field(ge=0, le=9999)]
Jaren = Annotated[int, Field(ge=0, le=150)]
Maanden = Annotated[int, Field(ge=0, le=1200)]
Dagen = Annotated[int, Field(ge=0, le=36500)]
Duur = Annotated[int, Field(ge=1, le=9999)]
"""Of a rule: a number that is not 0."""
Periode = Literal["kalenderjaar", "verzekering", "kaak_per_kalenderjaar"]


class Geldig(Regel):
    """A mapping that is in force from `ingang` to `einde`."""

    ingang: Datum
    einde: Datum | None = None

    @field_validator("einde")
    @classmethod
    def _na_ingang(cls, einde: dt.date | None, info: ValidationInfo) -> dt.date | None:
        ingang = info.data.get("ingang")
        if einde and ingang and einde < ingang:
            raise weiger("may not be before ingang")
        return einde


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


def melding(fout: ErrorDetails) -> str:
    """What pydantic found wrong, and what to do, in our words; without the value, which may be of a person."""
    soort, waarde, gegevens = fout["type"], fout["input"], fout.get("ctx", {})
    if soort == "string_type":
        if waarde is None:
            return "may not be empty"
        return "must be text" + ("" if isinstance(waarde, list | dict) else "; put it in quotes")
    if soort == "string_pattern_mismatch":
        return f"must be {_VORMEN[gegevens['pattern']]}"
    if soort == "literal_error":
        gegevens = {"expected": gegevens["expected"].replace("False", "false")}
    return _MELDINGEN[soort].format(**gegevens) if soort in _MELDINGEN else fout["msg"]
