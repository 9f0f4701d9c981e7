"""The bare work that the benchmark compares with: read, slice every rubriek by the layout, echo 370 positions a record.

A command of its own, `python -m tests.bare_work FROM TO`, that imports the layouts and nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mzsim.standard.layout import CRLF, LENGTE_HEEN, layouts


def kaal_werk(bron: Path, doel: Path) -> None:
    """Reads a declaration and echoes its records with sixty more positions."""
    plaatsen = {k: [rubriek.plaats for rubriek in layout.rubrieken] for k, layout in layouts("mz301").items()}
    staart = b" " * 60 + CRLF
    with bron.open("rb") as heen, doel.open("wb") as retour:
        for regel in heen:
            inhoud = regel[:LENGTE_HEEN]
            _velden = [inhoud[plaats] for plaats in plaatsen[inhoud[:2]]]
            retour.write(inhoud + staart)


if __name__ == "__main__":
    kaal_werk(Path(sys.argv[1]), Path(sys.argv[2]))
