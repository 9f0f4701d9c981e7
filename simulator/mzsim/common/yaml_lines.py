"""YAML as plain values that know their lines, strictly: no duplicate keys, no tags, one document.

Read from the parser's events: that takes a tenth of the time and memory of a tree of nodes, and no recursion.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mzsim.common.errors import StoreFileError

Location = tuple[str | int, ...]
"""Where a value stands: keys and numbers from the top, as ("polissen", 3, "naam")."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_DEPTH = 20
_MAX_REPEATED = 1_000_000
"""How many values aliases may add; a file that repeats itself without end is refused."""


CONTROL_CHARACTER = r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]"
_INDENTED_BY_TAB = re.compile(r" *\t")
_NO_TAB = "not YAML: this line begins with a tab; put spaces in its place"
NO_CONTROL_CHARACTER = "holds a line end or another control character; write it on one line"


class YamlText(NamedTuple):
    """The text of a file that stands nowhere, and what errors call it."""

    text: str
    name: str = "<text>"

    def __str__(self) -> str:
        return self.name


class Values(NamedTuple):
    """What a file would hold, as mappings, lists and plain values; it has no lines. `name` is what errors call it."""

    content: Any
    name: str = "<mapping>"

    def __str__(self) -> str:
        return self.name


Source = Path | YamlText | Values


class MappingWithLines(dict[str, Any]):
    """A mapping; `lines` are the lines of its keys, in the order of the file."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        self.lines: list[int] = []


class ListWithLines(list[Any]):
    """A list; `lines` are the lines of its items."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        self.lines: list[int] = []


class Unusable:
    """A number, date or sign in a spelling that has no place in a file: 0736, 1_000, 1:30, 2011-02-30, <<."""


UNUSABLE = Unusable()


class YamlError(NamedTuple):
    """Something wrong; `ordering`, its number at each level from the top, gives the order of the file."""

    line: int
    ordering: tuple[int, ...]
    location: Location
    what: str


class Tree(NamedTuple):
    """What was read of a file, and what was wrong with it as YAML. Without a file the line of everything is 0."""

    path: Source
    root: Any
    errors: list[YamlError]

    def error(self, location: Location, what: str) -> YamlError:
        """An error about the value at a place. A key that is missing comes behind those that the mapping has."""
        line, ordering, node = int(not isinstance(self.path, Values)), [], self.root
        for part in location:
            if isinstance(node, MappingWithLines) and part in node:
                ordering.append(list(node).index(str(part)))
            elif isinstance(node, ListWithLines) and isinstance(part, int):
                ordering.append(part)
            else:
                ordering.append(sys.maxsize)
                break
            line, node = node.lines[ordering[-1]], node[part]
        return YamlError(line, tuple(ordering), location, what)

    def require_none(self, errors: Iterable[YamlError]) -> None:
        """Raises the first error in the order of the file."""
        if every := list(errors):
            raise self.first(every)

    def first(self, errors: Iterable[YamlError]) -> StoreFileError:
        """The first of these errors in the order of the file."""
        error = min(errors, key=lambda error: error.ordering)
        return file_error(self.path, error.line, error.what, error.location)


def file_error(path: Source, line: int | None, what: str, location: Location = ()) -> StoreFileError:
    """The one line that tells an error."""
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{readable(part)}" for part in location).removeprefix(
        "."
    )
    return StoreFileError(": ".join(filter(None, (f"{path}:{line}" if line else str(path), where, what))))


def readable(part: str) -> str:
    """Text of the file as it can stand in one line."""
    return part if re.fullmatch(r"[\w-]{1,60}", part) else json.dumps(part[:60])


def read_yaml(path: Path | YamlText) -> Tree:
    """Reads a file or a text; raises StoreFileError where it can't be read to its end. `errors` holds what else is wrong."""
    text = _read_text(path)
    if foreign := yaml.reader.Reader.NON_PRINTABLE.search(text):
        raise file_error(path, _line(text[: foreign.start()]), "not YAML: a control character; is this a text file?")
    builder = _Builder(path)
    processed = 0
    try:
        event: Any
        for event in yaml.parse(text, Loader=LOADER):
            builder(event)
            processed = event.end_mark.index
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        if place is not None:
            builder.require_not_too_deep(text[processed : place.index], place.line + 1)
            if _INDENTED_BY_TAB.match(text, text.rfind("\n", 0, place.index) + 1):
                raise file_error(path, place.line + 1, _NO_TAB) from None
        raise file_error(path, place.line + 1 if place else 1, f"not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:  # of the parser in Python: a character that doesn't exist
        raise file_error(path, None, f"not YAML: {' '.join(str(error).split())}") from None
    return Tree(path, builder.root, builder.errors)


def _read_text(path: Path | YamlText) -> str:
    if isinstance(path, YamlText):
        return path.text.removeprefix("\ufeff")
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise file_error(path, None, "is a folder; name the files in it") from None
    except OSError as error:
        raise file_error(path, None, f"can't be read: {error.strerror}") from None
    except ValueError as error:
        raise file_error(path, None, f"can't be read: {error}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = _line(content[: error.start].decode("utf-8", "replace"))
        raise file_error(path, line, "not UTF-8; save the file as UTF-8") from None


def _line(before: str) -> int:
    return len(re.findall(r"\r\n|[\r\n\x85\u2028\u2029]", before)) + 1


class _Open:
    """A mapping or list that is being read; of a mapping also the key that waits for its value."""

    __slots__ = ("anchor", "begin", "holder", "key", "key_line", "line")

    def __init__(self, holder: MappingWithLines | ListWithLines, line: int, anchor: str | None, begin: int) -> None:
        self.holder, self.line, self.anchor, self.begin = holder, line, anchor, begin
        self.key: str | None = None
        self.key_line = line


class _Builder:
    """Makes values of events, and remembers what is wrong with them."""

    def __init__(self, path: Path | YamlText) -> None:
        self.root: Any = None
        self.errors: list[YamlError] = []
        self._path = path
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._documents = self._nodes = self._repeated = 0

    def __call__(self, e: Any) -> None:
        kind, line = type(e), e.start_mark.line + 1
        if kind is yaml.ScalarEvent:
            self._scalar(e, line)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._begin(e, line, MappingWithLines() if kind is yaml.MappingStartEvent else ListWithLines())
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            closed = self._open.pop()
            if closed.anchor:
                self._anchors[closed.anchor] = (closed.holder, self._nodes - closed.begin)
            self._add(closed.holder, closed.line)
        elif kind is yaml.AliasEvent:
            self._alias(e.anchor, line)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise file_error(self._path, line, "a second document begins here; make it a file of its own")

    def _begin(self, e: Any, line: int, holder: MappingWithLines | ListWithLines) -> None:
        if e.tag is not None:
            self._error(line, f"leave out the tag {readable(e.tag)}")
        if len(self._open) >= MAX_DEPTH:
            raise self._too_deep(line)
        self._open.append(_Open(holder, line, e.anchor, self._nodes))

    def require_not_too_deep(self, unread: str, line: int) -> None:
        """Raises where what the parser stopped in opens more than a file may, so that its own limit never speaks first.

        The parser reads ahead of its events, and how deep it goes depends on its version.
        """
        opened = len(re.findall(r"[\[{]", unread)) - len(re.findall(r"[\]}]", unread))
        if len(self._open) + opened > MAX_DEPTH:
            raise self._too_deep(line)

    def _too_deep(self, line: int) -> StoreFileError:
        return file_error(self._path, line, f"is nested more than {MAX_DEPTH} deep; no key of a store is")

    def _scalar(self, e: Any, line: int) -> None:
        value: Any = e.value
        if e.tag is not None:
            self._error(line, f"leave out the tag {readable(e.tag)}")
        elif e.implicit[0]:
            value = _usual(value)
        elif not value.isprintable() and re.search(CONTROL_CHARACTER, value):
            self._error(line, NO_CONTROL_CHARACTER)
        if e.anchor:
            self._anchors[e.anchor] = (value, 1)
        self._add(value, line)

    def _alias(self, name: str, line: int) -> None:
        if name not in self._anchors:
            what = f"*{readable(name)} stands for nothing that was read before; write the value out"
            raise file_error(self._path, line, what)
        value, size = self._anchors[name]
        self._nodes += size
        self._repeated += size
        if self._repeated > _MAX_REPEATED:
            raise file_error(self._path, line, "repeats more than can be loaded; write the values out")
        self._add(value, line)

    def _add(self, value: Any, line: int) -> None:
        self._nodes += 1
        if not self._open:
            self.root = value
            return
        above = self._open[-1]
        holder = above.holder
        if isinstance(holder, ListWithLines):
            holder.append(value)
            holder.lines.append(line)
        elif above.key is None:
            if type(value) is not str:
                self._error(line, "this key is no text; put it in quotes (<< is not supported)")
                value = "?"
            above.key, above.key_line = value, line
        else:
            if above.key in holder:
                self._error(above.key_line, "this key stands here twice; leave one out")
            else:
                holder[above.key] = value
                holder.lines.append(above.key_line)
            above.key = None

    def _error(self, line: int, what: str) -> None:
        parts = (o.key if isinstance(o.holder, MappingWithLines) else len(o.holder) for o in self._open)
        location = tuple(part for part in parts if part is not None)
        self.errors.append(YamlError(line, tuple(len(o.holder) for o in self._open), location, what))


_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"-?[0-9]+\.[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KINDS = yaml.SafeLoader.yaml_implicit_resolvers


@lru_cache(maxsize=65536)
def _usual(text: str) -> Any:
    """What a scalar without quotes stands for (YAML 1.1); numbers with a point as Decimal."""
    for tag, pattern in _KINDS.get(text[:1], ()):
        if pattern.match(text):
            return _value(tag.rpartition(":")[2], text)
    return text


def _value(kind: str, text: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("yes", "true", "on")
    if kind == "int" and _NUMBER.fullmatch(text):
        return int(text)
    if kind == "float" and _FRACTION.fullmatch(text):
        return Decimal(text)
    if kind == "timestamp" and _DATE.fullmatch(text):
        with suppress(ValueError):
            return dt.date.fromisoformat(text)
    return UNUSABLE
