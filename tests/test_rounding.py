"""A cent of rounding in rubriek 0426 is no lack of cover: what check 0426-2 lets pass is what the insurer pays from.

Hypothesis runs derandomized, so that a run finds what the run before it found.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mzsim.domain.tariffs import fits_berekend_bedrag
from mzsim.standard.records import Prestatierecord
from tests.factories import record
from tests.verzekerden import Fields, contract, insured, proef, tariff

FORMS: dict[str, Callable[[int], int]] = {
    "as it is": lambda product: product,
    "a cent less": lambda product: product - 1,
    "by the hour, rounded down": lambda product: product // 12,
    "by the hour, rounded up": lambda product: -(-product // 12),
}


@pytest.fixture(scope="module")
def work_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rounding")


@st.composite
def declared(draw: st.DrawFn) -> Fields:
    """A record 01 whose 0426 is rounded in one of the ways that are right; of all that, or of part, in 0430."""
    price, count = draw(st.integers(1, 30_000)), draw(st.integers(1, 60))
    product = FORMS[draw(st.sampled_from(sorted(FORMS)))](price * count)
    reduction = draw(st.sampled_from([0, 0, 1, product // 3]))
    berekend = product - reduction
    assume(berekend > 0)
    special = {"r0410": "J", "r0411": "010", "r0406": "M1", "r0428": str(reduction)} if reduction else {}
    return {
        "r0424": str(price),
        "r0425": str(count),
        "r0426": str(berekend),
        "r0430": str(draw(st.sampled_from([berekend, berekend, max(1, berekend // 2)]))),
        **special,
    }


def _tariffs(price: int) -> dict[str, dict[str, Any]]:
    """Ways in which the insurer's tariff is not below the declared one."""
    return {
        "none": {},
        "the national maximum": {"tarieven": [tariff("C11", price / 100)]},
        "a higher maximum": {"tarieven": [tariff("C11", (price + 500) / 100)]},
        "the contract": {"contracten": [contract(C11=price / 100)], "tarieven": [tariff("C11", 0.01)]},
    }


@pytest.mark.slow
@settings(max_examples=120, derandomize=True, deadline=None, database=None)
@given(declared(), st.sampled_from(sorted(_tariffs(0))))
def test_what_was_rightly_declared_is_approved_in_full(work_folder: Path, fields: Fields, holds: str) -> None:
    store = insured({}, **_tariffs(int(fields["r0424"]))[holds])
    with proef(work_folder, store) as made:
        answer = made.declareer(fields)
    assert answer.codes == [()]
    assert answer.toegekend == (int(fields["r0430"]),)


@pytest.mark.slow
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(declared())
def test_b_is_the_declared_0426_at_the_declared_tariff(work_folder: Path, fields: Fields) -> None:
    """Also where the cover falls short, so that 0481 can be seen."""
    with proef(work_folder, insured({"percentage": 0})) as made:
        answer = made.declareer(fields)
    assert answer.codes == [("0613",)]
    assert answer.amounts == [(f"{fields['r0426']}D", "D")]


@pytest.mark.slow
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(declared(), st.integers(1, 2000))
def test_b_at_a_lower_tariff_is_never_more_than_0426(work_folder: Path, fields: Fields, less: int) -> None:
    own = max(1, int(fields["r0424"]) - less)
    with proef(work_folder, insured({}, tarieven=[tariff("C11", own / 100)])) as made:
        answer = made.declareer(fields)
    (granted,) = answer.toegekend
    assert granted <= int(fields["r0430"])
    assert answer.codes == [("8059",) if granted < int(fields["r0430"]) else ()]
    for berekend, _ in answer.amounts:
        assert int(berekend[:-1] or 0) <= int(fields["r0426"])


@pytest.mark.slow
@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(st.integers(0, 200_000), st.integers(1, 99), st.integers(-2, 2), st.booleans(), st.integers(0, 300))
def test_what_0426_may_hold(price: int, count: int, off: int, by_hour: bool, reduction: int) -> None:
    """Against the words of the rule: at most the product and at least a cent less; by the hour the whole cents around it."""
    product = price * count
    berekend = (round(product / 12) if by_hour else product) + off - reduction
    assume(0 <= berekend <= 99_999_999)
    right = product - 1 <= berekend + reduction <= product or abs(berekend + reduction - product / 12) < 1
    amounts = {"0424": str(price), "0425": str(count), "0426": str(berekend), "0428": str(reduction)}
    assert fits_berekend_bedrag(Prestatierecord(record("04", amounts))) == right
