"""Every route of the application at its path and at paths that look like it: none opens another store, none is a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi import FastAPI

from mzsim.server.access import Access, hash_of
from mzsim.server.app import make_app
from mzsim.server.portal import Portal
from mzsim.server.serving import in_thread, opened
from tests.server.conftest import submit
from tests.server.pages import HTML, WITHIN

JSON = {"Accept": "application/json"}
ENDS = ("", "%0A", ".json", "%0D", "%00", "%0A.json", "/")


class Closed(NamedTuple):
    """A portal that asks for tokens, with two stores: whose token is known, and another that has a submission."""

    portal: Portal
    client: httpx.Client
    token: str
    routes: tuple[tuple[str, str], ...]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    with opened(tmp_path_factory.mktemp("closed"), None) as (portal, jobs):
        token = portal.make_store("mine")[1]
        portal.make_store("other")
        portal.store("other").load("@proef")
        submit(portal.store("other"))
        access = Access(token=hash_of("the-token-of-the-portal"))
        routes = routes_of(make_app(portal, jobs, access))
        with in_thread(portal, jobs, access=access) as url, httpx.Client(base_url=url, timeout=WITHIN) as client:
            yield Closed(portal, client, token, routes)


def routes_of(app: FastAPI) -> tuple[tuple[str, str], ...]:
    """The methods and paths of all routes."""
    return tuple(sorted(set(_walked(app.routes))))


def _walked(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if within := getattr(route, "original_router", None):
            yield from _walked(within.routes)
        for method in getattr(route, "methods", None) or ():
            yield method, route.path


def _filled(path: str, **values: str) -> str:
    """The path of a route, with something in the place of what it takes from there."""
    return re.sub(r"{(\w+)(?::\w+)?}", lambda name: values.get(name[1], "1"), path)


def _held(portal: Portal) -> object:
    other = portal.store("other")
    return (
        [one.name for one in portal.stores()],
        [one.id for one in other.submissions()],
        other.behaviour(),
        other.script(),
    )


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
def test_a_token_opens_no_other_store_at_any_path(closed: Closed, end: str) -> None:
    before = _held(closed.portal)
    of_another = [(m, p) for m, p in closed.routes if p.startswith(("/s/{", "/winkels"))]
    assert len(of_another) > 50
    for method, path in of_another:
        place = _filled(path, store="other", winkel="other", name="other", token=closed.token) + end
        for accept in (HTML, JSON):
            headers = {"Authorization": f"Bearer {closed.token}", **accept}
            body = {"json": {"naam": "made"}} if accept is JSON else {"data": {"naam": "made"}}
            answer = closed.client.request(method, place, headers=headers, **({} if method == "GET" else body))  # type: ignore[arg-type]
            refused = 400 <= answer.status_code < 500
            to_a_service = answer.status_code == 307 and "Router.V1.svc" in place  # which looks at the token itself
            assert refused or to_a_service, (method, place, accept, answer.text)
    assert _held(closed.portal) == before


@pytest.mark.parametrize(
    ("method", "place"),
    [
        ("GET", "/s/other/inzendingen%0A"),
        ("GET", "/s/other/inzendingen%0A.json"),
        ("POST", "/s/other/winkel/reset%0A"),
        ("POST", "/winkels%0A"),
        ("POST", "/winkels.json"),
        ("DELETE", "/winkels/other.json"),
    ],
)
def test_no_second_reading_of_a_path_opens_it(closed: Closed, method: str, place: str) -> None:
    headers = {"Authorization": f"Bearer {closed.token}"}
    body = {"json": {"naam": "made"}} if method == "POST" else {}
    before = _held(closed.portal)
    assert closed.client.request(method, place, headers=headers, **body).status_code in (403, 404)  # type: ignore[arg-type]
    assert _held(closed.portal) == before


@pytest.mark.slow
def test_a_route_asks_by_itself_what_the_token_opens(closed: Closed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the gate makes of a path, the store that the route finds decides."""
    monkeypatch.setattr("mzsim.server.gate.Gate._objection", lambda *_: None)
    before = _held(closed.portal)
    for method, path in closed.routes:
        if not path.startswith("/s/{") or path == "/s/{store}":
            continue
        place = _filled(path, store="other", winkel="other", token=closed.token)
        for accept in (HTML, JSON):
            headers = {"Authorization": f"Bearer {closed.token}", **accept}
            answer = closed.client.request(method, place, headers=headers)
            assert 400 <= answer.status_code < 500, (method, place, accept, answer.text)
    for accept, body in ((HTML, {"data": {"naam": "made"}}), (JSON, {"json": {"naam": "made"}})):
        headers = {"Authorization": f"Bearer {closed.token}", **accept}
        assert closed.client.post("/winkels", headers=headers, **body).status_code == 403  # type: ignore[arg-type]
        assert closed.client.post("/winkels/mine/weg", headers=headers).status_code in (403, 404)
        assert closed.client.delete("/winkels/mine", headers=headers).status_code in (403, 405)
    assert _held(closed.portal) == before
