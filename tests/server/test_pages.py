"""The pages as a browser without JavaScript gets them: what they show, what they do, and that nothing in them runs."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import httpx
import pytest

from mzsim.personas import find
from mzsim.public.retour import check_retour
from mzsim.testing import server as portal_server
from mzsim.testing.portal import Server
from tests.server.pages import HOSTILE, WITHIN, Read, browser, every_page, settled, submitted

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with portal_server() as started:
        yield started


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with browser(server) as opened:
        opened.post("/proef").raise_for_status()
        yield opened


@pytest.fixture
def shop(server: Server) -> str:
    return f"/s/{server.store.name}"


def test_the_first_page_is_useful_with_nothing_there() -> None:
    with portal_server() as empty, browser(empty) as client:
        first = client.get("/").text
        assert "Begin with the insurer for tests" in first
        personas_page = client.post("/proef")
        assert personas_page.url.path == "/personas"
        assert "Begin with the insurer for tests" not in client.get("/").text


def test_every_page_in_both_languages_holds_nothing_of_others(server: Server, client: httpx.Client) -> None:
    with browser(server, "nl-NL,nl;q=0.9,en;q=0.5") as dutch:
        for path in every_page(server, client):
            for language, who in (("en", client), ("nl", dutch)):
                answer = who.get(path)
                assert answer.status_code == (404 if path == "/nowhere" else 200), path
                assert f'<html lang="{language}">' in answer.text
                read = Read(answer.text)
                assert read.foreign == []
                assert [link for link in (*read.links, *read.actions) if not link.startswith(("/", "#", "?"))] == [], (
                    path
                )
                policy = answer.headers["content-security-policy"]
                assert policy.startswith("default-src 'self';")
                assert "unsafe" not in policy


def test_every_link_of_every_page_leads_somewhere(server: Server, client: httpx.Client) -> None:
    shop = f"/s/{server.store.name}"
    pages = (f"{shop}/inzendingen", f"{shop}/winkel", f"{shop}/scripts", f"{shop}/gedrag", "/", "/winkels", "/suites")
    more = (
        "/certificering",
        "/personas/procent",
        "/controles/0408-1",
        "/retourcodes/8007",
        "/manual",
        "/manual/portal",
    )
    seen: set[str] = set()
    for page in (*pages, *more):
        seen.update(link.partition("#")[0] for link in Read(client.get(page).text).links)
    broken = [
        link for link in sorted(seen - {""}) if not link.startswith("/taal/") and client.get(link).status_code != 200
    ]
    assert broken == []


def test_a_persona_is_made_and_submitted(server: Server, client: httpx.Client) -> None:
    path = submitted(server, client, "volledig")
    page = client.get(path).text
    assert "Handled" in page
    assert "Granted in full" in page
    assert client.get(path, headers={"Accept-Language": "nl"}).text.count("Volledig toegewezen") == 1


def test_the_retour_stands_beside_the_declaration(server: Server, client: httpx.Client) -> None:
    path = submitted(server, client, "maximum-bedrag")
    page = Read(client.get(path).text).text
    assert "0413 PRESTATIECODE" in page
    assert "0483 TOEGEKEND BEDRAG" in page
    assert "0589" in page
    declaration = client.get(f"{path}/declaratie/bestand").content
    retour = client.get(f"{path}/retour/bestand").content
    assert check_retour(declaration, retour) == ()
    assert "Fetched" in client.get(path).text
    assert "did not come back" not in client.get(f"{path}/declaratie?alleen=terug").text


def test_each_code_and_each_cent_is_explained(server: Server, client: httpx.Client) -> None:
    page = Read(client.get(f"{submitted(server, client, 'basis-en-aanvullend')}/uitleg").text).text
    assert "Decided by" in page
    assert "left for the patient" in page


def test_persons_are_masked_unless_the_owner_asks(server: Server, client: httpx.Client, shop: str) -> None:
    path = submitted(server, client, "onbekend")
    bsn = find("onbekend").bsn
    insured = find("procent").bsn
    assert bsn is not None
    assert insured is not None
    for page in (path, f"{path}/uitleg", f"{shop}/winkel?lijst=polissen"):
        text = client.get(page).text
        assert bsn not in text
        assert insured not in text
    client.post(f"{shop}/winkel/personen", data={"tonen": "1"})
    try:
        assert insured in client.get(f"{shop}/winkel?lijst=polissen").text
        assert bsn in client.get(path).text
    finally:
        client.post(f"{shop}/winkel/personen", data={"tonen": ""})
    assert insured not in client.get(f"{shop}/winkel?lijst=polissen").text


def test_a_zip_is_taken_apart_and_what_is_refused_is_told(client: httpx.Client, shop: str) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.asc", b"no declaration")
        archive.writestr("two.asc", b"neither")
    answer = client.post(f"{shop}/inzendingen", files={"bestand": ("two.zip", packed.getvalue())})
    assert answer.url.path == f"{shop}/inzendingen"
    assert "two.asc" in answer.text
    refused = client.post(f"{shop}/inzendingen", files={"bestand": ("program.exe", b"MZ")})
    assert refused.status_code == 400
    assert "refused" in refused.text
    assert client.post(f"{shop}/inzendingen", data={}).url.params["leeg"] == "1"


def test_more_can_be_asked_for_with_a_file(server: Server, client: httpx.Client, shop: str) -> None:
    declaration = find("minderjarig").declaraties[0].bericht()
    asked = {
        "datum": "2026-03-31",
        "kenmerk": "our own",
        "stage": "verzekeraar",
        "verstoor": "crlf",
        "vertraging": "0,1",
    }
    path = client.post(f"{shop}/inzendingen", files={"bestand": ("own.asc", declaration)}, data=asked).url.path
    settled(client, path)
    retour = client.get(f"{path}/retour/bestand").content
    assert check_retour(declaration, retour) != ()
    assert "our own" in client.get(f"{shop}/inzendingen?kenmerk=our own").text
    for wrong in (
        {"datum": "soon"},
        {"stage": "nobody"},
        {"verstoor": "all"},
        {"vertraging": "-1"},
        {"kenmerk": "x" * 101},
    ):
        answer = client.post(f"{shop}/inzendingen", files={"bestand": ("own.asc", declaration)}, data=wrong)
        assert answer.status_code == 400, wrong


def test_what_gets_no_retour_is_explained_too(client: httpx.Client, shop: str) -> None:
    path = client.post(f"{shop}/inzendingen", files={"bestand": ("empty.asc", b"nothing of a declaration")}).url.path
    settled(client, path)
    page = Read(client.get(f"{path}/uitleg").text).text
    assert "There is no retourbericht to explain" in page
    assert "Objections" in page


def test_submissions_are_found(server: Server, client: httpx.Client, shop: str) -> None:
    path = submitted(server, client, "te-laat")
    number = path.rsplit("/", 1)[1]
    row = f'id="inzending-{number}"'
    assert row in client.get(f"{shop}/inzendingen").text
    assert row in client.get(f"{shop}/inzendingen?uzovi=9970&van=2000-01-01&tot=2999-01-01").text
    assert row not in client.get(f"{shop}/inzendingen?uzovi=0001").text
    assert row not in client.get(f"{shop}/inzendingen?tot=2000-01-01").text
    assert row not in client.get(f"{shop}/inzendingen?status=onleesbaar").text
    assert row not in client.get(f"{shop}/inzendingen?voor={number}").text


def test_what_did_not_change_is_not_sent_again(client: httpx.Client, shop: str) -> None:
    page = Read(client.get(f"{shop}/inzendingen").text)
    (again,) = (link for link in page.links if "stand=" in link)
    assert client.get(again, headers={"HX-Request": "true"}).status_code == 204
    assert client.get(again.replace("stand=", "stand=x"), headers={"HX-Request": "true"}).status_code == 200


def test_a_script_is_made_tried_and_kept(server: Server, client: httpx.Client, shop: str) -> None:
    number = submitted(server, client, "leeftijdsgrens")
    fields = {"deel": "prestatie", "rubriek-0": "0413", "waarde-0": "*", "codes": "8007", "commentaar": HOSTILE[:60]}
    made = client.post(f"{shop}/scripts", data={"tekst": "", "doe": "voeg_toe", **fields}).text
    rules = re.search(r"<textarea[^>]*>(.*?)</textarea>", made, re.DOTALL)
    assert rules is not None
    text = unescape(rules[1])
    tried = Read(
        client.post(
            f"{shop}/scripts", data={"tekst": text, "doe": "probeer", "inzending": number.rsplit("/", 1)[1]}
        ).text
    ).text
    assert "line 3, 04 2" in tried
    kept = client.post(f"{shop}/scripts", data={"tekst": text, "doe": "bewaar"})
    assert "Kept." in kept.text
    assert HOSTILE[:60] in server.store.script()
    wrong = client.post(f"{shop}/scripts", data={"tekst": "- nothing: 1", "doe": "bewaar"})
    assert wrong.status_code == 400
    assert "is no key of a rule" in wrong.text
    client.post(f"{shop}/scripts", data={"tekst": "", "doe": "bewaar"})
    assert server.store.script() == ""


def test_a_behaviour_is_set_by_a_form_and_by_a_text(server: Server, client: httpx.Client, shop: str) -> None:
    answer = client.post(f"{shop}/gedrag", data={"zaad": "7", "vertraging-in_controle": "0,5", "laat-kans": "10"})
    assert "Kept" in answer.text
    found = server.store.behaviour()
    assert (found.zaad, str(found.vertraging["in_controle"]), found.laat.kans) == (7, "0.5", 10)
    assert 'value="0.5"' in answer.text
    wrong = client.post(f"{shop}/gedrag", data={"kwijt-kans": "many"})
    assert wrong.status_code == 400
    assert server.store.behaviour() == found
    client.post(f"{shop}/gedrag", data={"als": "tekst", "tekst": "zaad: 0"})
    assert server.store.behaviour().zaad == 0


def test_a_store_file_is_loaded_and_a_wrong_one_refused_in_its_line(client: httpx.Client, shop: str) -> None:
    content = 'uzovi:\n  - {nummer: "0007", naam: Agent, soort: zorgverzekeraar, edp: true}\n'
    assert "Loaded." in client.post(f"{shop}/winkel", data={"tekst": content}).text
    assert "Agent" in client.get(f"{shop}/winkel?lijst=uzovi").text
    as_file = {"bestand": ("store.yaml", content.replace("Agent", "Uploaded").encode())}
    client.post(f"{shop}/winkel", files=as_file)
    assert "Uploaded" in client.get(f"{shop}/winkel?lijst=uzovi").text
    wrong = client.post(f"{shop}/winkel", data={"tekst": "uzovi:\n  - {nummer: 1}\n"})
    assert wrong.status_code == 400
    assert "verzekeraarsbestand:2" in wrong.text
    outside = client.post(f"{shop}/winkel", data={"tekst": "/etc/passwd"})
    assert outside.status_code == 400
    assert "root:" not in outside.text


def test_a_store_is_made_emptied_and_dropped_after_a_question(server: Server, client: httpx.Client) -> None:
    made = client.post("/winkels", data={"naam": "vendor", "proef": "1"})
    assert made.status_code == 201
    token = re.search(r"<code>([^<]+)</code>", made.text)
    assert token is not None
    assert server.portal.authorised("vendor", token[1])
    assert token[1] not in client.get("/winkels").text
    assert "9970" in client.get("/s/vendor/winkel").text
    assert "<form" in client.get("/s/vendor/winkel/leeg").text
    client.post("/s/vendor/winkel/leeg")
    assert "9970" not in client.get("/s/vendor/winkel").text
    client.get("/winkels/vendor/weg")
    assert client.get("/s/vendor/inzendingen").status_code == 200, "a question drops nothing"
    client.post("/winkels/vendor/weg")
    assert client.get("/s/vendor/inzendingen").status_code == 404


def test_a_suite_is_played_and_its_report_fetched(client: httpx.Client) -> None:
    path = client.post("/suites/inv/runs").url.path
    page = settled(client, path)
    assert "All passed" in page
    assert client.get(f"{path}/rapport").content.startswith(b"<!doctype html>")
    assert path in client.get("/suites/inv").text
    assert client.get("/suites/none").status_code == 404


def test_a_pack_is_made_and_a_result_graded(client: httpx.Client) -> None:
    assert client.post("/certificering", data={}).status_code == 400
    path = client.post("/certificering", data={"suite": "inv", "soort": "open"}).url.path
    settled(client, path)
    names = zipfile.ZipFile(BytesIO(client.get(f"{path}/pakket").content)).namelist()
    assert "pack.json" in names
    right = client.post(f"{path}/resultaten", files={"resultaat": ("r.json", b'{"retours": []}')}).url.path
    assert "Not everything is booked right" in settled(client, right)
    wrong = client.post(f"{path}/resultaten", files={"resultaat": ("r.json", b"{")}).url.path
    assert "not JSON" in settled(client, wrong) or "JSON" in client.get(wrong).text
    assert client.get(f"{path}/resultaten/999").status_code == 404


def test_hostile_words_stay_text_wherever_they_come_from(server: Server, client: httpx.Client, shop: str) -> None:
    name = HOSTILE.replace("'", "''")
    store = (
        f"uzovi:\n  - {{nummer: '0008', naam: '{name}', soort: zorgverzekeraar, edp: true}}\n"
        f"prestatiecodes:\n  - {{code: X01, omschrijving: '{name}', ingang: 2020-01-01, einde: null, bevoegd: ['12']}}\n"
    )
    client.post(f"{shop}/winkel", data={"tekst": store}).raise_for_status()
    client.post(f"{shop}/inzendingen", files={"bestand": (f"{HOSTILE}.asc", b"01")})
    path = submitted(server, client, "dubbel")
    asked = {"q": HOSTILE, "kenmerk": HOSTILE, "uzovi": HOSTILE, "status": HOSTILE, "van": HOSTILE, "vanaf": HOSTILE}
    asked |= {"niveau": HOSTILE, "record": HOSTILE, "door": HOSTILE, "rubriek": HOSTILE, "paragraaf": HOSTILE}
    shown = 0
    for page in (
        *_with_queries(shop),
        path,
        f"{path}/declaratie",
        f"{shop}/winkel",
        f"{shop}/winkel?lijst=prestatiecodes",
    ):
        for query in ({}, asked):
            answer = client.get(page, params=query) if query else client.get(page)
            assert answer.status_code in (200, 404), page
            read = Read(answer.text)
            assert read.foreign == [], page
            shown += HOSTILE[:20] in read.text
    assert shown >= 8, "they are shown, as text"


def test_hostile_words_in_every_form_stay_text(client: httpx.Client, shop: str) -> None:
    names = (
        "tekst",
        "naam",
        "lijst",
        "winkel",
        "datum",
        "zaad",
        "codes",
        "toekennen",
        "waarde-0",
        "rubriek-0",
        "commentaar",
    )
    fields = {**dict.fromkeys(names, HOSTILE), "doe": "voeg_toe", "deel": HOSTILE, "laat-kans": HOSTILE, "als": HOSTILE}
    for place in (f"{shop}/winkel", f"{shop}/scripts", f"{shop}/gedrag", "/winkels", "/certificering", "/inloggen"):
        for doe in ("voeg_toe", "probeer", "bewaar"):
            answer = client.post(place, data={**fields, "doe": doe, "inzending": HOSTILE})
            assert 400 <= answer.status_code < 500, place
            assert Read(answer.text).foreign == [], place


def _with_queries(shop: str) -> tuple[str, ...]:
    own = (f"{shop}/inzendingen", f"{shop}/scripts", f"{shop}/gedrag")
    return (
        *own,
        "/",
        "/controles",
        "/retourcodes",
        "/eisen",
        "/manual/<script>",
        "/personas/<script>",
        "/s/<script>/winkel",
    )


def test_a_choice_of_language_is_kept_and_leads_nowhere_else(server: Server) -> None:
    with browser(server, "nl") as own:
        assert '<html lang="en">' in own.get("/taal/en?terug=/winkels").text
        assert '<html lang="en">' in own.get("/").text
        for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
            answer = own.get("/taal/en", params={"terug": elsewhere}, follow_redirects=False)
            assert answer.headers["location"] == "/"


def test_a_program_gets_no_page(server: Server) -> None:
    with httpx.Client(base_url=server.url, timeout=WITHIN) as program:
        for path in ("/nowhere", "/s/none/inzendingen"):
            answer = program.get(path)
            assert answer.status_code == 404
            assert answer.headers["content-type"].startswith("application/problem+json")
