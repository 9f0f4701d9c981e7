"""What a credit is, and which debet record it takes back: the one definition, for whoever reads what came before.

Amounts, checks, rules on combinations, authorisations, reports and explanations ask here, each for what it has read of
the store; `store/columns.py` says the same in SQL, and a test holds the two equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from mzsim.domain.earlier.prestatie import PrestatieKey, prestatie_key
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, cents, text

REJECTED = "afgewezen"
"""The uitkomst of a record that was granted nothing."""


def is_credit(p: Prestatierecord) -> bool:
    """Whether a record of a message is a credit (0431)."""
    return p.debet_credit_02 == CREDIT


def was_credit(declaratiebedrag: int, previous_referentienummer: str) -> bool:
    """Whether a record was a credit, by what the store keeps of it: its amount is negative. The store keeps no sign of an
    amount of nothing; then only its reference to another record tells (0433, "" for none)."""
    return declaratiebedrag < 0 or (declaratiebedrag == 0 and previous_referentienummer != "")


class CreditKey(NamedTuple):
    """A debet record as a credit names it: who was paid, verzekerde, 0408, 0413, 0409, and its 0432, which is 0433 of the
    credit, as it is compared. `debet_of` says which of those with one key a credit takes back."""

    agb: str
    person: str
    date: str
    prestatiecode: str
    kind: str
    number: str


class Taking(NamedTuple):
    """What a credit says of the debet record that it takes back: 0433, 0408, 0413, 0409 and the amount (0430 in cents)."""

    number: str
    date: str
    prestatiecode: str
    kind: str
    amount: int


def taking(p: Prestatierecord) -> Taking:
    """What a credit of a message says of its debet record, as the store keeps it."""
    number, date, prestatiecode = text(p.vorig_referentienummer), text(p.datum), text(p.prestatiecode)
    return Taking(number, date, prestatiecode, text(p.soort), cents(p.declaratiebedrag))


class EarlierRecord(NamedTuple):
    """A prestatierecord that the insurer received before, as the store keeps it: its fields are the store's columns.

    Amounts in cents, a credit negative; its aantal is not. `agb` is who was paid. `aandelen` are what dekkingen with a
    maximum paid of it, as `maxima.read_shares` reads them.
    """

    id: int
    bericht_id: int
    agb: str
    persoon: str
    datum: str
    soort: str
    prestatiecode: str
    behandelaar: str
    gebitselement: str
    vlak: str
    kaak: str
    referentienummer: str
    vorig_referentienummer: str
    aantal: int
    declaratiebedrag: int
    toegekend_bedrag: int
    uitkomst: str
    aandelen: str | None

    @property
    def takings(self) -> tuple[Taking, Taking]:
        """What a credit of this debet record may say: it may have either of two amounts, as for `debet_of`."""
        names = self.referentienummer, self.datum, self.prestatiecode, self.soort
        return Taking(*names, self.toegekend_bedrag), Taking(*names, self.declaratiebedrag)

    @property
    def prestatie(self) -> PrestatieKey:
        """What makes it the same prestatie as another."""
        return prestatie_key(self.soort, self.prestatiecode, self.behandelaar, self.gebitselement, self.vlak, self.kaak)

    @property
    def credit(self) -> bool:
        """Whether it is a credit."""
        return was_credit(self.declaratiebedrag, self.vorig_referentienummer)

    @property
    def toegekend(self) -> bool:
        """Whether it was granted, in whole or in part."""
        return self.uitkomst != REJECTED

    @property
    def entry(self) -> CreditKey:
        """What it has in common with the credit that takes it back, or with the debet record that it takes back."""
        number = self.vorig_referentienummer if self.credit else self.referentienummer
        return CreditKey(self.agb, self.persoon, self.datum, self.prestatiecode, self.soort, number)


def debet_of(amount: int, debets: Iterable[EarlierRecord]) -> EarlierRecord | None:
    """The debet record that a credit of this amount takes back, of granted ones with its key, oldest first; None where the
    amount (0430 in cents, without its sign) is that of none.

    It is what the debet was granted (Vektis standaardbeschrijving 5.4.8, to which INV 2.3.17 refers). What was declared
    will do as well: our choice, for software that credits so. A part of either is no credit.
    """
    fitting = (debet for debet in debets if amount in (debet.toegekend_bedrag, debet.declaratiebedrag))
    return min(fitting, key=lambda debet: debet.toegekend_bedrag != amount, default=None)


def taken_back(rows: Collection[EarlierRecord]) -> dict[int, EarlierRecord]:
    """Of the granted credits among these records, given in any order, the debet record that each takes back, by id of the
    credit.

    It is one that was granted before the credit and that no earlier credit took back. A credit that finds none is left out.
    """
    if not any(row.declaratiebedrag <= 0 and row.credit for row in rows):  # as of most verzekerden
        return {}
    standing: defaultdict[CreditKey, list[EarlierRecord]] = defaultdict(list)
    found: dict[int, EarlierRecord] = {}
    for row in sorted(rows):
        if not row.toegekend:
            continue
        if not row.credit:
            standing[row.entry].append(row)
        elif debet := debet_of(-row.declaratiebedrag, debets := standing.get(row.entry, [])):
            debets.remove(debet)
            found[row.id] = debet
    return found


def with_debet(rows: Sequence[EarlierRecord]) -> Iterator[tuple[EarlierRecord, EarlierRecord]]:
    """Each record with the one that it is about: itself, but of a credit the debet record which that takes back.

    Where in the mouth a credit was done counts as its debet record says; a credit of an unknown one speaks for itself.
    """
    debet = taken_back(rows)
    if not debet:
        return zip(rows, rows, strict=True)
    return ((row, debet.get(row.id, row)) for row in rows)


def standing(rows: Iterable[EarlierRecord]) -> list[EarlierRecord]:
    """The debet records among these that were granted and that no credit takes back, oldest first."""
    oldest_first = sorted(rows)
    gone = {debet.id for debet in taken_back(oldest_first).values()}
    return [row for row in oldest_first if row.toegekend and not row.credit and row.id not in gone]
