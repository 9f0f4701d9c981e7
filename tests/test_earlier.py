"""What came before: one definition of a credit, of the debet record that it takes back, and of the same prestatie."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mzsim.domain.combination_rules import CombinationMember
from mzsim.domain.earlier.credits import (
    REJECTED,
    EarlierRecord,
    is_credit,
    standing,
    taken_back,
    was_credit,
    with_debet,
)
from mzsim.domain.earlier.maxima import GrantedBefore
from mzsim.domain.earlier.past import Past
from mzsim.domain.earlier.prestatie import as_number, prestatie_of
from mzsim.domain.findings import Stage
from mzsim.explanation.collector import Collector
from mzsim.pipeline import Order, replay
from mzsim.standard.records import Prestatierecord
from mzsim.store.columns import WAS_CREDIT
from tests.commands import DATE
from tests.factories import Message, make, record
from tests.verzekerden import Trial, credit, debet, insured, proef, uzovi

PAYS = ("0736", "A", 0)
EARLIER = EarlierRecord(
    id=1,
    bericht_id=1,
    agb="12012345",
    persoon="123456782",
    datum="20110331",
    soort="01",
    prestatiecode="C11",
    behandelaar="12004567",
    gebitselement="11",
    vlak="",
    kaak="0",
    referentienummer="A",
    vorig_referentienummer="",
    aantal=1,
    declaratiebedrag=1000,
    toegekend_bedrag=1000,
    uitkomst="toegewezen",
    aandelen=json.dumps([[*PAYS, 1000, 1]]),
)


def _credit_of(row: EarlierRecord, **otherwise: object) -> EarlierRecord:
    back = row._replace(
        id=row.id + 1,
        referentienummer="B",
        vorig_referentienummer=row.referentienummer,
        declaratiebedrag=-row.declaratiebedrag,
        toegekend_bedrag=-row.toegekend_bedrag,
        aandelen=json.dumps([[*PAYS, -row.toegekend_bedrag, -row.aantal]]),
    )
    return back._replace(**otherwise)


@st.composite
def _histories(draw: st.DrawFn) -> list[EarlierRecord]:
    """What an insurer keeps of a verzekerde, oldest first: few numbers, days and parties, so that they often meet."""
    rows = []
    for id in range(1, draw(st.integers(2, 14)) + 1):
        amount = draw(st.sampled_from([0, 500, 1000, 1000]))
        rejected, part = draw(st.integers(0, 5)) == 5, draw(st.sampled_from([2, 1]))
        number, previous = draw(st.sampled_from("AB")), draw(st.sampled_from(["A", "", "", "B"]))
        minus = -1 if previous and draw(st.booleans()) else 1
        is_back = was_credit(minus * amount, previous)
        rows.append(
            EARLIER._replace(
                id=id,
                agb=draw(st.sampled_from(["12012345"] * 5 + ["12099999"])),
                datum=draw(st.sampled_from(["20110331"] * 5 + ["20110401"])),
                gebitselement=draw(st.sampled_from(["11", "31"])),
                referentienummer=number,
                vorig_referentienummer=previous,
                declaratiebedrag=minus * amount,
                toegekend_bedrag=0 if rejected else minus * amount // part,
                uitkomst=REJECTED if rejected else "toegewezen",
                aandelen=None if rejected else json.dumps([[*PAYS, minus * amount // part, -1 if is_back else 1]]),
            )
        )
    taken = _slowly_taken_back(rows)
    return [_as_granted(row, rows[taken[row.id] - 1]) if row.id in taken else row for row in rows]


def _as_granted(back: EarlierRecord, debet: EarlierRecord) -> EarlierRecord:
    """A credit takes back what its debet record was granted."""
    amount = -debet.toegekend_bedrag
    return back._replace(toegekend_bedrag=amount, aandelen=json.dumps([[*PAYS, amount, -1]]))


def _slowly_taken_back(rows: list[EarlierRecord]) -> dict[int, int]:
    """The same by the words of the contract: one credit after another looks through all that went before."""
    found: dict[int, int] = {}
    for later in rows:
        if later.declaratiebedrag > 0 or (later.declaratiebedrag == 0 and not later.vorig_referentienummer):
            continue
        named = [
            earlier
            for earlier in rows
            if REJECTED not in (earlier.uitkomst, later.uitkomst)
            and earlier.id < later.id
            and earlier.id not in found.values()
            and (earlier.declaratiebedrag > 0 or (earlier.declaratiebedrag == 0 and not earlier.vorig_referentienummer))
            and earlier.referentienummer == later.vorig_referentienummer
            and (earlier.agb, earlier.persoon, earlier.datum) == (later.agb, later.persoon, later.datum)
            and (earlier.soort, earlier.prestatiecode) == (later.soort, later.prestatiecode)
        ]
        prescribed = [earlier for earlier in named if earlier.toegekend_bedrag == -later.declaratiebedrag]
        declared = [earlier for earlier in named if earlier.declaratiebedrag == -later.declaratiebedrag]
        if prescribed or declared:
            found[later.id] = (prescribed or declared)[0].id
    return found


@pytest.mark.slow
@settings(max_examples=200, deadline=None, derandomize=True)
@given(_histories(), st.randoms(use_true_random=False))
def test_a_credit_takes_back_exactly_its_debet_in_any_order_of_rows(
    rows: list[EarlierRecord], chance: random.Random
) -> None:
    shuffled = chance.sample(rows, len(rows))
    taken = {id: row.id for id, row in taken_back(shuffled).items()}
    assert taken == _slowly_taken_back(rows)
    granted = [row.id for row in rows if row.uitkomst != REJECTED and not row.credit]
    assert [row.id for row in standing(shuffled)] == [id for id in granted if id not in taken.values()]
    pairs = {row.id: about.id for row, about in with_debet(shuffled)}
    assert pairs == {row.id: taken.get(row.id, row.id) for row in rows}
    fits = Past(shuffled)
    assert {row.id for row in rows if row.id in granted and fits.stands(row)} == set(granted) - set(taken.values())


@pytest.mark.slow
@settings(max_examples=100, deadline=None, derandomize=True)
@given(_histories(), st.randoms(use_true_random=False))
def test_what_stands_is_what_was_granted_and_not_taken_back(rows: list[EarlierRecord], chance: random.Random) -> None:
    """Of each prestatie and of each maximum, where every credit finds its debet record."""
    taken = taken_back(rows)
    known = [row for row in rows if row.uitkomst != REJECTED and (not row.credit or row.id in taken)]
    counted = GrantedBefore(chance.sample(known, len(known)), {PAYS: "kaak_per_kalenderjaar"})
    used = {"1": [0, 0], "2": [0, 0]}
    for row in rows:
        left = sum(
            other.toegekend_bedrag
            for other in standing(rows)
            if (other.datum, other.prestatie) == (row.datum, row.prestatie)
        )
        assert counted.amount(row.datum, row.prestatie) == left
    for row in standing(rows):
        jaw = used["1" if row.gebitselement == "11" else "2"]
        jaw[0], jaw[1] = jaw[0] + row.toegekend_bedrag, jaw[1] + row.aantal
    for jaw_number, (amount, number) in used.items():
        assert counted.used.get((PAYS, f"2011{jaw_number}"), (0, 0)) == (amount, number)


@pytest.mark.slow
def test_histories_hold_what_is_at_stake() -> None:
    """The examples above are not empty: credits that find a record, in either way, and credits that find none."""
    seen = {"taken": 0, "of a part, as granted": 0, "of a part, as declared": 0, "of nothing": 0, "unknown": 0}

    @settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @given(_histories())
    def count(rows: list[EarlierRecord]) -> None:
        taken = taken_back(rows)
        seen["taken"] += bool(taken)
        parts = [
            (rows[id - 1], debet) for id, debet in taken.items() if debet.toegekend_bedrag < debet.declaratiebedrag
        ]
        seen["of a part, as granted"] += any(-c.declaratiebedrag == debet.toegekend_bedrag for c, debet in parts)
        seen["of a part, as declared"] += any(-c.declaratiebedrag == debet.declaratiebedrag for c, debet in parts)
        seen["of nothing"] += any(row.declaratiebedrag == 0 for row in taken.values())
        seen["unknown"] += any(row.credit and row.uitkomst != REJECTED and row.id not in taken for row in rows)

    count()
    assert min(seen.values()) > 5, seen


_amounts = st.one_of(st.sampled_from([-1, 0, 1]), st.integers(-99_999_999, 99_999_999))
_numbers = st.one_of(st.just(""), st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20))


@pytest.mark.slow
@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(_amounts, _numbers), min_size=1, max_size=30))
def test_sql_and_python_agree_on_what_a_credit_is(rows: list[tuple[int, str]]) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE prestaties (declaratiebedrag INTEGER, vorig_referentienummer VARCHAR)")
    database.executemany("INSERT INTO prestaties VALUES (?, ?)", rows)
    found = database.execute(f"SELECT {WAS_CREDIT} FROM prestaties p ORDER BY rowid").fetchall()
    database.close()
    assert [bool(one) for (one,) in found] == [was_credit(*row) for row in rows]


@pytest.mark.parametrize("amount", ["1000", "0"])
@pytest.mark.parametrize(("sign", "previous"), [("D", ""), ("C", "A")])
def test_the_store_and_the_message_agree_on_what_a_credit_is(amount: str, sign: str, previous: str) -> None:
    """As far as a credit names its debet record, which 0433-1 asks of it."""
    p = Prestatierecord(record("04", {"0430": amount, "0431": sign, "0433": previous}))
    assert is_credit(p) == was_credit(-int(amount) if sign == "C" else int(amount), previous)


_MOUTH = st.fixed_dictionaries(
    {
        "0408": st.sampled_from(["20110331", "20110401"]),
        "0413": st.sampled_from(["C11", "V13"]),
        "0420": st.sampled_from(["12004567", "12004568"]),
        "0415": st.sampled_from(["00", "11"]),
        "0416": st.sampled_from(["", "M", "MO", "OM"]),
        "0414": st.sampled_from(["0", "1"]),
        "0425": st.sampled_from(["1", "2"]),
    }
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(_MOUTH, _MOUTH)
def test_amounts_and_rules_agree_on_what_the_same_prestatie_is(one: dict[str, str], other: dict[str, str]) -> None:
    """Rules on combinations know a `CombinationMember`, plans know a number; the surfaces are a set of letters to both."""

    def member(f: dict[str, str]) -> CombinationMember:
        surface = "".join(sorted(f["0416"]))
        return CombinationMember(f["0408"], f["0413"], f["0414"], f["0415"], surface, f["0420"], int(f["0425"]))

    keys = [prestatie_of(Prestatierecord(record("04", fields))) for fields in (one, other)]
    same = one["0408"] == other["0408"] and keys[0] == keys[1]
    assert (member(one).prestatie == member(other).prestatie) == same
    assert (as_number(keys[0]) == as_number(keys[1])) == (keys[0] == keys[1])


def test_a_credit_that_was_granted_in_part_takes_its_own_debet_back() -> None:
    """A script may answer a credit with a part. It is about its debet record all the same, wherever it says it was done."""
    part = _credit_of(EARLIER, gebitselement="00", toegekend_bedrag=-300, uitkomst="deels", aandelen=None)
    assert GrantedBefore([EARLIER, part], {}).amount(EARLIER.datum, EARLIER.prestatie) == 700


def test_a_credit_of_another_party_takes_nothing_back() -> None:
    """Two parties may number alike; where nobody matches credits (0433-3 off) one may name a number that it never had."""
    assert standing([EARLIER, _credit_of(EARLIER, agb="12099999")]) == [EARLIER]
    assert standing([EARLIER, _credit_of(EARLIER)]) == []


@pytest.mark.parametrize(
    ("last", "check", "rows"),
    [
        # The 10.00 is why another 10.00 is refused.
        (debet(r0432="D"), "0413-8", ["C"]),
        (credit("A", tariff=0, r0432="D"), "0433-4", ["A", "B"]),
    ],
)
def test_a_credit_of_nothing_is_explained_as_a_credit(
    last: dict[str, str], check: str, rows: list[str], tmp_path: Path
) -> None:
    """0.00 was granted (A) and credited (B), then 10.00 granted (C)."""
    with proef(tmp_path, insured({})) as played:
        played.declareer(debet(tariff=0, r0432="A"))
        played.declareer(credit("A", tariff=0, r0432="B"))
        played.declareer(debet(r0432="C"))
        declaration = tmp_path / "again.asc"
        declaration.write_bytes(bytes(Message(voorloop=make("01", r0116="AGAIN")).add("02").add("04", **last)))
        with Collector(None) as told:
            order = Order(declaration, tmp_path / "r.asc", DATE, Stage.INSURER, dry_run=True, collector=told)
            outcome = replay(order, played.store)
    (refused,) = outcome.meldingen
    assert refused.finding.check.id == check
    assert [row.waarden and row.waarden["referentienummer"] for row in refused.finding.rows] == rows


@pytest.mark.parametrize("free", [False, True])
def test_what_an_insurer_makes_of_a_rejected_number_is_its_beleid(free: bool, tmp_path: Path) -> None:
    """The store says what became of a number; one that was granted once and rejected once is used in any case."""
    choices = {"referentienummer_hergebruik_na_afwijzing": free, "factuurnummer_hergebruik_na_afwijzing": free}
    store = {**insured({}), "uzovi": [uzovi(**choices)]}
    with proef(tmp_path, store) as played:
        assert played.declareer(debet("X99", r0432="A", r0408="20300101"), r0116="F").codes[0]
        again = played.declareer(debet(r0432="A"), r0116="G")
        assert again.codes == ([()] if free else [("8021",)])
        assert _file_codes(played, "F") == ([] if free else ["0030"])
        assert played.declareer(debet(r0432="A"), r0116="H").codes == [("8021",)]


def _file_codes(played: Trial, number: str) -> list[str | None]:
    answer = played.declareer(debet(r0408="20110330"), r0116=number, dry_run=True)
    return [m.retourcode for m in answer.uitkomst.meldingen]
