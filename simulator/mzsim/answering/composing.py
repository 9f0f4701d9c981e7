"""What goes back of a declaration, and with which codes (INV 3.2, 3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mzsim.judging.message import Bericht
from mzsim.standard.messages import MEESTE_CODES
from mzsim.standard.retourcodes import (
    AFGEKEURD_BESTAND,
    GEEN_OPMERKING,
    GOED_MAAR_AFGEWEZEN,
    NIET_BEOORDEELD,
)
from mzsim.standard.writer import Retourschrijver

Codes = tuple[str, ...]

GEEN_BEZWAAR: Codes = (GEEN_OPMERKING,)
_GOED_MAAR_AFGEWEZEN: Codes = (GOED_MAAR_AFGEWEZEN,)
_NIET_BEOORDEELD: Codes = (NIET_BEOORDEELD,)


@lru_cache(maxsize=4096)
def hoogstens(codes: Codes) -> Codes:
    """The codes that fit on a record: each once, the first three in their order."""
    return tuple(dict.fromkeys(codes))[:MEESTE_CODES]


def kop_afgekeurd(oorzaken: Iterable[str]) -> Codes:
    """0196-0198 of a file that is rejected as a whole."""
    return hoogstens((AFGEKEURD_BESTAND, *oorzaken))


def sluit_af(schrijver: Retourschrijver, bericht: Bericht, door: str, codes: Codes) -> None:
    """Completes a retour with its sluitrecord and its voorlooprecord."""
    kop = bericht.verkenning.kop
    schrijver.sluit(kop, bericht.referentie(door), bericht.vandaag, codes, bericht.ingediend)


class Terugzending:
    """An insurer's answer: sends back what needs a word, verzekerde by verzekerde, without looking ahead.

    A verzekerdenrecord (with debiteur and commentaar) waits until it is rejected or one of its prestatierecords goes
    back; then it goes before it. With `alles` (beleid alles_of_niets) every record goes back, the good prestatierecords
    with 8096, and nothing is granted.
    """

    def __init__(self, schrijver: Retourschrijver, *, alles: bool = False) -> None:
        self._schrijver = schrijver
        self._alles = alles
        self._wachtend: list[bytes] = []
        self._wacht = False
        self._afgewezen = False
        self._bij_commentaar: Codes = ()

    def verzekerde(self, heen: bytes, codes: Codes) -> None:
        """A verzekerdenrecord with the codes that reject it, if any."""
        self._wachtend.clear()
        self._afgewezen = bool(codes)
        self._bovenliggend(heen, codes or GEEN_BEZWAAR)

    def debiteur(self, heen: bytes) -> None:
        """A debiteurrecord: goes along with its verzekerdenrecord."""
        self._bovenliggend(heen, GEEN_BEZWAAR)

    def _bovenliggend(self, heen: bytes, codes: Codes) -> None:
        self._wacht = not (self._afgewezen or self._alles)
        if self._wacht:
            self._wachtend.append(heen)
        else:
            self._stuur(heen, codes, GEEN_BEZWAAR)

    def niet_beoordeeld(self, heen: bytes) -> None:
        """A prestatierecord under a verzekerdenrecord that the insurer rejected."""
        self._stuur(heen, _NIET_BEOORDEELD, _NIET_BEOORDEELD)

    def goedgekeurd(self, heen: bytes, toegekend: int) -> None:
        """A prestatierecord that is granted in full; the amount in cents, a credit negative."""
        self._wacht = False
        if self._alles:
            self._stuur(heen, _GOED_MAAR_AFGEWEZEN, GEEN_BEZWAAR)
        else:
            self._bij_commentaar = ()
            self._schrijver.totaal_toegekend += toegekend

    def afgewezen(self, heen: bytes, codes: Codes, berekend: int, toegekend: int) -> None:
        """A prestatierecord that is rejected or granted in part; amounts in cents, a credit negative."""
        self._wacht = False
        for eerder in self._wachtend:
            self._schrijver.record(eerder, GEEN_BEZWAAR)
        self._wachtend.clear()
        if self._alles:
            toegekend = 0
        self._stuur(heen, codes, GEEN_BEZWAAR, berekend, toegekend)
        self._schrijver.totaal_toegekend += toegekend

    def commentaar(self, heen: bytes) -> None:
        """A commentaarrecord: goes where the record before it went."""
        if self._wacht:
            self._wachtend.append(heen)
        elif self._bij_commentaar:
            self._schrijver.record(heen, self._bij_commentaar)

    def _stuur(self, heen: bytes, codes: Codes, bij_commentaar: Codes, berekend: int = 0, toegekend: int = 0) -> None:
        self._bij_commentaar = bij_commentaar
        self._schrijver.record(heen, codes, berekend, toegekend)
