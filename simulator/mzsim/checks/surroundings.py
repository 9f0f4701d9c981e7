"""What the checks of detail records know beside the record itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields

from mzsim.domain.check import Per
from mzsim.domain.earlier.past import Retrospect
from mzsim.domain.facts import (
    Codelijsten,
    ContractFact,
    MachtigingFact,
    MachtigingView,
    PolisFact,
    Prestatiecodes,
    UzoviFact,
    Zorgaanbieders,
)
from mzsim.domain.tariffs import NO_TARIFFS, TariffCard
from mzsim.standard.records import Verzekerdenrecord


@dataclass(slots=True, kw_only=True)
class Surroundings:
    """The place of a record in its message, and the facts about its verzekerde.

    The first group is fixed for a message; the second belongs to the verzekerde, the third to the record at hand.
    Whoever reads the message keeps them up to date; a check only reads them. Dates are EEJJMMDD bytes.
    """

    today: bytes
    """The processing date."""
    dagtekening: bytes
    """Rubriek 0117."""
    workplaces: Collection[bytes]
    """The AGB-codes with one of which a behandelaar needs a relation; none where a zorgverlener declares by himself."""
    wlz: bool
    to_servicebureau: bool
    """Whether the message goes to a servicebureau, and to no insurer (INV 2.3.2)."""
    uzovi: Mapping[str, UzoviFact]
    insurer: UzoviFact | None
    """The insurer of 0108."""
    prestatiecodes: Prestatiecodes
    """The prestatiecodelijst; empty where there is none to check against."""
    codelijsten: Codelijsten = field(default_factory=dict)
    """What the store holds of code lists that are not public."""
    contracten: Sequence[ContractFact] | None = None
    """Those that count, where the insurer asks for one on the datum prestatie; None where not."""
    first_on_time: bytes = b""
    """The first datum prestatie that is submitted in time; empty where the insurer has no term."""
    first_on_time_without_contract: bytes = b""
    """The same for a party without a contract on that day."""
    tariff_card: TariffCard = NO_TARIFFS
    """The tariffs that hold between the insurer and who declares."""
    contracteert: bool = False
    """Whether the insurer has contracten."""
    zorgaanbieders: Zorgaanbieders | None = None
    """The behandelaars (0420) that the register of zorgaanbieders holds; None where there is no register."""
    record_sets: Mapping[int, Collection[str]] = field(default_factory=dict)
    """The checks that object to a record among its neighbours, by line."""
    previous_in_file: Collection[str] = frozenset()
    """The numbers of debet records in the file that a credit in the file points at."""

    verzekerde: Verzekerdenrecord = field(init=False)
    person: str = ""
    """The verzekerde as the store names him."""
    geboortedatum: bytes | None = None
    """Rubriek 0207 of the verzekerdenrecord, None where it is not a date of birth."""
    own_uzovi: bool = True
    """Whether 0204 is the insurer of 0108 or a label of it (in a Wlz message always)."""
    polissen: tuple[PolisFact, ...] = ()
    """Those of the verzekerde with the insurer of 0204 (Wlz: 0108), oldest first."""
    number_known: bool = False
    """Of a verzekerde whose BSN is unknown: whether a polis holds his verzekerdennummer, with or without a BSN."""
    fitting: int = 0
    """How many persons have that number and his date of birth."""

    line: int = 0
    verzekerde_stood_at: int = 0
    """The line where the key of this verzekerdenrecord stood first in the file."""
    debiteur_fits: bool = True
    """Whether 0222 of this verzekerdenrecord is 0303 of its debiteurrecord, or empty where it has none; known in a message
    to a servicebureau."""
    reference_stood_at: int = 0
    """The line where this 0432 stood first in the file."""
    reference: bytes = b""
    """Rubriek 0432 as it stands: trailing spaces apart that is how it is compared."""
    previous_reference: bytes = b""
    """Rubriek 0433 as it stands."""
    previous_stood_at: int = 0
    """The line where this 0433 stood first in a debet record of the file; of a credit, and where it is empty, its own line."""
    used_references: Collection[bytes] = frozenset()
    """Those that the insurer has received from this party in the past five years."""
    key: bytes = b""
    """Rubrieken 0403-0405 as they stand: of whom the record is."""
    manner: bytes = b""
    """Rubrieken 0406 and 0407 as they stand."""
    content: bytes = b""
    """Rubrieken 0409-0431 as they stand: what was done, where, by whom, and for how much."""
    datum_prestatie: bytes = b""
    """Rubriek 0408 as it stands."""
    stretch: int | None = None
    """The tijdvak in which 0408 falls; None where that is no existing date."""
    cover_stretch: int = 0
    """The tijdvak of the verzekerde in which 0408 falls: the same polis, alive, and born, on all its days."""
    nothing_elsewhere: bool = False
    """Whether nothing outside the record speaks against it but its authorisation: not its neighbours, not an earlier record
    like it, and not its references: 0432 is filled, stands first in the file and was not used before; a 0433 that is
    filled is another and stands first in a debet record; neither begins with a space."""
    equal: bool = False
    """Whether an earlier record of the verzekerde is the same in all but 0402 and 0432."""
    split: bool = False
    """Whether none is, but one is the same in all but 0425 as well, and the amounts that follow from it."""
    machtiging: MachtigingView | None = None
    """What speaks against the machtigingsnummer; None where nothing does."""
    limited_machtigingen: tuple[MachtigingFact, ...] = ()
    """Where nothing does: the authorisations for a number or an amount on one of which the record is to be granted."""
    retrospect: Retrospect | None = None
    """What earlier declarations say about the record; None where nobody needs them."""


OF_MESSAGE = frozenset(
    {
        "today",
        "dagtekening",
        "workplaces",
        "wlz",
        "to_servicebureau",
        "uzovi",
        "insurer",
        "prestatiecodes",
        "codelijsten",
        "contracten",
        "first_on_time",
        "first_on_time_without_contract",
        "tariff_card",
        "contracteert",
        "zorgaanbieders",
    }
)
"""What is the same for all records of a message; of `zorgaanbieders` what it says of the 0420 of the record at hand."""
OF_VERZEKERDE = frozenset({"verzekerde", "person", "geboortedatum", "own_uzovi", "polissen", "number_known", "fitting"})
"""What is the same for all prestatierecords of a verzekerde."""
OF_REFERENCE = frozenset(
    {"line", "reference", "reference_stood_at", "used_references", "previous_reference", "previous_stood_at"}
)
"""Rubrieken 0432 and 0433, and where they were used; `nothing_elsewhere` tells that nothing speaks against them."""
ELSEWHERE = frozenset({"line", "record_sets", "previous_in_file", "equal", "split", "retrospect"})
"""What other records and what the store say of a record; `nothing_elsewhere` tells that they say nothing against it."""
ALL_FIELDS = frozenset(f.name for f in fields(Surroundings))

SURROUNDINGS: Mapping[Per, frozenset[str]] = {
    "inhoud": OF_MESSAGE,
    "sleutel": OF_MESSAGE | OF_VERZEKERDE,
    "datum": OF_MESSAGE | OF_VERZEKERDE,
    "referentie": OF_REFERENCE,
    "reeks": ELSEWHERE | OF_MESSAGE | OF_VERZEKERDE,
    "machtiging": OF_VERZEKERDE | {"machtiging"},
    "credit": ALL_FIELDS,
    "record": ALL_FIELDS,
}
"""The fields of `Surroundings` that a check of a prestatierecord may read, by what it is registered to look at."""
FOR_VERZEKERDENRECORD = (
    OF_MESSAGE | (OF_VERZEKERDE - {"geboortedatum"}) | {"line", "verzekerde_stood_at", "debiteur_fits"}
)
"""Those that a check of a verzekerdenrecord may read: the others are still those of a record before it."""
FOR_DEBITEURRECORD = frozenset({"verzekerde"})
"""Those that a check of a debiteurrecord may read."""
