"""What a profile is made of: a practice, what it does in a visit, and the pakketten that cover it. Data, no behaviour."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, NamedTuple


class Plek(Enum):
    """Where in the mouth something is done."""

    GEEN = auto()
    ELEMENT = auto()
    """A tooth that wasn't treated before; which one, the visit says (`gebit`)."""
    ZELFDE = auto()
    """The tooth of the line before."""
    VOLGEND = auto()
    """Another tooth in the quadrant of the line before."""
    KAAK = auto()
    """A jaw: that of the visit."""


class Gebit(Enum):
    """Which teeth a visit is about. Of a milk set where the patient is too young to have these."""

    ALLE = auto()
    FRONT = auto()
    KIEZEN = auto()
    ONDER_FRONT = auto()
    """The places of two implants in an edentulous lower jaw."""


class Regel(NamedTuple):
    """A prestatie of a visit.

    `aantal` and `kosten` are the least and the most (cents); costs of technique get a record of their own (02 or 04).
    `vlakken` is how many surfaces; `kans` in percent, 100 where the visit can't do without. `tarief` (cents) only where
    the reference list holds none. `soort` is 01, or 03 for what was done in the hours of the Wlz.
    """

    code: str
    plek: Plek = Plek.GEEN
    aantal: tuple[int, int] = (1, 1)
    vlakken: int = 0
    kosten: tuple[int, int] | None = None
    kans: int = 100
    tarief: int | None = None
    soort: str = "01"


class Bezoek(NamedTuple):
    """What may be done on one day, with whom: `door` is the AGB kind of the behandelaar, `leeftijd` from and up to.

    A patient has at most one visit of those with the same `eens`. `machtiging` gives the authorisation a number, and
    `bijzonder` is rubriek 0411 where this is bijzondere tandheelkunde. `kaak` is the jaw where the visit has a fixed one.
    """

    gewicht: int
    regels: tuple[Regel, ...]
    door: str = "12"
    leeftijd: tuple[int, int] = (0, 200)
    gebit: Gebit = Gebit.ALLE
    eens: str | None = None
    machtiging: tuple[str, ...] | None = None
    bijzonder: str | None = None
    kaak: str | None = None

    @property
    def minst(self) -> int:
        """How many prestatierecords it has at least."""
        return sum(1 + (regel.kosten is not None) for regel in self.regels if regel.kans == 100)


class Aanbieder(NamedTuple):
    """Who works in the practice."""

    agb: str
    naam: str


class Profiel(NamedTuple):
    """A kind of practice.

    `letter` begins its factuurnummers. `declarant` is a praktijk (0111) or instelling (0112). Of `aanvullend` the amounts
    in `ladder` (euro) make pakketten with that maximum a dekking; a verzekerde has the least that his visits need.
    `reizen` are the codes and highest aantal or amount of travelling expenses (Wlz).
    """

    letter: str
    omschrijving: str
    declarant: Aanbieder
    instelling: bool
    aanbieders: tuple[Aanbieder, ...]
    bezoeken: tuple[Bezoek, ...]
    basis: dict[str, Any]
    aanvullend: dict[str, Any] | None = None
    ladder: tuple[int, ...] = ()
    leeftijd: tuple[int, int] = (2, 200)
    wlz: bool = False
    reizen: tuple[Regel, ...] = ()


def dekking(percentage: int, *prestaties: str, **anders: Any) -> dict[str, Any]:
    """A dekking as the store file has it."""
    return {"prestaties": list(prestaties), **anders, "percentage": percentage}


JEUGD = {"leeftijd_tot": 18}
VOLWASSEN = {"leeftijd_vanaf": 18}
