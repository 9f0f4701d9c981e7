"""The behandelindex: 100 at the mean, weighed by characteristics, never of nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mzsim.reports.behandelindex import Behandelindex, Kenmerken, Telling, bereken, leeftijdsgroepen

A, B, C = "12000001", "12000002", "12000003"
JONG, OUD = Kenmerken(6, "zorgverzekeraar"), Kenmerken(65, "zorgverzekeraar")
KENMERKEN = [Kenmerken(g.vanaf, soort) for g in leeftijdsgroepen() for soort in ("zorgverzekeraar", "zorgkantoor")]

_groepen = st.dictionaries(st.sampled_from(KENMERKEN), st.tuples(st.integers(1, 50), st.integers(1, 9)), min_size=1)
_praktijken = st.dictionaries(st.sampled_from([A, B, C, "12000004"]), _groepen, min_size=2).filter(lambda p: A in p)


def _tellingen(praktijken: dict[str, dict[Kenmerken, tuple[int, int]]]) -> list[Telling]:
    """Patients, and treatments on top of one for each patient."""
    return [
        Telling(agb, kenmerken, patienten, patienten + meer)
        for agb, groepen in praktijken.items()
        for kenmerken, (patienten, meer) in groepen.items()
    ]


def test_gewogen_naar_kenmerken() -> None:
    """Twice as many treatments as another practice, but no more than its older patients have everywhere."""
    alle = [Telling(A, OUD, 10, 40), Telling(B, JONG, 10, 10), Telling(B, OUD, 10, 40)]
    assert bereken(A, alle).cijfer == 100
    assert bereken(B, alle).cijfer == 100
    assert [g.telt for g in bereken(B, alle).groepen] == [False, True]


def test_het_gemiddelde_is_dat_van_alle_patienten() -> None:
    alle = [Telling(A, JONG, 10, 30), Telling(B, JONG, 30, 50)]
    index = bereken(A, alle)
    assert (index.behandelingen, index.verwacht, index.cijfer) == (30, 20, 150)


@pytest.mark.parametrize(("behandelingen", "boven"), [(150, False), (151, True), (149, False)])
def test_boven_150(behandelingen: int, boven: bool) -> None:
    """Exactly 150 is not above it; the mean stays at one treatment a patient."""
    alle = [Telling(A, JONG, 100, behandelingen), Telling(B, JONG, 200, 300 - behandelingen)]
    index = bereken(A, alle)
    assert (index.cijfer, index.boven_grens) == (behandelingen, boven)


def test_zonder_andere_praktijk_is_er_niets_te_zeggen() -> None:
    alleen = bereken(A, [Telling(A, JONG, 10, 30)])
    elders = bereken(A, [Telling(A, JONG, 10, 30), Telling(B, OUD, 10, 30)])
    niets = bereken(A, [Telling(B, OUD, 10, 30)])
    for index in (alleen, elders, niets, bereken(A, [])):
        assert (index.cijfer, index.boven_grens) == (None, False)
    assert niets.groepen == ()


@given(_praktijken, st.integers(1, 7))
def test_100_waar_alle_praktijken_gelijk_zijn(
    praktijken: dict[str, dict[Kenmerken, tuple[int, int]]], per: int
) -> None:
    alle = [t._replace(behandelingen=t.patienten * per) for t in _tellingen(praktijken)]
    index = bereken(A, alle)
    assert index.cijfer in ((None,) if not any(g.telt for g in index.groepen) else (100,))


@given(_praktijken, st.integers(2, 9), st.integers(2, 9))
def test_schaal_maakt_niet_uit(praktijken: dict[str, dict[Kenmerken, tuple[int, int]]], meer: int, vaker: int) -> None:
    """As many times the patients, or as many times the treatments of everybody, give the same index."""
    alle = _tellingen(praktijken)
    geschaald = [t._replace(patienten=t.patienten * meer, behandelingen=t.behandelingen * meer * vaker) for t in alle]
    assert bereken(A, geschaald).cijfer == bereken(A, alle).cijfer


@given(_praktijken)
def test_alle_praktijken_samen_staan_op_100(praktijken: dict[str, dict[Kenmerken, tuple[int, int]]]) -> None:
    alle = _tellingen(praktijken)
    indexen = [bereken(agb, alle) for agb in praktijken]
    assert sum(i.behandelingen for i in indexen) == sum((i.verwacht for i in indexen), start=Fraction(0))


@given(_praktijken, st.randoms(use_true_random=False))
def test_de_volgorde_maakt_niet_uit(praktijken: dict[str, dict[Kenmerken, tuple[int, int]]], toeval: object) -> None:
    alle = _tellingen(praktijken)
    geschud = list(alle)
    toeval.shuffle(geschud)  # type: ignore[attr-defined]
    assert bereken(A, geschud) == bereken(A, alle)


@given(_praktijken)
def test_meer_behandelingen_geven_een_hogere_index(praktijken: dict[str, dict[Kenmerken, tuple[int, int]]]) -> None:
    alle = _tellingen(praktijken)
    voor = bereken(A, alle)
    assume(voor.cijfer is not None)
    meer = bereken(A, [t._replace(behandelingen=t.behandelingen + t.patienten) if t.agb == A else t for t in alle])
    assert _cijfer(meer) > _cijfer(voor)


def _cijfer(index: Behandelindex) -> Fraction:
    assert index.cijfer is not None
    return index.cijfer
