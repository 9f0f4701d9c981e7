"""What happens to one verzekerde: his visits, day by day, as prestaties with their place in the mouth and their amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mzsim.common.chance import Chance
from mzsim.domain.teeth import ABOVE, NO_ELEMENT, NO_JAW, UNDER, jaw_of
from mzsim.generation.persons import Person
from mzsim.generation.profiles.shape import PlaceInMouth, Profile, Teeth, Visit, VisitLine

_QUADRANTS = (1, 2, 3, 4)
_LASTING = {
    Teeth.ALL: tuple(f"{k}{n}" for k in _QUADRANTS for n in range(1, 8)),
    Teeth.FRONT: tuple(f"{k}{n}" for k in _QUADRANTS for n in range(1, 4)),
    Teeth.CHOOSE: tuple(f"{k}{n}" for k in _QUADRANTS for n in range(6, 8)),
    Teeth.LOWER_FRONT: ("33", "43"),
}
_MILK = tuple(f"{k}{n}" for k in (5, 6, 7, 8) for n in range(1, 6))
_CHANGE = 7
"""From this age a patient's permanent teeth are treated."""
_SURFACES = "MODBP"


class VisitPrestatie(NamedTuple):
    """A prestatierecord to be: tarief in cents, `special` is rubriek 0411, `machtiging` the codes it is for."""

    date: dt.date
    kind: str
    code: str
    tariff: int
    aantal: int
    element: str
    jaw: str
    surface: str
    behandelaar: str
    special: str | None
    machtiging: tuple[str, ...] | None

    @property
    def amount(self) -> int:
        """Tarief × aantal in cents."""
        return self.tariff * self.aantal


class VisitCourse:
    """The visits of one verzekerde after another; remembers who travelled where, and which teeth are done."""

    def __init__(self, chance: Chance, profile: Profile, tariffs: Mapping[str, int], days: Sequence[dt.date]) -> None:
        self.chance = chance
        self.profile = profile
        self.tariffs = tariffs
        self._days = days
        self.visited: set[tuple[str, dt.date]] = set()
        """The behandelaars and days of which a cliënt stands in the file already (INV 4.8)."""

    def of(self, person: Person, count: int) -> list[VisitPrestatie]:
        """So many prestaties of a person, in order of their days; there are no fewer days than that."""
        done: list[VisitPrestatie] = []
        been: set[str] = set()
        behandeld: set[str] = set()
        day = -1
        while over := count - len(done):
            slack = len(self._days) - 1 - day - over
            day += 1 + self.chance.until(slack + 1)
            date = self._days[day]
            visit = self._choose(person.age(date), over, been)
            if visit.once:
                been.add(visit.once)
            done += _Session(self, visit, date, person.age(date), behandeld).prestaties(over)
        return done

    def _choose(self, age: int, over: int, been: set[str]) -> Visit:
        can = [
            visit
            for visit in self.profile.visits
            if visit.least <= over and visit.age[0] <= age < visit.age[1] and visit.once not in been
        ]
        return self.chance.weighed(can, [visit.weight for visit in can])


class _Session:
    """One visit in the making."""

    def __init__(self, course: VisitCourse, visit: Visit, date: dt.date, age: int, behandeld: set[str]) -> None:
        self._course = course
        self._chance = course.chance
        self._visit = visit
        self._date = date
        self._behandeld = behandeld
        kind = [a.agb for a in course.profile.providers if a.agb.startswith(visit.by)]
        self._behandelaar = self._chance.one(kind)
        self._elements = _MILK if age < _CHANGE else _LASTING[visit.teeth]
        self._element = ""
        self._jaw = visit.jaw or self._chance.one((ABOVE, UNDER))

    def prestaties(self, at_most: int) -> list[VisitPrestatie]:
        """The records of the visit: what it can't do without, and the rest by chance, as far as there is room."""
        room = at_most - self._visit.least
        done: list[VisitPrestatie] = []
        waiting: list[VisitPrestatie] = []
        # Costs stand behind their 01; in the A-variant of the Wlz behind the last 03 (INV 4.7.1 A6).
        for line in self._visit.lines:
            needed = 1 + (line.costs is not None)
            if line.chance < 100:
                if room < needed or not self._chance.percent(line.chance):
                    continue
                room -= needed
            if line.kind != "03":
                done += waiting
                waiting = []
            honorarium = self._prestatie(line)
            done.append(honorarium)
            waiting += self._costs(line, honorarium)
            if line.kind != "03":
                done += waiting
                waiting = []
        return done + waiting + list(self._journeys(room))

    def _prestatie(self, line: VisitLine) -> VisitPrestatie:
        element = self._choose_element(line.location)
        jaw = self._jaw if line.location is PlaceInMouth.JAW else jaw_of(NO_JAW, element)
        tariff = 0 if line.kind == "03" else line.tariff or self._course.tariffs[line.code]
        surfaces = sorted(self._chance.few(_SURFACES, line.surfaces), key=_SURFACES.index)
        return VisitPrestatie(
            date=self._date,
            kind=line.kind,
            code=line.code,
            tariff=tariff,
            aantal=self._chance.between(*line.aantal),
            element=element,
            jaw=jaw,
            surface="".join(surfaces),
            behandelaar=self._behandelaar,
            special=self._visit.special,
            machtiging=self._visit.machtiging,
        )

    def _costs(self, line: VisitLine, honorarium: VisitPrestatie) -> Iterator[VisitPrestatie]:
        """02 or 04, the same for the whole day (INV 4.4.1): techniek bought, or in own management."""
        if line.costs is not None:
            kind = "04" if self._date.toordinal() % 3 == 0 else "02"
            yield honorarium._replace(kind=kind, tariff=self._chance.between(*line.costs), aantal=1)

    def _choose_element(self, location: PlaceInMouth) -> str:
        if location in (PlaceInMouth.GEEN, PlaceInMouth.JAW):
            return NO_ELEMENT
        if location is not PlaceInMouth.SAME:
            other = [e for e in self._elements if e != self._element]
            free = [e for e in other if e not in self._behandeld] or other
            if location is PlaceInMouth.NEXT:
                beside = [e for e in other if e[0] == self._element[0]]
                free = [e for e in beside if e in free] or beside or free
            self._element = self._chance.one(free)
            self._behandeld.add(self._element)
        return self._element

    def _journeys(self, room: int) -> Iterator[VisitPrestatie]:
        """Travelling expenses, at the first cliënt of a behandelaar and day in the file (INV 4.8)."""
        first = (self._behandelaar, self._date) not in self._course.visited
        self._course.visited.add((self._behandelaar, self._date))
        for line in self._course.profile.journeys if first else ():
            if room and self._chance.percent(50):
                room -= 1
                yield self._prestatie(line)._replace(special=None)
