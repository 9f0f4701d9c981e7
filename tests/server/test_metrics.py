"""What Prometheus is told, of stores and of workers; and that neither that nor any log has anything of a declaration."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from io import BytesIO, StringIO
from pathlib import Path
from threading import Timer

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from mzsim.common.errors import InputError, OutputError
from mzsim.server import answering
from mzsim.server.done import Done
from mzsim.server.logs import log_to_stderr
from mzsim.server.metrics import Work, metrics_place, serve_metrics
from mzsim.server.options import SubmitOptions
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.server.store_metrics import metrics_of
from tests.commands import DATE
from tests.make_inv3 import STORE
from tests.server.conftest import DECLARATIONS, GOOD, Watch, submit
from tests.server.listening import TOKEN, listening

Samples = dict[tuple[str, ...], float]


def _samples(page: bytes | str) -> Samples:
    """Values by name and the values of the labels."""
    text = page if isinstance(page, str) else page.decode()
    families = text_string_to_metric_families(text)
    return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}


def _of(portal: Portal) -> Samples:
    return _samples(metrics_of(portal.tallies(), portal.work))


def test_the_ledger_says_what_comes_in_waits_and_is_answered(portal: Portal, shop: PortalStore, watch: Watch) -> None:
    assert _of(portal)["mzsim_submissions_waiting", "proef"] == 0
    shop.submit(BytesIO(b""), "x.asc")
    first = submit(shop)
    watch.forward(90)
    shop.set_behaviour({"kwijt": {"kans": 100}})
    submit(shop, DECLARATIONS["2a-uzovi-niet-aangesloten"])
    found = _of(portal)
    told = {
        name: found[f"mzsim_submissions_{name}", "proef"] for name in ("accepted_total", "refused_total", "waiting")
    }
    assert told == {"accepted_total": 2, "refused_total": 1, "waiting": 2}
    assert found["mzsim_submissions_oldest_waiting_seconds", "proef"] == 90
    watch.forward(10)
    shop.work()
    found = _of(portal)
    assert shop.submission(first).status == "afgehandeld"
    assert (
        found["mzsim_submissions_oldest_waiting_seconds", "proef"] == found["mzsim_submissions_waiting", "proef"] == 0
    )
    assert [found["mzsim_submissions_answered_total", *end, "proef"] for end in (("afgehandeld",), ("kwijt",))] == [
        1,
        1,
    ]
    delays = [found["mzsim_submissions_delay_seconds", quantile, "proef"] for quantile in ("0.5", "0.99")]
    assert delays == [100, 100]
    watch.forward(301)
    assert ("mzsim_submissions_delay_seconds", "0.5", "proef") not in _of(portal)


def test_two_portals_on_a_store_say_the_same(inv_url: str, watch: Watch) -> None:
    with ExitStack() as both:
        one, other = (
            both.enter_context(Portal(url=inv_url, clock=watch, passing=watch.passing, workers=False)) for _ in range(2)
        )
        submit(one.store("proef"))
        one.store("proef").work()
        submit(one.store("proef"))
        assert metrics_of(one.tallies(), one.work) == metrics_of(other.tallies(), other.work)


def test_a_store_that_cannot_be_read_keeps_nothing_from_the_others(folder: Path, watch: Watch) -> None:
    with Portal(folder, clock=watch, workers=False) as portal:
        portal.make_store("broken")
        (folder / "broken.db").write_bytes(b"no database")
        submit(portal.store("proef"))
        found = _of(portal)
    assert [found["mzsim_store_readable", name] for name in ("proef", "broken")] == [1, 0]
    assert found["mzsim_submissions_waiting", "proef"] == 1


def test_who_asks_has_the_token_of_the_portal_itself(folder: Path, tmp_path: Path) -> None:
    with Portal(folder, workers=False) as portal, listening(portal, tmp_path, closed=True) as client:
        mine = portal.make_store("mine")[1]
        answers = [
            client.get("/metrics", headers={} if token is None else {"Authorization": f"Bearer {token}"})
            for token in (None, mine, TOKEN)
        ]
    assert [answer.status_code for answer in answers] == [401, 403, 200]
    assert answers[-1].headers["content-type"].startswith("text/plain")
    assert _samples(answers[-1].text)["mzsim_store_readable", "mine"] == 1


def test_work_is_told_by_whoever_has_it_done() -> None:
    work = Work()
    for done in (Done(1, "afgehandeld", 0.3, 0.1, 10), Done(2, "fout", 0.1, 0.0, 0)):
        work.answered("proef", done)
    address = f"http://127.0.0.1:{serve_metrics(work, '127.0.0.1', 0)}/metrics"
    found = _samples(httpx.get(address).text)
    assert [found["mzsim_work_answered_total", end, "proef"] for end in ("afgehandeld", "fout")] == [1, 1]
    told = [found[f"mzsim_work_{name}_total", "proef"] for name in ("records", "seconds", "waited_seconds")]
    assert told == pytest.approx([10, 0.4, 0.1])
    counts = [found[f"mzsim_work_{name}_seconds_count",] for name in ("declaration", "record", "lock_wait")]
    assert counts == [2, 1, 2]
    assert found["mzsim_work_record_seconds_sum",] == pytest.approx(0.03)
    work.forget("proef")
    assert ("mzsim_work_records_total", "proef") not in _samples(httpx.get(address).text)
    with pytest.raises(OutputError, match=r"can't listen .*give another --metrics"):
        serve_metrics(work, "127.0.0.1", httpx.URL(address).port or 0)


def test_where_work_is_told() -> None:
    assert metrics_place("9301") == ("127.0.0.1", 9301)
    assert metrics_place("0.0.0.0:0") == ("0.0.0.0", 0)
    assert metrics_place("[::1]:9301") == ("::1", 9301)
    for wrong in ("", "host", "host:", "1:70000", "-1", "9301:host"):
        with pytest.raises(InputError, match="is no place to listen"):
            metrics_place(wrong)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What is logged, in lines of JSON, by a program that says all that it can say."""
    root, stream = logging.getLogger(), StringIO()
    before = root.handlers[:], root.level
    monkeypatch.setattr("sys.stderr", stream)
    root.handlers[:] = []
    log_to_stderr("json")
    root.setLevel(logging.DEBUG)
    for client in ("httpx", "httpcore"):  # those of the test
        monkeypatch.setattr(logging.getLogger(client), "level", logging.CRITICAL)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])


def _until(what: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_nothing_of_a_declaration_is_logged_or_counted(folder: Path, tmp_path: Path, told: StringIO) -> None:
    """Of a person, of the sender, of the file: not where it is answered, and not where that goes wrong."""
    bsn, name, number, file = "123456782", "Jansen", "20110001", "Pietersen-1954"
    assert all(secret.encode() in GOOD for secret in (bsn, name, number))
    contents = (GOOD, GOOD, DECLARATIONS["4b-fout-in-prestatierecord"], b"0117" + b"x" * 306)
    options = {"datum": DATE.isoformat(), "bestandsnaam": f"{file}.asc", "kenmerk": "De-Vries"}
    with Portal(folder) as portal, listening(portal, tmp_path) as client:
        shop = portal.store("proef")
        shop.load(STORE.read_text())
        for content in contents:
            client.post("/s/proef/inzendingen", params=options, content=content)
        client.get("/s/proef/inzendingen", params={"kenmerk": number})
        client.get(f"/{name}/{bsn}")
        _until(lambda: not shop.waits() and "submission 4 is" in told.getvalue())
        page = client.get("/metrics").text
    lines = [json.loads(line) for line in told.getvalue().splitlines()]
    for secret in (bsn, name, number, file, "De-Vries"):
        assert secret not in told.getvalue()
        assert secret not in page
    assert not re.search(r"\d{8,}", re.sub(r"(?m)^#.*|_sum .*|\d\.\d+|seconds_total.*", "", page))
    answered = [line for line in lines if "gewacht" in line]
    assert [(line["winkel"], line["id"], line["records"]) for line in answered] == [
        ("proef", number, content.count(b"\n")) for number, content in enumerate(contents, start=1)
    ]
    assert all({"tijd", "niveau", "naam", "bericht"} <= line.keys() for line in lines)
    found = _samples(page)
    assert found["mzsim_work_declaration_seconds_count",] == len(answered)


def test_what_cannot_be_answered_is_named_by_its_id(
    shop: PortalStore, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(shop, GOOD, "Jansen.asc", SubmitOptions(date=DATE))
    row = answering.waiting(shop.opened())
    assert row is not None

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(answering, "_keep", full)
    with pytest.raises(OutputError, match=r"^submission 1: can't be answered: No space left on device$"):
        answering.answer(row, shop.opened(), watch, tmp_path)


def test_an_answer_tells_how_long_others_kept_it_waiting(folder: Path, watch: Watch, tmp_path: Path) -> None:
    with (
        Portal(folder, clock=watch, workers=False) as portal,
        closing(sqlite3.connect(folder / "proef.db", isolation_level=None, check_same_thread=False)) as other,
    ):
        shop = portal.store("proef")
        shop.load(STORE.read_text())
        submit(shop)
        row = answering.waiting(shop.opened())
        assert row is not None
        other.execute("BEGIN IMMEDIATE")
        Timer(0.3, other.execute, ["ROLLBACK"]).start()
        done = answering.answer(row, shop.opened(), watch, tmp_path)
    assert done is not None
    assert (done.id, done.status, done.records) == (1, "afgehandeld", GOOD.count(b"\n"))
    assert 0.1 < done.waited < done.seconds
