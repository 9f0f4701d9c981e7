"""For which prestaties an insurer asks for an authorisation: by its beleid, by a dekking of the polis, and by contract.

Every insurer decides for itself (INV 4.5.1). Everything here is about the prestatie as such; what was granted before,
which some lines of `machtigingsplichtig` weigh, is counted by `DemandCounts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mzsim.common.patterns import fits
from mzsim.domain.beleid import Duty
from mzsim.domain.covers import DekkingKey, Pakket, PakketKey, ground
from mzsim.domain.facts import ContractFact, PolisFact, valid_contract
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import cents

MACHTIGINGSVRIJ = "machtigingsvrij"
MODULES: Mapping[str, tuple[str, ...]] = {"implantologie": tuple(f"J{digit}*" for digit in range(10))}
"""The prestaties of the modules that a contract may name.

Implantologie: chapter J of the NZa's mondzorg tariffs is implantology, all of it and only it. VGZ, which offers the
module, speaks of implantological treatments and names no codes. The digit keeps out JTV001 and JTV010 of the
prestatiecodelijst, which only institutions for jeugdtandverzorging claim.
"""


class MachtigingState(NamedTuple):
    """What was granted before: declared amounts (0430) in cents, and the aantal (0425) of records 01."""

    amount: int
    aantal: int


NOTHING = MachtigingState(0, 0)


class DemandCounts:
    """What was granted to whom in which period, by line of the beleid; credits give back."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, int, str], MachtigingState] = {}

    def tally(self, person: str, line: int, in_period: str, at: MachtigingState) -> None:
        """Adds to what a person was granted."""
        key = (person, line, in_period)
        state = self._states.get(key)
        self._states[key] = at if state is None else _together(state, at)

    def state(self, person: str, line: int, in_period: str, added: DemandCounts) -> MachtigingState:
        """What a person was granted so far, by another count as well."""
        key = (person, line, in_period)
        state, more = self._states.get(key), added._states.get(key)
        if state is None or more is None:
            return state or more or NOTHING
        return _together(state, more)


def _together(one: MachtigingState, other: MachtigingState) -> MachtigingState:
    return MachtigingState(one.amount + other.amount, one.aantal + other.aantal)


class Demand(NamedTuple):
    """What asks for an authorisation for a prestatiecode.

    `duties` are lines of the beleid by number, `pakketten` those with a dekking that may ask; `weighs` says whether it
    depends on how much is declared. `counted` are the lines by number and period for which what was granted before
    counts. The contract may say otherwise for one of `modules`.
    """

    duties: tuple[tuple[int, Duty], ...]
    pakketten: frozenset[PakketKey]
    weighs: bool
    counted: tuple[tuple[int, str], ...]
    modules: tuple[str, ...]


_MOST = 20_000


class Demands:
    """What an insurer asks, looked up by prestatiecode (as rubriek 0413 holds it)."""

    def __init__(
        self,
        duties: Sequence[Duty],
        pakketten: Mapping[PakketKey, Pakket],
        contracten: Sequence[ContractFact] = (),
    ) -> None:
        """`contracten` are those with the party that is paid and the declarant, as `valid_contract` wants them."""
        self._duties = tuple(enumerate(duties))
        self._pakketten = {
            key: pakket for key, pakket in pakketten.items() if any(d.machtiging for d in pakket.dekkingen)
        }
        self._contracten = contracten
        self._per_code: dict[bytes, Demand | None] = {}
        self.ask_anything = bool(self._duties or self._pakketten)
        periods = {duty.per for duty in duties if duty.weighs} - {None}
        self.counts = bool(periods)
        """Whether what was granted before can matter."""
        self.always_counts = "verzekering" in periods
        """Whether that can be of any year."""

    def of(self, prestatiecode: bytes) -> Demand | None:
        """What is asked for a prestatiecode; None where that is nothing for anyone."""
        try:
            return self._per_code[prestatiecode]
        except KeyError:
            if len(self._per_code) >= _MOST:
                self._per_code.clear()
            require = self._per_code[prestatiecode] = self._find(prestatiecode)
            return require

    def _find(self, code: bytes) -> Demand | None:
        duties = tuple((number, duty) for number, duty in self._duties if fits(duty.prestaties, code))
        pakketten = frozenset(
            key
            for key, pakket in self._pakketten.items()
            if any(d.machtiging and fits(tuple(d.prestaties), code) for d in pakket.dekkingen)
        )
        if not duties and not pakketten:
            return None
        return Demand(
            duties,
            pakketten,
            weighs=any(duty.weighs for _, duty in duties),
            counted=tuple((number, duty.per) for number, duty in duties if duty.per and duty.weighs),
            modules=tuple(module for module, codes in MODULES.items() if fits(codes, code)),
        )

    def exempt(self, require: Demand, date: bytes) -> bool:
        """Whether the contract in force on a day says that no authorisation is asked."""
        if not require.modules:
            return False
        contract = valid_contract(self._contracten, date)
        return contract is not None and any(contract.modules.get(m) == MACHTIGINGSVRIJ for m in require.modules)

    def dekking_that_asks(self, require: Demand, p: Prestatierecord, polis: PolisFact) -> DekkingKey | None:
        """A dekking that counts for a prestatierecord and asks for an authorisation."""
        that_ask = tuple(key for key in polis.pakketten if key in require.pakketten)
        if not that_ask:
            return None
        grounds = ground(polis._replace(pakketten=that_ask), p.datum, self._pakketten)
        return next((chosen.key for chosen in grounds.choose(p) if chosen.dekking.machtiging), None)


def duty_holds(duty: Duty, p: Prestatierecord, years: int, earlier: MachtigingState) -> bool:
    """Whether a line of the beleid that names the prestatie asks for an authorisation.

    `years` is the age on the datum prestatie, `earlier` what was granted before in the period of the line. Only a record
    01 has a number that counts.
    """
    return (
        (duty.leeftijd_vanaf is None or years >= duty.leeftijd_vanaf)
        and (duty.leeftijd_tot is None or years < duty.leeftijd_tot)
        and (duty.boven_bedrag is None or earlier.amount + cents(p.declaratiebedrag) > duty.boven_bedrag)
        and (duty.vanaf_aantal is None or (counts_aantal(p.soort) and _reached(duty.vanaf_aantal, p, earlier)))
    )


def counts_aantal(kind: bytes) -> bool:
    """Whether the aantal of a prestatierecord of this soort (0409) counts."""
    return kind == b"01"


def _reached(since: int, p: Prestatierecord, earlier: MachtigingState) -> bool:
    return earlier.aantal + cents(p.aantal) >= since
