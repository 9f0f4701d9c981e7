"""The key `beleid` of a verzekeraarsbestand: what each kind of choice may hold. Which keys there are `domain/beleid` says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, ValidationInfo, create_model, field_validator, model_validator

from mzsim.common.file_values import (
    Amount,
    Codes,
    Count,
    Days,
    FileLine,
    FourDigits,
    Months,
    Pattern,
    Patterns,
    Percentage,
    Period,
    Years,
    no_number,
    refuse,
)
from mzsim.domain.beleid import DEFAULT, Form, Key, keys
from mzsim.domain.terms import ByContract


class ForAge(FileLine):
    """A mapping that holds for an age; `leeftijd_tot` is exclusive."""

    leeftijd_vanaf: Years | None = None
    leeftijd_tot: Years | None = None

    @field_validator("leeftijd_tot")
    @classmethod
    def _after_from(cls, until: int | None, info: ValidationInfo) -> int | None:
        since = info.data.get("leeftijd_vanaf")
        if until is not None and since is not None and until <= since:
            raise refuse("must be more than leeftijd_vanaf (who has this age is too old)")
        return until


class Machtigingsplicht(ForAge):
    """When an authorisation is needed."""

    prestaties: Patterns
    boven_bedrag: Amount | None = None
    vanaf_aantal: Count | None = None
    per: Period | None = None


class NotContracted(FileLine):
    """What a party without contract gets of what it would have got, and for a prestatie at most."""

    vergoeding: Percentage
    maximum: dict[Pattern, Amount] = Field(default_factory=dict)


_PER_CONTRACT = set(ByContract._fields)


def _is_per_contract(line: FileLine) -> bool:
    """Whether a term is given with and without contract apart; raises where it is given for both as well, or for none."""
    given = line.model_fields_set
    if not given & _PER_CONTRACT:
        return False
    if given - _PER_CONTRACT:
        raise refuse("must hold the term itself, or met_contract and zonder_contract with a term each (null: none)")
    if all(getattr(line, name) is None for name in _PER_CONTRACT):
        raise refuse("must hold a term in met_contract or zonder_contract; leave the key out where there is none")
    return True


_OF_TERM = {"maanden": {"maanden"}, "dagen_na_maandeinde": {"dagen"}, "datum": {"dag", "maand", "jaren"}}


class _SubmissionKeys(FileLine):
    soort: Literal["maanden", "dagen_na_maandeinde", "datum"] | None = None
    maanden: Months | None = None
    dagen: Days | None = None
    dag: Count | None = None
    maand: Count | None = None
    jaren: Years | None = None

    def require_term(self) -> None:
        """Raises where these keys say no term."""
        if self.soort is None:
            raise refuse(f"must hold soort: {', '.join(_OF_TERM)}")
        keys = _OF_TERM[self.soort]
        if self.model_dump(exclude_none=True).keys() - {"soort"} != keys:
            raise refuse(f"must hold soort and, with {self.soort}, just: {', '.join(sorted(keys))}")
        if self.dag is not None and self.maand is not None:
            try:
                dt.date(2001, self.maand, self.dag)
            except ValueError:
                raise refuse("dag and maand must name a day that every year has") from None


class SubmissionTerm(_SubmissionKeys):
    """The last day to submit."""

    @model_validator(mode="after")
    def _is_term(self) -> SubmissionTerm:
        self.require_term()
        return self


class IndientermijnLine(_SubmissionKeys):
    """The same, for all parties or with and without contract apart."""

    met_contract: SubmissionTerm | None = None
    zonder_contract: SubmissionTerm | None = None

    @model_validator(mode="after")
    def _one_or_two(self) -> IndientermijnLine:
        if not _is_per_contract(self):
            self.require_term()
        return self


class _PaymentKeys(FileLine):
    werkdagen: Days | None = None
    dagen: Days | None = None

    def require_term(self) -> None:
        """Raises where these keys say no term."""
        if (self.werkdagen is None) == (self.dagen is None):
            raise refuse("must hold either werkdagen or dagen")


class PaymentTerm(_PaymentKeys):
    """When an insurer pays."""

    @model_validator(mode="after")
    def _is_term(self) -> PaymentTerm:
        self.require_term()
        return self


class BetaaltermijnLine(_PaymentKeys):
    """The same, for all parties or with and without contract apart."""

    met_contract: PaymentTerm | None = None
    zonder_contract: PaymentTerm | None = None

    @model_validator(mode="after")
    def _one_or_two(self) -> BetaaltermijnLine:
        if not _is_per_contract(self):
            self.require_term()
        return self


class ChosenBeleid(FileLine):
    """An insurer's choices; null stands for none."""

    def chosen(self) -> dict[str, Any]:
        """The keys that were given, as the store keeps them: amounts in cents."""
        return self.model_dump(exclude_unset=True, exclude_none=True)


_FORMS: dict[Form, Any] = {
    Form.FLAG: bool,
    Form.DAYS: Days,
    Form.AUTHORISATIONS: list[Machtigingsplicht],
    Form.WITHOUT_CONTRACT: NotContracted,
    Form.SUBMISSION_TERM: IndientermijnLine,
    Form.PAYMENT_TERM: BetaaltermijnLine,
    Form.CODES_OF_CHECKS: dict[str, FourDigits],
    Form.CODES_OF_RULES: dict[str, FourDigits],
    Form.CHECKS: Codes,
}


def _field_of(key: Key, default: Any) -> Any:
    """Type and field of the model for a key of beleid; one whose default is None may be null."""
    kind = _FORMS[key.form] if isinstance(key.form, Form) else _choice(key.form)
    return kind if default is not None else kind | None, Field(default=None, description=key.sentence)


def _choice(values: tuple[Any, ...]) -> Any:
    kind = cast(Any, Literal)[values]
    return Annotated[kind, BeforeValidator(no_number)] if False in values else kind


if TYPE_CHECKING:
    Beleidregel = ChosenBeleid
else:
    Beleidregel = create_model(
        "Beleidregel",
        __base__=ChosenBeleid,
        __doc__=ChosenBeleid.__doc__,
        **{name: _field_of(key, getattr(DEFAULT, name)) for name, key in keys().items()},
    )
