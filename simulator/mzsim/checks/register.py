"""The register of checks, and the decorator that enters one.

A check is a pure function that says whether its objection applies. Its docstring is its sentence. The retourcode is a
property of the entry, not of the function, so that an insurer may answer with another one.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from typing import Any, TypeVar

from mzsim.domain.check import INSURER, VECOZO, Check, Part, Per
from mzsim.standard.retourcodes import FILE, RECORD, retourcodes


class RegisterError(Exception):
    """A check is registered wrongly: a mistake in the project itself."""


REGISTER: dict[str, Check] = {}


def _from_register(id: str) -> Check:
    return REGISTER[id]


def _as_id(c: Check) -> tuple[Any, ...]:
    """To another process, which has the same register, its id says it all; a function of a check could not travel."""
    return (_from_register, (c.id,)) if REGISTER.get(c.id) is c else (Check, tuple(c))


copyreg.pickle(Check, _as_id)


F = TypeVar("F", bound=Callable[..., bool])


def check(
    id: str,
    level: int,
    part: Part,
    retourcode: str | None,
    by: str,
    *,
    source: str,
    remedy: str,
    reads: tuple[str, ...] = (),
    per: Per = "record",
) -> Callable[[F], F]:
    """Enters the decorated function in the register under `id` (rubriek and number, as in 0408-1)."""

    def enter(function: F) -> F:
        prefix = id.split("-")[0]
        rubriek = prefix if prefix.isdigit() else None
        if id in REGISTER:
            raise RegisterError(f"check {id} is registered twice")
        if not function.__doc__:
            raise RegisterError(f"check {id} has no sentence")
        if retourcode is not None and _kind(retourcode) not in FILE | RECORD:
            raise RegisterError(f"check {id}: code {retourcode} is unknown or no objection")
        REGISTER[id] = Check(
            id=id,
            level=level,
            part=part,
            rubriek=rubriek,
            retourcode=retourcode,
            by=by,
            source=source,
            remedy=remedy,
            sentence=" ".join(function.__doc__.split()),
            reads=frozenset((rubriek, *reads) if rubriek else reads),
            per=per,
            function=function,
        )
        return function

    return enter


def _kind(retourcode: str) -> str | None:
    row = retourcodes().get(retourcode)
    return row and row.kind


def checks(*parts: Part, by: str = VECOZO + INSURER) -> tuple[Check, ...]:
    """The checks of these parts that any of `by` performs, in the order of the rubrieken."""
    choice = [c for c in REGISTER.values() if c.part in parts and set(c.by) & set(by)]
    return tuple(sorted(choice, key=ordering))


def ordering(c: Check) -> tuple[str, str, int]:
    """Sorts checks by rubriek, then by the number within it."""
    prefix, _, number = c.id.rpartition("-")
    return (c.rubriek or "", prefix, int(number))
