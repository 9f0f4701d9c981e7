"""A made declaration and its store file, in a folder: both, or neither."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mzsim.common.whole_file import Retourbestand, uitvoermap
from mzsim.generation.making import Opdracht, maak


class Written(NamedTuple):
    """Where the declaration and its store file stand, and the total of the declaration in cents."""

    declaration: Path
    store: Path
    total: int


def write(task: Opdracht, folder: Path) -> Written:
    """Makes a declaration and writes it, with its store file, into a folder, made where it isn't there.

    Raises InputError where so much, or on that day, can't be made, and OutputError where a file can't be written.
    """
    made = maak(task)
    name = f"{task.profiel}-{task.seed}"
    written = Written(folder / f"{name}.mz301.asc", folder / f"{name}.store.yaml", made.totaal)
    with uitvoermap(folder), Retourbestand(written.store) as store, Retourbestand(written.declaration) as declaration:
        store.stroom.write(made.store)
        declaration.stroom.write(made.declaratie)
        store.voltooi()
        declaration.voltooi()
        store.zet_neer()
        declaration.zet_neer()
    return written
