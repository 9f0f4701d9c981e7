"""What a profile is made of: a practice, what it does in a visit, and the pakketten that cover it. Data, no behaviour."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, NamedTuple


class PlaceInMouth(Enum):
    """Where in the mouth something is done."""

    GEEN = auto()
    ELEMENT = auto()
    """A tooth that wasn't treated before; which one, the visit says (`teeth`)."""
    SAME = auto()
    """The tooth of the line before."""
    NEXT = auto()
    """Another tooth in the quadrant of the line before."""
    JAW = auto()
    """A jaw: that of the visit."""


class Teeth(Enum):
    """Which teeth a visit is about. Of a milk set where the patient is too young to have these."""

    ALL = auto()
    FRONT = auto()
    CHOOSE = auto()
    LOWER_FRONT = auto()
    """The places of two implants in an edentulous lower jaw."""


class VisitLine(NamedTuple):
    """A prestatie of a visit.

    `aantal` and `costs` are the least and the most (cents); costs of technique get a record of their own (02 or 04).
    `surfaces` is how many surfaces; `chance` in percent, 100 where the visit can't do without. `tariff` (cents) only where
    the reference list holds none. `kind` is 01, or 03 for what was done in the hours of the Wlz.
    """

    code: str
    location: PlaceInMouth = PlaceInMouth.GEEN
    aantal: tuple[int, int] = (1, 1)
    surfaces: int = 0
    costs: tuple[int, int] | None = None
    chance: int = 100
    tariff: int | None = None
    kind: str = "01"


class Visit(NamedTuple):
    """What may be done on one day, with whom: `by` is the AGB kind of the behandelaar, `age` from and up to.

    A patient has at most one visit of those with the same `once`. `machtiging` gives the authorisation a number, and
    `special` is rubriek 0411 where this is bijzondere tandheelkunde. `jaw` is the jaw where the visit has a fixed one.
    """

    weight: int
    lines: tuple[VisitLine, ...]
    by: str = "12"
    age: tuple[int, int] = (0, 200)
    teeth: Teeth = Teeth.ALL
    once: str | None = None
    machtiging: tuple[str, ...] | None = None
    special: str | None = None
    jaw: str | None = None

    @property
    def least(self) -> int:
        """How many prestatierecords it has at least."""
        return sum(1 + (line.costs is not None) for line in self.lines if line.chance == 100)


class Provider(NamedTuple):
    """Who works in the practice."""

    agb: str
    name: str


class Profile(NamedTuple):
    """A kind of practice.

    `letter` begins its factuurnummers. `declarant` is a praktijk (0111) or instelling (0112). Of `supplementary` the amounts
    in `ladder` (euro) make pakketten with that maximum a dekking; a verzekerde has the least that his visits need.
    `journeys` are the codes and highest aantal or amount of travelling expenses (Wlz).
    """

    letter: str
    description: str
    declarant: Provider
    instelling: bool
    providers: tuple[Provider, ...]
    visits: tuple[Visit, ...]
    basis: dict[str, Any]
    supplementary: dict[str, Any] | None = None
    ladder: tuple[int, ...] = ()
    age: tuple[int, int] = (2, 200)
    wlz: bool = False
    journeys: tuple[VisitLine, ...] = ()


def dekking(percentage: int, *prestaties: str, **otherwise: Any) -> dict[str, Any]:
    """A dekking as the store file has it."""
    return {"prestaties": list(prestaties), **otherwise, "percentage": percentage}


YOUTH = {"leeftijd_tot": 18}
ADULT = {"leeftijd_vanaf": 18}
