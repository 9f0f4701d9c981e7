"""What an insurer remembers of the prestatierecords that it received."""

from __future__ import annotations

from functools import lru_cache

from simulator.ei.layout import layouts
from simulator.ei.records import Prestatierecord
from simulator.ei.waarden import CREDIT, centen, genormaliseerd, tekst
from simulator.store.facts import persoon
from simulator.store.vastleggen import Vastlegging
from simulator.verzekeraar.adjudicate import Besluit

_LAYOUT = layouts("mz301")[b"04"]
_SLEUTEL = _LAYOUT.stuk("0403", "0405")
_INHOUD = _LAYOUT.stuk("0407", "0431")
_BSN = slice(0, _LAYOUT["0403"].lengte)
_VERZEKERDENNUMMER = slice(_LAYOUT["0405"].begin - _LAYOUT["0403"].begin, None)
_REFERENTIE = _LAYOUT["0432"].plaats
_VORIGE_REFERENTIE = _LAYOUT["0433"].plaats
_MEESTE = 20_000
_GEEN_REFERENTIE = b" " * _LAYOUT["0433"].lengte


class Historie:
    """Records prestatierecords with what became of them."""

    def __init__(self, boek: Vastlegging) -> None:
        self._boek = boek
        self._bericht_id = boek.bericht_id
        # Thousands of records differ in person and reference only.
        self._inhoud: dict[bytes, tuple[str | int, ...]] = {}

    def neem_op(self, heen: bytes, besluit: Besluit) -> None:
        """Adds a record; the order of the values is that of `vastleggen.KOLOMMEN`."""
        vorige = heen[_VORIGE_REFERENTIE]
        inhoud = self._inhoud.get(heen[_INHOUD])
        if inhoud is None:
            inhoud = self._onthoud(Prestatierecord(heen))
        self._boek.prestatie(
            (
                self._bericht_id,
                _persoon(heen[_SLEUTEL]),
                tekst(genormaliseerd(heen[_REFERENTIE])),
                "" if vorige == _GEEN_REFERENTIE else tekst(genormaliseerd(vorige)),
                besluit.toegekend,
                besluit.uitkomst,
                *inhoud,
            )
        )

    def _onthoud(self, p: Prestatierecord) -> tuple[str | int, ...]:
        teken = -1 if p.debet_credit_02 == CREDIT else 1
        inhoud = (
            tekst(p.datum),
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
        if len(self._inhoud) >= _MEESTE:
            self._inhoud.clear()
        self._inhoud[p[_INHOUD]] = inhoud
        return inhoud


@lru_cache(maxsize=2_000)
def _persoon(sleutel: bytes) -> str:
    return persoon(sleutel[_BSN], sleutel[_VERZEKERDENNUMMER])
