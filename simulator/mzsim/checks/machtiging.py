"""The authorisation of a prestatierecord (0406): whether one is needed and, where one is named, whether it is this one.

What is needed is in `judging/machtiging_demands`; `judging/machtigingen` looks up the number, and fills `Surroundings.machtiging`
where it does not do. That is never so for a credit. An unknown number is objected to once; of a known one everything
that is wrong is said.
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.facts import MachtigingFact
from mzsim.standard.records import Prestatierecord


def _empty(p: Prestatierecord) -> bool:
    return not p.machtigingsnummer.strip(b" ")


def _named(p: Prestatierecord, o: Surroundings) -> MachtigingFact | None:
    """The authorisation that a record names, where something is wrong with it."""
    return o.machtiging.machtiging if o.machtiging is not None else None


@check(
    "0406-2", 7, "prestatie", "0551", "Z",
    source="COD954 0551; INV 4.5.1",
    remedy="Ask the insurer for an authorisation before the treatment, and fill 0406 with its number (in the store:"
    " beleid machtigingsplichtig, dekkingen machtiging, machtigingen).",
    reads=("0408", "0409", "0410", "0413", "0414", "0415", "0425", "0430", "0431"),
    per="machtiging",
)  # fmt: skip
def machtiging_not_given(p: Prestatierecord, o: Surroundings) -> bool:
    """Machtigingsnummer is empty, an authorisation is needed and none is known for verzekerde and prestatie."""
    return o.machtiging is not None and _empty(p)


@check(
    "0406-3", 7, "prestatie", "0550", "Z",
    source="COD954 0550; INV 2.3.11",
    remedy="Fill 0406 with the number of the authorisation that this insurer gave (in the store: machtigingen).",
    reads=("0431",),
    per="machtiging",
)  # fmt: skip
def machtiging_unknown(p: Prestatierecord, o: Surroundings) -> bool:
    """Machtigingsnummer is filled and the insurer does not know it."""
    return o.machtiging is not None and o.machtiging.machtiging is None and not _empty(p)


@check(
    "0406-4", 7, "prestatie", "0552", "Z",
    source="COD954 0552",
    remedy="Ask the insurer for a new authorisation; this one has lapsed, was refused or is used up (in the store: machtigingen,"
    " status, aantal and bedrag).",
    reads=("0431",),
    per="machtiging",
)  # fmt: skip
def machtiging_lapsed(p: Prestatierecord, o: Surroundings) -> bool:
    """The authorisation has lapsed or was refused, or what is left of it is less than would be granted."""
    # What is left is weighed where the amount is known: `granting/adjudicate`.
    named = _named(p, o)
    return named is not None and not named.given


@check(
    "0406-5", 7, "prestatie", "0553", "Z",
    source="COD954 0553",
    remedy="Check the datum prestatie (0408), or ask the insurer to change the period of the authorisation (in the store:"
    " machtigingen, ingang and einde).",
    reads=("0408", "0431"),
    per="machtiging",
)  # fmt: skip
def machtiging_outside_period(p: Prestatierecord, o: Surroundings) -> bool:
    """The datum prestatie is outside the period of the authorisation."""
    named = _named(p, o)
    return named is not None and not named.in_force(p.datum)


@check(
    "0406-6", 7, "prestatie", "0554", "Z",
    source="COD954 0554; INV 2.3.2",
    remedy="Name an authorisation of this verzekerde for this prestatiecode and for the party that is paid or the declarant (in"
    " the store: machtigingen, bsn, prestaties and agb).",
    reads=("0203", "0413", "0431"),
    per="machtiging",
)  # fmt: skip
def machtiging_for_something_else(p: Prestatierecord, o: Surroundings) -> bool:
    """The authorisation is for another verzekerde or prestatie, or for neither the party that is paid nor the declarant."""
    named = _named(p, o)
    return (
        named is not None
        and o.machtiging is not None
        and not named.is_before(o.machtiging.bsns, p.prestatiecode, o.machtiging.parties)
    )
