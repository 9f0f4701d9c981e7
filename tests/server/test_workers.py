"""The process that answers: it begins, comes back when it is killed, and is gone with its portal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from mzsim.server import answering
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.server.supervising import Supervisor
from mzsim.server.worker import Start
from tests.commands import surroundings
from tests.factories import simple
from tests.make_inv3 import STORE
from tests.server.conftest import GOOD, ON_DATE, submit

pytestmark = pytest.mark.slow

TEST_MESSAGE = bytes(simple(r0105="T"))
"""Answered, and not remembered by the insurer."""


@pytest.fixture
def portal(folder: Path) -> Iterator[Portal]:
    with Portal(folder) as opened:
        opened.store("proef").load(STORE.read_text())
        yield opened


@pytest.fixture
def shop(portal: Portal) -> PortalStore:
    return portal.store("proef")


def _worker(shop: PortalStore) -> int | None:
    assert isinstance(shop._answerer, Supervisor)
    return shop._answerer.process_id


def _until(what: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_declaration_is_answered_by_another_process(shop: PortalStore) -> None:
    assert _worker(shop) is None  # nothing to do yet
    id = submit(shop)
    assert shop.wait(id, "in_controle", 60).status == "afgehandeld"
    assert _worker(shop) not in (None, os.getpid())


def test_who_waits_hears_of_it_at_once(shop: PortalStore) -> None:
    shop.wait(submit(shop, TEST_MESSAGE), "in_controle", 60)
    id = submit(shop, TEST_MESSAGE)
    begun = time.monotonic()
    assert shop.wait(id, "in_controle", 60).status == "afgehandeld"
    assert time.monotonic() - begun < 5
    begun = time.monotonic()
    assert shop.wait(id, "afgehandeld", 0.3).status == "afgehandeld"
    assert 0.3 <= time.monotonic() - begun < 5


def test_a_worker_that_is_killed_is_followed_by_another(shop: PortalStore) -> None:
    shop.wait(submit(shop, TEST_MESSAGE), "in_controle", 60)
    first = _worker(shop)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    ids = [submit(shop, TEST_MESSAGE) for _ in range(3)]
    for id in ids:
        assert shop.wait(id, "in_controle", 60).status == "afgehandeld"
    assert _worker(shop) not in (None, first)


def test_the_worker_is_gone_with_its_portal(folder: Path) -> None:
    """Also where the portal is killed: nothing keeps working on a store that nobody has."""
    program = (
        "import sys, time; from pathlib import Path; from io import BytesIO; from mzsim.server.portal import Portal\n"
        f"portal = Portal(Path({str(folder)!r})); shop = portal.store('proef')\n"
        "shop.submit(BytesIO(b'x'), 'x.asc'); shop.wait(1, 'in_controle', 60)\n"
        "print(shop._answerer.process_id, flush=True); time.sleep(600)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=surroundings(), text=True)
    assert process.stdout is not None
    with process.stdout as out:
        worker = int(out.readline())
        process.kill()
        process.wait()

    def gone() -> bool:
        place = Path(f"/proc/{worker}/stat")
        return not place.exists() or place.read_text().rpartition(")")[2].split()[0] == "Z"

    if Path("/proc").is_dir():
        _until(gone)


def test_what_waited_is_answered_by_the_next_portal(folder: Path) -> None:
    with Portal(folder, workers=False) as portal:
        portal.store("proef").load(STORE.read_text())
        submit(portal.store("proef"))
    with Portal(folder) as portal:
        assert portal.store("proef").wait(1, "in_controle", 60).status == "afgehandeld"


def test_a_submission_that_brings_the_worker_down_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of the tool, and no verdict; those behind it are answered."""
    spoiled = tmp_module(folder.parent)
    monkeypatch.syspath_prepend(str(spoiled))
    with Portal(folder) as portal:
        shop = portal.store("proef")
        shop.load(STORE.read_text())
        bad = submit(shop, GOOD, "dood.asc")
        good = submit(shop, TEST_MESSAGE)
        found = shop.wait(bad, "in_controle", 60)
        assert (found.status, found.resultaat, found.retour_status) == ("fout", None, "")
        assert "came to an end" in found.melding
        assert str(answering.MOST_ATTEMPTS) in found.melding
        assert shop.wait(good, "in_controle", 60).status == "afgehandeld"


def tmp_module(folder: Path) -> Path:
    """What Python imports when it begins: it ends the worker as soon as that begins with a file of this name."""
    place = folder / "bedorven"
    place.mkdir()
    (place / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if 'mzsim.server.worker' in sys.orig_argv:\n"
        "    import mzsim.server.answering as answering\n"
        "    real = answering._replayed\n"
        "    def replayed(row, *rest):\n"
        "        if row.bestandsnaam == 'dood.asc':\n"
        "            os._exit(9)\n"
        "        return real(row, *rest)\n"
        "    answering._replayed = replayed\n"
    )
    return place


def test_a_reset_in_the_middle_leaves_nothing_of_before(shop: PortalStore) -> None:
    for _ in range(20):
        submit(shop, TEST_MESSAGE)
    shop.reset()
    shop.load(STORE.read_text())
    assert shop.submissions() == []
    id = submit(shop)
    assert shop.wait(id, "in_controle", 60).resultaat["status"] == "volledig_toegewezen"  # type: ignore[index] # it is there


def test_a_long_explanation_is_made_elsewhere(shop: PortalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    id = submit(shop)
    shop.wait(id, "in_controle", 60)
    here = shop.explanation(id)
    monkeypatch.setattr("mzsim.server.explaining._SMALL", 0)
    assert shop.explanation(id) == here
    assert shop.explanation(id, unmasked=True) != {}


def test_many_at_once(shop: PortalStore) -> None:
    """Threads submit side by side: each gets ids of its own, and all are answered."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: submit(shop, TEST_MESSAGE), range(40)))
    assert sorted(ids) == list(range(1, 41))
    for id in ids:
        assert shop.wait(id, "in_controle", 60).status == "afgehandeld"
    assert [retour.id for retour in shop.retours()] == list(range(1, 41))


def test_one_key_at_once_is_one_submission(shop: PortalStore) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: shop.submit(BytesIO(GOOD), "x.asc", options=ON_DATE, key="A"), range(16)))
    assert len({one.id for found, _ in said for one in found}) == 1
    assert sorted(known for _, known in said) == [False] + [True] * 15


def test_a_worker_that_has_nothing_to_do_ends_well(folder: Path) -> None:
    """While its input is still open: an end by a signal would count against what is submitted next."""
    with Portal(folder, workers=False) as portal:
        url = portal.stores()[0].url
    with subprocess.Popen(
        [sys.executable, "-m", "mzsim.server.worker"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(),
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(Start(url, str(folder), crashed_at=None, idle=0.1).to_line())
        process.stdin.flush()
        assert (process.wait(60), process.stderr.read()) == (0, b"")


def test_a_worker_that_has_nothing_to_do_ends_and_comes_back(shop: PortalStore) -> None:
    assert isinstance(shop._answerer, Supervisor)
    shop._answerer.idle = 0.5
    for _ in range(3):
        assert shop.wait(submit(shop, TEST_MESSAGE), "in_controle", 60).status == "afgehandeld"
        _until(lambda: _worker(shop) is None)
