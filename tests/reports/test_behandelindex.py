"""The behandelindex: 100 at the mean, weighed by characteristics, never of nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mzsim.reports.behandelindex import Behandelindex, Kenmerken, TreatmentCounts, age_groups, calculate

A, B, C = "12000001", "12000002", "12000003"
YOUNG, OLD = Kenmerken(6, "zorgverzekeraar"), Kenmerken(65, "zorgverzekeraar")
KENMERKEN = [Kenmerken(g.since, kind) for g in age_groups() for kind in ("zorgverzekeraar", "zorgkantoor")]

_groups = st.dictionaries(st.sampled_from(KENMERKEN), st.tuples(st.integers(1, 50), st.integers(1, 9)), min_size=1)
_practices = st.dictionaries(st.sampled_from([A, B, C, "12000004"]), _groups, min_size=2).filter(lambda p: A in p)


def _tallies(practices: dict[str, dict[Kenmerken, tuple[int, int]]]) -> list[TreatmentCounts]:
    """Patients, and treatments on top of one for each patient."""
    return [
        TreatmentCounts(agb, kenmerken, patients, patients + more)
        for agb, groups in practices.items()
        for kenmerken, (patients, more) in groups.items()
    ]


def test_weighed_by_features() -> None:
    """Twice as many treatments as another practice, but no more than its older patients have everywhere."""
    every = [TreatmentCounts(A, OLD, 10, 40), TreatmentCounts(B, YOUNG, 10, 10), TreatmentCounts(B, OLD, 10, 40)]
    assert calculate(A, every).digit == 100
    assert calculate(B, every).digit == 100
    assert [g.counts for g in calculate(B, every).groups] == [False, True]


def test_the_mean_is_that_of_all_patients() -> None:
    every = [TreatmentCounts(A, YOUNG, 10, 30), TreatmentCounts(B, YOUNG, 30, 50)]
    index = calculate(A, every)
    assert (index.treatments, index.expected, index.digit) == (30, 20, 150)


@pytest.mark.parametrize(("treatments", "above"), [(150, False), (151, True), (149, False)])
def test_above_150(treatments: int, above: bool) -> None:
    """Exactly 150 is not above it; the mean stays at one treatment a patient."""
    every = [TreatmentCounts(A, YOUNG, 100, treatments), TreatmentCounts(B, YOUNG, 200, 300 - treatments)]
    index = calculate(A, every)
    assert (index.digit, index.above_limit) == (treatments, above)


def test_without_another_praktijk_there_is_nothing_to_say() -> None:
    only = calculate(A, [TreatmentCounts(A, YOUNG, 10, 30)])
    elsewhere = calculate(A, [TreatmentCounts(A, YOUNG, 10, 30), TreatmentCounts(B, OLD, 10, 30)])
    nothing = calculate(A, [TreatmentCounts(B, OLD, 10, 30)])
    for index in (only, elsewhere, nothing, calculate(A, [])):
        assert (index.digit, index.above_limit) == (None, False)
    assert nothing.groups == ()


@pytest.mark.slow
@given(_practices, st.integers(1, 7))
def test_100_where_all_praktijken_are_alike(practices: dict[str, dict[Kenmerken, tuple[int, int]]], per: int) -> None:
    every = [t._replace(treatments=t.patients * per) for t in _tallies(practices)]
    index = calculate(A, every)
    assert index.digit in ((None,) if not any(g.counts for g in index.groups) else (100,))


@pytest.mark.slow
@given(_practices, st.integers(2, 9), st.integers(2, 9))
def test_scale_makes_no_difference(
    practices: dict[str, dict[Kenmerken, tuple[int, int]]], more: int, more_often: int
) -> None:
    """As many times the patients, or as many times the treatments of everybody, give the same index."""
    every = _tallies(practices)
    scaled = [t._replace(patients=t.patients * more, treatments=t.treatments * more * more_often) for t in every]
    assert calculate(A, scaled).digit == calculate(A, every).digit


@pytest.mark.slow
@given(_practices)
def test_all_praktijken_together_are_at_100(practices: dict[str, dict[Kenmerken, tuple[int, int]]]) -> None:
    every = _tallies(practices)
    indexes = [calculate(agb, every) for agb in practices]
    assert sum(i.treatments for i in indexes) == sum((i.expected for i in indexes), start=Fraction(0))


@pytest.mark.slow
@given(_practices, st.randoms(use_true_random=False))
def test_the_order_makes_no_difference(practices: dict[str, dict[Kenmerken, tuple[int, int]]], rng: object) -> None:
    every = _tallies(practices)
    shuffled = list(every)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert calculate(A, shuffled) == calculate(A, every)


@pytest.mark.slow
@given(_practices)
def test_more_treatments_give_a_higher_index(practices: dict[str, dict[Kenmerken, tuple[int, int]]]) -> None:
    every = _tallies(practices)
    before = calculate(A, every)
    assume(before.digit is not None)
    more = calculate(A, [t._replace(treatments=t.treatments + t.patients) if t.agb == A else t for t in every])
    assert _digit(more) > _digit(before)


def _digit(index: Behandelindex) -> Fraction:
    assert index.digit is not None
    return index.digit
