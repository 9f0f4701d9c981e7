"""From findings, cover and what was granted before to a decision: the only place that grants an amount.

Source: INV 2.3.13-2.3.16, BER 0481, 0483, and the contract of the simulator, "What an insurer grants" (README).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from simulator.controles.omgeving import Omgeving
from simulator.controles.register import REGISTER, Controle
from simulator.ei.records import Prestatierecord
from simulator.ei.waarden import CREDIT, centen, tekst
from simulator.feiten import PolisFeit
from simulator.herhalingen import Herhalingen
from simulator.verleden import Eerdere
from simulator.verzekeraar.dekking import ONVERZEKERD, Dekkingsleutel, Gekozen, Grond, Ruimte, grond, leeftijd, verdeel
from simulator.verzekeraar.eerder import (
    HONORARIUM,
    Aandelen,
    Eerder,
    Plaats,
    Prestatie,
    Toekenning,
    Verbruik,
    kaak,
    lees_aandelen,
    periode,
)
from simulator.verzekeraar.rekening import OORZAKEN, Rekening, Vergoeding
from simulator.verzekeraar.tarief import berekend_bedrag
from simulator.verzekeraar.voorwaarden import Voorwaarden

TOEGEWEZEN, DEELS, AFGEWEZEN = "toegewezen", "deels", "afgewezen"


class Besluit(NamedTuple):
    """What becomes of a record; amounts in cents, a credit negative.

    `bezwaren` is empty for an approved record. `berekend` is rubriek 0481, `toegekend` 0483; `aandelen` are what dekkingen
    with a maximum paid of it.
    """

    bezwaren: tuple[Controle, ...]
    berekend: int
    toegekend: int
    uitkomst: str
    aandelen: Aandelen = ()

    def zonder_toekenning(self) -> Besluit:
        """The same where the file as a whole is rejected."""
        return self if self.uitkomst == AFGEWEZEN else self._replace(toegekend=0, uitkomst=AFGEWEZEN, aandelen=())


NIET_BEOORDEELD = Besluit((), 0, 0, AFGEWEZEN)
"""Of a prestatierecord in a file, or under a verzekerdenrecord, that was rejected."""

_HOOGSTE = 99_999_999
"""In cents: what fits in rubriek 0481."""

_EERDER_TOEGEKEND = "0413-8"
"""The one check of what is granted that leaves no B where it leaves no grant (BER 0481)."""
_TARIEF_AFGEWEZEN = "0424-5"
"""The one check that rejects a record and yet tells B (BER 0481)."""


class _Grens(NamedTuple):
    """A dekking with a maximum: what it would pay of a record, and what it does where there is room; cents and number.

    `plaats` says of which maximum, in which period; none is higher than `_ONBEPERKT`.
    """

    plaats: Plaats
    maximum_bedrag: int
    maximum_aantal: int
    bedrag: int
    aantal: int
    neemt_bedrag: int
    neemt_aantal: int


class _Plan(NamedTuple):
    """What can be decided on a prestatierecord without what was granted before; amounts in cents.

    `post` is the prestatie as a number, with room for a day below it.
    `berekend` is B at the insurer's tariff, `gedeclareerd` B at the declared one; `besluit` holds where nothing was granted
    for it before and there is room in every maximum of `grenzen`.
    """

    post: int
    prestatie: Prestatie
    declaratiebedrag: int
    berekend: int
    gedeclareerd: int
    aantal: int
    vergoeding: int
    gekozen: tuple[Gekozen, ...]
    grenzen: tuple[_Grens, ...]
    besluit: Besluit
    credit: bool = False


class _Stand:
    """What is known of a verzekerde while his records are judged."""

    __slots__ = ("eerder", "gronden", "toegekend")

    def __init__(self, eerder: Eerder) -> None:
        self.eerder = eerder
        """What was granted before, and what this message takes of maxima or gives back."""
        self.toegekend: dict[int, int | tuple[int, Aandelen]] = {}
        """What this message granted for a prestatie, by `post` and day, as long as it was one record: in cents, with what
        dekkingen with a maximum paid of it where there are any. `eerder` has the others."""
        self.gronden: dict[int, int] = {}
        """Numbers of the gronden, by dekkingsvak."""


_MEESTE = 20_000
_ONGEBRUIKT = (0, 0)
_ONBEPERKT = 10**18
"""What no sum of amounts or numbers comes near."""


class Beoordelaar:
    """Decides on the prestatierecords of one message, in order."""

    def __init__(self, voorwaarden: Voorwaarden, personen: Herhalingen, uit: Collection[str] = ()) -> None:
        """`personen` knows who has several verzekerdenrecords; `uit` are ids of checks that are not performed."""
        self._voorwaarden = voorwaarden
        self._personen = personen
        self._uit = frozenset(uit)
        self._plannen: dict[tuple[bytes, int | None, bytes, int], _Plan] = {}
        self._gronden: dict[Grond, int] = {}
        self._per_nummer: list[Grond] = []
        self._soorten: dict[tuple[object, ...], int] = {}
        """Numbers of the gronden, by what decides them."""
        dekkingen = [d for pakket in voorwaarden.pakketten.values() for d in pakket.dekkingen]
        self._telt_leeftijd = any(d.leeftijd_vanaf is not None or d.leeftijd_tot is not None for d in dekkingen)
        self._telt_wachttijd = any(d.wachttijd_maanden is not None for d in dekkingen)
        self._rijen: Mapping[str, list[Toekenning]] = {}
        self._bewaard: dict[str, _Stand] = {}
        self._per = {
            (*sleutel, nummer): d.per
            for sleutel, pakket in voorwaarden.pakketten.items()
            for nummer, d in enumerate(pakket.dekkingen)
        }
        self._stand = _Stand(Eerder((), self._per))

    def terug_tot(self, eerste: str, laatste: str) -> tuple[str, str]:
        """From which day until which (EEJJMMDD) earlier grants count for prestaties of these days: the same prestatie is of
        the same day, a maximum counts the year or all of the insurance."""
        perioden = {d.per for pakket in self._voorwaarden.pakketten.values() for d in pakket.dekkingen if d.begrensd}
        if not perioden:
            return eerste, laatste
        if perioden <= {"kalenderjaar", "kaak_per_kalenderjaar"}:
            return f"{eerste[:4]}0101", f"{laatste[:4]}1231"
        return "00000000", "99999999"

    def bereid_voor(self, toekenningen: Iterable[Toekenning]) -> None:
        """What was granted before to the verzekerden whose records come next."""
        rijen: dict[str, list[Toekenning]] = {}
        for rij in toekenningen:
            rijen.setdefault(rij.persoon, []).append(rij)
        self._rijen = rijen

    def verzekerde(self, persoon: str) -> None:
        """From here on the records of another verzekerdenrecord."""
        stand = self._bewaard.get(persoon)
        if stand is None:
            stand = _Stand(Eerder(self._rijen.get(persoon, ()), self._per))
            if persoon.encode() in self._personen.verdacht:
                self._bewaard[persoon] = stand
        stand.gronden.clear()
        self._stand = stand

    def __call__(self, heen: bytes, bezwaren: tuple[Controle, ...], omgeving: Omgeving) -> Besluit:
        """The decision on a record with these findings."""
        if bezwaren:
            return self._wijs_af(heen, bezwaren)
        if omgeving.terugblik is not None and omgeving.terugblik.debet is not None:
            return self._crediteer(Prestatierecord(heen), omgeving.terugblik.debet)
        stand = self._stand
        datum = omgeving.datum_prestatie
        nummer = stand.gronden.get(omgeving.dekkingsvak)
        if nummer is None:
            nummer = stand.gronden[omgeving.dekkingsvak] = self._grond(omgeving.polissen, datum)
        # What is alike, on days of a year between which nothing changes and under the same cover, is decided once.
        gelijk = (omgeving.inhoud, omgeving.tijdvak, datum[:4], nummer)
        plan = self._plannen.get(gelijk)
        if plan is None:
            if len(self._plannen) >= _MEESTE:
                self._plannen.clear()
            plan = self._plannen[gelijk] = self._plan(Prestatierecord(heen), self._per_nummer[nummer])
        if plan.credit:
            return plan.besluit
        post = plan.post | int.from_bytes(datum, "big")
        if datum in stand.eerder.dagen or post in stand.toegekend or (plan.grenzen and not self._past(plan)):
            return self._weeg(plan, datum)
        besluit = plan.besluit
        if besluit.toegekend:
            stand.toegekend[post] = (besluit.toegekend, besluit.aandelen) if besluit.aandelen else besluit.toegekend
        return besluit

    def _past(self, plan: _Plan) -> bool:
        """Whether every maximum has room for the whole of a record; if so it takes what the record takes of it."""
        gebruikt = self._stand.eerder.gebruikt
        nieuw = []
        for plaats, maximum_bedrag, maximum_aantal, bedrag, aantal, neemt_bedrag, neemt_aantal in plan.grenzen:
            eerder_bedrag, eerder_aantal = gebruikt.get(plaats, _ONGEBRUIKT)
            if eerder_bedrag + bedrag > maximum_bedrag or eerder_aantal + aantal > maximum_aantal:
                return False
            nieuw.append((plaats, (eerder_bedrag + neemt_bedrag, eerder_aantal + neemt_aantal)))
        gebruikt.update(nieuw)
        return True

    def noteer(self, p: Prestatierecord, toegekend: int) -> None:
        """Counts what another granted for a record, so that it is not granted again in this message."""
        self._stand.eerder.onthoud(tekst(p.datum), prestatie_van(p), toegekend, ())

    def _grond(self, polissen: tuple[PolisFeit, ...], datum: bytes) -> int:
        polis = geldende_polis(polissen, datum)
        # Only with its check switched off a day can be no number; nobody has an age then.
        if polis is None or not datum.isdigit():
            return self._nummer(ONVERZEKERD)
        soort = (
            polis.pakketten,
            leeftijd(polis.geboortedatum, datum) if self._telt_leeftijd else 0,
            (polis.ingang, datum) if self._telt_wachttijd else None,
        )
        nummer = self._soorten.get(soort)
        if nummer is None:
            if len(self._soorten) >= _MEESTE:
                self._soorten.clear()
            nummer = self._soorten[soort] = self._nummer(grond(polis, datum, self._voorwaarden.pakketten))
        return nummer

    def _nummer(self, gevonden: Grond) -> int:
        nummer = self._gronden.get(gevonden)
        if nummer is None:
            nummer = self._gronden[gevonden] = len(self._per_nummer)
            self._per_nummer.append(gevonden)
        return nummer

    def _plan(self, p: Prestatierecord, gronden: Grond) -> _Plan:
        declaratiebedrag = centen(p.declaratiebedrag)
        prestatie = prestatie_van(p)
        post = _post(prestatie)
        if p.debet_credit_02 == CREDIT:
            besluit = Besluit((), 0, -declaratiebedrag, TOEGEWEZEN)
            return _Plan(post, prestatie, 0, 0, 0, 1, 100, (), (), besluit, credit=True)
        gedeclareerd = _berekend(p, centen(p.tarief))
        plan = _Plan(
            post,
            prestatie,
            declaratiebedrag,
            _berekend(p, self._tarief(p)),
            gedeclareerd,
            centen(p.aantal),
            self._voorwaarden.vergoeding(p.datum),
            gekozen=tuple(gronden.kies(p)),
            grenzen=(),
            besluit=NIET_BEOORDEELD,
        )
        rekening = self._rekening(plan, {}, 0)
        aandelen = self._aandelen(plan, rekening, {}, {}) if rekening.toegekend else ()
        besluit = self._besluit(plan, rekening)._replace(aandelen=aandelen)
        return plan._replace(besluit=besluit, grenzen=self._grenzen(plan, aandelen, tekst(p.datum)))

    def _grenzen(self, plan: _Plan, aandelen: Aandelen, datum: str) -> tuple[_Grens, ...]:
        delen = verdeel(plan.berekend, plan.gekozen, vergoeding=plan.vergoeding)
        telt = plan.prestatie.soort == HONORARIUM
        van_kaak = kaak(plan.prestatie)
        neemt = {sleutel: (bedrag, aantal) for sleutel, bedrag, aantal in aandelen}
        return tuple(
            _Grens(
                (sleutel, periode(d.per, datum, van_kaak)),
                _ONBEPERKT if d.maximum_bedrag is None or "0430-4" in self._uit else d.maximum_bedrag,
                _ONBEPERKT if d.maximum_aantal is None or "0425-3" in self._uit or not telt else d.maximum_aantal,
                deel,
                plan.aantal,
                *neemt.get(sleutel, _ONGEBRUIKT),
            )
            for (sleutel, _, d), deel in zip(plan.gekozen, delen, strict=True)
            if d.begrensd
        )

    def _tarief(self, p: Prestatierecord) -> int:
        """The declared tariff, or the insurer's where that is lower."""
        hoogste = None if "0424-6" in self._uit else self._voorwaarden.kaart.hoogste(p)
        return centen(p.tarief) if hoogste is None else min(centen(p.tarief), hoogste)

    def _weeg(self, plan: _Plan, dag: bytes) -> Besluit:
        """The decision on a record for which something was granted before, or whose cover has a maximum that is reached."""
        datum, eerder = tekst(dag), self._stand.eerder
        self._onthoud(datum, plan.prestatie, plan.post | int.from_bytes(dag, "big"))
        zelf = self._van_prestatie(datum, plan.prestatie)
        ruimte = eerder.ruimte(datum, plan.prestatie, plan.gekozen, zelf)
        rekening = self._rekening(plan, ruimte, max(0, eerder.bedrag(datum, plan.prestatie)))
        besluit = self._besluit(plan, rekening)
        if not besluit.toegekend:
            return besluit
        aandelen = self._aandelen(plan, rekening, ruimte, zelf)
        eerder.voeg_toe(datum, plan.prestatie, besluit.toegekend, aandelen)
        return besluit._replace(aandelen=aandelen)

    def _onthoud(self, datum: str, prestatie: Prestatie, post: int) -> None:
        """What this message granted for a prestatie goes to what was granted before."""
        gevonden = self._stand.toegekend.pop(post, None)
        if gevonden is not None:
            bedrag, aandelen = gevonden if isinstance(gevonden, tuple) else (gevonden, ())
            self._stand.eerder.onthoud(datum, prestatie, bedrag, aandelen)

    def _rekening(self, plan: _Plan, ruimte: Mapping[Dekkingsleutel, Ruimte], eerder: int) -> Rekening:
        def vergoeding(bedrag: int, ruimte: Mapping[Dekkingsleutel, Ruimte] | None = None) -> int:
            return sum(verdeel(bedrag, plan.gekozen, vergoeding=plan.vergoeding, aantal=plan.aantal, ruimte=ruimte))

        zonder = vergoeding(plan.berekend)
        per_bedrag = per_aantal = beide = zonder
        if ruimte:
            alleen_bedrag = {s: r._replace(aantal=None) for s, r in ruimte.items() if "0430-4" not in self._uit}
            alleen_aantal = {s: r._replace(bedrag=None) for s, r in ruimte.items() if "0425-3" not in self._uit}
            per_bedrag, per_aantal = vergoeding(plan.berekend, alleen_bedrag), vergoeding(plan.berekend, alleen_aantal)
            beide = vergoeding(plan.berekend, self._toegepast(ruimte))
        gedekt = vergoeding(plan.gedeclareerd) if plan.gedeclareerd != plan.berekend else zonder
        # With the check on cover switched off what falls short counts as covered.
        erbij = max(0, plan.declaratiebedrag - gedekt) if "0430-5" in self._uit else 0
        return Rekening(
            plan.declaratiebedrag,
            Vergoeding(gedekt + erbij, zonder + erbij, per_bedrag + erbij, per_aantal + erbij, beide + erbij),
            0 if _EERDER_TOEGEKEND in self._uit else eerder,
        )

    def _toegepast(self, ruimte: Mapping[Dekkingsleutel, Ruimte]) -> dict[Dekkingsleutel, Ruimte]:
        """The maxima less those whose check is switched off."""
        return {
            s: Ruimte(None if "0430-4" in self._uit else r.bedrag, None if "0425-3" in self._uit else r.aantal)
            for s, r in ruimte.items()
        }

    def _besluit(self, plan: _Plan, rekening: Rekening) -> Besluit:
        toegekend = rekening.toegekend
        if toegekend == plan.declaratiebedrag:
            return Besluit((), plan.berekend, toegekend, TOEGEWEZEN)
        redenen = tuple(c for c in OORZAKEN if c.functie(rekening))
        if toegekend:
            return Besluit(redenen, plan.berekend, toegekend, DEELS)
        alleen_eerder = all(c.id == _EERDER_TOEGEKEND for c in redenen)
        return Besluit(redenen, 0 if alleen_eerder else plan.berekend, 0, AFGEWEZEN)

    def _aandelen(
        self, plan: _Plan, rekening: Rekening, ruimte: Mapping[Dekkingsleutel, Ruimte], zelf: Verbruik
    ) -> Aandelen:
        """What each dekking with a maximum pays of the grant: first the basis, and none more than its part of the prestatie.

        `zelf` is what they paid of it before; what else was granted before, dekkingen without a maximum paid.
        """
        delen = verdeel(
            plan.berekend,
            plan.gekozen,
            vergoeding=plan.vergoeding,
            aantal=plan.aantal,
            ruimte=self._toegepast(ruimte),
        )
        nog = rekening.toegekend
        onbegrensd = max(0, rekening.eerder - sum(zelf.get(g.sleutel, (0, 0))[0] for g in plan.gekozen))
        gevonden: list[tuple[Dekkingsleutel, int, int]] = []
        for (sleutel, _, d), deel in zip(plan.gekozen, delen, strict=True):
            betaald, geteld = zelf.get(sleutel, (0, 0)) if d.begrensd else (min(deel, onbegrensd), 0)
            if not d.begrensd:
                onbegrensd -= betaald
            bedrag = min(nog, max(0, deel - betaald))
            nog -= bedrag
            if d.begrensd and bedrag:
                over = ruimte[sleutel].aantal if sleutel in ruimte else None
                aantal = plan.aantal if over is None else min(plan.aantal, over)
                telt = max(0, aantal - geteld) if plan.prestatie.soort == HONORARIUM else 0
                gevonden.append((sleutel, bedrag, telt))
        return tuple(gevonden)

    def _wijs_af(self, heen: bytes, bezwaren: tuple[Controle, ...]) -> Besluit:
        berekend = 0
        if all(c.id == _TARIEF_AFGEWEZEN for c in bezwaren):
            p = Prestatierecord(heen)
            berekend = _berekend(p, min(centen(p.tarief), self._voorwaarden.kaart.hoogste(p) or 0))
        return Besluit(bezwaren, berekend, 0, AFGEWEZEN)

    def _crediteer(self, p: Prestatierecord, debet: Eerdere) -> Besluit:
        """A credit takes back what its debet record was granted, and says so where that was a part."""
        self._onthoud(debet.datum, debet.prestatie, _post(debet.prestatie) | int.from_bytes(p.datum, "big"))
        terug = tuple(self._teruggegeven(debet))
        self._stand.eerder.voeg_toe(debet.datum, debet.prestatie, -debet.toegekend_bedrag, terug)
        if debet.toegekend_bedrag == centen(p.declaratiebedrag):
            return Besluit((), 0, -debet.toegekend_bedrag, TOEGEWEZEN, terug)
        berekend = _berekend(p, self._tarief(p))
        return Besluit((REGISTER["0430-5"],), -berekend, -debet.toegekend_bedrag, DEELS, terug)

    def _teruggegeven(self, debet: Eerdere) -> Iterator[tuple[Dekkingsleutel, int, int]]:
        zelf = self._van_prestatie(debet.datum, debet.prestatie)
        for sleutel, bedrag, aantal in lees_aandelen(debet.aandelen):
            betaald, geteld = zelf.get(sleutel, (bedrag, aantal))
            # Of a prestatie in parts, another part that stands still counts.
            terug = max(0, min(aantal, geteld - 1)) if betaald > bedrag else geteld
            yield sleutel, -bedrag, -terug

    def _van_prestatie(self, datum: str, prestatie: Prestatie) -> Verbruik:
        """What the same prestatie took of maxima before; nothing where records of it have nothing to do with each other."""
        return {} if _EERDER_TOEGEKEND in self._uit else self._stand.eerder.van_prestatie(datum, prestatie)


def _berekend(p: Prestatierecord, tarief: int) -> int:
    """B at a tariff, as far as rubriek 0481 has room for it: one cent more than 0426 may be one too many."""
    return min(_HOOGSTE, berekend_bedrag(p, tarief))


def _post(prestatie: Prestatie) -> int:
    """A prestatie as a number (no text holds a NUL), with room for the eight positions of a day below it."""
    return int.from_bytes("\0".join(prestatie).encode(), "big") << 64


def prestatie_van(p: Prestatierecord) -> Prestatie:
    """What makes a record the same prestatie as another."""
    return Prestatie(
        tekst(p.soort),
        tekst(p.prestatiecode),
        tekst(p.behandelaar),
        tekst(p.gebitselement),
        tekst(p.vlak),
        tekst(p.boven_onder),
    )


def geldende_polis(polissen: tuple[PolisFeit, ...], datum: bytes) -> PolisFeit | None:
    """The polis in force on a day; the newest where there are several."""
    for polis in reversed(polissen):
        if polis.in_kracht(datum):
            return polis
    return None
