"""Numbers that a path, a query or a form has as text."""

from __future__ import annotations

MOST_64_BITS = 10**18
"""A limit for numbers that a database keeps in 64 bits, as ids are."""


def number(text: str, most: int = 10**9 - 1) -> int | None:
    """A whole number from 0 up to `most` in ordinary digits; None for anything else, such as the digit ²."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    found = int(text)
    return found if found <= most else None
