"""What the bytes of a field mean: dates, amounts, numbers, "filled". Pure functions of the value."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from mzsim.standard.layout import CHARSET

BSN_UNKNOWN = b"999999999"
"""The value of rubriek 0203 for a person without a BSN (INV 2.3.5)."""

DEBET, CREDIT = b"D", b"C"


@lru_cache(maxsize=65536)
def read_date(value: bytes) -> dt.date | None:
    """The date of an EEJJMMDD value, or None where no such day exists."""
    if len(value) != 8 or not value.isdigit():
        return None
    try:
        return dt.date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def write_date(date: dt.date) -> bytes:
    """EEJJMMDD, so that dates compare as bytes."""
    return date.isoformat().replace("-", "").encode("ascii")


def as_iso(value: bytes) -> str:
    """A date of a message for programs: ISO 8601, and as it stands where it is no date."""
    date = read_date(value)
    return text(value) if date is None else date.isoformat()


def filled(value: bytes) -> bool:
    """Whether a field holds anything but the escape value: zeros (N) or spaces (AN)."""
    return value.strip(b" 0") != b""


def filled_text(value: bytes) -> bool:
    """Whether a field of text (AN) holds anything but spaces."""
    return value.strip(b" ") != b""


def text(value: bytes) -> str:
    """A field as the store keeps it: without trailing spaces, and without the NUL that PostgreSQL has no place for."""
    filled = value.rstrip(b" ").decode(CHARSET)
    return filled.replace("\0", "\N{SYMBOL FOR NULL}") if "\0" in filled else filled


def as_bytes(value: str) -> bytes:
    """What the store keeps as a message holds it, without trailing spaces: `text` undone. Whatever a value holds that a
    message has no place for is a question mark."""
    return (value.replace("\N{SYMBOL FOR NULL}", "\0") if "\N{SYMBOL FOR NULL}" in value else value).encode(
        CHARSET, "replace"
    )


# Each verzekerde of a message is named several times in a row.
@lru_cache(maxsize=4096)
def person(bsn: bytes, verzekerdennummer: bytes, geboortedatum: bytes) -> str:
    """How the store names an insured person by what a message says of him: the BSN, or `by_number` where that is unknown."""
    if bsn != BSN_UNKNOWN:
        return text(bsn)
    return by_number(text(verzekerdennummer), text(geboortedatum))


_DATE_LENGTH = len("EEJJMMDD")


def by_number(verzekerdennummer: str, geboortedatum: str) -> str:
    """How the store names a person whose BSN it doesn't know: V, the date of birth (EEJJMMDD) and the verzekerdennummer,
    which several persons may share (INV 2.3.6)."""
    return f"V{geboortedatum.ljust(_DATE_LENGTH)}{verzekerdennummer}"


def number_and_birth(person: str) -> tuple[str, str] | None:
    """The verzekerdennummer and the date of birth (EEJJMMDD) of a person whose BSN the store doesn't know; else None."""
    return (person[1 + _DATE_LENGTH :], person[1 : 1 + _DATE_LENGTH]) if person.startswith("V") else None


_CAPITALS = bytes(
    ord(head) if len(head) == 1 and ord(head) < 256 else sign for sign in range(256) for head in (chr(sign).upper(),)
)


def normalized(number: bytes) -> bytes:
    """A factuurnummer as it is compared, in its full length: capitals only (INV 2.3.3)."""
    return number.translate(_CAPITALS)


def elfproef(bsn: bytes) -> bool:
    """Whether nine digits are a possible BSN."""
    # Written out: it is asked of every verzekerde, and stdnum takes twenty times as long (a test compares the two).
    if len(bsn) != 9 or not bsn.isdigit() or bsn == b"000000000":
        return False
    a, b, c, d, e, f, g, h, i = bsn
    return (9 * a + 8 * b + 7 * c + 6 * d + 5 * e + 4 * f + 3 * g + 2 * h - i - _ZERO) % 11 == 0


# The digits are ASCII codes here: each is 48 too high, with weights that add up to 43.
_ZERO = 43 * ord("0")


def cents(value: bytes) -> int:
    """An amount or number; 0 where it can't be read (whether that is allowed is for the checks to say)."""
    return int(value) if value.isdigit() else 0


def read_amount(amount: bytes, debet_credit: bytes) -> int | None:
    """An amount in cents, negative for a credit; None where either field can't be read."""
    if not amount.isdigit():
        return None
    if debet_credit == DEBET:
        return int(amount)
    return -int(amount) if debet_credit == CREDIT else None


@lru_cache(maxsize=65536)
def as_euro(cents: int) -> str:
    """Cents as a decimal string in euro: -1050 is "-10.50"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
