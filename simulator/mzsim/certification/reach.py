"""How far a pack reaches: per retourcode, outcome and kind of fault how often the software met it, and did right."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from mzsim.certification.grading import Beoordeling, Retouroordeel, Soort
from mzsim.checks import REGISTER
from mzsim.retour.bookings import Boekuitkomst
from mzsim.standard.retourcodes import (
    AFGEKEURD_BESTAND,
    BESTAND_AFGEWEZEN_AFSPRAAK,
    GOED_MAAR_AFGEWEZEN,
    NIET_BEOORDEELD,
    VOLLEDIG_AFGEWEZEN,
    VOLLEDIG_TOEGEWEZEN,
    retourcodes,
)

_ZONDER_CONTROLE = (
    AFGEKEURD_BESTAND,
    VOLLEDIG_TOEGEWEZEN,
    NIET_BEOORDEELD,
    VOLLEDIG_AFGEWEZEN,
    GOED_MAAR_AFGEWEZEN,
    BESTAND_AFGEWEZEN_AFSPRAAK,
)
"""Codes that a retour can hold without any check that gives them; 0200 says nothing and is not counted."""


class Telling(NamedTuple):
    """How often something was met, how often the software did right by it, and how often it didn't say."""

    wat: str
    betekenis: str
    aantal: int
    goed: int
    niet_gemeld: int = 0


class Bereik(NamedTuple):
    """What a pack holds of what there is."""

    codes: tuple[Telling, ...]
    uitkomsten: tuple[Telling, ...]
    verstoringen: tuple[Telling, ...]
    nooit_gezien: tuple[Telling, ...]
    """Retourcodes that can come back and that no retour of the pack held."""


def mogelijke_codes() -> set[str]:
    """Every retourcode that a retour of this program can hold, by the register of checks; 0200 left out."""
    return {c.retourcode for c in REGISTER.values() if c.retourcode} | set(_ZONDER_CONTROLE)


def bereik(beoordeling: Beoordeling) -> Bereik:
    """Counts over all retours of a pack."""
    aantal: dict[str, Counter[str]] = {
        soort: Counter() for soort in ("code", "goede_code", "stille_code", "uitkomst", "goede_uitkomst")
    }
    verstoord: Counter[tuple[str, str]] = Counter()
    geweigerd: Counter[tuple[str, str]] = Counter()
    for retour in beoordeling.retours:
        if retour.boekhouding is None:
            assert retour.retour.fault is not None
            soort = retour.retour.fault, retour.retour.says or ""
            verstoord[soort] += 1
            geweigerd[soort] += retour.goed
        else:
            _tel(retour, aantal)
    lijst = retourcodes()
    namen = {code: lijst[code].betekenis if code in lijst else "" for code in mogelijke_codes() | set(aantal["code"])}
    return Bereik(
        tuple(
            Telling(code, namen[code], n, aantal["goede_code"][code], aantal["stille_code"][code])
            for code, n in sorted(aantal["code"].items())
        ),
        tuple(Telling(u, "", aantal["uitkomst"][u], aantal["goede_uitkomst"][u]) for u in Boekuitkomst),
        tuple(Telling(soort, says, n, geweigerd[soort, says]) for (soort, says), n in sorted(verstoord.items())),
        tuple(Telling(code, namen[code], 0, 0) for code in sorted(mogelijke_codes() - set(aantal["code"]))),
    )


def _tel(retour: Retouroordeel, aantal: dict[str, Counter[str]]) -> None:
    assert retour.boekhouding is not None
    for verwacht, _, goed in retour.boekingen:
        aantal["uitkomst"][verwacht.uitkomst] += 1
        aantal["goede_uitkomst"][verwacht.uitkomst] += goed
        aantal["code"].update(verwacht.codes)
        aantal["goede_code"].update(verwacht.codes if goed else ())
    codes = retour.boekhouding.codes
    aantal["code"].update(codes)
    if not retour.codes_gemeld:
        aantal["stille_code"].update(codes)
    elif not any(gebrek.soort is Soort.RETOURCODES for gebrek in retour.gebreken):
        aantal["goede_code"].update(codes)
