"""What goes wrong around the submissions says nothing of them: a full disk, a lock, a kill. What can be answered waits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mzsim.common.errors import OutputError, StoreError
from mzsim.common.packing import packed
from mzsim.server import answering, rounds, supervising, worker
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.store.ledger import Kept
from mzsim.store.session import open_store
from tests.commands import play
from tests.factories import simple
from tests.make_inv3 import STORE
from tests.server.conftest import DECLARATIONS, GOOD, Watch, submit

MANY = 3 * answering.MOST_ATTEMPTS
_REPLAY, _KEEP = "replay", "_keep"
TROUBLE = (OSError(28, "No space left on device"), StoreError("is locked"), OutputError("full"))


@pytest.fixture
def expected(inv_url: str, tmp_path: Path) -> bytes:
    """What the command line answers."""
    store = open_store(inv_url)
    _, retour = play(store, tmp_path, GOOD, dry_run=True)
    store.close()
    return retour


def _fails(times: int, trouble: Exception, real: Callable[..., Any]) -> Callable[..., Any]:
    left = iter(range(times))

    def spoiled(*arguments: Any) -> Any:
        if next(left, None) is not None:
            raise trouble
        return real(*arguments)

    return spoiled


def _worked(shop: PortalStore, folder: Path) -> None:
    """What a worker does until nothing waits."""
    teller = worker._Teller()
    trouble = worker._Trouble(teller)
    round = rounds.Round(shop.opened(), folder, teller.hear, clock=shop._clock)
    while shop.waits():
        worker._answer_all(round, trouble)


def _count_crash(shop: PortalStore, id: int) -> None:
    rounds.Round(shop.opened(), Path(), lambda *_: None).count_crash(id)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses of a worker, which take no time."""
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("where", [_REPLAY, _KEEP])
def test_trouble_that_lasts_is_no_answer(
    where: str,
    trouble: Exception,
    shop: PortalStore,
    tmp_path: Path,
    expected: bytes,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before the verdict is recorded or behind it: all is answered, after pauses that grow, and told of once."""
    monkeypatch.setattr(answering, where, _fails(MANY, trouble, getattr(answering, where)))
    ids = [submit(shop), submit(shop, DECLARATIONS["4b-fout-in-prestatierecord"])]
    _worked(shop, tmp_path)
    assert [shop.submission(id).status for id in ids] == ["afgehandeld", "afgekeurd_door_vecozo"]
    assert b"".join(shop.retour(ids[0])) == expected
    assert slept == [2, 4, 8, 16, 32, *[60] * ((MANY - 5) // 2)]  # both are tried then
    assert sum("fout" in json.loads(line) for line in capsys.readouterr().out.splitlines()) == 1


def test_new_trouble_is_told_and_begins_with_a_short_pause(
    shop: PortalStore, tmp_path: Path, slept: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    trouble = worker._Trouble(worker._Teller())
    for what in ("full", "full", "locked"):
        trouble.wait(StoreError(what))
    trouble.over()
    trouble.wait(StoreError("locked"))
    assert slept == [2, 4, 8, 2]
    assert [json.loads(line)["fout"] for line in capsys.readouterr().out.splitlines()] == ["full", "locked", "locked"]


@pytest.mark.parametrize("trouble", TROUBLE)
@pytest.mark.parametrize("where", [_REPLAY, _KEEP])
def test_one_alone_holds_up_the_others_for_a_while(
    where: str,
    trouble: Exception,
    shop: PortalStore,
    tmp_path: Path,
    slept: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What waits behind it is answered once the pause is at its longest; it goes on waiting, and is tried after each pause."""
    first = submit(shop, name="groot.asc")
    others = [submit(shop, bytes(simple(r0105="T", r0116=f"T{number}"))) for number in range(5)]
    real, tried = getattr(answering, where), []

    def spoiled(*arguments: Any) -> Any:
        if len(tried) < 8 and _is_of("groot.asc", arguments[0]):
            tried.append(sum(shop.submission(id).status != "in_controle" for id in others))
            raise trouble
        return real(*arguments)

    monkeypatch.setattr(answering, where, spoiled)
    _worked(shop, tmp_path)
    assert tried == [0] * 6 + [5] * 2
    assert slept == [2, 4, 8, 16, 32, 60, 60, 60]
    assert {shop.submission(id).status for id in (first, *others)} == {"afgehandeld"}


def _is_of(name: str, row_or_order: Any) -> bool:
    return name == getattr(row_or_order, "bestandsnaam", None) or name in str(getattr(row_or_order, "declaration", ""))


def test_trouble_of_all_is_not_looked_for_in_each(
    shop: PortalStore, tmp_path: Path, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        submit(shop, bytes(simple(r0105="T", r0116=f"T{number}")))
    tried = []

    def spoiled(row: Kept, *_: Any) -> Any:
        tried.append(row.id)
        if len(tried) > 12:
            raise KeyboardInterrupt
        raise StoreError("is locked")

    monkeypatch.setattr(rounds, "answer", spoiled)
    with pytest.raises(KeyboardInterrupt):
        _worked(shop, tmp_path)
    assert tried == [1] * 6 + [2, 3, 4] + [1, 2, 3, 4]
    assert slept == [2, 4, 8, 16, 32, 60]


def test_what_was_judged_before_a_reset_is_not_recorded_behind_it(shop: PortalStore, tmp_path: Path) -> None:
    submit(shop)
    row = answering.waiting(shop.opened())
    assert row is not None

    def emptied(_: int, part: float) -> None:
        if part < 0.5:
            shop.reset()
            shop.load(STORE.read_text())

    answering.answer(row, shop.opened(), Watch(), tmp_path, emptied)
    assert shop.submissions() == []
    with shop.opened().read() as connection:
        assert [connection.scalar(f"SELECT count(*) FROM {table}") for table in ("berichten", "inzendingen")] == [0, 0]


def test_what_is_answered_elsewhere_meanwhile_is_answered_once(
    shop: PortalStore, expected: bytes, tmp_path: Path
) -> None:
    id = submit(shop)
    row = answering.waiting(shop.opened())
    assert row is not None
    answering.answer(row, shop.opened(), Watch(), tmp_path, lambda *_: shop.work())
    assert [retour.declaratie_id for retour in shop.retours()] == [id]
    assert b"".join(shop.retour(id)) == expected


@pytest.mark.parametrize("times", [answering.MOST_ATTEMPTS, MANY])
def test_what_was_recorded_is_given_out(
    times: int, shop: PortalStore, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever answered it came to an end behind the recording, as often as ends in `fout` before it."""
    id = submit(shop)
    with monkeypatch.context() as patched:
        patched.setattr(answering, _KEEP, _fails(times, RuntimeError("killed"), answering._keep))
        for _ in range(times):
            with pytest.raises(RuntimeError):
                shop.work()
            _count_crash(shop, id)
    shop.work()
    assert shop.submission(id).status == "afgehandeld"
    assert b"".join(shop.retour(id)) == expected


def test_what_was_never_recorded_is_given_up(shop: PortalStore) -> None:
    id = submit(shop)
    for _ in range(answering.MOST_ATTEMPTS):
        _count_crash(shop, id)
    shop.work()
    found = shop.submission(id)
    assert (found.status, found.resultaat) == ("fout", None)
    assert str(answering.MOST_ATTEMPTS) in found.melding


DAMAGE = {
    "other bytes": b"\0",
    "the first half": next(packed([GOOD]))[:200],
    "a byte more": next(packed([GOOD])) + b"\0",
    "another declaration": next(packed([DECLARATIONS["4b-fout-in-prestatierecord"]])),
    "a bit that tipped": next(packed([GOOD.replace(b"0", b"1", 1)])),
    "no bytes": next(packed([])),
    "nothing": None,
}


@pytest.mark.parametrize("small", [0, len(GOOD)])
@pytest.mark.parametrize("damage", DAMAGE)
def test_what_the_store_lost_is_no_verdict(
    damage: str, small: int, shop: PortalStore, portal: Portal, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In memory or in a file, of which nothing stays; those behind it are answered."""
    monkeypatch.setattr(answering, "_SMALL", small)
    lost, good = submit(shop), submit(shop)
    gone = DAMAGE[damage] is None
    change = "DELETE FROM portaalstukken" if gone else "UPDATE portaalstukken SET inhoud = :to"
    with shop.opened().change() as connection:
        connection.execute(f"{change} WHERE inzending_id = :id", {"id": lost, "to": DAMAGE[damage]})
        connection.commit()
    shop.work()
    found = shop.submission(lost)
    assert (found.status, found.resultaat, found.retour_id) == ("fout", None, None)
    assert "damaged" in found.melding
    assert b"".join(shop.retour(good)) == expected
    assert not any(portal._temporary.iterdir())


def _spoiled(folder: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> Path:
    """The folder of what every worker carries out first; each is followed soon."""
    place = folder.parent / "bedorven"
    place.mkdir()
    (place / "sitecustomize.py").write_text(
        f"import os, sys; from pathlib import Path\nif 'mzsim.server.worker' in sys.orig_argv:\n{program}"
    )
    monkeypatch.syspath_prepend(str(place))
    monkeypatch.setattr(supervising, "_LONGEST_PAUSE", 0.1)
    return place


@pytest.mark.slow
def test_a_worker_that_is_killed_behind_the_recording_loses_nothing(
    folder: Path, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = _spoiled(
        folder,
        monkeypatch,
        "    import mzsim.server.answering as answering\n"
        "    real, killed = answering._keep, Path(__file__).with_name('keren')\n"
        "    def keep(*rest):\n"
        "        times = int(killed.read_text()) if killed.exists() else 0\n"
        f"        if times < {answering.MOST_ATTEMPTS + 1}:\n"
        "            killed.write_text(str(times + 1))\n"
        "            os._exit(9)\n"
        "        return real(*rest)\n"
        "    answering._keep = keep\n",
    )
    with Portal(folder) as portal:
        shop = portal.store("proef")
        shop.load(STORE.read_text())
        id = submit(shop)
        assert shop.wait(id, "in_controle", 60).status == "afgehandeld"
        assert (place / "keren").read_text() == str(answering.MOST_ATTEMPTS + 1)
        assert b"".join(shop.retour(id)) == expected


@pytest.mark.slow
def test_a_crash_counts_with_what_brought_it_about(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with the one in front of it, that can't be answered for another reason."""
    _spoiled(
        folder,
        monkeypatch,
        "    import mzsim.server.answering as answering\n"
        "    real = answering.answer\n"
        "    def answer(row, *rest):\n"
        "        sys.modules['__main__'].LONGEST_PAUSE = 2.0\n"
        "        if row.bestandsnaam == 'groot.asc': raise answering.OutputError('full')\n"
        "        if row.bestandsnaam == 'dood.asc' and row.pogingen < answering.MOST_ATTEMPTS: os._exit(9)\n"
        "        return real(row, *rest)\n"
        "    answering.answer = answer\n",
    )
    with Portal(folder) as portal:
        shop = portal.store("proef")
        shop.load(STORE.read_text())
        large, dead, good = submit(shop, name="groot.asc"), submit(shop, name="dood.asc"), submit(shop)
        assert shop.wait(good, "in_controle", 60).status == "afgehandeld"
        assert [shop.submission(id).status for id in (large, dead)] == ["in_controle", "fout"]
        assert [shop._kept(id).pogingen for id in (large, dead)] == [0, answering.MOST_ATTEMPTS]
