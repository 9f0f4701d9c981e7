"""The model of a country against theory, and the page of the manual against what the command prints."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from math import sqrt
from pathlib import Path

import pytest

from tests.country.__main__ import SEED
from tests.country.metering import straight
from tests.country.model import Line, Outcome, Plant, Times, by_insurer, by_sender, simulate
from tests.country.tables import tables
from tests.country.traffic import BUSY, MEAN, Declaration, declared

PAGE = Path(__file__).parents[1] / "simulator" / "mzsim" / "manual" / "country.md"
pytestmark = pytest.mark.slow
_PER_RECORD = Times(accept=Line(0), worker=Line(0, 1), server=Line(0), job=Line(0), disk=0)
"""A declaration takes a second for each prestatie, and nothing else takes any."""
_MANY = 20_000


def _arrivals(rate: float, records: Callable[[random.Random], float]) -> list[Declaration]:
    """Declarations that come in at random, each from a sender of its own."""
    chance, at, found = random.Random(5), 0.0, []
    for sender in range(_MANY):
        at += chance.expovariate(rate)
        found.append(Declaration(at, 0, records(chance), sender))
    return found


def _waited(outcome: Outcome) -> float:
    """The mean time until a declaration was begun."""
    return sum(one.waited - one.declaration.records for one in outcome.answered) / len(outcome.answered)


def test_one_worker_is_the_queue_of_theory() -> None:
    """M/M/1: rho / (1 - rho) times the time of service."""
    found = _waited(simulate(_arrivals(0.6, lambda chance: chance.expovariate(1)), Plant(1, 1), _PER_RECORD))
    assert found == pytest.approx(0.6 / 0.4, rel=0.05)


def test_a_lane_is_one_queue_however_many_workers() -> None:
    """M/D/1: half of M/M/1 (Pollaczek and Khinchine)."""
    found = _waited(simulate(_arrivals(0.6, lambda _: 1), Plant(4, 1), _PER_RECORD, by_insurer))
    assert found == pytest.approx(0.6 / 0.4 / 2, rel=0.05)


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_share_what_comes(workers: int) -> None:
    """M/D/c: M/M/c by Erlang's formula, and what Cosmetatos makes of that."""
    rho = 0.8
    load, terms = rho * workers, [1.0]
    for n in range(1, workers + 1):
        terms.append(terms[-1] * load / n)
    waits = terms[-1] / (1 - rho) / (sum(terms[:-1]) + terms[-1] / (1 - rho))
    exponential = waits / (workers * (1 - rho))
    share = 1 + (1 - rho) * (workers - 1) * (sqrt(4 + 5 * workers) - 2) / (16 * rho * workers)
    found = _waited(simulate(_arrivals(load, lambda _: 1), Plant(workers, 1), _PER_RECORD, by_sender))
    assert found == pytest.approx(exponential * share / 2, rel=0.06)


def test_an_insurer_with_much_holds_up_no_other() -> None:
    """A turn is ten seconds here: the other waits for the two that are at hand, and for one before him."""
    many = [Declaration(0, insurer, 1, 0) for insurer in (0, 1, 2) for _ in range(300)]
    outcome = simulate([*many, Declaration(100.5, 3, 1, 0)], Plant(2, 1, turn=10, longest=60), _PER_RECORD)
    (other,) = (one.waited for one in outcome.answered if one.declaration.insurer == 3)
    assert other < 21


@pytest.mark.parametrize(("insurers", "jobs"), [(1, 3), (2, 20)])
def test_a_turn_ends_where_another_waits(insurers: int, jobs: int) -> None:
    """Ten declarations of each, 0.3 seconds long: alone an insurer has a whole second, beside another one declaration."""
    many = [Declaration(0, insurer, 0.3, 0) for insurer in range(insurers) for _ in range(10)]
    outcome = simulate(many, Plant(1, 1), _PER_RECORD._replace(job=Line(1)))
    assert outcome.answered[-1].waited == pytest.approx(jobs + 0.3 * len(many))


@pytest.mark.parametrize(("insurers", "longest"), [(1, 1), (2, 2)])
def test_work_takes_longer_while_all_cores_are_at_work(insurers: int, longest: float) -> None:
    at_once = [Declaration(0, insurer, 1, 0) for insurer in range(insurers)]
    outcome = simulate(at_once, Plant(2, 2, worker_cores=0, beside=2), _PER_RECORD)
    assert outcome.answered[-1].waited == pytest.approx(longest)


def test_declarations_take_as_long_as_they_vary() -> None:
    apart = [Declaration(10 * number, 0, 1, 0) for number in range(1000)]
    outcome = simulate(apart, Plant(1, 1), _PER_RECORD._replace(varies=(1, 1, 3)))
    waited = [round(one.waited) for one in outcome.answered]
    assert {*waited} == {1, 3}
    assert sum(waited) == pytest.approx(1000 * 5 / 3, rel=0.05)


def test_a_disk_writes_for_all_who_ask_meanwhile() -> None:
    at_once = [Declaration(0, insurer, 0, 0) for insurer in range(9)]
    outcome = simulate(at_once, Plant(9, 9), _PER_RECORD._replace(disk=1))
    assert sorted(one.waited for one in outcome.answered) == [1, *[2] * 8]


def test_figures_are_fitted_to_what_they_are_off() -> None:
    assert straight([(x, 3 + 2 * x) for x in (1, 10, 100)]) == pytest.approx((3, 2))
    assert straight([(1, 1), (2, 1), (4, 1)]) == pytest.approx((1, 0))


def test_the_same_seed_sends_the_same() -> None:
    assert declared(MEAN, 1) == declared(MEAN, 1) != declared(MEAN, 2)
    assert sum(one.records for one in declared(BUSY, 1)) == pytest.approx(BUSY.prestaties, rel=0.2)


def test_the_page_has_the_tables_that_are_printed() -> None:
    """Also that they are the same each time; chance has no part in it beside the seed."""
    text = PAGE.read_text("utf-8")
    on_page = {"\n".join(found.splitlines()) for found in re.findall(r"(?m)(?:^\|.*\n)+", text)}
    printed = {title: "\n".join(table) for title, table in tables(SEED)}
    assert [title for title, table in printed.items() if table not in on_page] == []
