"""A plan is made from what its key says, and from nothing else: of the record and of its surroundings.

On it relies `plans_by_content`, which gives one plan to all records of a key.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from mzsim.domain.findings import Stage
from mzsim.granting.adjudicate import Adjudicator
from mzsim.granting.plan import PlanMaker
from mzsim.granting.plans_by_content import PlanKey, PlansByContent, ReadyPlan
from mzsim.judging.agreements import Conditions
from mzsim.judging.records import RecordExamination
from mzsim.judging.runs import Run
from mzsim.pipeline import Order, replay
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.store.session import Database
from mzsim.store.templates import fresh_store
from tests import around_limits
from tests.check_cases import STORE
from tests.examples import costly
from tests.factories import simple
from tests.source_reads import reads_of
from tests.test_granting_properties import Game, Move, files, stores
from tests.verzekerden import proef
from tests.watching import NUMBERS, DayOfYear, ReadTooMuchError, Watched, attributes

_CONTENT = frozenset(r.nummer for r in layouts("mz301")[b"04"].rubrieken if "0409" <= r.nummer <= "0431")
"""Rubrieken that are in the key as they stand."""
_RUBRIEKEN = attributes(Prestatierecord, _CONTENT | {"0408"})


# By its source.


def test_a_plan_can_read_of_a_record_only_what_its_key_holds() -> None:
    assert reads_of(PlanMaker.plan, PlanMaker, "p") <= _RUBRIEKEN
    assert NUMBERS[Prestatierecord]["referentienummer"] not in _CONTENT | {"0408"}


def test_a_planmaker_knows_only_what_is_fixed_for_the_message() -> None:
    """It has no other attributes, and nothing of it changes after it was made."""
    read = {path.partition(".")[0] for path in reads_of(PlanMaker.plan, PlanMaker, "self")}
    assert read == {"_conditions", "_weighing", "_tariff_counts"}
    assert set(Conditions._fields) == {"pakketten", "card", "contracteert", "without_contract"}


def test_the_surroundings_of_a_decision_are_its_key() -> None:
    """`polissen` and `datum_prestatie` are asked once for a dekkingsvak, which the test below asks again on other days. An
    authorisation that can be used up is no part of a plan: what it leaves is weighed after it, of every record."""
    read = {path.partition(".")[0] for path in reads_of(Adjudicator.__call__, Adjudicator, "surroundings")}
    assert read == {
        "content",
        "stretch",
        "datum_prestatie",
        "cover_stretch",
        "polissen",
        "retrospect",
        "limited_machtigingen",
    }


# While plans are made.


def _watched_plan(self: PlansByContent, key: PlanKey, record: Prestatierecord, borders: list[bytes]) -> ReadyPlan:
    """The plan of a record of which nothing can be read but its key; of 0408 the year, and on which side of a border."""
    day = DayOfYear(record.datum)
    watched: Any = Watched(record, _RUBRIEKEN, {"datum": lambda _: day})
    plan = self._plan_maker.plan(watched, self._grounds.per_number[key[2]])
    if within := [border for border in day.borders if border not in borders]:
        raise ReadTooMuchError(f"days of one tijdvak are told apart, at {within}")
    assert record[_PLACE] == key[0]
    amount, shares = plan.decision.granted, plan.decision.shares
    return plan, plan.entry, plan.limits, plan.decision, (amount, shares) if shares else amount


_PLACE = layouts("mz301")[b"04"].piece("0409", "0431")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ReadyPlan]]:
    """Makes each plan a second time from its key only; of each dekkingsvak asks the cover on all days that are in it."""
    make, of_verzekerde = PlansByContent.make, RecordExamination.verzekerde
    decide, decide_together = Adjudicator.__call__, Adjudicator.together
    made: list[ReadyPlan] = []
    at_hand: list[RecordExamination] = []

    def make_watched(self: PlansByContent, key: PlanKey, record: Prestatierecord) -> ReadyPlan:
        made.append(make(self, key, record))
        assert made[-1] == _watched_plan(self, key, record, at_hand[-1]._stretches._limits)
        return made[-1]

    def verzekerde(self: RecordExamination, heen: bytes, line: int) -> Any:
        at_hand[:] = [self]
        return of_verzekerde(self, heen, line)

    def ask_again(judge: Adjudicator, surroundings: Any, cover_stretch: int) -> None:
        number = judge._state.grounds.get(cover_stretch)
        for day in around_limits.DAYS if number is not None else ():
            if bisect_right(at_hand[-1]._cover_stretches, day.encode()) == cover_stretch:
                assert judge._grounds.number(surroundings.polissen, day.encode()) == number

    def decide_watched(self: Adjudicator, heen: bytes, objections: Any, surroundings: Any) -> Any:
        decision = decide(self, heen, objections, surroundings)
        ask_again(self, surroundings, surroundings.cover_stretch)
        return decision

    def decide_run_watched(self: Adjudicator, run: Run, surroundings: Any) -> Any:
        decided = decide_together(self, run, surroundings)
        ask_again(self, surroundings, run.cover_stretch)
        return decided

    monkeypatch.setattr(PlansByContent, "make", make_watched)
    monkeypatch.setattr(RecordExamination, "verzekerde", verzekerde)
    monkeypatch.setattr(Adjudicator, "__call__", decide_watched)
    monkeypatch.setattr(Adjudicator, "together", decide_run_watched)
    yield made
    assert made


@pytest.mark.slow
def test_plans_around_limits_are_made_from_their_keys(watched: list[ReadyPlan], tmp_path: Path) -> None:
    """Contracten, tariffs, ages and wachttijden that begin and end within a month."""
    (limits := tmp_path / "grenzen.yaml").write_text(around_limits.STORE, "utf-8")
    with fresh_store((STORE, limits), tmp_path) as store:
        for content in around_limits.EXAMPLES:
            _replay(store, tmp_path, content)


@costly(60)
@given(stores(), files())
def _on_any_store(work_folder: Path, store: dict[str, Any], record_set: list[list[Move]]) -> None:
    with proef(work_folder, store) as made:
        game = Game(made, store)
        for moves in record_set:
            game.play(moves)


@pytest.mark.slow
def test_plans_on_any_store_are_made_from_their_keys(watched: list[ReadyPlan], tmp_path: Path) -> None:
    _on_any_store(tmp_path)


def _replay(store: Database, folder: Path, content: bytes) -> None:
    (place := folder / "x.asc").write_bytes(content)
    replay(Order(place, folder / "r.asc", dt.date(2011, 5, 2), Stage.INSURER, dry_run=True), store)


# The tests of these tests.


@pytest.mark.parametrize("attribute", ["referentienummer", "bsn", "machtigingsnummer"])
def test_a_plan_that_reads_more_is_found(
    watched: list[ReadyPlan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attribute: str
) -> None:
    plan = PlanMaker.plan

    def reads_more(self: PlanMaker, p: Prestatierecord, ground: Any) -> Any:
        return plan(self, p, ground) if getattr(p, attribute) else None

    monkeypatch.setattr(PlanMaker, "plan", reads_more)
    with fresh_store((STORE,), tmp_path) as store, pytest.raises(ReadTooMuchError, match=attribute):
        _replay(store, tmp_path, bytes(simple()))


@pytest.mark.parametrize(
    "more", [lambda p: p.datum[6:], lambda p: p.datum.decode()[4:], lambda p: p.datum > b"20110401"]
)
def test_a_plan_that_tells_days_apart_is_found(
    watched: list[ReadyPlan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: Any
) -> None:
    plan = PlanMaker.plan

    def reads_more(self: PlanMaker, p: Prestatierecord, ground: Any) -> Any:
        more(p)
        return plan(self, p, ground)

    monkeypatch.setattr(PlanMaker, "plan", reads_more)
    with fresh_store((STORE,), tmp_path) as store, pytest.raises(ReadTooMuchError, match=r"0408|apart"):
        _replay(store, tmp_path, bytes(simple()))
