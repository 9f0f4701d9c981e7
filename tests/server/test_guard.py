"""Who may come in: hosts, origins, tokens, sizes; what every answer has; what the log holds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mzsim.server.access import Access, hash_of, is_loopback
from mzsim.server.serving import in_thread, opened
from tests.server.pages import HTML, WITHIN

OWN = "the-token-of-the-portal-itself"


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A portal on this machine, without tokens."""
    with (
        opened(tmp_path_factory.mktemp("free"), None) as (portal, jobs),
        in_thread(portal, jobs) as url,
        httpx.Client(base_url=url, timeout=WITHIN) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, dict[str, str]]]:
    """A portal that asks for tokens, and the tokens of two stores of it."""
    access = Access(token=hash_of(OWN))
    folder = tmp_path_factory.mktemp("closed")
    with opened(folder, None) as (portal, jobs), in_thread(portal, jobs, access=access) as url:
        tokens = {name: portal.make_store(name)[1] for name in ("one", "other")}
        with httpx.Client(base_url=url, timeout=WITHIN) as client:
            yield client, tokens


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **HTML}


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "[::2]", "", "a b"]
)
def test_another_host_is_refused(free: httpx.Client, host: str) -> None:
    for accept in (HTML, {"Accept": "*/*"}):
        answer = free.get("/", headers={"Host": host, **accept})
        assert answer.status_code in (400, 421)
        assert "<form" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8301", "127.0.0.1", "LOCALHOST", "[::1]:8301"])
def test_this_machine_by_its_names_is_not(free: httpx.Client, host: str) -> None:
    assert free.get("/", headers={"Host": host, **HTML}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://[::"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_page_of_another_site_changes_nothing(free: httpx.Client, headers: dict[str, str]) -> None:
    for path in ("/proef", "/winkels", "/s/proef/winkel/leeg", "/s/proef/inzendingen", "/s/proef/gedrag"):
        answer = free.post(path, headers={**HTML, **headers}, data={"naam": "x"})
        assert answer.status_code == 403, path
    assert free.get("/", headers={**HTML, **headers}).status_code == 200, "to look is allowed"


def test_an_own_page_may(free: httpx.Client) -> None:
    own = f"http://{free.base_url.host}:{free.base_url.port}"
    answer = free.post("/proef", headers={**HTML, "Origin": own, "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/style.css", "/winkels"])
def test_every_answer_is_shut_in(free: httpx.Client, path: str) -> None:
    for host in ("127.0.0.1", "evil.example"):
        headers = free.get(path, headers={**HTML, "Host": host}).headers
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


def test_a_mistake_of_the_program_is_one_line_without_its_insides(
    free: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("mzsim.server.portal.Portal.stores", broken)
    answer = free.get("/winkels", headers=HTML)
    assert answer.status_code == 500
    assert "RuntimeError" in answer.text
    assert "secret" not in answer.text
    assert "content-security-policy" in answer.headers


def test_the_log_has_routes_and_no_names(free: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mzsim.server"):
        free.get("/personas/procent?q=Jansen", headers=HTML)
        free.get("/s/proef/inzendingen/999?kenmerk=Jansen", headers=HTML)
    assert "GET /personas/{name} 200" in caplog.text
    assert "GET /s/{store}/inzendingen/{id} 404" in caplog.text
    assert "Jansen" not in caplog.text
    assert "procent" not in caplog.text


def test_a_token_is_asked_for(closed: tuple[httpx.Client, dict[str, str]]) -> None:
    client, _ = closed
    asked = client.get("/s/one/inzendingen", headers=HTML)
    assert (asked.status_code, asked.headers["location"]) == (303, "/inloggen?terug=/s/one/inzendingen")
    program = client.get("/s/one/inzendingen", headers={"Accept": "application/json"})
    assert program.status_code == 401
    assert program.headers["www-authenticate"].startswith("Bearer")
    assert client.post("/s/one/winkel", headers=HTML, data={"tekst": "x"}).status_code == 401
    assert client.get("/static/style.css").status_code == 200


@pytest.mark.parametrize("guess", ["x", OWN[:-1], f"{OWN}x", OWN.upper(), "%00", "é" * 20])
def test_a_guess_opens_nothing(closed: tuple[httpx.Client, dict[str, str]], guess: str) -> None:
    client, _ = closed
    header = {b"Authorization": f"Bearer {guess}".encode(), b"Accept": b"application/json"}
    assert client.get("/s/one/inzendingen", headers=header).status_code == 401
    answer = client.post("/inloggen", headers=HTML, data={"token": guess, "terug": "/"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_a_token_opens_its_own_store_alone(closed: tuple[httpx.Client, dict[str, str]]) -> None:
    client, tokens = closed
    one = _bearer(tokens["one"])
    assert client.get("/s/one/inzendingen", headers=one).status_code == 200
    for path in ("/s/other/inzendingen", "/s/other/winkel", "/s/other/inzendingen/1/retour/bestand", "/s/none/winkel"):
        assert client.get(path, headers=one).status_code == 403, path
    assert client.post("/s/other/winkel/leeg", headers=one).status_code == 403
    assert client.post("/winkels", headers=one, data={"naam": "mine"}).status_code == 403
    assert client.post("/winkels/other/weg", headers=one).status_code == 403
    first = client.get("/personas/procent", headers=one).text
    assert "other" not in first
    made = client.post("/personas/procent/declaraties/1/inzenden", headers=one, data={"winkel": "other"})
    assert made.status_code == 404


def test_a_token_takes_nothing_away_where_none_is_asked_for(tmp_path: Path) -> None:
    with opened(tmp_path, None) as (portal, jobs), in_thread(portal, jobs) as url:
        header = {"Authorization": f"Bearer {portal.make_store('one')[1]}"}
        assert httpx.post(f"{url}/winkels", headers=header, json={"naam": "other"}).status_code == 201
        assert httpx.delete(f"{url}/winkels/other", headers=header).status_code == 204


def test_the_token_of_the_portal_opens_everything(closed: tuple[httpx.Client, dict[str, str]]) -> None:
    client, _ = closed
    for path in ("/s/one/inzendingen", "/s/other/winkel", "/winkels", "/"):
        assert client.get(path, headers=_bearer(OWN)).status_code == 200, path


def test_a_person_types_it_once(closed: tuple[httpx.Client, dict[str, str]]) -> None:
    client, tokens = closed
    with httpx.Client(base_url=client.base_url, headers=HTML, timeout=WITHIN, follow_redirects=True) as browser:
        answer = browser.post("/inloggen", data={"token": tokens["one"], "terug": "/s/one/winkel"})
        assert answer.url.path == "/s/one/winkel"
        cookie = answer.history[0].headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert browser.get("/s/other/winkel").status_code == 403
        assert browser.post("/uitloggen").url.path == "/inloggen"
        assert browser.get("/s/one/winkel").url.path == "/inloggen"


def test_a_wrong_token_is_wrong_where_none_is_asked_for_too(free: httpx.Client) -> None:
    assert free.get("/s/proef/winkel", headers=_bearer("x" * 30)).status_code == 401


def test_what_is_of_this_machine(tmp_path: Path) -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "portal.example")))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("multipart/form-data; boundary=x", b"no form at all"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=naam\r\n\r\ncut off"),
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n\r\nx\r\n--x--\r\n"),
        ("multipart/form-data", b"--x\r\n"),
        ("application/x-www-form-urlencoded; charset=none", b"naam=%zz&&&=\xff"),
        ("application/json", b'{"naam": 1}'),
        ("", b"naam=x"),
    ],
    ids=str,
)
def test_a_form_that_is_none_is_refused_in_a_line(free: httpx.Client, kind: str, content: bytes) -> None:
    for place in ("/winkels", "/s/proef/inzendingen", "/s/proef/gedrag", "/s/proef/winkel", "/certificering"):
        answer = free.post(place, headers={**HTML, "Content-Type": kind}, content=content)
        assert answer.status_code in (303, 400, 422), (place, answer.text)
