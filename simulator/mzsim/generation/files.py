"""A made declaration and its store file, in a folder: both, or neither."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mzsim.common.whole_file import RetourFile, output_folder
from mzsim.generation.making import GenerationOrder, make


class Written(NamedTuple):
    """Where the declaration and its store file stand, and the total of the declaration in cents."""

    declaration: Path
    store: Path
    total: int


def write(task: GenerationOrder, folder: Path) -> Written:
    """Makes a declaration and writes it, with its store file, into a folder, made where it isn't there.

    Raises InputError where so much, or on that day, can't be made, and OutputError where a file can't be written.
    """
    made = make(task)
    name = f"{task.profile}-{task.seed}"
    written = Written(folder / f"{name}.mz301.asc", folder / f"{name}.store.yaml", made.total)
    files = (RetourFile(place, private=False) for place in (written.store, written.declaration))  # nobody in it exists
    with output_folder(folder), next(files) as store, next(files) as declaration:
        store.stream.write(made.store)
        declaration.stream.write(made.declaration)
        store.complete()
        declaration.complete()
        store.put_in_place()
        declaration.put_in_place()
    return written
