"""Costs (0409 = 02 or 04) against the prestatiecodelijst: which prestatiecodes know them (INV 4.4)."""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.domain.facts import geldige_code
from mzsim.standard.records import Prestatierecord


@controle(
    "0409-5", 6, "prestatie", "0634", "VZ",
    bron="INV 4.4.2",
    herstel="Declare costs (02) only with a prestatiecode that knows them (in the store: prestatiecodes, techniekkosten or"
    " laboratoriumkosten).",
    leest=("0408", "0412", "0413"),
    per="inhoud",
)  # fmt: skip
def kosten_niet_bekend(p: Prestatierecord, o: Omgeving) -> bool:
    """A record 02 has a prestatiecode that knows no costs of material, technique or laboratory."""
    code = geldige_code(o.prestatiecodes, p.prestatiecode, p.datum) if p.soort == b"02" else None
    return code is not None and not (code.techniekkosten or code.laboratoriumkosten)


@controle(
    "0409-6", 6, "prestatie", "0634", "VZ",
    bron="INV 4.4.1",
    herstel="Declare laboratory costs, and all costs together with them, in a 02.",
    leest=("0408", "0412", "0413"),
    per="inhoud",
)  # fmt: skip
def laboratorium_in_eigen_beheer(p: Prestatierecord, o: Omgeving) -> bool:
    """A record 04 has a prestatiecode that knows laboratory costs only."""
    code = geldige_code(o.prestatiecodes, p.prestatiecode, p.datum) if p.soort == b"04" else None
    return code is not None and code.laboratoriumkosten and not code.techniekkosten
