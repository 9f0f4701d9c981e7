"""Which cases of a suite to play, export or show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from mzsim.common.apart import Used, require_apart
from mzsim.common.errors import CaseError, OutputError
from mzsim.suites.case import Case, choose, find_cases
from mzsim.suites.index import Entry, Look, look
from mzsim.suites.workers import in_order


def chosen_cases(
    folder: Path,
    word: str | None,
    tags: tuple[str, ...],
    outputs: Iterable[Used] = (),
    *,
    still_without_retour: bool = False,
) -> list[Case]:
    """The cases below a folder with this word in their id or title and one of these tags, at least one.

    `outputs` are what is made of them. Raises CaseError where there is none, OutputError for an output in the place of a file
    of any case of the folder, chosen or not; `still_without_retour` as in `find_cases`.
    """
    everything = find_cases(folder, still_without_retour=still_without_retour)
    require_apart((Used(file, f"a file of the case {case.id}") for case in everything for file in case.files), outputs)
    chosen = choose(everything, word, tags)
    if not chosen:
        raise _none_chosen(folder, len(everything))
    return chosen


def chosen_entries(
    folder: Path,
    entries: Sequence[Entry],
    word: str | None,
    tags: tuple[str, ...],
    outputs: Sequence[Used],
    jobs: int,
) -> list[Entry]:
    """The same of cases that are not read yet: they are for it, in so many processes, where that can matter.

    Raises OutputError where one of the outputs is a file of any of them, chosen or not.
    """
    there = [output for output in outputs if output.path.exists()]
    if word is None and not tags and not there:
        return list(entries)
    looking = partial(look, folder=folder, word=word, tags=tags, outputs=there)
    chosen = []
    for entry, (is_chosen, objection) in zip(entries, in_order(entries, looking, _unseen, jobs), strict=True):
        if objection is not None:
            raise OutputError(objection)
        if is_chosen:
            chosen.append(entry)
    if entries and not chosen:
        raise _none_chosen(folder, len(entries))
    return chosen


def _unseen(_: Entry, __: str) -> Look:
    """Of a case whose reading ends its process: playing it will tell."""
    return Look(chosen=True, objection=None)


def _none_chosen(folder: Path, count: int) -> CaseError:
    return CaseError(f"{folder}: none of its {count} cases answers to -k and --tag")
