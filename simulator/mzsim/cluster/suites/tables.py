"""What a run keeps in the tables of a cluster while it is played: its parcels, and what came of their cases.

Who gives a run puts parcels in and takes results out; nothing of it stays. Each of these may be asked twice, as after a
connection that broke: the second time it does nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from mzsim.cluster.app import PLAY, SUITES, defer, queue
from mzsim.cluster.database import Connection

_BEGIN = (
    "INSERT INTO runs (id, suite, gevallen, ongemaskerd, volledig) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)
_ARCHIVE = "INSERT INTO archieven (sha256, inhoud) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_PARCEL = "INSERT INTO brokken (run, brok, archief, nummers) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
_PLAYED = """
SELECT b.brok, b.duur, u.nummer, u.uitslag FROM brokken b JOIN uitslagen u USING (run, brok)
WHERE b.run = %s AND b.duur IS NOT NULL ORDER BY b.brok
"""
_LET_GO = """
WITH weg AS (
    DELETE FROM brokken WHERE run = %(run)s AND (%(parcels)s::int[] IS NULL OR brok = ANY(%(parcels)s)) RETURNING brok, archief
), uitslag AS (
    DELETE FROM uitslagen WHERE run = %(run)s AND (%(parcels)s::int[] IS NULL OR brok = ANY(%(parcels)s))
)
DELETE FROM archieven a USING weg WHERE a.sha256 = weg.archief AND NOT EXISTS (
    SELECT FROM brokken b
    WHERE b.archief = a.sha256 AND NOT (b.run = %(run)s AND (%(parcels)s::int[] IS NULL OR b.brok = ANY(%(parcels)s)))
)
"""
_SEEN = "UPDATE runs SET gezien = now() WHERE id = %s"
_NOBODY_TOLD = """
SELECT b.brok FROM brokken b WHERE b.run = %(run)s AND b.duur IS NULL AND NOT EXISTS (
    SELECT FROM procrastinate_jobs j WHERE j.queue_name = %(queue)s AND j.status IN ('todo', 'doing')
    AND j.args @> jsonb_build_object('run', b.run, 'brok', b.brok)
) ORDER BY b.brok
"""
_LISTENS = """
SELECT EXISTS (
    SELECT FROM werkers w JOIN procrastinate_workers p USING (id)
    WHERE %s = ANY(w.wachtrijen) AND p.last_heartbeat > now() - interval '10 seconds'
)
"""
_CALL_OFF = "DELETE FROM procrastinate_jobs WHERE queue_name LIKE %s AND status = 'todo' AND args ->> 'run' = %s"
_LEFT_BEHIND = "SELECT id FROM runs WHERE gezien < now() - make_interval(secs => %s)"


class Parcel(NamedTuple):
    """Some cases of a run, by their numbers in it from 0, in the order in which the archive holds them."""

    number: int
    cases: list[int]
    sha256: bytes
    archive: bytes


class PlayedParcel(NamedTuple):
    """What came of a parcel: results as JSON by the numbers of its cases, None of one that a worker can't play.

    `seconds` is the CPU time that it took: how much work it is, also on a machine that is busy.
    """

    number: int
    seconds: float
    results: dict[int, bytes | None]


class RunTables:
    """The rows of one run. `unmask` and `full` as in `suites.results.Player`."""

    def __init__(self, id: UUID, suite: str, cases: int, *, unmask: bool, full: bool) -> None:
        self._id = id
        self._row = (id, suite, cases, unmask, full)
        self._moment: int | None = None

    def begin(self, connection: Connection) -> None:
        """Makes the run known."""
        connection.execute(_BEGIN, self._row)

    def put(self, connection: Connection, parcel: Parcel) -> None:
        """Puts in a parcel, and a job to play it."""
        while True:
            try:
                with connection.transaction():
                    connection.execute(_ARCHIVE, (parcel.sha256, parcel.archive))
                    row = (self._id, parcel.number, parcel.sha256, parcel.cases)
                    if connection.execute(_PARCEL, row).rowcount:
                        self._tell(connection, [parcel.number])
                return
            except psycopg.errors.ForeignKeyViolation:  # another run let go of the same archive at this moment
                continue

    def _tell(self, connection: Connection, numbers: Collection[int]) -> None:
        jobs = [{"run": str(self._id), "brok": number} for number in numbers]
        self._moment = defer(connection, SUITES, PLAY, jobs, after=self._moment)

    def played(self, connection: Connection) -> Iterator[PlayedParcel]:
        """The parcels of which every case was played, and that were not let go yet."""
        rows: list[Any] = connection.execute(_PLAYED, (self._id,), binary=True).fetchall()
        for (number, seconds), of_it in groupby(rows, key=lambda row: row[:2]):
            yield PlayedParcel(number, seconds, {case: result for _, _, case, result in of_it})

    def let_go(self, connection: Connection, parcels: Collection[int]) -> bool:
        """Deletes parcels with their results; whether it could be done now."""
        return _let_go(connection, self._id, list(parcels))

    def keep(self, connection: Connection) -> bool:
        """Says that the run is waited for, and tells the workers again of parcels that they don't know of any more.

        False where the run is not there any more.
        """
        if not connection.execute(_SEEN, (self._id,)).rowcount:
            return False
        found = connection.execute(_NOBODY_TOLD, {"run": self._id, "queue": queue(SUITES)}).fetchall()
        if found:
            self._tell(connection, [int(str(number)) for (number,) in found])
        return True

    def end(self, connection: Connection) -> None:
        """Calls off what waits, and deletes all that there is of the run. Workers leave it at their next case."""
        _end(connection, self._id)


def somebody_listens(connection: Connection) -> bool:
    """Whether there is a worker for suites by the rules of this program."""
    return connection.execute(_LISTENS, (queue(SUITES),)).fetchone() == (True,)


def delete_left_behind(connection: Connection, seconds: float) -> None:
    """Deletes the runs of which nobody has been heard for so long."""
    for (id,) in connection.execute(_LEFT_BEHIND, (seconds,)).fetchall():
        assert isinstance(id, UUID)
        _end(connection, id)


def _let_go(connection: Connection, run: UUID, parcels: list[int] | None) -> bool:
    try:
        connection.execute(_LET_GO, {"run": run, "parcels": parcels})
    except psycopg.errors.ForeignKeyViolation:  # another run puts in the same archive at this moment
        return False
    return True


def _end(connection: Connection, run: UUID) -> None:
    connection.execute(_CALL_OFF, (f"{SUITES}@%", str(run)))
    while not _let_go(connection, run, None):
        pass
    # Once more: who was to make a result when its parcel went has made it by now, or never will.
    connection.execute("DELETE FROM uitslagen WHERE run = %s", (run,))
    connection.execute("DELETE FROM runs WHERE id = %s", (run,))
