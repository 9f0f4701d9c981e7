"""From findings, cover and what was granted before to a decision: the only place that grants an amount.

Source: INV 2.3.13-2.3.16, BER 0481, 0483, and the contract of the simulator, "What an insurer grants" (README).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

from mzsim.checks.grant import Rekening
from mzsim.checks.register import REGISTER
from mzsim.checks.surroundings import Omgeving
from mzsim.common.duplicate_keys import Herhalingen
from mzsim.domain.check import Controle
from mzsim.domain.covers import Dekkingsleutel
from mzsim.domain.decisions import AFGEWEZEN, DEELS, TOEGEWEZEN, Besluit
from mzsim.domain.earlier.credits import Eerdere
from mzsim.domain.earlier.maxima import Aandelen, Eerder, Verbruik, lees_aandelen
from mzsim.domain.earlier.prestatie import PrestatieKey, as_number, prestatie_van
from mzsim.granting.plan import Planmaker
from mzsim.granting.plans_by_content import Granted, PlansByContent
from mzsim.granting.weighing import Grens, Plan, TotNuToe, Weging
from mzsim.judging.agreements import Voorwaarden
from mzsim.judging.grounds import Gronden
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import centen, tekst

_TARIEF_AFGEWEZEN = "0424-5"
"""The one check that rejects a record and yet tells B (BER 0481)."""


class _Stand:
    """What is known of a verzekerde while his records are judged."""

    __slots__ = ("eerder", "gronden", "toegekend")

    def __init__(self, eerder: Eerder) -> None:
        self.eerder = eerder
        """What was granted before, and what this message takes of maxima or gives back."""
        self.toegekend: dict[int, Granted] = {}
        """What this message granted for a prestatie, by `post` and day, as long as it was one record; `eerder` has the
        others."""
        self.gronden: dict[int, int] = {}
        """Numbers of the gronden, by dekkingsvak."""


class Meekijker(Protocol):
    """Looks on while amounts are decided; `eerder` is what was granted before the record at hand, and is not to be kept."""

    def gewogen(self, plan: Plan, datum: str, tot_nu_toe: TotNuToe, rekening: Rekening, eerder: Eerder) -> None:
        """A record was weighed, of this day (EEJJMMDD)."""

    def gecrediteerd(self, debet: Eerdere, terug: Aandelen, eerder: Eerder) -> None:
        """A credit takes back a debet record, and what dekkingen with a maximum paid of it."""


_ONGEBRUIKT = (0, 0)


class Beoordelaar:
    """Decides on the prestatierecords of one message, in order."""

    def __init__(
        self,
        voorwaarden: Voorwaarden,
        personen: Herhalingen,
        uit: Collection[str] = (),
        meekijker: Meekijker | None = None,
    ) -> None:
        """`personen` knows who has several verzekerdenrecords; `uit` are ids of checks that are not performed.

        For a `meekijker` every record is weighed; what comes out is the same.
        """
        self._voorwaarden = voorwaarden
        self._personen = personen
        self._meekijker = meekijker
        self._weging = Weging(uit)
        self._planmaker = Planmaker(voorwaarden, self._weging, tarief_telt="0424-6" not in uit)
        self._gronden = Gronden(voorwaarden.pakketten)
        self._plannen = PlansByContent(self._planmaker, self._gronden)
        self._rijen: Mapping[str, list[Eerdere]] = {}
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

    def bereid_voor(self, toekenningen: Iterable[Eerdere]) -> None:
        """What was granted before to the verzekerden whose records come next."""
        rijen: dict[str, list[Eerdere]] = {}
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
            nummer = stand.gronden[omgeving.dekkingsvak] = self._gronden.nummer(omgeving.polissen, datum)
        gelijk = (omgeving.inhoud, omgeving.tijdvak or datum, nummer)
        kort = self._plannen.get(gelijk)
        if kort is None:
            kort = self._plannen.make(gelijk, Prestatierecord(heen))
        plan, nummer_van_post, grenzen, besluit, toegekend = kort
        if plan.credit:
            return besluit
        nummer_en_dag = nummer_van_post | int.from_bytes(datum, "big")
        if (
            self._meekijker is not None
            or datum in stand.eerder.dagen
            or nummer_en_dag in stand.toegekend
            or (grenzen and not self._past(grenzen))
        ):
            return self._weeg(plan, datum)
        if toegekend:
            stand.toegekend[nummer_en_dag] = toegekend
        return besluit

    def _past(self, grenzen: tuple[Grens, ...]) -> bool:
        """Whether every maximum has room for the whole of a record; if so it takes what the record takes of it."""
        gebruikt = self._stand.eerder.gebruikt
        nieuw = {}
        for plaats, maximum_bedrag, maximum_aantal, bedrag, aantal, neemt_bedrag, neemt_aantal in grenzen:
            eerder_bedrag, eerder_aantal = gebruikt.get(plaats, _ONGEBRUIKT)
            if maximum_bedrag is not None and eerder_bedrag + bedrag > maximum_bedrag:
                return False
            if maximum_aantal is not None and eerder_aantal + aantal > maximum_aantal:
                return False
            nieuw[plaats] = (eerder_bedrag + neemt_bedrag, eerder_aantal + neemt_aantal)
        gebruikt.update(nieuw)
        return True

    def noteer(self, p: Prestatierecord, toegekend: int) -> None:
        """Counts what another granted for a record, so that it is not granted again in this message."""
        self._stand.eerder.onthoud(tekst(p.datum), prestatie_van(p), toegekend, ())

    def _weeg(self, plan: Plan, dag: bytes) -> Besluit:
        """The decision on a record for which something was granted before, or whose cover has a maximum that is reached."""
        datum, eerder = tekst(dag), self._stand.eerder
        self._onthoud(datum, plan.prestatie, plan.post | int.from_bytes(dag, "big"))
        zelf = self._van_prestatie(datum, plan.prestatie)
        tot_nu_toe = TotNuToe(
            eerder.ruimte(datum, plan.prestatie, plan.gekozen, zelf),
            zelf,
            max(0, eerder.bedrag(datum, plan.prestatie)),
        )
        rekening = self._weging.rekening(plan, tot_nu_toe)
        if self._meekijker is not None:
            self._meekijker.gewogen(plan, datum, tot_nu_toe, rekening, eerder)
        besluit = self._weging.besluit(plan, rekening, tot_nu_toe)
        if besluit.toegekend:
            eerder.voeg_toe(datum, plan.prestatie, besluit.toegekend, besluit.aandelen)
        return besluit

    def _onthoud(self, datum: str, prestatie: PrestatieKey, nummer_en_dag: int) -> None:
        """What this message granted for a prestatie goes to what was granted before."""
        gevonden = self._stand.toegekend.pop(nummer_en_dag, None)
        if gevonden is not None:
            bedrag, aandelen = gevonden if isinstance(gevonden, tuple) else (gevonden, ())
            self._stand.eerder.onthoud(datum, prestatie, bedrag, aandelen)

    def _wijs_af(self, heen: bytes, bezwaren: tuple[Controle, ...]) -> Besluit:
        berekend = 0
        if all(c.id == _TARIEF_AFGEWEZEN for c in bezwaren):
            berekend = self._planmaker.berekend_bij_afwijzing(Prestatierecord(heen))
        return Besluit(bezwaren, berekend, 0, AFGEWEZEN)

    def _crediteer(self, p: Prestatierecord, debet: Eerdere) -> Besluit:
        """A credit takes back what its debet record was granted, and says so where that was a part."""
        self._onthoud(debet.datum, debet.prestatie, as_number(debet.prestatie) | int.from_bytes(p.datum, "big"))
        terug = tuple(self._teruggegeven(debet))
        if self._meekijker is not None:
            self._meekijker.gecrediteerd(debet, terug, self._stand.eerder)
        self._stand.eerder.voeg_toe(debet.datum, debet.prestatie, -debet.toegekend_bedrag, terug)
        if debet.toegekend_bedrag == centen(p.declaratiebedrag):
            return Besluit((), 0, -debet.toegekend_bedrag, TOEGEWEZEN, terug)
        return Besluit((REGISTER["0430-5"],), -self._planmaker.berekend(p), -debet.toegekend_bedrag, DEELS, terug)

    def _teruggegeven(self, debet: Eerdere) -> Iterator[tuple[Dekkingsleutel, int, int]]:
        zelf = self._van_prestatie(debet.datum, debet.prestatie)
        for sleutel, bedrag, aantal in lees_aandelen(debet.aandelen):
            betaald, geteld = zelf.get(sleutel, (bedrag, aantal))
            # Of a prestatie in parts, another part that stands still counts.
            terug = max(0, min(aantal, geteld - 1)) if betaald > bedrag else geteld
            yield sleutel, -bedrag, -terug

    def _van_prestatie(self, datum: str, prestatie: PrestatieKey) -> Verbruik:
        """What the same prestatie took of maxima before; nothing where records of it have nothing to do with each other."""
        return self._stand.eerder.van_prestatie(datum, prestatie) if self._weging.eerder_telt else {}
