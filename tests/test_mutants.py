"""What is changed in a good declaration is rejected, or is valid: a small part of `python -m tests.mutants`."""

from __future__ import annotations

import pytest

from mzsim.domain.findings import Status
from tests.examples import share
from tests.mutants import approved, play, seeds

pytestmark = pytest.mark.slow


def test_the_seeds_are_approved_in_full() -> None:
    assert {approved(seed, seed.lines) for seed in seeds()} == {Status.FULLY_GRANTED}


def test_no_approval_in_full_is_a_wrong_one() -> None:
    tally = play(7, range(share(1500)))
    assert tally.wrong == []
    statuses = {status for _, status in tally.by_status}
    assert statuses >= {Status.FULLY_GRANTED, Status.REJECTED_FILE, Status.REJECTED_RECORD, Status.PARTLY_GRANTED}
