"""Looks back at what the insurer received before, for the records that ask for it: credits, a 02 or 04 that stands
alone, reiskosten. Fetches a group of records at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mzsim.common.marks import Merken
from mzsim.domain.earlier.credits import CreditKey, Eerdere, is_credit, standing
from mzsim.domain.earlier.past import Tegenpost, Terugblik, Verleden
from mzsim.domain.sets import REISKOSTENCODES
from mzsim.reading.set_reading import Voorlezing, als_nummer
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, centen, persoon, tekst
from mzsim.store.history import Historiebron

_LAYOUT = layouts("mz301")[b"04"]
_SOORT = _LAYOUT["0409"].plaats
_DEBET_CREDIT = _LAYOUT["0431"].plaats
_KOSTEN = (b"02", b"04")
_REISKOSTEN = frozenset(code.decode() for code in REISKOSTENCODES)

Reis = tuple[str, str, str]
"""Prestatiecode, behandelaar and datum prestatie."""


class Terugkijker:
    """First `bereid_voor` a group of records, then `kijk` at each of its prestatierecords in order.

    `partij` is the AGB-code of who is paid; `herroepen` holds 0433 of every credit of the file.
    """

    def __init__(
        self, bron: Historiebron, partij: str, voorlezing: Voorlezing, herroepen: Merken, *, wlz: bool
    ) -> None:
        self._bron = bron
        self._partij = partij
        self._voorlezing = voorlezing
        self._herroepen = herroepen
        self._wlz = wlz
        self._verleden = Verleden()
        self._reizen: Mapping[Reis, Eerdere] = {}
        self._gecrediteerd: set[int] = set()
        """Records that the file has credited, as far as it tries to do so more than once."""

    def bereid_voor(self, groep: Sequence[bytes], eerste_regel: int) -> None:
        """Fetches what was declared before for the verzekerden and days in the records that come next."""
        gevraagd = [p for regel, heen in enumerate(groep, eerste_regel) if (p := self._gevraagd(heen, regel))]
        rijen = (
            self._bron.op_dagen({_persoon(p) for p in gevraagd}, {tekst(p.datum) for p in gevraagd}) if gevraagd else ()
        )
        self._verleden = Verleden(rijen, self._gecrediteerd)
        reizen = [reis for heen in groep if self._wlz and (reis := _reis(heen))]
        self._reizen = self._bekende_reizen(reizen) if reizen else {}

    def _gevraagd(self, heen: bytes, regel: int) -> Prestatierecord | None:
        if heen[:2] != b"04":
            return None
        if heen[_DEBET_CREDIT] == CREDIT or (heen[_SOORT] in _KOSTEN and regel in self._voorlezing.nagekomen):
            return Prestatierecord(heen)
        return None

    def _bekende_reizen(self, reizen: list[Reis]) -> dict[Reis, Eerdere]:
        _, behandelaars, dagen = zip(*reizen, strict=True)
        return {
            (rij.prestatiecode, rij.behandelaar, rij.datum): rij
            for rij in standing(self._bron.reiskosten(_REISKOSTEN, set(behandelaars), set(dagen)))
            if not self._wordt_herroepen(rij)
        }

    def _wordt_herroepen(self, rij: Eerdere) -> bool:
        return is_revoked(rij, self._partij, self._herroepen)

    def kijk(self, heen: bytes, regel: int) -> Terugblik | None:
        """What earlier declarations say about a prestatierecord; None where that is nothing."""
        p = self._gevraagd(heen, regel)
        if p is None:
            reis = _reis(heen) if self._reizen else None
            eerdere = self._reizen.get(reis) if reis is not None else None
            return None if eerdere is None else Terugblik(reiskosten=eerdere)
        if is_credit(p):
            return Terugblik(self._tegenpost(p)) if p.vorig_referentienummer.strip(b" ") else None
        heeft_basis = self._verleden.heeft_basis(
            self._post(p, ""), tekst(p.behandelaar), self._wordt_herroepen, wlz=self._wlz
        )
        return None if heeft_basis else Terugblik(basis_ontbreekt=True)

    def _tegenpost(self, p: Prestatierecord) -> Tegenpost:
        post = self._post(p, als_nummer(p.vorig_referentienummer))
        return self._verleden.tegenpost(post, self._wordt_herroepen, wlz=self._wlz)

    def _post(self, p: Prestatierecord, nummer: str) -> CreditKey:
        return CreditKey(
            self._partij,
            _persoon(p),
            tekst(p.datum),
            tekst(p.prestatiecode),
            tekst(p.soort),
            centen(p.declaratiebedrag),
            nummer,
        )

    def gecrediteerd(self, terugblik: Terugblik) -> None:
        """A credit was found in order: its debet record can't be credited again."""
        debet = terugblik.debet
        if debet is not None and self._herroepen.aantal(debet.referentienummer) > 1:
            self._gecrediteerd.add(debet.id)


def is_revoked(earlier: Eerdere, partij: str, herroepen: Merken) -> bool:
    """Whether a message that pays this party takes an earlier record back: `herroepen` are 0433 of its credits."""
    return earlier.agb == partij and earlier.referentienummer in herroepen


def _persoon(p: Prestatierecord) -> str:
    return persoon(p.bsn, p.verzekerdennummer)


def _reis(heen: bytes) -> Reis | None:
    """The reiskosten that a record declares, if it does and names a behandelaar."""
    p = Prestatierecord(heen)
    if p.kenmerk != b"04" or p.prestatiecode.rstrip(b" ") not in REISKOSTENCODES:
        return None
    if p.soort != b"01" or is_credit(p) or not p.behandelaar.strip(b"0"):
        return None
    return tekst(p.prestatiecode), tekst(p.behandelaar), tekst(p.datum)
