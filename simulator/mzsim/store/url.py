"""What names a store, a URL or the path of a file: how it is read, and how it is shown.

What opens a store is never shown, also where the URL is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from mzsim.common.errors import StoreError

_NOTHING_SECRET = re.compile(r"(sqlite:)?[^:@=?#]*")
_PATH = re.compile(r"([A-Za-z]:[\\/])?[^:?=]*[^:?=\s][^:?=]*")
"""The name of a file: nothing in it can be a password of a URL that is mistyped. A drive of Windows has one letter."""
_SCHEME = re.compile(r"[\w+]+://")
_ADDRESS = frozenset({"host", "port", "dbname"})
"""Arguments that say where a database is; the value of any other, also of one that is mistyped, may be a password."""
_HIDDEN = "***"


def store_url(text: str) -> URL:
    """Reads the URL of a store; the path of a file is that of SQLite there. Raises StoreError."""
    try:
        url = URL.create("sqlite", database=text) if _PATH.fullmatch(text) else _decoded(make_url(text), text)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise _no_url(text, "; an example is sqlite:///mzsim.db") from None
    if "\0" in (url.database or ""):
        raise _no_url(text, ": no file has such a name")
    if url.get_backend_name() == "sqlite" and (url.host or url.port or url.username or url.password or url.query):
        raise _no_url(text, ": of SQLite it names a file and nothing else; an example is sqlite:///mzsim.db")
    if url.get_backend_name() != "sqlite" and not text.isprintable():
        raise _no_url(text, ": a server knows no such characters")
    return url


def _decoded(url: URL, text: str) -> URL:
    """With the name of a SQLite file as %3F means it: SQLAlchemy does that from 2.1 on."""
    file = text.partition(":///")[2]
    if "%" not in file or url.get_backend_name() != "sqlite" or url.query:
        return url
    return url.set(database=unquote(file))


def _no_url(text: str, why: str) -> StoreError:
    """What can't be read as a URL may hold a password anywhere; of a name of a file nothing is hidden."""
    if _NOTHING_SECRET.fullmatch(text):
        return StoreError(f"{text!r} is no store URL{why}")
    scheme = _SCHEME.match(text)
    return StoreError(f"'{scheme[0] if scheme else ''}…' is no store URL{why}")


def shown(url: URL) -> str:
    """A URL as people may see it: of SQLite the file, of others no password, and no arguments."""
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    if "@" in f"{url.host}{url.database}":  # of a password with an @ in it, the rest
        return f"{url.drivername}://{_HIDDEN}"
    return url.set(query={}).render_as_string(hide_password=True)


def without_secrets(message: str, url: URL) -> str:
    """What a driver says about a URL, without what may be secret in it."""
    for secret in sorted(_secrets(url), key=len, reverse=True):
        message = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", _HIDDEN, message)
    return message


def _secrets(url: URL) -> Iterator[str]:
    if url.password:
        yield str(url.password)
    for name, value in url.query.items():
        if name not in _ADDRESS:
            yield from filter(None, [value] if isinstance(value, str) else value)
    yield from (part for part in (url.host, url.database) if part and "@" in part)
