"""One store of the portal, and all that pages, API and web service ask of it. No HTTP here.

Everything is short, and may be asked by any thread. What is visible depends on the clock: see `states.py`.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from mzsim.common.errors import InputError, MzsimError, StoreError
from mzsim.common.yaml_lines import Values, YamlText
from mzsim.script.file import load_script
from mzsim.server.accepting import Limits, taken_in
from mzsim.server.answerer import Answerer
from mzsim.server.answering import answer, waiting
from mzsim.server.behaviour import Behaviour, behaviour_of, out_of_order
from mzsim.server.errors import OutageError, UnknownRetourError, UnknownSubmissionError
from mzsim.server.explaining import explain
from mzsim.server.moments import SECOND, Clock, Onward, Passing, as_moment, as_time, day_of
from mzsim.server.options import NO_OPTIONS, SubmitOptions
from mzsim.server.states import next_moment
from mzsim.server.submission import Retour, Submission, Submitted, as_seen, retour_as_seen
from mzsim.server.submitting import Key, Quota, Received, behaviour_in, script_for, submit
from mzsim.store import ledger
from mzsim.store.ledger import Kept, Question, Released
from mzsim.store.loading import load_file
from mzsim.store.place import Patience
from mzsim.store.session import Connection, Database, open_store
from mzsim.store.shipped_files import path_of
from mzsim.store.submissions import require_key

_LOOK_FIRST, _LOOK_EVERY = 0.05, 1.0
"""Seconds after which somebody who waits looks for what nobody told in this process; twice as long each time."""
_PATIENCE = Patience(0.05)
"""With which ids are given to retours: who asks for them doesn't wait for a long declaration that is being recorded."""


class PortalStore:
    """A store of the portal. Closed by its portal."""

    def __init__(
        self, name: str, url: str, temporary: Path, clock: Clock, passing: Passing, limits: Limits, quota: Quota
    ) -> None:
        self.name = name
        self._url, self._temporary, self._clock = url, temporary, clock
        self._passing, self._limits, self._quota = passing, limits, quota
        self._answerer: Answerer | None = None
        self._databases: tuple[Database, Database] | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._stopping = threading.Lock()
        self._onward: Onward | None = None
        self._news = threading.Condition()
        self._heard = 0

    def answered_by(self, answerer: Answerer) -> None:
        """Has others answer what comes in."""
        self._answerer = answerer

    # What comes in

    def submit(
        self,
        upload: BinaryIO,
        filename: str,
        *,
        options: SubmitOptions = NO_OPTIONS,
        key: str | None = None,
        together: int = 1,
    ) -> tuple[list[Submitted], bool]:
        """Takes in a declaration, or a zip of them; each file is accepted or refused, and a zip as a whole.

        What is accepted is in the store when this returns, and will be answered once. Where `key` came before with the same,
        what was said then is said again, and the second value is true. So many uploads are handed in `together`, each with
        a key of its own.

        Raises SubmissionError for a key that came with something else, PortalError and ScriptError for options that can't
        be, QuotaError where the store is full, OutputError and StoreError where it can't be kept.
        """
        options.require()
        if key is not None:
            require_key(key)
        if options.script:
            load_script(YamlText(options.script, "script"), self.opened())
        with (
            taken_in(upload, filename, self._temporary, self._limits) as taken,
            self.opened().change() as connection,
        ):
            own = None if key is None else Key(key, together)
            received = Received(self._now(), day_of(self._clock()))
            found, known = submit(connection, taken, filename, options, own, self._quota, received)
            connection.commit()
        if self._answerer is not None and not known:
            self._answerer.wake()
        return found, known

    # What is known of it

    def submissions(
        self,
        *,
        after: int = 0,
        limit: int = 100,
        status: str | None = None,
        uzovi: str | None = None,
        reference: str | None = None,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        newest_first: bool = False,
    ) -> list[Submission]:
        """Submissions in the order in which they came in, those after the id `after`; newest first, those before it.

        `reference` is the sender's own or the factuurnummer; `since` and `until` are aware, the latter exclusive.
        """
        now = self._now()
        asked = Question(
            after=after,
            limit=limit,
            uzovi=uzovi,
            reference=reference,
            since=None if since is None else as_moment(since),
            until=None if until is None else as_moment(until),
            ended=status,
            now=now,
            newest_first=newest_first,
        )
        found: list[Submission] = []
        while len(found) < limit:
            with self.opened().read() as connection:
                rows = ledger.all_kept(connection, asked)
            found += [one for one in (as_seen(row, now) for row in rows) if status in (None, one.status)]
            if len(rows) < limit:
                break
            asked = asked._replace(after=rows[-1].id)
        return found[:limit]

    def submission(self, id: int) -> Submission:
        """One of them. Raises UnknownSubmissionError."""
        return as_seen(self._kept(id), self._now())

    def declaration(self, id: int) -> Iterator[bytes]:
        """The bytes of a declaration as they came in. Raises UnknownSubmissionError where it was refused, too."""
        self._kept(id)
        return self._content(id, ledger.DECLARATION, UnknownSubmissionError(f"of submission {id} nothing is kept"))

    def retour(self, id: int) -> Iterator[bytes]:
        """The bytes of the retour of a submission, from when it is released. Raises UnknownRetourError before that."""
        row = self._kept(id)
        none = UnknownRetourError(f"there is no retour of submission {id}, or not yet")
        if row.retour_id is None and (row.vrij is None or row.vrij > self._now()):
            raise none
        return self._content(id, ledger.RETOUR, none)

    def meldingen(self, id: int) -> Iterator[dict[str, Any]]:
        """What was objected to in a declaration, as `replay --json` prints it; nothing before the answer is visible."""
        if self.submission(id).resultaat is None:
            return
        begun = b""
        for content in ledger.content_of(self.opened(), id, ledger.MELDINGEN):
            *lines, begun = (begun + content).split(b"\n")
            yield from map(json.loads, lines)

    def retours(self, *, after: int = 0, limit: int = 100) -> list[Retour]:
        """The retours that were released after the one with id `after`, in order of release; none is ever missed so."""
        self._release()
        with self.opened().read() as connection:
            return [retour_as_seen(row) for row in ledger.released(connection, after, limit)]

    def retour_file(self, retour_id: int) -> tuple[Retour, Iterator[bytes]]:
        """A retour by its own id, and its bytes. Raises UnknownRetourError."""
        row = self._released(retour_id)
        none = UnknownRetourError(f"there is no retour {retour_id}")
        return retour_as_seen(row), self._content(row.inzending_id, ledger.RETOUR, none)

    def mark_downloaded(self, retour_id: int) -> None:
        """The sender has it. Raises UnknownRetourError."""
        if self._released(retour_id).gedownload is None:
            self._write(ledger.mark_downloaded, retour_id)

    def hide(self, retour_id: int) -> None:
        """The sender needs to see it no more. Raises UnknownRetourError."""
        if self._released(retour_id).verborgen is None:
            self._write(ledger.hide, retour_id)

    def explanation(self, id: int, *, unmasked: bool = False) -> dict[str, Any]:
        """How the retour of a submission came about, as `mzsim explain --json` prints it.

        Raises UnknownRetourError where there is none yet, PortalError where it is too large to explain here.
        """
        self.retour(id)
        return explain(self.opened(), self._url, id, self._kept(id).grootte, unmasked=unmasked)

    def wait(self, id: int, seen: str, seconds: float) -> Submission:
        """A submission as soon as its status is another than the one that was seen, or when the time is up."""
        until, look = time.monotonic() + seconds, _LOOK_FIRST
        while True:
            heard = self._heard
            row, now = self._kept(id), self._now()
            found = as_seen(row, now)
            left = until - time.monotonic()
            if found.status != seen or left <= 0:
                return found
            following = next_moment(json.loads(row.tijdlijn), now)
            self._listen(heard, min(left, look, look if following is None else (following - now) / SECOND))
            look = min(2 * look, _LOOK_EVERY)

    def progress(self, id: int) -> float:
        """Which part of the work on a submission is done, from 0 to 1, as far as is known."""
        return 0.0 if self._answerer is None else self._answerer.part(id)

    # What the portal was told

    def behaviour(self) -> Behaviour:
        """How the portal behaves for this store."""
        with self.opened().read() as connection:
            return behaviour_in(connection)

    def set_behaviour(self, value: Behaviour | Mapping[str, Any] | str) -> None:
        """Has the portal behave otherwise, for what comes in from now on. Raises BehaviourError."""
        behaviour = value if isinstance(value, Behaviour) else behaviour_of(value)
        with self.opened().change() as connection:
            ledger.begin(connection)
            ledger.set_behaviour(connection, json.dumps(behaviour.to_dict()))
            connection.commit()

    def require_in_order(self) -> None:
        """Raises OutageError where the behaviour has an outage now. Asked by what programs talk to; pages go on."""
        now = self._now()
        if (until := out_of_order(self.behaviour(), now)) is not None:
            raise OutageError(until, as_time(now))

    def script(self) -> str:
        """The script that answers what comes in; empty where there is none."""
        with self.opened().read() as connection:
            return ledger.settings(connection)[1] or ""

    def set_script(self, text: str) -> None:
        """Has a script answer what comes in from now on; an empty text none. Raises ScriptError."""
        if text.strip():
            load_script(YamlText(text, "script"), self.opened())
        with self.opened().change() as connection:
            ledger.begin(connection)
            ledger.set_script(connection, script_for(connection, text if text.strip() else ""))
            connection.commit()

    # The store itself

    def opened(self) -> Database:
        """The store, to ask. Raises StoreError where it can't be opened, or was closed."""
        return self._open()[0]

    def _open(self) -> tuple[Database, Database]:
        """The store, and the same for who doesn't wait."""
        with self._lock:
            if self._closed:
                raise StoreError(f"the store {self.name} was closed")
            if self._databases is None:
                patient = open_store(self._url, existing=True)
                self._databases = patient, open_store(self._url, existing=True, patience=_PATIENCE)
            return self._databases

    def load(self, source: str | Mapping[str, Any]) -> bool:
        """Loads a verzekeraarsbestand: its text, what one would hold, or a list of the program as "@nza-2026". Never a path:
        who asks is not at this machine. Whether the store changed. Raises StoreFileError and InputError."""
        if not isinstance(source, str):
            return load_file(self.opened(), Values(source))
        if not source.strip():
            raise InputError("the store file is empty; send its text, or a list of the program as @proef")
        named = source.startswith("@") and "\n" not in source
        return load_file(self.opened(), path_of(source.strip()) if named else YamlText(source, "verzekeraarsbestand"))

    def reset(self) -> None:
        """Empties the store: what was loaded, declared and submitted, and what it asked of the portal. Ids go on."""
        with self._without_worker(), self.opened().change() as connection:
            ledger.begin(connection)
            ledger.empty(connection)
            connection.commit()
        with self._lock:
            self._onward = None
        self.tell()

    @contextmanager
    def _without_worker(self) -> Iterator[None]:
        """Nothing is answered meanwhile: what the worker is at would come into a store that is another by then."""
        if self._answerer is None:
            yield
            return
        with self._stopping:  # the worker would be resumed by who is done first
            self._answerer.stop()
            try:
                yield
            finally:
                self._answerer.resume()

    def waits(self) -> bool:
        """Whether anything waits for an answer."""
        return waiting(self.opened()) is not None

    def wake(self) -> None:
        """Has what waits answered, where anything does."""
        if self._answerer is not None and self.waits():
            self._answerer.wake()

    def work(self) -> None:
        """Answers all that waits, here and now. For tests: a portal leaves this to its workers."""
        while (row := waiting(self.opened())) is not None:
            answer(row, self.opened(), self._clock, self._temporary)
            self.tell()

    def close(self) -> None:
        """Ends the worker and lets go of the store."""
        with self._stopping:
            if self._answerer is not None:
                self._answerer.stop()
            with self._lock:
                self._closed = True
                for database in self._databases or ():
                    database.close()

    def tell(self) -> None:
        """Something happened in the store: whoever waits for that looks."""
        with self._news:
            self._heard += 1
            self._news.notify_all()

    def _listen(self, heard: int, seconds: float) -> None:
        """Until more is told than was heard, or the time is up."""
        with self._news:
            self._news.wait_for(lambda: self._heard != heard, seconds)

    def _now(self) -> int:
        """The moment, which never goes back: what was visible stays so, for the next portal too."""
        store = self.opened()
        with self._lock:
            if self._onward is None:
                with store.read() as connection:
                    self._onward = Onward(self._clock, self._passing, ledger.latest(connection))
            onward = self._onward
        return onward()

    def _kept(self, id: int) -> Kept:
        with self.opened().read() as connection:
            row = ledger.kept(connection, id)
        if row is None:
            raise UnknownSubmissionError(f"there is no submission {id}")
        if row.retour_id is not None or row.vrij is None or row.vrij > self._now():
            return row
        self._release()
        with self.opened().read() as connection:
            return ledger.kept(connection, id) or row

    def _released(self, retour_id: int) -> Released:
        self._release()
        with self.opened().read() as connection:
            row = ledger.released_one(connection, retour_id)
        if row is None:
            raise UnknownRetourError(f"there is no retour {retour_id}")
        return row

    def _write(self, what: Callable[[Connection, int, int], None], retour_id: int) -> None:
        with self.opened().change() as connection:
            what(connection, retour_id, self._now())
            connection.commit()
        self.tell()

    def _release(self) -> None:
        """Gives ids to what is released by now. While somebody else has the store for long, nothing new is told of."""
        now = self._now()
        with self.opened().read() as connection:
            due = ledger.is_due(connection, now)
        if due:
            with suppress(StoreError), self._open()[1].change() as connection:
                ledger.release(connection, now)
                connection.commit()

    def _content(self, id: int, kind: str, otherwise: MzsimError) -> Iterator[bytes]:
        """What belongs to a submission, the first of it read at once: what is wrong is raised before anything is sent."""
        pieces = ledger.content_of(self.opened(), id, kind)
        first = next(pieces, None)
        if first is None:
            raise otherwise
        return chain((first,), pieces)
