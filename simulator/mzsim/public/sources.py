"""What a caller may give: a message as bytes or a path, a store file or script as a path, a text or values, a day."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from mzsim.common.errors import InputError
from mzsim.common.in_memory import BytesMessage
from mzsim.common.inputs import open_message
from mzsim.common.yaml_lines import Source, Values, YamlText
from mzsim.domain.findings import Stage
from mzsim.store.shipped_files import path_of

Message = bytes | str | os.PathLike[str]
"""A declaration or a retour: its bytes, or the path of its file."""
StoreSource = str | os.PathLike[str] | Mapping[str, Any]
"""A verzekeraarsbestand: a path, "@nza-2026" or another list of the program, a text of more than one line, or a mapping."""
ScriptSource = str | os.PathLike[str] | Sequence[Mapping[str, Any]]
"""A script: a path, a text of more than one line, or its rules."""


def message_of(message: Message) -> Path | BytesMessage:
    """A message to open."""
    if isinstance(message, bytes):
        return BytesMessage(message)
    return Path(message)


@contextmanager
def opened(message: Path | BytesMessage) -> Iterator[BinaryIO]:
    """A message to read from its start; closed at the end. Raises InputError where it can't be read."""
    with open_message(message) as stream:
        try:
            yield stream
        except OSError as error:
            raise InputError(f"{message}: can't be read: {error.strerror}") from None


def content_of(message: Path | BytesMessage) -> BytesMessage:
    """All of a message, read once, under the name that it has. Raises InputError."""
    if isinstance(message, BytesMessage):
        return message
    with opened(message) as stream:
        return BytesMessage(stream.read(), str(message))


def store_source(source: StoreSource) -> Source:
    """A verzekeraarsbestand to read. Raises InputError for a list that the program doesn't have."""
    if isinstance(source, Mapping):
        return Values(source)
    if isinstance(source, str) and _is_text(source):
        return YamlText(source)
    return path_of(os.fspath(source))


def script_source(source: ScriptSource) -> Source:
    """A script to read."""
    if isinstance(source, str) and _is_text(source):
        return YamlText(source)
    if isinstance(source, str | os.PathLike):
        return Path(source)
    if not _is_list(source):
        raise TypeError(f"a script is a path, a text or a list of rules, not {type(source).__name__}")
    return Values(source, "<rules>")


def _is_list(source: object) -> bool:
    return isinstance(source, Sequence) and not isinstance(source, bytes | bytearray)


def _is_text(source: str) -> bool:
    return "\n" in source or "\r" in source


def day_of(date: dt.date | str | None) -> dt.date:
    """A processing date; None is today. Raises InputError for a text that is no date."""
    if date is None:
        return dt.date.today()  # noqa: DTZ011 - the day where the user is
    if isinstance(date, str):
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date):
                raise ValueError
            return dt.date.fromisoformat(date)
        except ValueError:
            raise InputError(f"date {date!r}: must be an existing date, as 2026-01-31") from None
    if not isinstance(date, dt.date):
        raise TypeError(f"date is a datetime.date or a text, not {type(date).__name__}")
    return date.date() if isinstance(date, dt.datetime) else date


def stage_of(stage: str) -> Stage:
    """Who answers. Raises InputError where there is no such stage."""
    try:
        return Stage(stage)
    except ValueError:
        raise InputError(f"stage {stage!r}: must be {', '.join(map(str, Stage))}") from None
