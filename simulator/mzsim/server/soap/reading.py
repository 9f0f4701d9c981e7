"""Reads a message as it comes in, piece by piece: nothing of it is taken on trust, and its size costs no memory.

Elements are known by their own names: the namespaces of the real service are not known for certain, and software that was made
for it should not be refused for them. What is not known is passed over.
"""

from __future__ import annotations

import binascii
import datetime as dt
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple, TypeVar, cast
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from mzsim.common.names import printable
from mzsim.server.soap.shapes import Content, Field, fields_of

_DEEPEST, _MOST_ELEMENTS, _LONGEST = 12, 2_000, 10_000
"""Of a message: elements within one another, elements in all, and characters in one that holds no file."""
_LONGEST_MARK, _AT_ONCE = 64 << 10, 16 << 10
"""Bytes of one tag, comment or the like, which a parser reads again with every piece until its end is there; and how many it
gets in a piece."""
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_IN_MEMORY = 1 << 20
_DATA = "Data"
"""The element whose text is a file."""

Message = TypeVar("Message")


class UnreadableError(Exception):
    """What came in is no message; its line says why."""


class Node(NamedTuple):
    """An element: its namespace and own name, its text, the file that it holds if it does, and what stands in it."""

    namespace: str
    name: str
    text: list[str]
    file: BinaryIO | None
    within: list[Node]

    def only(self, name: str) -> Node | None:
        """The element of this name in it; None where there is none. Raises UnreadableError where there are more."""
        found = [node for node in self.within if node.name == name]
        if len(found) > 1:
            raise UnreadableError(f"{self.name} holds {name} {len(found)} times; it may once")
        return found[0] if found else None


class Reader:
    """Reads one message. Leaving its context throws the file away that came with it."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the reader
        self._tree = _Tree(cast(BinaryIO, self._file))
        self._parser = DefusedXMLParser(target=self._tree, forbid_dtd=True)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def feed(self, piece: bytes) -> None:
        """Takes in a piece. Raises UnreadableError."""
        for begin in range(0, len(piece), _AT_ONCE):
            part = piece[begin : begin + _AT_ONCE]
            self._tree.untold += len(part)
            self._told(self._parser.feed, part)
            if self._tree.untold > _LONGEST_MARK:
                raise UnreadableError(
                    f"the message holds a tag, a comment or the like of more than {_LONGEST_MARK:,} bytes"
                )

    def end(self) -> Node:
        """The message. Raises UnreadableError where it is not complete."""
        self._told(self._parser.close)
        assert self._tree.root is not None, "the parser tells where there is none"
        return self._tree.root

    def _told(self, work: Callable[..., object], *arguments: bytes) -> None:
        try:
            work(*arguments)
        except DefusedXmlException:
            raise UnreadableError("a message has no document type and no entities of its own") from None
        except (ParseError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
            raise UnreadableError(f"the message is no XML that can be read: {printable(str(error))}") from None


class _Tree:
    """What a parser tells, as nodes; the text of `Data` goes into a file, decoded."""

    def __init__(self, file: BinaryIO) -> None:
        self.root: Node | None = None
        self.untold = 0
        """Bytes that went into the parser since it last told something, or nearly so many."""
        self._open: list[Node] = []
        self._count = 0
        self._base64 = _Base64(file)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.untold = 0
        namespace, _, name = tag.rpartition("}")
        self._count += 1
        if len(self._open) == _DEEPEST or self._count > _MOST_ELEMENTS:
            raise UnreadableError(
                f"the message holds more than {_MOST_ELEMENTS:,} elements, or more than {_DEEPEST} within one another"
            )
        node = Node(namespace.removeprefix("{"), name, [], self._base64.begin() if name == _DATA else None, [])
        if self._open and attributes.get(_NIL) not in ("true", "1"):
            self._open[-1].within.append(node)
        elif not self._open:
            self.root = node
        self._open.append(node)

    def data(self, text: str) -> None:
        self.untold = 0
        node = self._open[-1]
        if node.file is not None:
            self._base64.decode(text)
            return
        node.text.append(text)
        if len(node.text) > _LONGEST or sum(map(len, node.text)) > _LONGEST:
            raise UnreadableError(f"{printable(node.name)}: holds more than {_LONGEST:,} characters")

    def comment(self, _: str) -> None:
        self.untold = 0

    def pi(self, _: str, __: str | None = None) -> None:
        self.untold = 0

    def end(self, _: str) -> None:
        self.untold = 0
        if self._open.pop().file is not None:
            self._base64.end()

    def close(self) -> None:
        """The parser has read all of it."""


class _Base64:
    """Decodes a text that comes in pieces into a file; there is one such text in a message."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._rest = ""
        self._begun = False

    def begin(self) -> BinaryIO:
        if self._begun:
            raise UnreadableError(f"the message holds {_DATA} more than once; hand in a zip where there are more files")
        self._begun = True
        return self._file

    def decode(self, text: str) -> None:
        plain = self._rest + "".join(text.split())
        whole = len(plain) - len(plain) % 4
        self._rest = plain[whole:]
        try:
            self._file.write(binascii.a2b_base64(plain[:whole], strict_mode=True))
        except ValueError as error:
            raise UnreadableError(f"{_DATA}: is no base64: {error}") from None

    def end(self) -> None:
        if self._rest:
            raise UnreadableError(f"{_DATA}: is no base64: it ends halfway")
        self._file.seek(0)


def read(message: type[Message], node: Node) -> Message:
    """A message, of the element that holds it. Raises UnreadableError."""
    found = {field.name: _value(field, node.only(field.name), node) for field in fields_of(message)}
    by_default = message._field_defaults  # type: ignore[attr-defined] # of a NamedTuple
    return message(**{name: value for name, value in found.items() if value is not None or name not in by_default})


def _value(field: Field, node: Node | None, within: Node) -> Any:
    if node is None:
        if field.required:
            raise UnreadableError(f"{within.name}: {field.name} is missing")
        return None
    if field.item is None:
        return _one(field, node)
    return tuple(_one(field, item) for item in node.within if item.name == field.item)


def _one(field: Field, node: Node) -> Any:
    if (simple := _SIMPLE.get(field.kind)) is None:
        return read(field.kind, node)
    try:
        return simple(node)
    except ValueError:
        raise UnreadableError(f"{node.name}: {printable(_text(node)[:50])!r} can't be read") from None


def _text(node: Node) -> str:
    return "".join(node.text).strip()


def _long(node: Node) -> int:
    number = int(_text(node))
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError
    return number


def _boolean(node: Node) -> bool:
    if (text := _text(node)) not in _BOOLEANS:
        raise ValueError
    return _BOOLEANS[text]


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_SIMPLE: dict[type, Callable[[Node], Any]] = {
    str: _text,
    int: _long,
    bool: _boolean,
    dt.datetime: lambda node: dt.datetime.fromisoformat(_text(node)),
    Content: lambda node: Content(node.file) if node.file is not None else Content(),
}
