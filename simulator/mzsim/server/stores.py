"""The stores of a portal, by name: those of a folder, each a SQLite file in it, or the one that was named by its URL.

What is known of them stands in one file of the folder, written whole, which names no place for a store of the folder itself: the
folder may be moved or copied. A token is shown once, when it is made; only its SHA-256
is kept, and compared in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from mzsim.common.whole_file import write_whole
from mzsim.server.errors import PortalError, UnknownStoreError
from mzsim.store.session import files_of

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_REGISTRY = "winkels.json"
_NO_TOKEN = "0" * 64
FIRST = "proef"
"""The store of a folder that has none yet, and of a portal on one store."""


class StoreEntry(NamedTuple):
    """A store of a portal. `token` is the SHA-256 of its token, empty where it has none; with `unmasked` its owner lets BSN and
    names be shown."""

    name: str
    url: str
    token: str = ""
    unmasked: bool = False


class Registry(Protocol):
    """Which stores there are."""

    def entries(self) -> list[StoreEntry]:
        """All of them, by name."""

    def entry(self, name: str) -> StoreEntry | None:
        """One of them; None where there is none of this name."""

    def opened_by(self, token: str) -> frozenset[str]:
        """The names of the stores whose token this is."""

    def add(self, name: str, token: str, url: str | None) -> StoreEntry:
        """Another store. Raises PortalError where there can't be one of that name."""

    def replace(self, entry: StoreEntry) -> None:
        """Something else is true of a store that is there."""

    def require_droppable(self) -> None:
        """Raises PortalError where no store may be dropped."""

    def drop(self, name: str) -> None:
        """A store is no more, nor what it held. Raises UnknownStoreError."""


def require_name(name: str) -> None:
    """Raises PortalError where no store can have this name."""
    if not _NAME.fullmatch(name):
        raise PortalError(f"{name[:50]!r} is no name of a store: 1 to 40 small letters, digits and -, not a - first")


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def is_token(entry: StoreEntry | None, token: str) -> bool:
    """Whether this is the token of a store; of one without a token none is. Takes as long for a store that isn't there."""
    kept = entry.token if entry is not None else ""
    return hmac.compare_digest(kept or _NO_TOKEN, hashed(token)) and bool(kept)


def opened_by(entries: Iterable[StoreEntry], token: str) -> frozenset[str]:
    """The names of those whose token this is."""
    return frozenset(entry.name for entry in entries if is_token(entry, token))


class OneStore:
    """A portal on one store, which stands wherever its URL says."""

    def __init__(self, url: str, token: str | None) -> None:
        self._entry = StoreEntry(FIRST, url, hashed(token) if token else "")

    def entries(self) -> list[StoreEntry]:
        return [self._entry]

    def entry(self, name: str) -> StoreEntry | None:
        return self._entry if name == FIRST else None

    def opened_by(self, token: str) -> frozenset[str]:
        return opened_by(self.entries(), token)

    def add(self, name: str, token: str, url: str | None) -> StoreEntry:
        raise PortalError("this portal has the one store that it was started with; with --map it may have others")

    def replace(self, entry: StoreEntry) -> None:
        self._entry = entry

    def require_droppable(self) -> None:
        raise PortalError("the store that the portal was started with can't be dropped; it can be emptied")

    def drop(self, name: str) -> None:
        self.require_droppable()


class Folder:
    """The stores of a folder. One portal has it at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._entries = {entry.name: self._found(entry) for entry in _read(folder / _REGISTRY)}

    def entries(self) -> list[StoreEntry]:
        with self._lock:
            return sorted(self._entries.values())

    def entry(self, name: str) -> StoreEntry | None:
        with self._lock:
            return self._entries.get(name)

    def opened_by(self, token: str) -> frozenset[str]:
        return opened_by(self.entries(), token)

    def add(self, name: str, token: str, url: str | None) -> StoreEntry:
        require_name(name)
        with self._lock:
            if name in self._entries:
                raise PortalError(f"there is a store {name} already")
            if url is None and self._place(name).exists():
                raise PortalError(f"{self._place(name)}: is there already, and belongs to no store of this portal")
            entry = StoreEntry(name, url or self._url(name), hashed(token) if token else "")
            self._write({**self._entries, name: entry})
            return entry

    def replace(self, entry: StoreEntry) -> None:
        with self._lock:
            self._write({**self._entries, entry.name: entry})

    def require_droppable(self) -> None:
        pass

    def drop(self, name: str) -> None:
        with self._lock:
            if (entry := self._entries.get(name)) is None:
                raise UnknownStoreError(f"there is no store {name}")
            for file in files_of(entry.url) if self.owns(entry) else ():  # what its owner named by a URL is his
                with suppress(OSError):
                    file.unlink()
            self._write({other: entry for other, entry in self._entries.items() if other != name})

    def owns(self, entry: StoreEntry) -> bool:
        """Whether a store stands in the folder itself."""
        return entry.url == self._url(entry.name)

    def _place(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._place(name)}"

    def _found(self, entry: StoreEntry) -> StoreEntry:
        """A store as it is to be found where the folder is now."""
        return entry if entry.url else entry._replace(url=self._url(entry.name))

    def _write(self, entries: Mapping[str, StoreEntry]) -> None:
        content = [
            (entry._replace(url="") if self.owns(entry) else entry)._asdict() for entry in sorted(entries.values())
        ]
        write_whole(self._folder / _REGISTRY, json.dumps(content, indent=2).encode() + b"\n")
        self._entries = dict(entries)


def _read(place: Path) -> list[StoreEntry]:
    try:
        content: list[dict[str, Any]] = json.loads(place.read_bytes())
        return [StoreEntry(**entry) for entry in content]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise PortalError(f"{place}: can't be read: {error}") from None
