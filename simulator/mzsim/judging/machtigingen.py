"""Looks for the authorisation of prestatierecords: whether one is needed, and what the store holds. Fetches a group of
records at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from mzsim.domain.beleid import Plicht
from mzsim.domain.covers import Dekkingsleutel, leeftijd
from mzsim.domain.earlier.credits import Eerdere, is_credit, with_debet
from mzsim.domain.earlier.maxima import periode
from mzsim.domain.facts import MachtigingFeit, Machtigingsblik, PolisFeit
from mzsim.domain.teeth import kaak_van
from mzsim.judging.grounds import geldende_polis
from mzsim.judging.machtiging_demands import NIETS, Eis, Eisen, Stand, Telling, plicht_geldt, telt_aantal
from mzsim.standard.layout import TEKENSET, layouts
from mzsim.standard.records import Prestatierecord, Verzekerdenrecord
from mzsim.standard.values import BSN_ONBEKEND, centen, lees_datum, persoon, tekst
from mzsim.store.history import Historiebron
from mzsim.store.machtigingen import Machtigingsbron

_LAYOUT = layouts("mz301")[b"04"]
_NUMMER = _LAYOUT["0406"].plaats
_BSN = layouts("mz301")[b"02"]["0203"].plaats
_CODE = _LAYOUT["0413"].plaats
_LENGTE_CODE = _LAYOUT["0413"].lengte
_LEEG = b" " * _LAYOUT["0406"].lengte
_KOSTEN = (b"02", b"04")
_ALTIJD = ("00000000", "99999999")


Aanleiding = Plicht | Dekkingsleutel
"""What asks for an authorisation."""


class _Wie(NamedTuple):
    """A verzekerde: rubriek 0203, his name in the store, and the insurers whose authorisations he may have."""

    bsn: bytes
    persoon: str
    bij: tuple[str, ...]


class Machtigingskijker:
    """First `bereid_voor` a group of records, then `kijk` at each of its prestatierecords in order, and tell of each
    `nieuwe_verzekerde` in between.

    `uzovi` is the insurer of the message, `zoek_in` that and its labels; `partij` the AGB-code of who is paid.
    """

    def __init__(
        self,
        bron: Machtigingsbron,
        historie: Historiebron,
        eisen: Eisen,
        *,
        uzovi: str,
        zoek_in: Collection[str],
        partij: str | None,
        leeg_mag: bool,
    ) -> None:
        """Without `leeg_mag` another check objects to every empty number."""
        self._bron = bron
        self._historie = historie
        self._eisen = eisen
        self._vraagt = eisen.vragen_iets and leeg_mag
        self.telt = self._vraagt and eisen.telt
        """Whether `toegekend` has to be told of every record that is granted."""
        self._uzovi = uzovi
        self._labels = frozenset(zoek_in) - {uzovi}
        self._partij = partij.encode(TEKENSET) if partij else None
        self._verzekerde = b""
        """The record of the verzekerde at hand."""
        self._gevonden_wie: _Wie | None = None
        self._op_nummer: dict[tuple[str, str], MachtigingFeit] = {}
        self._van_verzekerden: dict[tuple[str, str], list[MachtigingFeit]] = {}
        self._eerder = Telling()
        self._nu = Telling()
        """What this message was granted so far."""
        self._behandeld: dict[tuple[bytes, bytes], Aanleiding | None] = {}
        """What asked for an authorisation of the last treatment of the verzekerde on a day with a prestatiecode."""

    def bereid_voor(self, groep: Sequence[bytes], *, met_nummers: bool) -> Collection[bytes]:
        """Fetches what the records that come next may ask for; returns the prestatiecodes whose records want a look.

        Without `met_nummers` none of them names an authorisation.
        """
        nummers = {heen[_NUMMER] for heen in groep if heen[:2] == b"04"} - {_LEEG} if met_nummers else None
        self._op_nummer = self._bron.met_nummer({tekst(nummer) for nummer in nummers}) if nummers else {}
        gevraagd = list(self._gevraagd(groep)) if self._vraagt else []
        bsns = {verzekerde[_BSN] for verzekerde, heen, _ in gevraagd if heen[_NUMMER] == _LEEG} - {BSN_ONBEKEND}
        self._van_verzekerden = self._bron.van_verzekerden({tekst(bsn) for bsn in bsns}) if bsns else {}
        geteld = [(self._van(verzekerde), Prestatierecord(heen)) for verzekerde, heen, eis in gevraagd if eis.geteld]
        self._eerder = self._tel_eerdere(geteld)
        if nummers:
            return {heen[_CODE] for heen in groep if heen[:2] == b"04"}
        return {heen[_CODE] for _, heen, _ in gevraagd}

    def _gevraagd(self, groep: Sequence[bytes]) -> Iterator[tuple[bytes, bytes, Eis]]:
        """The records for which an authorisation may be asked, behind their verzekerdenrecords."""
        verzekerde, eis_van = self._verzekerde, self._eisen.van
        for heen in groep:
            kenmerk = heen[:2]
            if kenmerk == b"04":
                if (eis := eis_van(heen[_CODE])) is not None:
                    yield verzekerde, heen, eis
            elif kenmerk == b"02":
                verzekerde = heen

    def _tel_eerdere(self, geteld: list[tuple[_Wie, Prestatierecord]]) -> Telling:
        telling = Telling()
        if geteld:
            jaren = [tekst(p.datum)[:4] for _, p in geteld]
            van, tot = _ALTIJD if self._eisen.telt_altijd else (f"{min(jaren)}0101", f"{max(jaren)}1231")
            rijen = self._historie.toegekend({wie.persoon for wie, _ in geteld}, van, tot)
            for rij, debet in with_debet(rijen):
                aantal = -rij.aantal if rij.credit else rij.aantal
                bij = Stand(rij.declaratiebedrag, aantal if telt_aantal(_rubriek(rij.soort)) else 0)
                kaak = kaak_van(debet.kaak, debet.gebitselement)
                self._tel(telling, rij.persoon, _rubriek(rij.prestatiecode, _LENGTE_CODE), rij.datum, kaak, bij)
        return telling

    def nieuwe_verzekerde(self, v: Verzekerdenrecord) -> None:
        """From here on the records of another verzekerde."""
        self._verzekerde, self._gevonden_wie = v, None
        self._behandeld.clear()

    @property
    def _wie(self) -> _Wie:
        # Of most verzekerden nobody asks.
        if self._gevonden_wie is None:
            self._gevonden_wie = self._van(self._verzekerde)
        return self._gevonden_wie

    def _van(self, verzekerde: bytes) -> _Wie:
        v = Verzekerdenrecord(verzekerde)
        label = v.uzovi.decode(TEKENSET)
        return _Wie(
            v.bsn,
            persoon(v.bsn, v.verzekerdennummer),
            (label, self._uzovi) if label in self._labels else (self._uzovi,),
        )

    def kijk(self, heen: bytes, polissen: tuple[PolisFeit, ...]) -> Machtigingsblik | None:
        """What speaks against the machtigingsnummer of a record, if anything; `polissen` are those of the verzekerde."""
        leeg = heen[_NUMMER] == _LEEG
        eis = self._eisen.van(heen[_CODE]) if self._vraagt else None
        if leeg and eis is None:
            return None
        p = Prestatierecord(heen)
        if is_credit(p):
            return None
        if leeg and self._bekend(p):
            return None  # whatever asks for it; and so it is for costs of the same treatment
        vraagt = self._wat_vraagt(eis, p, polissen) if eis is not None and (leeg or eis.weegt) else None
        if leeg:
            return None if vraagt is None else Machtigingsblik(None, self._partij, vraagt)
        machtiging = self._met_nummer(tekst(p.machtigingsnummer))
        return (
            None if machtiging is not None and self._goed(machtiging, p) else Machtigingsblik(machtiging, self._partij)
        )

    def _met_nummer(self, nummer: str) -> MachtigingFeit | None:
        gevonden = (self._op_nummer.get((uzovi, nummer)) for uzovi in self._wie.bij)
        return next((machtiging for machtiging in gevonden if machtiging is not None), None)

    def _bekend(self, p: Prestatierecord) -> bool:
        """Whether the insurer gave an authorisation that fits a record which names none."""
        wie = self._wie
        bsn = tekst(wie.bsn)
        return any(self._goed(m, p) for uzovi in wie.bij for m in self._van_verzekerden.get((uzovi, bsn), ()))

    def _goed(self, machtiging: MachtigingFeit, p: Prestatierecord) -> bool:
        return (
            machtiging.afgegeven
            and machtiging.in_kracht(p.datum)
            and machtiging.is_voor(self._wie.bsn, p.prestatiecode, self._partij)
        )

    def _wat_vraagt(self, eis: Eis, p: Prestatierecord, polissen: tuple[PolisFeit, ...]) -> Aanleiding | None:
        """What asks for an authorisation, if anything does."""
        polis = geldende_polis(polissen, p.datum)
        if polis is None or lees_datum(p.datum) is None or self._eisen.vrijgesteld(eis, p.datum):
            return None
        kosten = p.soort in _KOSTEN
        # Costs belong to their treatment: what that needs, they need.
        if kosten and (behandeld := self._behandeld.get((p.datum, p.prestatiecode))):
            return behandeld
        jaren = leeftijd(polis.geboortedatum, p.datum)
        vraagt: Aanleiding | None = next(
            (plicht for n, plicht in eis.plichten if plicht_geldt(plicht, p, jaren, self._stand(n, plicht, p))), None
        )
        if vraagt is None:
            vraagt = self._eisen.dekking_die_vraagt(eis, p, polis)
        if not kosten:
            self._behandeld[p.datum, p.prestatiecode] = vraagt
        return vraagt

    def _stand(self, nummer: int, plicht: Plicht, p: Prestatierecord) -> Stand:
        if plicht.per is None or not plicht.weegt:
            return NIETS
        in_periode = periode(plicht.per, tekst(p.datum), kaak_van(tekst(p.boven_onder), tekst(p.gebitselement)))
        return self._eerder.stand(self._wie.persoon, nummer, in_periode, self._nu)

    def toegekend(self, heen: bytes, debet: Eerdere | None) -> None:
        """A prestatierecord of the verzekerde was granted, in whole or in part; `debet` is what a credit takes back."""
        eis = self._eisen.van(heen[_CODE])
        if eis is None or not eis.geteld:
            return
        p = Prestatierecord(heen)
        teken = -1 if is_credit(p) else 1
        bij = Stand(teken * centen(p.declaratiebedrag), teken * centen(p.aantal) if telt_aantal(p.soort) else 0)
        plaats = (debet.kaak, debet.gebitselement) if debet else (tekst(p.boven_onder), tekst(p.gebitselement))
        self._tel(self._nu, self._wie.persoon, p.prestatiecode, tekst(p.datum), kaak_van(*plaats), bij)

    def _tel(self, telling: Telling, wie: str, code: bytes, datum: str, kaak: str, bij: Stand) -> None:
        eis = self._eisen.van(code)
        for nummer, per in eis.geteld if eis is not None else ():
            telling.tel(wie, nummer, periode(per, datum, kaak), bij)


@lru_cache(maxsize=4096)
def _rubriek(waarde: str, lengte: int = 0) -> bytes:
    """A value of the store as a record holds it. What a message has no place for stands for a NUL, see `values.tekst`."""
    return waarde.ljust(lengte).encode(TEKENSET, "replace")
