"""The web service: what a client made from its WSDL sends and gets, and what is refused, by one clear fault."""

from __future__ import annotations

import socket
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
import zeep

from mzsim.common.errors import StoreError
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.server.soap.operations import SERVICES, STATUSES
from mzsim.server.soap.reading import Reader, UnreadableError
from mzsim.server.states import State
from tests.server.conftest import DECLARATIONS, GOOD, Watch, submit
from tests.server.listening import TOKEN, listening

ROUTER = "/s/proef/open/Router.V1.svc"
SUBMITTING, DOWNLOADING = (service.name for service in SERVICES)
NAMESPACES = {"": "http://www.w3.org/2003/05/soap-envelope", "Soap11": "http://schemas.xmlsoap.org/soap/envelope/"}

both = pytest.mark.parametrize("suffix", NAMESPACES, ids=["1.2", "1.1"])


@pytest.fixture
def client(portal: Portal, tmp_path: Path) -> Iterator[httpx.Client]:
    with listening(portal, tmp_path) as opened:
        yield opened


def service(client: httpx.Client, name: str, suffix: str = "") -> Any:
    """A service as zeep makes it of the WSDL."""
    return zeep.Client(f"{client.base_url.join(ROUTER)}/{name}?wsdl").bind(name, name + suffix)


def envelope(message: str, suffix: str = "") -> bytes:
    return f'<e:Envelope xmlns:e="{NAMESPACES[suffix]}"><e:Body>{message}</e:Body></e:Envelope>'.encode()


def fault(answer: httpx.Response, status: int) -> str:
    """The line of a fault."""
    assert answer.status_code == status, answer.text
    root = ElementTree.fromstring(answer.content)
    assert answer.headers["content-type"].startswith(("text/xml", "application/soap+xml"))
    reasons = [e.text for e in root.iter() if e.tag.rpartition("}")[2] in ("faultstring", "Text")]
    assert len(reasons) == 1
    return str(reasons[0])


def file(content: bytes = GOOD, name: str = "x.asc") -> dict[str, Any]:
    return {"Bestandsnaam": name, "Bestandsgrootte": len(content), "Data": content}


# What a client does.


@both
def test_from_handing_in_to_the_retour(client: httpx.Client, shop: PortalStore, suffix: str) -> None:
    sending, fetching = service(client, SUBMITTING, suffix), service(client, DOWNLOADING, suffix)
    assert (sending.IsAlive(), fetching.IsAlive()) == (True, True)
    content = DECLARATIONS["4a-fout-in-verzekerdenrecord"]
    (sent,) = sending.Indienen(
        IndienerEmailadres="a@example.org",
        ReferentieZorgaanbieder="mine",
        EmailNotificaties={"IndicatieControleResultaat": True, "IndicatieAfkeuringResultaat": False},
        DeclaratieBestand=file(content),
    )
    assert (sent.Resultaatcode, sent.DeclaratieId, sent.Bestandsnaam) == (102, 1, "x.asc")
    assert shop.submission(1).referentie == "mine"
    (stands,) = fetching.RaadplegenDeclaratiestatus(DeclaratieIds={"DeclaratieId": [1]})
    assert (stands.Resultaatcode, stands.Status) == (102, "OntvangenDoorVecozo")
    shop.work()
    (stands,) = fetching.RaadplegenDeclaratiestatus(DeclaratieIds={"DeclaratieId": [1]})
    assert stands.Status == "AfgehandeldDoorZorgverzekeraar"
    (melding,) = stands.Meldingen.Melding
    assert (melding.Code, melding.KenmerkRecord, melding.IdentificatieDetailRecord) == ("8004", "02", "3")
    found = fetching.OpvragenTeVerwerkenRetourInformatie()
    assert found.AantalResultaten == 1
    (retour,) = found.Resultaten.RetourInformatie[0].Retourbestanden.Retourbestand
    assert (retour.RetourbestandId, retour.RetourbestandStatus) == (1, "TeruggestuurdDoorZorgverzekeraar")
    for asked in ({"DeclaratieId": 1}, {"RetourbestandId": 1}):
        back = fetching.Download(**asked)
        assert (back.Resultaatcode, back.RetourbestandStatus) == (107, "GedownloadDoorZorgaanbieder")
        assert back.ReferentieZorgverzekeraar.startswith("0736-")
        assert (back.Bestand.Bestandsnaam, back.Bestand.Bestandsgrootte) == ("x.mz302.asc", len(back.Bestand.Data))
        assert back.Bestand.Data == b"".join(shop.retour(1))
    nothing_new = fetching.OpvragenTeVerwerkenRetourInformatie(LaatstOntvangenRetourbestandId=1)
    assert nothing_new.AantalResultaten == 0


def test_what_vecozo_rejects(client: httpx.Client, shop: PortalStore) -> None:
    submit(shop, DECLARATIONS["3a-totaal-onjuist"])
    submit(shop, b"no declaration", "y.asc")
    shop.work()
    fetching = service(client, DOWNLOADING)
    rejected, unreadable, unknown = fetching.RaadplegenDeclaratiestatus(DeclaratieIds={"DeclaratieId": [1, 2, 3]})
    assert rejected.Status == unreadable.Status == "AfgekeurdDoorVecozo"
    assert rejected.Meldingen.Melding[0].Code
    assert rejected.Meldingen.Melding[0].KenmerkRecord is None
    assert (unknown.Resultaatcode, unknown.Status) == (901, None)


def test_what_is_not_accepted_or_not_there(client: httpx.Client) -> None:
    (sent,) = service(client, SUBMITTING).Indienen(DeclaratieBestand=file(name="x.exe"))
    assert (sent.Resultaatcode, sent.DeclaratieId) == (103, None)
    assert "must be named" in sent.Melding
    fetching = service(client, DOWNLOADING)
    assert fetching.Download(RetourbestandId=9).Resultaatcode == 324
    assert fetching.Download(DeclaratieId=9).Resultaatcode == 324
    assert fetching.DownloadPdf(PdfId=9) == 326


def test_only_standards_that_are_asked_for(client: httpx.Client, shop: PortalStore) -> None:
    submit(shop)
    shop.work()
    fetching = service(client, DOWNLOADING)
    for code, version, found in (("MZ302", 1, 1), ("mz302", 1, 1), ("MZ302", 2, 0), ("LH302", 1, 0)):
        asked = {"EIStandaard": [{"StandaardCode": code, "Versie": version}]}
        assert fetching.OpvragenTeVerwerkenRetourInformatie(EIStandaarden=asked).AantalResultaten == found


@pytest.mark.slow
def test_a_cursor_goes_on_behind_a_hundred(client: httpx.Client, shop: PortalStore) -> None:
    for number in range(120):
        submit(shop, GOOD, f"{number}.asc")
    shop.work()
    fetching, after, ids = service(client, DOWNLOADING), None, list[int]()
    while (found := fetching.OpvragenTeVerwerkenRetourInformatie(LaatstOntvangenRetourbestandId=after)).Resultaten:
        for one in found.Resultaten.RetourInformatie:
            ids += [retour.RetourbestandId for retour in one.Retourbestanden.Retourbestand]
        after = ids[-1]
    assert ids == list(range(1, 121))


def test_every_state_has_its_status() -> None:
    assert set(State) - set(STATUSES) == {State.FAILED}


# What is refused.


@both
@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("<Nothing/>", "Nothing: is no message of IndienenDeclaratieV1; there are IsAliveRequest, IndienenRequest"),
        ("<IndienenRequest/>", "IndienenRequest: DeclaratieBestand is missing"),
        ("<IsAliveRequest/><IsAliveRequest/>", "the Body of an envelope holds one message"),
        (
            "<IndienenRequest><DeclaratieBestand><Bestandsnaam>x.asc</Bestandsnaam><Bestandsgrootte>ten</Bestandsgrootte>"
            "<Data/></DeclaratieBestand></IndienenRequest>",
            "Bestandsgrootte: 'ten' can't be read",
        ),
        (
            "<IndienenRequest><DeclaratieBestand><Bestandsnaam>x.asc</Bestandsnaam><Bestandsgrootte>1</Bestandsgrootte>"
            "<Data>AAA</Data></DeclaratieBestand></IndienenRequest>",
            "Data: is no base64: it ends halfway",
        ),
        (
            "<IndienenRequest><DeclaratieBestand><Bestandsnaam>x.asc</Bestandsnaam><Bestandsgrootte>9</Bestandsgrootte>"
            "<Data>AAAA</Data></DeclaratieBestand></IndienenRequest>",
            "Bestandsgrootte says 9 bytes, and Data holds 3",
        ),
    ],
)
def test_messages_that_can_not_be(client: httpx.Client, message: str, line: str, suffix: str) -> None:
    answer = client.post(f"{ROUTER}/{SUBMITTING}{suffix}", content=envelope(message, suffix))
    assert fault(answer, 500 if suffix else 400).startswith(line)


def test_bodies_that_are_none(client: httpx.Client) -> None:
    external = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    for body, line in (
        (b"", "that can be read: no element found"),
        (b"\xff\xfe<", "that can be read"),
        (b"<a>", "that can be read: no element found"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "that can be read: unknown encoding"),
        (external.encode() + b"<x>&a;</x>", "no document type and no entities"),
        (laughs.encode() + b"<x>&b;</x>", "no document type and no entities"),
        (b"<a/>", "is no envelope of SOAP 1.2, which this address speaks"),
        (envelope("<IsAliveRequest/>", "Soap11"), "is no envelope of SOAP 1.2, which this address speaks"),
        (envelope(f"<a>{'x' * 20_000}</a>"), "holds more than 10,000 characters"),
    ):
        assert line in fault(client.post(f"{ROUTER}/{SUBMITTING}", content=body), 400), body[:50]
    assert "/etc" not in client.post(f"{ROUTER}/{SUBMITTING}", content=external.encode() + b"<x>&a;</x>").text


@pytest.mark.parametrize("piece", [b"<a>", b"<a/>", b"<a b='c'>", b"<Data>"])
def test_twenty_megabytes_of_elements_cost_no_memory(client: httpx.Client, piece: bytes) -> None:
    many = piece * (100_000 // len(piece))
    tracemalloc.start()
    answer = client.post(f"{ROUTER}/{SUBMITTING}", content=(many for _ in range(200)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert fault(answer, 400)
    assert most < 8_000_000


LONG_MARKS = {
    "attribute": b'<x a="',
    "attributes": b"<x ",
    "name": b"<x",
    "end": b"<x></x",
    "comment": b"<x><!--",
    "comment before": b"<!--",
    "comment behind": b"<x/><!--",
    "instruction": b"<x><?a ",
    "declaration": b"<?xml ",
    "type": b"<!DOCTYPE ",
    "entity": b"<x>&",
    "cdata": b"<x><![CDATA[",
    "space before": b"\n",
    "text": b"<x>",
}
"""What begins something long."""


@pytest.mark.parametrize("kind", LONG_MARKS)
def test_what_a_parser_would_read_again_and_again_is_refused_at_once(client: httpx.Client, kind: str) -> None:
    """Memory stays as it is, and others are answered meanwhile."""
    filling = b" " * 65_536 if kind == "space before" else b'a="b" ' * 10_000 if kind == "attributes" else b"a" * 65_536
    with Reader() as reader, pytest.raises(UnreadableError):
        reader.feed(LONG_MARKS[kind] + filling * 4)

    def body() -> Iterator[bytes]:
        yield LONG_MARKS[kind]
        for number in range(20_000_000 // len(filling)):
            yield filling
            if number % 100 == 0:
                assert httpx.get(client.base_url.join("/livez"), timeout=5).status_code == 200

    tracemalloc.start()
    worked = time.process_time()
    answer = client.post(f"{ROUTER}/{SUBMITTING}", content=body())
    worked = time.process_time() - worked
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert fault(answer, 400)
    assert most < 8_000_000
    assert worked < 10, "seconds of work"


def test_a_file_costs_no_memory() -> None:
    tracemalloc.start()
    with Reader() as reader:
        reader.feed(b"<x><Data>")
        for _ in range(300):
            reader.feed(b"QUJD" * 20_000 + b"\r\n")
        reader.feed(b"</Data></x>")
        node = reader.end()
        (data,) = node.within
        assert data.file is not None
        assert data.file.seek(0, 2) == 300 * 60_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8_000_000


def test_text_behind_its_own_pieces() -> None:
    """Base64 may be broken off anywhere, by line ends and by the network."""
    for size in range(1, 9):
        text = b"<x><Data>\n" + b"QU\nJD REVG\t" + b"R0g=" + b"</Data></x>"
        with Reader() as reader:
            for begin in range(0, len(text), size):
                reader.feed(text[begin : begin + size])
            (data,) = reader.end().within
            assert data.file is not None
            assert data.file.read() == b"ABCDEFGH"


def test_two_files_are_one_too_many() -> None:
    with Reader() as reader, pytest.raises(UnreadableError, match="more than once"):
        reader.feed(b"<x><Data>QUJD</Data><Data>QUJD</Data></x>")


def test_who_is_gone_is_no_mistake_of_the_program(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    for path in (f"{ROUTER}/{SUBMITTING}", "/s/proef/inzendingen"):
        with socket.create_connection((client.base_url.host, client.base_url.port or 80)) as line:
            line.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n<x>".encode())
    with caplog.at_level("INFO", "mzsim.server"):
        for _ in range(50):
            assert client.get("/livez").status_code == 200
    assert "a mistake of the program" not in caplog.text


# Who may.


def test_tokens(tmp_path: Path, watch: Watch) -> None:
    with (
        Portal(tmp_path / "p", clock=watch, passing=watch.passing, workers=False) as portal,
        listening(portal, tmp_path, closed=True) as client,
    ):
        tokens = {name: portal.make_store(name)[1] for name in ("een", "twee")}
        for store, token, status in (
            ("een", tokens["een"], 200),
            ("een", TOKEN, 200),
            ("een", tokens["twee"], 403),
            ("twee", tokens["een"], 403),
            ("een", "open", 403),
            ("een", "guessed", 403),
            ("none", tokens["een"], 403),
        ):
            place = f"/s/{store}/{token}/Router.V1.svc/{SUBMITTING}"
            answer = client.post(place, content=envelope("<IsAliveRequest/>"))
            assert answer.status_code == status
            if status == 403:
                assert fault(answer, 403) == "the token in the path does not open this store"
            assert client.get(f"{place}?wsdl").status_code == status


def test_out_of_order(client: httpx.Client, shop: PortalStore) -> None:
    shop.set_behaviour({"storingen": [{"van": "2026-01-31T09:00:00Z", "tot": "2026-01-31T10:00:00Z"}]})
    answer = client.post(f"{ROUTER}/{SUBMITTING}", content=envelope("<IsAliveRequest/>"))
    assert "out of order until" in fault(answer, 503)


def test_a_store_that_cannot_be_used_now(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: PortalStore) -> None:
        raise StoreError("the cluster runs on other rules")

    monkeypatch.setattr(PortalStore, "require_in_order", refuse)
    answer = client.post(f"{ROUTER}/{SUBMITTING}", content=envelope("<IsAliveRequest/>"))
    assert fault(answer, 503) == "the cluster runs on other rules"


def test_other_addresses(client: httpx.Client) -> None:
    assert client.get(f"{ROUTER}/Other").status_code == 404
    assert client.get(f"{ROUTER}/{SUBMITTING}").status_code == 405
