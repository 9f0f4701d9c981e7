"""What an insurer grants: the examples of INV 4.6 to the cent, and credits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from mzsim.domain.findings import Stage, Status
from tests.make_inv4 import STORE, declaraties
from tests.retours import read, slot
from tests.verzekerden import Trial, credit, debet, insured, proef, tariff, uzovi

EXAMPLES = declaraties()
WLZ_DATE = dt.date(2018, 5, 2)
THREE_QUARTERS_WITH_AV = insured({"percentage": 75}, supplementary=({"percentage": 75, "over": "eigen_bijdrage"},))


# INV 4.6.


@pytest.fixture
def inv4(tmp_path: Path) -> Iterator[Trial]:
    """The insurer and the zorgkantoor of the examples of INV chapter 4."""
    with proef(tmp_path, yaml.safe_load(STORE.read_text("utf-8"))) as made:
        yield made


def _name(begin: str) -> str:
    (name,) = (name for name in EXAMPLES if name.startswith(begin))
    return name


# The example, what was declared before it, and of each record the codes, the grant and rubriek 0481.
INV_4_6 = [
    ("4.6.2-1.1", (), [(("0613",), 18750, 20000), (("0613",), 28125, 30000)]),
    ("4.6.2-1.2", (), [((), 15000, None), ((), 22500, None)]),
    ("4.6.2-1.3", ("4.6.2-1.2",), [((), 3750, None), ((), 5625, None)]),
    ("4.6.2-1.4", (), [((), 18750, None), ((), 28125, None)]),
    # The patient's part: covered as long as nothing was granted, for the dekking doesn't know whose part it is.
    ("4.6.2-1.5", (), [((), 1250, None), ((), 1875, None)]),
    ("4.6.2-1.5", ("4.6.2-1.4",), [(("0587",), 0, 0), (("0587",), 0, 0)]),
    ("4.6.2-1.5", ("4.6.2-1.2", "4.6.2-1.3"), [(("0587",), 0, 0), (("0587",), 0, 0)]),
    ("4.6.2-1.4", ("4.6.2-1.2",), [(("0587",), 3750, 20000), (("0587",), 5625, 30000)]),
    ("4.6.2-1.1", ("4.6.2-1.2",), [(("0613", "0587"), 3750, 20000), (("0613", "0587"), 5625, 30000)]),
    ("4.6.3-2a", (), [((), 16000, None)]),
    ("4.6.4-2b.1", (), [((), 21000, None), (("0613",), 6750, 9000), ((), 40000, None)]),
    ("4.6.4-2b.2", (), [((), 21000, None), ((), 40000, None)]),
    ("4.6.4-2b.3", ("4.6.4-2b.2",), [((), 6750, None)]),
    ("4.6.4-2b.4", (), [((), 21000, None), ((), 6750, None), ((), 40000, None)]),
    ("4.6.4-2b.5", ("4.6.4-2b.4",), [(("0587",), 0, 0)]),
]


@pytest.mark.parametrize(("inv_example", "earlier", "expected"), INV_4_6)
def test_inv_4_6(
    inv_example: str, earlier: tuple[str, ...], expected: list[tuple[tuple[str, ...], int, int | None]], inv4: Trial
) -> None:
    for begin in earlier:
        assert inv4.bytes(EXAMPLES[_name(begin)], stage=Stage.ALL).uitkomst.status is Status.FULLY_GRANTED
    answer = inv4.bytes(EXAMPLES[_name(inv_example)], stage=Stage.ALL)
    assert answer.codes == [codes for codes, _, _ in expected]
    assert list(answer.toegekend) == [amount for _, amount, _ in expected]
    assert [line and line.berekend for line in answer.records] == [
        None if berekend is None else f"{berekend:08d}D" for _, _, berekend in expected
    ]


def test_inv_4_6_in_euros(inv4: Trial) -> None:
    """The totals that INV names: € 468.75 of 500 with € 31.25 for the patient, and € 677.50 of 700 with € 22.50."""
    protheses = inv4.bytes(EXAMPLES[_name("4.6.2-1.1")])
    assert slot(protheses.retour)[-4:] == ["00000050000", "D", "00000046875", "D"]
    teeth = inv4.bytes(EXAMPLES[_name("4.6.4-2b.1")])
    assert slot(teeth.retour)[-4:] == ["00000070000", "D", "00000067750", "D"]


def test_inv_4_6_4_goes_back_with_what_needs_a_word(inv4: Trial) -> None:
    """Of three prestaties the one that is granted in part, under its verzekerde."""
    retour = inv4.bytes(EXAMPLES[_name("4.6.4-2b.1")]).retour
    assert [(r.kenmerk, r.identificatie, r.codes) for r in read(retour)] == [
        ("01", 0, ("0200",)),
        ("02", 1, ("0200",)),
        ("04", 3, ("0613",)),
    ]


@pytest.mark.parametrize("name", [name for name in EXAMPLES if "wlz" in name])
def test_wlz_in_full(name: str, inv4: Trial) -> None:
    answer = inv4.bytes(EXAMPLES[name], stage=Stage.ALL, date=WLZ_DATE)
    assert [(r.kenmerk, r.codes) for r in read(answer.retour)] == [("01", ("8001",))]
    submitted, granted = slot(answer.retour)[-4:-2], slot(answer.retour)[-2:]
    assert submitted == granted


# The same prestatie.


@pytest.mark.parametrize(("first", "again"), [("MO", "OM"), ("OM", "MO"), ("MOD", "DMO")])
@pytest.mark.parametrize("files", [1, 2])
def test_surfaces_are_a_set_of_letters(first: str, again: str, files: int, tmp_path: Path) -> None:
    """In whatever order they stand, they are the same surfaces; others are another prestatie."""
    one, other = ({"r0415": "36", "r0416": surfaces} for surfaces in (first, again))
    with proef(tmp_path, insured({})) as p:
        if files == 1:
            answer = p.declareer(debet("V92", **one), debet("V92", **other))
        else:
            p.declareer(debet("V92", **one))
            answer = p.declareer(debet("V92", **other))
        assert answer.codes[-1] == ("0587",)
        assert answer.toegekend[-1] == 0
        assert p.declareer(debet("V92", **one | {"r0416": "M"})).toegekend == (1000,)


def test_what_is_credited_was_granted_whatever_the_order_of_surfaces(tmp_path: Path) -> None:
    """0416 names no debet record. What goes back is what its own debet took."""
    place = {"r0415": "36", "r0416": "MO"}
    with proef(tmp_path, insured({"maximum_bedrag": 10.0})) as p:
        p.declareer(debet("V92", r0432="A", **place))
        answer = p.declareer(credit("A", "V92", **place | {"r0416": "OM"}), debet("V92", **place))
        assert answer.toegekend == (-1000, 1000)


# Credits.


def test_a_credit_of_what_was_granted(tmp_path: Path) -> None:
    with proef(tmp_path, insured({})) as p:
        p.declareer(debet(r0432="A"))
        answer = p.declareer(credit("A"))
        assert read(answer.retour)[0].codes == ("8001",)
        assert slot(answer.retour)[-4:] == ["00000001000", "C", "00000001000", "C"]
        once_more = p.declareer(credit("A"))
        assert once_more.codes == [("8084",)]
        assert once_more.amounts == [("D", "D")]
        assert p.declareer(credit("X")).codes == [("8017",)]


def test_a_credit_of_a_part_in_full(tmp_path: Path) -> None:
    """0613, minus what was granted, and B, with the indicatie of the record."""
    with proef(tmp_path, THREE_QUARTERS_WITH_AV) as p:
        p.declareer(debet(tariff=10000, r0432="A"))
        answer = p.declareer(credit("A", tariff=10000))
        assert answer.codes == [("0613",)]
        assert answer.amounts == [("10000C", "9375C")]
        assert answer.uitkomst.status is Status.PARTLY_GRANTED
        assert slot(answer.retour)[-2:] == ["00000009375", "C"]


def test_b_of_a_credit_is_that_of_its_debet(tmp_path: Path) -> None:
    """At the insurer's tariff, as the debet record had it."""
    with proef(tmp_path, insured({}, tarieven=[tariff("C11", 8.0)])) as p:
        at_first = p.declareer(debet(r0432="A"))
        back = p.declareer(credit("A"))
        assert (at_first.codes, at_first.amounts) == ([("8059",)], [("800D", "800D")])
        assert (back.codes, back.amounts) == ([("0613",)], [("800C", "800C")])


def test_no_check_of_level_7_on_a_credit(tmp_path: Path) -> None:
    """What holds by now is no matter: a credit takes back what was granted then."""
    with proef(tmp_path, insured({})) as p:
        p.declareer(debet(r0432="A"))
        p.load(
            insured(
                {"percentage": 10, "maximum_bedrag": 0.0},
                uzovi=[uzovi(tarief_afwijking="afwijzen", niet_gecontracteerd={"vergoeding": 0})],
                tarieven=[tariff("C11", 1.0)],
            )
        )
        answer = p.declareer(credit("A"))
        assert (answer.codes, answer.total) == ([()], -1000)


@pytest.mark.parametrize("where", ["later", "in hetzelfde bestand"])
def test_declared_again_after_a_credit(where: str, tmp_path: Path) -> None:
    with proef(tmp_path, insured({"percentage": 50})) as p:
        p.declareer(debet(r0432="A"))
        if where == "later":
            p.declareer(credit("A"))
            assert p.declareer(debet()).toegekend == (500,)
        else:
            assert p.declareer(credit("A"), debet()).toegekend == (-500, 500)
        assert p.declareer(debet(r0432="Z")).codes == [("0613", "0587")]


def test_before_the_credit_in_the_file_it_still_stands(tmp_path: Path) -> None:
    with proef(tmp_path, insured({})) as p:
        p.declareer(debet(r0432="A"))
        answer = p.declareer(debet(), credit("A"), debet(d=900))
        assert answer.toegekend == (0, -1000, 900)
        assert answer.codes == [("0587",), (), ()]


def test_a_credit_after_a_part_in_the_same_file(tmp_path: Path) -> None:
    """600 stands; 400 more is granted and the 600 credited; then there is room for 600 again."""
    with proef(tmp_path, insured({"maximum_aantal": 1})) as p:
        p.declareer(debet(d=600, r0432="A"))
        answer = p.declareer(debet(d=400), credit("A", d=600), debet(d=700), debet("C12"))
        assert answer.toegekend == (400, -600, 600, 0)
        assert answer.codes == [(), (), ("0587",), ("8220",)]


def test_a_credit_gives_back_what_it_cost_maxima(tmp_path: Path) -> None:
    store = insured(
        {"prestaties": ["C*"], "maximum_bedrag": 15.0, "per": "kalenderjaar"},
        {"maximum_aantal": 3, "per": "kalenderjaar"},
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(r0432="A"), debet("C12", r0432="B")).toegekend == (1000, 500)
        assert p.declareer(debet("V13", n=2, r0432="C"), debet("V14", n=2)).toegekend == (2000, 1000)
        assert p.declareer(credit("A"), debet("C13")).toegekend == (-1000, 1000)
        assert p.declareer(debet("C14")).toegekend == (0,)
        assert p.declareer(credit("C", "V13", n=2), debet("V15", n=3)).toegekend == (-2000, 2000)
        assert p.declareer(credit("B", "C12"), debet("C14")).toegekend == (-500, 500)


def test_a_credit_of_a_part_lets_the_other_part_count(tmp_path: Path) -> None:
    """The number of a prestatie in two parts counts once, and as long as one of them stands."""
    with proef(tmp_path, insured({"maximum_aantal": 1, "per": "kalenderjaar"})) as p:
        p.declareer(debet(d=600, r0432="A"))
        p.declareer(debet(d=400, r0432="B"))
        assert p.declareer(credit("A", d=600), debet("C12")).codes == [(), ("8220",)]
        assert p.declareer(debet(d=600, r0432="C")).toegekend == (600,)
        assert p.declareer(credit("B", d=400), credit("C", d=600)).toegekend == (-400, -600)
        assert p.declareer(debet("C12")).toegekend == (1000,)


def test_a_part_declared_again_counts_twice_to_no_dekking(tmp_path: Path) -> None:
    """Of 93.75 the aanvullende pays 18.75, in whatever parts it is declared, credited and declared again."""
    store = insured(
        {"percentage": 75}, supplementary=({"percentage": 75, "over": "eigen_bijdrage", "maximum_bedrag": 20.0},)
    )
    with proef(tmp_path, store) as p:
        p.declareer(debet(tariff=10000, d=6000, r0432="A"))
        p.declareer(debet(tariff=10000, d=3375, r0432="B"))
        p.declareer(credit("A", tariff=10000, d=6000))
        assert p.declareer(debet(tariff=10000, d=6000)).toegekend == (6000,)
        answer = p.declareer(debet("C12", tariff=800))
        assert answer.toegekend == (600 + 2000 - 1875,)
        assert answer.codes == [("0613", "0589")]


def test_a_debet_with_a_0433_is_no_credit(tmp_path: Path) -> None:
    """0433 may be filled in a debet record too (BER 0433 only asks for it in a credit)."""
    with proef(tmp_path, insured({})) as p:
        p.declareer(debet("V13", r0415="11", r0432="A"))
        p.declareer(debet("V13", r0415="12", r0432="B", r0433="A"))
        assert p.declareer(debet("V13", r0415="12")).codes == [("0587",)]
        assert p.declareer(credit("B", "V13", r0415="12")).toegekend == (-1000,)
        assert p.declareer(debet("V13", r0415="12"), debet("V13", r0415="11")).codes == [(), ("0587",)]


def test_a_credit_takes_back_what_its_own_party_declared(tmp_path: Path) -> None:
    """Two practices may use the same referentienummer for the same person, day and prestatie."""
    other = {"r0111": "12054321"}
    with proef(tmp_path, insured({})) as p:
        p.declareer(debet("V13", r0415="11", r0432="A"))
        p.declareer(debet("V13", r0415="12", r0432="A"), **other)
        p.declareer(credit("A", "V13", r0415="11"))
        assert p.declareer(debet("V13", r0415="12"), **other).codes == [("0587",)]
        assert p.declareer(debet("V13", r0415="11"), **other).codes == [()]


def test_the_place_in_the_mouth_is_that_of_the_debet(tmp_path: Path) -> None:
    """A credit is matched without it; what it frees is what its debet record was granted for."""
    with proef(tmp_path, insured({"maximum_bedrag": 10.0, "per": "kaak_per_kalenderjaar"})) as p:
        p.declareer(debet("V13", r0415="11", r0432="A"))
        assert p.declareer(credit("A", "V13", r0415="41")).toegekend == (-1000,)
        assert p.declareer(debet("V13", r0415="41"), debet("V14", r0415="42")).toegekend == (1000, 0)
        assert p.declareer(debet("V13", r0415="11")).toegekend == (1000,)


def test_debet_and_credit_in_one_file(tmp_path: Path) -> None:
    """The credit is refused and takes nothing back: not of the prestatie, not of a maximum."""
    with proef(tmp_path, insured({"maximum_bedrag": 15.0})) as p:
        answer = p.declareer(debet(r0432="A"), credit("A"), debet("C12"))
        assert answer.codes == [(), ("8062",), ("0589",)]
        assert answer.toegekend == (1000, 0, 500)


@pytest.mark.parametrize("how", ["testbericht", "dry-run"])
def test_what_leaves_nothing_behind(how: str, tmp_path: Path) -> None:
    """A test message and a dry run get the answer of a real one, and count to nothing."""
    trial_message = {"r0105": "T"} if how == "testbericht" else {}
    dry = how == "dry-run"
    with proef(tmp_path, insured({"maximum_bedrag": 10.0})) as p:
        for _ in range(2):
            assert p.declareer(debet(), dry_run=dry, **trial_message).toegekend == (1000,)
        p.declareer(debet(r0432="A"))
        assert p.declareer(credit("A"), dry_run=dry, **trial_message).toegekend == (-1000,)
        assert p.declareer(debet("C12"), dry_run=dry, **trial_message).codes == [("0589",)]
        assert p.declareer(debet("C12")).codes == [("0589",)]


def test_what_was_rejected_does_not_count(tmp_path: Path) -> None:
    """Not what was rejected for another reason, not what alles_of_niets left ungranted, not a rejected file."""
    store = insured(
        {"prestaties": ["C12"], "percentage": 50},
        {"maximum_bedrag": 10.0},
        uzovi=[uzovi(alles_of_niets=True)],
    )
    with proef(tmp_path, store) as p:
        answer = p.declareer(debet(), debet("C12"))
        assert answer.codes == [("8096",), ("0613",)]
        assert answer.amounts == [("D", "D"), ("1000D", "D")]
        assert p.declareer(debet(r0404="0739")).toegekend == (0,)
        assert p.declareer(debet(), r0119="USD").uitkomst.status is Status.REJECTED_FILE
        assert p.declareer(debet()).toegekend == (1000,)


def test_granted_earlier_without_a_part_has_no_calculated_amount(tmp_path: Path) -> None:
    """BER 0481: nothing where the reason lies elsewhere than in tariff and cover; B where a part is granted."""
    with proef(tmp_path, insured({})) as p:
        p.declareer(debet(d=600))
        assert p.declareer(debet(d=900)).amounts == [("1000D", "400D")]
        assert p.declareer(debet(d=800)).amounts == [("D", "D")]


def test_the_same_prestatie_twice_in_a_message(tmp_path: Path) -> None:
    """What the first was granted counts for the second, and for the third what both were; another day has its own."""
    with proef(tmp_path, insured({})) as p:
        answer = p.declareer(debet(), debet(tariff=1500), debet(tariff=1400), debet(r0408="20110330"))
    assert answer.toegekend == (1000, 500, 0, 1000)
    assert answer.codes == [(), ("0587",), ("0587",), ()]
