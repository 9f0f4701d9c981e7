"""The database of a cluster: where it is, connections to it, and what goes wrong there as this program tells it.

A statement that is asked here finds the tables of the cluster by their bare names. What is carried out is kept at once, but
within `connection.transaction()`.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import make_conninfo

from mzsim.cluster.errors import AwayError, ClusterError
from mzsim.common.names import typed
from mzsim.store.connection import DatabaseError
from mzsim.store.server import given, reached_by
from mzsim.store.url import StoreUrl, shown, store_url, without_secrets

SCHEMA = "mzsim"
"""Of PostgreSQL, in which the cluster keeps what is its own."""
Connection = psycopg.Connection[tuple[object, ...]]

_CONNECT_WITHIN = 10
"""Seconds in which a server must answer who connects."""
_CONNECTIONS = 10
"""Of a process at a time: a server has a hundred or so for all who ask it. Who comes when all are taken waits for one."""


def cluster_url(text: str) -> StoreUrl:
    """Reads the URL of a cluster. Raises ClusterError where it names no database of PostgreSQL, StoreError where it is none."""
    url = store_url(text)
    if url.server is None or url.server.get_backend_name() != "postgresql":
        raise ClusterError(
            f"{shown(url)} can't be a cluster: it takes a database of PostgreSQL, as postgresql://user@host/database"
        )
    if url.schema is not None:
        raise ClusterError(f"{shown(url)} is a store; a cluster is the database itself, without ?schema=")
    return url


def conninfo(url: StoreUrl, *settings: str) -> str:
    """What libpq connects by. A setting of the connection is written as `name=value`."""
    assert url.server is not None
    options = [*given(url.server, "options"), *(f"-c {setting}" for setting in (f"search_path={SCHEMA}", *settings))]
    try:
        return make_conninfo(
            **{
                "connect_timeout": _CONNECT_WITHIN,
                **reached_by(url.server),  # as a store there
                "options": " ".join(options),
                "application_name": f"mzsim (process {os.getpid()} on {platform.node()})",
            }
        )
    except (psycopg.ProgrammingError, DatabaseError) as error:
        raise ClusterError(f"cluster {shown(url)}: {_reason(str(error), url)}") from None


@contextmanager
def told(url: StoreUrl) -> Iterator[None]:
    """Turns what psycopg raises into one clear line, without what may be secret: its first words alone, where it gives more."""
    try:
        yield
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction, psycopg.errors.InvalidSchemaName):
        raise no_cluster(url) from None
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise AwayError(f"cluster {shown(url)}: {_reason(error.diag.message_primary or str(error), url)}") from None
    except psycopg.Error as error:
        raise ClusterError(f"cluster {shown(url)}: {_reason(error.diag.message_primary or str(error), url)}") from None


def no_cluster(url: StoreUrl) -> ClusterError:
    """Nobody has made a cluster of this database."""
    return ClusterError(f"{shown(url)} is no cluster yet; make it one: mzsim cluster init --store {typed(shown(url))}")


def _reason(message: str, url: StoreUrl) -> str:
    """The words of the server or of libpq on one line."""
    return " ".join(without_secrets(message, url).split())


class Cluster:
    """A cluster, to put work in and to ask. Threads may share it: each has a connection for as long as it uses it."""

    def __init__(self, text: str, *settings: str) -> None:
        """`settings` are those of its connections. Raises ClusterError and StoreError for a URL that names none."""
        self.url = cluster_url(text)
        self._conninfo = conninfo(self.url, *settings)
        self._idle: deque[Connection] = deque()
        self._room = threading.BoundedSemaphore(_CONNECTIONS)
        self._closed = False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection. Raises AwayError where the server isn't there, ClusterError where it refuses what is asked."""
        with told(self.url), self._room:
            connection = self._taken()
            try:
                yield connection
            finally:
                if connection.closed or self._closed:
                    connection.close()
                else:
                    self._idle.append(connection)

    def now(self) -> dt.datetime:
        """The clock of the server, which all who share it go by: what one has shown the next must not hide again."""
        with self.connection() as connection:
            ((moment,),) = connection.execute("SELECT clock_timestamp()").fetchall()
        assert isinstance(moment, dt.datetime)
        return moment

    def close(self) -> None:
        """Lets go of the connections, also of those in use as soon as they aren't any more."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _taken(self) -> Connection:
        """One that was used before, where it is still good: the server may have been started anew since."""
        while self._idle:
            try:
                connection = self._idle.pop()
                connection.execute("")
            except IndexError:  # another thread was first
                break
            except psycopg.OperationalError:
                connection.close()
            else:
                return connection
        return psycopg.connect(self._conninfo, autocommit=True)
