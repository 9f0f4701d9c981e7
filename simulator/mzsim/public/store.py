"""A store as a caller in Python has it."""

from __future__ import annotations

import threading
from types import TracebackType

from mzsim.common.errors import StoreError
from mzsim.public.sources import StoreSource, store_source
from mzsim.store.loading import load_file
from mzsim.store.session import Database, is_in_memory, open_in_memory, open_store, upgrade_store


class Store:
    """What insurers know: who is insured and for what, what was declared and granted before.

    A store is a database, named by a SQLAlchemy URL. It is opened when it is first used: `load` and `upgrade` make a SQLite
    file that is not there, answering and explaining don't. Threads may share a store. Leaving its context closes it.
    """

    def __init__(self, url: str = "sqlite:///mzsim.db") -> None:
        """Raises StoreError where this is no URL of a store."""
        if not isinstance(url, str):
            raise TypeError(f"a store is named by a URL, not by {type(url).__name__}; an example is sqlite:///mzsim.db")
        self._url = url
        self._lock = threading.Lock()
        self._closed = False
        self._database: Database | None = open_in_memory() if is_in_memory(url) else None

    @classmethod
    def memory(cls) -> Store:
        """A new store in memory: it needs no file, and is gone when it is closed."""
        return cls("sqlite://")

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load(self, *sources: StoreSource) -> None:
        """Loads verzekeraarsbestanden, in order, each as a whole or not at all.

        Each is a path, "@nza-2026" or another list of the program, the text of a file (a string of more than one line), or
        what a file would hold as a mapping: amounts as int, Decimal or float, dates as `datetime.date` or text. Loading the
        same once more changes nothing.

        Raises StoreFileError for the first that is wrong, with its line where it has lines; those before it are loaded.
        """
        files = [store_source(source) for source in sources]
        database = self.opened(make=True)
        for file in files:
            load_file(database, file)

    def upgrade(self) -> None:
        """Brings the schema up to date, and makes the store where it is not there. Raises StoreError."""
        with self._lock:
            self._require_open()
            if self._database is None:
                upgrade_store(self._url)

    def close(self) -> None:
        """Lets go of the database; of one in memory nothing is left."""
        with self._lock:
            self._closed = True
            if self._database is not None:
                self._database.close()

    def opened(self, *, make: bool = False) -> Database:
        """The database, for the program itself. With `make` a SQLite file that is not there is made.

        Raises StoreError where it can't be opened, is of another version, or was closed.
        """
        with self._lock:
            self._require_open()
            if self._database is None:
                self._database = open_store(self._url, existing=not make)
            return self._database

    def _require_open(self) -> None:
        if self._closed:
            raise StoreError("the store was closed; open it again with mzsim.Store")
