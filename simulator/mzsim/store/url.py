"""What names a store, a URL or the path of a file: how it is read, and how it is shown.

What opens a store is never shown, also where the URL is wrong. SQLAlchemy reads every URL but the plain ones of SQLite, so
that it isn't imported for these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from mzsim.common.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy import URL

_NOTHING_SECRET = re.compile(r"(sqlite:)?[^:@=?#]*")
_PATH = re.compile(r"([A-Za-z]:[\\/])?[^:?=]*[^:?=\s][^:?=]*")
"""The name of a file: nothing in it can be a password of a URL that is mistyped. A drive of Windows has one letter."""
_SQLITE = re.compile(r"sqlite(?:\+pysqlite)?://(?:/([^?]*))?\?*")
_DRIVERS = ("sqlite", "sqlite+pysqlite")
_SCHEME = re.compile(r"[\w+]+://")
_ADDRESS = frozenset({"host", "port", "dbname"})
"""Arguments that say where a database is; the value of any other, also of one that is mistyped, may be a password."""
_HIDDEN = "***"
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
"""A name that PostgreSQL knows as it is written, also in a list of them."""
_NO_SCHEMA = re.compile(r"[?&]schema=(&|$)")
"""An argument without a value, as of a variable of the shell that isn't set; SQLAlchemy leaves it out."""


class StoreUrl(NamedTuple):
    """Where a store is: in a file of SQLite, in memory (no file, or what SQLite calls so), or in the database that `server`
    names, in this `schema` of PostgreSQL; None is the one that the server gives its user."""

    file: str | None
    server: URL | None = None
    schema: str | None = None

    @property
    def in_memory(self) -> bool:
        """Whether it is gone when it is closed."""
        return self.server is None and self.file in (None, "", ":memory:")

    @property
    def text(self) -> str:
        """The URL in full, with what opens the store."""
        if self.server is not None:
            return self.with_schema(self.server).render_as_string(hide_password=False)
        return "sqlite://" if self.file is None else f"sqlite:///{quote(self.file, safe=' +/')}"

    def with_schema(self, server: URL) -> URL:
        """A URL that names the schema of this one."""
        return server if self.schema is None else server.update_query_dict({"schema": self.schema})


IN_MEMORY = StoreUrl(None)


def store_url(text: str) -> StoreUrl:
    """Reads the URL of a store; the path of a file is that of SQLite there. Raises StoreError."""
    if _PATH.fullmatch(text):
        url = StoreUrl(text)
    elif plain := _SQLITE.fullmatch(text):
        url = StoreUrl(None if plain[1] is None else unquote(plain[1]))
    else:
        url = _other(text)
    if "\0" in (url.file or (url.server and url.server.database) or ""):
        raise _no_url(text, ": no file has such a name")
    if url.server is not None and not text.isprintable():
        raise _no_url(text, ": a server knows no such characters")
    return url


def _other(text: str) -> StoreUrl:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise _no_url(text, "; an example is sqlite:///mzsim.db") from None
    if url.get_backend_name() != "sqlite":
        return _on_server(text, url)
    if url.host or url.port or url.username or url.password or url.query:
        raise _no_url(text, ": of SQLite it names a file and nothing else; an example is sqlite:///mzsim.db")
    if url.drivername not in _DRIVERS:
        raise StoreError(f"no driver for {url.drivername}: SQLite is read by the one of Python; use sqlite:///FILE")
    # Not as SQLAlchemy gives it: of %3F in the name of a file it makes what it means from 2.1 on.
    _, slash, file = text.partition("://")[2].partition("?")[0].partition("/")
    return StoreUrl(unquote(file) if slash else None)


def _on_server(text: str, url: URL) -> StoreUrl:
    if url.get_backend_name() != "postgresql":
        return StoreUrl(None, url)
    schema = url.query.get("schema", "" if _NO_SCHEMA.search(text) else None)
    if schema is None:
        return StoreUrl(None, url)
    if not isinstance(schema, str) or not _SCHEMA.fullmatch(schema):
        raise _no_url(text, ": a schema has 1 to 63 of the characters a-z, 0-9 and _, no digit first")
    return StoreUrl(None, url.difference_update_query(["schema"]), schema)


def _no_url(text: str, why: str) -> StoreError:
    """What can't be read as a URL may hold a password anywhere; of a name of a file nothing is hidden."""
    if _NOTHING_SECRET.fullmatch(text):
        return StoreError(f"{text!r} is no store URL{why}")
    scheme = _SCHEME.match(text)
    return StoreError(f"'{scheme[0] if scheme else ''}…' is no store URL{why}")


def shown(url: StoreUrl) -> str:
    """A URL as people may see it, and type it again: of SQLite the file, of others no password, and of its arguments those
    alone that say where the store is."""
    if url.server is None:
        return url.file or "in memory"
    address = {name: value for name, value in url.server.query.items() if name in _ADDRESS}
    if "@" in f"{url.server.host}{url.server.database}{address}":  # of a password with an @ in it, the rest
        return f"{url.server.drivername}://{_HIDDEN}"
    place, mark, arguments = url.with_schema(url.server.set(query=address)).render_as_string().partition("?")
    return place + mark + arguments.replace("%2F", "/")


def without_secrets(message: str, url: StoreUrl) -> str:
    """What a driver says about a URL, without what may be secret in it."""
    for secret in sorted(_secrets(url.server), key=len, reverse=True) if url.server is not None else ():
        message = re.sub(rf"(?<!\w){''.join(map(_written, secret))}(?!\w)", _HIDDEN, message)
    return message


def _written(character: str) -> str:
    """A pattern: how a character of a secret stands in a message, also in a URL and in what libpq connects by."""
    encoded = "".join(f"%{byte:02X}" for byte in character.encode(errors="surrogatepass"))
    space = r"|\+" if character == " " else ""
    return rf"(?:\\?{re.escape(character)}|(?i:{encoded}){space})"


def _secrets(url: URL) -> Iterator[str]:
    if url.password:
        yield str(url.password)
    for name, value in url.query.items():
        if name not in _ADDRESS:
            yield from filter(None, [value] if isinstance(value, str) else value)
    yield from (part for part in (url.host, url.database) if part and "@" in part)
