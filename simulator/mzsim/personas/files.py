"""The declarations of personas as files, to replay them or to compare one's own with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mzsim.common.whole_file import output_folder, write_whole
from mzsim.personas.persona import Persona, PersonaDeclaration


def write_declarations(personas: Iterable[Persona], folder: Path) -> Iterator[tuple[Path, PersonaDeclaration]]:
    """Writes every declaration into a folder, made where it isn't there, and gives each with its place.

    Raises OutputError where one can't be written.
    """
    with output_folder(folder):
        for declaration in (declaration for persona in personas for declaration in persona.declaraties):
            place = folder / declaration.file_name
            write_whole(place, declaration.bericht(), "--out", private=False)
            yield place, declaration
