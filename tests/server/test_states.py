"""States go forward, in the order of their table, whenever they are asked for; an answer is not seen before it is there."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mzsim.server.behaviour import DELAYED
from mzsim.server.states import AT_ONCE, PATHS, State, next_moment, on_answer, on_receipt, refused, visible

_RECEIVED = 1_000_000_000
_DELAYS = st.dictionaries(st.sampled_from(DELAYED), st.integers(0, 10_000), max_size=len(DELAYED))
_ENDS = st.sampled_from([end for end in PATHS if end is not State.REFUSED])
_MOMENTS = st.lists(st.integers(-100, 120_000).map(_RECEIVED.__add__), min_size=1, max_size=30).map(sorted)


def test_every_state_is_on_a_path() -> None:
    assert {state for path in PATHS.values() for state in path} == set(State)
    assert all(path[0] is State.RECEIVED for path in PATHS.values())
    assert {str(state) for state in State if state not in AT_ONCE} == set(DELAYED)


@settings(derandomize=True, max_examples=200)
@given(end=_ENDS, delays=_DELAYS, after=st.integers(0, 100_000), moments=_MOMENTS)
def test_they_go_forward(end: State, delays: dict[str, int], after: int, moments: list[int]) -> None:
    """Whoever looks at any moments, before and behind the answer, sees the states of one path, in its order."""
    answered = _RECEIVED + after
    before, behind = on_receipt(_RECEIVED, delays), on_answer(end, _RECEIVED, delays, answered)
    seen = [visible(before if moment < answered else behind, moment) for moment in moments]
    path = [str(state) for state in PATHS[end]]
    for earlier, later in pairwise(seen):
        assert list(later[: len(earlier)]) == list(earlier)
    assert [state for state, _ in seen[-1]] == path[: len(seen[-1])]
    assert [state for state, _ in visible(behind, _RECEIVED + 10**9)] == path
    assert all(moment <= later for (_, moment), (_, later) in pairwise(behind))


@settings(derandomize=True, max_examples=200)
@given(end=_ENDS, delays=_DELAYS, after=st.integers(0, 100_000), moment=st.integers(0, 200_000))
def test_the_answer_is_not_seen_before_it_is_there(end: State, delays: dict[str, int], after: int, moment: int) -> None:
    answered, now = _RECEIVED + after, _RECEIVED + moment
    before, behind = on_receipt(_RECEIVED, delays), on_answer(end, _RECEIVED, delays, answered)
    if now < answered:
        assert visible(before, now) == visible(behind, now)


@settings(derandomize=True, max_examples=200)
@given(end=_ENDS, delays=_DELAYS, after=st.integers(0, 100_000), moment=st.integers(-10, 200_000))
def test_nothing_changes_before_the_next_moment(end: State, delays: dict[str, int], after: int, moment: int) -> None:
    timeline, now = on_answer(end, _RECEIVED, delays, _RECEIVED + after), _RECEIVED + moment
    following = next_moment(timeline, now)
    if following is None:
        assert visible(timeline, now) == visible(timeline, now + 10**9)
    else:
        assert visible(timeline, max(now, following - 1)) == visible(timeline, now)
        assert len(visible(timeline, following)) > len(visible(timeline, now)) or following <= _RECEIVED


def test_what_is_refused_is_so_at_once() -> None:
    assert [state for state, _ in visible(refused(_RECEIVED), _RECEIVED)] == ["ontvangen", "geweigerd"]


def test_without_delays_all_is_seen_at_once() -> None:
    for end, path in PATHS.items():
        if end is not State.REFUSED:
            timeline = on_answer(end, _RECEIVED, {}, _RECEIVED + 5)
            assert [state for state, _ in visible(timeline, _RECEIVED + 5)] == [str(state) for state in path]
            assert [state for state, _ in visible(timeline, _RECEIVED + 4)] == ["ontvangen", "in_controle"]
