"""Who the verzekerden of a message are: one person each, however the message names them (INV 2.3.5, 2.3.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from mzsim.domain.facts import HolderFact, PolisFact
from mzsim.judging.message import Message
from mzsim.standard.layout import CHARSET, layouts
from mzsim.standard.values import BSN_UNKNOWN, by_number, person, text
from mzsim.store.facts import FactSource

_LAYOUT = layouts("mz301")[b"02"]
_BSN = _LAYOUT["0203"].plaats
_cut = _LAYOUT.cutter(("0203", "0203"), ("0204", "0204"), ("0205", "0205"), ("0207", "0207"))


def named(verzekerde: bytes) -> str:
    """How the store names the person of a verzekerdenrecord as far as the record itself tells."""
    bsn, _, number, born = _cut(verzekerde)
    return person(bsn, number, born)


class Who(NamedTuple):
    """A verzekerde as the insurer knows him.

    `person` is his name in the store, `polissen` are his with the insurer of the record, oldest first. Where the BSN is
    unknown, `number_known` says whether anyone holds his verzekerdennummer, and `fitting` how many do who were born on
    his date of birth. `again` says whether he may have another verzekerdenrecord in the file, by whichever name.
    """

    person: str
    polissen: tuple[PolisFact, ...]
    number_known: bool
    fitting: int
    again: bool


def born_as_said(verzekerde: bytes, who: Who) -> bool:
    """Whether a polis holds the date of birth of the verzekerdenrecord, so that he is whom it says."""
    *_, born = _cut(verzekerde)
    return any(polis.geboortedatum == born for polis in who.polissen)


class WhoIsWho:
    """First `prefetch` verzekerdenrecords, then ask `of` any of them."""

    def __init__(self, message: Message, facts: FactSource) -> None:
        self._facts = facts
        self._insured_at = message.insured_at
        self._search_in = message.search_in
        self._in_file = message.first_reading.persons
        self._by_number = message.first_reading.persons_by_number
        """Whether the file names anyone without his BSN, so that one person may have several names in it."""
        self._holders: Mapping[tuple[str, str], Sequence[HolderFact]] = {}
        self._polissen: Mapping[tuple[str, str], tuple[PolisFact, ...]] = {}

    def single(self, verzekerde: bytes) -> str | None:
        """The name in the store of whose only verzekerdenrecord in the file this surely is, without a look at the store; None
        where it may have company."""
        if self._by_number:
            return None
        person = named(verzekerde)
        return None if person.encode() in self._in_file.suspect else person

    def prefetch(self, verzekerden: Iterable[bytes]) -> Collection[str]:
        """Fetches what the insurer knows of them; returns the persons that they may be, as the store names them."""
        persons, numbers = set(), set()
        for heen in verzekerden:
            bsn, _, number, born = _cut(heen)
            persons.add(person(bsn, number, born))
            if bsn == BSN_UNKNOWN:
                numbers.add(text(number))
        self._holders = self._facts.holders(self._search_in, numbers - {""}) if numbers else {}
        persons.update(holder.person for holders in self._holders.values() for holder in holders)
        self._polissen = self._facts.polissen(self._search_in, persons)
        return persons

    def person(self, verzekerde: bytes) -> str:
        """The name of a verzekerde in the store."""
        return self.of(verzekerde).person if verzekerde[_BSN] == BSN_UNKNOWN else named(verzekerde)

    def of(self, verzekerde: bytes) -> Who:
        """Who a verzekerdenrecord is about. Number and date of birth decide together; of a number that nobody shares its
        only holder is meant, whatever the date."""
        bsn, uzovi, number, born = _cut(verzekerde)
        at = self._insured_at(uzovi.decode(CHARSET))
        declared = found = person(bsn, number, born)
        if bsn != BSN_UNKNOWN:
            return Who(found, self._polissen_of(at, found), False, 0, self._again(declared, found))
        holders = self._holders_of(at, text(number))
        fitting = {holder.person for holder in holders if holder.geboortedatum == born}
        if holders:
            (found, *others) = fitting or {holder.person for holder in holders}
            if others:
                return Who(declared, (), True, len(fitting), self._again(declared, declared))
        return Who(found, self._polissen_of(at, found), bool(holders), len(fitting), self._again(declared, found))

    def _holders_of(self, at: Sequence[str], number: str) -> list[HolderFact]:
        return [holder for uzovi in at for holder in self._holders.get((uzovi, number), ())]

    def _polissen_of(self, at: Sequence[str], person: str) -> tuple[PolisFact, ...]:
        first, *more = at
        found = self._polissen.get((first, person), ())
        if more:
            found += tuple(polis for uzovi in more for polis in self._polissen.get((uzovi, person), ()))
            found = tuple(sorted(found, key=lambda polis: (polis.start, polis.uzovi)))
        return found

    def _again(self, declared: str, found: str) -> bool:
        """Whether a person has another verzekerdenrecord in the file; some only look as if."""
        if declared.encode() in self._in_file.suspect:
            return True
        return self._by_number and any(self._in_file.holds(name.encode()) for name in self._names(found) - {declared})

    def _names(self, person: str) -> set[str]:
        """How a message may name a person."""
        polissen = (polis for uzovi in self._search_in for polis in self._polissen.get((uzovi, person), ()))
        return {person} | {
            by_number(p.verzekerdennummer, text(p.geboortedatum)) for p in polissen if p.verzekerdennummer
        }
