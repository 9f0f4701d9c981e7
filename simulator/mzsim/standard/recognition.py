"""What a file is that does not look like a declaration, told by its bytes, for people.

A verdict never depends on it: the checks of levels 1 and 2 say what is wrong, this says what most likely happened. Each
function gives a remark that completes the sentence of a check after a colon; empty where there is nothing to tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from mzsim.standard.layout import CRLF, HEEN_LENGTH, RECORD_OF_KENMERK
from mzsim.standard.messages import HEEN, RETOUR
from mzsim.standard.reader import LONGEST_LINE, Line

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"[\r\n]")
_VOORLOOP = re.compile(rb"01[0-9]{3}")
_KEY_OF_YAML = re.compile(rb"(---|[A-Za-z_][\w-]*:)(\s|$)")
_COMMENTS = re.compile(rb"(\s*#[^\n]*\n)*\s*")


class _Kind(NamedTuple):
    """A kind of file: how its first bytes look, and what to say of it."""

    looks: Callable[[bytes], object]
    remark: str


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda begin: begin.startswith(signatures)


def _text(*signatures: bytes) -> Callable[[bytes], bool]:
    """The same of a text, whatever its capitals, behind a byte order mark and spaces."""
    return lambda begin: begin.removeprefix(_BOM).lstrip().lower().startswith(signatures)


def _yaml(begin: bytes) -> object:
    text = begin.removeprefix(_BOM)
    return _KEY_OF_YAML.match(_COMMENTS.sub(b"", text, count=1))


_KINDS = (
    _Kind(lambda begin: not begin, "it is empty"),
    _Kind(_begins(b"PK\x03\x04", b"PK\x05\x06"), "it is a zip archive (or an Office document); name the file in it"),
    _Kind(_begins(b"\x1f\x8b"), "it is compressed with gzip; unpack it first"),
    _Kind(_begins(b"%PDF"), "it is a PDF"),
    _Kind(
        _begins(b"\xff\xfe", b"\xfe\xff", b"0\x001\x00", b"\x000\x001"),
        "it is in UTF-16, two bytes a letter; save it in ISO 8859-1",
    ),
    _Kind(_text(b"<!doctype html", b"<html"), "it is a page in HTML"),
    _Kind(_text(b"<"), "it is XML"),
    _Kind(_text(b"{", b"["), "it is JSON"),
    _Kind(_yaml, "it is YAML; a store file is read by mzsim db load"),
    _Kind(_begins(_BOM), "it begins with a byte order mark of UTF-8; save it in ISO 8859-1"),
)


def unreadable(begin: bytes) -> str:
    """What a file is that has no readable voorlooprecord; `begin` are its first 310 bytes, or all of them."""
    for kind in _KINDS:
        if kind.looks(begin):
            return kind.remark
    end = _LINE_END.search(begin)
    first = begin[: end.start()] if end else begin
    if not first:
        return "it begins with an empty line"
    if _VOORLOOP.match(first):
        return f"its voorlooprecord has {positions(first)}; were the spaces at its end cut off?"
    if first[:2] in RECORD_OF_KENMERK and first[:2] != b"01":
        return f"it begins with a {RECORD_OF_KENMERK[first[:2]]} ({first[:2].decode('ascii')})"
    return ""


def is_retour(code: bytes) -> bool:
    """Whether 0102 is that of a retourbericht of this standard."""
    return code in (RETOUR.zvw, RETOUR.wlz)


def is_declaration(voorloop: bytes) -> bool:
    """Whether the first record of a file, without its line end, is that of a declaration of this standard."""
    return len(voorloop) == HEEN_LENGTH and voorloop[:2] == b"01" and voorloop[2:5] in (HEEN.zvw, HEEN.wlz)


def other_message(code: bytes) -> str:
    """What a message is that is no declaration of this standard, by its 0102."""
    if is_retour(code):
        return f"{code.decode('ascii')} is a retourbericht {RETOUR.name.upper()}, the answer to a declaration"
    return f"{code.decode('ascii')} is a message of another standard than {HEEN.name.upper()}"


class Cause(NamedTuple):
    """Why lines are not as they should be, and what to do about all that are so."""

    what: str
    advice: str


_LF = Cause("LF alone", "write CR and LF")
_CR = Cause("CR alone", "write CR and LF")
_UTF_8 = Cause("letters of two bytes (UTF-8)", "write the file in ISO 8859-1")
_TRIMMED = Cause("no spaces at the end", "write every record in full")
_ENDS = {CRLF[1:]: _LF, CRLF[:1]: _CR}


def cause_of_end(line: Line) -> Cause | None:
    """Why a line does not end in CR/LF; None where that says nothing about other lines."""
    return _ENDS.get(line.end) if line.content else None


def cause_of_length(line: Line) -> Cause | None:
    """Why a record is not 310 positions long; None where that says nothing about other records."""
    content = line.content
    if len(content) < HEEN_LENGTH:
        return None if content.endswith(b" ") else _TRIMMED
    try:
        return _UTF_8 if len(content.decode("utf-8")) == HEEN_LENGTH else None
    except UnicodeDecodeError:
        return None


def positions(content: bytes) -> str:
    """How long a line is, in words."""
    more = " or more" if len(content) >= LONGEST_LINE else ""
    return f"{len(content)}{more} position{'' if len(content) == 1 else 's'}"
