"""What the bytes of a field mean: dates, amounts, numbers, "filled". Pure functions of the value."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from mzsim.standard.layout import TEKENSET

BSN_ONBEKEND = b"999999999"
"""The value of rubriek 0203 for a person without a BSN (INV 2.3.5)."""

DEBET, CREDIT = b"D", b"C"


@lru_cache(maxsize=65536)
def lees_datum(waarde: bytes) -> dt.date | None:
    """The date of an EEJJMMDD value, or None where no such day exists."""
    if len(waarde) != 8 or not waarde.isdigit():
        return None
    try:
        return dt.date(int(waarde[:4]), int(waarde[4:6]), int(waarde[6:]))
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def schrijf_datum(datum: dt.date) -> bytes:
    """EEJJMMDD, so that dates compare as bytes."""
    return datum.isoformat().replace("-", "").encode("ascii")


def gevuld(waarde: bytes) -> bool:
    """Whether a field holds anything but the escape value: zeros (N) or spaces (AN)."""
    return waarde.strip(b" 0") != b""


def tekst(waarde: bytes) -> str:
    """A field as the store keeps it: without trailing spaces, and without the NUL that PostgreSQL has no place for."""
    gevuld = waarde.rstrip(b" ").decode(TEKENSET)
    return gevuld.replace("\0", "\N{SYMBOL FOR NULL}") if "\0" in gevuld else gevuld


# Each verzekerde of a message is named several times in a row.
@lru_cache(maxsize=4096)
def persoon(bsn: bytes, verzekerdennummer: bytes) -> str:
    """How the store names an insured person: the BSN, or V and the verzekerdennummer of one who has none."""
    return f"V{tekst(verzekerdennummer)}" if bsn == BSN_ONBEKEND else tekst(bsn)


_HOOFDLETTERS = bytes(
    ord(hoofd) if len(hoofd) == 1 and ord(hoofd) < 256 else teken
    for teken in range(256)
    for hoofd in (chr(teken).upper(),)
)


def genormaliseerd(nummer: bytes) -> bytes:
    """A factuurnummer or referentienummer as it is compared, in its full length: capitals only (INV 2.3.3)."""
    return nummer.translate(_HOOFDLETTERS)


def elfproef(bsn: bytes) -> bool:
    """Whether nine digits are a possible BSN."""
    # Written out: it is asked of every verzekerde, and stdnum takes twenty times as long (a test compares the two).
    if len(bsn) != 9 or not bsn.isdigit() or bsn == b"000000000":
        return False
    a, b, c, d, e, f, g, h, i = bsn
    return (9 * a + 8 * b + 7 * c + 6 * d + 5 * e + 4 * f + 3 * g + 2 * h - i - _NUL) % 11 == 0


# The digits are ASCII codes here: each is 48 too high, with weights that add up to 43.
_NUL = 43 * ord("0")


def centen(waarde: bytes) -> int:
    """An amount or number; 0 where it can't be read (whether that is allowed is for the checks to say)."""
    return int(waarde) if waarde.isdigit() else 0


def lees_bedrag(bedrag: bytes, debet_credit: bytes) -> int | None:
    """An amount in cents, negative for a credit; None where either field can't be read."""
    if not bedrag.isdigit():
        return None
    if debet_credit == DEBET:
        return int(bedrag)
    return -int(bedrag) if debet_credit == CREDIT else None


@lru_cache(maxsize=65536)
def als_euro(centen: int) -> str:
    """Cents as a decimal string in euro: -1050 is "-10.50"."""
    teken = "-" if centen < 0 else ""
    return f"{teken}{abs(centen) // 100}.{abs(centen) % 100:02d}"
