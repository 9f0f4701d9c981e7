"""Judges the detail records of a message one by one; facts about persons are fetched for a group of records at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence

from mzsim.checks.commentaarrecord import Commentaaromgeving
from mzsim.checks.known_good import Prestatiekeuring
from mzsim.checks.performing import Keuring, Oordeel
from mzsim.checks.prestatie import INGANG_WLZ, INGANG_ZVW
from mzsim.checks.prestatie_form import DJI
from mzsim.checks.register import REGISTER
from mzsim.checks.surroundings import Omgeving
from mzsim.checks.voorlooprecord import declarant
from mzsim.common.periods import Tijdvakken, dag_na
from mzsim.domain.beleid import Beleid
from mzsim.domain.check import Controle
from mzsim.domain.covers import Pakketsleutel, Wisselingen
from mzsim.domain.earlier.credits import AFGEWEZEN
from mzsim.domain.facts import PolisFeit
from mzsim.domain.findings import Bevinding
from mzsim.domain.terms import eerste_op_tijd
from mzsim.judging.agreements import Voorwaarden
from mzsim.judging.look_back import Terugkijker
from mzsim.judging.machtiging_demands import Eisen
from mzsim.judging.machtigingen import Machtigingskijker
from mzsim.judging.message import Bericht
from mzsim.reading.set_reading import Voorlezing
from mzsim.standard.layout import TEKENSET, layouts
from mzsim.standard.records import Commentaarrecord, Verzekerdenrecord
from mzsim.standard.values import genormaliseerd, persoon, schrijf_datum
from mzsim.store.facts import Feitenbron

_HEEN = layouts("mz301")
_IDENTIFICATIE = _HEEN[b"02"]["0202"].plaats
_BSN = _HEEN[b"02"]["0203"].plaats
_VERZEKERDENNUMMER = _HEEN[b"02"]["0205"].plaats
_REFERENTIE = _HEEN[b"04"]["0432"].plaats
# A slice takes twice as long.
_snijd = _HEEN[b"04"].snijder(
    ("0403", "0405"), ("0406", "0407"), ("0408", "0408"), ("0409", "0431"), ("0432", "0432"), ("0433", "0433")
)
_CODE = _HEEN[b"04"]["0413"].plaats
_SPATIE = ord(" ")
_BEHANDELAAR = _HEEN[b"04"]["0420"].plaats


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
        voorwaarden: Voorwaarden | None = None,
    ) -> None:
        """`behalve` leaves out checks that another has performed; without `feiten` nothing is known of persons, without
        `voorwaarden` nothing of cover and tariffs."""
        self._bericht = bericht
        self._feiten = feiten
        self._pakketten = voorwaarden.pakketten if voorwaarden else {}
        self._wisselingen: dict[tuple[Pakketsleutel, ...], Wisselingen] = {}
        """When the cover of a polis changes while it is in force, by its pakketten."""
        self._verzekerde = Keuring("verzekerde", door, behalve, bericht.beleid.uit)
        self._prestatie = Prestatiekeuring(door, behalve, bericht.beleid.uit)
        self._commentaar = Keuring("commentaar", door, behalve, bericht.beleid.uit)
        self.omgeving = _omgeving(bericht, voorlezing, feiten, voorwaarden)
        self._tijdvakken = _tijdvakken(bericht, self.omgeving)
        self._eerste_dag = INGANG_WLZ if bericht.wlz else INGANG_ZVW
        self._dekkingsvakken: list[bytes] = []
        self._referenties = bericht.verkenning.referenties
        self._gewoon = not voorlezing.bezwaren
        """Whether nothing outside a record can speak against it, in the group of records at hand, but one like it or one
        with the same 0432."""
        self._terugkijker = _terugkijker(bericht, voorlezing, feiten)
        self._machtigingen = _machtigingskijker(bericht, feiten, voorwaarden)
        self._met_machtiging: Collection[bytes] = ()
        """The prestatiecodes (0413) whose records want a look at their authorisation, in the group at hand."""
        self._gelezen = 1
        self._zoekt_gelijke = not set(behalve) & set(REGISTER["0413-4"].door)
        self._gezien: set[int] = set()
        """Hashes of the prestatierecords of the verzekerde at hand, without 0402 and 0432."""
        self._bij_commentaar = Commentaaromgeving()
        self._polissen: dict[tuple[str, str], tuple[PolisFeit, ...]] = {}
        self._zoekt_referenties = (
            feiten is not None
            and bericht.partij is not None
            and feiten.heeft_referenties(bericht.partij, bericht.uzovi_nummer, bericht.verkenning.referentiegrenzen)
        )
        self._zoekt_behandelaars = feiten is not None and feiten.heeft_zorgaanbieders()

    def bereid_voor(self, groep: Sequence[bytes]) -> Collection[str]:
        """Fetches what there is to know about the persons, behandelaars and references in the records that come next.

        Returns the persons, as the store names them.
        """
        if self._feiten is None:
            return ()
        if self._terugkijker is not None:
            self._terugkijker.bereid_voor(groep, self._gelezen + 1)
            self._gelezen += len(groep)
        if self._machtigingen is not None:
            met_nummers = self._bericht.verkenning.met_machtiging
            self._met_machtiging = self._machtigingen.bereid_voor(groep, met_nummers=met_nummers)
        personen = {persoon(heen[_BSN], heen[_VERZEKERDENNUMMER]) for heen in groep if heen[:2] == b"02"}
        self._polissen = self._feiten.polissen(self._bericht.zoek_in, personen)
        if self._zoekt_behandelaars:
            self.omgeving.zorgaanbieders = self._feiten.zorgaanbieders(
                {heen[_BEHANDELAAR] for heen in groep if heen[:2] == b"04"}
            )
        if self._zoekt_referenties:
            assert self._bericht.partij is not None
            nummers = (genormaliseerd(heen[_REFERENTIE]) for heen in groep if heen[:2] == b"04")
            received = self._feiten.referenties(self._bericht.partij, self._bericht.uzovi_nummer, nummers)
            self.omgeving.gebruikte_referenties = _in_use(received, self._bericht.beleid)
        self._gewoon = (
            self._terugkijker is None and not self.omgeving.reeksen and not self.omgeving.gebruikte_referenties
        )
        return personen

    def verzekerde(self, heen: bytes, regel: int) -> Oordeel:
        """Judges a verzekerdenrecord; the prestatierecords that follow are its own."""
        v = Verzekerdenrecord(heen)
        o = self.omgeving
        verkenning = self._bericht.verkenning
        o.regel = regel
        o.verzekerde = v
        bij, o.persoon = self._sleutel(v)
        o.verzekerde_stond_op = verkenning.verzekerden.eerste(verkenning.sleutel_verzekerde(heen), regel)
        o.eigen_uzovi = o.wlz or v.uzovi.decode(TEKENSET) in self._bericht.zoek_in
        o.polissen = self._polissen.get((bij, o.persoon), ())
        oordeel = self._verzekerde(v, o)
        o.geboortedatum = None if "0207" in oordeel.onleesbaar else v.geboortedatum
        self._dekkingsvakken = self._vakken(o.geboortedatum, o.polissen)
        self._prestatie.nieuwe_verzekerde(oordeel.onleesbaar)
        if self._machtigingen is not None:
            self._machtigingen.nieuwe_verzekerde(v)
        self._gezien.clear()
        return oordeel

    def _vakken(self, geboortedatum: bytes | None, polissen: tuple[PolisFeit, ...]) -> list[bytes]:
        """Where the tijdvakken of a verzekerde begin: born, insured, covered and alive alike on all days of one."""
        begin = [self._eerste_dag, geboortedatum or b""]
        for polis in polissen:
            begin.append(polis.ingang)
            begin += [dag_na(dag) for dag in (polis.einde, polis.overleden) if dag]
            wisselingen = self._wisselingen.get(polis.pakketten)
            if wisselingen is None:
                wisselingen = self._wisselingen[polis.pakketten] = Wisselingen.van(polis.pakketten, self._pakketten)
            begin += wisselingen.dagen(polis)
        begin.sort()
        return begin

    def prestatie(self, heen: bytes, regel: int) -> Oordeel:
        """Judges a prestatierecord of the verzekerde last given."""
        o = self.omgeving
        o.regel = regel
        o.sleutel, o.wijze, datum, inhoud, referentie, o.vorige_referentie = _snijd(heen)
        o.inhoud = inhoud
        o.datum_prestatie = datum
        o.tijdvak = self._tijdvakken[datum]
        o.dekkingsvak = bisect_right(self._dekkingsvakken, datum)
        o.referentie = referentie = genormaliseerd(referentie)
        if self._zoekt_gelijke:
            gelijk = hash((o.sleutel, o.wijze, datum, inhoud, o.vorige_referentie))
            o.gelijk = gelijk in self._gezien
            self._gezien.add(gelijk)
        if self._gewoon and referentie not in self._referenties.verdacht:
            o.referentie_stond_op = regel
            o.niets_elders = not o.gelijk and referentie[0] != _SPATIE
        else:
            self._kijk_om_zich_heen(heen, referentie)
        o.machtiging = None
        if self._met_machtiging and heen[_CODE] in self._met_machtiging:
            assert self._machtigingen is not None
            o.machtiging = self._machtigingen.kijk(heen, o.polissen)
            o.niets_elders = o.niets_elders and o.machtiging is None
        oordeel = self._prestatie(heen, o)
        if o.terugblik is not None and not oordeel.bezwaren:
            assert self._terugkijker is not None
            self._terugkijker.gecrediteerd(o.terugblik)
        return oordeel

    def _kijk_om_zich_heen(self, heen: bytes, referentie: bytes) -> None:
        o = self.omgeving
        o.referentie_stond_op = self._referenties.eerste(referentie, o.regel)
        if self._terugkijker is not None:
            o.terugblik = self._terugkijker.kijk(heen, o.regel)
        o.niets_elders = (
            o.referentie_stond_op == o.regel
            and not o.gelijk
            and o.regel not in o.reeksen
            and o.terugblik is None
            and referentie not in o.gebruikte_referenties
            and referentie[0] != _SPATIE
        )

    @property
    def telt_toekenningen(self) -> bool:
        """Whether `toegekend` wants to hear of every prestatierecord that is granted."""
        return self._machtigingen is not None and self._machtigingen.telt

    def toegekend(self, heen: bytes) -> None:
        """The prestatierecord last given was granted, in whole or in part."""
        assert self._machtigingen is not None
        terugblik = self.omgeving.terugblik
        self._machtigingen.toegekend(heen, terugblik.debet if terugblik is not None else None)

    def commentaar(self, heen: bytes) -> Oordeel:
        """Judges a commentaarrecord."""
        c = Commentaarrecord(heen)
        self._bij_commentaar.volgende(c.identificatie)
        oordeel = self._commentaar(c, self._bij_commentaar)
        self._bij_commentaar.verwerk(c.regelnummer)
        return oordeel

    def bevindingen(self, bezwaren: Iterable[Controle], regel: int, heen: bytes) -> list[Bevinding]:
        """Objections to the record last given, of a message whose structure is in order."""
        kenmerk, identificatie = heen[:2].decode("ascii"), int(heen[_IDENTIFICATIE])
        gevonden = [Bevinding(regel, kenmerk, identificatie, controle) for controle in bezwaren]
        toelichting = self._bericht.toelichting
        return gevonden if toelichting is None else toelichting.bij_record(gevonden, heen, self.omgeving)

    def _sleutel(self, v: Verzekerdenrecord) -> tuple[str, str]:
        """Under which insurer and name the polis is looked up (INV 4.3)."""
        bij = self._bericht.uzovi_nummer if self._bericht.wlz else v.uzovi.decode(TEKENSET)
        return bij, persoon(v.bsn, v.verzekerdennummer)


def _omgeving(
    bericht: Bericht, voorlezing: Voorlezing, feiten: Feitenbron | None, voorwaarden: Voorwaarden | None
) -> Omgeving:
    """What checks know of a message before any of its records is read."""
    omgeving = Omgeving(
        datum=bericht.vandaag,
        dagtekening=bericht.voorloop.dagtekening,
        declarant=declarant(bericht.voorloop),
        wlz=bericht.wlz,
        uzovi=bericht.uzovi,
        verzekeraar=bericht.verzekeraar,
        prestatiecodes=bericht.prestatiecodes,
    )
    omgeving.reeksen = voorlezing.bezwaren
    omgeving.vorige_in_bestand = voorlezing.vorige_in_bestand
    if voorwaarden is not None:
        omgeving.tariefkaart = voorwaarden.kaart
        omgeving.contracteert = voorwaarden.contracteert
        if voorwaarden.contracteert and bericht.beleid.contract_vereist == "record":
            omgeving.contracten = voorwaarden.kaart.contracten
    termijn = bericht.beleid.indientermijn
    if termijn is not None and feiten is not None:
        omgeving.eerste_op_tijd = schrijf_datum(eerste_op_tijd(termijn, bericht.datum))
    return omgeving


def _tijdvakken(bericht: Bericht, omgeving: Omgeving) -> Tijdvakken:
    """The days between which nothing changes that a check of a prestatierecord, or its decision, asks for."""
    perioden = {(feit.ingang, feit.einde) for feiten in bericht.prestatiecodes.values() for feit in feiten}
    perioden.update(omgeving.tariefkaart.perioden())
    return Tijdvakken(
        (omgeving.eerste_op_tijd, *(ingang for ingang, _ in perioden)),
        (bericht.voorloop.dagtekening, *(einde for _, einde in perioden)),
    )


def _in_use(received: Mapping[bytes, Collection[str]], beleid: Beleid) -> frozenset[bytes]:
    """The referentienummers that count as used, of those that the insurer received (INV 2.3.17)."""
    if not beleid.referentienummer_hergebruik_na_afwijzing:
        return frozenset(received)
    return frozenset(nummer for nummer, uitkomsten in received.items() if any(u != AFGEWEZEN for u in uitkomsten))


def _terugkijker(bericht: Bericht, voorlezing: Voorlezing, feiten: Feitenbron | None) -> Terugkijker | None:
    verkenning = bericht.verkenning
    if feiten is None or bericht.partij is None or not verkenning.vraagt_voorlezing:
        return None
    bron = feiten.historie(bericht.partij, bericht.uzovi_nummer)
    return Terugkijker(bron, bericht.partij, voorlezing, verkenning.herroepen, wlz=bericht.wlz)


def _machtigingskijker(
    bericht: Bericht, feiten: Feitenbron | None, voorwaarden: Voorwaarden | None
) -> Machtigingskijker | None:
    if feiten is None or voorwaarden is None:
        return None
    eisen = Eisen(bericht.beleid.machtigingsplichtig, voorwaarden.pakketten, voorwaarden.kaart.contracten)
    if not eisen.vragen_iets and not bericht.verkenning.met_machtiging:
        return None
    return Machtigingskijker(
        feiten.machtigingen(bericht.zoek_in),
        feiten.historie(bericht.partij or "", bericht.uzovi_nummer),
        eisen,
        uzovi=bericht.uzovi_nummer,
        zoek_in=bericht.zoek_in,
        partij=bericht.partij,
        leeg_mag=bericht.verzekeraar is None or bericht.verzekeraar.soort != DJI,
    )
