"""What opens a store is never shown: not where it works, not where it is wrong, and not by what a driver says of it."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

import mzsim
from mzsim.common.errors import StoreError
from mzsim.store import session
from mzsim.store.server import _settings, engine_of
from mzsim.store.session import open_store
from mzsim.store.url import StoreUrl, shown, store_url, without_secrets
from tests.commands import invoke, process, require_one_line

SECRET = "geheim1"
PG = "postgresql+psycopg://"
# Nothing listens on port 1.
WITH_A_PASSWORD = [
    f"{PG}u:{SECRET}@127.0.0.1:1/db",
    f"{PG}u@127.0.0.1:1/db?password={SECRET}",
    f"{PG}u@127.0.0.1:1/db?passwrod={SECRET}",
    f"{PG}u@127.0.0.1:1/db?sslpassword={SECRET}&host=127.0.0.1",
    f"{PG}u@127.0.0.1:1/db?options=-c%20x%3D{SECRET}",
    f"{PG}u@127.0.0.1:1/db?connect_timeout={SECRET}",
    f"{PG}u@/db?host=127.0.0.1&port={1}&password={SECRET}&password={SECRET}",
]
MISTYPED = [
    f"{PG}u:{SECRET}@h:port/db",
    f"{PG}u:{SECRET}#h/db",
    f"{PG}u:x/{SECRET}@h:port/db",
    f"{PG}u:{SECRET}@[::1/db",
    f"postgresql//u:{SECRET}@h/db",
    f"postgresql:/u:{SECRET}@h/db",
    f"u:{SECRET}@h/db",
    f"host=h user=u password={SECRET}",
    f"@{SECRET}:h/db",
    f"?password={SECRET}",
    f"sqlite:///x.db?password={SECRET}",
    f"sqlite:///x.db?timeout={SECRET}",
    f"sqlite:///x.db?uri={SECRET}",
    f"sqlite://u:{SECRET}@/x.db",
    f"sqlite://{SECRET}:1/x.db",
    f"sqlite:///x\0?password={SECRET}",
    f"mysql://u:{SECRET}@h/db",
    f"onbekend://u:{SECRET}@h/db?password={SECRET}",
    f"{PG}u:x@{SECRET}@127.0.0.1:1/db",
    f"{PG}u:x@y/{SECRET}@127.0.0.1/db",
    f"{PG}u:{SECRET}@127.0.0.1:1/db?schema=A",
    f"{PG}u@127.0.0.1:1/db?schema=a&schema={SECRET}",
]


@pytest.mark.parametrize("url", [*WITH_A_PASSWORD, *MISTYPED])
@pytest.mark.parametrize("command", ["upgrade", "load"])
def test_no_command_shows_it(url: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "WAITING_TIME", 0.2)
    ended = invoke("db", command, *(["@uzovi"] if command == "load" else []), "--store", url)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert SECRET not in require_one_line(ended.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", [*WITH_A_PASSWORD, *MISTYPED])
def test_no_traceback_shows_it(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a caller in Python sees it, with all that it came from."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as caught:
        mzsim.Store(url).load("@uzovi")
    shown_there = "".join(traceback.format_exception(caught.value)).replace(repr(url), "").replace(url, "")
    assert SECRET not in shown_there
    assert SECRET not in repr(mzsim.Store(url) if url in WITH_A_PASSWORD else "")


@pytest.mark.slow
def test_debugging_does_not_show_it(tmp_path: Path) -> None:
    ended = process("db", "upgrade", "--store", WITH_A_PASSWORD[1], cwd=tmp_path, MZSIM_DEBUG="1")
    assert ended.returncode == 2
    assert SECRET not in ended.stderr


@pytest.mark.parametrize(
    "text", ["@h:port/db", f"{PG}@h:port/db", "", " ", ":", "://", "sqlite:mijn.db", "file:mijn.db", "h:5432"]
)
def test_a_wrong_url_is_one_clear_line(text: str) -> None:
    ended = invoke("db", "upgrade", "--store", text)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "is no store URL; an example is sqlite:///mzsim.db" in require_one_line(ended.stderr)


def test_the_name_of_a_file_is_shown(tmp_path: Path) -> None:
    """That is what most people mistype."""
    for text in ("sqlite:mijn.db", "sqlite:/mijn.db", "sqlite:../mijn.db"):
        with pytest.raises(StoreError, match=f"'{text}' is no store URL"):
            store_url(text)


@pytest.mark.parametrize(
    "path",
    [
        "mijn.db",
        "map/x.db",
        "../x.db",
        "/data/x.db",
        "mijn winkel",
        "job@2/x#1.db",
        r"C:\data\x.db",
        "C:/data/x.db",
        r"map\x.db",
        r"\\server\deel\x.db",
        "sqlite",
    ],
)
def test_a_plain_path_is_a_file_of_sqlite(path: str) -> None:
    url = store_url(path)
    assert url == StoreUrl(path)


PIECES = (
    *("sqlite", "sqlite+pysqlite", "SQLITE", "postgresql", PG[:-3], "foo", "file", "://", ":///", ":/", "/", "//"),
    *("x.db", "map/", "C:", "\\", ":memory:", "u", "h", "@", ":", "5432", "[::1]", "?", "=", "&", "#", "a=b"),
    *("%20", "%3F", "%00", "%", "%C3%A9", "é", " ", "\n", "\0", "~", "..", "sqlite:///", "sqlite://"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
@example("sqlite:///a%20b.db")
@example("sqlite:///a%3Fb?")
@example("sqlite://:@/x")
def test_what_is_read_without_sqlalchemy_is_read_as_it_does(text: str) -> None:
    """Where it is no URL both say so, and of the same text both make the same file."""
    try:
        url = store_url(text)
    except StoreError:
        url = None
    if url == StoreUrl(text):  # the path of a file
        return
    try:
        theirs = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        assert url is None
        return
    if url is None:
        assert theirs.get_backend_name() == "sqlite" or not text.isprintable() or "\0" in (theirs.database or "")
    elif url.server is None:
        # From 2.1 on SQLAlchemy makes of %3F in the name of a file what it means.
        assert (theirs.get_backend_name(), theirs.database and unquote(theirs.database)) == ("sqlite", url.file)
    else:
        assert url.server == theirs
    if url is not None:
        assert store_url(url.text) == url


@pytest.mark.slow
def test_commands_and_python_take_a_plain_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in ("x.db", "C:\\x\\y.db"):
        assert invoke("db", "load", "@uzovi", "--store", path).exit_code == 0
        assert invoke("db", "load", "@uzovi", MZSIM_STORE=path).stdout == "@uzovi: loaded; nothing changed\n"
    with mzsim.Store("y.db") as store:
        store.upgrade()
    if os.name != "nt":
        assert sorted(file.name for file in tmp_path.glob("*.db")) == ["C:\\x\\y.db", "x.db", "y.db"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///a@b:c.db", "a@b:c.db"),
        ("sqlite://", "in memory"),
        ("postgresql://h/db", "postgresql://h/db"),
        ("postgresql://u@h:5432/db?sslmode=require", "postgresql://u@h:5432/db"),
        (f"postgresql://u:{SECRET}@h/db", "postgresql://u:***@h/db"),
        (f"postgresql://u:x@{SECRET}@h/db", "postgresql://***"),
        (f"postgresql://u@/db?host=x@{SECRET}", "postgresql://***"),
        ("postgresql://u@/db?sslmode=x&host=/run/a&port=5433", "postgresql://u@/db?host=/run/a&port=5433"),
        ("postgresql://u@/db?host=a:1&host=b:2&schema=c", "postgresql://u@/db?host=a%3A1&host=b%3A2&schema=c"),
        (f"postgresql://u:{SECRET}@h/db?sslmode=require&schema=mzsim_a", "postgresql://u:***@h/db?schema=mzsim_a"),
    ],
)
def test_shown(url: str, expected: str) -> None:
    assert shown(store_url(url)) == expected


def test_a_schema_is_taken_out_of_a_url() -> None:
    """The driver doesn't know it; of the server it is asked as the search path."""
    url = store_url("postgresql://u@h/db?schema=mzsim_a&options=-c%20geqo%3Doff&connect_timeout=3")
    assert (url.schema, url.server) == (
        "mzsim_a",
        sa.make_url("postgresql://u@h/db?options=-c geqo%3Doff&connect_timeout=3"),
    )
    assert store_url(url.text) == url
    engine = engine_of(url, 2.0)
    assert engine.dialect.driver == "psycopg"
    (_, asked) = engine.dialect.create_connect_args(engine.url)
    assert "schema" not in asked
    assert list(_settings(url, 2.0)) == ["-c lock_timeout=2000", "-c search_path=mzsim_a"]


@pytest.mark.parametrize(
    "schema",
    [
        "",
        "A",
        "1a",
        "a-b",
        "a.b",
        'a"',
        "a'",
        "a b",
        "a,b",
        "a%00",
        "a%0A",
        "a;DROP%20SCHEMA%20b",
        "$user",
        "é",
        "a" * 64,
    ],
)
def test_no_other_schemas(schema: str) -> None:
    """Nothing that a server could take for more than a name, and no empty one: a variable that isn't set is no store."""
    with pytest.raises(StoreError, match="'postgresql://…' is no store URL"):
        store_url(f"postgresql://u@h/db?schema={schema}")


def test_a_schema_is_of_postgresql_alone() -> None:
    assert store_url("mysql://u@h/db?schema=A") == StoreUrl(None, sa.make_url("mysql://u@h/db?schema=A"))
    with pytest.raises(StoreError, match="names a file and nothing else"):
        store_url("sqlite:///x.db?schema=a")


def test_what_a_driver_says() -> None:
    """A password is hidden as a word, and what is longer first."""
    url = store_url("postgresql://u:ab@h/db?password=ab-cd&host=h")
    assert without_secrets("no 'ab-cd' or ab on h: about", url) == "no '***' or *** on h: about"


@pytest.mark.parametrize("written", ["a b%c'é", "a%20b%25c%27%c3%a9", "a+b%25c'%C3%A9", "a b%c\\'é"])
def test_a_secret_is_hidden_in_whatever_way_it_is_written(written: str) -> None:
    """As in a URL, and as in what libpq connects by."""
    url = store_url("postgresql://u:a%20b%25c%27%C3%A9@h/db")
    assert without_secrets(f"found in 'u:{written}@h'", url) == "found in 'u:***@h'"


def test_a_row_of_the_store_is_in_no_traceback(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(StoreError) as caught, store.change() as connection:
        connection.execute("INSERT INTO polissen (bsn) VALUES (:bsn)", {"bsn": "999900006"})
    store.close()
    assert "999900006" not in "".join(traceback.format_exception(caught.value))
    context = caught.value.__context__
    assert "999900006" not in str(context)
