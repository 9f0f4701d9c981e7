"""What a worker does for a run: it plays the cases of a parcel, each result is kept as soon as there is one.

Cases are played in the order of their numbers, so that the first without a result is the one at which a worker died, if one
did. Who takes a parcel over from another counts that against this case: at three it is an error, and the others are played.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from mzsim.cluster.database import Cluster, Connection
from mzsim.cluster.errors import AwayError
from mzsim.cluster.patience import pauses
from mzsim.cluster.suites.parcels import Unpacked, unpack
from mzsim.common.errors import DamagedError
from mzsim.program import rules_of_this_program
from mzsim.suites.results import Player

_DEATHS = 3
"""Workers that a case may end before it is an error."""
_HOW = f"died {_DEATHS} times, each time on another worker of the cluster"
_PATIENCE = 60.0
"""Seconds to wait for a server that went away; then somebody else may go on."""

# `eerste` is the first case without a result. What is taken is kept at once, also where the server is told not to hurry.
_TAKE = """
UPDATE brokken b SET speler = %(me)s, aan = o.eerste, gedood =
    CASE WHEN b.aan = o.eerste THEN b.gedood ELSE 0 END + CASE WHEN b.speler <> %(me)s THEN 1 ELSE 0 END
FROM runs r, (
    SELECT min(n.nummer) AS eerste, coalesce(array_agg(n.nummer ORDER BY n.nummer), '{}') AS open
    FROM brokken x, unnest(x.nummers) AS n (nummer)
    WHERE x.run = %(run)s AND x.brok = %(parcel)s
    AND NOT EXISTS (SELECT FROM uitslagen u WHERE u.run = x.run AND u.nummer = n.nummer)
) o
WHERE b.run = %(run)s AND b.brok = %(parcel)s AND r.id = b.run AND b.duur IS NULL AND (%(first)s OR b.speler = %(me)s)
AND EXISTS (SELECT FROM cluster WHERE regels = %(rules)s)
RETURNING b.nummers, o.open, b.gedood, r.ongemaskerd, r.volledig, set_config('synchronous_commit', 'on', true)
"""
_ARCHIVE = "SELECT a.inhoud FROM archieven a JOIN brokken b ON b.archief = a.sha256 WHERE b.run = %s AND b.brok = %s"
# The parcel is held for as long as it takes, so that who deletes it knows of this result.
_KEEP = """
INSERT INTO uitslagen (run, brok, nummer, uitslag)
SELECT b.run, b.brok, %(number)s, %(result)s FROM brokken b
WHERE b.run = %(run)s AND b.brok = %(parcel)s AND b.speler = %(me)s FOR KEY SHARE
ON CONFLICT (run, nummer) DO UPDATE SET uitslag = excluded.uitslag
"""
_COMPLETE = """
UPDATE brokken SET duur = %(seconds)s WHERE run = %(run)s AND brok = %(parcel)s AND speler = %(me)s
AND cardinality(nummers) = (SELECT count(*) FROM uitslagen WHERE run = %(run)s AND brok = %(parcel)s)
"""


class _Task(NamedTuple):
    """A parcel as it is taken: the numbers of its cases, those still to be played, and how many workers the first ended."""

    cases: list[int]
    open: list[int]
    deaths: int
    unmask: bool
    full: bool


def play_parcel(cluster: Cluster, folder: Path, run: str, parcel: int) -> None:
    """Plays what is left of a parcel; nothing where the run is over, or the cluster runs on other rules by now.

    `folder` is for what is made on the way.
    The connections of `cluster` needn't wait until what is kept is on disk: what a server forgets as it fails is kept again.
    Raises AwayError where it isn't there for a minute.
    """
    _ParcelPlayer(cluster, folder, UUID(run), parcel).play()


def own_folder(place: Path) -> Path:
    """A folder of this process in one of its parent; what others of that parent left, who were killed, is deleted."""
    for other in place.glob("[0-9]*"):
        if not _lives(int(other.name)):
            shutil.rmtree(other, ignore_errors=True)
    own = place / str(os.getpid())
    own.mkdir()
    return own


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


class _ParcelPlayer:
    def __init__(self, cluster: Cluster, folder: Path, run: UUID, parcel: int) -> None:
        self._cluster, self._folder = cluster, folder
        self._which = {"run": run, "parcel": parcel, "me": uuid4()}
        self._first = True
        self._results: dict[int, bytes | None] = {}
        self._began = time.thread_time()
        self._away_since: float | None = None

    def play(self) -> None:
        for pause in pauses():
            try:
                with self._cluster.connection() as connection:
                    while self._play_open(connection):
                        pass
                return
            except AwayError:
                self._away_since = self._away_since or time.monotonic()
                if time.monotonic() - self._away_since > _PATIENCE:
                    raise
                time.sleep(pause)

    def _play_open(self, connection: Connection) -> bool:
        """Plays what is still to be played. Whether to look again: the server may have failed and forgotten some of it."""
        task = self._take(connection)
        if task is None:
            return False
        for number, result in self._played(connection, task):
            values = {**self._which, "number": number, "result": result}
            if not connection.execute(_KEEP, values).rowcount:  # the run is over, or somebody else plays the parcel
                return False
        seconds = {**self._which, "seconds": time.thread_time() - self._began}
        return not connection.execute(_COMPLETE, seconds).rowcount

    def _take(self, connection: Connection) -> _Task | None:
        row = connection.execute(
            _TAKE, {**self._which, "first": self._first, "rules": rules_of_this_program()}
        ).fetchone()
        self._first, self._away_since = False, None
        return None if row is None else _Task(*row[:5])  # type: ignore[arg-type]

    def _played(self, connection: Connection, task: _Task) -> Iterator[tuple[int, bytes | None]]:
        """The results that are not kept yet, with their numbers, as they are made."""
        with TemporaryDirectory(dir=self._folder) as place:
            player = Player(Path(place), self._folder, task.unmask, task.full)
            unpacked = None
            for number in task.open:
                if number not in self._results:
                    unpacked = unpacked or self._unpacked(connection, Path(place))
                    died = task.deaths >= _DEATHS and number == task.open[0]
                    self._results[number] = unpacked and _result(player, unpacked, task.cases.index(number), died=died)
                yield number, self._results[number]

    def _unpacked(self, connection: Connection, place: Path) -> Unpacked | None:
        """The cases of the parcel; None where they can't be had of it."""
        row: Any = connection.execute(_ARCHIVE, (self._which["run"], self._which["parcel"]), binary=True).fetchone()
        try:
            return None if row is None else unpack(row[0], place)
        except (DamagedError, OSError):  # OSError: no room for its files, for one
            return None


def _result(player: Player, unpacked: Unpacked, which: int, *, died: bool) -> bytes | None:
    """What came of a case, as JSON; None where nothing can be said of it here."""
    case = unpacked.cases[which]
    try:
        played = player.lost_read(case, _HOW) if died else player.play_read(case)
        return unpacked.as_sent(json.dumps(played)).encode()
    except Exception:
        return None
