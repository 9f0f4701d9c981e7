"""Levels 1 and 2, and the reserves: the file as bytes and as lines.

A check receives a line and the `Structuur` of what went before it. A line that is no record (empty), a record of
another length or of an unknown type is objected to once: what follows from it is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from mzsim.checks.register import controle
from mzsim.standard.layout import CRLF, LENGTE_HEEN, RECORD_VAN_KENMERK, layouts
from mzsim.standard.reader import Regel

EINDE_BESTAND = b""
EINDE = Regel(0, EINDE_BESTAND, b"")
"""Stands for the end of the file in the order of records."""
_ONBEKEND = b"??"

# Which record may follow which (INV 2.3.4): by the last record that was not a commentaarrecord.
_DETAIL_OF_SLUIT = frozenset({b"02", b"99"})
_MAG_VOLGEN_OP: dict[bytes, frozenset[bytes]] = {
    EINDE_BESTAND: frozenset({b"01"}),
    b"01": _DETAIL_OF_SLUIT,
    b"02": _DETAIL_OF_SLUIT | {b"03", b"04", b"98"},
    b"03": _DETAIL_OF_SLUIT | {b"04", b"98"},
    b"04": _DETAIL_OF_SLUIT | {b"04", b"98"},
    b"99": frozenset({EINDE_BESTAND}),
    # What stands at a record of unknown type can't be known; anything but a second voorlooprecord may follow.
    _ONBEKEND: frozenset({b"02", b"03", b"04", b"98", b"99", EINDE_BESTAND}),
}
_GENUMMERD = frozenset({b"02", b"03", b"04"})
_RESERVE = {kenmerk: b" " * layout.rubrieken[-1].lengte for kenmerk, layout in layouts("mz301").items()}
_IDENTIFICATIE = layouts("mz301")[b"02"]["0202"].plaats


class Structuur:
    """What the lines so far say of the next: the record it follows and the identificatie it should carry."""

    __slots__ = ("_geteld", "eigenaar", "laatste", "naar_verzekeraar", "verwacht")

    def __init__(self, *, naar_verzekeraar: bool) -> None:
        self.naar_verzekeraar = naar_verzekeraar
        """Whether 0108 is filled: the message goes to an insurer, not to a servicebureau."""
        self.laatste = EINDE_BESTAND
        """Kenmerk of the last record that is not a commentaarrecord."""
        self.eigenaar: bytes | None = None
        """The identificatie, as it stands, of the record that a commentaarrecord would belong to."""
        self._geteld = 1
        self.verwacht: tuple[bytes, ...] = (_nummer(1),)
        """The identificaties that are right for the next record 02, 03 or 04, the one by count first."""

    def volgt(self, heen: bytes) -> bool:
        """Whether none of the checks here can object to a line that ends with CR/LF; if so, it is taken into account.

        The short way for the records that a message consists of; where it says no, the checks say what is wrong.
        """
        kenmerk = heen[:2]
        identificatie = heen[_IDENTIFICATIE]
        if kenmerk == b"04" or kenmerk == b"02":
            if (
                identificatie == self.verwacht[0]
                and kenmerk in _MAG_VOLGEN_OP[self.laatste]
                and len(heen) == LENGTE_HEEN
                and heen.endswith(_RESERVE[kenmerk])
            ):
                self.laatste = kenmerk
                self.eigenaar = identificatie
                self._geteld += 1
                self.verwacht = (b"%012d" % self._geteld,)
                return True
        elif kenmerk == b"98" and identificatie == self.eigenaar:
            return (
                kenmerk in _MAG_VOLGEN_OP[self.laatste]
                and len(heen) == LENGTE_HEEN
                and heen.endswith(_RESERVE[kenmerk])
            )
        return False

    def volgen(self, regels: Sequence[bytes]) -> bool:
        """As `volgt`, of one or more lines in a row, all of them verzekerdenrecords and prestatierecords.

        Where it says no, none of them was taken into account.
        """
        kenmerken = [heen[:2] for heen in regels]
        if kenmerken.count(b"04") + kenmerken.count(b"02") != len(regels):
            return False
        geteld = self._geteld + len(regels)
        identificaties = [heen[_IDENTIFICATIE] for heen in regels]
        if (
            identificaties != [b"%012d" % nummer for nummer in range(self._geteld, geteld)]
            or kenmerken[0] not in _MAG_VOLGEN_OP[self.laatste]
            or {*map(len, regels)} != {LENGTE_HEEN}
            or not all(map(bytes.endswith, regels, map(_RESERVE.__getitem__, kenmerken)))
        ):
            return False
        self.laatste, self.eigenaar = kenmerken[-1], identificaties[-1]
        self._geteld = geteld
        self.verwacht = (_nummer(geteld),)
        return True

    def verwerk(self, heen: bytes) -> None:
        """Takes a line into account, after its checks."""
        kenmerk = heen[:2]
        if kenmerk in _GENUMMERD:
            identificatie = heen[_IDENTIFICATIE]
            self.laatste = kenmerk
            self.eigenaar = identificatie if len(heen) == LENGTE_HEEN else None
            if identificatie == self.verwacht[0]:
                self._geteld += 1
                self.verwacht = (_nummer(self._geteld),)
            else:
                self._nummer_door(identificatie)
        elif kenmerk not in RECORD_VAN_KENMERK:
            if heen:
                self.laatste, self.eigenaar = _ONBEKEND, None
                self.verwacht = (_nummer(self._geteld), _nummer(self._geteld + 1))
        elif kenmerk != b"98":
            self.laatste, self.eigenaar = kenmerk, None

    def _nummer_door(self, identificatie: bytes) -> None:
        # After a wrong number both the count and a count from that number are right, so that one mistake is one finding.
        vanaf: tuple[bytes, ...] = ()
        if identificatie in self.verwacht:
            self._geteld = int(identificatie)
        elif identificatie.isdigit():
            vanaf = (_nummer(int(identificatie) + 1),)
        self._geteld += 1
        self.verwacht = (_nummer(self._geteld), *vanaf)


def _nummer(getal: int) -> bytes:
    return b"%012d" % getal


def _is_record(regel: Regel) -> bool:
    return len(regel.inhoud) == LENGTE_HEEN and regel.inhoud[:2] in RECORD_VAN_KENMERK


@controle(
    "bestand-1", 1, "bestand", None, "VZ",
    bron="BER 0101, 0102; our choice: without a voorlooprecord there is nothing to answer",
    herstel="Begin the file with a voorlooprecord of 310 positions: 01, then the code of the message (176 or 250).",
)  # fmt: skip
def geen_voorlooprecord(kop: bytes) -> bool:
    """The file is empty, or its first 310 positions are not a voorlooprecord (01 and a numeric 0102, no line end)."""
    return (
        len(kop) < LENGTE_HEEN
        or kop[:2] != b"01"
        or not kop[2:5].isdigit()
        or b"\r" in kop
        or b"\n" in kop
    )  # fmt: skip


@controle(
    "bestand-2", 1, "bestand", "8095", "VZ",
    bron="COD954 8095",
    herstel="End every record, the last one included, with CR and LF, and leave out empty lines.",
)  # fmt: skip
def regeleinde(regel: Regel, stand: Structuur) -> bool:
    """A line is empty, or ends otherwise than with CR/LF."""
    return regel.einde != CRLF or not regel.inhoud


@controle(
    "record-1", 2, "alle", "0804", "VZ",
    bron="BER MZ301: every record has 310 positions",
    herstel="Write each record in exactly 310 positions, trailing spaces included.",
)  # fmt: skip
def recordlengte(regel: Regel, stand: Structuur) -> bool:
    """A record is not 310 positions long."""
    return len(regel.inhoud) != LENGTE_HEEN and regel.inhoud != b""


@controle(
    "record-2", 2, "alle", "0002", "VZ",
    bron="BER COD001-VEK4",
    herstel="Begin each record with its kenmerk: 01, 02, 03, 04, 98 or 99.",
)  # fmt: skip
def kenmerk_record(regel: Regel, stand: Structuur) -> bool:
    """The kenmerk record is not 01, 02, 03, 04, 98 or 99."""
    return regel.inhoud[:2] not in RECORD_VAN_KENMERK and regel.inhoud != b""


@controle(
    "record-3", 2, "alle", "8026", "VZ",
    bron="BER, INV 2.3.4",
    herstel="Order the records: 01; per verzekerde 02, then 03, then the 04 records, each with its 98 behind it; 99 last.",
)  # fmt: skip
def recordvolgorde(regel: Regel, stand: Structuur) -> bool:
    """A record stands out of order: 01 first and once, 99 last and once, 02 before its 03 before its 04, 98 behind its own."""
    kenmerk = regel.inhoud[:2]
    if kenmerk not in _MAG_VOLGEN_OP[stand.laatste]:
        return kenmerk in RECORD_VAN_KENMERK or regel is EINDE
    return False


@controle(
    "record-4", 2, "alle", "0801", "VZ",
    bron="INV 2.3.4, BER 0202, 0302, 0402, 9802",
    herstel="Number the records 02, 03 and 04 through the file from 1, and give a 98 the number of the record it belongs to.",
)  # fmt: skip
def identificatie_detailrecord(regel: Regel, stand: Structuur) -> bool:
    """The identificatie detailrecord does not count on from 1, or a 98 carries another number than the record it belongs to."""
    if not _is_record(regel):
        return False
    kenmerk, identificatie = regel.inhoud[:2], regel.inhoud[_IDENTIFICATIE]
    if kenmerk in _GENUMMERD:
        return identificatie not in stand.verwacht
    return kenmerk == b"98" and stand.eigenaar is not None and identificatie != stand.eigenaar


@controle(
    "record-5", 2, "debiteur", "8075", "VZ",
    bron="INV 2.3.2 table 2-2, BER 9903",
    herstel="Leave the debiteurrecords out of a message to an insurer; they are for a servicebureau.",
)  # fmt: skip
def debiteur_naar_verzekeraar(regel: Regel, stand: Structuur) -> bool:
    """A debiteurrecord stands in a message to an insurer (0108 is filled)."""
    return regel.inhoud[:2] == b"03" and stand.naar_verzekeraar


@controle(
    "record-6", 3, "alle", "0003", "VZ",
    bron="BER 0180, 0280, 0380, 0480, 9880, 9980",
    herstel="Fill the reserve at the end of each record with spaces.",
)  # fmt: skip
def reserve(regel: Regel, stand: Structuur) -> bool:
    """A reserve (0180, 0280, 0380, 0480, 9880 or 9980) holds anything but spaces."""
    return _is_record(regel) and not regel.inhoud.endswith(_RESERVE[regel.inhoud[:2]])
