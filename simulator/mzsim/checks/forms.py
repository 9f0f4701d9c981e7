"""What the value of one rubriek may look like (levels 3 and 4): a few forms, as patterns, and how one becomes a check.

A rubriek that is filled is left aligned (AN) or all digits (N); what is not filled is spaces (AN) or zeros (N) (INV 2.2.1,
2.2.2, 2.2.3). Which rubriek has which form is the table in `form_rules`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mzsim.checks.register import check
from mzsim.domain.check import Part, Per
from mzsim.standard.records import rubrieknummers


class Form(NamedTuple):
    """A form: the pattern of every value that has it, in the full length of the rubriek, and what is said of another.

    `objection` completes a sentence that begins with the name of the rubriek. Where a value is no text of the kind that a
    form is about, another form of the rubriek says so: a pattern of digits fits what is no number.
    """

    pattern: bytes
    objection: str
    level: int = 3


NUMERIC = Form(rb"[0-9]+", "is not numeric")
LEFT = Form(rb"[^ ].*| +", "is filled and begins with a space")
FILLED = Form(rb".*[^ ].*", "is empty")
FILLED_LEFT = Form(rb"[^ ].*", "is empty, or begins with a space")
LEFT_NO_ZEROS = Form(rb"(?![0 ]+\Z)[^ ].*| +", "is filled and begins with a space, or is zeros only")
AGB = Form(rb"0+|(?!00[0-9]{6}|[0-9]{2}0{6}).*", "is filled, with AGB kind 00 or number 000000")
SERVICEBUREAU = Form(rb"(?!980{6}).*", "is of AGB kind 98, with number 000000")
BTW_NUMMER = Form(rb"NL[0-9]{9}B[0-9]{2}| +", "is filled and not NL, nine digits, B and two digits", level=4)
POSTCODE = Form(
    rb"[1-9][0-9]{3}[A-Z]{2}| +", "is filled and not four digits, the first not 0, and two capitals", level=4
)


def one_of(*values: str) -> Form:
    """The form of a rubriek with few values."""
    *others, last = values
    named = f"{', '.join(others)} or {last}" if others else last
    return Form("|".join(map(re.escape, values)).encode("ascii"), f"is not {named}", level=4)


class FormRule(NamedTuple):
    """A check of one form: its id, its retourcode, and what it says; `name` is how its sentence calls the rubriek."""

    id: str
    retourcode: str
    form: Form
    name: str
    remedy: str
    source: str


_PARTS: Mapping[str, Part] = {"01": "voorloop", "02": "verzekerde", "04": "prestatie", "98": "commentaar"}
_PER: Mapping[str, Per] = {"0432": "referentie", "0433": "referentie"}
"""What of a prestatierecord a check of its form looks at; any other, and those of a verzekerdenrecord, at what stands there
(`inhoud`)."""


def enter(rule: FormRule) -> None:
    """Enters the check of a form in the register."""
    rubriek = rule.id.partition("-")[0]
    part = _PARTS[rubriek[:2]]
    kenmerk = rubriek[:2].encode("ascii")
    function = _objection(rubrieknummers(kenmerk)[rubriek], rule.form)
    function.__doc__ = f"{rule.name} {rule.form.objection}."
    check(
        rule.id,
        rule.form.level,
        part,
        rule.retourcode,
        "VZ",
        source=rule.source,
        remedy=rule.remedy,
        per=_PER.get(rubriek, "inhoud") if part in ("prestatie", "verzekerde") else "record",
    )(function)


def _objection(attribute: str, form: Form) -> Callable[[Any, Any], bool]:
    fits = re.compile(form.pattern, re.DOTALL).fullmatch

    def objects(record: Any, surroundings: Any) -> bool:
        return fits(getattr(record, attribute)) is None

    return objects
