"""The commentaarrecord: rubrieken 9801-9880. A check receives the record and a `CommentaarSurroundings`.

One with an error rejects the record that it belongs to as well (Vektis standaardbeschrijving, generic chapter 6, table 6-3).
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.standard.records import Commentaarrecord


class CommentaarSurroundings:
    """What the comments before it say of the next: the regelnummers that are right for it.

    After a wrong number both the count and a count from that number are right, so that one mistake is one finding.
    """

    __slots__ = ("_counted", "_owner", "expected")

    def __init__(self) -> None:
        self._owner = b""
        self._counted = 0
        self.expected: tuple[bytes, ...] = ()

    def following(self, owner: bytes) -> None:
        """Goes to the next comment; `owner` is the identificatie (9802) of the record that it belongs to."""
        if owner != self._owner:
            self._owner, self._counted, self.expected = owner, 0, (_number(1),)

    def process(self, line_number: bytes) -> None:
        """Takes the regelnummer (9803) of a comment into account, after its checks."""
        self._counted += 1
        self.expected = (_number(self._counted + 1),)
        if line_number.isdigit():
            self.expected += (_number(int(line_number) + 1),)


def _number(figure: int) -> bytes:
    return b"%04d" % figure


@check(
    "9803-1", 3, "commentaar", "0754", "VZ",
    source="BER 9803",
    remedy="Number the commentaarrecords of one record 0001, 0002 and so on in 9803.",
)  # fmt: skip
def line_number(c: Commentaarrecord, o: CommentaarSurroundings) -> bool:
    """Regelnummer vrije tekst does not count on from 0001 within the record that the comment belongs to."""
    return c.regelnummer not in o.expected


@check(
    "9804-1", 3, "commentaar", "0755", "VZ",
    source="BER 9804",
    remedy="Fill 9804 with the text of the comment, or leave the commentaarrecord out.",
)  # fmt: skip
def text_missing(c: Commentaarrecord, o: CommentaarSurroundings) -> bool:
    """Vrije tekst is empty."""
    return not c.tekst.strip(b" ")
