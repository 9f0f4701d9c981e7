"""The HTTP API: what a program sends, asks and fetches, and what it is told where that can't be."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from mzsim.personas import find
from mzsim.server.portal import Portal, Settings
from mzsim.server.portal_store import PortalStore
from mzsim.server.submitting import Quota
from tests.make_inv3 import FOLDER
from tests.server.conftest import DECLARATIONS, GOOD, Watch, submit
from tests.server.listening import TOKEN, listening

GOLDEN = (FOLDER / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()
ON_DATE = {"datum": "2011-05-02"}
SENT = "/s/proef/inzendingen"
BACK = "/s/proef/retouren"


@pytest.fixture
def client(portal: Portal, tmp_path: Path) -> Iterator[httpx.Client]:
    with listening(portal, tmp_path) as opened:
        yield opened


def problem(answer: httpx.Response, status: int) -> str:
    """The one line of a refusal, which is RFC 9457 to the letter."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    content = answer.json()
    assert (content["status"], content["type"]) == (status, "about:blank")
    assert content["detail"].isprintable()
    return str(content["detail"])


# Handing in.


def test_a_declaration_is_accepted_answered_and_fetched(client: httpx.Client, shop: PortalStore) -> None:
    sent = client.post(SENT, params=ON_DATE | {"bestandsnaam": "x.asc", "kenmerk": "mine"}, content=GOOD)
    assert sent.status_code == 202
    assert sent.json() == [{"id": 1, "bestandsnaam": "x.asc", "resultaat": 102, "melding": ""}]
    assert sent.headers["location"] == f"{SENT}/1"
    assert client.get(f"{SENT}/1/declaratie").content == GOOD
    shop.work()
    found = client.get(f"{SENT}/1").json()
    assert (found["status"], found["kenmerk"], found["retour_status"]) == ("afgehandeld", "mine", "klaar")
    assert found["resultaat"]["totaal_toegekend"] == "660.00"
    assert [step["status"] for step in found["tijdlijn"]][-1] == "afgehandeld"
    back = client.get(f"{SENT}/1/retour")
    assert back.content == GOLDEN
    assert back.headers["content-disposition"] == 'attachment; filename="x.mz302.asc"'
    assert client.get(f"{SENT}/1").json()["retour_status"] == "gedownload"


def test_files_of_a_form_and_of_a_zip(client: httpx.Client) -> None:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name, content in DECLARATIONS.items():
            packed.writestr(f"{name}.asc", content)
    files = [("bestand", ("een.asc", GOOD)), ("bestand", ("virus.exe", GOOD)), ("bestand", ("a.zip", held.getvalue()))]
    sent = client.post(SENT, files=files)
    assert sent.status_code == 202
    codes = {one["bestandsnaam"]: one["resultaat"] for one in sent.json()}
    assert codes == {"een.asc": 102, "virus.exe": 103} | {f"{name}.asc": 102 for name in DECLARATIONS}
    bare = client.post(SENT, content=held.getvalue())
    assert [one["bestandsnaam"] for one in bare.json()] == [f"{name}.asc" for name in DECLARATIONS]


def test_where_nothing_is_accepted_it_is_a_refusal(client: httpx.Client) -> None:
    answer = client.post(SENT, params={"bestandsnaam": "../x.asc"}, content=GOOD)
    assert "must be named with letters" in problem(answer, 422)
    (refused,) = answer.json()["inzendingen"]
    assert refused["resultaat"] == 103
    assert client.get(f"{SENT}/{refused['id']}").json()["status"] == "geweigerd"


def test_a_key_says_the_same_again(client: httpx.Client, shop: PortalStore) -> None:
    key = {"Idempotency-Key": "mine-1"}
    first = client.post(SENT, params=ON_DATE, content=GOOD, headers=key)
    again = client.post(SENT, params=ON_DATE, content=GOOD, headers=key)
    assert (again.status_code, again.json()) == (202, first.json())
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert len(shop.submissions()) == 1
    other = client.post(SENT, params=ON_DATE, content=DECLARATIONS["3a-totaal-onjuist"], headers=key)
    assert "came with something else before" in problem(other, 409)


def test_each_file_of_a_form_is_kept_once_by_its_key(client: httpx.Client, shop: PortalStore) -> None:
    files = [("bestand", (f"{number}.asc", content)) for number, content in enumerate(DECLARATIONS.values())]
    for _ in range(2):
        client.post(SENT, files=files, headers={"Idempotency-Key": "mine"})
    assert len(shop.submissions()) == len(DECLARATIONS)
    for others in (files[:-1], files[:1], [*files, ("bestand", ("more.asc", GOOD))]):
        other = client.post(SENT, files=others, headers={"Idempotency-Key": "mine"})
        assert "came with something else before" in problem(other, 409)
    assert len(shop.submissions()) == len(DECLARATIONS)


def test_a_store_that_is_full_halfway_says_which_files_it_has(inv_url: str, watch: Watch, tmp_path: Path) -> None:
    settings = Settings(quota=Quota(submissions=2))
    with (
        Portal(url=inv_url, clock=watch, passing=watch.passing, workers=False, settings=settings) as portal,
        listening(portal, tmp_path) as client,
    ):
        sent = client.post(SENT, files=[("bestand", (f"{number}.asc", GOOD)) for number in range(3)])
        assert [(one["id"], one["resultaat"]) for one in sent.json()] == [(1, 102), (2, 102), (0, 103)]
        assert "as many as it may" in sent.json()[2]["melding"]
        assert "as many as it may" in problem(client.post(SENT, content=GOOD), 413)


@pytest.mark.parametrize(
    ("asked", "status", "line"),
    [
        ({"datun": "2011-05-02"}, 422, "datun: Extra inputs are not permitted"),
        ({"datum": "2 mei"}, 422, "datum: "),
        ({"stage": "nobody"}, 422, "stage: "),
        ({"verstoor": "alles"}, 422, "verstoor: "),
        ({"vertraging": "-1"}, 422, "vertraging: "),
        ({"script": "x: 1"}, 400, "script"),
    ],
)
def test_what_can_not_be_asked(client: httpx.Client, asked: dict[str, str], status: int, line: str) -> None:
    assert line in problem(client.post(SENT, params=asked, content=GOOD), status)


def test_a_form_that_is_none(client: httpx.Client) -> None:
    for kind, body in (("multipart/form-data", b"x"), ("multipart/form-data; boundary=x", b"--y\r\n")):
        answer = client.post(SENT, content=body, headers={"content-type": kind})
        assert "the form" in problem(answer, 422)


# How they stand.


def test_the_list_by_its_cursor_misses_nothing(client: httpx.Client, shop: PortalStore) -> None:
    for number in range(5):
        submit(shop, name=f"{number}.asc")
    found, after = [], 0
    while page := client.get(SENT, params={"na": after, "limit": 2}).json():
        if not page["inzendingen"]:
            break
        found += [one["id"] for one in page["inzendingen"]]
        after = page["na"]
    assert found == [1, 2, 3, 4, 5]
    for asked, expected in (
        ({"uzovi": "0736", "kenmerk": "F20110001"}, 5),
        ({"uzovi": "9999"}, 0),
        ({"status": "afgehandeld"}, 0),
        ({"van": "2026-01-31T09:30:00Z"}, 5),
        ({"tot": "2026-01-31T10:30:00+01:00"}, 0),
    ):
        assert len(client.get(SENT, params=asked).json()["inzendingen"]) == expected, asked


def test_a_tag_that_changes_with_it(client: httpx.Client, shop: PortalStore) -> None:
    id = submit(shop)
    first = client.get(f"{SENT}/{id}")
    assert first.headers["retry-after"] == "1"
    same = client.get(f"{SENT}/{id}", headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    shop.work()
    other = client.get(f"{SENT}/{id}", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200
    assert "retry-after" not in other.headers


def test_who_waits_is_told_as_soon_as_it_changes(client: httpx.Client, shop: PortalStore) -> None:
    id = submit(shop)
    timer = threading.Timer(0.3, shop.work)
    timer.start()
    assert client.get(f"{SENT}/{id}", params={"wacht": 20}).json()["status"] == "afgehandeld"
    assert client.get(BACK, params={"wacht": 20}).json()["retouren"][0]["inzending"] == id
    timer.join()


def test_events_until_it_has_ended(client: httpx.Client, shop: PortalStore) -> None:
    id = submit(shop)
    timer = threading.Timer(0.3, shop.work)
    timer.start()
    with client.stream("GET", f"{SENT}/{id}/gebeurtenissen") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = list(stream.iter_lines())
    timer.join()
    told = [json.loads(line.removeprefix("data: "))["status"] for line in lines if line.startswith("data: ")]
    assert (told[0], told[-1]) == ("in_controle", "afgehandeld")
    assert lines[0] == "event: status"


def test_what_is_not_there(client: httpx.Client, shop: PortalStore) -> None:
    id = submit(shop)
    assert problem(client.get(f"{SENT}/77"), 404) == "there is no submission 77"
    assert problem(client.get("/s/other/inzendingen"), 404) == "there is no store 'other'"
    assert "no retour" in problem(client.get(f"{SENT}/{id}/retour"), 404)
    assert "no retour" in problem(client.get(f"{SENT}/{id}/uitleg"), 404)
    assert problem(client.get(f"{BACK}/1"), 404) == "there is no retour 1"
    assert client.get(f"{SENT}/{id}/meldingen").json() == []
    for path in ("/controles/9999-1", "/retourcodes/9999", "/personas/nobody", "/nothing"):
        problem(client.get(path), 404)


def test_another_method_is_told_which_there_are(client: httpx.Client) -> None:
    answer = client.put(SENT)
    problem(answer, 405)
    assert answer.headers["allow"] == "GET, POST"


# Retours.


def test_retours_by_their_cursor(client: httpx.Client, shop: PortalStore) -> None:
    for name in ("1-volledig-toegewezen", "4a-fout-in-verzekerdenrecord"):
        submit(shop, DECLARATIONS[name], f"{name}.asc")
    shop.work()
    page = client.get(BACK).json()
    assert [(one["id"], one["inzending"], one["status"]) for one in page["retouren"]] == [
        (1, 1, "klaar"),
        (2, 2, "klaar"),
    ]
    assert client.get(BACK, params={"na": page["na"]}).json() == {"retouren": [], "na": 2}
    assert client.get(f"{BACK}/1").content == GOLDEN == client.get(f"{BACK}/1").content
    assert client.delete(f"{BACK}/2").status_code == 204
    assert [(one["id"], one["status"]) for one in client.get(BACK).json()["retouren"]] == [(1, "gedownload")]


def test_why(client: httpx.Client, shop: PortalStore) -> None:
    id = submit(shop, DECLARATIONS["4a-fout-in-verzekerdenrecord"])
    shop.work()
    (melding,) = client.get(f"{SENT}/{id}/meldingen").json()
    assert (melding["retourcode"], melding["controle"]) == ("8004", "0207-3")
    told = client.get(f"{SENT}/{id}/uitleg").text
    assert "8004" in told
    assert "123456782" not in told, "BSN are masked"


# Stores.


def test_a_store_of_its_own(tmp_path: Path, watch: Watch) -> None:
    with (
        Portal(tmp_path / "p", clock=watch, passing=watch.passing, workers=False) as portal,
        listening(portal, tmp_path) as client,
    ):
        made = client.post("/winkels", json={"naam": "vendor"})
        assert made.status_code == 201
        assert portal.authorised("vendor", made.json()["token"])
        assert [one["naam"] for one in client.get("/winkels").json()] == ["proef", "vendor"]
        assert client.post("/s/vendor/winkel", content="@proef").json() == {"gewijzigd": True}
        assert client.post("/s/vendor/winkel", content="@proef").json() == {"gewijzigd": False}
        assert "uzovis: is no key" in problem(client.post("/s/vendor/winkel", content="uzovis: []"), 400)
        for empty in ("", " \n", "\ufeff"):
            assert "is empty" in problem(client.post("/s/vendor/winkel", content=empty.encode()), 400)
        assert "UTF-8" in problem(client.post("/s/vendor/winkel", content=b"\xff"), 422)
        assert client.post("/s/vendor/winkel/reset").status_code == 204
        assert client.delete("/winkels/vendor").status_code == 204
        problem(client.get("/s/vendor/inzendingen"), 404)
        assert "naam: " in problem(client.post("/winkels", json={"naam": "Ab"}), 422)


def test_what_a_store_holds(client: httpx.Client) -> None:
    held = {one["lijst"]: one["regels"] for one in client.get("/s/proef/winkel").json()}
    assert held["uzovi"] > 0
    page = client.get("/s/proef/winkel/lijsten/polissen", params={"limit": 1}).json()
    assert (len(page["inhoud"]), page["regels"], page["na"]) == (1, held["polissen"], 1)
    assert page["inhoud"][0]["bsn"] == "*********", "BSN and names are masked"
    assert "no such list" in problem(client.get("/s/proef/winkel/lijsten/others"), 404)


@pytest.mark.slow
def test_a_suite_is_played(client: httpx.Client) -> None:
    suites = {one["naam"]: one["cases"] for one in client.get("/suites").json()}
    assert suites["inv"] == 38
    assert "no such suite" in problem(client.post("/suites/none/runs"), 404)
    problem(client.get("/suites/inv/runs/7"), 404)
    begun = client.post("/suites/inv/runs")
    assert begun.status_code == 202
    while (run := client.get(begun.headers["location"]).json())["exit_status"] is None:
        time.sleep(0.2)
    assert (run["exit_status"], run["gespeeld"], run["uitkomsten"]) == (0, 38, {"passed": 38})
    assert [one["id"] for one in client.get("/suites/inv/runs").json()] == [run["id"]]


@pytest.mark.slow
def test_a_pack_and_its_result(client: httpx.Client) -> None:
    def done(place: str) -> dict[str, Any]:
        while (found := client.get(place).json())["exit_status"] is None:
            time.sleep(0.2)
        return dict(found)

    begun = client.post("/certificering", json={"suites": ["inv"], "zaad": 7})
    place = begun.headers["location"]
    if begun.json()["exit_status"] is None:
        assert "is not done" in problem(client.post(f"{place}/resultaten", content=b"{}"), 409)
    assert done(place) == {"id": 1, "suites": ["inv"], "blind": True, "exit_status": 0}
    assert client.get(f"{place}/pakket").content.startswith(b"PK")
    graded = client.post(f"{place}/resultaten", params={"profiel": "basis"}, content=b'{"retours": []}')
    found = done(graded.headers["location"])
    assert (found["pakket"], found["profiel"], found["exit_status"]) == (1, "basis", 1)
    assert found["rapport"]["cases"]
    assert [one["id"] for one in client.get(f"{place}/resultaten").json()] == [found["id"]]
    problem(client.get(f"{place}/resultaten/99"), 404)
    problem(client.get("/certificering/99"), 404)
    assert "no such suite" in problem(client.post("/certificering", json={"suites": ["none"]}), 404)


def test_a_declaration_of_a_persona(client: httpx.Client) -> None:
    for headers in ({}, {"accept": "text/html"}):
        answer = client.get("/personas/volledig/declaraties/1", headers=headers)
        assert answer.content == find("volledig").declaraties[0].bericht()
        assert "attachment" in answer.headers["content-disposition"]
    problem(client.get("/personas/volledig/declaraties/99"), 404)


def test_behaviour_and_scripts(client: httpx.Client, shop: PortalStore) -> None:
    assert client.put("/s/proef/gedrag", json={"zaad": 7, "kwijt": {"kans": 100}}).json()["kwijt"] == {"kans": 100}
    assert client.get("/s/proef/gedrag").json()["zaad"] == 7
    assert "vertragin: is no key" in problem(client.put("/s/proef/gedrag", json={"vertragin": 1}), 400)
    assert "script" in problem(client.put("/s/proef/scripts", content=b"- 1"), 400)
    assert client.get("/s/proef/scripts").content == b""
    script = b"- match: {'0413': '*'}\n  action: {codes: ['8007']}\n"
    assert client.put("/s/proef/scripts", content=script).status_code == 204
    assert client.get("/s/proef/scripts").content == script
    client.put("/s/proef/gedrag", json={})
    id = submit(shop)
    shop.work()
    assert {one["retourcode"] for one in client.get(f"{SENT}/{id}/meldingen").json()} == {"8007"}


def test_out_of_order(client: httpx.Client, shop: PortalStore, watch: Watch) -> None:
    """Programs are told so, and how long by the portal's clock; who sets up the store can end it."""
    left = dt.datetime(2026, 1, 31, 10, tzinfo=dt.UTC) - watch.time
    client.put("/s/proef/gedrag", json={"storingen": [{"van": "2026-01-31T09:00:00Z", "tot": "2026-01-31T10:00:00Z"}]})
    for answer in (client.post(SENT, content=GOOD), client.get(SENT), client.get(BACK)):
        assert "out of order until 10:00:00 UTC" in problem(answer, 503)
        assert int(answer.headers["retry-after"]) == left.total_seconds()
    assert client.put("/s/proef/gedrag", json={}).status_code == 200
    assert client.get(SENT).status_code == 200


# Who may.


def test_tokens(portal: Portal, shop: PortalStore, tmp_path: Path) -> None:
    with listening(portal, tmp_path, closed=True) as client:
        assert "asks for a token" in problem(client.get(SENT), 401)
        assert "opens nothing" in problem(client.get(SENT, headers={"authorization": "Bearer guessed"}), 401)
        assert client.get(SENT, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert client.get("/livez").json() == {"status": "ok"}


def test_a_store_does_not_open_by_the_token_of_another(tmp_path: Path, watch: Watch) -> None:
    with (
        Portal(tmp_path / "p", clock=watch, passing=watch.passing, workers=False) as portal,
        listening(portal, tmp_path, closed=True) as client,
    ):
        _, token = portal.make_store("vendor")
        client.headers["authorization"] = f"Bearer {token}"
        assert client.get("/s/vendor/inzendingen").status_code == 200
        assert "does not open this store" in problem(client.get(SENT), 403)
        problem(client.post("/winkels", json={"naam": "more"}), 403)
        assert [one["naam"] for one in client.get("/s/vendor/inzendingen").json()["inzendingen"]] == []


def test_another_name_and_another_site(client: httpx.Client) -> None:
    problem(client.get(SENT, headers={"host": "evil.example"}), 421)
    problem(client.post(SENT, content=GOOD, headers={"origin": "http://evil.example"}), 403)


# The description.


def test_the_description_is_openapi_3_1_and_true(client: httpx.Client, shop: PortalStore) -> None:
    described = client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary"), (method, path)
            assert operation.get("description"), (method, path)
    submit(shop)
    shop.work()
    for path, asked in (("", SENT), ("/{id}", f"{SENT}/1")):
        response = described["paths"][f"/s/{{winkel}}/inzendingen{path}"]["get"]["responses"]["200"]
        schema = response["content"]["application/json"]["schema"]
        jsonschema.validate(client.get(asked).json(), schema | {"components": described["components"]})


def test_every_operation_stands_on_the_page_of_the_api(client: httpx.Client) -> None:
    shown = client.get("/api", headers={"accept": "text/html", "accept-language": "nl"})
    assert shown.status_code == 200
    for path in client.get("/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in shown.text, path


def test_the_same_url_is_a_page_or_json(client: httpx.Client, shop: PortalStore) -> None:
    submit(shop)
    assert client.get(f"{SENT}/1", headers={"accept": "text/html"}).headers["content-type"].startswith("text/html")
    for headers, path in (({}, f"{SENT}/1"), ({"accept": "text/html"}, f"{SENT}/1.json")):
        assert client.get(path, headers=headers).headers["content-type"] == "application/json"
