"""The bare work that the benchmark compares with: read, slice every rubriek by the layout, echo 370 positions a record.

A command of its own, `python -m tests.bare_work FROM TO`, that imports the layouts and nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mzsim.standard.layout import CRLF, HEEN_LENGTH, layouts


def bare_work(source: Path, target: Path) -> None:
    """Reads a declaration and echoes its records with sixty more positions."""
    places = {k: [rubriek.plaats for rubriek in layout.rubrieken] for k, layout in layouts("mz301").items()}
    tail = b" " * 60 + CRLF
    with source.open("rb") as heen, target.open("wb") as retour:
        for line in heen:
            content = line[:HEEN_LENGTH]
            _record_fields = [content[place] for place in places[content[:2]]]
            retour.write(content + tail)


if __name__ == "__main__":
    bare_work(Path(sys.argv[1]), Path(sys.argv[2]))
