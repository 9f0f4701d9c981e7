"""Names of files as text: shown to people, kept for programs, typed in a shell, and made plain.

A name is bytes. Python holds what of it is no UTF-8 as half characters (PEP 383), for which JSON, YAML, a database and
most terminals have no place: a folder `praktijk\\xe9` from a zip that was made on Windows.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from shlex import quote

_LOOKS_ESCAPED = re.compile(rb"\\(?=x[0-9a-f]{2})")
_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")
_HALF_OF_BYTE = range(0xDC80, 0xDD00)


def printable(text: str) -> str:
    """A text as it can stand in one line, whatever it holds: what can't be seen as an escape, as \\n or \\xe9."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else _escaped(sign) for sign in text)


def _escaped(sign: str) -> str:
    if ord(sign) in _HALF_OF_BYTE:
        return f"\\x{ord(sign) - 0xDC00:02x}"
    return sign.encode("unicode_escape").decode("ascii")


def shown(path: os.PathLike[str] | str) -> str:
    """A path for people."""
    return printable(os.fspath(path))


def kept(path: os.PathLike[str] | str) -> str:
    """A path as JSON, a case or the store keeps it: text without loss, of which `restored` makes the path again.

    A byte that is no UTF-8 is \\xNN; so is, as \\x5c, a backslash before what looks like that.
    """
    return _LOOKS_ESCAPED.sub(rb"\\x5c", os.fsencode(path)).decode("utf-8", "backslashreplace")


def restored(text: str) -> Path:
    """The path that `kept` made this text of."""
    if text.isascii() and "\\" not in text:
        return Path(text)
    content = text.encode("utf-8", "surrogateescape")
    return Path(os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)))


def typed(path: os.PathLike[str] | str) -> str:
    """A path as a word for a shell; bash and zsh have $'…' for what can't be typed."""
    name = os.fspath(path)
    if name.isprintable():
        return quote(name)
    inner = "".join(f"\\{sign}" if sign in "\\'" else printable(sign) for sign in name)
    return f"$'{inner}'"


def plain(name: str) -> str:
    """A name for the copy of a file, that every system can hold and every program can show."""
    return "".join(sign if sign.isprintable() and sign != "\\" else "_" for sign in name)
