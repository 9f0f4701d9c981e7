"""One declaration on its way: what its voorlooprecord says, who it is for, and how objections to it are answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from mzsim.checks.voorlooprecord import WLZ, ZORGKANTOOR
from mzsim.domain.beleid import DEFAULT, Beleid
from mzsim.domain.check import VECOZO, Check
from mzsim.domain.facts import Codelijsten, ContractFact, Prestatiecodes, UzoviFact
from mzsim.domain.findings import Finding, Melding
from mzsim.domain.parties import parties
from mzsim.judging.onlookers import Director, Onlooker
from mzsim.reading.first_reading import FirstReading
from mzsim.standard.layout import CHARSET
from mzsim.standard.records import Voorlooprecord, submitted
from mzsim.standard.values import normalized, text, write_date
from mzsim.store.facts import FactSource

SENDER_VECOZO = "VECOZO"
_UNKNOWN_SENDER = "0000"


@dataclass(frozen=True)
class Message:
    """A declaration whose voorlooprecord can be read, and the insurer that it is addressed to.

    `insurer` is None where 0108 is not in the store. `date` is the processing date. `direction` directs the answer,
    `collector` looks on where people want to know how the answer came about.
    """

    first_reading: FirstReading
    voorloop: Voorlooprecord
    date: dt.date
    uzovi: Mapping[str, UzoviFact]
    insurer: UzoviFact | None
    prestatiecodes: Prestatiecodes
    codelijsten: Codelijsten
    direction: Director | None = None
    collector: Onlooker | None = None

    @classmethod
    def of(
        cls,
        first_reading: FirstReading,
        date: dt.date,
        uzovi: Mapping[str, UzoviFact],
        prestatiecodes: Prestatiecodes,
        codelijsten: Codelijsten,
        direction: Director | None = None,
        collector: Onlooker | None = None,
    ) -> Message:
        assert first_reading.voorloop is not None
        voorloop = first_reading.voorloop
        insurer = uzovi.get(voorloop.uzovi.decode(CHARSET))
        return cls(first_reading, voorloop, date, uzovi, insurer, prestatiecodes, codelijsten, direction, collector)

    @property
    def beleid(self) -> Beleid:
        """The choices of the insurer of 0108."""
        return self.insurer.beleid if self.insurer else DEFAULT

    @cached_property
    def wlz(self) -> bool:
        return self.voorloop.bericht == WLZ

    @property
    def foreign(self) -> bool:
        """Whether this is no declaration of this standard."""
        return self.first_reading.foreign

    @property
    def to_servicebureau(self) -> bool:
        """Whether it goes to a servicebureau, so that no insurer answers it."""
        return self.first_reading.to_servicebureau

    @cached_property
    def uzovi_number(self) -> str:
        """Rubriek 0108."""
        return self.voorloop.uzovi.decode(CHARSET)

    @cached_property
    def search_in(self) -> frozenset[str]:
        """The insurers whose polissen, pakketten and authorisations count: that of 0108 and its labels; in a Wlz message,
        where 0108 may be a group of zorgkantoren, its members (INV 4.3)."""
        own = self.uzovi_number
        labels = (u for u in self.uzovi.values() if u.label_van == own)
        return frozenset((own, *(u.number for u in labels if not self.wlz or u.kind == ZORGKANTOOR)))

    def insured_at(self, uzovi: str) -> tuple[str, ...]:
        """The insurers with whom a verzekerde with this 0204 may have his polis: that one; in a Wlz message the zorgkantoor
        of 0108 and, where that is a group, its members (INV 4.3)."""
        own = self.uzovi_number
        return (own, *sorted(self.search_in - {own})) if self.wlz else (uzovi,)

    def authorised_at(self, uzovi: str) -> tuple[str, ...]:
        """The insurers whose authorisations count for him: those, as far as they are of this insurer, that of 0108, and the
        one that it is a label of."""
        own = (number for number in self.insured_at(uzovi) if number in self.search_in)
        return tuple(dict.fromkeys((*own, self.uzovi_number, self.head)))

    @cached_property
    def group(self) -> frozenset[str]:
        """The insurers that are one to a verzekerde, with one history: that of 0108, the one that it is a label of, and every
        label of either, zorgkantoren apart from the others."""
        labels = (u for u in self.uzovi.values() if u.label_van == self.head)
        return frozenset((self.uzovi_number, self.head, *(u.number for u in labels if self._alike(u))))

    @cached_property
    def head(self) -> str:
        """The insurer that 0108 is a label of, or else 0108."""
        of = self.uzovi.get((self.insurer and self.insurer.label_van) or "")
        return of.number if of is not None and self._alike(of) else self.uzovi_number

    def _alike(self, other: UzoviFact) -> bool:
        return self.insurer is not None and (other.kind == ZORGKANTOOR) == (self.insurer.kind == ZORGKANTOOR)

    @property
    def above_and_below(self) -> frozenset[str]:
        """The same without the other labels of the one that 0108 is a label of."""
        return self.group if self.head == self.uzovi_number else frozenset((self.head, self.uzovi_number))

    @property
    def pakketten_of(self) -> frozenset[str]:
        """Whose pakketten those polissen may hold: their own insurer's, and that of which it is a label."""
        found = (self.uzovi.get(number) for number in self.search_in)
        return self.search_in | {fact.label_van for fact in found if fact and fact.label_van}

    @property
    def today(self) -> bytes:
        """The processing date as EEJJMMDD."""
        return write_date(self.date)

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """The AGB-codes whose contract and authorisations count: the party that is paid, and the declarant where that is
        another; none where 0113 names nobody."""
        return tuple(code.decode("ascii") for code in parties(self.voorloop))

    @property
    def party(self) -> str | None:
        """The AGB-code of the party that is paid; None where 0113 names none."""
        return next(iter(self.parties), None)

    def contracten(self, facts: FactSource) -> tuple[ContractFact, ...] | None:
        """The contracts of the insurer with those parties; None where there are none to check against."""
        if not self.parties or not facts.has_contracten(self.uzovi_number):
            return None
        return facts.contracten(self.uzovi_number, self.parties)

    @property
    def factuurnummer(self) -> str | None:
        """Rubriek 0116 as it is compared; None where it holds no number."""
        number = self.voorloop.factuurnummer
        return None if number.startswith(b" ") else text(normalized(number))

    @cached_property
    def freeing_numbers(self) -> frozenset[str]:
        """The insurers that let a factuurnummer be used again after they rejected it (INV 2.3.3)."""
        return frozenset(u.number for u in self.uzovi.values() if u.beleid.factuurnummer_hergebruik_na_afwijzing)

    def sender(self, by: str) -> str:
        """Who answers: VECOZO, or the insurer by its UZOVI-nummer."""
        if by == VECOZO:
            return SENDER_VECOZO
        number = self.voorloop.uzovi
        return number.decode("ascii") if number.isdigit() else _UNKNOWN_SENDER

    def reference(self, by: str) -> str:
        """Rubriek 0181: who answers and on which factuurnummer."""
        number = "".join(sign for sign in self.voorloop.factuurnummer.decode(CHARSET) if sign.isprintable())
        return f"{self.sender(by)}-{number.strip()}".rstrip("-")

    @property
    def submitted(self) -> bytes:
        """Rubrieken 9907 and 9908 of the heen sluitrecord; zeros and D where they can't be read, or mean something else."""
        sluitrecord = self.first_reading.sluitrecord
        return submitted(sluitrecord.content if sluitrecord else b"")

    @property
    def total_submitted(self) -> int:
        """The same in cents, a credit negative."""
        amount = int(self.submitted[:-1])
        return -amount if self.submitted.endswith(b"C") else amount

    def performs(self, check: Check, by: str) -> bool:
        """Whether a check is performed on this message by VECOZO (V) or the insurer (Z)."""
        return by in check.by and self.beleid.performs(check)

    def meldingen(self, findings: Iterable[Finding]) -> tuple[Melding, ...]:
        """Objections to the file with the codes that they are answered with."""
        return tuple(Melding(b, self.beleid.retourcode(b.check)) for b in findings)
