"""What an insurer remembers of the prestatierecords that it received."""

from __future__ import annotations

from functools import lru_cache

from simulator.ei.layout import layouts
from simulator.ei.records import Prestatierecord
from simulator.ei.waarden import CREDIT, centen, genormaliseerd, tekst
from simulator.store.facts import persoon
from simulator.store.vastleggen import Prestatierij, Vastlegging
from simulator.verzekeraar.adjudicate import Besluit

_LAYOUT = layouts("mz301")[b"04"]
_SLEUTEL = _LAYOUT.stuk("0403", "0405")
_BSN = slice(0, _LAYOUT["0403"].lengte)
_VERZEKERDENNUMMER = slice(_LAYOUT["0405"].begin - _LAYOUT["0403"].begin, None)
_REFERENTIE = _LAYOUT["0432"].plaats
_VORIGE_REFERENTIE = _LAYOUT["0433"].plaats
_GEEN_REFERENTIE = b" " * _LAYOUT["0433"].lengte
_PRESTATIE = _LAYOUT.stuk("0408", "0413")
_PLEK = _LAYOUT.stuk("0414", "0416")
_BEHANDELAAR = _LAYOUT["0420"].plaats
_BEDRAGEN = _LAYOUT.stuk("0425", "0431")


class Historie:
    """Records prestatierecords with what became of them."""

    def __init__(self, boek: Vastlegging) -> None:
        self._boek = boek

    def neem_op(self, heen: bytes, besluit: Besluit) -> None:
        """Adds a record; the order of the values is that of `vastleggen.KOLOMMEN`."""
        vorige = heen[_VORIGE_REFERENTIE]
        self._boek.prestatie(
            (
                self._boek.bericht_id,
                _persoon(heen[_SLEUTEL]),
                tekst(genormaliseerd(heen[_REFERENTIE])),
                "" if vorige == _GEEN_REFERENTIE else tekst(genormaliseerd(vorige)),
                besluit.toegekend,
                besluit.uitkomst,
                *_prestatie(heen[_PRESTATIE]),
                *_plek(heen[_PLEK]),
                tekst(heen[_BEHANDELAAR]),
                *_bedragen(heen[_BEDRAGEN]),
            )
        )


# Thousands of records are alike in each of these runs of rubrieken.


@lru_cache(maxsize=2_000)
def _persoon(sleutel: bytes) -> str:
    return persoon(sleutel[_BSN], sleutel[_VERZEKERDENNUMMER])


@lru_cache(maxsize=20_000)
def _prestatie(stuk: bytes) -> Prestatierij:
    p = _uit(stuk, _PRESTATIE)
    return tekst(p.datum), tekst(p.soort), tekst(p.prestatiecode)


@lru_cache(maxsize=20_000)
def _plek(stuk: bytes) -> Prestatierij:
    p = _uit(stuk, _PLEK)
    return tekst(p.gebitselement), tekst(p.vlak), tekst(p.boven_onder)


@lru_cache(maxsize=20_000)
def _bedragen(stuk: bytes) -> Prestatierij:
    p = _uit(stuk, _BEDRAGEN)
    teken = -1 if p.debet_credit_02 == CREDIT else 1
    return centen(p.aantal), teken * centen(p.berekend_bedrag), teken * centen(p.declaratiebedrag)


def _uit(stuk: bytes, plaats: slice) -> Prestatierecord:
    """A record of which only one run is filled."""
    return Prestatierecord(b" " * plaats.start + stuk)
