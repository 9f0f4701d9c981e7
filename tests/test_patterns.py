"""Wildcards: what they stand for, against a slow matcher that is plainly right, and how much work they may take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mzsim.common.patterns import fits, matcher, names
from mzsim.script.file import read_script
from mzsim.standard.layout import layouts


def _reference(pattern: str, value: str) -> bool:
    """By the definition of a star, one sign at a time: the cells of a table."""
    reached = {0}
    for sign in pattern:
        if sign == "*":
            reached = set(range(min(reached, default=len(value) + 1), len(value) + 1))
        else:
            reached = {place + 1 for place in reached if value[place : place + 1] == sign}
    return len(value) in reached


_PATTERNS = st.text("AB*", max_size=12)
_VALUES = st.text("AB", max_size=12)


@given(_PATTERNS, _VALUES)
def test_a_pattern_is_what_a_slow_matcher_says(pattern: str, value: str) -> None:
    expected = _reference(pattern, value)
    assert matcher(pattern.split("*"))(value) is expected
    assert matcher(pattern.encode().split(b"*"))(value.encode()) is expected
    assert names([pattern], value) is expected
    assert fits((pattern,), value.encode() + b"  ") is expected


class _Counting(bytes):
    """Bytes that count how often they are searched."""

    searches = 0

    def find(self, *place: object) -> int:  # type: ignore[override]
        _Counting.searches += 1
        return super().find(*place)  # type: ignore[arg-type]


def _searches(fits: Callable[[bytes], bool], value: bytes) -> int:
    _Counting.searches = 0
    fits(_Counting(value))
    return _Counting.searches


def test_stars_that_follow_one_another_are_one() -> None:
    """`*****X` on a name: no search at all, where a backtracking matcher tries every division of the name."""
    assert _searches(matcher(b"**************************X".split(b"*")), b"A" * 100_000) == 0


def test_a_piece_is_searched_once() -> None:
    """Twenty pieces that stand everywhere but for the last: no piece is searched a second time from further on."""
    pattern = b"*" + b"*".join([b"A"] * 20) + b"*B*C"
    assert _searches(matcher(pattern.split(b"*")), b"A" * 100_000 + b"C") == 21


def test_a_script_with_many_stars_ends(tmp_path: Path) -> None:
    script = tmp_path / "antwoord.yaml"
    script.write_text(
        '- {deel: verzekerde, match: {"0210": "**********A*A*A*A*A*A*A*A*X"}, action: {codes: ["0312"]}}\n'
    )
    (rule,) = read_script(script).rules
    (condition,) = rule.match
    name = b"A" * layouts("mz301")[b"02"]["0210"].length
    assert not rule.fits({b"02": b" " * condition.place.start + name + b" " * 310})
    assert rule.fits({b"02": b" " * condition.place.start + name[:-1] + b"X" + b" " * 310})
