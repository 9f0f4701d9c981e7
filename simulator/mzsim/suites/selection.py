"""Which cases of a suite to play, export or show."""

from __future__ import annotations

from pathlib import Path

from mzsim.common.errors import CaseError
from mzsim.suites.case import Case, choose, find_cases


def chosen_cases(
    folder: Path, word: str | None, tags: tuple[str, ...], *, still_without_retour: bool = False
) -> list[Case]:
    """The cases below a folder with this word in their id or title and one of these tags, at least one.

    Raises CaseError where there is none; `still_without_retour` as in `find_cases`.
    """
    everything = find_cases(folder, still_without_retour=still_without_retour)
    chosen = choose(everything, word, tags)
    if not chosen:
        raise CaseError(f"{folder}: none of its {len(everything)} cases answers to -k and --tag")
    return chosen
