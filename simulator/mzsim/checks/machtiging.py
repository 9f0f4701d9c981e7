"""The authorisation of a prestatierecord (0406): whether one is needed and, where one is named, whether it is this one.

What is needed is in `verzekeraar/machtiging`; `machtigingskijker` looks up the number, and fills `Omgeving.machtiging`
where it does not do. That is never so for a credit. An unknown number is objected to once; of a known one everything
that is wrong is said.
"""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.domain.facts import MachtigingFeit
from mzsim.standard.records import Prestatierecord


def _leeg(p: Prestatierecord) -> bool:
    return not p.machtigingsnummer.strip(b" ")


def _genoemd(p: Prestatierecord, o: Omgeving) -> MachtigingFeit | None:
    """The authorisation that a record names, where something is wrong with it."""
    return o.machtiging.machtiging if o.machtiging is not None else None


@controle(
    "0406-2", 7, "prestatie", "0551", "Z",
    bron="COD954 0551; INV 4.5.1",
    herstel="Ask the insurer for an authorisation before the treatment, and fill 0406 with its number (in the store:"
    " beleid machtigingsplichtig, dekkingen machtiging, machtigingen).",
    leest=("0408", "0409", "0410", "0413", "0414", "0415", "0425", "0430", "0431"),
    per="reeks",
)  # fmt: skip
def machtiging_niet_afgegeven(p: Prestatierecord, o: Omgeving) -> bool:
    """Machtigingsnummer is empty, an authorisation is needed and none is known for verzekerde and prestatie."""
    return o.machtiging is not None and _leeg(p)


@controle(
    "0406-3", 7, "prestatie", "0550", "Z",
    bron="COD954 0550; INV 2.3.11",
    herstel="Fill 0406 with the number of the authorisation that this insurer gave (in the store: machtigingen).",
    leest=("0431",),
    per="reeks",
)  # fmt: skip
def machtiging_onbekend(p: Prestatierecord, o: Omgeving) -> bool:
    """Machtigingsnummer is filled and the insurer does not know it."""
    return o.machtiging is not None and o.machtiging.machtiging is None and not _leeg(p)


@controle(
    "0406-4", 7, "prestatie", "0552", "Z",
    bron="COD954 0552",
    herstel="Ask the insurer for a new authorisation; this one has lapsed or was refused (in the store: machtigingen, status).",
    leest=("0431",),
    per="reeks",
)  # fmt: skip
def machtiging_vervallen(p: Prestatierecord, o: Omgeving) -> bool:
    """The authorisation has lapsed or was refused."""
    genoemd = _genoemd(p, o)
    return genoemd is not None and not genoemd.afgegeven


@controle(
    "0406-5", 7, "prestatie", "0553", "Z",
    bron="COD954 0553",
    herstel="Check the datum prestatie (0408), or ask the insurer to change the period of the authorisation (in the store:"
    " machtigingen, ingang and einde).",
    leest=("0408", "0431"),
    per="reeks",
)  # fmt: skip
def machtiging_buiten_periode(p: Prestatierecord, o: Omgeving) -> bool:
    """The datum prestatie is outside the period of the authorisation."""
    genoemd = _genoemd(p, o)
    return genoemd is not None and not genoemd.in_kracht(p.datum)


@controle(
    "0406-6", 7, "prestatie", "0554", "Z",
    bron="COD954 0554",
    herstel="Name an authorisation of this verzekerde for this prestatiecode and the party that is paid (in the store:"
    " machtigingen, bsn, prestaties and agb).",
    leest=("0203", "0413", "0431"),
    per="reeks",
)  # fmt: skip
def machtiging_voor_iets_anders(p: Prestatierecord, o: Omgeving) -> bool:
    """The authorisation is for another verzekerde, prestatie or party that is paid."""
    genoemd = _genoemd(p, o)
    return (
        genoemd is not None
        and o.machtiging is not None
        and not genoemd.is_voor(o.verzekerde.bsn, p.prestatiecode, o.machtiging.partij)
    )
