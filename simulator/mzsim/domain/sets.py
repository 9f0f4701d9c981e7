"""The sets ("reeksen") of prestatierecords of one verzekerde: where each record stands, and what it stands with.

A set is what follows one another with the same datum prestatie and the same indicatie debet/credit; commentaar doesn't
break it. Within a set the A-variant of the Wlz has its own sets ("setjes", INV 4.7.1): the hours, what was done in them,
and the costs of that. Nothing here judges; the rules are in `controles/reeks.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple


class Rol(Enum):
    """What a prestatierecord is to its set."""

    TIJD = auto()
    """A 01 with the hours of the Wlz: U25 or U35 (INV 4.7.1, A-variant)."""
    NAAST = auto()
    """A 01 that may stand beside the hours (INV 4.7.1 A4); to the B-variant a 01 like any other."""
    REISKOSTEN = auto()
    """A 01 with the travelling expenses of the Wlz: WRK001 or WRK002 (INV 4.8)."""
    HONORARIUM = auto()
    """Any other 01."""
    INFORMATIE = auto()
    """A 03: what was done in the hours."""
    KOSTEN = auto()
    """A 02 or 04: costs of material, technique and laboratory."""
    ONLEESBAAR = auto()
    """A record of which datum, soort, code or debet/credit can't be read: nothing is said about its set."""


TIJDCODES = frozenset({b"U25", b"U35"})
REISKOSTENCODES = frozenset({b"WRK001", b"WRK002"})
# INV 4.7.1 A4; the second row stands for the same in the prestatiecodelijst since 2023.
NAAST_CODES = frozenset(
    {b"J33", b"A20", b"B12", b"H21", b"E04", b"J97", b"J98", b"J07"}
    | {b"J057", b"J062", b"J001", b"J002", b"J050"}
    | {b"X%d" % nummer for nummer in range(10, 35)}
)
STOELUREN = b"U"
"""First letter of the prestatiecodes for treatment by the hour."""


def rol_van(soort: bytes, code: bytes, *, wlz: bool) -> Rol:
    """The role of a readable record, by rubrieken 0409 and 0413 (without trailing spaces)."""
    if soort != b"01":
        return Rol.INFORMATIE if soort == b"03" else Rol.KOSTEN
    if wlz and code in TIJDCODES:
        return Rol.TIJD
    if wlz and code in REISKOSTENCODES:
        return Rol.REISKOSTEN
    return Rol.NAAST if wlz and code in NAAST_CODES else Rol.HONORARIUM


class Lid(NamedTuple):
    """A prestatierecord as its set sees it; `regel` names it, `stoeluren` are hours with 0410 = J."""

    regel: int
    rol: Rol
    datum: bytes
    soort: bytes
    code: bytes
    behandelaar: bytes
    credit: bool
    stoeluren: bool


class Stand(Enum):
    """How far a set of the A-variant has come."""

    GEEN = auto()
    UREN = auto()
    INFORMATIE = auto()
    KOSTEN = auto()
    ERNAAST = auto()


# INV 4.7.1 A1, A2, A5, A6 and A8: the hours, then what was done in them, then the costs of that, then the rest.
# A record that the table doesn't name at that point is out of order.
VOLGORDE: dict[tuple[Stand, Rol], Stand] = {
    (Stand.UREN, Rol.INFORMATIE): Stand.INFORMATIE,
    (Stand.UREN, Rol.KOSTEN): Stand.KOSTEN,
    (Stand.INFORMATIE, Rol.INFORMATIE): Stand.INFORMATIE,
    (Stand.INFORMATIE, Rol.KOSTEN): Stand.KOSTEN,
    (Stand.KOSTEN, Rol.KOSTEN): Stand.KOSTEN,
    **{(stand, Rol.TIJD): Stand.UREN for stand in Stand},
    **{
        (stand, rol): Stand.ERNAAST
        for stand in Stand
        if stand is not Stand.GEEN
        for rol in (Rol.NAAST, Rol.REISKOSTEN, Rol.HONORARIUM)
    },
}


class Setje:
    """A set of the A-variant: the hours, then the 03, 02 and 04 that follow them, by their places among the records."""

    __slots__ = ("geteld", "informatie", "kosten", "leden", "tijd")

    def __init__(self, tijd: int) -> None:
        self.tijd = tijd
        self.leden = [tijd]
        self.informatie: Counter[bytes] = Counter()
        """How many 03 there are of each prestatiecode."""
        self.kosten: Counter[tuple[bytes, bytes]] = Counter()
        """The same for 02 and 04, by soort and prestatiecode."""

    def neem_op(self, plaats: int, lid: Lid) -> int:
        """Adds a 03, 02 or 04; how many costs of the same soort and code stood before it."""
        self.leden.append(plaats)
        if lid.rol is Rol.INFORMATIE:
            self.informatie[lid.code] += 1
            return 0
        self.kosten[lid.soort, lid.code] += 1
        return self.kosten[lid.soort, lid.code] - 1

    def mist_kosten_van(self, code: bytes) -> bool:
        """Whether a 03 of this code has no 02 or 04 yet."""
        return self.informatie[code] > self.kosten[b"02", code] + self.kosten[b"04", code]


class Reeks:
    """A set in the sense of the standard."""

    __slots__ = ("begin", "credit", "datum", "losse_informatie", "onleesbaar")

    def __init__(self, begin: int, datum: bytes, *, credit: bool, onleesbaar: bool) -> None:
        self.begin = begin
        self.datum = datum
        self.credit = credit
        self.onleesbaar = onleesbaar
        """Whether one of its records can't be read, or one next to it that may belong to it."""
        self.losse_informatie = False
        """Whether a 03 stands in it before any hours."""


class Plek(NamedTuple):
    """Where a record stands: its set, its setje, whether it came in order, the 01 last seen in the set, and how many
    costs like it stood before it in the setje."""

    reeks: Reeks
    setje: Setje | None
    in_volgorde: bool
    na: Rol | None
    volgnummer: int


_VAN_SETJE = (Rol.INFORMATIE, Rol.KOSTEN)
_HONORARIA = (Rol.TIJD, Rol.NAAST, Rol.REISKOSTEN, Rol.HONORARIUM)


class Reeksen:
    """All prestatierecords of one verzekerde in the order of the message, each with its place."""

    def __init__(self, leden: Iterable[Lid]) -> None:
        self.leden = list(leden)
        self.plekken: list[Plek | None] = []
        """None for a record that can't be read."""
        self.tijd: dict[bytes, int] = {}
        """The first hours (debet) of each day."""
        self.kosten_soort: dict[bytes, bytes] = {}
        """Soort of the first costs (debet) of each day: 02 or 04."""
        self._stoeluren: dict[bytes, int] = {}
        self._uren: Counter[tuple[bytes, bytes]] = Counter()
        self._setjes: dict[tuple[bytes, bool], list[Setje]] = {}
        self._honoraria: dict[tuple[bytes, bool, bytes], list[int]] = {}
        self._eerste_kosten: dict[tuple[int, bytes], int] = {}
        self.tweede_uren: set[int] = set()
        """Hours (debet) of a behandelaar on a day on which he has some already."""
        self._plaats()
        for plaats, lid in enumerate(self.leden):
            if lid.rol is Rol.KOSTEN and (eigen := self.eigen(plaats)) is not None and eigen < plaats:
                self._eerste_kosten.setdefault((eigen, lid.soort), plaats)

    def _plaats(self) -> None:
        reeks: Reeks | None = None
        setje: Setje | None = None
        stand, na, twijfel = Stand.GEEN, None, False
        for plaats, lid in enumerate(self.leden):
            if lid.rol is Rol.ONLEESBAAR:
                twijfel = True
                if reeks is not None:
                    reeks.onleesbaar = True
                self.plekken.append(None)
                continue
            if reeks is None or not self._hoort_bij(reeks, setje, plaats):
                reeks = Reeks(plaats, lid.datum, credit=lid.credit, onleesbaar=twijfel)
                setje, stand, na = None, Stand.GEEN, None
            twijfel = False
            in_volgorde = (stand, lid.rol) in VOLGORDE
            stand = VOLGORDE.get((stand, lid.rol), stand)
            volgnummer = 0
            if lid.rol is Rol.TIJD:
                setje = Setje(plaats)
                self._setjes.setdefault((lid.datum, lid.credit), []).append(setje)
            elif setje is not None and lid.rol in _VAN_SETJE:
                volgnummer = setje.neem_op(plaats, lid)
            reeks.losse_informatie |= setje is None and lid.rol is Rol.INFORMATIE
            self.plekken.append(Plek(reeks, setje, in_volgorde, na, volgnummer))
            if lid.rol in _HONORARIA:
                na = lid.rol
                self._honoraria.setdefault((lid.datum, lid.credit, lid.code), []).append(plaats)
            if not lid.credit:
                self._onthoud_dag(plaats, lid)

    def _hoort_bij(self, reeks: Reeks, setje: Setje | None, plaats: int) -> bool:
        lid = self.leden[plaats]
        if lid.credit != reeks.credit:
            return False
        if lid.datum == reeks.datum:
            return True
        # Another day ends a set. But a 03 right behind hours, or the costs that a 03 right before still misses, can't be
        # anything else than a part of it with a wrong day.
        return (
            setje is not None
            and setje.leden[-1] == plaats - 1
            and (lid.rol is Rol.INFORMATIE or (lid.rol is Rol.KOSTEN and setje.mist_kosten_van(lid.code)))
        )

    def _onthoud_dag(self, plaats: int, lid: Lid) -> None:
        if lid.rol is Rol.TIJD:
            self.tijd.setdefault(lid.datum, plaats)
            if lid.behandelaar.strip(b"0"):
                self._uren[lid.datum, lid.behandelaar] += 1
                if self._uren[lid.datum, lid.behandelaar] > 1:
                    self.tweede_uren.add(plaats)
        elif lid.rol is Rol.KOSTEN:
            self.kosten_soort.setdefault(lid.datum, lid.soort)
        if lid.stoeluren:
            self._stoeluren.setdefault(lid.datum, plaats)

    def plek(self, plaats: int) -> Plek:
        """The place of a record that can be read."""
        plek = self.plekken[plaats]
        assert plek is not None
        return plek

    def eigen(self, plaats: int) -> int | None:
        """The 01 of costs: the nearest before them on that day with their prestatiecode, or else the first after them."""
        lid = self.leden[plaats]
        honoraria = self._honoraria.get((lid.datum, lid.credit, lid.code))
        if not honoraria:
            return None
        ervoor = bisect_left(honoraria, plaats)
        return honoraria[max(ervoor - 1, 0)]

    def tweede(self, plaats: int, *soorten: bytes) -> bool:
        """Whether other costs of these soorten (or else of the same soort) stand between these costs and their 01."""
        eigen = self.eigen(plaats)
        return eigen is not None and any(
            self._eerste_kosten.get((eigen, soort), plaats) < plaats for soort in soorten or (self.leden[plaats].soort,)
        )

    def van_ernaast(self, plaats: int) -> bool:
        """Whether a 03, 02 or 04 belongs to a 01 beside the hours, or to reiskosten (INV 4.7.1 A4, A7, B5)."""
        lid, plek = self.leden[plaats], self.plek(plaats)
        if lid.rol is Rol.INFORMATIE:
            return plek.setje is not None and plek.na in (Rol.NAAST, Rol.REISKOSTEN)
        eigen = self.eigen(plaats)
        if eigen is None:
            return False
        rol = self.leden[eigen].rol
        if plek.setje is not None and plek.setje.informatie[lid.code] and eigen != plaats - 1:
            return False
        return rol is Rol.REISKOSTEN or (rol is Rol.NAAST and lid.datum in self.tijd)

    def elders_in_setje(self, plaats: int) -> bool:
        """Whether costs stand outside the setje of the same day that holds the 03 of their prestatiecode."""
        lid = self.leden[plaats]
        return self.plek(plaats).setje is None and any(
            setje.informatie[lid.code] for setje in self._setjes.get((lid.datum, lid.credit), ())
        )

    def nagekomen(self, plaats: int) -> bool:
        """Whether costs (debet) stand alone, so that their 01 or 03 must have been declared before (INV 4.4.2, 4.7.2).

        Not those behind stoeluren of bijzondere tandheelkunde on the same day (INV 4.6.4, table 4-9).
        """
        lid, plek = self.leden[plaats], self.plekken[plaats]
        return (
            plek is not None
            and lid.rol is Rol.KOSTEN
            and not lid.credit
            and not plek.reeks.onleesbaar
            and plek.setje is None
            and self.eigen(plaats) is None
            and not self.elders_in_setje(plaats)
            and self._stoeluren.get(lid.datum, plaats) >= plaats
        )

    def samen(self, plaats: int) -> set[int]:
        """What belongs together with a record: hours with their 03 and costs, any other 01 with its costs."""
        plek = self.plekken[plaats]
        if plek is not None and plek.setje is not None and plaats in plek.setje.leden:
            return set(plek.setje.leden)
        rol = self.leden[plaats].rol
        basis = self.eigen(plaats) if rol is Rol.KOSTEN else plaats
        kosten = {k for k, lid in enumerate(self.leden) if lid.rol is Rol.KOSTEN and self.eigen(k) == basis}
        return {plaats} if basis is None else {basis, *kosten}
