"""An extra reading of a declaration for the insurer's rules on combinations, done only where the store holds rules.

Most records are put aside by their prestatiecode alone. What is left is gathered per verzekerde, some hundreds of
verzekerden at a time, so that what was granted to them before is fetched together. Kept are findings by line.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache, reduce
from operator import or_
from typing import BinaryIO, NamedTuple

from mzsim.checks.prestatie_form import GEBITSELEMENTEN
from mzsim.domain.combination_rules import Combinatieregel, CombinationMember, Regelset
from mzsim.domain.earlier.credits import Eerdere, standing
from mzsim.domain.earlier.prestatie import HONORARIUM
from mzsim.domain.teeth import GEEN_ELEMENT, GEEN_KAAK
from mzsim.judging.combinations import COMBINATIE, TE_SNEL, Bezwaar, Leden, beoordeel
from mzsim.judging.look_back import is_revoked
from mzsim.judging.message import Bericht
from mzsim.standard.layout import TEKENSET, layouts
from mzsim.standard.reader import lees_groepen
from mzsim.standard.records import Prestatierecord, Verzekerdenrecord
from mzsim.standard.values import BSN_ONBEKEND, DEBET, centen, lees_datum, persoon, tekst
from mzsim.store.facts import Feitenbron
from mzsim.store.history import Historiebron

_LAYOUT = layouts("mz301")[b"04"]
_DATUM = _LAYOUT["0408"].plaats
_DATUM_EN_SOORT = _LAYOUT.stuk("0408", "0409")
_CODE = _LAYOUT["0413"].plaats
_AANTAL = _LAYOUT["0425"].plaats
_DEBET_CREDIT = _LAYOUT["0431"].plaats
_EEN = b"1".rjust(_LAYOUT["0425"].lengte, b"0")
_HONORARIUM = HONORARIUM.encode()
_OOIT = b""

_MEESTE_VERZEKERDEN = 500
_MEESTE_RECORDS = 10_000
_MEESTE_CODES = 20_000
_GEEN: frozenset[str] = frozenset()

Bezwaren = Mapping[int, frozenset[str]]
"""The checks that object to a record, by line."""


Melder = Callable[[int, Combinatieregel, Collection[int]], None]
"""Hears of every line to which a rule objects, with the ids of the earlier prestaties by which it does."""


def lees_combinaties(bron: BinaryIO, bericht: Bericht, feiten: Feitenbron, meld: Melder | None = None) -> Bezwaren:
    """What the rules in the store object to in a declaration whose structure is in order."""
    if bericht.partij is None or bericht.beleid.uit >= {TE_SNEL, COMBINATIE}:
        return {}
    regels = Regelset(feiten.combinatieregels())
    if not regels.regels:
        return {}
    uzovi = bericht.uzovi_nummer
    historie = feiten.historie(bericht.partij, uzovi) if feiten.heeft_historie(uzovi) else None
    lezer = _Lezer(regels, historie, bericht, meld)
    lezer.lees(bron)
    return lezer.bezwaren


class _Soort:
    """What a prestatiecode (rubriek 0413) is to the reading.

    `draagt`, `tegen` and `telt` are masks of rules: those that judge it, those to which it is a tegenhanger, and the
    maxima among the first. `dagen`, where it is filled, gathers 0408 and 0409 for the verzekerde at hand: where no rule
    is special to a code, the days are all that matters of it. Of a code that no rule judges or counts `plaatsen` says
    which places matter (as `Combinatieregel.plaats`), and nothing else does; None where every rubriek may.
    """

    __slots__ = ("code", "dagen", "draagt", "nodig", "plaatsen", "tegen", "telt")

    def __init__(self, code: str, draagt: int, tegen: int, regels: Regelset) -> None:
        self.code = code
        self.draagt = draagt
        self.tegen = tegen
        self.telt = draagt & regels.maxima
        self.nodig = bool(draagt | tegen)
        alleen_dagen = tegen and not draagt and not tegen & ~regels.gewoon
        self.dagen: set[bytes] | None = set() if alleen_dagen else None
        self.plaatsen: frozenset[str | None] | None = None
        if not draagt and not tegen & regels.maxima:
            self.plaatsen = frozenset(regel.plaats for _, regel in regels.van(tegen))


_Record = tuple[int, bytes, _Soort]
"""A record that rules are about, or ask after, with its line."""
_Leden = dict[CombinationMember, "array[int]"]


class _Wachtend(NamedTuple):
    """A verzekerde with records that rules judge: who he is, those rules, his records in either form, the days of
    records that are nothing special, and whether the file alone may give an objection."""

    persoon: str
    draagt: int
    records: list[_Record]
    leden: _Leden
    dagen: list[tuple[str, bytes]]
    verdacht: bool


class _Lezer:
    def __init__(self, regels: Regelset, bron: Historiebron | None, bericht: Bericht, meld: Melder | None) -> None:
        self._regels = regels
        self._meld = meld
        self._bron = bron
        self._partij = bericht.partij or ""
        self._herroepen = bericht.verkenning.herroepen
        self._soorten: dict[bytes, _Soort] = {}
        self._gewoon: dict[int, _Soort] = {}
        """Of the codes with `dagen` one for each mask of rules; the others stand for the same."""
        self._wachtend: list[_Wachtend] = []
        self._aantal_wachtend = 0
        self._dagen: set[bytes] = set()
        """The days of the records that wait for judgement."""
        self.bezwaren: dict[int, frozenset[str]] = {}

    def lees(self, bron: BinaryIO) -> None:
        """Reads the detail records."""
        met_credits = len(self._herroepen) > 0
        soorten, nieuw, plaats_code = self._soorten, self._nieuwe_soort, _CODE
        records: list[_Record] = []
        leden: _Leden = {}
        verzekerde = b""
        drager = False
        regel = 1
        for groep in lees_groepen(bron):
            for heen in groep:
                regel += 1
                kenmerk = heen[:2]
                if kenmerk == b"04":
                    soort = soorten.get(heen[plaats_code]) or nieuw(heen[plaats_code])
                    if soort.dagen is not None:
                        if not met_credits or heen[_DEBET_CREDIT] == DEBET:
                            soort.dagen.add(heen[_DATUM_EN_SOORT])
                    elif soort.nodig:
                        records.append((regel, heen, soort))
                        if soort.draagt:
                            drager = True
                elif kenmerk == b"02" or kenmerk == b"99":
                    if drager:
                        self._sluit_verzekerde(verzekerde, records, leden)
                        leden = {}
                        records = []
                    else:
                        records.clear()
                        leden.clear()
                    for soort in self._gewoon.values():
                        assert soort.dagen is not None
                        soort.dagen.clear()
                    verzekerde, drager = heen, False
            if len(records) > _MEESTE_RECORDS:
                _voeg_samen(records, leden)
        self._beoordeel()

    def _nieuwe_soort(self, rubriek: bytes) -> _Soort:
        if len(self._soorten) >= _MEESTE_CODES:
            self._soorten.clear()
        code = tekst(rubriek)
        onleesbaar = not code or (code[0].isalpha() and code[1:] == "00")
        draagt, tegen = (0, 0) if onleesbaar else self._regels.klasse(code)
        soort = _Soort(code, draagt, tegen, self._regels)
        if soort.dagen is not None:
            soort = self._gewoon.setdefault(tegen, soort)
        self._soorten[rubriek] = soort
        return soort

    def _sluit_verzekerde(self, heen: bytes, records: list[_Record], leden: _Leden) -> None:
        """Has a verzekerde wait for judgement, unless no key tells who he is: then his records aren't judged at all."""
        v = Verzekerdenrecord(heen)
        if v.bsn == BSN_ONBEKEND and not v.verzekerdennummer.strip(b" "):
            return
        draagt, verdacht = self._verken(records, leden)
        dagen = [(s.code, dag) for s in self._gewoon.values() if s.tegen & draagt for dag in s.dagen or ()]
        wie = persoon(v.bsn, v.verzekerdennummer)
        self._wachtend.append(_Wachtend(wie, draagt, records, leden, dagen, verdacht))
        self._aantal_wachtend += len(records) + len(leden) + len(dagen)
        if len(self._wachtend) >= _MEESTE_VERZEKERDEN or self._aantal_wachtend >= _MEESTE_RECORDS:
            self._beoordeel()

    def _verken(self, records: list[_Record], leden: _Leden) -> tuple[int, bool]:
        """The rules that judge these records, and whether any may be broken in the file alone.

        That is so for a rule that a record breaks by itself, one of which a tegenhanger is there as well, and a maximum
        of which more than one is declared within its bereik.
        """
        regels = self._regels
        draagt = reduce(or_, (regels.klasse(lid.code).draagt for lid in leden), 0)
        tegen, te_veel = 0, bool(leden)
        geteld: dict[bytes, int] = {}
        for _, heen, soort in records:
            tegen |= soort.tegen
            if soort.draagt:
                draagt |= soort.draagt
                dag = heen[_DATUM]
                self._dagen.add(dag)
                if telt := soort.telt:
                    eerder = geteld.get(dag, 0) | geteld.get(_OOIT, 0) & ~regels.in_zitting
                    te_veel |= bool(telt & eerder) or heen[_AANTAL] != _EEN
                    geteld[dag] = geteld.get(dag, 0) | telt
                    geteld[_OOIT] = geteld.get(_OOIT, 0) | telt
        return draagt, te_veel or bool(draagt & (regels.alleen | regels.niet & (tegen | regels.gewoon)))

    def _beoordeel(self) -> None:
        """Judges the verzekerden that wait, beside what was granted to them before."""
        eerder = self._eerder()
        for wacht in self._wachtend:
            van_hem = eerder.get(wacht.persoon, {})
            if wacht.verdacht or van_hem:
                _voeg_samen(wacht.records, wacht.leden)
                _voeg_dagen_toe(wacht.dagen, wacht.leden)
                for bezwaar in beoordeel(self._regels, wacht.leden, van_hem.values()):
                    regel = bezwaar.regel
                    self.bezwaren[regel] = _samen(self.bezwaren.get(regel, _GEEN), bezwaar.controle)
                    if self._meld is not None:
                        self._meld(regel, bezwaar.combinatieregel, _beslissend(bezwaar, wacht.leden, van_hem))
        self._wachtend, self._aantal_wachtend = [], 0
        self._dagen.clear()

    def _eerder(self) -> Mapping[str, Mapping[int, CombinationMember]]:
        """What was granted before to those who wait, by its id in the store: for rules on a sitting on the days at hand, for
        the others ever."""
        dagen = {tekst(dag) for dag in self._dagen if lees_datum(dag) is not None}
        dagen.update(lid.datum for wacht in self._wachtend for lid in wacht.leden)
        if self._bron is None or not dagen:
            return {}
        regels = self._regels
        gevonden: defaultdict[str, dict[int, CombinationMember]] = defaultdict(dict)
        for deel in (regels.in_zitting, ~(regels.in_zitting | regels.ooit), regels.ooit):
            personen = {wacht.persoon: wacht.draagt & deel for wacht in self._wachtend if wacht.draagt & deel}
            if personen:
                masker = reduce(or_, personen.values())
                van, tot = regels.dagen(masker, min(dagen), max(dagen))
                rijen = self._bron.honoraria(personen, regels.gevraagd(masker), van, tot)
                for rij in standing(rijen):
                    leesbaar = lees_datum(rij.datum.encode(TEKENSET)) is not None
                    if leesbaar and not is_revoked(rij, self._partij, self._herroepen):
                        # What two questions find is one record.
                        gevonden[rij.persoon][rij.id] = _eerder_lid(rij, eigen=rij.agb == self._partij)
        return gevonden


_MEESTE_EERDERE = 20


def _beslissend(bezwaar: Bezwaar, leden: _Leden, eerder: Mapping[int, CombinationMember]) -> Collection[int]:
    """The ids of the earlier prestaties by which a rule objects: one where that is enough, else all that it counts; none
    where the message alone is enough, or what is not there decides."""
    los = Regelset([bezwaar.combinatieregel])

    def maakt_bezwaar(in_bericht: Leden, eerdere: Collection[CombinationMember] = ()) -> bool:
        return any(gevonden.regel == bezwaar.regel for gevonden in beoordeel(los, in_bericht, eerdere))

    eigen = next(lid for lid, regels in leden.items() if bezwaar.regel in regels)
    over = {id: lid for id, lid in eerder.items() if any(los.klasse(lid.code))}
    if not over or maakt_bezwaar({lid: regels for lid, regels in leden.items() if any(los.klasse(lid.code))}):
        return ()
    # The nearest in time are the likeliest; of many, looking at each would take long.
    dichtbij = sorted((abs(int(lid.datum) - int(eigen.datum)), id) for id, lid in over.items())[:_MEESTE_EERDERE]
    alleen = {eigen: (bezwaar.regel,)}
    een = next((id for _, id in dichtbij if maakt_bezwaar(alleen, [over[id]])), None)
    return (een,) if een is not None else sorted(over)


@lru_cache(maxsize=8)
def _samen(controles: frozenset[str], controle: str) -> frozenset[str]:
    """One value for every line with the same objections."""
    return controles | {controle}


def _voeg_samen(records: list[_Record], leden: _Leden) -> None:
    """Moves records to where equal ones share a place."""
    for regel, heen, soort in records:
        lid = _lid(heen, soort)
        if lid is not None:
            regels = leden.get(lid)
            if regels is None:
                leden[lid] = array("I", (regel,))
            else:
                regels.append(regel)
    records.clear()


def _voeg_dagen_toe(dagen: list[tuple[str, bytes]], leden: _Leden) -> None:
    lengte = _LAYOUT["0408"].lengte
    for code, dag in dagen:
        datum, soort = dag[:lengte], dag[lengte:]
        if soort == _HONORARIUM and lees_datum(datum) is not None:
            leden[CombinationMember(tekst(datum), code, GEEN_KAAK, GEEN_ELEMENT, "", "", 1)] = array("I")


def _lid(heen: bytes, soort: _Soort) -> CombinationMember | None:
    """A record as rules see it; None where no rule counts it: no 01, no debet, or no such day."""
    p = Prestatierecord(heen)
    if p.soort != _HONORARIUM or p.debet_credit_02 != DEBET or lees_datum(p.datum) is None:
        return None
    element = _tekst(p.gebitselement) if p.gebitselement in GEBITSELEMENTEN else GEEN_ELEMENT
    kaak, plaatsen = _tekst(p.boven_onder), soort.plaatsen
    if plaatsen is None:
        vlak = "".join(sorted(_tekst(p.vlak)))
        return CombinationMember(
            _tekst(p.datum), soort.code, kaak, element, vlak, _tekst(p.behandelaar), centen(p.aantal)
        )
    if plaatsen == _NERGENS:
        kaak, element = GEEN_KAAK, GEEN_ELEMENT
    vlak = "".join(sorted(_tekst(p.vlak))) if "vlak" in plaatsen else ""
    return CombinationMember(_tekst(p.datum), soort.code, kaak, element, vlak, "", 1)


def _eerder_lid(rij: Eerdere, *, eigen: bool) -> CombinationMember:
    vlak = "".join(sorted(rij.vlak))
    return CombinationMember(
        rij.datum, rij.prestatiecode, rij.kaak, rij.gebitselement, vlak, rij.behandelaar, rij.aantal, eigen
    )


_tekst = lru_cache(maxsize=4096)(tekst)
_NERGENS = frozenset({None})
