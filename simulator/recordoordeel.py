"""Judges the detail records of a message one by one; facts about persons are fetched for a group of records at a time."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.bericht import Bericht
from simulator.controles.commentaar import Commentaaromgeving
from simulator.controles.keuring import Keuring, Oordeel, Prestatiekeuring
from simulator.controles.omgeving import Omgeving
from simulator.controles.register import REGISTER, Controle
from simulator.controles.voorloop import declarant
from simulator.ei.layout import TEKENSET, layouts
from simulator.ei.records import Commentaarrecord, Verzekerdenrecord
from simulator.ei.waarden import genormaliseerd
from simulator.feiten import PolisFeit
from simulator.model import Bevinding
from simulator.store.facts import Feitenbron, persoon
from simulator.terugblik import Terugkijker
from simulator.voorlezing import Voorlezing

_HEEN = layouts("mz301")
_IDENTIFICATIE = _HEEN[b"02"]["0202"].plaats
_REFERENTIE = _HEEN[b"04"]["0432"].plaats
# All of a prestatierecord but its numbers, and the reserve, which is empty.
_PRESTATIE = _HEEN[b"04"].stuk("0403", "0431")
_VORIGE = _HEEN[b"04"]["0433"].plaats
_BEGIN_VORIGE = _VORIGE.start
_SPATIE = ord(" ")
_BEHANDELAAR = _HEEN[b"04"]["0420"].plaats


def bevinding(controle: Controle, regel: int, heen: bytes) -> Bevinding:
    """An objection to a record of a message whose structure is in order."""
    return Bevinding(regel, heen[:2].decode("ascii"), int(heen[_IDENTIFICATIE]), controle)


class Recordkeuring:
    """Judges every record of a message, in order, once. `omgeving` is that of the record last given."""

    def __init__(
        self,
        bericht: Bericht,
        door: str,
        voorlezing: Voorlezing,
        *,
        behalve: str = "",
        feiten: Feitenbron | None = None,
    ) -> None:
        """`behalve` leaves out checks that another has performed; without `feiten` nothing is known of persons."""
        self._bericht = bericht
        self._feiten = feiten
        self._verzekerde = Keuring("verzekerde", door, behalve, bericht.beleid.uit)
        self._prestatie = Prestatiekeuring(door, behalve, bericht.beleid.uit)
        self._commentaar = Keuring("commentaar", door, behalve, bericht.beleid.uit)
        self.omgeving = Omgeving(
            datum=bericht.vandaag,
            dagtekening=bericht.voorloop.dagtekening,
            declarant=declarant(bericht.voorloop),
            wlz=bericht.wlz,
            uzovi=bericht.uzovi,
            verzekeraar=bericht.verzekeraar,
            prestatiecodes=bericht.prestatiecodes,
        )
        self.omgeving.reeksen = voorlezing.bezwaren
        self.omgeving.vorige_in_bestand = voorlezing.vorige_in_bestand
        self._terugkijker = _terugkijker(bericht, voorlezing, feiten)
        self._gelezen = 1
        self._zoekt_gelijke = not set(behalve) & set(REGISTER["0413-4"].door)
        self._gezien: set[int] = set()
        """Hashes of the prestatierecords of the verzekerde at hand, without 0402 and 0432."""
        self._bij_commentaar = Commentaaromgeving()
        self._polissen: dict[tuple[str, str], tuple[PolisFeit, ...]] = {}
        self._zoekt_referenties = (
            feiten is not None
            and bericht.partij is not None
            and feiten.heeft_referenties(bericht.partij, bericht.uzovi_nummer)
        )
        self._zoekt_behandelaars = feiten is not None and feiten.heeft_zorgaanbieders()

    def bereid_voor(self, groep: Sequence[bytes]) -> None:
        """Fetches what there is to know about the persons, behandelaars and references in the records that come next."""
        if self._feiten is None:
            return
        if self._terugkijker is not None:
            self._terugkijker.bereid_voor(groep, self._gelezen + 1)
            self._gelezen += len(groep)
        personen = {self._sleutel(Verzekerdenrecord(heen))[1] for heen in groep if heen[:2] == b"02"}
        self._polissen = self._feiten.polissen(self._bericht.zoek_in, personen)
        if self._zoekt_behandelaars:
            self.omgeving.zorgaanbieders = self._feiten.zorgaanbieders(
                {heen[_BEHANDELAAR] for heen in groep if heen[:2] == b"04"}
            )
        if self._zoekt_referenties:
            assert self._bericht.partij is not None
            self.omgeving.gebruikte_referenties = self._feiten.gebruikte_referenties(
                self._bericht.partij,
                self._bericht.uzovi_nummer,
                (genormaliseerd(heen[_REFERENTIE]) for heen in groep if heen[:2] == b"04"),
                afgewezen_vrij=self._bericht.beleid.referentienummer_hergebruik_na_afwijzing,
            )

    def verzekerde(self, heen: bytes, regel: int) -> Oordeel:
        """Judges a verzekerdenrecord; the prestatierecords that follow are its own."""
        v = Verzekerdenrecord(heen)
        o = self.omgeving
        verkenning = self._bericht.verkenning
        o.regel = regel
        o.verzekerde = v
        o.verzekerde_stond_op = verkenning.verzekerden.eerste(verkenning.sleutel_verzekerde(heen), regel)
        o.eigen_uzovi = o.wlz or v.uzovi.decode(TEKENSET) in self._bericht.zoek_in
        o.polissen = self._polissen.get(self._sleutel(v), ())
        oordeel = self._verzekerde(v, o)
        o.geboortedatum = None if "0207" in oordeel.onleesbaar else v.geboortedatum
        self._prestatie.nieuwe_verzekerde(oordeel.onleesbaar)
        self._gezien.clear()
        return oordeel

    def prestatie(self, heen: bytes, regel: int) -> Oordeel:
        """Judges a prestatierecord of the verzekerde last given."""
        o = self.omgeving
        o.regel = regel
        o.referentie = referentie = genormaliseerd(heen[_REFERENTIE])
        o.referentie_stond_op = self._bericht.verkenning.referenties.eerste(referentie, regel)
        if self._zoekt_gelijke:
            gelijk = hash(heen[_PRESTATIE] if heen[_BEGIN_VORIGE] == _SPATIE else heen[_PRESTATIE] + heen[_VORIGE])
            o.gelijk = gelijk in self._gezien
            self._gezien.add(gelijk)
        if self._terugkijker is None:
            return self._prestatie(heen, o)
        o.terugblik = self._terugkijker.kijk(heen, regel)
        oordeel = self._prestatie(heen, o)
        if o.terugblik is not None and not oordeel.bezwaren:
            self._terugkijker.gecrediteerd(o.terugblik)
        return oordeel

    def commentaar(self, heen: bytes) -> Oordeel:
        """Judges a commentaarrecord."""
        c = Commentaarrecord(heen)
        self._bij_commentaar.volgende(c.identificatie)
        oordeel = self._commentaar(c, self._bij_commentaar)
        self._bij_commentaar.verwerk(c.regelnummer)
        return oordeel

    def _sleutel(self, v: Verzekerdenrecord) -> tuple[str, str]:
        """Under which insurer and name the polis is looked up (INV 4.3)."""
        bij = self._bericht.uzovi_nummer if self._bericht.wlz else v.uzovi.decode(TEKENSET)
        return bij, persoon(v.bsn, v.verzekerdennummer)


def _terugkijker(bericht: Bericht, voorlezing: Voorlezing, feiten: Feitenbron | None) -> Terugkijker | None:
    verkenning = bericht.verkenning
    if feiten is None or bericht.partij is None or not verkenning.vraagt_voorlezing:
        return None
    bron = feiten.historie(bericht.partij, bericht.uzovi_nummer)
    return Terugkijker(bron, voorlezing, verkenning.herroepen, wlz=bericht.wlz)
