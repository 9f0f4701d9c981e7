"""Fresh stores by the thousand: what a combination of verzekeraarsbestanden loads is kept, and copied for each who asks.

A fresh store is a SQLite database in memory. Combinations are known by what their files hold: copies of a file are
loaded once. Large ones are kept in a folder too, that processes may share.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from mzsim.common.errors import StoreFileError
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from mzsim.store.sqlite import SqliteInMemory, empty_store
from mzsim.store.url import IN_MEMORY

_MOST_BYTES = 32_000_000
"""Of templates that a process keeps."""
_SHARED_FROM = 1_000_000
"""Bytes of a template that takes longer to load than to share."""
_MOST_SHARED = 100
"""Templates in a folder: a suite in which every case has a large store of its own would fill the disk."""


@contextmanager
def fresh_store(files: Sequence[Path], folder_: Path) -> Iterator[Database]:
    """A new store that holds these files, loaded in order; it is gone at the end. Raises StoreFileError.

    `folder_` keeps what was loaded for other processes that ask for the same files. One at a time in a process: the
    stores are one connection, whose statements stay compiled.
    """
    yield _filled(_template(tuple(files), folder_))


@cache
def _connections() -> SqliteInMemory:
    return SqliteInMemory()


@cache
def _empty() -> bytes:
    """A store that holds nothing, in small pages: most of its tables stay empty, and each takes a page or two."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(empty_store())
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("VACUUM")
        return connection.serialize()


def _filled(template: bytes) -> Database:
    _connections().fill(template)
    return Database(IN_MEMORY, _connections())


class _Kept:
    """The templates that were used last, as far as they fit."""

    def __init__(self) -> None:
        self._templates: dict[str, bytes] = {}
        self._size = 0

    def get(self, kenmerk: str) -> bytes | None:
        """A template, which becomes the one that was used last."""
        template = self._templates.pop(kenmerk, None)
        if template is not None:
            self._templates[kenmerk] = template
        return template

    def keep(self, kenmerk: str, template: bytes) -> None:
        """Keeps a template, in the place of what was used longest ago."""
        self._templates[kenmerk] = template
        self._size += len(template)
        while self._size > _MOST_BYTES and len(self._templates) > 1:
            self._size -= len(self._templates.pop(next(iter(self._templates))))


_kept = _Kept()


def _template(files: tuple[Path, ...], folder_: Path) -> bytes:
    """The database of a combination; made where it isn't there yet."""
    if not files:
        return _empty()
    kenmerk = _kenmerk(files)
    template = _kept.get(kenmerk)
    if template is None:
        template = _shared(folder_ / kenmerk) or _made(files, folder_ / kenmerk)
        _kept.keep(kenmerk, template)
    return template


def _made(files: tuple[Path, ...], place: Path) -> bytes:
    """The database of a combination, from that of all but the last file; a large one is put in its place for others."""
    load_file(_filled(_template(files[:-1], place.parent)), files[-1])
    template = _connections().content()
    if len(template) >= _SHARED_FROM:
        _share(place, template)
    return template


def _shared(place: Path) -> bytes | None:
    """What a process put in a folder; None where none did."""
    try:
        return place.read_bytes()
    except OSError:
        return None


def _share(place: Path, template: bytes) -> None:
    """Puts a template in a folder, whole. Where it can't, each process loads for itself."""
    part = place.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in place.parent.iterdir()) < _MOST_SHARED:
            part.write_bytes(template)
            part.replace(place)


def _kenmerk(files: tuple[Path, ...]) -> str:
    """What tells a combination from others: what its files hold, in their order."""
    total = sha256()
    for file in files:
        try:
            state = file.stat()
            total.update(_content(file, state.st_size, state.st_mtime_ns))
        except OSError as error:
            raise StoreFileError(f"{file}: can't be read: {error.strerror}") from None
    return total.hexdigest()[:32]


@lru_cache(maxsize=1000)
def _content(file: Path, size: int, changed: int) -> bytes:
    """The digest of a file; one of which size and time of change are what they were is not read again."""
    return sha256(file.read_bytes()).digest()
