"""A script at work on one message: it decides what its rules match, and leaves the rest to whoever judges as usual."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.domain.check import VERZEKERAAR, Controle
from mzsim.domain.covers import aandeel
from mzsim.domain.decisions import AFGEWEZEN, DEELS, TOEGEWEZEN, Besluit
from mzsim.domain.findings import Bevinding
from mzsim.domain.tariffs import berekend_bedrag
from mzsim.reading.first_reading import Verkenning
from mzsim.script.rules import Onderdeel, Scriptregel
from mzsim.standard.layout import RECORD_VAN_KENMERK
from mzsim.standard.reader import lees_groepen
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import als_euro, centen, lees_bedrag

_HOOGSTE = 99_999_999
"""In cents: what fits in rubriek 0481."""
_ALLEEN_MET_DEEL = "0587"
"""The code that has a berekend bedrag only where a part is granted."""


class Script(NamedTuple):
    """A script that was read: its rules, of which the first that matches counts. `pad` is its file, None where it has none;
    `sha256` is of the bytes that it was read from."""

    pad: Path | None
    sha256: str
    regels: tuple[Scriptregel, ...]

    def van(self, door: str, deel: Onderdeel) -> tuple[Scriptregel, ...]:
        """The rules by which VECOZO (V) or the insurer (Z) answers on a part of the message, in order."""
        return tuple(regel for regel in self.regels if regel.actie.afzender == door and regel.deel == deel)

    def director(self, verkenning: Verkenning, bron: BinaryIO, naam: str) -> Regie:
        """Puts the rules to one message; `bron` is the declaration, `naam` what errors call it."""
        return Regie(self, verkenning, bron, naam)


class Regie:
    """Asks the rules of a script about one message. `bron` is the declaration, `naam` what errors call it."""

    def __init__(self, script: Script, verkenning: Verkenning, bron: BinaryIO, naam: str) -> None:
        self._script = script
        self._verkenning = verkenning
        self._bron = bron
        self._naam = naam
        self._records = {b"01": verkenning.kop}
        self.besluit: Besluit | None = None
        """What the script decides on the prestatierecord at hand, where it does."""

    def bezwaren_tegen_bestand(self, door: str) -> list[Bevinding]:
        """With what VECOZO (V) or the insurer (Z) rejects the file; empty where no rule says so."""
        for regel in self._script.van(door, "bestand"):
            if any(regel.past(records) for records in self._waar(regel)):
                return [Bevinding(1, "01", None, controle) for controle in regel.actie.controles]
        return []

    def _waar(self, regel: Scriptregel) -> Iterator[dict[bytes, bytes]]:
        """What a rule on the file is put to: the voorlooprecord, or every record of the kind that it names."""
        kop = self._verkenning.kop
        if not regel.kenmerken:
            yield {b"01": kop}
        elif not self._verkenning.structuur:  # else there is no telling which record is which
            bij_elke = max(regel.kenmerken)
            verzekerde = b""
            for heen in (heen for groep in lees_groepen(self._bron) for heen in groep):
                if heen[:2] == b"02":
                    verzekerde = heen
                if heen[:2] == bij_elke:
                    yield {b"01": kop, b"02": verzekerde, b"04": heen}

    def over_verzekerde(self, heen: bytes, door: str) -> tuple[Controle, ...] | None:
        """The objections to a verzekerdenrecord; None where no rule speaks of it. Its prestatierecords follow."""
        self._records[b"02"] = heen
        regel = self._zoek(door, "verzekerde")
        return None if regel is None else regel.actie.controles

    def over_prestatie(self, heen: bytes, plaats: int, door: str) -> tuple[Controle, ...] | None:
        """The same of a prestatierecord on this line; `besluit` is what the insurer decides on it.

        Raises `ScriptError` where the record has no room for the amount.
        """
        self._records[b"04"] = heen
        regel = self._zoek(door, "prestatie")
        self.besluit = None
        if regel is None:
            return None
        if door == VERZEKERAAR:
            self.besluit = self._beslis(regel, Prestatierecord(heen), plaats)
            return self.besluit.bezwaren
        return regel.actie.controles

    def _zoek(self, door: str, deel: Onderdeel) -> Scriptregel | None:
        return next((regel for regel in self._script.van(door, deel) if regel.past(self._records)), None)

    def _beslis(self, regel: Scriptregel, p: Prestatierecord, plaats: int) -> Besluit:
        actie = regel.actie
        if not actie.kent_toe:
            return Besluit(actie.controles, 0, 0, AFGEWEZEN)
        waar = f"{RECORD_VAN_KENMERK[b'04']} {int(p.identificatie)} (line {plaats} of {self._naam})"
        bedrag = lees_bedrag(p.declaratiebedrag, p.debet_credit_02)
        if bedrag is None:
            raise regel.fout(f"can't grant an amount on {waar}: its declaratiebedrag (0430, 0431) can't be read")
        teken, gedeclareerd = (-1 if bedrag < 0 else 1), abs(bedrag)
        toegekend = actie.toekennen if actie.toekennen is not None else aandeel(gedeclareerd, actie.percentage or 0)
        if toegekend > gedeclareerd:
            meer = f"grants {als_euro(toegekend)}, more than the {als_euro(gedeclareerd)} declared"
            raise regel.fout(f"{meer} on {waar}")
        berekend = berekend_bedrag(p, centen(p.tarief))
        if berekend > _HOOGSTE:
            raise regel.fout(f"can't grant an amount on {waar}: tarief x aantal does not fit in rubriek 0481")
        if toegekend == gedeclareerd:
            return Besluit((), teken * berekend, bedrag, TOEGEWEZEN)
        if not toegekend and all(c.retourcode == _ALLEEN_MET_DEEL for c in actie.controles):
            berekend = 0
        uitkomst = DEELS if toegekend else AFGEWEZEN
        return Besluit(actie.controles, teken * berekend, teken * toegekend, uitkomst)
