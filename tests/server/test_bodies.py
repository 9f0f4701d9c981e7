"""Bodies and connections: how large they may be, and how slow, at every place that takes one."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
import threading
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.to_thread import current_default_thread_limiter
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mzsim.common.errors import StoreError
from mzsim.server import bodies, serving
from mzsim.server.access import Access
from mzsim.server.app import make_app
from mzsim.server.jobs import Jobs
from mzsim.server.portal import Portal
from tests.make_inv3 import STORE
from tests.server.conftest import GOOD, Watch, submit
from tests.server.listening import listening
from tests.server.pages import HTML

JSON = {"Accept": "application/json", "Content-Type": "application/json"}
FORM = {**HTML, "Content-Type": "multipart/form-data; boundary=x"}
FIELDS = {**HTML, "Content-Type": "application/x-www-form-urlencoded"}
UPLOADS = {
    "/s/proef/inzendingen": 310_000_000,
    "/s/proef/1/Router.V1.svc/1": 310_000_000,
    "/s/proef/winkel": 66_000_000,
    "/certificering/1/resultaten": 66_000_000,
    "/s/proef/scripts": 13_000_000,
}


@pytest.fixture
def client(portal: Portal, tmp_path: Path) -> Iterator[httpx.Client]:
    with listening(portal, tmp_path) as opened:
        yield opened


def _line(client: httpx.Client) -> socket.socket:
    return socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10)


def _begun(client: httpx.Client, method: str, path: str, headers: dict[str, str], size: int) -> socket.socket:
    """A connection on which a body is to come that does not."""
    line = _line(client)
    sent = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    line.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n{sent}\r\n{{".encode())
    return line


def _routes(portal: Portal, folder: Path) -> set[tuple[str, str]]:
    """The method and path of every route."""
    pending, found = list(make_app(portal, Jobs(folder / "jobs"), Access()).routes), set()
    while pending:
        route = pending.pop()
        pending += getattr(getattr(route, "original_router", None), "routes", [])
        if isinstance(route, Route) and route.methods:
            path = re.sub(r"{(store|winkel)}", "proef", route.path)
            path = path.replace("/personas/{name}", "/personas/procent")
            path = re.sub(r"{[^}]*}", "1", path)
            found |= {(method, path) for method in route.methods - {"HEAD"}}
    return found


def _taking(portal: Portal, folder: Path) -> set[tuple[str, str]]:
    """The same of every route that takes a body."""
    found = {(method, path) for method, path in _routes(portal, folder) if method in ("POST", "PUT", "PATCH")}
    assert ("PUT", "/s/proef/gedrag") in found
    assert ("POST", "/s/proef/gedrag") in found
    assert set(UPLOADS) <= {path for _, path in found}
    return found


def test_a_large_body_goes_only_where_files_do(client: httpx.Client, portal: Portal, tmp_path: Path) -> None:
    for method, path in sorted(_taking(portal, tmp_path)):
        most = UPLOADS.get(path, 1_000_000)
        for place in (path, f"{path}.json"):
            assert bodies.most_of(place) == most
        for headers in (JSON, FORM, FIELDS):
            with _begun(client, method, path, headers, most + 1) as line:
                answer = line.recv(65_536)
                assert answer.split()[1] == b"413", (method, path)
                assert b"content-length" in answer


def test_one_that_does_not_say_how_large_it_is_costs_no_more(
    client: httpx.Client, portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "_MOST_BY_PATH", ())
    for method, path in sorted(_taking(portal, tmp_path)):
        for headers in (JSON, FORM, FIELDS):
            tracemalloc.start()
            content = (b" " * 65_536 for _ in range(160))
            answer = client.request(method, path, headers=headers, content=content)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert answer.status_code < 500, (method, path)
            assert most < 8_000_000, (method, path)
    answer = client.put("/s/proef/gedrag", headers=JSON, content=(b" " * 65_536 for _ in range(160)))
    assert (answer.status_code, answer.json()["detail"]) == (413, "the body is larger than 1,000,000 bytes")


@pytest.mark.slow
def test_a_slow_body_is_given_up_wherever_it_goes(
    client: httpx.Client, portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "_SILENCE", 0.3)
    lines: list[tuple[socket.socket, str, str]] = []
    with ExitStack() as at_the_end:
        for method, path in sorted(_taking(portal, tmp_path)):
            for headers in (JSON, FORM, FIELDS):
                line = at_the_end.enter_context(_begun(client, method, path, headers, 99))
                lines.append((line, method, path))
        assert client.get("/livez").status_code == 200
        for line, method, path in lines:
            answer = line.recv(65_536)
            status = int(answer.split()[1])
            assert status in (204, 303, 400, 404, 405, 408, 503), (method, path, answer)
            if (method, path) == ("PUT", "/s/proef/gedrag"):
                assert status == 408


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET /livez HTTP/1.1\r\nHost: localhost\r\n"], ids=str)
def test_who_asks_for_nothing_is_let_go(client: httpx.Client, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    """Behind a request that was answered, too."""
    monkeypatch.setattr(serving, "_HEADERS_WITHIN", 0.3)
    whole = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for before in (b"", whole) if sent else (b"",):
        with _line(client) as line:
            if before:
                line.sendall(before)
                assert b"200" in line.recv(65_536)
            line.sendall(sent)
            began = time.monotonic()
            while line.recv(65_536):
                pass
            assert time.monotonic() - began < 8


REFUSED = {
    b"HTTP/1.1 422": "POST /s/proef/inzendingen?datum=x HTTP/1.1\r\n",
    b"HTTP/1.1 401": "POST /s/proef/inzendingen HTTP/1.1\r\nAuthorization: Bearer nope\r\n",
}


@pytest.mark.parametrize("answer", REFUSED, ids=lambda answer: answer[-3:].decode())
def test_who_is_still_sending_hears_the_refusal_then(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(serving, "_HEADERS_WITHIN", 0.3)
    with _line(client) as line:
        line.sendall(f"{REFUSED[answer]}Host: localhost\r\nContent-Length: 9\r\n\r\n".encode())
        for _ in range(9):
            time.sleep(0.1)
            line.sendall(b"x")
        assert line.recv(65_536).startswith(answer)
        line.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("limit", ["_SILENCE", "_AT_FIRST"])
@pytest.mark.parametrize("answer", REFUSED, ids=lambda answer: answer[-3:].decode())
def test_what_comes_behind_a_refusal_has_an_end(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, answer: bytes, limit: str
) -> None:
    monkeypatch.setattr(bodies, limit, 0.3)
    with _line(client) as line:
        line.sendall(f"{REFUSED[answer]}Host: localhost\r\nContent-Length: 999\r\n\r\n".encode())
        assert line.recv(65_536).startswith(answer)
        line.sendall(b"x")
        line.settimeout(0.1)
        for _ in range(20):
            try:
                if not line.recv(65_536):
                    break
            except TimeoutError:
                if limit == "_AT_FIRST":
                    line.sendall(b"x")
            except ConnectionError:
                break
        else:
            pytest.fail("it is still open")


def test_who_waits_for_an_answer_is_not_let_go(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_HEADERS_WITHIN", 0.2)
    assert client.get("/s/proef/retouren?wacht=1", headers=JSON).json()["retouren"] == []


def test_only_the_time_that_is_waited_for_a_body_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_AT_FIRST", 0.1)

    async def taken(*, sent_in: float, read_in: float) -> None:
        async def receive() -> Message:
            await asyncio.sleep(sent_in)
            return {"type": "http.request", "body": b"x", "more_body": True}

        body = bodies.Body(receive, 99)
        for _ in range(4):
            await body.receive()
            await asyncio.sleep(read_in)

    asyncio.run(taken(sent_in=0, read_in=0.05))
    with pytest.raises(HTTPException) as refused:
        asyncio.run(taken(sent_in=0.05, read_in=0))
    assert refused.value.status_code == 408


def test_who_waits_for_one_store_holds_up_nobody_else(
    client: httpx.Client, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that another process has locked; more wait for it than there are threads for everybody."""
    free = threading.Event()

    def locked(*_: object, **__: object) -> None:
        free.wait(20)
        raise StoreError("the store is in use")

    monkeypatch.setattr("mzsim.server.portal_store.PortalStore.submit", locked)

    def send(number: int) -> int:
        place = client.base_url.join("/s/proef/inzendingen")
        if number % 2:
            return httpx.post(place, content=b"x", timeout=30).status_code
        return httpx.post(place, headers=HTML, files={"bestand": ("x.asc", b"x")}, timeout=30).status_code

    with ThreadPoolExecutor(60) as pool:
        sent = [pool.submit(send, number) for number in range(60)]
        try:
            time.sleep(1)
            for place in ("/winkels", "/s/proef/winkel"):
                assert client.get(place, timeout=5).status_code == 200
        finally:
            free.set()
        assert {one.result() for one in sent} == {503}


class _Idle:
    """Somebody who answers, and has nothing to do."""

    def stop(self) -> None: ...
    def resume(self) -> None: ...
    def wake(self) -> None: ...
    def part(self, id: int) -> float:
        return 0.0


FIRST = {("POST", "/s/proef/winkel/reset"), ("POST", "/s/proef/winkel/leeg")}
"""What empties a store: who drops it waits for that."""
LAST = {("DELETE", "/winkels/proef"), ("POST", "/winkels/proef/weg")}
WRITING = (
    FIRST
    | LAST
    | {("POST", f"/s/proef/{path}") for path in ("inzendingen", "winkel", "winkel/personen", "scripts", "gedrag")}
    | {("PUT", f"/s/proef/{path}") for path in ("scripts", "gedrag")}
    | {("GET", f"/s/proef/{path}") for path in ("retouren/1", "inzendingen/1/retour", "inzendingen/1/retour/bestand")}
    | {("DELETE", "/s/proef/retouren/1"), ("POST", "/proef"), ("POST", "/personas/procent/declaraties/1/inzenden")}
)
IN_A_FILE = {("POST", "/s/proef/winkel/personen")}
"""What writes in a file of the portal waits only where others have taken all threads of the store."""
CONTENT = {"/s/proef/winkel": b"@proef", "/s/proef/scripts": b""}
FIELDS_OF_ALL = {"naam": "zo", "lijst": "@proef"}


def test_nobody_waits_for_a_store_that_is_locked_in_a_thread_of_all(
    folder: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever is asked of it; there is one thread for all but those that write."""

    def made(*arguments: Any) -> ASGIApp:
        app = make_app(*arguments)

        async def with_one_thread(scope: Scope, receive: Receive, send: Send) -> None:
            current_default_thread_limiter().total_tokens = 1
            await app(scope, receive, send)

        return with_one_thread

    def ask(method: str, path: str, page: bool) -> int:
        body = {"content": CONTENT.get(path, b"{}")} if method != "GET" and not page else {}
        if method == "POST" and page:
            store = {"winkel": "proef"} if path.startswith("/personas/") else {}
            body = {"data": FIELDS_OF_ALL | store, "files": {"bestand": ("x.asc", GOOD)}}
        return client.request(method, path, headers=HTML if page else JSON, timeout=120, **body).status_code

    monkeypatch.setattr(serving, "make_app", made)
    with Portal(folder, clock=watch, passing=watch.passing, workers=False) as portal:
        portal.make_store("vrij")
        shop = portal.store("proef")
        shop.load(STORE.read_text())
        assert submit(shop) == 1
        shop.work()
        assert len(shop.retours()) == 1
        shop.answered_by(_Idle())
        every = _routes(portal, tmp_path)
        asked: dict[tuple[str, str, bool], Future[int]] = {}
        with (
            ThreadPoolExecutor(2 * len(every)) as pool,
            listening(portal, tmp_path) as client,
            closing(sqlite3.connect(folder / "proef.db", isolation_level=None)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            try:
                for some in (FIRST, every - FIRST - LAST, LAST):
                    asked |= {(*one, page): pool.submit(ask, *one, page) for one in some for page in (False, True)}
                    wait([answer for one, answer in asked.items() if one[:2] not in WRITING], 60)
                    time.sleep(0.3)
                assert client.get("/livez").status_code == 200
                assert client.get("/s/vrij/gedrag").status_code == 200
                waiting = {one[:2] for one, answer in asked.items() if not answer.done()}
                assert waiting | IN_A_FILE == WRITING
            finally:
                other.execute("ROLLBACK")
            assert {one: answer.result() for one, answer in asked.items() if answer.result() == 500} == {}
