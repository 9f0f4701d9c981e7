"""The commentaarrecord: rubrieken 9801-9880. A check receives the record and a `Commentaaromgeving`.

Performed by VECOZO only: an insurer has nothing to decide about a comment.
"""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.standard.records import Commentaarrecord


class Commentaaromgeving:
    """What the comments before it say of the next: the regelnummers that are right for it.

    After a wrong number both the count and a count from that number are right, so that one mistake is one finding.
    """

    __slots__ = ("_eigenaar", "_geteld", "verwacht")

    def __init__(self) -> None:
        self._eigenaar = b""
        self._geteld = 0
        self.verwacht: tuple[bytes, ...] = ()

    def volgende(self, eigenaar: bytes) -> None:
        """Goes to the next comment; `eigenaar` is the identificatie (9802) of the record that it belongs to."""
        if eigenaar != self._eigenaar:
            self._eigenaar, self._geteld, self.verwacht = eigenaar, 0, (_nummer(1),)

    def verwerk(self, regelnummer: bytes) -> None:
        """Takes the regelnummer (9803) of a comment into account, after its checks."""
        self._geteld += 1
        self.verwacht = (_nummer(self._geteld + 1),)
        if regelnummer.isdigit():
            self.verwacht += (_nummer(int(regelnummer) + 1),)


def _nummer(getal: int) -> bytes:
    return b"%04d" % getal


@controle(
    "9803-1", 3, "commentaar", "0754", "V",
    bron="BER 9803",
    herstel="Number the commentaarrecords of one record 0001, 0002 and so on in 9803.",
)  # fmt: skip
def regelnummer(c: Commentaarrecord, o: Commentaaromgeving) -> bool:
    """Regelnummer vrije tekst does not count on from 0001 within the record that the comment belongs to."""
    return c.regelnummer not in o.verwacht


@controle(
    "9804-1", 3, "commentaar", "0755", "V",
    bron="BER 9804",
    herstel="Fill 9804 with the text of the comment, or leave the commentaarrecord out.",
)  # fmt: skip
def tekst_ontbreekt(c: Commentaarrecord, o: Commentaaromgeving) -> bool:
    """Vrije tekst is empty."""
    return not c.tekst.strip(b" ")
