"""What is granted, on any store and in any order of declarations: as worked out a second time, and never too much.

Hypothesis runs derandomized, so that a run finds what the run before it found.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mzsim.checks.grant import CAUSES
from mzsim.store.session import Database
from tests.examples import costly, fixed
from tests.recomputation import Reckoner
from tests.verzekerden import BSN, MACHTIGING, Fields, Replayed, Trial, contract, pakket, polis, proef, tariff, uzovi
from tests.watching import nothing_known

pytestmark = pytest.mark.slow

FROM_GRANTING = ("8059", "0613", "0589", "8220", "0587")
CREDITS = ("credit ", "credit 0613", "credit 8017")
OTHER_BSN = "100197243"
OTHER = {"r0203": OTHER_BSN, "r0207": "19220322", "r0210": "Vries"}
WHO = {BSN: {"r0207": "19540101"}, OTHER_BSN: OTHER}
COUNTS = {"C11": 1, "C12": 3, "V13": 2, "U10": 8}

_amounts = st.sampled_from([0.0, 0.01, 4.0, 7.5, 10.0, 19.99, 25.0, 40.0])
_percentages = st.sampled_from([0, 33, 50, 67, 75, 100])
_periods = st.sampled_from(["kalenderjaar", "kaak_per_kalenderjaar", "verzekering"])


@st.composite
def _dekking(draw: st.DrawFn, *, supplementary: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "prestaties": draw(st.sampled_from([["*"], ["*"], ["C*"], ["C11", "V13"], ["U10"]])),
        "percentage": draw(_percentages),
    }
    if supplementary and draw(st.booleans()):
        made["over"] = "eigen_bijdrage"
    if draw(st.booleans()):
        made["maximum_bedrag"] = draw(_amounts)
    if draw(st.integers(0, 2)) == 0:
        made["maximum_aantal"] = draw(st.integers(0, 5))
    if len(made) > 2 and draw(st.booleans()):
        made["per"] = draw(_periods)
    if draw(st.integers(0, 3)) == 0:
        made["id"] = draw(st.sampled_from(["A", "B", "C"]))
    if draw(st.integers(0, 3)) == 0:
        made["eigen_bijdrage"] = {"bedrag": draw(_amounts), "per": "kaak_per_prestatie"}
    if draw(st.integers(0, 4)) == 0:
        made["soort_prestatierecord"] = draw(st.sampled_from([["01"], ["02"]]))
    if draw(st.integers(0, 5)) == 0:
        made["leeftijd_vanaf"] = 57
    return made


def _dekkingen(*, supplementary: bool, **sizes: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Those of a pakket: no two have the same id."""
    listing = st.lists(_dekking(supplementary=supplementary), **sizes)  # type: ignore[arg-type]
    return listing.filter(lambda ds: len(ids := [d["id"] for d in ds if "id" in d]) == len(set(ids)))


@st.composite
def stores(draw: st.DrawFn) -> dict[str, Any]:
    """An insurer with pakketten, tariffs and perhaps contracten; the birthday of the first verzekerde is 1 January."""
    contracted = draw(st.sampled_from(["niemand", "deze", "een ander"]))
    maximum = draw(st.sampled_from([{}, {}, {"C11": 6.0}, {"C*": 7.5, "C12": 20.0, "U10": 30.0}, {"*": 12.0}]))
    choice = {"niet_gecontracteerd": {"vergoeding": draw(st.sampled_from([0, 50, 70, 75])), "maximum": maximum}}
    contracten = {
        "niemand": [],
        "deze": [contract(**draw(st.sampled_from([{}, {"C11": 8.0}, {"C12": 3.33}])))],
        "een ander": [contract() | {"agb": "12099999"}],
    }
    pakketten = [
        pakket("B1", "basis", *draw(_dekkingen(supplementary=False, min_size=1, max_size=3))),
        pakket("B2", "basis", *draw(_dekkingen(supplementary=False, max_size=1))),
        pakket("A1", "aanvullend", *draw(_dekkingen(supplementary=True, max_size=2))),
        pakket("A2", "aanvullend", *draw(_dekkingen(supplementary=True, max_size=1))),
    ]
    codes = draw(st.permutations(["B1", "B2", "A1", "A2"]))
    return {
        "uzovi": [uzovi(**choice)],
        "contracten": contracten[contracted],
        "tarieven": draw(st.sampled_from([[], [tariff("C11", 9.0), tariff("V13", 4.0), tariff("U10", 144.0)]])),
        "pakketten": pakketten,
        "polissen": [
            polis(*codes, geboortedatum=dt.date(1954, 1, 1)),
            polis("B1", "A1", bsn=OTHER_BSN, verzekerdennummer="V0002", geboortedatum=dt.date(1922, 3, 22)),
        ],
        "machtigingen": [
            MACHTIGING | {"nummer": "M1", **draw(_limits)},
            MACHTIGING | {"nummer": "M2", "bsn": OTHER_BSN, **draw(_limits)},
        ],
    }


_limits = st.sampled_from([{}, {"aantal": 4}, {"bedrag": 25.0}, {"aantal": 9, "bedrag": 60.0}])


class Move(NamedTuple):
    """A record to declare: of whom, and what; or the credit of one that was declared before, with the amount that was
    granted or declared, or with another."""

    who: str
    fields: Fields
    credit: int | None = None
    amount: str = "granted"


@st.composite
def _moves(draw: st.DrawFn) -> Move:
    who = draw(st.sampled_from([BSN, BSN, OTHER_BSN]))
    if draw(st.integers(0, 3)) == 0:
        amount = draw(st.sampled_from(["declared", "granted", "declared", "other"]))
        return Move(who, {}, draw(st.integers(0, 5)), amount)
    code = draw(st.sampled_from(sorted(COUNTS)))
    piece = draw(st.sampled_from([400, 999, 1000, 1337]))
    count = COUNTS[code]
    hours = code == "U10"
    # By the hour rounded up or down, else as it is or a cent less: all of it is declared rightly.
    of_hour = piece * 12 + draw(st.sampled_from([0, 0, 1, 7, 11]))
    rounded = draw(st.sampled_from([0, 0, 1]))
    berekend = (
        -(-of_hour * count // 12) - (rounded if of_hour * count % 12 else 0) if hours else piece * count - rounded
    )
    part = draw(st.sampled_from([1, 1, 2, 3]))
    authorised = {"r0406": {BSN: "M1", OTHER_BSN: "M2"}[who]} if draw(st.integers(0, 3)) == 0 else {}
    fields = {
        **authorised,
        "r0408": draw(st.sampled_from(["20101230", "20101231", "20110101", "20110331"])),
        "r0409": "01",
        "r0413": code,
        "r0414": "0",
        "r0415": draw(st.sampled_from(["11", "31"])),
        "r0424": str(of_hour if hours else piece),
        "r0425": str(count),
        "r0426": str(berekend),
        "r0430": str(berekend // part),
    }
    return Move(who, fields)


@st.composite
def files(draw: st.DrawFn) -> list[list[Move]]:
    """Declarations one after another, of every verzekerde the records together."""
    made = []
    for _ in range(draw(st.integers(1, 4))):
        moves = draw(st.lists(_moves(), min_size=1, max_size=5))
        made.append(sorted(moves, key=lambda put: put.who != BSN))
    return made


class Game:
    """Plays declarations on a store with what a second opinion says of each."""

    def __init__(self, proef: Trial, store: dict[str, Any]) -> None:
        self._trial = proef
        self.reckoner = Reckoner(store)
        self.played = 0
        self._credited: set[str] = set()

    def play(self, moves: list[Move]) -> tuple[Replayed, list[tuple[str, Fields]]]:
        """The answer, and the records that were declared."""
        self.played += 1
        earlier = list(self.reckoner.stands)
        records: list[tuple[str, Fields]] = []
        seen = set()
        for put in moves:
            fields = self._fields(put, earlier)
            if fields is not None and (equal := (put.who, *fields.values())) not in seen:
                seen.add(equal)
                records.append((put.who, fields | {"r0432": f"{self.played}-{len(records)}"}))
        verzekerden = [(WHO[who], [v for of, v in records if of == who]) for who in WHO]
        records = [record for who in WHO for record in records if record[0] == who]
        return self._trial.play([(who, part) for who, part in verzekerden if part]), records

    def _fields(self, put: Move, earlier: list[Any]) -> Fields | None:
        if put.credit is None:
            return put.fields
        open_ = [t for t in earlier if t.persoon == put.who and t.fields["r0432"] not in self._credited]
        if not open_:
            return None
        grant = open_[put.credit % len(open_)]
        debet = grant.fields
        amounts = {"granted": str(grant.bedrag), "declared": debet["r0430"], "other": str(grant.bedrag // 2 + 1)}
        amount = amounts[put.amount]
        if amount in (amounts["granted"], amounts["declared"]):
            self._credited.add(debet["r0432"])
        return {**debet, "r0427": "C", "r0430": amount, "r0431": "C", "r0433": debet["r0432"]}

    def require_once(self, answer: Replayed, records: list[tuple[str, Fields]]) -> None:
        """Each record was granted what the second opinion says, and says why where that is less than was declared."""
        ids = {m.finding.identificatie: m.finding.check.id for m in answer.uitkomst.meldingen}
        if not records:  # its credits had nothing to take back
            assert set(ids.values()) == {"record-7"}
            return
        assert not {id for id in ids.values() if id not in (*(c.id for c in CAUSES), "0406-4", "0433-3")}
        for place, (who, fields) in enumerate(records):
            codes, granted = answer.codes[place], answer.toegekend[place]
            if "r0433" in fields:
                assert (granted, codes) == self.reckoner.credit(who, fields), fields
                continue
            expected, possible = self.reckoner.decide(who, fields)
            assert granted == expected, fields
            assert bool(codes) == (expected < int(fields["r0430"])), fields
            if expected == 0 and possible == {"0552"}:
                assert codes == ("0552",), fields
            elif codes:
                assert set(codes) <= possible, fields
                assert ("0613" in codes) == ("0613" in possible), fields
                assert codes == tuple(c for c in FROM_GRANTING if c in codes)


@pytest.fixture(scope="module")
def work_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("toekenning")


Used = dict[tuple[str, str, int | str, str, str], list[int]]


def _usage(store: Database) -> Used:
    """What the store says that each dekking paid, by person, dekking, day and jaw."""
    total: Used = {}
    with store.read() as connection:
        question = "SELECT persoon, datum, gebitselement, aandelen FROM prestaties WHERE aandelen IS NOT NULL"
        for person, date, element, shares in connection.rows(question):
            for _, code, number, amount, count in json.loads(shares):
                if not code:  # of an authorisation
                    continue
                entry = total.setdefault((person, code, number, date, element[0]), [0, 0])
                entry[0], entry[1] = entry[0] + amount, entry[1] + count
    return total


def _dekking_of(store: dict[str, Any], code: str, known_by: int | str) -> dict[str, Any]:
    (line,) = (p for p in store["pakketten"] if p["code"] == code)
    return next(d for n, d in enumerate(line["dekkingen"]) if d.get("id", n) == known_by)


def _require_within_maxima(store: dict[str, Any], usage: Used) -> None:
    per_period: dict[tuple[Any, ...], list[int]] = {}
    for (person, code, number, date, quadrant), (amount, count) in usage.items():
        assert amount >= 0
        assert count >= 0
        per = _dekking_of(store, code, number).get("per")
        period = {"kalenderjaar": date[:4], "kaak_per_kalenderjaar": date[:4] + quadrant}.get(per, "")
        entry = per_period.setdefault((person, code, number, period), [0, 0])
        entry[0], entry[1] = entry[0] + amount, entry[1] + count
    for (_, code, number, _), (amount, count) in per_period.items():
        dekking = _dekking_of(store, code, number)
        assert amount <= round(100 * dekking.get("maximum_bedrag", 10**6))
        assert count <= dekking.get("maximum_aantal", 10**6)


def _require_parts(answer: Replayed, records: list[tuple[str, Fields]]) -> None:
    """Of a debet record between nothing and what was declared; what comes back in part has its amounts in its own
    rubrieken. The total is the sum of all records: `Trial` asks that of every declaration."""
    for line, amount, (_, fields) in zip(answer.records, answer.toegekend, records, strict=True):
        declared = int(fields["r0430"])
        if "r0433" in fields:
            assert -declared <= amount <= 0
            continue
        assert 0 <= amount <= declared
        if line is not None:
            assert amount < declared
            assert line.codes
            assert line.berekend.endswith("D")
            assert amount <= int(line.berekend[:-1]) <= int(fields["r0426"])


def _causes(answer: Replayed, records: list[tuple[str, Fields]]) -> Iterator[str]:
    """What comes by in an answer: its codes, those of credits together, and whether a part was granted."""
    for codes, granted, (_, fields) in zip(answer.codes, answer.toegekend, records, strict=True):
        yield from codes
        if "r0433" in fields:
            yield f"credit {' '.join(codes)}"
        if codes and granted:
            yield "deels"


def test_a_second_calculation_comes_to_the_same(work_folder: Path) -> None:
    """And no dekking ever pays more than its maximum in a period, or less than nothing.

    The examples are not empty: each code, a part granted, and credits with each amount occur often.
    """
    counted: Counter[str] = Counter()

    @fixed(300)
    @given(stores(), files())
    def calculate(store: dict[str, Any], record_set: list[list[Move]]) -> None:
        with proef(work_folder, store) as made:
            game = Game(made, store)
            for moves in record_set:
                answer, records = game.play(moves)
                game.require_once(answer, records)
                _require_parts(answer, records)
                _require_within_maxima(store, _usage(made.store))
                counted.update(_causes(answer, records))

    calculate()
    assert all(counted[what] >= 5 for what in (*CREDITS, "deels", "0552", *FROM_GRANTING)), counted


@costly(60)
@given(stores(), files())
def test_amounts_are_the_same_where_nothing_is_kept(
    work_folder: Path, store: dict[str, Any], record_set: list[list[Move]]
) -> None:
    """Neither verdicts of what was in order before nor plans of what is alike; what was granted before counts as ever."""

    def answers() -> list[Replayed]:
        with proef(work_folder, store) as made:
            game = Game(made, store)
            played = []
            for moves in record_set:
                answer, records = game.play(moves)
                game.require_once(answer, records)
                played.append(answer)
            return played

    kept = answers()
    with nothing_known():
        assert answers() == kept


@fixed(40)
@given(stores(), files())
def test_credits_of_everything_make_the_sum_zero(
    work_folder: Path, store: dict[str, Any], record_set: list[list[Move]]
) -> None:
    """And give back all of every maximum: the same declarations get the same once more."""
    with proef(work_folder, store) as made:
        game = Game(made, store)
        first = []
        total = 0
        for moves in record_set:
            answer, records = game.play([put for put in moves if put.credit is None])
            game.require_once(answer, records)
            first.append(answer.toegekend)
            total += answer.total
        while game.reckoner.stands:
            moves = [Move(t.persoon, {}, 0) for t in game.reckoner.stands[:5]]
            answer, records = game.play(sorted(moves, key=lambda put: put.who != BSN))
            game.require_once(answer, records)
            total += answer.total
        assert total == 0
        assert all(entry == [0, 0] for entry in _usage(made.store).values())
        again = [game.play([put for put in moves if put.credit is None])[0].toegekend for moves in record_set]
        assert again == first


@fixed(40)
@given(stores(), st.lists(_moves(), min_size=2, max_size=8))
def test_the_order_of_verzekerden_makes_no_difference(
    work_folder: Path, store: dict[str, Any], moves: list[Move]
) -> None:
    outcomes = []
    for ordering in ((BSN, OTHER_BSN), (OTHER_BSN, BSN)):
        with proef(work_folder, store) as made:
            per_who = {who: [z.fields for z in moves if z.who == who and z.credit is None] for who in ordering}
            unique = {who: [v for n, v in enumerate(vs) if v not in vs[:n]] for who, vs in per_who.items()}
            answer = made.play([(WHO[who], unique[who]) for who in ordering if unique[who]] or [({}, [])])
            rest = iter(answer.toegekend)
            outcomes.append({who: [next(rest) for _ in unique[who]] for who in ordering})
    assert outcomes[0] == outcomes[1]
