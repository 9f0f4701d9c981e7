"""Costs that come later than their treatment: whether that has room for them, by where in the mouth each was done."""

from __future__ import annotations

import time

import pytest

from mzsim.domain.earlier.late_costs import taken
from mzsim.domain.earlier.prestatie import PrestatieKey


def _key(
    kind: str, element: str = "00", behandelaar: str = "12004567", surface: str = "", jaw: str = "0"
) -> PrestatieKey:
    return PrestatieKey(kind, "R24", behandelaar, element, surface, jaw)


def _costs(*elements: str, kind: str = "02") -> list[PrestatieKey]:
    """Each of another behandelaar, so that none is the same as the costs at hand."""
    return [_key(kind, element, f"1200{number:04d}") for number, element in enumerate(elements)]


def _treatments(*elements: str) -> list[PrestatieKey]:
    return [_key("01", element) for element in elements]


@pytest.mark.parametrize(
    ("element", "treatments", "granted", "expected"),
    [
        ("00", ["00"], [], False),
        ("00", ["00"], ["00"], True),
        ("00", ["00", "00"], ["00"], False),
        ("12", ["11", "12"], ["11"], False),
        ("12", ["11", "12"], ["12"], True),
        ("12", ["11"], ["11"], True),  # more costs than treatments
        ("12", ["11", "12"], ["00"], False),  # those are of 11
        ("00", ["11", "12"], ["12"], False),
        ("00", ["11", "12"], ["12", "11"], True),
        ("12", ["00", "12"], ["12"], False),  # the 01 without an element may be of 12
        ("12", ["00", "12"], ["12", "00"], True),
        ("12", ["11", "12", "13"], ["00", "13"], False),
        ("12", [], [], False),
        ("12", [], ["12"], True),  # behind stoeluren no 01 is needed; once is enough
    ],
)
def test_each_treatment_has_room_for_one(
    element: str, treatments: list[str], granted: list[str], expected: bool
) -> None:
    assert taken(_key("02", element), _treatments(*treatments), _costs(*granted)) is expected


def test_the_other_kind_at_the_same_place_takes_it() -> None:
    two = _treatments("11", "12")
    assert taken(_key("04", "11"), two, _costs("11"))
    assert taken(_key("04", "12"), two, _costs("00"))
    assert not taken(_key("04", "12"), two, _costs("11"))


def test_the_very_same_costs_are_for_another_check() -> None:
    """The rest of their amount may still be granted (0587)."""
    assert not taken(_key("02"), _treatments("00"), [_key("02")])


def test_jaws_and_surfaces_tell_treatments_apart() -> None:
    upper, lower = _key("01", jaw="1"), _key("01", jaw="2")
    assert not taken(_key("02", jaw="2"), [upper, lower], [_key("02", jaw="1")])
    occlusal, mesial = _key("01", "16", surface="O"), _key("01", "16", surface="M")
    assert not taken(_key("02", "16", surface="M"), [occlusal, mesial], [_key("02", "16", surface="O")])


def test_thousands_on_one_day_take_no_time() -> None:
    many = [f"{quadrant}{number}" for quadrant in range(1, 9) for number in range(1, 9)] * 200
    before = time.perf_counter()
    assert not taken(_key("02", "11"), _treatments(*many), _costs(*many[1:]))
    assert time.perf_counter() - before < 5
