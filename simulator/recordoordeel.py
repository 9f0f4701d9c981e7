"""Judges the detail records of a message one by one; facts about persons are fetched for a group of records at a time."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.bericht import Bericht
from simulator.controles.keuring import Keuring, Oordeel, Prestatiekeuring
from simulator.controles.omgeving import Omgeving
from simulator.controles.register import Controle
from simulator.ei.layout import TEKENSET, layouts
from simulator.ei.records import Verzekerdenrecord
from simulator.ei.waarden import genormaliseerd
from simulator.feiten import PolisFeit
from simulator.model import Bevinding
from simulator.store.facts import Feitenbron, persoon

_HEEN = layouts("mz301")
_IDENTIFICATIE = _HEEN[b"02"]["0202"].plaats
_REFERENTIE = _HEEN[b"04"]["0432"].plaats


def bevinding(controle: Controle, regel: int, heen: bytes) -> Bevinding:
    """An objection to a record of a message whose structure is in order."""
    return Bevinding(regel, heen[:2].decode("ascii"), int(heen[_IDENTIFICATIE]), controle)


class Recordkeuring:
    """Judges every record of a message, in order, once. `omgeving` is that of the record last given."""

    def __init__(self, bericht: Bericht, door: str, *, behalve: str = "", feiten: Feitenbron | None = None) -> None:
        """`behalve` leaves out checks that another has performed; without `feiten` nothing is known of persons."""
        self._bericht = bericht
        self._feiten = feiten
        self._verzekerde = Keuring("verzekerde", door, behalve, bericht.beleid.uit)
        self._prestatie = Prestatiekeuring(door, behalve, bericht.beleid.uit)
        self.omgeving = Omgeving(
            datum=bericht.vandaag, dagtekening=bericht.voorloop.dagtekening, wlz=bericht.wlz, uzovi=bericht.uzovi
        )
        self._polissen: dict[tuple[str, str], tuple[PolisFeit, ...]] = {}
        self._zoekt_referenties = (
            feiten is not None
            and bericht.partij is not None
            and feiten.heeft_referenties(bericht.partij, bericht.uzovi_nummer)
        )

    def bereid_voor(self, groep: Iterable[bytes]) -> None:
        """Fetches what there is to know about the persons and references in the records that come next."""
        if self._feiten is None:
            return
        personen = {self._sleutel(Verzekerdenrecord(heen))[1] for heen in groep if heen[:2] == b"02"}
        self._polissen = self._feiten.polissen(self._bericht.zoek_in, personen)
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
        return oordeel

    def prestatie(self, heen: bytes, regel: int) -> Oordeel:
        """Judges a prestatierecord of the verzekerde last given."""
        o = self.omgeving
        o.regel = regel
        o.referentie = referentie = genormaliseerd(heen[_REFERENTIE])
        o.referentie_stond_op = self._bericht.verkenning.referenties.eerste(referentie, regel)
        return self._prestatie(heen, o)

    def _sleutel(self, v: Verzekerdenrecord) -> tuple[str, str]:
        """Under which insurer and name the polis is looked up (INV 4.3)."""
        bij = self._bericht.uzovi_nummer if self._bericht.wlz else v.uzovi.decode(TEKENSET)
        return bij, persoon(v.bsn, v.verzekerdennummer)
