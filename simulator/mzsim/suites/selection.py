"""Which cases of a suite to play, export or show."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from mzsim.common.errors import CaseError, OutputError
from mzsim.suites.case import Case, choose, find_cases
from mzsim.suites.index import Entry, Look, look, same_file
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
    folder: Path,
    entries: Sequence[Entry],
    word: str | None,
    tags: tuple[str, ...],
    outputs: Sequence[Path],
    jobs: int,
) -> list[Entry]:
    """The same of cases that are not read yet: they are for it, in so many processes, where that can matter.

    Raises OutputError where one of the outputs is a file of any of them, chosen or not.
    """
    there = [output for output in outputs if output.exists()]
    if word is None and not tags and not there:
        return list(entries)
    looking = partial(look, folder=folder, word=word, tags=tags, outputs=there)
    chosen = []
    for entry, (is_chosen, over) in zip(entries, in_order(entries, looking, _unseen, jobs), strict=True):
        if over is not None:
            raise written_over(over, f"a file of the case {entry.id}")
        if is_chosen:
            chosen.append(entry)
    if entries and not chosen:
        raise _none_chosen(folder, len(entries))
    return chosen


def _unseen(_: Entry, __: str) -> Look:
    """Of a case whose reading ends its process: playing it will tell."""
    return Look(chosen=True, over=None)


def written_over(output: Path, what: str) -> OutputError:
    """An output in the place of what is read."""
    return OutputError(f"{output}: would be written over {what}; choose another place")


def require_apart(outputs: Sequence[Path], inputs: Sequence[Path]) -> None:
    """Raises OutputError where one of the outputs is an input, or two of them are one file."""
    if (over := same_file(inputs, outputs)) is not None:
        raise written_over(over, "what is read")
    real = [Path(os.path.realpath(output)) for output in outputs]
    for output, place in zip(outputs, real, strict=True):
        if real.count(place) > 1:
            raise written_over(output, "another output")


def _none_chosen(folder: Path, count: int) -> CaseError:
    return CaseError(f"{folder}: none of its {count} cases answers to -k and --tag")
