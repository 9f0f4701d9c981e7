"""What is submitted to the portal is answered once, as the command line does, and is seen as the clock lets it."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from mzsim.common.errors import MzsimError, OutputError, StoreError, SubmissionError
from mzsim.pipeline import Order
from mzsim.server import answering
from mzsim.server.errors import UnknownRetourError, UnknownSubmissionError
from mzsim.server.options import NO_OPTIONS, SubmitOptions, assignment_from_json
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.store.session import open_store
from tests.commands import ON_DATE as DAY
from tests.commands import invoke, play
from tests.factories import simple
from tests.server.conftest import DECLARATIONS, GOOD, ON_DATE, Watch, submit

OTHER = bytes(simple(r0105="T", r0116="T1"))
"""Of another number; not remembered by the insurer."""
PART = "4b-fout-in-prestatierecord"


@pytest.mark.parametrize("name", DECLARATIONS)
def test_the_answer_is_that_of_the_command_line(name: str, shop: PortalStore, inv_url: str, tmp_path: Path) -> None:
    id = submit(shop, DECLARATIONS[name])
    store = open_store(inv_url)
    _, retour = play(store, tmp_path, DECLARATIONS[name], dry_run=True)
    store.close()
    shop.work()
    assert b"".join(shop.retour(id)) == retour
    assert b"".join(shop.declaration(id)) == DECLARATIONS[name]


def test_until_it_is_answered_it_is_being_examined(shop: PortalStore) -> None:
    id = submit(shop)
    assert shop.submission(id).status == "in_controle"
    assert shop.submission(id).resultaat is None
    with pytest.raises(UnknownRetourError):
        shop.retour(id)
    assert shop.retours() == []
    shop.work()
    found = shop.submission(id)
    assert (found.status, found.retour_id, found.retour_status) == ("afgehandeld", 1, "klaar")
    assert found.resultaat is not None
    assert found.resultaat["status"] == "volledig_toegewezen"


def test_each_state_is_seen_in_its_time(shop: PortalStore, watch: Watch) -> None:
    shop.set_behaviour({"vertraging": 10})
    id = submit(shop)
    shop.work()
    seen = []
    for _ in range(6):
        seen.append((shop.submission(id).status, len(shop.retours())))
        watch.forward(10)
    assert seen == [
        ("ontvangen", 0),
        ("in_controle", 0),
        ("correct_bevonden", 0),
        ("klaar_voor_verzending", 0),
        ("ontvangen_door_verzekeraar", 0),
        ("afgehandeld", 1),
    ]


def test_a_retour_is_downloaded_and_hidden(shop: PortalStore) -> None:
    submit(shop)
    shop.work()
    (retour,) = shop.retours()
    again, content = shop.retour_file(retour.id)
    assert (again, sum(map(len, content))) == (retour, retour.grootte)
    shop.mark_downloaded(retour.id)
    assert shop.submission(1).retour_status == "gedownload"
    shop.hide(retour.id)
    assert shop.submission(1).retour_status == "verborgen"
    assert shop.retours() == []


def test_the_same_key_gets_what_was_said(shop: PortalStore) -> None:
    first = shop.submit(BytesIO(GOOD), "x.asc", options=ON_DATE, key="A")
    assert shop.submit(BytesIO(GOOD), "x.asc", options=ON_DATE, key="A") == (first[0], True)
    assert len(shop.submissions()) == 1
    with pytest.raises(SubmissionError):
        shop.submit(BytesIO(GOOD), "y.asc", options=ON_DATE, key="A")


def test_what_is_not_there_is_said_to_be_unknown(shop: PortalStore) -> None:
    for ask in (shop.submission, shop.declaration, shop.retour, shop.explanation):
        with pytest.raises(UnknownSubmissionError):
            ask(7)
    with pytest.raises(UnknownRetourError):
        shop.retour_file(7)


def test_ids_go_on_behind_a_reset(shop: PortalStore) -> None:
    submit(shop)
    shop.work()
    assert [retour.id for retour in shop.retours()] == [1]
    shop.reset()
    assert (shop.submissions(), shop.retours()) == ([], [])
    assert submit(shop) == 2
    shop.work()
    assert shop.submission(2).status == "fout"  # the store knows no insurer


_REJECT = "- match: {'0413': '*'}\n  action: {codes: ['8007']}\n"


def _codes(shop: PortalStore, id: int) -> list[str]:
    return [melding["retourcode"] for melding in shop.meldingen(id)]


def test_a_script_holds_for_what_comes_in_while_it_is_set(shop: PortalStore) -> None:
    """Whatever was set by the time that it is answered."""
    shop.set_script(_REJECT)
    first = submit(shop, DECLARATIONS[PART], options=ON_DATE)
    shop.set_script("")
    second = submit(shop, bytes(simple(r0105="T")))
    third = submit(shop, bytes(simple(r0105="T")), options=ON_DATE._replace(script=_REJECT))
    shop.set_script(_REJECT)
    fourth = submit(shop, bytes(simple(r0105="T")), options=ON_DATE._replace(script=""))
    shop.work()
    assert set(_codes(shop, first)) == {"8007"}
    assert _codes(shop, second) == _codes(shop, fourth) == []
    assert _codes(shop, third) == ["8007"]
    assert shop.script() == _REJECT


def test_a_stage_is_the_end_of_the_way(shop: PortalStore) -> None:
    id = submit(shop, options=ON_DATE._replace(stage="vecozo"))
    shop.work()
    found = shop.submission(id)
    assert [state for state, _ in found.tijdlijn][-2:] == ["klaar_voor_verzending", "doorgestuurd"]
    assert (found.retour_id, found.retour_status) == (None, "")


def test_a_retour_with_a_fault_is_the_one_of_the_command_line(shop: PortalStore, inv_url: str, tmp_path: Path) -> None:
    (tmp_path / "x.asc").write_bytes(GOOD)
    invoke("replay", tmp_path / "x.asc", "--store", inv_url, *DAY, "--dry-run", "--verstoor", "totaal")
    (faulty,) = tmp_path.glob("*VERSTOORD*")
    id = submit(shop, options=ON_DATE._replace(fault="totaal"))
    shop.work()
    assert b"".join(shop.retour(id)) == faulty.read_bytes()
    assert [one.grootte for one in shop.retours()] == [len(faulty.read_bytes())]


def test_a_fault_that_can_not_be_is_told(shop: PortalStore) -> None:
    id = submit(shop, options=ON_DATE._replace(fault="wissel"))
    shop.work()
    assert "verstoor wissel: it has no two detail records" in shop.submission(id).melding
    assert shop.submission(id).status == "afgehandeld"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (ON_DATE._replace(stage="nobody"), "must be vecozo"),
        (ON_DATE._replace(fault="none"), "verstoor 'none': must be"),
        (ON_DATE._replace(delay=-1), "must be from 0"),
        (ON_DATE._replace(delay=float("nan")), "must be from 0"),
        (ON_DATE._replace(reference="x" * 101), "the reference must have"),
        (ON_DATE._replace(reference="a\nb"), "the reference must have"),
        (ON_DATE._replace(script="- match: {}"), "script:1: \\[0\\].action: is missing"),
        (ON_DATE._replace(script="{}"), "script:1: must be a list of rules"),
    ],
)
def test_what_can_not_be_asked_for_is_one_line(options: SubmitOptions, reason: str, shop: PortalStore) -> None:
    with pytest.raises(MzsimError, match=reason) as caught:
        shop.submit(BytesIO(GOOD), "x.asc", options=options)
    assert str(caught.value).isprintable()
    assert shop.submissions() == []


def test_they_are_found_by_what_is_known_of_them(shop: PortalStore, watch: Watch) -> None:
    shop.set_behaviour({"vertraging": {"afgehandeld": 100}})
    begin = watch.time
    first = submit(shop, options=ON_DATE._replace(reference="mijn 1"))
    watch.forward(10)
    second = submit(shop, bytes(simple(r0105="T", r0108="9999", r0116="F-2")))
    ((refused,), _) = shop.submit(BytesIO(b""), "leeg.asc")
    shop.work()

    def found(**question: Any) -> list[int]:
        return [one.id for one in shop.submissions(**question)]

    assert found() == [first, second, refused.id]
    assert found(newest_first=True, limit=2) == [refused.id, second]
    assert found(newest_first=True, after=second) == [first]
    assert found(reference="mijn 1") == [first]
    assert found(reference="F-2") == found(uzovi="9999") == [second]
    assert found(since=begin, until=watch.time) == [first]
    assert found(status="geweigerd") == [refused.id]
    assert found(status="ontvangen_door_verzekeraar") == [first]
    assert found(status="afgehandeld") == found(status="nonsense") == []
    watch.forward(100)
    assert found(status="afgehandeld") == [first]


def test_many_are_looked_through_for_a_state(shop: PortalStore) -> None:
    """Those that have another by now are passed over, however many there are."""
    for _ in range(12):
        submit(shop, b"no declaration", "x.txt")
    ((refused,), _) = shop.submit(BytesIO(b""), "leeg.asc")
    for waiting in (True, False):
        assert [one.id for one in shop.submissions(status="geweigerd", limit=2)] == [refused.id]
        assert len(shop.submissions(status="in_controle", limit=5)) == 5 * waiting
        shop.work()
    assert [one.id for one in shop.submissions(status="onleesbaar", after=10)] == [11, 12]


def test_what_was_seen_stays_so_where_the_clock_is_put_back(shop: PortalStore, watch: Watch) -> None:
    shop.set_behaviour({"vertraging": 10})
    id = submit(shop)
    shop.work()
    watch.forward(100)
    assert shop.submission(id).status == "afgehandeld"
    watch.set(-95)
    assert shop.submission(id).status == "afgehandeld"


def test_time_goes_on_where_the_clock_is_put_back(shop: PortalStore, watch: Watch) -> None:
    """And follows the clock again once that is later."""
    shop.set_behaviour({"vertraging": 10})
    first = submit(shop)
    watch.set(-3600)
    second = submit(shop, OTHER)
    shop.work()
    for _ in range(5):
        assert shop.submission(second).status != "afgehandeld"
        watch.forward(10)
    assert [shop.submission(id).status for id in (first, second)] == ["afgehandeld"] * 2
    watch.set(7200)
    assert shop.submission(submit(shop)).ontvangen == watch.time


def test_the_next_portal_goes_on_from_what_was_seen(
    shop: PortalStore, portal: Portal, inv_url: str, watch: Watch
) -> None:
    shop.set_behaviour({"vertraging": 10})
    first = submit(shop)
    shop.work()
    watch.forward(50)
    seen = shop.retours(), shop.submission(first)
    assert seen[1].status == "afgehandeld"
    second = submit(shop, OTHER)
    portal.close()
    watch.set(-3600)
    with Portal(url=inv_url, clock=watch, passing=watch.passing, workers=False) as following:
        shop = following.store("proef")
        assert (shop.retours(), shop.submission(first)) == seen
        assert b"".join(shop.retour(first))
        shop.work()
        for _ in range(5):
            assert shop.submission(second).status != "afgehandeld"
            watch.forward(10)
        assert shop.submission(second).status == "afgehandeld"
        assert [retour.declaratie_id for retour in shop.retours()] == [first, second]


def test_a_clock_that_was_ahead_dates_nothing_once_it_is_right(
    shop: PortalStore, portal: Portal, inv_url: str, watch: Watch
) -> None:
    """Not in the same portal and not in the next; the order of moments stays what it was, until the store is emptied."""
    right, year = watch.time.date(), 365 * 86_400
    watch.set(year)
    first = submit(shop, options=NO_OPTIONS)
    watch.set(-year)
    second = submit(shop, options=NO_OPTIONS)
    portal.close()
    with Portal(url=inv_url, clock=watch, passing=watch.passing, workers=False) as following:
        shop = following.store("proef")
        third = submit(shop, options=NO_OPTIONS)
        assert [_day(shop, id) for id in (first, second, third)] == [right + dt.timedelta(365), right, right]
        assert shop.submission(third).ontvangen >= shop.submission(first).ontvangen
        shop.reset()
        fourth = submit(shop, options=NO_OPTIONS)
        assert (_day(shop, fourth), shop.submission(fourth).ontvangen) == (right, watch.time)


def _day(shop: PortalStore, id: int) -> dt.date:
    """The processing date of a submission."""
    return assignment_from_json(shop._kept(id).opdracht).day


def test_a_retour_that_has_an_id_is_released_by_whatever_clock(shop: PortalStore, inv_url: str, watch: Watch) -> None:
    """Also where it was another portal that gave the id."""
    other = Watch()
    shop.set_behaviour({"vertraging": 10})
    with Portal(url=inv_url, clock=other, passing=other.passing, workers=False) as beside:
        behind = beside.store("proef")
        id = submit(behind)
        shop.work()
        watch.forward(50)
        seen = shop.retours(), shop.submission(id)
        assert seen[0]
        assert (behind.retours(), behind.submission(id)) == seen
        assert b"".join(behind.retour(id)) == b"".join(shop.retour(id))


def test_a_refusal_is_kept_with_its_reason(shop: PortalStore) -> None:
    ((one,), _) = shop.submit(BytesIO(GOOD), "../../etc/passwd")
    found = shop.submission(one.id)
    assert (found.status, found.melding, found.grootte) == ("geweigerd", one.melding, 0)
    assert not shop.waits()
    with pytest.raises(UnknownSubmissionError):
        shop.declaration(one.id)


@pytest.mark.parametrize("trouble", [MemoryError("much"), ZeroDivisionError("a\nb"), RecursionError()])
def test_a_mistake_of_the_program_is_no_verdict(
    trouble: Exception, shop: PortalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told in a line, and those behind it are answered."""
    real = answering.replay

    def spoiled(order: Order, *rest: Any) -> Any:
        if str(order.declaration) == "dood.asc":
            raise trouble
        return real(order, *rest)

    monkeypatch.setattr(answering, "replay", spoiled)
    bad, good = submit(shop, name="dood.asc"), submit(shop)
    shop.work()
    found = shop.submission(bad)
    assert (found.status, found.resultaat, found.retour_status) == ("fout", None, "")
    assert type(trouble).__name__ in found.melding
    assert found.melding.isprintable()
    assert "test_portal_store.py, line" in found.melding
    assert shop.submission(good).status == "afgehandeld"


def test_a_closed_store_says_so(shop: PortalStore, portal: Portal) -> None:
    portal.close()
    with pytest.raises(StoreError, match="was closed"):
        shop.submissions()


@pytest.mark.parametrize(
    "trouble", [OSError(28, "No space left on device"), StoreError("is locked"), OutputError("full")]
)
def test_what_may_be_over_in_a_moment_is_tried_again(
    trouble: Exception, shop: PortalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a lock: nothing is said of the declaration until it was tried in vain some times."""

    def spoiled(*_: object) -> None:
        raise trouble

    id = submit(shop)
    with monkeypatch.context() as patched:
        patched.setattr(answering, "replay", spoiled)
        with pytest.raises((OutputError, StoreError)):
            shop.work()
    assert shop.submission(id).status == "in_controle"
    shop.work()
    assert shop.submission(id).status == "afgehandeld"
