"""Files of faulty retours, beside the good one: each is written whole, and only where the check of a retour refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mzsim.common.errors import OwnError
from mzsim.common.whole_file import RetourFile, schrijffout
from mzsim.retour import faults
from mzsim.retour.check import deviations_of_retour
from mzsim.retour.good import Good
from mzsim.standard.retourcodes import Retourcode


def write_faulty(place: Path, kind: str, good: Good, codes: Mapping[str, Retourcode]) -> str | None:
    """Writes a good retour with one fault; gives in words why that can't be, None where it was done.

    `codes` are those that may stand in a retour. Raises OutputError where the file can't be written.
    """
    changes = faults.operations(kind, good)
    if isinstance(changes, str):
        return changes
    with RetourFile(place) as file:
        with schrijffout(place, "; the retour itself was"):
            faults.write(good, changes, file.stream)
            file.complete()
        if next(deviations_of_retour(good.declaration, file.stream, codes), None) is None:
            raise OwnError(f"{place}: not written, because check-retour would find nothing wrong with it")
        file.put_in_place()
    return None
