"""A prestatierecord beside what was declared before: credits (0433), nagekomen costs (0409), reiskosten (0413)."""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.domain.earlier.past import Tegenpost
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, genormaliseerd, tekst


@controle(
    "0433-1", 5, "prestatie", "0651", "VZ",
    bron="BER 0433",
    herstel="Fill 0433 of a credit record with the referentienummer (0432) of the debet record that it takes back.",
    leest=("0431",),
    per="credit",
)  # fmt: skip
def vorig_referentienummer_ontbreekt(p: Prestatierecord, o: Omgeving) -> bool:
    """Referentienummer voorgaande gerelateerde prestatierecord is empty in a credit record."""
    return p.debet_credit_02 == CREDIT and not p.vorig_referentienummer.strip(b" ")


@controle(
    "0433-2", 5, "prestatie", "8062", "VZ",
    bron="COD954 8062",
    herstel="Leave out both the debet record and its credit; credit only what was declared before.",
    leest=("0431", "0432"),
    per="credit",
)  # fmt: skip
def debet_in_zelfde_bestand(p: Prestatierecord, o: Omgeving) -> bool:
    """A credit record points at a debet record in the same file."""
    return p.debet_credit_02 == CREDIT and _wijst_in_bestand(p, o)


@controle(
    "0433-3", 6, "prestatie", "8017", "Z",
    bron="COD954 8017",
    herstel="Credit a record that was granted: the same verzekerde, 0408, 0409, 0413 and 0430, its 0432 in 0433.",
    leest=("0403", "0408", "0409", "0413", "0430", "0431"),
    per="reeks",
)  # fmt: skip
def debet_onbekend(p: Prestatierecord, o: Omgeving) -> bool:
    """A credit record has no granted debet record of the same party that is paid, verzekerde, 0408, 0409, 0413 and 0430."""
    tegenpost = _tegenpost(o)
    return tegenpost is not None and tegenpost.debet is None and not _wijst_in_bestand(p, o)


@controle(
    "0433-4", 6, "prestatie", "8084", "Z",
    bron="COD954 8084",
    herstel="Leave out the credit record; its debet record was credited already.",
    leest=("0403", "0408", "0409", "0413", "0430", "0431"),
    per="reeks",
)  # fmt: skip
def al_gecrediteerd(p: Prestatierecord, o: Omgeving) -> bool:
    """A credit record takes back a debet record that was credited already."""
    tegenpost = _tegenpost(o)
    return tegenpost is not None and tegenpost.al_gecrediteerd


@controle(
    "0433-5", 6, "prestatie", "0634", "Z",
    bron="INV 4.7.1 A9, B7",
    herstel="Credit every record of the set, nagekomen costs included, and declare the set again as it should be.",
    leest=("0403", "0408", "0409", "0413", "0430", "0431"),
    per="reeks",
)  # fmt: skip
def deel_van_set_gecrediteerd(p: Prestatierecord, o: Omgeving) -> bool:
    """A credit record in a Wlz message takes back a part of a set that was granted, while other records of the set stay."""
    tegenpost = _tegenpost(o)
    return tegenpost is not None and tegenpost.rest_blijft


@controle(
    "0409-7", 6, "prestatie", "0634", "Z",
    bron="INV 4.4.2, 4.6.4 table 4-9, 4.7.2",
    herstel="Declare the 01 (beside U25 and U35: the 03) of the costs first, with the same datum prestatie and"
    " prestatiecode, or in this message.",
    leest=("0403", "0408", "0413", "0420", "0431"),
    per="reeks",
)  # fmt: skip
def nagekomen_zonder_basis(p: Prestatierecord, o: Omgeving) -> bool:
    """A record 02 or 04 stands alone, and its 01 (in the A-variant of the Wlz: its 03) was not declared before."""
    return o.terugblik is not None and o.terugblik.basis_ontbreekt


@controle(
    "0413-6", 6, "prestatie", "0587", "Z",
    bron="INV 4.8",
    herstel="Declare reiskosten once for a behandelaar and day.",
    leest=("0408", "0409", "0420", "0431"),
    per="reeks",
)  # fmt: skip
def reiskosten_herhaald(p: Prestatierecord, o: Omgeving) -> bool:
    """Reiskosten are declared a second time for the same behandelaar, datum prestatie and zorgkantoor."""
    eerder = o.terugblik is not None and o.terugblik.reiskosten is not None
    return eerder or "0413-6" in o.reeksen.get(o.regel, ())


def _tegenpost(o: Omgeving) -> Tegenpost | None:
    return o.terugblik and o.terugblik.tegenpost


def _wijst_in_bestand(p: Prestatierecord, o: Omgeving) -> bool:
    return bool(o.vorige_in_bestand) and tekst(genormaliseerd(p.vorig_referentienummer)) in o.vorige_in_bestand
