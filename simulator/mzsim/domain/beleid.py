"""`beleid`: what an insurer chooses where the standard leaves a choice. Validated when the store is loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from mzsim.domain.check import Check
from mzsim.domain.terms import Betaaltermijn, ByContract, Indientermijn, by_contract, indientermijn


class Duty(NamedTuple):
    """When an authorisation is needed: where all that is filled holds. Amounts in cents; `leeftijd_tot` is exclusive."""

    prestaties: tuple[str, ...]
    leeftijd_vanaf: int | None = None
    leeftijd_tot: int | None = None
    boven_bedrag: int | None = None
    vanaf_aantal: int | None = None
    per: str | None = None

    @property
    def weighs(self) -> bool:
        """Whether it depends on how much is declared."""
        return self.boven_bedrag is not None or self.vanaf_aantal is not None


class Key(NamedTuple):
    """What a key of beleid may hold, what it means, and which checks it decides about; the one place that says so.

    `form` is a kind of value, or the values to choose from. The model of a store file, its validation and the tests of
    the manual follow from it; the name, the type in the program and the default are those of the field of `Beleid`.
    """

    form: Form | tuple[Any, ...]
    sentence: str
    checks: tuple[str, ...] = ()


class Form(StrEnum):
    """The kinds of value that are no choice out of a few."""

    FLAG = "true or false"
    DAYS = "a number of days"
    AUTHORISATIONS = "lines that say when an authorisation is needed"
    WITHOUT_CONTRACT = "a percentage, and maximum amounts by prestatiecode"
    SUBMISSION_TERM = "a term to submit in"
    PAYMENT_TERM = "a term to pay in"
    CODES_OF_CHECKS = "a retourcode for each of some checks"
    CODES_OF_RULES = "a retourcode for each of some rules on combinations"
    CHECKS = "ids of checks"


def _declared(form: Form | tuple[Any, ...], sentence: str, *checks: str) -> dict[str, Key]:
    return {_KEY: Key(form, sentence, checks)}


_KEY = "key"


@dataclass(frozen=True, slots=True)
class Beleid:
    """An insurer's choices; the defaults are those of an insurer without any. Each field is declared with its `Key`."""

    factuurnummer_hergebruik_na_afwijzing: bool = field(
        default=False,
        metadata=_declared(
            Form.FLAG, "A factuurnummer that the insurer rejected may be used again (INV 2.3.3).", "0116-2"
        ),
    )
    referentienummer_hergebruik_na_afwijzing: bool = field(
        default=False,
        metadata=_declared(
            Form.FLAG, "A referentienummer of a rejected record may be used again (INV 2.3.17).", "0432-3"
        ),
    )
    tarief_afwijking: str = field(
        default="eigen_tarief",
        metadata=_declared(
            ("eigen_tarief", "afwijzen"),
            "A tariff that is too high: eigen_tarief (8059, the insurer's own is granted) or afwijzen (0611).",
            "0424-5",
            "0424-6",
        ),
    )
    machtigingsplichtig: tuple[Duty, ...] = field(
        default=(),
        metadata=_declared(Form.AUTHORISATIONS, "When an authorisation is needed: where any of these holds.", "0406-2"),
    )
    contract_vereist: Literal[False, "bestand", "record"] = field(
        default=False,
        metadata=_declared(
            (False, "bestand", "record"),
            "What is rejected where the party that is paid has no contract: nothing, the file, or the record.",
            "0113-3",
            "0408-7",
        ),
    )
    niet_gecontracteerd: Mapping[str, Any] = field(
        default_factory=lambda: {"vergoeding": 100},
        metadata=_declared(
            Form.WITHOUT_CONTRACT,
            "What a party without contract gets: this percentage of the cover, and at most an amount for a prestatie.",
            "0430-5",
        ),
    )
    indientermijn: ByContract[Indientermijn] | None = field(
        default=None,
        metadata=_declared(Form.SUBMISSION_TERM, "Until when a prestatie may be submitted; none for always.", "0408-6"),
    )
    factuurdatum_max_dagen: int | None = field(
        default=None,
        metadata=_declared(Form.DAYS, "How many days old the factuur (0117) may be; none for any number.", "0117-4"),
    )
    betaaltermijn: ByContract[Betaaltermijn] | None = field(
        default=None,
        metadata=_declared(Form.PAYMENT_TERM, "When what was granted is paid; none where that is not known."),
    )
    volledig_afgewezen: str = field(
        default="0200",
        metadata=_declared(("0200", "8073"), "Retourcode in 0196 where nothing is granted: 0200 or 8073."),
    )
    alles_of_niets: bool = field(
        default=False,
        metadata=_declared(
            Form.FLAG, "One objection rejects the whole file: 8097 in 0196, 8096 on the records that were good."
        ),
    )
    retourcodes: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_declared(Form.CODES_OF_CHECKS, "Other codes for checks, by check id."),
    )
    retourcodes_combinatieregels: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_declared(
            Form.CODES_OF_RULES, "Other codes for rules on combinations, by nummer of the rule.", "0413-9", "0413-10"
        ),
    )
    uit: frozenset[str] = field(
        default=frozenset(),
        metadata=_declared(Form.CHECKS, "Ids of checks that are not performed."),
    )

    @classmethod
    def from_storage(cls, values: Mapping[str, Any]) -> Beleid:
        """The beleid as the store keeps it: a mapping of the keys that are not default."""
        own = keys()
        return cls(**{name: _AS.get(name, _so)(value) for name, value in values.items() if name in own})

    def payment_date(self, answer: dt.date, granted: int, *, contracted: bool) -> dt.date | None:
        """When the total granted (cents) in an answer of this day is paid to a party that has a contract or not; None where
        it leaves nothing to pay, or there is no term."""
        term = self.betaaltermijn.of(contracted=contracted) if self.betaaltermijn else None
        return term.payment_date(answer) if term and granted > 0 else None

    def performs(self, check: Check) -> bool:
        """Whether a check is performed on messages to this insurer."""
        return check.id not in self.uit

    def retourcode(self, check: Check) -> str:
        """The code that an objection is answered with, on messages to this insurer."""
        code = self.retourcodes.get(check.id, check.retourcode)
        assert code is not None, f"check {check.id} has no retourbericht"
        return code


def _so(value: Any) -> Any:
    return value


def _duties(lines: list[dict[str, Any]]) -> tuple[Duty, ...]:
    return tuple(Duty(**line | {"prestaties": tuple(line["prestaties"])}) for line in lines)


def keys() -> dict[str, Key]:
    """Every key that an insurer's beleid may hold, by name."""
    return {f.name: f.metadata[_KEY] for f in fields(Beleid)}


_AS: dict[str, Callable[[Any], Any]] = {
    "uit": frozenset,
    "machtigingsplichtig": _duties,
    "indientermijn": by_contract(indientermijn),
    "betaaltermijn": by_contract(lambda choice: Betaaltermijn(**choice)),
}
"""How a choice is made of what the store keeps; the others are kept as they are."""

DEFAULT = Beleid()
