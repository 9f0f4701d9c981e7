"""Delays, losses and outages: set strictly, drawn the same everywhere, and what comes of the retours of a store."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mzsim
from mzsim.server.behaviour import Behaviour, behaviour_of, fate, fate_from_json, out_of_order
from mzsim.server.errors import BehaviourError, OutageError, UnknownRetourError
from mzsim.server.moments import SECOND
from mzsim.server.options import SubmitOptions
from mzsim.server.portal_store import PortalStore
from mzsim.server.states import RetourState, State
from tests.commands import DATE, surroundings
from tests.factories import simple
from tests.server.conftest import DECLARATIONS, Watch, submit

TEST_MESSAGE = bytes(simple(r0105="T"))
"""Answered, and not remembered by the insurer."""

FULL: dict[str, Any] = {
    "zaad": 7,
    "vertraging": {"in_controle": 1, "afgehandeld": 2.5},
    "laat": {"kans": 12.5, "seconden": 60},
    "kwijt": {"kans": 5},
    "dubbel": {"kans": 100, "seconden": 0.5},
    "storing": {"elke": 600, "seconden": 30},
    "storingen": [{"van": "2026-01-31T09:30:00+01:00", "tot": "2026-01-31T09:31:00+01:00"}],
}


def test_what_is_set_is_what_is_given_back() -> None:
    behaviour = behaviour_of(FULL)
    assert behaviour_of(behaviour.to_dict()) == behaviour
    assert behaviour_of(json.dumps(behaviour.to_dict())) == behaviour
    assert behaviour.to_dict() | {"storingen": FULL["storingen"]} == FULL


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"zaad": "x"}, "zaad: must be a whole number"),
        ({"zaad": -1}, "zaad: must be 0 or more"),
        ({"vertraging": {"ontvangen": 1}}, "ontvangen is no state that can be delayed"),
        ({"vertraging": -1}, "must be from 0 to 2,592,000 seconds"),
        ({"vertraging": "1"}, "must be a number of seconds, without quotes"),
        ({"vertraging": float("nan")}, "must be a number of seconds"),
        ({"vertraging": True}, "must be a number of seconds"),
        ({"laat": {"kans": 101}}, "laat.kans: must be from 0 to 100 percent"),
        ({"laat": {"kans": 1, "minuten": 1}}, "minuten"),
        ({"storing": {"elke": 1, "seconden": 1}}, "must be less than elke"),
        ({"storing": {"elke": 0, "seconden": 0}}, "must be from 0.1"),
        ({"storingen": [{"van": "2026-01-31", "tot": "2026-02-01"}]}, "must be a moment with its zone"),
        ({"chaos": 1}, "chaos: is no key of gedrag; known here: zaad, vertraging"),
        ("zaad: 1\nzaad: 2", "gedrag:2: zaad: this key stands here twice"),
        ("[1]", "must be a mapping"),
        ("\t", "gedrag:1"),
    ],
)
def test_what_is_wrong_is_one_line(value: Any, reason: str) -> None:
    with pytest.raises(BehaviourError) as caught:
        behaviour_of(value)
    assert reason in str(caught.value)
    assert str(caught.value).isprintable()


_SETTINGS = st.builds(
    lambda seed, delay, late, lost, twice: behaviour_of(
        {
            "zaad": seed,
            "vertraging": delay,
            "laat": {"kans": late, "seconden": 100},
            "kwijt": {"kans": lost},
            "dubbel": {"kans": twice, "seconden": 50},
        }
    ),
    st.integers(0, 10**6),
    st.integers(0, 20),
    *(st.integers(0, 100) for _ in range(3)),
)


@settings(derandomize=True, max_examples=200)
@given(behaviour=_SETTINGS, id=st.integers(1, 10**6))
def test_what_is_drawn_depends_on_seed_and_id_alone(behaviour: Behaviour, id: int) -> None:
    drawn = fate(behaviour, id)
    assert drawn == fate(behaviour_of(behaviour.to_dict()), id) == fate_from_json(drawn.to_json())
    assert not (drawn.lost and (drawn.late or drawn.twice is not None))


def test_it_is_drawn_the_same_in_any_process() -> None:
    program = (
        "from mzsim.server.behaviour import behaviour_of, fate\n"
        f"print([fate(behaviour_of({FULL!r}), id) for id in range(100)])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], env=surroundings(), capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == str([fate(behaviour_of(FULL), id) for id in range(100)])


def test_chances_are_what_they_say() -> None:
    behaviour = behaviour_of({"laat": {"kans": 30, "seconden": 1}, "kwijt": {"kans": 10}, "dubbel": {"kans": 50}})
    drawn = [fate(behaviour, id) for id in range(10_000)]
    assert 2_500 < sum(one.late > 0 for one in drawn) < 2_900  # of those that are not lost
    assert 900 < sum(one.lost for one in drawn) < 1_100
    assert 4_300 < sum(one.twice is not None for one in drawn) < 4_700


def test_a_chance_of_nothing_and_of_all() -> None:
    drawn = [fate(behaviour_of({"kwijt": {"kans": 0}, "dubbel": {"kans": 100}}), id) for id in range(1_000)]
    assert all(one.twice == 0 and not one.lost for one in drawn)


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_in_every_turn_there_is_one_outage(seed: int) -> None:
    behaviour = behaviour_of({"zaad": seed, "storing": {"elke": 60, "seconden": 10}})
    begins = set()
    for turn in range(1_000, 1_020):
        out = [
            moment
            for moment in range(turn * 60, (turn + 1) * 60)
            if out_of_order(behaviour, moment * SECOND) is not None
        ]
        assert len(out) in (10, 11)
        assert out == list(range(out[0], out[0] + len(out)))
        begins.add(out[0] % 60)
    assert len(begins) > 5


def test_an_outage_at_a_set_time_ends_when_it_says(shop: PortalStore, watch: Watch) -> None:
    begin = watch.time.isoformat()
    watch.forward(60)
    end = watch.time
    watch.forward(-1)
    shop.set_behaviour({"storingen": [{"van": begin, "tot": end.isoformat()}]})
    with pytest.raises(OutageError) as caught:
        shop.require_in_order()
    assert caught.value.until == end
    watch.forward(1)
    shop.require_in_order()


def _until_all_is_over(shop: PortalStore, watch: Watch) -> None:
    watch.forward(10_000)
    assert not shop.waits()


def test_a_retour_that_is_lost_never_comes(shop: PortalStore, watch: Watch) -> None:
    shop.set_behaviour({"kwijt": {"kans": 100}})
    ids = [submit(shop, DECLARATIONS["2a-uzovi-niet-aangesloten"]), submit(shop, TEST_MESSAGE)]
    shop.work()
    _until_all_is_over(shop, watch)
    assert [shop.submission(id).status for id in ids] == ["in_controle", "ontvangen_door_verzekeraar"]
    assert [shop.submission(id).resultaat for id in ids] == [None, None]
    assert shop.retours() == []
    assert shop.submission(ids[0]).gedrag == ("kwijt",)
    for id in ids:
        with pytest.raises(UnknownRetourError):
            shop.retour(id)


def test_a_retour_that_is_late_comes_later(shop: PortalStore, watch: Watch) -> None:
    shop.set_behaviour({"laat": {"kans": 100, "seconden": 60}})
    id = submit(shop, TEST_MESSAGE)
    shop.work()
    watch.forward(59)
    assert (shop.submission(id).status, shop.retours()) == ("ontvangen_door_verzekeraar", [])
    watch.forward(1)
    assert (shop.submission(id).status, len(shop.retours())) == ("afgehandeld", 1)


def test_a_retour_that_comes_twice_has_two_ids_and_the_same_bytes(shop: PortalStore, watch: Watch) -> None:
    shop.set_behaviour({"dubbel": {"kans": 100, "seconden": 60}})
    submit(shop, TEST_MESSAGE)
    shop.work()
    (first,) = shop.retours()
    watch.forward(60)
    (second,) = shop.retours(after=first.id)
    assert second.declaratie_id == first.declaratie_id
    assert b"".join(shop.retour_file(first.id)[1]) == b"".join(shop.retour_file(second.id)[1])


def test_a_failure_of_the_tool_is_told_whatever_is_lost(shop: PortalStore, watch: Watch) -> None:
    shop.reset()
    shop.set_behaviour({"kwijt": {"kans": 100}, "laat": {"kans": 100, "seconden": 60}})
    id = submit(shop, TEST_MESSAGE)
    shop.work()
    found = shop.submission(id)
    assert (found.status, found.resultaat, found.retour_status) == ("fout", None, "")
    assert "knows no insurer" in found.melding


def test_what_comes_in_later_behaves_otherwise(shop: PortalStore, watch: Watch) -> None:
    """What is set holds for what comes in from then on: nothing that was seen is taken back."""
    shop.set_behaviour({"vertraging": 100})
    first = submit(shop, TEST_MESSAGE)
    shop.set_behaviour({})
    second = submit(shop, TEST_MESSAGE)
    third = submit(shop, TEST_MESSAGE, options=SubmitOptions(DATE, delay=1))
    shop.work()
    assert [shop.submission(id).status for id in (first, second, third)] == ["ontvangen", "afgehandeld", "ontvangen"]
    watch.forward(5)
    assert [shop.submission(id).status for id in (first, third)] == ["ontvangen", "afgehandeld"]


@settings(derandomize=True, max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    behaviours=st.lists(_SETTINGS, min_size=1, max_size=3),
    steps=st.lists(st.sampled_from(["submit", "submit", "work", "poll", "forward"]), min_size=3, max_size=20),
)
@pytest.mark.slow
def test_a_cursor_misses_nothing_and_doubles_nothing(
    shop: PortalStore, watch: Watch, behaviours: list[Behaviour], steps: list[str]
) -> None:
    """Whoever remembers the last id gets every retour once, twice where `dubbel` says so, never where `kwijt` does."""
    cursor = max((retour.id for retour in shop.retours(limit=10_000)), default=0)
    wanted: dict[int, int] = {}
    got: list[int] = []
    status: dict[int, list[str]] = {}

    def poll() -> None:
        nonlocal cursor
        for retour in shop.retours(after=cursor, limit=2):
            assert retour.id > cursor
            cursor = retour.id
            got.append(retour.declaratie_id)
        for id, seen in status.items():
            seen.append(shop.submission(id).status)

    for turn, step in enumerate(steps):
        if step == "submit":
            shop.set_behaviour(behaviours[turn % len(behaviours)])
            id = submit(shop, TEST_MESSAGE)
            drawn = fate(behaviours[turn % len(behaviours)], id)
            wanted[id] = 0 if drawn.lost else 1 + (drawn.twice is not None)
            status[id] = []
        elif step == "work":
            shop.work()
        elif step == "forward":
            watch.forward(17)
        poll()
    shop.work()
    watch.forward(1_000)
    for _ in wanted:
        poll()
    assert Counter(got) == Counter(wanted)
    order = [
        *("ontvangen", "in_controle", "correct_bevonden", "klaar_voor_verzending"),
        *("ontvangen_door_verzekeraar", "afgehandeld"),
    ]
    for seen in status.values():
        assert seen == sorted(seen, key=order.index)


def test_the_manual_shows_one_that_can_be_set_and_names_every_key_and_state() -> None:
    page = (Path(mzsim.__file__).parent / "manual" / "portal.md").read_text("utf-8")
    (example,) = re.findall(r"(?ms)^```yaml fragment\n(.*?)^```$", page)
    assert set(behaviour_of(example).to_dict()) == set(Behaviour.model_fields)
    for name in (*Behaviour.model_fields, *State, *(state for state in RetourState if state)):
        assert f"`{name}`" in page
