"""What an insurer remembers of the prestatierecords that it received."""

from __future__ import annotations

from functools import lru_cache

from mzsim.domain.decisions import AFGEWEZEN, NIET_BEOORDEELD, Besluit
from mzsim.domain.earlier.credits import is_credit
from mzsim.domain.earlier.maxima import schrijf_aandelen
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import centen, genormaliseerd, persoon, tekst
from mzsim.store.recording import Recorded, Vastlegging

_LAYOUT = layouts("mz301")[b"04"]
_snijd = _LAYOUT.snijder(("0403", "0405"), ("0408", "0408"), ("0409", "0431"), ("0432", "0432"), ("0433", "0433"))
_BSN = slice(0, _LAYOUT["0403"].lengte)
_VERZEKERDENNUMMER = slice(_LAYOUT["0405"].begin - _LAYOUT["0403"].begin, None)
_INHOUD = _LAYOUT.stuk("0409", "0431")
_MEESTE = 20_000
_GEEN_REFERENTIE = b" " * _LAYOUT["0433"].lengte


class Historie:
    """Records prestatierecords with what became of them."""

    def __init__(self, boek: Vastlegging) -> None:
        self._schrijf = boek.prestatie
        self._verzekerde = b""
        self._persoon = ""
        self._eindes: dict[bytes, tuple[Besluit, Recorded]] = {}
        """What the last record with these rubrieken 0409-0431 was told, and what its row ends in."""

    def neem_ongezien_op(self, heen: bytes) -> None:
        """Adds a record that nobody judged."""
        verzekerde, datum, inhoud, referentie, vorige = _snijd(heen)
        self.neem_op(verzekerde, datum, inhoud, genormaliseerd(referentie), vorige, NIET_BEOORDEELD)

    def neem_op(
        self, verzekerde: bytes, datum: bytes, inhoud: bytes, referentie: bytes, vorige: bytes, besluit: Besluit
    ) -> None:
        """Adds a record: rubrieken 0403-0405, 0408, 0409-0431, 0432 as it is compared and 0433, and what became of it."""
        if verzekerde != self._verzekerde:
            self._verzekerde = verzekerde
            self._persoon = persoon(verzekerde[_BSN], verzekerde[_VERZEKERDENNUMMER])
        einde = self._eindes.get(inhoud)
        if einde is None or einde[0] is not besluit:
            einde = self._nieuw_einde(inhoud, besluit)
        self._schrijf(
            self._persoon,
            tekst(referentie),
            "" if vorige == _GEEN_REFERENTIE else tekst(genormaliseerd(vorige)),
            _datum(datum),
            einde[1],
        )

    def _nieuw_einde(self, inhoud: bytes, besluit: Besluit) -> tuple[Besluit, Recorded]:
        if len(self._eindes) >= _MEESTE:
            self._eindes.clear()
        aandelen = schrijf_aandelen(besluit.aandelen) if besluit.aandelen else None
        rij = _inhoud(inhoud)._replace(toegekend_bedrag=besluit.toegekend, uitkomst=besluit.uitkomst, aandelen=aandelen)
        einde = (besluit, rij)
        self._eindes[inhoud] = einde
        return einde


# Thousands of records are alike in each of these runs of rubrieken.

_datum = lru_cache(maxsize=_MEESTE)(tekst)


@lru_cache(maxsize=_MEESTE)
def _inhoud(stuk: bytes) -> Recorded:
    """A record that was granted nothing."""
    p = Prestatierecord(b" " * _INHOUD.start + stuk)
    teken = -1 if is_credit(p) else 1
    return Recorded(
        toegekend_bedrag=0,
        uitkomst=AFGEWEZEN,
        soort=tekst(p.soort),
        prestatiecode=tekst(p.prestatiecode),
        gebitselement=tekst(p.gebitselement),
        vlak=tekst(p.vlak),
        kaak=tekst(p.boven_onder),
        behandelaar=tekst(p.behandelaar),
        aantal=centen(p.aantal),
        berekend_bedrag=teken * centen(p.berekend_bedrag),
        declaratiebedrag=teken * centen(p.declaratiebedrag),
        aandelen=None,
    )
