"""The portal: its stores, and what pages, API and web service ask of them. No HTTP here."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mzsim.common.errors import MzsimError, OutputError, StoreError
from mzsim.common.regular_file import hold
from mzsim.server.accepting import Limits
from mzsim.server.answerer import Answerer
from mzsim.server.done import Done
from mzsim.server.errors import PortalError, UnknownStoreError
from mzsim.server.logs import log_answer
from mzsim.server.metrics import Work
from mzsim.server.moments import Clock, Passing, as_moment, now
from mzsim.server.portal_store import PortalStore
from mzsim.server.stores import FIRST, Folder, OneStore, Registry, StoreEntry, is_token, new_token
from mzsim.server.submitting import Quota
from mzsim.server.supervising import Supervisor
from mzsim.server.tallying import Tally, tally
from mzsim.store.session import is_in_memory, open_store, upgrade_store

_log = logging.getLogger(__name__)
_MOST_STORES = 200
_MOST_SHARED = 5_000


class Settings(NamedTuple):
    """What a portal allows: what comes in at once, what a store may keep, how many stores there may be."""

    limits: Limits = Limits()
    quota: Quota = Quota()
    stores: int = _MOST_STORES


ORDINARY, OF_SHARED = Settings(), Settings(stores=_MOST_SHARED)


class Shared(NamedTuple):
    """Stores that portals share, and with them who answers, and a clock: what one has shown no other hides again.

    `require_ready` raises a MzsimError where nothing can be answered, as `Portal.require_ready`; `tallies` says of them what
    `Portal.tallies` does.
    """

    registry: Registry
    answerer: Callable[[StoreEntry], Answerer]
    clock: Clock
    require_ready: Callable[[], None]
    tallies: Callable[[], Iterator[tuple[str, Tally | None]]]


class Portal:
    """A portal on the stores of a folder, on one store by its URL, or on stores that it shares with other portals. All of it may
    be used by any thread."""

    def __init__(
        self,
        folder: Path | None = None,
        url: str | None = None,
        *,
        shared: Shared | None = None,
        token: str | None = None,
        settings: Settings = ORDINARY,
        clock: Clock = now,
        passing: Passing = time.monotonic,
        workers: bool = True,
    ) -> None:
        """`folder` is made where it is not there, with a first store; `url` names the one store instead; `token` is that of
        either. `shared` takes the place of these, and of the clock. `work` is what its own workers did; None where others answer.

        Without `workers` nothing is answered but by `PortalStore.work`: for tests, whose clock no other process has.
        Raises PortalError where another portal has the folder, StoreError where a store can't be used.
        """
        self._clock, self._passing = clock if shared is None else shared.clock, passing
        self._settings, self._workers = settings, workers
        self._shared = shared
        self.work = Work() if shared is None else None
        self._lock, self._changing = threading.RLock(), threading.Lock()
        self._opened: dict[str, PortalStore] = {}
        self._close: list[Callable[[], None]] = []
        try:
            self._registry = self._registered(folder, url, token)
        except BaseException:
            self.close()
            raise
        for entry in self._registry.entries() if shared is None else ():
            with _others_can_be_used():
                self.store(entry.name).wake()

    def _registered(self, folder: Path | None, url: str | None, token: str | None) -> Registry:
        if self._shared is not None:
            self._temporary = self._temporary_folder()
            return self._shared.registry
        if url is not None:
            if is_in_memory(url):
                raise PortalError("a portal needs a store that lasts: its worker is another process")
            self._temporary = self._temporary_folder()
            open_store(url, existing=True).close()
            return OneStore(url, token)
        if folder is None:
            raise PortalError("a portal needs a folder for its stores, or the URL of one")
        folder = folder.absolute()
        self._temporary = folder / "tijdelijk"
        try:
            self._temporary.mkdir(parents=True, exist_ok=True)
            lock = (folder / ".portaal").open("ab")
        except OSError as error:
            raise OutputError(f"{folder}: can't be used: {error.strerror}") from None
        self._close.append(lock.close)
        if not hold(lock):
            raise PortalError(f"{folder}: another portal has it")
        for left in self._temporary.iterdir():  # by one that was killed
            left.unlink()
        registry = Folder(folder)
        if not registry.entries():
            registry.add(FIRST, token or "", None)
        for entry in registry.entries():
            if registry.owns(entry):
                with _others_can_be_used():
                    upgrade_store(entry.url)
        return registry

    def _temporary_folder(self) -> Path:
        place = tempfile.TemporaryDirectory(prefix="mzsim-")
        self._close.append(place.cleanup)
        return Path(place.name)

    def _answerer(self, store: PortalStore, entry: StoreEntry) -> Answerer:
        if self._shared is not None:
            return self._shared.answerer(entry)
        return Supervisor(entry.url, self._temporary, store.waits, store.tell, partial(self._done, entry.name))

    def _done(self, name: str, done: Done) -> None:
        log_answer(name, done)
        if self.work is not None:
            self.work.answered(name, done)

    def stores(self) -> list[StoreEntry]:
        """All stores, by name."""
        return self._registry.entries()

    def tallies(self) -> Iterator[tuple[str, Tally | None]]:
        """What each store says of its submissions, by its name; None where it can't be read."""
        if self._shared is not None:
            yield from self._shared.tallies()
            return
        moment = as_moment(self._clock())
        for entry in self.stores():
            try:
                with self.store(entry.name).opened().read() as connection:
                    found = tally(connection, moment)
            except MzsimError:
                found = None
            yield entry.name, found

    def entry(self, name: str) -> StoreEntry:
        """What is known of a store. Raises UnknownStoreError."""
        entry = self._registry.entry(name)
        if entry is None:
            raise UnknownStoreError(f"there is no store {name[:50]!r}")
        return entry

    def store(self, name: str) -> PortalStore:
        """A store. Raises UnknownStoreError."""
        entry = self.entry(name)  # also of one that is open: another portal may have dropped it
        with self._lock:
            if name not in self._opened:
                self._opened[name] = self._made(entry)
            return self._opened[name]

    def _made(self, entry: StoreEntry) -> PortalStore:
        limits, quota, _ = self._settings
        made = PortalStore(entry.name, entry.url, self._temporary, self._clock, self._passing, limits, quota)
        if self._workers:
            made.answered_by(self._answerer(made, entry))
        return made

    def make_store(self, name: str, *, url: str | None = None) -> tuple[StoreEntry, str]:
        """Another store, and its token, which is never shown again. Only who started the portal may give a `url`.

        Raises PortalError.
        """
        with self._changing:
            if len(self.stores()) >= self._settings.stores:
                raise PortalError(f"the portal has {self._settings.stores} stores, as many as it may; drop one")
            token = new_token()
            entry = self._registry.add(name, token, url)
            try:
                upgrade_store(entry.url)
            except BaseException:
                self._registry.drop(name)
                raise
            return entry, token

    def drop_store(self, name: str) -> None:
        """Ends a store, with all that it holds. Raises PortalError."""
        self._registry.require_droppable()
        store = self.store(name)
        store.close()  # without the lock: it waits for whoever empties the store, who may wait for the database
        with self._changing:
            if self._opened.get(name) is not store:
                raise UnknownStoreError(f"there is no store {name[:50]!r} any more")
            try:
                self._registry.drop(name)  # who asks for it meanwhile hears that it was closed
            finally:
                with self._lock:
                    del self._opened[name]
                if self.work is not None:
                    self.work.forget(name)

    def require_ready(self) -> None:
        """Raises StoreError where a store can't be read; of those that are shared, where no store can."""
        if self._shared is not None:
            self._shared.require_ready()
            return
        for entry in self.stores():
            with self.store(entry.name).opened().read():
                pass

    def authorised(self, name: str, token: str) -> bool:
        """Whether this is the token of this store; takes as long for any other."""
        return is_token(self._registry.entry(name), token)

    def opened_by(self, token: str) -> frozenset[str]:
        """The names of the stores whose token this is."""
        return self._registry.opened_by(token)

    def unmask(self, name: str, *, unmasked: bool) -> None:
        """Lets BSN and names of a store be shown, or not any more. Raises UnknownStoreError."""
        self._registry.replace(self.entry(name)._replace(unmasked=unmasked))

    def close(self) -> None:
        """Ends the workers and lets go of the stores; what waits is answered when the portal is opened again."""
        with self._lock:
            for store in self._opened.values():
                store.close()
            self._opened.clear()
            while self._close:
                self._close.pop()()

    def __enter__(self) -> Portal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _others_can_be_used() -> Iterator[None]:
    """A store that can't be used is told of, and whoever asks for it hears why."""
    try:
        yield
    except StoreError as error:
        _log.warning("%s", error)
