"""The faulty retours of a blind pack: every kind of fault in forms that nothing but the fault itself gives away.

No value in them is one that only faulty retours have: what is put in comes from the declaration, from another declaration
of the pack, or is drawn. A form that the size of the file would give away is left out where the kind has another, and
beside the plain form of a kind stand some that look more like a good retour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from mzsim.common.chance import Chance
from mzsim.retour.deviation import DETAIL
from mzsim.retour.faults import FAULTS
from mzsim.retour.good import LINE, Good, Operation, amount
from mzsim.standard.layout import CRLF, HEEN_LENGTH, RETOUR_LENGTH, Rubriek, layouts
from mzsim.standard.messages import retourcode_rubrieken
from mzsim.standard.retourcodes import FILE, GOOD_BUT_REJECTED, RECORD, retourcodes
from mzsim.standard.writer import with_sign

_RETOUR = layouts("mz302")
_HEADER, _SLUIT = _RETOUR[b"01"], _RETOUR[b"99"]
_SUBMITTED, _TOTAL = _SLUIT.piece("9907", "9908"), _SLUIT.piece("9909", "9910")
_GRANTED = _RETOUR[b"04"].piece("0483", "0484")
_DATES = {b"02": _RETOUR[b"02"]["0207"], b"04": _RETOUR[b"04"]["0408"]}
_INVOICE_DATE, _INVOICE = _HEADER["0117"], _HEADER["0116"]
_FILE_CODES = [one.code for one in retourcodes().values() if one.kind in FILE and one.code != GOOD_BUT_REJECTED]
_RECORD_CODES = [one.code for one in retourcodes().values() if one.kind in RECORD]
_SPACES_AT_THE_END = 40
"""Positions of the sluitrecord of a retour, at the least, that are its reserve."""


class Material(NamedTuple):
    """What faults are made of: chance, and the other declarations of the pack."""

    chance: Chance
    others: Sequence[bytes]

    def from_another(self, piece: Callable[[bytes], bytes | None], unlike: Callable[[bytes], bool]) -> bytes | None:
        """Something of another declaration that is `unlike` what is here; the first from one that is drawn."""
        start = self.chance.until(len(self.others)) if self.others else 0
        for other in (*self.others[start:], *self.others[:start]):
            found = piece(other)
            if found is not None and unlike(found):
                return found
        return None


Changes = tuple[Operation, ...]
NeutralForm = Callable[[Good, Material], Changes | None]
"""A form of a kind of fault; None for a retour that can't have it. Its docstring says what is wrong."""


def _plain(kind: str) -> NeutralForm:
    def form(good: Good, _: Material) -> Changes | None:
        found = FAULTS[kind](good)
        return None if isinstance(found, str) else found

    form.__doc__ = FAULTS[kind].__doc__
    return form


def _count_of_declaration(good: Good, _: Material) -> Changes | None:
    """The number of prestatierecords in the sluitrecord is that of the declaration."""
    rubriek = _SLUIT["9904"]
    declared = b"%0*d" % (rubriek.length, sum(heen[:2] == b"04" for heen in _declared(good)))
    if len(declared) != rubriek.length or good.record(good.sluitrecord)[rubriek.plaats] == declared:
        return None
    return (good.put(good.sluitrecord, rubriek, declared),)


def _total_of_what_came_back(good: Good, _: Material) -> Changes | None:
    """The total granted is that of the records that came back, without those that did not."""
    back = sum(amount(record[_GRANTED]) for _, record in good.details() if record[:2] == b"04")
    return _total(good, with_sign(back, _SLUIT["9909"].length))


def _total_submitted(good: Good, _: Material) -> Changes | None:
    """The total granted is what was submitted."""
    return _total(good, good.record(good.sluitrecord)[_SUBMITTED])


def _total(good: Good, value: bytes) -> Changes | None:
    begin = good.sluitrecord * LINE
    same = good.record(good.sluitrecord)[_TOTAL] == value
    return None if same else (Operation(begin + _TOTAL.start, begin + _TOTAL.stop, value),)


def _short_and_long(good: Good, _: Material) -> Changes:
    """The last record is one position short and the first one too long, so that the size of the file is right."""
    first, last = RETOUR_LENGTH, good.sluitrecord * LINE + RETOUR_LENGTH
    return Operation(first, first, b" "), Operation(last - 1, last, b"")


def _line_end_turned(good: Good, _: Material) -> Changes:
    """Behind a record stand LF and CR, in that order."""
    ending = good.sluitrecord * LINE
    return (Operation(ending - len(CRLF), ending, CRLF[::-1]),)


def _of_at_least(details: int, kind: str) -> NeutralForm:
    """The plain form where so many detail records came back, so that some good retour has the size of what is left."""
    plain = _plain(kind)

    def form(good: Good, material: Material) -> Changes | None:
        return plain(good, material) if good.sluitrecord > details else None

    form.__doc__ = plain.__doc__
    return form


def _stranger(good: Good, material: Material) -> Changes | None:
    """A verzekerdenrecord of another declaration stands in the place of one that came back."""
    own = set(_declared(good))
    found = material.from_another(_first_verzekerde, lambda heen: heen not in own)
    places = [number for number, record in good.details() if record[:2] == b"02"]
    if found is None or not places:
        return None
    begin = material.chance.one(places) * LINE
    return (Operation(begin, begin + HEEN_LENGTH, found),)


def _twice_in_place_of_next(good: Good, material: Material) -> Changes | None:
    """A record stands twice, the second time in the place of the one that follows it."""
    records = [record for _, record in good.details()]
    alike = [n for n, (one, next_) in enumerate(pairwise(records), start=1) if one[:2] == next_[:2] and one != next_]
    if not alike:
        return None
    number = material.chance.one(alike)
    begin, record, gone = (number + 1) * LINE, good.record(number), good.record(number + 1)
    granted = amount(record[_GRANTED]) - amount(gone[_GRANTED]) if record[:2] == b"04" else 0
    twice = Operation(begin, begin + RETOUR_LENGTH, record)
    return (twice, good.granted(granted)) if granted else (twice,)


def _first_verzekerde(declaration: bytes) -> bytes | None:
    found = declaration[HEEN_LENGTH + len(CRLF) :][:HEEN_LENGTH]
    right = len(found) == HEEN_LENGTH and found[:2] == b"02" and found.isascii() and CRLF[:1] not in found
    return found if right else None


def _corrected(good: Good, material: Material) -> Changes | None:
    """The day of a date of the declaration was corrected (INV 3.3 example 5)."""
    dates = [(number, _DATES[record[:2]]) for number, record in good.details() if record[:2] in _DATES]
    number, rubriek = material.chance.one(dates) if dates else (0, _INVOICE_DATE)
    was = good.record(number)[rubriek.plaats]
    if not was.isdigit():
        return None
    days = [day for day in range(1, 29) if day != int(was[6:])]
    return (good.put(number, rubriek, b"%s%02d" % (was[:6], material.chance.one(days))),)


def _code_elsewhere(good: Good, material: Material) -> Changes:
    """A retourcode stands where it can't: one that rejects a file on a record, or the other way about."""
    number = material.chance.until(good.sluitrecord)
    kenmerk = good.record(number)[:2]
    first, second, _ = retourcode_rubrieken(kenmerk)
    rubriek, codes = (second, _RECORD_CODES) if number == 0 else (first, _FILE_CODES)
    return (good.put(number, _RETOUR[kenmerk][rubriek], material.chance.one(codes).encode()),)


def _neighbours_changed(good: Good, material: Material) -> Changes | None:
    """Two records that follow one another have changed places."""
    if good.sluitrecord < 3:
        return None
    number = material.chance.between(1, good.sluitrecord - 2)
    first, second = good.record(number), good.record(number + 1)
    return (Operation(number * LINE, (number + 2) * LINE, second + CRLF + first + CRLF),)


def _invoice_of_another(good: Good, material: Material) -> Changes | None:
    """The factuurnummer is that of another declaration."""
    own = good.record(0)[_INVOICE.plaats]
    found = material.from_another(_invoice, lambda other: other.upper() != own.upper())
    return None if found is None else (good.put(0, _INVOICE, found),)


def _invoice(declaration: bytes) -> bytes | None:
    found = declaration[_INVOICE.plaats]
    return found if len(found) == _INVOICE.length and found.strip() and found.isascii() else None


def _invoice_misread(good: Good, material: Material) -> Changes | None:
    """One digit of the factuurnummer is another."""
    return _another_digit(good, 0, _INVOICE, material.chance)


def _another_digit(good: Good, number: int, rubriek: Rubriek, chance: Chance) -> Changes | None:
    value = bytearray(good.record(number)[rubriek.plaats])
    digits = [place for place, byte in enumerate(value) if chr(byte).isdigit()]
    if not digits:
        return None
    place = chance.one(digits)
    value[place] = ord("0") + (value[place] - ord("0") + chance.between(1, 9)) % 10
    return (good.put(number, rubriek, bytes(value)),)


def _truncated_in_spaces(good: Good, material: Material) -> Changes:
    """The file ends within the reserve of its sluitrecord, so that nothing but spaces is missing."""
    ending = good.aantal * LINE
    missing = len(CRLF) + material.chance.between(1, _SPACES_AT_THE_END)
    return (Operation(ending - missing, ending, b""),)


def _declared(good: Good) -> list[bytes]:
    good.declaration.seek(0)
    return [line for line in good.declaration.read().split(CRLF) if line[:2] in DETAIL]


_OTHER_FORMS: dict[str, tuple[NeutralForm, ...]] = {
    "aantal": (_plain("aantal"), _count_of_declaration),
    "totaal": (_plain("totaal"), _total_of_what_came_back, _total_submitted),
    "lengte": (_short_and_long,),
    "crlf": (_line_end_turned,),
    "slot": (_of_at_least(3, "slot"),),
    "dubbel": (_twice_in_place_of_next,),
    "vreemd": (_stranger,),
    "heen": (_corrected,),
    "code": (_code_elsewhere,),
    "wissel": (_neighbours_changed,),
    "factuur": (_invoice_of_another, _invoice_misread),
    "afkap": (_plain("afkap"), _truncated_in_spaces),
}
NEUTRAL_FORMS: dict[str, tuple[NeutralForm, ...]] = {kind: _OTHER_FORMS.get(kind, (_plain(kind),)) for kind in FAULTS}
"""The forms of each kind. Those that are not named above change a word into another that good retours have too."""
