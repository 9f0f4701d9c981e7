"""Grading: what a vendor's software booked of a pack against what the declarations and their retours say.

Amounts in cents. Everything that is wrong is a `Gebrek`; what it points at is for `diagnoses` to say.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from mzsim.certification.pack import Geval, Pakket, Retour, Stap
from mzsim.certification.result import Geboekt as Melding
from mzsim.certification.result import Retourmelding, Terugmelding
from mzsim.retour.bookings import Boekhouding, Boeking, Boekuitkomst, boek
from mzsim.standard.layout import TEKENSET
from mzsim.standard.retourcodes import GEEN_OPMERKING, NIET_BEOORDEELD
from mzsim.standard.values import als_euro, genormaliseerd


class Soort(StrEnum):
    """What is wrong; the value is how a report calls it."""

    RETOUR_ONTBREEKT = "retour not reported"
    RETOUR_ONBEKEND = "no retour of the pack"
    RETOUR_DUBBEL = "retour reported twice"
    AANVAARD = "faulty retour accepted"
    GEWEIGERD = "good retour refused"
    TOCH_GEBOEKT = "refused, and booked all the same"
    RETOURCODES = "retourcodes of the retour"
    ONTBREEKT = "not booked"
    ONBEKEND = "booked, but not in the declaration"
    DUBBEL = "booked twice"
    ANDERS = "booked otherwise"


class Geboekt(NamedTuple):
    """A booking of the software; amounts in cents, `codes` without 0200."""

    referentienummer: str
    uitkomst: Boekuitkomst
    toegekend: int
    rest: int
    codes: tuple[str, ...]


class Gebrek(NamedTuple):
    """Something wrong in what the software reports; `velden` names what differs of a booking."""

    soort: Soort
    geval: str
    retour: str
    verstoring: str | None = None
    """What is faulty about the retour, in words."""
    verwacht: Boeking | None = None
    geboekt: Geboekt | None = None
    boekhouding: Boekhouding | None = None
    velden: tuple[str, ...] = ()
    gemeld: tuple[str, ...] = ()
    """The retourcodes of the retour that the software reports."""

    @property
    def referentienummer(self) -> str | None:
        """The prestatierecord that it is about, if any."""
        booking = self.verwacht or self.geboekt
        return booking.referentienummer if booking else None


class Retouroordeel(NamedTuple):
    """What the software made of one retour; `boekingen` are those that were asked, each with whether it was right."""

    retour: Retour
    boekhouding: Boekhouding | None
    boekingen: tuple[tuple[Boeking, Geboekt | None, bool], ...]
    codes_gemeld: bool
    gebreken: tuple[Gebrek, ...]

    @property
    def goed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.gebreken


class Gevaloordeel(NamedTuple):
    """The verdict on a case."""

    geval: Geval
    retours: tuple[Retouroordeel, ...]

    @property
    def goed(self) -> bool:
        """Whether nothing is wrong."""
        return all(retour.goed for retour in self.retours)


class Beoordeling(NamedTuple):
    """The verdict on a run; `vreemd` is what was reported and is not in the pack."""

    software: str | None
    gevallen: tuple[Gevaloordeel, ...]
    vreemd: tuple[Gebrek, ...]

    @property
    def retours(self) -> Iterator[Retouroordeel]:
        """Of all cases."""
        return (retour for geval in self.gevallen for retour in geval.retours)

    @property
    def gebreken(self) -> tuple[Gebrek, ...]:
        """Of all cases, in the order of the pack."""
        return (*(gebrek for retour in self.retours for gebrek in retour.gebreken), *self.vreemd)

    @property
    def goed(self) -> bool:
        """Whether the software did everything right."""
        return not self.gebreken


def beoordeel(pakket: Pakket, terugmelding: Terugmelding) -> Beoordeling:
    """Grades a result. Raises InputError where the pack isn't as it was exported."""
    gemeld: dict[tuple[str, str], list[Retourmelding]] = defaultdict(list)
    for melding in terugmelding.retours:
        gemeld[melding.case, melding.retour].append(melding)
    gevallen = tuple(
        Gevaloordeel(
            geval,
            tuple(
                _retour(pakket, geval, stap, retour, gemeld.pop((geval.id, retour.name), []))
                for stap in geval.steps
                for retour in stap.retours
            ),
        )
        for geval in pakket.gevallen
    )
    vreemd = tuple(Gebrek(Soort.RETOUR_ONBEKEND, geval, retour) for geval, retour in gemeld)
    return Beoordeling(terugmelding.software, gevallen, vreemd)


def _retour(pakket: Pakket, geval: Geval, stap: Stap, retour: Retour, meldingen: list[Retourmelding]) -> Retouroordeel:
    heen, terug = pakket.inhoud(stap.declaration), pakket.inhoud(retour)
    basis = Gebrek(Soort.ANDERS, geval.id, retour.name, retour.says)
    dubbel = [basis._replace(soort=Soort.RETOUR_DUBBEL)] * (len(meldingen) > 1)
    melding = meldingen[0] if meldingen else None
    if retour.fault is not None:
        gebreken = [basis._replace(soort=soort) for soort in _bezwaren_bij_foute_retour(melding)]
        return Retouroordeel(retour, None, (), codes_gemeld=False, gebreken=(*gebreken, *dubbel))
    boekhouding = boek(io.BytesIO(heen), io.BytesIO(terug))
    basis = basis._replace(boekhouding=boekhouding)
    if melding is None or melding.refused:
        soort = Soort.RETOUR_ONTBREEKT if melding is None else Soort.GEWEIGERD
        niets = tuple((verwacht, None, False) for verwacht in boekhouding.boekingen)
        return Retouroordeel(retour, boekhouding, niets, False, (basis._replace(soort=soort), *dubbel))
    vergeleken, over = _leg_naast(boekhouding.boekingen, melding.bookings)
    gebreken = [g for paar in vergeleken if (g := _vergelijk(basis, *paar)) is not None]
    return Retouroordeel(
        retour,
        boekhouding,
        tuple((verwacht, geboekt, _vergelijk(basis, verwacht, geboekt) is None) for verwacht, geboekt in vergeleken),
        codes_gemeld=melding.retourcodes is not None,
        gebreken=(*_codes_van_retour(basis, melding), *gebreken, *_overige(basis, boekhouding, over), *dubbel),
    )


def _bezwaren_bij_foute_retour(melding: Retourmelding | None) -> Iterator[Soort]:
    if melding is None:
        yield Soort.RETOUR_ONTBREEKT
    elif not melding.refused:
        yield Soort.AANVAARD
    elif melding.bookings:
        yield Soort.TOCH_GEBOEKT


def _sleutel(referentienummer: str) -> str:
    """As referentienummers are compared: without regard to capitals and trailing spaces (INV 2.3.3, 2.3.17)."""
    return genormaliseerd(referentienummer.strip().encode(TEKENSET, "replace")).decode(TEKENSET)


def _leg_naast(
    verwacht: tuple[Boeking, ...], gemeld: list[Melding]
) -> tuple[list[tuple[Boeking, Geboekt | None]], list[Geboekt]]:
    """Each record with its booking, and the bookings that are left over.

    Of records with the same number each gets the booking that is right for it, where there is one; then in their order.
    """
    over: dict[str, list[Geboekt]] = defaultdict(list)
    for melding in gemeld:
        over[_sleutel(melding.referentienummer)].append(_geboekt(melding))
    naast: dict[int, Geboekt] = {}
    for alleen_juiste in (True, False):
        for plek, boeking in enumerate(verwacht):
            eigen = over[_sleutel(boeking.referentienummer)]
            passend = (g for g in eigen if not (alleen_juiste and _anders(boeking, g)))
            if plek not in naast and (gevonden := next(passend, None)) is not None:
                naast[plek] = gevonden
                eigen.remove(gevonden)
    return [(boeking, naast.get(plek)) for plek, boeking in enumerate(verwacht)], [
        g for gs in over.values() for g in gs
    ]


def _anders(verwacht: Boeking, geboekt: Geboekt) -> tuple[str, ...]:
    """What differs, by the names that a result gives it."""
    anders = {
        "outcome": geboekt.uitkomst is not verwacht.uitkomst,
        "granted": geboekt.toegekend != verwacht.toegekend,
        # Where nobody can say what was declared, nobody can say what is left of it.
        "left": verwacht.leesbaar and geboekt.rest != verwacht.rest,
        "retourcodes": set(geboekt.codes) != set(verwacht.codes),
    }
    return tuple(veld for veld, verschilt in anders.items() if verschilt)


def _geboekt(melding: Melding) -> Geboekt:
    return Geboekt(
        melding.referentienummer,
        Boekuitkomst(melding.outcome),
        _centen(melding.granted),
        _centen(melding.left),
        tuple(code for code in melding.retourcodes if code != GEEN_OPMERKING),
    )


def _centen(euro: str) -> int:
    return int(euro.replace(".", ""))


def _vergelijk(basis: Gebrek, verwacht: Boeking, geboekt: Geboekt | None) -> Gebrek | None:
    if geboekt is None:
        return basis._replace(soort=Soort.ONTBREEKT, verwacht=verwacht)
    velden = _anders(verwacht, geboekt)
    return basis._replace(verwacht=verwacht, geboekt=geboekt, velden=velden) if velden else None


def _codes_van_retour(basis: Gebrek, melding: Retourmelding) -> Iterator[Gebrek]:
    assert basis.boekhouding is not None
    if melding.retourcodes is None:
        return
    gemeld = set(melding.retourcodes) - {GEEN_OPMERKING, NIET_BEOORDEELD}
    if gemeld != set(basis.boekhouding.codes):
        yield basis._replace(soort=Soort.RETOURCODES, gemeld=tuple(melding.retourcodes))


def _overige(basis: Gebrek, boekhouding: Boekhouding, over: list[Geboekt]) -> Iterator[Gebrek]:
    bekend = {_sleutel(boeking.referentienummer) for boeking in boekhouding.boekingen}
    for geboekt in over:
        soort = Soort.DUBBEL if _sleutel(geboekt.referentienummer) in bekend else Soort.ONBEKEND
        yield basis._replace(soort=soort, geboekt=geboekt)


def als_woorden(boeking: Boeking | Geboekt) -> str:
    """A booking on one line."""
    codes = f" {' '.join(boeking.codes)}" if boeking.codes else ""
    return f"{boeking.uitkomst} {als_euro(boeking.toegekend)}, left {als_euro(boeking.rest)}{codes}"
