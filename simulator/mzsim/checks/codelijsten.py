"""Rubrieken whose values are those of a list that is not public, against what the store holds of that list.

A list of which the store holds nothing is not checked against. Zeros stand for a rubriek that is not filled, and are of no
list (INV 2.2.2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord, rubrieknummers
from mzsim.standard.values import filled


class ListedRubriek(NamedTuple):
    """A check of one rubriek of a prestatierecord: its id, its retourcode, its list, and how its sentence calls it."""

    id: str
    retourcode: str
    listing: str
    name: str

    @property
    def rubriek(self) -> str:
        return self.id.partition("-")[0]

    @property
    def attribute(self) -> str:
        """The rubriek as a prestatierecord has it."""
        return rubrieknummers(b"04")[self.rubriek]


LISTED = (
    ListedRubriek("0411-4", "8072", "COD859", "Soort bijzondere tandheelkunde"),
    ListedRubriek("0418-3", "8072", "COD852", "Diagnosecode bijzondere tandheelkunde"),
    ListedRubriek("0421-1", "8011", "COD016", "Specialisme behandelaar"),
    ListedRubriek("0423-1", "8014", "COD016", "Specialisme verwijzer"),
)
DIGITS: Mapping[str, int] = {of.listing: layouts("mz301")[b"04"][of.rubriek].length for of in LISTED}
"""The lists that are checked against, with the number of digits of their values."""


def _enter(of: ListedRubriek) -> None:
    function = _objection(of.listing, of.attribute)
    function.__doc__ = (
        f"{of.name} is filled, and not in list {of.listing} on the datum prestatie (where the store has it)."
    )
    check(
        of.id, 6, "prestatie", of.retourcode, "VZ",
        source=f"BER {of.rubriek} ({of.listing})",
        remedy=f"Fill {of.rubriek} with a value of {of.listing} that holds on the datum prestatie (in the store: codelijsten).",
        reads=("0408",),
        per="inhoud",
    )(function)  # fmt: skip


def _objection(listing: str, attribute: str) -> Callable[[Prestatierecord, Surroundings], bool]:
    def objects(p: Prestatierecord, o: Surroundings) -> bool:
        values = o.codelijsten.get(listing)
        value: bytes = getattr(p, attribute)
        if values is None or not value.isdigit() or not filled(value):
            return False
        return not any(period.in_force(p.datum) for period in values.get(value, ()))

    return objects


for _of in LISTED:
    _enter(_of)
