"""Every route of the application at its path and at paths that look like it: none opens another store, none is a mistake."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partialmethod
from itertools import cycle
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi import FastAPI

from mzsim.common.version import __version__
from mzsim.server.access import Access, hash_of
from mzsim.server.app import make_app
from mzsim.server.jobs import Jobs
from mzsim.server.portal import Portal
from mzsim.server.serving import in_thread, opened
from tests.server.conftest import submit
from tests.server.pages import HTML, WITHIN

OWN = "the-token-of-the-portal"
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
        access = Access(token=hash_of(OWN))
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


ODD = ("²", "٣", "-1", "1.5", "1e3", "", "x", "0", "9" * 9, "9" * 19, "9" * 5000, "NaN", "Infinity")
DAYS = (
    *("9999-12-31", "0001-01-01", "0000-00-00", "2026-02-30", "²", "1e99", "9" * 30),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00"),
)
NUMBERS = ("voor", "vanaf", "na", "limit", "niveau")
FIELDS = ("zaad", "vertraging-gereed", "laat-kans", "storing-elke", "inzending", "percentage", "datum", "vertraging")


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    with opened(tmp_path_factory.mktemp("free"), None) as (portal, jobs):
        routes = routes_of(make_app(portal, jobs, Access()))
        with in_thread(portal, jobs) as url, httpx.Client(base_url=url, timeout=WITHIN) as client:
            yield Closed(portal, client, "open", routes)


def _never_a_mistake(
    client: httpx.Client, method: str, place: str, accepts: Sequence[dict[str, str]] = (HTML, JSON), **more: Any
) -> None:
    for accept in accepts:
        answer = client.request(method, place, headers=accept, **more)
        assert answer.status_code < 500, (method, place, more, accept, answer.text)


@pytest.mark.slow
def test_an_odd_number_in_a_path_is_no_mistake_of_the_program(free: Closed) -> None:
    known = {"store": "proef", "winkel": "proef", "suite": "inv", "persona": "volledig"}
    for method, path in free.routes:
        taken = set(re.findall(r"{(\w+)", path))
        if not taken & {"id", "number", "nummer", "pakket", "run"} or "gebeurtenissen" in path:
            continue
        name = "inv" if path.startswith("/suites") else "volledig"
        for odd in ("²", "٣", "9" * 30):
            place = _filled(path, name=name, **known, **dict.fromkeys(taken - known.keys() - {"name"}, odd))
            _never_a_mistake(free.client, method, place)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["van", "tot", *NUMBERS])
def test_an_odd_value_in_a_query_is_none(free: Closed, name: str) -> None:
    places = (
        "/s/proef/inzendingen",
        "/s/proef/winkel",
        "/s/proef/winkel/lijsten/uzovi",
        "/s/proef/retouren",
        "/controles",
    )
    accepts = cycle([(HTML,), (JSON,)])  # for each place one value is asked for as a page, and the next as JSON
    for odd in DAYS if name in ("van", "tot") else ODD:
        for place in places:
            _never_a_mistake(free.client, "GET", place, next(accepts), params={name: odd})


@pytest.mark.slow
@pytest.mark.parametrize("name", FIELDS)
def test_an_odd_value_in_a_form_is_none(free: Closed, name: str) -> None:
    for odd in (*ODD, *DAYS):
        for place in ("gedrag", "scripts", "inzendingen"):
            fields = {name: odd, "doe": "probeer" if name == "inzending" else "voeg_toe"}
            files = {"bestand": ("x.asc", b"x")}
            answer = free.client.post(f"/s/proef/{place}", headers=HTML, data=fields, files=files)
            assert answer.status_code < 500, (place, name, odd, answer.text)


@pytest.mark.parametrize("odd", [day for day in DAYS if "T" in day])
def test_an_odd_moment_of_an_outage_is_refused(free: Closed, odd: str) -> None:
    for key in ("van", "tot"):
        window = {"van": "2026-01-31T09:30:00+01:00", "tot": "2026-01-31T10:30:00+01:00"} | {key: odd}
        answer = free.client.put("/s/proef/gedrag", json={"storingen": [window]})
        assert answer.status_code == 400, answer.text


def test_an_odd_seed_of_a_pack_is_none(free: Closed, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[int | None] = []
    monkeypatch.setattr(
        "mzsim.server.web.certification.start_pack", lambda *_, seed, **__: seeds.append(seed) or len(seeds)
    )
    for odd in ODD:
        fields = {"suite": "inv", "soort": "blind", "zaad": odd}
        assert free.client.post("/certificering", headers=HTML, data=fields).status_code == 303
    assert set(seeds) == {None, 0, 999_999_999}


def test_the_first_path_tells_a_program_where_to_begin(free: Closed, closed: Closed) -> None:
    answer = free.client.get("/")
    assert answer.json() == {
        "versie": __version__,
        "winkels": ["proef"],
        "openapi": "/openapi.json",
        "handleiding": "/manual",
        "api": "/api",
    }
    assert free.client.get("/.json", headers=HTML).json() == answer.json()
    assert "<html" in free.client.get("/", headers=HTML).text
    mine = closed.client.get("/", headers={"Authorization": f"Bearer {closed.token}"})
    assert mine.json()["winkels"] == ["mine"]


def test_where_only_a_page_is_who_says_nothing_gets_it(free: Closed) -> None:
    for path in ("/api", "/manual", "/manual/{name}", "/s/{store}", "/s/{store}/winkel/leeg", "/winkels/{store}/weg"):
        place = _filled(path, store="proef", name="api")
        for accept in ({}, {"Accept": "*/*"}, {"Accept": "text/plain"}):
            answer = free.client.get(place, headers=accept)
            assert answer.status_code in (200, 303), (place, answer.text)
        assert free.client.get(place, headers=JSON).status_code in (404, 405), place
        assert free.client.get(f"{place}.json", headers=HTML).status_code in (404, 405), place
    for place in ("/s/proef/inzendingen", "/suites", "/certificering", "/personas", "/winkels"):
        assert free.client.get(place).headers["content-type"] == "application/json", "a program gets what the API has"


def test_what_a_token_had_made_is_seen_with_that_one_alone(closed: Closed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mzsim.server.packs.Jobs.start", partialmethod(_version, Jobs.start))
    third = closed.portal.make_store("third")[1]
    mine, other, portals = ({"Authorization": f"Bearer {one}"} for one in (closed.token, third, OWN))
    made = closed.client.post("/certificering", headers=mine, json={"suites": ["inv"]})
    assert made.status_code == 202
    place = made.headers["location"]
    for bearer, seen in ((mine, True), (other, False), (portals, True)):
        assert bool(closed.client.get("/certificering", headers=bearer).json()) is seen
        for path in (place, f"{place}/resultaten"):
            assert closed.client.get(path, headers=bearer).status_code == (200 if seen else 404)
        assert closed.client.get(place, headers=bearer | HTML).status_code == (200 if seen else 404)
    assert closed.client.get(f"{place}/pakket", headers=other).status_code == 404
    assert closed.client.post(f"{place}/resultaten", headers=other, content=b"x").status_code == 404


def test_what_a_token_had_made_goes_with_its_store(closed: Closed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mzsim.server.packs.Jobs.start", partialmethod(_version, Jobs.start))
    client, portals, places = closed.client, {"Authorization": f"Bearer {OWN}"}, {}
    for name in ("stays", "by-api", "by-page"):
        bearer = {"Authorization": f"Bearer {closed.portal.make_store(name)[1]}"}
        made = client.post("/certificering", headers=bearer, json={"suites": ["inv"]})
        places[name] = made.headers["location"]
    assert client.delete("/winkels/by-api", headers=portals).status_code == 204
    assert client.post("/winkels/by-page/weg", headers=portals | HTML, data={"x": "y"}).status_code == 303
    there = {name: client.get(place, headers=portals).status_code for name, place in places.items()}
    assert there == {"stays": 200, "by-api": 404, "by-page": 404}


def _version(jobs: Jobs, start: Any, kind: Any, about: dict[str, Any], command: Any, files: Any = None) -> int:
    """A command that is done at once in place of what is asked for."""
    found: int = start(jobs, kind, about, ["--version"], files)
    while jobs.job(found, kind).status is None:
        time.sleep(0.02)
    return found
