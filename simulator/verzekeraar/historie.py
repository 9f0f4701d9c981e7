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
_GEEN_REFERENTIE = b" " * _LAYOUT["0433"].lengte


class Historie:
    """Records prestatierecords with what became of them."""

    def __init__(self, boek: Vastlegging) -> None:
        self._bericht_id = boek.bericht_id
        self._schrijf = boek.prestatie

    def neem_op(self, heen: bytes, inhoud: bytes, referentie: bytes, besluit: Besluit) -> None:
        """Adds a record, given with its rubrieken 0409-0431 and its 0432 as that is compared."""
        vorige = heen[_VORIGE_REFERENTIE]
        # The order of the values is that of `vastleggen.KOLOMMEN`.
        self._schrijf(
            (
                self._bericht_id,
                _persoon(heen[_SLEUTEL]),
                tekst(referentie),
                "" if vorige == _GEEN_REFERENTIE else tekst(genormaliseerd(vorige)),
                besluit.toegekend,
                besluit.uitkomst,
                _datum(heen[_DATUM]),
                *_inhoud(inhoud),
                schrijf_aandelen(besluit.aandelen) if besluit.aandelen else None,
            )
        )

    def neem_ongezien_op(self, heen: bytes) -> None:
        """Adds a record that nobody judged."""
        self.neem_op(heen, heen[_INHOUD], genormaliseerd(heen[_REFERENTIE]), NIET_BEOORDEELD)


# Thousands of records are alike in each of these runs of rubrieken.


@lru_cache(maxsize=2_000)
def _persoon(sleutel: bytes) -> str:
    return persoon(sleutel[_BSN], sleutel[_VERZEKERDENNUMMER])


_datum = lru_cache(maxsize=20_000)(tekst)


@lru_cache(maxsize=20_000)
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
