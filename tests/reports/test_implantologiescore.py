"""The conditions of the implantologiescore, each around its threshold, and what follows from them."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mzsim.reports.implantologiescore import CONCLUSIONS, judge
from mzsim.reports.practice import DEFAULT, MACHTIGINGSVRIJ, PracticeContract, Praktijk
from tests.reports.practices import (
    DAY,
    IN_PERIOD,
    machtigingsvrij,
    measurement,
    patients,
    praktijk,
    prestatie,
    request,
    score,
)

FIRST, LAST = dt.date(2025, 4, 1), dt.date(2026, 3, 31)


# The number of treatments.


@pytest.mark.parametrize(("count", "satisfies"), [(14, False), (15, True), (16, True)])
def test_at_least_15_treatments(count: int, satisfies: bool) -> None:
    assert score(praktijk(**patients(count)), "behandelingen") == (count, None, satisfies)


@pytest.mark.parametrize(
    ("date", "count"),
    [(FIRST - dt.timedelta(days=1), 0), (FIRST, 1), (LAST, 1), (DAY, 0)],
)
def test_the_period_ends_before_the_day_of_measuring(date: dt.date, count: int) -> None:
    asked = praktijk(**patients(1, date=date))
    assert score(asked, "behandelingen")[0] == count
    assert score(asked, "goedgekeurd")[:2] == (count, count)


def test_what_was_not_done_does_not_count_and_is_named() -> None:
    asked = praktijk(requests=(request("M1"), request("M2", person="999900018")), prestaties=(prestatie("J040"),))
    assert score(asked, "behandelingen")[0] == 1
    assert [(n.require.id, n.what) for n in measurement(asked).disadvantages] == [("behandelingen", "machtiging M2")]


def test_several_prestaties_under_one_machtiging_are_one_treatment() -> None:
    under = (prestatie("J040"), prestatie("J070", dt.date(2025, 9, 1)), prestatie("J081", dt.date(2025, 10, 1)))
    assert score(praktijk(requests=(request("M1"),), prestaties=under), "behandelingen")[0] == 1


def test_different_treatments_of_one_verzekerde() -> None:
    two = (request("M1", "J040", "J057"), request("M2", "J08*", "J07*"))
    done = (prestatie("J040"), prestatie("J081"))
    asked = praktijk(requests=two, prestaties=done)
    assert score(asked, "behandelingen")[0] == 2
    assert score(asked, "goedgekeurd")[:2] == (2, 2)


@pytest.mark.parametrize(
    ("code", "count"), [("J040", 1), ("J041", 1), ("J046", 1), ("J049", 0), ("J081", 0), ("J090", 0)]
)
def test_without_a_machtiging_what_always_needs_one_counts(code: str, count: int) -> None:
    asked = praktijk(prestaties=(prestatie(code), prestatie(code, dt.date(2025, 7, 1))), **machtigingsvrij())
    assert score(asked, "behandelingen")[0] == count


def test_a_machtiging_outside_its_term_or_of_another_does_not_cover() -> None:
    past = request("M1", "J081", start=dt.date(2024, 1, 1), end=IN_PERIOD - dt.timedelta(days=1))
    later = request("M2", "J081", start=IN_PERIOD + dt.timedelta(days=1))
    of_other = request("M3", "J081", person="999900018")
    rejected = request("M4", "J081", status="afgewezen")
    for one in (past, later, of_other, rejected):
        assert score(praktijk(requests=(one,), prestaties=(prestatie("J081"),)), "behandelingen")[0] == 0
    through = request("M5", "J081", start=dt.date(2024, 1, 1), end=IN_PERIOD)
    assert score(praktijk(requests=(through,), prestaties=(prestatie("J081"),)), "behandelingen")[0] == 1


# The requests.


@pytest.mark.parametrize(
    ("good", "error", "satisfies"), [(19, 1, True), (18, 1, False), (94, 5, False), (95, 5, True), (20, 0, True)]
)
def test_at_least_95_percent_approved(good: int, error: int, satisfies: bool) -> None:
    assert score(praktijk(**patients(good, rejected=error)), "goedgekeurd") == (good, good + error, satisfies)


@pytest.mark.parametrize("second", ["J*", "J040", "J04*"])
def test_a_repeated_request_counts_once(second: str) -> None:
    at_first = request("M1", "J040", "J030", status="afgewezen")
    then = request("M2", second, start=dt.date(2025, 7, 1))
    assert score(praktijk(requests=(at_first, then)), "goedgekeurd") == (1, 1, True)
    rejected_again = then._replace(status="afgewezen")
    assert score(praktijk(requests=(at_first, rejected_again)), "goedgekeurd") == (0, 1, False)


def test_two_requests_that_a_third_connects() -> None:
    one, other = request("M1", "J040"), request("M2", "J081", status="afgewezen")
    assert score(praktijk(requests=(one, other)), "goedgekeurd")[:2] == (1, 2)
    together = request("M3", "J040", "J081", start=dt.date(2025, 8, 1))
    assert score(praktijk(requests=(one, other, together)), "goedgekeurd")[:2] == (1, 1)


def test_a_request_after_the_earlier_one_was_used_is_of_another_treatment() -> None:
    """Else its refusal would be hidden behind the machtiging of half a year before."""
    used = request("M1", "J040", end=dt.date(2025, 9, 1))
    done = (prestatie("J040", element="13"),)
    for start in (IN_PERIOD + dt.timedelta(days=1), dt.date(2025, 12, 1)):
        refused = request("M2", "J040", start=start, status="afgewezen")
        assert score(praktijk(requests=(used, refused), prestaties=done), "goedgekeurd")[:2] == (1, 2)
        given = refused._replace(status="afgegeven")
        assert score(praktijk(requests=(used, given), prestaties=done), "goedgekeurd")[:2] == (2, 2)


def test_a_request_after_the_end_of_the_earlier_one_is_of_another_treatment() -> None:
    ended = request("M1", "J040", end=IN_PERIOD, status="afgewezen")
    again = request("M2", "J040", start=IN_PERIOD)
    later = again._replace(start=IN_PERIOD + dt.timedelta(days=1))
    assert score(praktijk(requests=(ended, again)), "goedgekeurd")[:2] == (1, 1)
    assert score(praktijk(requests=(ended, later)), "goedgekeurd")[:2] == (1, 2)


def test_a_refusal_is_made_good_only_by_what_is_asked_after_it() -> None:
    given, refused = request("M1", "J040"), request("M2", "J040", start=dt.date(2025, 7, 1), status="afgewezen")
    assert score(praktijk(requests=(given, refused)), "goedgekeurd") == (1, 2, False)
    assert [n.what for n in measurement(praktijk(requests=(given, refused))).disadvantages][-1] == "machtiging M2"
    third = request("M3", "J040", start=dt.date(2025, 8, 1))
    assert score(praktijk(requests=(given, refused, third)), "goedgekeurd")[:2] == (1, 1)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ({"element": "13"}, {"element": "23"}, 2),
        ({"element": "13"}, {"element": "33"}, 2),
        ({"jaw": "1"}, {"jaw": "2"}, 2),
        ({"element": "13"}, {"element": "13"}, 1),
        ({"element": "13"}, {"jaw": "1"}, 1),
        ({"element": "13"}, {}, 1),
        ({}, {}, 1),
    ],
)
@pytest.mark.parametrize("free", [False, True], ids=["a machtiging each", "machtigingsvrij"])
def test_another_element_or_jaw_is_another_treatment(
    one: dict[str, str], other: dict[str, str], count: int, free: bool
) -> None:
    """13 in June and 23 in January: two treatments of one patient, whether machtigingen were asked for or not."""
    done = (prestatie("J040", **one), prestatie("J040", dt.date(2026, 1, 15), **other))
    if free:
        asked = praktijk(prestaties=done, **machtigingsvrij())
    else:
        asked = praktijk(prestaties=done, requests=(request("M1", "J040"), request("M2", "J040")))
        assert score(asked, "goedgekeurd")[:2] == (count, count)
    assert score(asked, "behandelingen")[0] == count


def test_two_implants_of_one_day_in_one_jaw_are_one_treatment() -> None:
    done = (prestatie("J040", element="13"), prestatie("J041", element="23"))
    assert score(praktijk(prestaties=done, **machtigingsvrij()), "behandelingen")[0] == 1
    lower = (*done, prestatie("J041", element="33"))
    assert score(praktijk(prestaties=lower, **machtigingsvrij()), "behandelingen")[0] == 2


def test_one_machtiging_is_one_treatment_wherever_it_was_used() -> None:
    done = (prestatie("J040", element="13"), prestatie("J041", "2025-12-01", element="33"))
    assert score(praktijk(requests=(request("M1"),), prestaties=done), "behandelingen")[0] == 1


def test_fifteen_treatments_of_fourteen_patients() -> None:
    made = patients(14)
    second = prestatie("J040", dt.date(2026, 1, 15), person="P0", element="23")
    of_one = {"prestaties": (*made["prestaties"], second)}
    assert score(praktijk(**of_one, **machtigingsvrij()), "behandelingen") == (15, None, True)
    asked = (*made["requests"], request("M99", person="P0", start=dt.date(2026, 1, 2)))
    assert score(praktijk(**of_one, requests=asked), "behandelingen") == (15, None, True)


def test_the_same_request_for_another_person_counts_apart() -> None:
    two = (request("M1"), request("M2", person="999900018", status="afgewezen"))
    assert score(praktijk(requests=two), "goedgekeurd")[:2] == (1, 2)


@pytest.mark.parametrize("status", ["vervallen", "afgewezen", "afgegeven"])
def test_a_request_for_what_needs_none_counts_as_rejected(status: str) -> None:
    asked = praktijk(requests=(request("M1", "J049", status=status),), prestaties=(prestatie("J049"),))
    assert score(asked, "goedgekeurd") == (0, 1, False)
    assert score(asked, "behandelingen")[0] == 0
    assert [n.why for n in measurement(asked).disadvantages] == ["this treatment needs no machtiging"]


def test_with_something_beside_it_that_does_need_one_it_counts_as_usual() -> None:
    assert score(praktijk(requests=(request("M1", "J049", "J041"),)), "goedgekeurd")[0] == 1


def test_under_the_machtigingsvrij_module_every_request_counts_as_rejected() -> None:
    """By the module on the day of the request."""
    changeover = dt.date(2025, 9, 1)
    contracten = (
        PracticeContract(dt.date(2020, 1, 1), changeover - dt.timedelta(days=1), DEFAULT),
        *machtigingsvrij(changeover)["contracten"],
    )
    requests = (
        request("M1", person="P1", start=changeover - dt.timedelta(days=1)),
        request("M2", person="P2", start=changeover),
    )
    asked = praktijk(requests=requests, contracten=contracten)
    assert score(asked, "goedgekeurd")[:2] == (1, 2)
    assert [n.what for n in measurement(asked).disadvantages if n.require.id == "goedgekeurd"] == ["machtiging M2"]


def test_the_contract_that_holds_on_a_day() -> None:
    """To its last day; of two the one that began last."""
    first = PracticeContract(dt.date(2020, 1, 1), IN_PERIOD, MACHTIGINGSVRIJ)
    second = PracticeContract(dt.date(2025, 1, 1), IN_PERIOD, DEFAULT)
    assert praktijk(contracten=(first,)).module(IN_PERIOD) == MACHTIGINGSVRIJ
    assert praktijk(contracten=(first,)).module(IN_PERIOD + dt.timedelta(days=1)) is None
    assert praktijk(contracten=(first, second)).module(IN_PERIOD) == DEFAULT
    assert praktijk(contracten=(first, second)).module(dt.date(2024, 12, 31)) == MACHTIGINGSVRIJ


def test_an_insurer_that_says_itself_what_needs_a_machtiging() -> None:
    requests = (request("M1", "J049"), request("M2", "J081", person="999900018"))
    assert score(praktijk(requests=requests, machtigingsplichtig=("J04*",)), "goedgekeurd")[:2] == (1, 2)


def test_lapsed_is_not_approved() -> None:
    asked = praktijk(requests=(request("M1", status="vervallen"),))
    assert score(asked, "goedgekeurd") == (0, 1, False)
    assert [n.why for n in measurement(asked).disadvantages] == ["the machtiging is vervallen"]


# Repairs and replacements.


@pytest.mark.parametrize(
    ("placed", "repaired", "within"),
    [
        ("2022-06-01", "2025-06-01", 0),
        ("2022-06-02", "2025-06-01", 1),
        ("2023-02-28", "2026-02-28", 0),
        ("2024-02-29", "2025-06-01", 1),
        ("2025-06-01", "2025-06-01", 0),
        ("2026-01-01", "2025-06-01", 0),
    ],
)
def test_repair_within_3_years(placed: str, repaired: str, within: int) -> None:
    asked = praktijk(prestaties=(prestatie("J081", placed), prestatie("J105", repaired, jaw="2")))
    assert score(asked, "reparaties")[:2] == (within, 1)


def test_a_repair_is_of_the_last_denture_in_that_jaw() -> None:
    protheses = (prestatie("J081", "2019-01-01"), prestatie("J082", "2025-01-01"))
    for jaw, within in (("2", 0), ("1", 1), ("0", 1)):
        asked = praktijk(prestaties=(*protheses, prestatie("J104", jaw=jaw)))
        assert score(asked, "reparaties")[:2] == (within, 1)


@pytest.mark.parametrize(("late", "satisfies"), [(9, True), (8, False)])
def test_at_most_10_percent_repairs(late: int, satisfies: bool) -> None:
    early = (prestatie("J081", "2025-05-01"), prestatie("J106", jaw="2"))
    rest = tuple(prestatie("J104", person=f"P{n}") for n in range(late))
    assert score(praktijk(prestaties=early + rest), "reparaties") == (1, late + 1, satisfies)


KINDS = {
    "drukknoppen": ("J070", "J109", {"jaw": "2"}),
    "implantaten": ("J040", "J046", {"element": "33"}),
    "protheses": ("J081", "J081", {}),
    "steggen": ("J072", "J072", {"jaw": "1"}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("placed", "replace", "numerator", "denominator"),
    [
        ("2021-03-01", "2026-03-01", 0, 2),
        ("2021-03-02", "2026-03-01", 1, 2),
        ("2020-04-02", "2025-04-01", 1, 2),
        ("2020-04-01", "2025-03-31", 0, 1),  # its five years were over when the 12 months began; the other counts
        ("2020-02-29", "2025-02-28", 0, 1),
        ("2024-02-29", "2026-03-31", 1, 2),
        ("2024-02-29", "2026-04-01", 0, 1),  # after the period
    ],
)
def test_replaced_within_5_years(kind: str, placed: str, replace: str, numerator: int, denominator: int) -> None:
    at_first, then, where = KINDS[kind]
    asked = praktijk(prestaties=(prestatie(at_first, placed, **where), prestatie(then, replace, **where)))
    assert score(asked, kind)[:2] == (numerator, denominator)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("other", "satisfies"), [(8, True), (7, False)])
def test_at_most_10_percent_replaced(kind: str, other: int, satisfies: bool) -> None:
    at_first, then, where = KINDS[kind]
    prestaties = [prestatie(at_first, "2024-01-01", **where), prestatie(then, **where)]
    prestaties += [prestatie(at_first, person=f"P{n}", **where) for n in range(other)]
    assert score(praktijk(prestaties=tuple(prestaties)), kind) == (1, other + 2, satisfies)


@pytest.mark.parametrize(
    ("at_first", "then", "replace"),
    [
        (("J040", {"element": "33"}), ("J040", {"element": "33"}), 1),
        (("J040", {"element": "33"}), ("J040", {"element": "43"}), 0),
        (("J040", {"element": "33"}), ("J046", {"element": "43"}), 0),
        (("J049", {}), ("J046", {"element": "43"}), 1),
        (("J049", {}), ("J046", {"element": "13"}), 0),
        (("J049", {}), ("J041", {"element": "41"}), 0),
        (("J049", {}), ("J049", {}), 2),
        (("J070", {"jaw": "1"}), ("J070", {"jaw": "2"}), 0),
        (("J071", {"jaw": "2", "count": 3}), ("J109", {"jaw": "2", "count": 2}), 2),
        (("J070", {"jaw": "2"}), ("J109", {"jaw": "2", "count": 9}), 1),
        (("J081", {}), ("J082", {}), 0),
        (("J080", {}), ("J081", {}), 1),
        (("J083", {"jaw": "2"}), ("J081", {}), 1),
        (("J52", {}), ("J082", {}), 1),
        (("J044", {"element": "33"}), ("J046", {"element": "33"}), 0),
    ],
)
def test_what_replaces_what(
    at_first: tuple[str, dict[str, Any]], then: tuple[str, dict[str, Any]], replace: int
) -> None:
    (code, where), (new, there) = at_first, then
    asked = praktijk(prestaties=(prestatie(code, "2024-01-01", **where), prestatie(new, **there)))
    replacements = measurement(asked).scores[3:]
    assert sum(s.numerator for s in replacements) == replace


def test_the_implant_in_the_element_goes_before_that_of_the_jaw() -> None:
    """J046 in 33 replaces what stands in 33, not the newer two of which only the jaw is known."""
    at_first = (prestatie("J040", "2020-06-02", element="33"), prestatie("J049", "2024-01-01"))
    assert score(praktijk(prestaties=(*at_first, prestatie("J046", element="33"))), "implantaten")[:2] == (1, 4)
    after_five_years = at_first[0]._replace(date=dt.date(2020, 5, 1))
    asked = praktijk(prestaties=(after_five_years, at_first[1], prestatie("J046", element="33")))
    assert score(asked, "implantaten")[:2] == (0, 4)


def test_what_is_of_one_day_does_not_replace_each_other() -> None:
    day = tuple(prestatie(code, jaw="2", count=2) for code in ("J070", "J071", "J070"))
    assert score(praktijk(prestaties=day), "drukknoppen")[:2] == (0, 6)


# Judgement.


def test_nothing_to_divide_by_is_not_judged() -> None:
    asked = praktijk(**patients(15))
    scores = {s.require.id: s.satisfies for s in measurement(asked).scores}
    assert {require for require, satisfies in scores.items() if satisfies is None} == {
        "reparaties",
        "drukknoppen",
        "protheses",
        "steggen",
    }
    assert judge(asked, DAY).conclusion == "machtigingsvrij"


def test_an_empty_store_neither_passes_nor_fails() -> None:
    for contract in ({}, machtigingsvrij()):
        assert judge(praktijk(**contract), DAY).conclusion == "niet_beoordeeld"


def test_without_requests_no_95_percent_is_shown() -> None:
    """Under the Standaardmodule; under the other one no requests are made."""
    done = tuple(prestatie("J040", person=f"P{n}") for n in range(15))
    assert judge(praktijk(prestaties=done), DAY).conclusion == "niet_beoordeeld"
    assert judge(praktijk(prestaties=done, **machtigingsvrij()), DAY).conclusion == "blijft_machtigingsvrij"


def _years_of_implants(last: dt.date, per_month: int = 2) -> Praktijk:
    """A practice that places implants every month for two years, the last time in a month."""
    days = [dt.date(last.year - (n + 12 - last.month) // 12, (last.month - n - 1) % 12 + 1, 15) for n in range(24)]
    done = tuple(prestatie("J040", day, person=f"P{day}-{n}") for day in days for n in range(per_month))
    return praktijk(prestaties=done, **machtigingsvrij())


@pytest.mark.parametrize(
    ("last", "conclusion"),
    [
        (dt.date(2026, 3, 1), "blijft_machtigingsvrij"),
        (dt.date(2025, 11, 1), "blijft_machtigingsvrij"),  # 8 months of 2: 16 treatments
        (dt.date(2025, 10, 1), "waarschuwing"),  # 14 now, 20 a quarter ago
        (dt.date(2025, 8, 1), "waarschuwing"),  # 10 now, 16 a quarter ago
        (dt.date(2025, 7, 1), "terug_naar_standaard"),  # 8 now, 14 a quarter ago
    ],
)
def test_one_quarter_and_two_quarters_that_fall_short(last: dt.date, conclusion: str) -> None:
    assert judge(_years_of_implants(last), DAY).conclusion == conclusion


def test_a_quarter_under_the_standard_module_does_not_count_against_the_other() -> None:
    asked = _years_of_implants(dt.date(2025, 7, 1))
    contracten = (
        PracticeContract(dt.date(2020, 1, 1), dt.date(2026, 1, 31), DEFAULT),
        *machtigingsvrij(dt.date(2026, 2, 1))["contracten"],
    )
    assert judge(asked._replace(contracten=contracten), DAY).conclusion == "waarschuwing"


def test_quarters_are_counted_back() -> None:
    days = [m.until.isoformat() for m in judge(praktijk(), DAY).measurements]
    assert days == ["2026-04-01", "2026-01-01", "2025-10-01", "2025-07-01"]


@pytest.mark.parametrize("day", [dt.date.min, dt.date(1, 2, 28), dt.date(2024, 2, 29), dt.date.max])
def test_every_day_can_be_measured(day: dt.date) -> None:
    assert judge(praktijk(**patients(1)), day).conclusion in CONCLUSIONS


@pytest.mark.slow
@given(st.integers(0, 60), st.integers(0, 60))
def test_the_outcome_follows_from_the_fractions(good: int, error: int) -> None:
    numerator, denominator, satisfies = score(praktijk(**patients(good, rejected=error)), "goedgekeurd")
    assert (numerator, denominator) == (good, good + error)
    assert satisfies is (None if not denominator else Fraction(good, good + error) >= Fraction(95, 100))


@pytest.mark.slow
@given(st.permutations(range(12)))
def test_the_order_in_the_store_makes_no_difference(ordering: list[int]) -> None:
    everything = patients(6, rejected=2)
    prestaties = [
        *everything["prestaties"],
        *(prestatie("J046", dt.date(2025, 7, n + 1), person=f"P{n}", element="33") for n in range(6)),
    ]
    shuffled = praktijk(prestaties=tuple(prestaties[n] for n in ordering), requests=everything["requests"][::-1])
    assert measurement(shuffled) == measurement(praktijk(prestaties=tuple(prestaties), requests=everything["requests"]))
