"""The check of a retourbericht against its declaration (INV 3.2 example 3b, 3.3 example 5).

Structure, retourcodes, counts and sums, that no heen data changed, and that what belongs together came back together.
Streams both messages; everything that is wrong is found, each with the record and the rubriek. Blank 0181 and 0182 are
let pass: INV's own examples leave them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from simulator.bericht import AFZENDER_VECOZO
from simulator.codelijsten.retourcodes import (
    AFGEKEURD_BESTAND,
    BESTAND,
    BESTAND_AFGEWEZEN_AFSPRAAK,
    GEEN_OPMERKING,
    GOED_MAAR_AFGEWEZEN,
    VOLLEDIG_TOEGEWEZEN,
    Retourcode,
)
from simulator.ei.layout import (
    CRLF,
    LENGTE_HEEN,
    LENGTE_REGEL,
    LENGTE_RETOUR,
    TEKENSET,
    RecordLayout,
    layouts,
)
from simulator.ei.reader import Regel, lees_regels
from simulator.ei.records import ingediend
from simulator.ei.waarden import CREDIT, DEBET, gevuld, lees_bedrag, lees_datum
from simulator.ei.writer import ANTWOORD_OP, ANTWOORD_OP_ZVW, numeriek
from simulator.fouten import InvoerFout

_HEEN = layouts("mz301")
_RETOUR = layouts("mz302")
_IDENTIFICATIE = _HEEN[b"02"]["0202"].plaats
_DETAIL = (b"02", b"03", b"04", b"98")
_KOP_ZONDER_RECORDS = (VOLLEDIG_TOEGEWEZEN, AFGEKEURD_BESTAND)
_CODES_VANAF = {b"01": "0196", b"02": "0296", b"03": "0396", b"04": "0496", b"98": "9896"}
_RESERVE = {b"01": "0199", b"02": "0299", b"03": "0399", b"04": "0499", b"98": "9899", b"99": "9999"}


class Afwijking(NamedTuple):
    """Something wrong in a retourbericht: line (1-based) and record of the retour, rubriek where one is to blame."""

    regel: int
    record: str
    identificatie: int | None
    rubriek: str | None
    verwacht: str
    gevonden: str
    reden: str

    def __str__(self) -> str:
        waar = f"line {self.regel}, record {self.record}"
        if self.identificatie is not None:
            waar += f" {self.identificatie}"
        if self.rubriek:
            waar += f", rubriek {self.rubriek}"
        return f"{waar}: {self.reden}"


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
            raise InvoerFout("the declaration has no voorlooprecord; name it before its retour")
        self._heen = _Heenbericht(declaratie)
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
            yield _op(regel, None, "99 last", regel.inhoud[:2], "the sluitrecord is missing or not the last record")
        if self._sluit is not None:
            yield from self._slotsom(self._sluit)

    def _structuur(self, regel: Regel) -> Iterator[Afwijking]:
        if regel.einde != CRLF:
            yield _op(regel, None, "CR/LF", regel.einde, "the record is not followed by CR/LF")
        if len(regel.inhoud) != LENGTE_RETOUR:
            lengte = str(len(regel.inhoud)).encode()
            yield _op(regel, None, str(LENGTE_RETOUR), lengte, "the record is not 370 positions long")
        if regel.inhoud[:2] not in _RETOUR:
            yield _op(regel, None, "01, 02, 03, 04, 98 or 99", regel.inhoud[:2], "the kenmerk record is unknown")
        if (regel.inhoud[:2] == b"01") != (regel.nummer == 1):
            yield _op(
                regel, None, "01 first and once", regel.inhoud[:2], "the voorlooprecord is not first, or stands twice"
            )

    def _record(self, regel: Regel) -> Iterator[Afwijking]:
        kenmerk = regel.inhoud[:2]
        reserve = _RETOUR[kenmerk][_RESERVE[kenmerk]]
        if regel.inhoud[reserve.plaats].strip(b" "):
            yield _op(regel, reserve.nummer, "spaces", regel.inhoud[reserve.plaats], "the reserve is not empty")
        if kenmerk == b"99":
            if self._sluit is not None:
                yield _op(regel, None, "99 once", kenmerk, "the sluitrecord stands twice")
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
        verwacht[layout["0102"].plaats] = ANTWOORD_OP.get(self._kop[layout["0102"].plaats], ANTWOORD_OP_ZVW)
        verwacht[layout["0106"].plaats] = b"0" * layout["0106"].lengte
        yield from _verschillen(regel, bytes(verwacht), layout)
        dagtekening = regel.inhoud[layout["0182"].plaats]
        if dagtekening.strip(b" ") and lees_datum(dagtekening) is None:
            yield _op(
                regel, "0182", "an existing date", dagtekening, "dagtekening retourbericht is not an existing date"
            )
        van_vecozo = regel.inhoud[layout["0181"].plaats].startswith(AFZENDER_VECOZO.encode())
        self._heen.alles_terug = self._eerste_code == BESTAND_AFGEWEZEN_AFSPRAAK or (
            van_vecozo and self._eerste_code not in _KOP_ZONDER_RECORDS
        )

    def _retourcodes(self, regel: Regel) -> Iterator[Afwijking]:
        kenmerk = regel.inhoud[:2]
        eerste = _RETOUR[kenmerk][_CODES_VANAF[kenmerk]]
        begin = eerste.begin - 1
        codes = [regel.inhoud[begin + 4 * n : begin + 4 * n + 4].decode(TEKENSET) for n in range(3)]
        gevulde = [code for code in codes if code.strip()]
        if kenmerk == b"01":
            self._eerste_code = codes[0]
        if codes[: len(gevulde)] != gevulde or not gevulde:
            yield _op(regel, eerste.nummer, "a code in 01 first, then 02, 03", "".join(codes).encode(TEKENSET),
                      "the retourcodes are missing or leave a gap")  # fmt: skip
        for n, code in enumerate(codes):
            if code.strip():
                rubriek = f"{int(eerste.nummer) + n:04d}"
                if reden := self._bezwaar_tegen_code(code, kenmerk, codes[:n]):
                    yield _op(regel, rubriek, "a retourcode of this record", code.encode(TEKENSET), reden)

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
        layout = _RETOUR[b"04"]
        heen = layout["0430"], layout["0431"]
        declaratiebedrag, indicatie = (regel.inhoud[rubriek.plaats] for rubriek in heen)
        for bedrag_in, indicatie_in in (("0481", "0482"), ("0483", "0484")):
            bedrag = regel.inhoud[layout[bedrag_in].plaats]
            teken = regel.inhoud[layout[indicatie_in].plaats]
            if not bedrag.isdigit():
                yield _op(regel, bedrag_in, "digits", bedrag, "the amount is not numeric")
                continue
            verwacht = indicatie if gevuld(bedrag) else DEBET
            if teken != verwacht:
                yield _op(
                    regel,
                    indicatie_in,
                    verwacht.decode(TEKENSET),
                    teken,
                    "the indicatie debet/credit is not the record's",
                )
            if bedrag_in == "0483":
                self._toegekend += -int(bedrag) if teken == CREDIT else int(bedrag)
                if declaratiebedrag.isdigit() and bedrag > declaratiebedrag:
                    yield _op(
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
                yield _op(
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
            yield _op(regel, "9907", verwacht.decode(), ingediend, "not the totaal declaratiebedrag of the declaration")
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
            yield _op(
                regel,
                "9909",
                toegekend.decode(),
                gevonden,
                "not the sum of what is granted, records that did not come back included",
            )


class _Heenbericht:
    """The detail records of the declaration, walked in step with those of the retour."""

    def __init__(self, bron: BinaryIO) -> None:
        bron.seek(0, 2)
        self._meeste = bron.tell() // LENGTE_HEEN
        self._sluit = _sluit_aan_einde(bron)
        self._details = self._lees(bron)
        self._begonnen = False
        self._volgende: tuple[tuple[int, int], bytes] | None = None
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

    def _lees(self, bron: BinaryIO) -> Iterator[tuple[tuple[int, int], bytes]]:
        """Each detail record with its key: identificatie, and its place among the commentaarrecords of that number."""
        bron.seek(0)
        nummer, commentaar = 0, 0
        for heen, _ in lees_regels(bron):
            kenmerk = heen[:2]
            if kenmerk == b"99":
                self._sluit = heen
            elif kenmerk in _DETAIL and len(heen) == LENGTE_HEEN:
                commentaar = commentaar + 1 if kenmerk == b"98" else 0
                identificatie = heen[_IDENTIFICATIE]
                if identificatie.isdigit():
                    nummer = int(identificatie)
                yield (nummer, commentaar), heen

    def _vooruit(self) -> None:
        self._volgende = next(self._details, None)

    @property
    def volgende(self) -> tuple[tuple[int, int], bytes] | None:
        """The record of the declaration that the next one of the retour may answer, with its key."""
        if not self._begonnen:
            self._begonnen = True
            self._vooruit()
        return self._volgende

    def vergelijk(self, regel: Regel) -> Iterator[Afwijking]:
        """A detail record of the retour against the one that it answers."""
        sleutel = self._sleutel(regel)
        if sleutel is None:
            yield _op(
                regel, None, "a record of the declaration", regel.inhoud[_IDENTIFICATIE], "no record of the declaration"
            )
            return
        while (volgende := self.volgende) and volgende[0] < sleutel:
            yield from self._sla_over(regel)
        if volgende is None or volgende[0] != sleutel:
            yield _op(regel, None, "the records of the declaration in their order", regel.inhoud[_IDENTIFICATIE],
                      "no record of the declaration, a second time, or out of order")  # fmt: skip
            return
        heen = volgende[1]
        yield from _verschillen(regel, heen, _RETOUR[heen[:2]])
        yield from self._verband(regel, heen[:2])
        self._vooruit()

    def _sleutel(self, regel: Regel) -> tuple[int, int] | None:
        identificatie = regel.inhoud[_IDENTIFICATIE]
        if not identificatie.isdigit() or int(identificatie) > self._meeste:
            return None
        nummer = int(identificatie)
        if regel.inhoud[:2] != b"98":
            return nummer, 0
        # A commentaarrecord answers the next one of its number; a 98 too many finds nothing to answer.
        volgende = self.volgende
        if volgende and volgende[0][0] == nummer and volgende[0][1]:
            return volgende[0]
        return nummer, 1

    def _verband(self, regel: Regel, kenmerk: bytes) -> Iterator[Afwijking]:
        """What a record that came back asks of those around it."""
        if kenmerk == b"02":
            code = regel.inhoud[_RETOUR[kenmerk]["0296"].plaats].decode(TEKENSET)
            self._verzekerde_terug = True
            self._verzekerde_afgewezen = code not in (GEEN_OPMERKING, "    ")
        elif kenmerk in (b"03", b"04") and not self._verzekerde_terug:
            yield _op(regel, None, "its verzekerdenrecord before it", b"", "came back without its verzekerdenrecord")
        elif kenmerk == b"98" and not self._eigenaar_terug:
            yield _op(
                regel, None, "the record it belongs to before it", b"", "came back without the record it belongs to"
            )
        if kenmerk != b"98":
            self._eigenaar_terug = True

    def _sla_over(self, regel: Regel) -> Iterator[Afwijking]:
        """A record of the declaration that did not come back; `regel` is where it would have stood."""
        assert self._volgende is not None
        (nummer, _), heen = self._volgende
        kenmerk = heen[:2]
        moest = self.alles_terug
        if kenmerk == b"02":
            self._verzekerde_terug = self._verzekerde_afgewezen = False
        elif kenmerk == b"03":
            moest |= self._verzekerde_terug
        elif kenmerk == b"04":
            moest |= self._verzekerde_afgewezen
            bedrag = lees_bedrag(heen[_HEEN[b"04"]["0430"].plaats], heen[_HEEN[b"04"]["0431"].plaats])
            self.niet_terug += bedrag or 0
        else:
            moest |= self._eigenaar_terug
        if kenmerk != b"98":
            self._eigenaar_terug = False
        if moest:
            reden = "did not come back, though it should"
            yield Afwijking(regel.nummer, kenmerk.decode(), nummer, None, "in the retour", "", reden)
        self._vooruit()

    def rest(self, regel: Regel) -> Iterator[Afwijking]:
        """The records of the declaration behind the last that came back."""
        while self.volgende:
            yield from self._sla_over(regel)


def _sluit_aan_einde(bron: BinaryIO) -> bytes:
    """The sluitrecord where it stands as it should, at the end of the file; else empty."""
    bron.seek(-min(LENGTE_REGEL, bron.seek(0, 2)), 2)
    laatste = bron.read()
    return laatste[:LENGTE_HEEN] if laatste.startswith(b"99") and laatste.find(CRLF) == LENGTE_HEEN else b""


def _verschillen(regel: Regel, heen: bytes, layout: RecordLayout) -> Iterator[Afwijking]:
    """The rubrieken of a retour record that differ from the heen record."""
    if regel.inhoud[:LENGTE_HEEN] == heen:
        return
    for rubriek in layout.rubrieken:
        if rubriek.eind > LENGTE_HEEN:
            return
        if regel.inhoud[rubriek.plaats] != heen[rubriek.plaats]:
            yield _op(regel, rubriek.nummer, heen[rubriek.plaats].decode(TEKENSET), regel.inhoud[rubriek.plaats],
                      "not what the declaration says")  # fmt: skip


def _op(regel: Regel, rubriek: str | None, verwacht: str, gevonden: bytes, reden: str) -> Afwijking:
    kenmerk, identificatie = regel.inhoud[:2], regel.inhoud[_IDENTIFICATIE]
    nummer = int(identificatie) if kenmerk in _DETAIL and identificatie.isdigit() else None
    return Afwijking(
        regel.nummer, kenmerk.decode(TEKENSET), nummer, rubriek, verwacht, gevonden.decode(TEKENSET), reden
    )
