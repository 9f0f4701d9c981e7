"""The first reading of a declaration: its structure, counts, total, and what stands in it more than once.

Needs no store. Everything that the file checks (levels 1 to 3, sluitrecord) and the later readings build on comes from
here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from os import SEEK_END
from struct import Struct
from typing import BinaryIO

from mzsim.checks.file import EINDE, Structuur, geen_voorlooprecord
from mzsim.checks.register import REGISTER, controles
from mzsim.common.duplicate_keys import Herhalingen
from mzsim.common.marks import Merken
from mzsim.domain.check import Controle
from mzsim.domain.findings import Bevinding
from mzsim.reading.set_reading import NIETS, Voorlezing, als_nummer, lees_voor
from mzsim.standard.layout import CRLF, LENGTE_HEEN, LENGTE_REGEL, layouts
from mzsim.standard.messages import HEEN
from mzsim.standard.reader import Regel, lees_regels
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import CREDIT, genormaliseerd, gevuld, lees_bedrag, persoon

# A file rejected for its structure gets each code once; a hundred places where it is wrong are enough to repair it.
_MEESTE_PER_CONTROLE = 100

# How many different amounts are counted before they are added up.
_MEESTE_BEDRAGEN = 10_000
_MEESTE_GEZIEN = 20_000
_PER_STUK = 500

_HEEN = layouts("mz301")
_IDENTIFICATIE = _HEEN[b"02"]["0202"].plaats
_SLEUTEL_ZVW = _HEEN[b"02"].stuk("0203", "0205")
_SLEUTEL_WLZ = _HEEN[b"02"]["0203"].plaats
_BSN = _HEEN[b"02"]["0203"].plaats
_VERZEKERDENNUMMER = _HEEN[b"02"]["0205"].plaats
_GEEN_DAGEN = b"99999999", b"00000000"
_LENGTE_REFERENTIE = _HEEN[b"04"]["0432"].lengte
_VOOR_SPATIE = bytes(range(ord(" ")))
_GEEN_MACHTIGING = b" " * _HEEN[b"04"]["0406"].lengte
_snijd = _HEEN[b"04"].snijder(("0406", "0409"), ("0430", "0431"), ("0432", "0432"), ("0433", "0433"))
_snijd_begin = Struct("".join(f"{_HEEN[b'04'][nummer].lengte}s" for nummer in ("0406", "0407", "0408", "0409"))).unpack

Voortgang = Callable[[int], None]
"""Is told how many bytes of the file have been read since the last call."""


class Verkenning:
    """What the first reading of a declaration found.

    `voorloop` is None where the file has no readable voorlooprecord. `structuur` are the objections of levels 1 and 2,
    `reserves` those of level 3 to the reserve of a record.
    """

    __slots__ = (
        "_andere_soort",
        "_bedragen",
        "_eerste_referentie",
        "_gemeld",
        "_gezien",
        "_laatste_referentie",
        "_referenties_geordend",
        "_sleutel",
        "_totaal",
        "_voorlezing",
        "aantallen",
        "eerste_dag",
        "herroepen",
        "kop",
        "laatste_dag",
        "met_machtiging",
        "personen",
        "referenties",
        "reserves",
        "sluit",
        "structuur",
        "verzekerden",
        "voorloop",
    )

    def __init__(self, kop: bytes, regels: int) -> None:
        """`kop` are its first 310 bytes, `regels` is about how many lines it has."""
        self.kop = kop
        self.voorloop: Voorlooprecord | None = None if geen_voorlooprecord(kop) else Voorlooprecord(kop)
        self.structuur: list[Bevinding] = []
        self.reserves: list[Bevinding] = []
        self.aantallen: Counter[bytes] = Counter()
        self._bedragen: Counter[bytes] = Counter()
        self._totaal: int | None = 0
        self.sluit: Regel | None = None
        self.referenties = Herhalingen(regels)
        self._eerste_referentie, self._laatste_referentie = b"\xff" * _LENGTE_REFERENTIE, b""
        self._referenties_geordend = True
        self.verzekerden = Herhalingen(regels)
        self.personen = Herhalingen(regels)
        """Who stands in the file, as the store names them."""
        self._gezien: set[bytes] = set()
        """Rubrieken 0406-0409 of the records so far; few of them differ."""
        self.eerste_dag, self.laatste_dag = _GEEN_DAGEN
        """The first and the last 0408; the first after the last where there is none."""
        self.herroepen = Merken()
        """Rubriek 0433 of every credit, as it is looked up."""
        self._andere_soort = False
        self.met_machtiging = False
        """Whether any prestatierecord names an authorisation (0406)."""
        self._voorlezing: Voorlezing | None = None
        self._gemeld: Counter[str] = Counter()
        self._sleutel = _SLEUTEL_WLZ if self.wlz else _SLEUTEL_ZVW

    @property
    def wlz(self) -> bool:
        """Whether the message is one to a zorgkantoor (0102 = 250)."""
        return self.voorloop is not None and self.voorloop.bericht == HEEN.wlz

    @property
    def test(self) -> bool:
        """Whether the message leaves nothing behind (0105 = T)."""
        return self.voorloop is not None and self.voorloop.soort_bericht == b"T"

    def sleutel_verzekerde(self, heen: bytes) -> bytes:
        """The key that a verzekerdenrecord may have once in a file (INV 2.3.6)."""
        return heen[self._sleutel]

    def meld(self, controle: Controle, regel: Regel) -> None:
        """Keeps an objection to a line."""
        self._gemeld[controle.id] += 1
        if self._gemeld[controle.id] <= _MEESTE_PER_CONTROLE:
            (self.structuur if controle.niveau <= 2 else self.reserves).append(bevinding(controle, regel))

    def neem_op(self, regels: Sequence[bytes], nummer: int) -> None:
        """Counts lines in, of which the first has this number."""
        self.aantallen.update([heen[:2] for heen in regels])
        prestaties, verzekerden = [], []
        for plaats, heen in enumerate(regels):
            kenmerk = heen[:2]
            if kenmerk == b"04":
                prestaties.append(heen)
            elif kenmerk == b"02":
                verzekerden.append(heen)
            elif kenmerk == b"99":
                self.sluit = Regel(nummer + plaats, heen, b"")
        self.verzekerden.tel(heen[self._sleutel] for heen in verzekerden)
        self.personen.tel(persoon(heen[_BSN], heen[_VERZEKERDENNUMMER]).encode() for heen in verzekerden)
        if prestaties:
            self._neem_prestaties_op(prestaties)

    def _neem_prestaties_op(self, records: list[bytes]) -> None:
        if (
            min(map(len, records)) < LENGTE_HEEN
        ):  # a file that is rejected for it; whatever is counted here matters no more
            records = [heen.ljust(LENGTE_HEEN) for heen in records]
        beginnen, bedragen, referenties, vorige = zip(*map(_snijd, records), strict=True)
        self._tel_referenties(referenties)
        self._bedragen.update(bedragen)
        if any(bedrag.endswith(CREDIT) for bedrag in {*bedragen}):
            for bedrag, referentie in zip(bedragen, vorige, strict=True):
                if bedrag.endswith(CREDIT):
                    self.herroepen.zet(als_nummer(referentie))
        if len(self._bedragen) > _MEESTE_BEDRAGEN:
            self._tel_op()
        for begin in {*beginnen} - self._gezien:
            self._nieuw_begin(begin)

    def _tel_referenties(self, referenties: Sequence[bytes]) -> None:
        samen = b"".join(referenties)
        if genormaliseerd(samen) != samen:  # most have no small letters
            referenties = [genormaliseerd(referentie) for referentie in referenties]
        self.referenties.tel(referenties)
        if len(samen.translate(None, _VOOR_SPATIE)) < len(samen):
            self._referenties_geordend = False
        self._eerste_referentie = min(self._eerste_referentie, *referenties)
        self._laatste_referentie = max(self._laatste_referentie, *referenties)

    @property
    def referentiegrenzen(self) -> tuple[bytes, bytes] | None:
        """The first and the last 0432, as they are compared; None where they hold anything that comes before a space, so
        that they stand in another order without the spaces behind them."""
        return (self._eerste_referentie, self._laatste_referentie) if self._referenties_geordend else None

    def _nieuw_begin(self, begin: bytes) -> None:
        if len(self._gezien) >= _MEESTE_GEZIEN:
            self._gezien.clear()
        self._gezien.add(begin)
        machtiging, _, datum, soort = _snijd_begin(begin)
        if machtiging != _GEEN_MACHTIGING:
            self.met_machtiging = True
        if soort != b"01":
            self._andere_soort = True
        if datum.isdigit():
            self.eerste_dag, self.laatste_dag = min(datum, self.eerste_dag), max(datum, self.laatste_dag)

    @property
    def alleen_credits(self) -> bool:
        """Whether every prestatierecord is a credit."""
        return 0 < self.aantallen[b"04"] == len(self.herroepen)

    @property
    def vraagt_voorlezing(self) -> bool:
        """Whether what stands around a record, or what was declared before, can matter to it."""
        return self.wlz or self._andere_soort or len(self.herroepen) > 0

    def voorlezing(self, bron: BinaryIO) -> Voorlezing:
        """What an extra reading of the declaration finds, made at most once. Its structure must be in order."""
        if self._voorlezing is None:
            nodig = self.vraagt_voorlezing
            self._voorlezing = lees_voor(bron, wlz=self.wlz, herroepen=self.herroepen) if nodig else NIETS
        return self._voorlezing

    def _tel_op(self) -> None:
        for velden, aantal in self._bedragen.items():
            bedrag = lees_bedrag(velden[:-1], velden[-1:])
            if bedrag is None or self._totaal is None:
                self._totaal = None
            else:
                self._totaal += aantal * bedrag
        self._bedragen.clear()

    @property
    def totaal(self) -> int | None:
        """Sum of 0430 in cents, debet less credit; None where a 0430 or 0431 can't be read."""
        self._tel_op()
        return self._totaal


def bevinding(controle: Controle, regel: Regel) -> Bevinding:
    """An objection to a line, with the kenmerk and the identificatie that it carries, as far as they can be read."""
    kenmerk, identificatie = regel.inhoud[:2], regel.inhoud[_IDENTIFICATIE]
    genummerd = kenmerk in (b"02", b"03", b"04", b"98") and len(identificatie) == 12 and identificatie.isdigit()
    return Bevinding(
        regel.nummer,
        kenmerk.decode("iso8859-1"),
        int(identificatie) if genummerd else None,
        controle,
    )


def verken(bron: BinaryIO, voortgang: Voortgang) -> Verkenning:
    """Reads a declaration from its start to its end."""
    regels = bron.seek(0, SEEK_END) // LENGTE_REGEL + 1
    bron.seek(0)
    verkenning = Verkenning(bron.read(LENGTE_HEEN), regels)
    if verkenning.voorloop is None:
        return verkenning
    bron.seek(0)
    stand = Structuur(naar_verzekeraar=gevuld(verkenning.voorloop.uzovi))
    toetsen = [(c.functie, c) for c in controles("bestand", "alle", "debiteur") if c.id != "bestand-1"]
    nummer, lezer = 0, lees_regels(bron)
    laatste = Regel(0, b"", b"")
    while stuk := list(islice(lezer, _PER_STUK)):
        inhoud, eindes = zip(*stuk, strict=True)
        if eindes.count(CRLF) != len(stuk) or not stand.volgen(inhoud):
            for plaats, (heen, einde) in enumerate(stuk, start=nummer + 1):
                if einde is not CRLF or not stand.volgt(heen):
                    regel = Regel(plaats, heen, einde)
                    for functie, controle in toetsen:
                        if functie(regel, stand):
                            verkenning.meld(controle, regel)
                    stand.verwerk(heen)
        verkenning.neem_op(inhoud, nummer + 1)
        nummer += len(stuk)
        laatste = Regel(nummer, *stuk[-1])
        voortgang(len(stuk) * LENGTE_REGEL)
    if REGISTER["record-3"].functie(EINDE, stand):
        verkenning.meld(REGISTER["record-3"], laatste)
    return verkenning
