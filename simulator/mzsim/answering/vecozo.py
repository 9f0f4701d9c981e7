"""VECOZO's answer: rejects a file as a whole, or sends every record back where one is wrong (INV 3.2, 3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO

from mzsim.answering.composing import GEEN_BEZWAAR, hoogstens, kop_afgekeurd, sluit_af
from mzsim.answering.directed import record_verdicts
from mzsim.domain.check import VECOZO
from mzsim.domain.findings import Bevinding, Melding, Status, Uitkomst
from mzsim.judging.file import bezwaren_tegen_bestand
from mzsim.judging.message import Bericht
from mzsim.reading.first_reading import Voortgang
from mzsim.standard.layout import LENGTE_REGEL
from mzsim.standard.reader import lees_groepen
from mzsim.standard.writer import Retourschrijver
from mzsim.store.facts import Feitenbron


def keur_bestand(bericht: Bericht, retour: BinaryIO, feiten: Feitenbron) -> Uitkomst | None:
    """Judges a declaration as a file and writes the retour where it is rejected; None where it is not."""
    bezwaren = bezwaren_tegen_bestand(bericht, VECOZO, feiten)
    if not bezwaren:
        return None
    meldingen = bericht.meldingen(bezwaren)
    sluit_af(Retourschrijver(retour), bericht, VECOZO, kop_afgekeurd(m.code for m in meldingen))
    return _afgekeurd(bericht, Status.AFGEKEURD_BESTAND, meldingen)


def keur_records(bericht: Bericht, bron: BinaryIO, retour: BinaryIO, voortgang: Voortgang) -> Uitkomst | None:
    """Judges its records and writes the retour where one is rejected; None where the declaration is forwarded."""
    bevindingen = list(_bevindingen(bericht, bron, voortgang))
    if not bevindingen:
        return None
    meldingen = bericht.meldingen(bevindingen)
    _stuur_alles_terug(bericht, bron, retour, meldingen)
    return _afgekeurd(bericht, Status.AFGEKEURD_RECORD, meldingen)


def _bevindingen(bericht: Bericht, bron: BinaryIO, voortgang: Voortgang) -> Iterator[Bevinding]:
    keuring = record_verdicts(bericht, VECOZO, bericht.verkenning.voorlezing(bron))
    regel = 1
    for groep in lees_groepen(bron):
        keuring.bereid_voor(groep)
        for heen in groep:
            regel += 1
            kenmerk = heen[:2]
            if kenmerk == b"04":
                oordeel = keuring.prestatie(heen, regel)
            elif kenmerk == b"02":
                oordeel = keuring.verzekerde(heen, regel)
            elif kenmerk == b"98":
                oordeel = keuring.commentaar(heen)
            else:
                continue
            if oordeel.bezwaren:
                yield from keuring.bevindingen(oordeel.bezwaren, regel, heen)
        voortgang(len(groep) * LENGTE_REGEL)


def _afgekeurd(bericht: Bericht, status: Status, meldingen: tuple[Melding, ...]) -> Uitkomst:
    return Uitkomst(status, bericht.afzender(VECOZO), bericht.totaal_ingediend, 0, meldingen)


def _stuur_alles_terug(bericht: Bericht, bron: BinaryIO, retour: BinaryIO, meldingen: tuple[Melding, ...]) -> None:
    schrijver = Retourschrijver(retour)
    per_regel = groupby(meldingen, key=_regel)
    geen: tuple[int, Iterator[Melding]] = (0, iter(()))
    regel_met_fout, fouten = next(per_regel, geen)
    regels = (heen for groep in lees_groepen(bron) for heen in groep)
    for regel, heen in enumerate(regels, start=2):
        if heen[:2] == b"99":
            break
        codes = GEEN_BEZWAAR
        if regel == regel_met_fout:
            codes = hoogstens(tuple(m.code for m in fouten))
            regel_met_fout, fouten = next(per_regel, geen)
        schrijver.record(heen, codes)
    sluit_af(schrijver, bericht, VECOZO, GEEN_BEZWAAR)


def _regel(melding: Melding) -> int:
    return melding.bevinding.regel
