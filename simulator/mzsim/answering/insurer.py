"""The insurer's answer: judges, grants, sends back what needs a word, and records what it received (INV 3.2, 3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from mzsim.answering.composing import Terugzending, hoogstens, kop_afgekeurd, sluit_af
from mzsim.answering.directed import decisions, record_verdicts
from mzsim.answering.onlooker import AnswerOnlooker
from mzsim.answering.received import Historie
from mzsim.domain.check import VERZEKERAAR, Controle
from mzsim.domain.decisions import AFGEWEZEN, NIET_BEOORDEELD, Besluit
from mzsim.domain.facts import AFGEWEZEN_VERZEKERAAR
from mzsim.domain.findings import Bevinding, Status, Uitkomst
from mzsim.judging.agreements import Voorwaarden
from mzsim.judging.combination_reading import Bezwaren, lees_combinaties
from mzsim.judging.file import bezwaren_tegen_bestand
from mzsim.judging.message import Bericht
from mzsim.judging.records import Recordkeuring
from mzsim.reading.first_reading import Voortgang
from mzsim.standard.layout import LENGTE_REGEL
from mzsim.standard.reader import lees_groepen
from mzsim.standard.retourcodes import (
    BESTAND_AFGEWEZEN_AFSPRAAK,
    GEEN_OPMERKING,
    VOLLEDIG_TOEGEWEZEN,
)
from mzsim.standard.values import tekst
from mzsim.standard.writer import Retourschrijver
from mzsim.store.facts import Feitenbron
from mzsim.store.history import Historiebron
from mzsim.store.recording import Vastlegging

_FACTUURNUMMER_GEBRUIKT = "0116-2"
_GEEN_BEZWAAR = Besluit((), 0, 0, "")


class Verzekeraar:
    """Answers one declaration as the insurer of 0108.

    `behalve` names who has judged the records before (V, or nobody); `boek` records what is received.
    """

    def __init__(
        self,
        bericht: Bericht,
        feiten: Feitenbron,
        boek: Vastlegging | None,
        voortgang: Voortgang,
        toelichting: AnswerOnlooker | None,
        *,
        behalve: str = "",
    ) -> None:
        self._bericht = bericht
        self._feiten = feiten
        self._boek = boek
        self._historie = Historie(boek) if boek else None
        self._voortgang = voortgang
        self._toelichting = toelichting
        self._behalve = behalve
        self._combinaties: Bezwaren | None = None
        """What the rules on combinations object to; None until they were looked at."""

    def antwoord(self, bron: BinaryIO, retour: BinaryIO) -> Uitkomst:
        """Writes the retour and says how it ended."""
        bezwaren = bezwaren_tegen_bestand(self._bericht, VERZEKERAAR, self._feiten)
        if bezwaren:
            uitkomst = self._wijs_bestand_af(bezwaren, bron, retour)
        else:
            self._voorwaarden = Voorwaarden.van(self._bericht, self._feiten)
            uitkomst = self._behandel(bron, retour)
        if self._boek and not any(b.controle.id == _FACTUURNUMMER_GEBRUIKT for b in bezwaren):
            afgewezen = uitkomst.status in (Status.AFGEKEURD_BESTAND, Status.VOLLEDIG_AFGEWEZEN)
            self._boek.ontvangen(AFGEWEZEN_VERZEKERAAR if afgewezen else "toegewezen")
        return uitkomst

    def _wijs_bestand_af(self, bezwaren: list[Bevinding], bron: BinaryIO, retour: BinaryIO) -> Uitkomst:
        meldingen = self._bericht.meldingen(bezwaren)
        codes = kop_afgekeurd(m.code for m in meldingen)
        sluit_af(Retourschrijver(retour), self._bericht, VERZEKERAAR, codes)
        if self._historie and not self._bericht.verkenning.structuur:
            # The records reached the insurer all the same, so their referentienummers are used (INV 2.3.17).
            for groep in lees_groepen(bron):
                for heen in groep:
                    if heen[:2] == b"04":
                        self._historie.neem_ongezien_op(heen)
        return self._uitkomst(Status.AFGEKEURD_BESTAND, 0, bezwaren)

    def _behandel(self, bron: BinaryIO, retour: BinaryIO) -> Uitkomst:
        alles = self._bericht.beleid.alles_of_niets and any(
            b.bezwaren for _, _, b in self._beslis(bron, self._keuring(bron))
        )
        schrijver = Retourschrijver(retour)
        terug = Terugzending(schrijver, alles=alles)
        bevindingen: list[Bevinding] = []
        iets_toegekend = False
        historie = self._historie
        keuring = self._keuring(bron)
        o = keuring.omgeving
        toelichting = self._toelichting
        for regel, heen, besluit in self._beslis(bron, keuring):
            bezwaren = besluit.bezwaren
            if bezwaren:
                bevindingen += keuring.bevindingen(bezwaren, regel, heen)
            kenmerk = heen[:2]
            if kenmerk == b"04":
                if alles and besluit is not NIET_BEOORDEELD:
                    besluit = besluit.zonder_toekenning()
                if toelichting is not None:
                    toelichting.besloten(regel, heen, besluit, o)
                if besluit is NIET_BEOORDEELD:
                    terug.niet_beoordeeld(heen)
                    if historie:
                        historie.neem_ongezien_op(heen)
                    continue
                if historie:
                    historie.neem_op(o.sleutel, o.datum_prestatie, o.inhoud, o.referentie, o.vorige_referentie, besluit)
                if besluit.uitkomst != AFGEWEZEN:
                    iets_toegekend = True
                if bezwaren:
                    terug.afgewezen(heen, self._codes(bezwaren), besluit.berekend, besluit.toegekend)
                else:
                    terug.goedgekeurd(heen, besluit.toegekend)
            elif kenmerk == b"98":
                terug.commentaar(heen)
            elif kenmerk == b"02":
                terug.verzekerde(heen, self._codes(bezwaren))
            else:
                terug.debiteur(heen)
        status, code = self._slotsom(schrijver, alles=alles, iets_toegekend=iets_toegekend)
        sluit_af(schrijver, self._bericht, VERZEKERAAR, (code,))
        return self._uitkomst(status, schrijver.totaal_toegekend, bevindingen)

    def _slotsom(self, schrijver: Retourschrijver, *, alles: bool, iets_toegekend: bool) -> tuple[Status, str]:
        """How it ended, and the retourcode in 0196."""
        if schrijver.leeg:
            return Status.VOLLEDIG_TOEGEWEZEN, VOLLEDIG_TOEGEWEZEN
        if alles:
            return Status.VOLLEDIG_AFGEWEZEN, BESTAND_AFGEWEZEN_AFSPRAAK
        if iets_toegekend:
            return Status.DEELS_TOEGEWEZEN, GEEN_OPMERKING
        return Status.VOLLEDIG_AFGEWEZEN, self._bericht.beleid.volledig_afgewezen

    def _keuring(self, bron: BinaryIO) -> Recordkeuring:
        if self._combinaties is None:
            meld = None if self._toelichting is None else self._toelichting.combinatie
            self._combinaties = lees_combinaties(bron, self._bericht, self._feiten, meld)
        voorlezing = self._bericht.verkenning.voorlezing(bron).met(self._combinaties)
        return record_verdicts(
            self._bericht,
            VERZEKERAAR,
            voorlezing,
            behalve=self._behalve,
            feiten=self._feiten,
            voorwaarden=self._voorwaarden,
        )

    def _beslis(self, bron: BinaryIO, keuring: Recordkeuring) -> Iterator[tuple[int, bytes, Besluit]]:
        """Every detail record in order: its line number, its line, and what is decided on it."""
        verkenning = self._bericht.verkenning
        if self._toelichting is not None:
            self._toelichting.begin_lezing(self._voorwaarden)
        uit = self._bericht.beleid.uit
        beoordeel = decisions(self._bericht, self._voorwaarden, verkenning.personen, uit, self._toelichting)
        historie = self._eerdere_toekenningen()
        oordeel_over, besluit_over = keuring.prestatie, beoordeel.__call__
        telt = keuring.telt_toekenningen
        omgeving = keuring.omgeving
        verzekerde_afgewezen = False
        regel = 1
        for groep in lees_groepen(bron):
            personen = keuring.bereid_voor(groep)
            if historie is not None:
                dagen = beoordeel.terug_tot(tekst(verkenning.eerste_dag), tekst(verkenning.laatste_dag))
                beoordeel.bereid_voor(historie.toegekend(personen, *dagen))
            for heen in groep:
                regel += 1
                kenmerk = heen[:2]
                if kenmerk == b"04":
                    if verzekerde_afgewezen:
                        yield regel, heen, NIET_BEOORDEELD
                    else:
                        bezwaren = oordeel_over(heen, regel).bezwaren
                        besluit = besluit_over(heen, bezwaren, omgeving)
                        if telt and besluit.uitkomst != AFGEWEZEN:
                            keuring.toegekend(heen)
                        yield regel, heen, besluit
                elif kenmerk == b"02":
                    bezwaren = keuring.verzekerde(heen, regel).bezwaren
                    verzekerde_afgewezen = bool(bezwaren)
                    beoordeel.verzekerde(omgeving.persoon)
                    yield regel, heen, Besluit(bezwaren, 0, 0, AFGEWEZEN)
                elif kenmerk != b"99":
                    yield regel, heen, _GEEN_BEZWAAR
            self._voortgang(len(groep) * LENGTE_REGEL)

    def _eerdere_toekenningen(self) -> Historiebron | None:
        """Where to ask what the insurer granted before; None where it never received anything."""
        uzovi = self._bericht.uzovi_nummer
        return self._feiten.historie(self._bericht.partij or "", uzovi) if self._feiten.heeft_historie(uzovi) else None

    def _codes(self, bezwaren: tuple[Controle, ...]) -> tuple[str, ...]:
        if not bezwaren:
            return ()
        return hoogstens(tuple(self._bericht.beleid.retourcode(c) for c in bezwaren))

    def _uitkomst(self, status: Status, toegekend: int, bevindingen: list[Bevinding]) -> Uitkomst:
        bericht = self._bericht
        return Uitkomst(
            status,
            bericht.afzender(VERZEKERAAR),
            bericht.totaal_ingediend,
            toegekend,
            bericht.meldingen(bevindingen),
            bericht.beleid.betaaldatum(bericht.datum, toegekend),
        )
