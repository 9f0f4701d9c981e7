"""The check of a retourbericht against its declaration (INV 3.2 example 3b, 3.3 example 5).

Structure, retourcodes, counts and sums, that no heen data changed, and that what belongs together came back together.
Streams both messages; everything that is wrong is found, each with the record and the rubriek. Blank 0181 and 0182 are
let pass: INV's own examples leave them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from mzsim.common.errors import InputError
from mzsim.judging.message import AFZENDER_VECOZO
from mzsim.retour.deviation import Afwijking, op, verschillen
from mzsim.retour.heenbericht import Heenbericht
from mzsim.standard.layout import (
    CRLF,
    LENGTE_HEEN,
    LENGTE_RETOUR,
    TEKENSET,
    RecordLayout,
    layouts,
)
from mzsim.standard.messages import answered_with, retourcode_rubrieken
from mzsim.standard.reader import Regel, lees_regels
from mzsim.standard.retourcodes import (
    AFGEKEURD_BESTAND,
    BESTAND,
    BESTAND_AFGEWEZEN_AFSPRAAK,
    GOED_MAAR_AFGEWEZEN,
    VOLLEDIG_TOEGEWEZEN,
    Retourcode,
    codes_on,
)
from mzsim.standard.values import CREDIT, DEBET, gevuld, lees_datum
from mzsim.standard.writer import numeriek

_RETOUR = layouts("mz302")
_KOP_ZONDER_RECORDS = (VOLLEDIG_TOEGEWEZEN, AFGEKEURD_BESTAND)
_RESERVE = {kenmerk: (layout.rubrieken[-1].nummer, layout.rubrieken[-1].plaats) for kenmerk, layout in _RETOUR.items()}
_DECLARATIEBEDRAG, _INDICATIE = (_RETOUR[b"04"][nummer].plaats for nummer in ("0430", "0431"))
_BEDRAGEN = tuple(
    (bedrag, _RETOUR[b"04"][bedrag].plaats, indicatie, _RETOUR[b"04"][indicatie].plaats)
    for bedrag, indicatie in (("0481", "0482"), ("0483", "0484"))
)


def controleer_retour(declaratie: BinaryIO, retour: BinaryIO, codes: Mapping[str, Retourcode]) -> Iterator[Afwijking]:
    """Everything that is wrong with a retour on this declaration; `codes` are those that may stand in it."""
    return _Controle(declaratie, codes).controleer(retour)


class _Controle:
    """One check of one retour: reads it once, in step with the declaration."""

    def __init__(self, declaratie: BinaryIO, codes: Mapping[str, Retourcode]) -> None:
        declaratie.seek(0)
        self._codes = codes
        self._kop = declaratie.read(LENGTE_HEEN)
        if len(self._kop) != LENGTE_HEEN or self._kop[:2] != b"01":
            raise InputError("the declaration has no voorlooprecord; name it before its retour")
        self._heen = Heenbericht(declaratie)
        self._eerste_code = ""
        self._aantallen: Counter[bytes] = Counter()
        self._toegekend = 0
        self._sluit: Regel | None = None

    def controleer(self, retour: BinaryIO) -> Iterator[Afwijking]:
        retour.seek(0)
        regel = Regel(0, b"", b"")
        for nummer, (inhoud, einde) in enumerate(lees_regels(retour, LENGTE_RETOUR), start=1):
            regel = Regel(nummer, inhoud, einde)
            yield from self._structuur(regel)
            if len(regel.inhoud) == LENGTE_RETOUR and regel.inhoud[:2] in _RETOUR:
                yield from self._record(regel)
        if self._sluit is None or regel is not self._sluit:
            yield op(regel, None, "99 last", regel.inhoud[:2], "the sluitrecord is missing or not the last record")
        if self._sluit is not None:
            yield from self._slotsom(self._sluit)

    def _structuur(self, regel: Regel) -> Iterator[Afwijking]:
        if regel.einde != CRLF:
            yield op(regel, None, "CR/LF", regel.einde, "the record is not followed by CR/LF")
        if len(regel.inhoud) != LENGTE_RETOUR:
            lengte = str(len(regel.inhoud)).encode()
            yield op(regel, None, str(LENGTE_RETOUR), lengte, "the record is not 370 positions long")
        if regel.inhoud[:2] not in _RETOUR:
            yield op(regel, None, "01, 02, 03, 04, 98 or 99", regel.inhoud[:2], "the kenmerk record is unknown")
        if (regel.inhoud[:2] == b"01") != (regel.nummer == 1):
            yield op(
                regel, None, "01 first and once", regel.inhoud[:2], "the voorlooprecord is not first, or stands twice"
            )

    def _record(self, regel: Regel) -> Iterator[Afwijking]:
        kenmerk = regel.inhoud[:2]
        reserve, plaats = _RESERVE[kenmerk]
        if regel.inhoud[plaats].strip(b" "):
            yield op(regel, reserve, "spaces", regel.inhoud[plaats], "the reserve is not empty")
        if kenmerk == b"99":
            if self._sluit is not None:
                yield op(regel, None, "99 once", kenmerk, "the sluitrecord stands twice")
            self._sluit = regel
            return
        yield from self._retourcodes(regel)
        if kenmerk == b"01":
            yield from self._voorlooprecord(regel)
            return
        self._aantallen[kenmerk] += 1
        yield from self._heen.vergelijk(regel)
        if kenmerk == b"04":
            yield from self._bedragen(regel)

    def _voorlooprecord(self, regel: Regel) -> Iterator[Afwijking]:
        layout = _RETOUR[b"01"]
        verwacht = bytearray(self._kop)
        verwacht[layout["0102"].plaats] = answered_with(self._kop[layout["0102"].plaats])
        verwacht[layout["0106"].plaats] = b"0" * layout["0106"].lengte
        yield from verschillen(regel, bytes(verwacht), layout)
        dagtekening = regel.inhoud[layout["0182"].plaats]
        if dagtekening.strip(b" ") and lees_datum(dagtekening) is None:
            yield op(
                regel, "0182", "an existing date", dagtekening, "dagtekening retourbericht is not an existing date"
            )
        van_vecozo = regel.inhoud[layout["0181"].plaats].startswith(AFZENDER_VECOZO.encode())
        self._heen.alles_terug = self._eerste_code == BESTAND_AFGEWEZEN_AFSPRAAK or (
            van_vecozo and self._eerste_code not in _KOP_ZONDER_RECORDS
        )

    def _retourcodes(self, regel: Regel) -> Iterator[Afwijking]:
        kenmerk = regel.inhoud[:2]
        rubrieken, codes = retourcode_rubrieken(kenmerk), list(codes_on(regel.inhoud))
        gevulde = [code for code in codes if code.strip()]
        if kenmerk == b"01":
            self._eerste_code = codes[0]
        if codes[: len(gevulde)] != gevulde or not gevulde:
            yield op(regel, rubrieken[0], "a code in 01 first, then 02, 03", "".join(codes).encode(TEKENSET),
                      "the retourcodes are missing or leave a gap")  # fmt: skip
        for n, code in enumerate(codes):
            if code.strip() and (reden := self._bezwaar_tegen_code(code, kenmerk, codes[:n])):
                yield op(regel, rubrieken[n], "a retourcode of this record", code.encode(TEKENSET), reden)

    def _bezwaar_tegen_code(self, code: str, kenmerk: bytes, eerdere: list[str]) -> str | None:
        if code not in self._codes:
            return f"retourcode {code} is not in COD954"
        if code in eerdere:
            return f"retourcode {code} stands twice on the record"
        soort = self._codes[code].soort
        if kenmerk == b"01" and soort == "D":
            return f"retourcode {code} rejects a record, not a file"
        if kenmerk != b"01" and soort in BESTAND and code != GOED_MAAR_AFGEWEZEN:
            return f"retourcode {code} rejects a file, not a record"
        if code == VOLLEDIG_TOEGEWEZEN and kenmerk != b"01":
            return f"retourcode {code} is for the voorlooprecord only"
        return None

    def _bedragen(self, regel: Regel) -> Iterator[Afwijking]:
        declaratiebedrag, indicatie = regel.inhoud[_DECLARATIEBEDRAG], regel.inhoud[_INDICATIE]
        for bedrag_in, plaats, indicatie_in, plaats_indicatie in _BEDRAGEN:
            bedrag, teken = regel.inhoud[plaats], regel.inhoud[plaats_indicatie]
            if not bedrag.isdigit():
                yield op(regel, bedrag_in, "digits", bedrag, "the amount is not numeric")
                continue
            verwacht = indicatie if gevuld(bedrag) else DEBET
            if teken != verwacht:
                yield op(
                    regel,
                    indicatie_in,
                    verwacht.decode(TEKENSET),
                    teken,
                    "the indicatie debet/credit is not the record's",
                )
            if bedrag_in == "0483":
                self._toegekend += -int(bedrag) if teken == CREDIT else int(bedrag)
                if declaratiebedrag.isdigit() and bedrag > declaratiebedrag:
                    yield op(
                        regel,
                        "0483",
                        f"at most {declaratiebedrag.decode()}",
                        bedrag,
                        "more is granted than was declared",
                    )

    def _slotsom(self, regel: Regel) -> Iterator[Afwijking]:
        layout = _RETOUR[b"99"]
        # A retour without records adds nothing up, so the declaration need not be read to its end.
        if self._aantallen or self._eerste_code not in _KOP_ZONDER_RECORDS or self._heen.sluit_onbekend:
            yield from self._heen.rest(regel)
        aantallen = {
            "9902": self._aantallen[b"02"],
            "9903": self._aantallen[b"03"],
            "9904": self._aantallen[b"04"],
            "9905": self._aantallen[b"98"],
            "9906": sum(self._aantallen.values()),
        }
        for nummer, aantal in aantallen.items():
            verwacht = numeriek(aantal, layout[nummer].lengte)
            if regel.inhoud[layout[nummer].plaats] != verwacht:
                yield op(
                    regel,
                    nummer,
                    verwacht.decode(),
                    regel.inhoud[layout[nummer].plaats],
                    "not the number of records in the retour",
                )
        zonder_records = self._eerste_code in _KOP_ZONDER_RECORDS
        if zonder_records != (not self._aantallen):
            yield Afwijking(1, "01", None, "0196", "8001 or 0001 without records, any other code with", self._eerste_code,
                            "the retourcode does not fit the records that came back")  # fmt: skip
        yield from self._totalen(regel, layout)

    def _totalen(self, regel: Regel, layout: RecordLayout) -> Iterator[Afwijking]:
        ingediend = regel.inhoud[layout["9907"].begin - 1 : layout["9908"].eind]
        verwacht = self._heen.ingediend
        if ingediend != verwacht:
            yield op(regel, "9907", verwacht.decode(), ingediend, "not the totaal declaratiebedrag of the declaration")
        if self._eerste_code == VOLLEDIG_TOEGEWEZEN:
            toegekend = verwacht
        elif self._eerste_code in (AFGEKEURD_BESTAND, BESTAND_AFGEWEZEN_AFSPRAAK):
            toegekend = b"%011d" % 0 + DEBET
        else:
            # Formatted by hand: a sum that does not fit in the rubriek is a finding here, no error of ours.
            som = self._heen.niet_terug + self._toegekend
            toegekend = b"%011d" % abs(som) + (CREDIT if som < 0 else DEBET)
        gevonden = regel.inhoud[layout["9909"].begin - 1 : layout["9910"].eind]
        if gevonden != toegekend:
            yield op(
                regel,
                "9909",
                toegekend.decode(),
                gevonden,
                "not the sum of what is granted, records that did not come back included",
            )
