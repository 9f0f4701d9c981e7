"""Facts that checks and adjudication judge by: plain values, fetched from the store in bulk. Dates are EEJJMMDD bytes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mzsim.common.patterns import fits

if TYPE_CHECKING:
    from mzsim.domain.beleid import Beleid, Duty


class UzoviFact(NamedTuple):
    """An insurer, zorgkantoor or other payer; `edp` says whether it is connected to the declaratieportaal."""

    number: str
    name: str
    kind: str
    edp: bool
    label_van: str | None
    beleid: Beleid


class PolisFact(NamedTuple):
    """A polis of one verzekerde; `end` is its last day (None: open), `pakketten` are (UZOVI-nummer, code).

    `verzekerdennummer` is "" where it names none.
    """

    uzovi: str
    geboortedatum: bytes
    start: bytes
    end: bytes | None
    overleden: bytes | None
    pakketten: tuple[tuple[str, str], ...]
    verzekerdennummer: str = ""

    def in_force(self, date: bytes) -> bool:
        """Whether the polis covers this day."""
        return self.start <= date and (self.end is None or date <= self.end)


class HolderFact(NamedTuple):
    """Who holds a verzekerdennummer, as the store names him, and his date of birth."""

    person: str
    geboortedatum: bytes


class ContractFact(NamedTuple):
    """A contract of an insurer with a zorgaanbieder; `end` is its last day (None: open).

    `tariffs` are cents by prestatiecode as rubriek 0413 holds it (six positions); `modules` are values by name.
    """

    start: bytes
    end: bytes | None
    tariffs: Mapping[bytes, int]
    modules: Mapping[str, str]

    def in_force(self, date: bytes) -> bool:
        """Whether the contract is in force on this day."""
        return self.start <= date and (self.end is None or date <= self.end)


def valid_contract(contracten: Sequence[ContractFact], date: bytes) -> ContractFact | None:
    """The contract in force on a day, the last where there are several: `contracten` are oldest first, those of the
    declarant before those of another party that is paid."""
    return next((contract for contract in reversed(contracten) if contract.in_force(date)), None)


def any_contract(contracten: Sequence[ContractFact], first: bytes, last: bytes) -> bool:
    """Whether a contract is in force on any day from first to last."""
    return any(contract.start <= last and (contract.end is None or contract.end >= first) for contract in contracten)


class MachtigingFact(NamedTuple):
    """An authorisation; `end` is its last day (None: open), `prestaties` are codes with * as wildcard.

    `bsn` is nine times a 9, as in rubriek 0403, for a person without a BSN; `agb` whom it allows to treat him. `aantal` and
    `bedrag` (cents) are what may be granted on it in all; None: any.
    """

    uzovi: str
    number: str
    bsn: bytes
    agb: bytes
    prestaties: tuple[str, ...]
    start: bytes
    end: bytes | None
    given: bool
    aantal: int | None = None
    bedrag: int | None = None

    @property
    def limited(self) -> bool:
        """Whether what was granted on it counts."""
        return self.aantal is not None or self.bedrag is not None

    @property
    def key(self) -> tuple[str, str, str]:
        """Under what the shares of a grant tell what was used of it; no pakket has an empty code."""
        return self.uzovi, "", self.number

    def in_force(self, date: bytes) -> bool:
        """Whether this day is in its period."""
        return self.start <= date and (self.end is None or date <= self.end)

    def is_before(self, bsns: Collection[bytes], prestatiecode: bytes, parties: Collection[bytes]) -> bool:
        """Whether it is for a verzekerde with one of these BSNs (as in 0403), this prestatie (0413) and one of these parties
        (none: unknown)."""
        return self.bsn in bsns and (not parties or self.agb in parties) and fits(self.prestaties, prestatiecode)


class MachtigingView(NamedTuple):
    """What speaks against the machtigingsnummer of a record: an empty one is needed, or a filled one does not do.

    `machtiging` is what the store holds under that number, None where it holds nothing; `parties` are the party that is
    paid and the declarant, either of whom may have it.
    `bsns` are the BSNs that the verzekerde goes by: rubriek 0203, and his own where only the insurer knows it.
    `asked_by` is what asks for one: a line of the beleid, or a dekking (UZOVI-nummer and code of its pakket, id or place).
    """

    machtiging: MachtigingFact | None
    parties: Collection[bytes]
    asked_by: Duty | tuple[str, str, int | str] | None = None
    bsns: frozenset[bytes] = frozenset()


class PrestatiecodeFact(NamedTuple):
    """A code of the prestatiecodelijst in one period; `end` is its last day (None: open).

    `bevoegd` are the AGB kinds (two digits) that may claim it, none for no restriction; `element`, `kaak` and `vlak` say
    what has to be declared with it; the other two, which costs it knows.
    """

    start: bytes
    end: bytes | None
    bevoegd: frozenset[bytes]
    techniekkosten: bool
    laboratoriumkosten: bool
    element: bool
    kaak: bool
    vlak: bool


class TariffFact(NamedTuple):
    """A national maximum in one period, in cents; `end` is its last day (None: open).

    `special` is that of bijzondere tandheelkunde where it differs; `per_vijf_minuten` says that it is no tariff by the
    prestatie but by five minutes.
    """

    start: bytes
    end: bytes | None
    tariff: int
    special: int | None
    per_vijf_minuten: bool


Tariffs = Mapping[bytes, tuple[TariffFact, ...]]
"""National maxima: periods, oldest first, by the code as rubriek 0413 holds it (six positions)."""


Prestatiecodes = Mapping[bytes, tuple[PrestatiecodeFact, ...]]
"""The prestatiecodelijst: periods, oldest first, by the code as rubriek 0413 holds it (six positions)."""


def valid_code(codes: Prestatiecodes, code: bytes, date: bytes) -> PrestatiecodeFact | None:
    """What the prestatiecodelijst says of a code on a day; None where the code is not in force then."""
    for fact in reversed(codes.get(code, ())):
        if fact.start <= date and (fact.end is None or date <= fact.end):
            return fact
    return None


class ListedCode(NamedTuple):
    """A value of a code list in one period; `end` is its last day (None: open)."""

    start: bytes
    end: bytes | None

    def in_force(self, date: bytes) -> bool:
        """Whether the list holds it on this day."""
        return self.start <= date and (self.end is None or date <= self.end)


Codelijsten = Mapping[str, Mapping[bytes, Sequence[ListedCode]]]
"""What the store holds of code lists: periods by value, by list (COD859)."""


REJECTED_INSURER = "afgewezen_verzekeraar"
"""The uitkomst of a factuurnummer of which the insurer rejected the file, or all that it held."""


NO_INSURER = "0000"
"""Stands for the insurer of a message to a servicebureau, as rubriek 0108 has it."""


class FactuurnummerFact(NamedTuple):
    """A factuurnummer that was received: for which insurer (`NO_INSURER` for a servicebureau), whether it stands on VECOZO's
    list and on the insurer's, and what became of it (uitkomst: toegewezen, doorgestuurd, afgewezen_verzekeraar or
    afgewezen_vecozo)."""

    uzovi: str
    at_vecozo: bool
    at_insurer: bool
    outcome: str


class ZorgaanbiederFact(NamedTuple):
    """A line of the register of zorgaanbieders: its soort, and the AGB-codes that it works in or belongs to, over any
    number of steps."""

    kind: str
    works_in: frozenset[bytes]


Zorgaanbieders = Mapping[bytes, ZorgaanbiederFact]
"""The register of zorgaanbieders, as far as it was asked for, by AGB-code."""
