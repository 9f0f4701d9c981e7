"""The declarations of personas as files, to replay them or to compare one's own with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mzsim.common.whole_file import Retourbestand, uitvoermap
from mzsim.personas.persona import Declaratie, Persona


def write_declarations(personas: Iterable[Persona], folder: Path) -> Iterator[tuple[Path, Declaratie]]:
    """Writes every declaration into a folder, made where it isn't there, and gives each with its place.

    Raises OutputError where one can't be written.
    """
    with uitvoermap(folder):
        for declaratie in (declaratie for persona in personas for declaratie in persona.declaraties):
            place = folder / declaratie.bestandsnaam
            with Retourbestand(place) as file:
                file.stroom.write(declaratie.bericht())
                file.voltooi()
                file.zet_neer()
            yield place, declaratie
