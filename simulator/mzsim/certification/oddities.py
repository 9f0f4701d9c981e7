"""Good retours that look odd: what software may not have met before, and has to take all the same.

Good and faulty retours of a blind pack have them alike, so that to refuse, or to accept, whatever looks odd is no way out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from mzsim.common.chance import Chance
from mzsim.retour.agreement import Says, says
from mzsim.retour.good import Good, Operation
from mzsim.standard.heen import heenrecord
from mzsim.standard.layout import RETOUR_LENGTH, layouts
from mzsim.standard.messages import retourcode_rubrieken
from mzsim.standard.records import following_regelnummer
from mzsim.standard.retourcodes import NO_REMARK, REJECTED_FILE, codes_on, retourcodes

_RETOUR = layouts("mz302")
_TEXTS = (
    "ZIE POLISVOORWAARDEN",
    "NEEM CONTACT OP MET DE ZORGVERZEKERAAR",
    "BEOORDEELD DOOR ADVISEUR",
    "TER INFORMATIE",
)


class Oddity(NamedTuple):
    """A way to look odd: its name, and how it is made; None where a retour can't have it."""

    name: str
    make: Callable[[Good, Chance], tuple[Operation, ...] | None]


def _added_commentaar(good: Good, chance: Chance) -> tuple[Operation, ...] | None:
    owners = [(number, record) for number, record in good.details() if record[:2] in (b"02", b"04")]
    if good.of_vecozo or not owners:
        return None
    number, owner = chance.one(owners)
    regelnummer, following = 1, number + 1
    while (record := good.record(following))[:2] == b"98":
        regelnummer, following = following_regelnummer(regelnummer, record), following + 1
    identificatie = owner[_RETOUR[owner[:2]][f"{owner[:2].decode()}02"].plaats].decode("ascii")
    heen = heenrecord(b"98", {"9802": identificatie, "9803": regelnummer, "9804": chance.one(_TEXTS)})
    return good.added(following, (heen + NO_REMARK.encode()).ljust(RETOUR_LENGTH))


def _newer_code(good: Good, chance: Chance) -> tuple[Operation, ...] | None:
    """A code that the list doesn't hold yet, behind those that a record has."""
    places = []
    for number in range(good.sluitrecord):
        record = good.record(number)
        given = [code for code in codes_on(record) if code.strip()]
        rejected = given[0] == REJECTED_FILE if number == 0 else says(record) is Says.WRONG
        if rejected and len(given) < len(codes_on(record)):
            places.append((number, record[:2], len(given)))
    if not places:
        return None
    number, kenmerk, taken = chance.one(places)
    code = f"{chance.between(8100, 8999)}"
    while code in retourcodes():
        code = f"{chance.between(8100, 8999)}"
    return (good.put(number, _RETOUR[kenmerk][retourcode_rubrieken(kenmerk)[taken]], code.encode()),)


def _without_date(good: Good, _: Chance) -> tuple[Operation, ...]:
    rubriek = _RETOUR[b"01"]["0182"]
    return (good.put(0, rubriek, b" " * rubriek.length),)


ODDITIES = (
    Oddity("commentaar that was added", _added_commentaar),
    Oddity("a retourcode newer than the list", _newer_code),
    Oddity("no dagtekening (0182)", _without_date),
)
