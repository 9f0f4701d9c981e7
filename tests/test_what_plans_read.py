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
from hypothesis import given, settings

from mzsim.domain.findings import Stage
from mzsim.granting.adjudicate import Beoordelaar
from mzsim.granting.plan import Planmaker
from mzsim.granting.plans_by_content import PlanKey, PlansByContent, ReadyPlan
from mzsim.judging.agreements import Voorwaarden
from mzsim.judging.records import Recordkeuring
from mzsim.pipeline import Opdracht, replay
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.store.session import Database
from mzsim.store.templates import verse_store
from tests import around_limits
from tests.check_cases import STORE
from tests.factories import eenvoudig
from tests.source_reads import reads_of
from tests.test_granting_properties import Spel, Zet, bestanden, stores
from tests.verzekerden import proef
from tests.watching import NUMBERS, DayOfYear, ReadTooMuchError, Watched, attributes

_CONTENT = frozenset(r.nummer for r in layouts("mz301")[b"04"].rubrieken if "0409" <= r.nummer <= "0431")
"""Rubrieken that are in the key as they stand."""
_RUBRIEKEN = attributes(Prestatierecord, _CONTENT | {"0408"})


# By its source.


def test_a_plan_can_read_of_a_record_only_what_its_key_holds() -> None:
    assert reads_of(Planmaker.plan, Planmaker, "p") <= _RUBRIEKEN
    assert NUMBERS[Prestatierecord]["referentienummer"] not in _CONTENT | {"0408"}


def test_a_planmaker_knows_only_what_is_fixed_for_the_message() -> None:
    """It has no other attributes, and nothing of it changes after it was made."""
    read = {path.partition(".")[0] for path in reads_of(Planmaker.plan, Planmaker, "self")}
    assert read == {"_voorwaarden", "_weging", "_tarief_telt"}
    assert set(Voorwaarden._fields) == {"pakketten", "kaart", "contracteert", "vergoeding_zonder_contract"}


def test_the_surroundings_of_a_decision_are_its_key() -> None:
    """`polissen` and `datum_prestatie` are asked once for a dekkingsvak, which the test below asks again on other days."""
    read = {path.partition(".")[0] for path in reads_of(Beoordelaar.__call__, Beoordelaar, "omgeving")}
    assert read == {"inhoud", "tijdvak", "datum_prestatie", "dekkingsvak", "polissen", "terugblik"}


# While plans are made.


def _watched_plan(self: PlansByContent, key: PlanKey, record: Prestatierecord, borders: list[bytes]) -> ReadyPlan:
    """The plan of a record of which nothing can be read but its key; of 0408 the year, and on which side of a border."""
    day = DayOfYear(record.datum)
    watched: Any = Watched(record, _RUBRIEKEN, {"datum": lambda _: day})
    plan = self._planmaker.plan(watched, self._grounds.per_nummer[key[2]])
    if within := [border for border in day.borders if border not in borders]:
        raise ReadTooMuchError(f"days of one tijdvak are told apart, at {within}")
    assert record[_PLACE] == key[0]
    amount, shares = plan.besluit.toegekend, plan.besluit.aandelen
    return plan, plan.post, plan.grenzen, plan.besluit, (amount, shares) if shares else amount


_PLACE = layouts("mz301")[b"04"].stuk("0409", "0431")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ReadyPlan]]:
    """Makes each plan a second time from its key only; of each dekkingsvak asks the cover on all days that are in it."""
    make, of_prestatie, decide = PlansByContent.make, Recordkeuring.prestatie, Beoordelaar.__call__
    made: list[ReadyPlan] = []
    at_hand: list[Recordkeuring] = []

    def make_watched(self: PlansByContent, key: PlanKey, record: Prestatierecord) -> ReadyPlan:
        made.append(make(self, key, record))
        assert made[-1] == _watched_plan(self, key, record, at_hand[-1]._tijdvakken._grenzen)
        return made[-1]

    def prestatie(self: Recordkeuring, heen: bytes, regel: int) -> Any:
        at_hand[:] = [self]
        return of_prestatie(self, heen, regel)

    def decide_watched(self: Beoordelaar, heen: bytes, bezwaren: Any, omgeving: Any) -> Any:
        besluit = decide(self, heen, bezwaren, omgeving)
        number = self._stand.gronden.get(omgeving.dekkingsvak)
        for dag in around_limits.DAGEN if number is not None else ():
            if bisect_right(at_hand[-1]._dekkingsvakken, dag.encode()) == omgeving.dekkingsvak:
                assert self._gronden.nummer(omgeving.polissen, dag.encode()) == number
        return besluit

    monkeypatch.setattr(PlansByContent, "make", make_watched)
    monkeypatch.setattr(Recordkeuring, "prestatie", prestatie)
    monkeypatch.setattr(Beoordelaar, "__call__", decide_watched)
    yield made
    assert made


@pytest.mark.slow
def test_plans_around_limits_are_made_from_their_keys(watched: list[ReadyPlan], tmp_path: Path) -> None:
    """Contracten, tariffs, ages and wachttijden that begin and end within a month."""
    (grenzen := tmp_path / "grenzen.yaml").write_text(around_limits.STORE, "utf-8")
    with verse_store((STORE, grenzen), tmp_path) as store:
        for inhoud in around_limits.VOORBEELDEN:
            _replay(store, tmp_path, inhoud)


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(stores(), bestanden())
def _on_any_store(werkmap: Path, store: dict[str, Any], reeks: list[list[Zet]]) -> None:
    with proef(werkmap, store) as gemaakt:
        spel = Spel(gemaakt, store)
        for zetten in reeks:
            spel.speel(zetten)


@pytest.mark.slow
def test_plans_on_any_store_are_made_from_their_keys(watched: list[ReadyPlan], tmp_path: Path) -> None:
    _on_any_store(tmp_path)


def _replay(store: Database, map_: Path, inhoud: bytes) -> None:
    (plaats := map_ / "x.asc").write_bytes(inhoud)
    replay(Opdracht(plaats, map_ / "r.asc", dt.date(2011, 5, 2), Stage.VERZEKERAAR, dry_run=True), store)


# The tests of these tests.


@pytest.mark.parametrize("attribute", ["referentienummer", "bsn", "machtigingsnummer"])
def test_a_plan_that_reads_more_is_found(
    watched: list[ReadyPlan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attribute: str
) -> None:
    plan = Planmaker.plan

    def reads_more(self: Planmaker, p: Prestatierecord, grond: Any) -> Any:
        return plan(self, p, grond) if getattr(p, attribute) else None

    monkeypatch.setattr(Planmaker, "plan", reads_more)
    with verse_store((STORE,), tmp_path) as store, pytest.raises(ReadTooMuchError, match=attribute):
        _replay(store, tmp_path, bytes(eenvoudig()))


@pytest.mark.parametrize(
    "more", [lambda p: p.datum[6:], lambda p: p.datum.decode()[4:], lambda p: p.datum > b"20110401"]
)
def test_a_plan_that_tells_days_apart_is_found(
    watched: list[ReadyPlan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: Any
) -> None:
    plan = Planmaker.plan

    def reads_more(self: Planmaker, p: Prestatierecord, grond: Any) -> Any:
        more(p)
        return plan(self, p, grond)

    monkeypatch.setattr(Planmaker, "plan", reads_more)
    with verse_store((STORE,), tmp_path) as store, pytest.raises(ReadTooMuchError, match=r"0408|apart"):
        _replay(store, tmp_path, bytes(eenvoudig()))
