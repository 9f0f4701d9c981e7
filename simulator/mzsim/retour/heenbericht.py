"""The declaration that a retourbericht answers, walked in step with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from mzsim.retour.deviation import DETAIL, IDENTIFICATIE, Afwijking, op, verschillen
from mzsim.standard.layout import CRLF, LENGTE_HEEN, LENGTE_REGEL, TEKENSET, layouts
from mzsim.standard.messages import FIRST_RETOURCODE
from mzsim.standard.reader import Regel, lees_regels
from mzsim.standard.records import ingediend
from mzsim.standard.retourcodes import GEEN_OPMERKING
from mzsim.standard.values import lees_bedrag

_HEEN = layouts("mz301")
_RETOUR = layouts("mz302")
_BEDRAG = _HEEN[b"04"].stuk("0430", "0431")
_GEEN_NUMMER = b"0" * _HEEN[b"02"]["0202"].lengte
_EINDE = (b"~", 0)
"""A key behind every record."""

Detail = tuple[bytes, int, bytes, bytes]
"""A detail record behind its key (identificatie, and its place among the commentaarrecords of that number) and its
kenmerk. An identificatie is twelve digits, which compare as the number does; of a record without one that of the record
before it, or zeros."""


class Heenbericht:
    """The detail records of the declaration, walked in step with those of the retour."""

    def __init__(self, bron: BinaryIO) -> None:
        bron.seek(0, 2)
        self._meeste = bron.tell() // LENGTE_HEEN
        self._sluit = _sluit_aan_einde(bron)
        self._details = self._lees(bron)
        self._begonnen = False
        self._volgende: Detail | None = None
        self.alles_terug = False
        """Whether every record should have come back."""
        self.niet_terug = 0
        """Sum of 0430 over the prestatierecords that did not come back, in cents."""
        self._verzekerde_terug = False
        self._verzekerde_afgewezen = False
        self._eigenaar_terug = False

    @property
    def sluit_onbekend(self) -> bool:
        """Whether the sluitrecord has still to be found."""
        return not self._sluit

    @property
    def ingediend(self) -> bytes:
        """Rubrieken 9907 and 9908 of the declaration; known after `rest`."""
        return ingediend(self._sluit)

    def _lees(self, bron: BinaryIO) -> Iterator[Detail]:
        bron.seek(0)
        nummer, commentaar = _GEEN_NUMMER, 0
        for heen, _ in lees_regels(bron):
            kenmerk = heen[:2]
            if kenmerk in DETAIL and len(heen) == LENGTE_HEEN:
                commentaar = commentaar + 1 if kenmerk == b"98" else 0
                identificatie = heen[IDENTIFICATIE]
                if identificatie.isdigit():
                    nummer = identificatie
                yield nummer, commentaar, kenmerk, heen
            elif kenmerk == b"99":
                self._sluit = heen

    def _vooruit(self) -> None:
        self._volgende = next(self._details, None)

    @property
    def volgende(self) -> Detail | None:
        """The record of the declaration that the next one of the retour may answer."""
        if not self._begonnen:
            self._begonnen = True
            self._vooruit()
        return self._volgende

    def vergelijk(self, regel: Regel) -> Iterator[Afwijking]:
        """A detail record of the retour against the one that it answers."""
        sleutel = self._sleutel(regel)
        if sleutel is None:
            yield op(
                regel, None, "a record of the declaration", regel.inhoud[IDENTIFICATIE], "no record of the declaration"
            )
            return
        yield from self._sla_over_tot(sleutel, regel)
        volgende = self._volgende
        if volgende is None or volgende[:2] != sleutel:
            yield op(regel, None, "the records of the declaration in their order", regel.inhoud[IDENTIFICATIE],
                      "no record of the declaration, a second time, or out of order")  # fmt: skip
            return
        heen = volgende[3]
        yield from verschillen(regel, heen, _RETOUR[heen[:2]])
        yield from self._verband(regel, heen[:2])
        self._vooruit()

    def _sleutel(self, regel: Regel) -> tuple[bytes, int] | None:
        identificatie = regel.inhoud[IDENTIFICATIE]
        if not identificatie.isdigit() or int(identificatie) > self._meeste:
            return None
        if regel.inhoud[:2] != b"98":
            return identificatie, 0
        # A commentaarrecord answers the next one of its number; a 98 too many finds nothing to answer.
        volgende = self.volgende
        if volgende and volgende[0] == identificatie and volgende[1]:
            return volgende[:2]
        return identificatie, 1

    def _verband(self, regel: Regel, kenmerk: bytes) -> Iterator[Afwijking]:
        """What a record that came back asks of those around it."""
        if kenmerk == b"02":
            code = regel.inhoud[_RETOUR[kenmerk][FIRST_RETOURCODE[kenmerk]].plaats].decode(TEKENSET)
            self._verzekerde_terug = True
            self._verzekerde_afgewezen = code not in (GEEN_OPMERKING, "    ")
        elif kenmerk in (b"03", b"04") and not self._verzekerde_terug:
            yield op(regel, None, "its verzekerdenrecord before it", b"", "came back without its verzekerdenrecord")
        elif kenmerk == b"98" and not self._eigenaar_terug:
            yield op(
                regel, None, "the record it belongs to before it", b"", "came back without the record it belongs to"
            )
        if kenmerk != b"98":
            self._eigenaar_terug = True

    def _sla_over_tot(self, sleutel: tuple[bytes, int], regel: Regel) -> Iterator[Afwijking]:
        """The records of the declaration before this key, which did not come back; those that should have are wrong.

        `regel` is where they would stand in the retour.
        """
        tot, tot_commentaar = sleutel
        details = self._details
        volgende = self.volgende
        niet_terug = 0
        while volgende is not None:
            nummer, commentaar, kenmerk, heen = volgende
            if nummer >= tot and (nummer > tot or commentaar >= tot_commentaar):
                break
            moest = self.alles_terug
            if kenmerk == b"04":
                moest = moest or self._verzekerde_afgewezen
                niet_terug += _bedrag(heen[_BEDRAG])
            elif kenmerk == b"02":
                self._verzekerde_terug = self._verzekerde_afgewezen = False
            elif kenmerk == b"03":
                moest = moest or self._verzekerde_terug
            else:
                moest = moest or self._eigenaar_terug
            if kenmerk != b"98":
                self._eigenaar_terug = False
            if moest:
                reden = "did not come back, though it should"
                yield Afwijking(regel.nummer, kenmerk.decode(), int(nummer), None, "in the retour", "", reden)
            volgende = next(details, None)
        self._volgende = volgende
        self.niet_terug += niet_terug

    def rest(self, regel: Regel) -> Iterator[Afwijking]:
        """The records of the declaration behind the last that came back."""
        yield from self._sla_over_tot(_EINDE, regel)


@lru_cache(maxsize=20_000)
def _bedrag(velden: bytes) -> int:
    """Rubrieken 0430 and 0431 in cents, a credit negative; 0 where they can't be read."""
    return lees_bedrag(velden[:-1], velden[-1:]) or 0


def _sluit_aan_einde(bron: BinaryIO) -> bytes:
    """The sluitrecord where it stands as it should, on the last line of the file; else empty."""
    bron.seek(-min(1 + LENGTE_REGEL, bron.seek(0, 2)), 2)
    # The byte before must end a line, which is read as an empty one.
    *voor, (laatste, einde) = lees_regels(bron)
    if len(voor) != 1:
        return b""
    return laatste if laatste.startswith(b"99") and len(laatste) == LENGTE_HEEN and einde == CRLF else b""
