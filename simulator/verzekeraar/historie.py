"""What an insurer remembers of the prestatierecords that it received."""

from __future__ import annotations

from functools import lru_cache

from simulator.ei.layout import layouts
from simulator.ei.records import Prestatierecord
from simulator.ei.waarden import CREDIT, centen, genormaliseerd, persoon, tekst
from simulator.store.vastleggen import Prestatierij, Vastlegging
from simulator.verzekeraar.besluit import NIET_BEOORDEELD, Besluit
from simulator.verzekeraar.eerder import schrijf_aandelen

_LAYOUT = layouts("mz301")[b"04"]
_SLEUTEL = _LAYOUT.stuk("0403", "0405")
_BSN = slice(0, _LAYOUT["0403"].lengte)
_VERZEKERDENNUMMER = slice(_LAYOUT["0405"].begin - _LAYOUT["0403"].begin, None)
_DATUM = _LAYOUT["0408"].plaats
_INHOUD = _LAYOUT.stuk("0409", "0431")
_REFERENTIE = _LAYOUT["0432"].plaats
_VORIGE_REFERENTIE = _LAYOUT["0433"].plaats
_MEESTE = 20_000
_GEEN_REFERENTIE = b" " * _LAYOUT["0433"].lengte


class Historie:
    """Records prestatierecords with what became of them."""

    def __init__(self, boek: Vastlegging) -> None:
        self._bericht_id = boek.bericht_id
        self._schrijf = boek.prestatie
        self._verzekerde = b""
        self._persoon = ""
        self._eindes: dict[bytes, tuple[Besluit, Prestatierij]] = {}
        """What the last record with these rubrieken 0409-0431 was told, and what its row ends in."""

    def neem_op(self, heen: bytes, inhoud: bytes, referentie: bytes, besluit: Besluit) -> None:
        """Adds a record, given with its rubrieken 0409-0431 and its 0432 as that is compared."""
        verzekerde = heen[_SLEUTEL]
        if verzekerde != self._verzekerde:
            self._verzekerde = verzekerde
            self._persoon = persoon(verzekerde[_BSN], verzekerde[_VERZEKERDENNUMMER])
        einde = self._eindes.get(inhoud)
        if einde is None or einde[0] is not besluit:
            einde = self._nieuw_einde(inhoud, besluit)
        vorige = heen[_VORIGE_REFERENTIE]
        # The order of the values is that of `vastleggen.KOLOMMEN`.
        self._schrijf(
            (
                self._bericht_id,
                self._persoon,
                tekst(referentie),
                "" if vorige == _GEEN_REFERENTIE else tekst(genormaliseerd(vorige)),
                _datum(heen[_DATUM]),
                *einde[1],
            )
        )

    def _nieuw_einde(self, inhoud: bytes, besluit: Besluit) -> tuple[Besluit, Prestatierij]:
        if len(self._eindes) >= _MEESTE:
            self._eindes.clear()
        aandelen = schrijf_aandelen(besluit.aandelen) if besluit.aandelen else None
        einde = (besluit, (besluit.toegekend, besluit.uitkomst, *_inhoud(inhoud), aandelen))
        self._eindes[inhoud] = einde
        return einde

    def neem_ongezien_op(self, heen: bytes) -> None:
        """Adds a record that nobody judged."""
        self.neem_op(heen, heen[_INHOUD], genormaliseerd(heen[_REFERENTIE]), NIET_BEOORDEELD)


# Thousands of records are alike in each of these runs of rubrieken.

_datum = lru_cache(maxsize=_MEESTE)(tekst)


@lru_cache(maxsize=_MEESTE)
def _inhoud(stuk: bytes) -> Prestatierij:
    p = Prestatierecord(b" " * _INHOUD.start + stuk)
    teken = -1 if p.debet_credit_02 == CREDIT else 1
    return (
        tekst(p.soort),
        tekst(p.prestatiecode),
        tekst(p.gebitselement),
        tekst(p.vlak),
        tekst(p.boven_onder),
        tekst(p.behandelaar),
        centen(p.aantal),
        teken * centen(p.berekend_bedrag),
        teken * centen(p.declaratiebedrag),
    )
