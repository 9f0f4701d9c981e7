"""Which cases of a suite to play, export or show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from mzsim.common.errors import CaseError
from mzsim.suites.case import Case, choose, find_cases
from mzsim.suites.index import Entry, answers
from mzsim.suites.workers import in_order


def chosen_cases(
    folder: Path, word: str | None, tags: tuple[str, ...], *, still_without_retour: bool = False
) -> list[Case]:
    """The cases below a folder with this word in their id or title and one of these tags, at least one.

    Raises CaseError where there is none; `still_without_retour` as in `find_cases`.
    """
    everything = find_cases(folder, still_without_retour=still_without_retour)
    chosen = choose(everything, word, tags)
    if not chosen:
        raise _none_chosen(folder, len(everything))
    return chosen


def chosen_entries(
    folder: Path, entries: Sequence[Entry], word: str | None, tags: tuple[str, ...], jobs: int
) -> list[Entry]:
    """The same of cases that are not read yet: they are for it, in so many processes."""
    if word is None and not tags:
        return list(entries)
    look = partial(answers, folder=folder, word=word, tags=tags)
    chosen = [entry for entry, is_chosen in zip(entries, _looked(entries, look, jobs), strict=True) if is_chosen]
    if entries and not chosen:
        raise _none_chosen(folder, len(entries))
    return chosen


def _looked(entries: Sequence[Entry], look: partial[bool], jobs: int) -> Iterator[bool]:
    # A case whose reading ends its process is chosen: playing it will tell.
    return in_order(entries, look, _always, jobs)


def _always(_: Entry, __: str) -> bool:
    return True


def _none_chosen(folder: Path, count: int) -> CaseError:
    return CaseError(f"{folder}: none of its {count} cases answers to -k and --tag")
