"""Costs (0409 = 02 or 04) against the prestatiecodelijst: which prestatiecodes know them (INV 4.4)."""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.facts import valid_code
from mzsim.standard.records import Prestatierecord


@check(
    "0409-5", 6, "prestatie", "0634", "VZ",
    source="INV 4.4.2",
    remedy="Declare costs (02) only with a prestatiecode that knows them (in the store: prestatiecodes, techniekkosten or"
    " laboratoriumkosten).",
    reads=("0408", "0412", "0413"),
    per="inhoud",
)  # fmt: skip
def costs_not_known(p: Prestatierecord, o: Surroundings) -> bool:
    """A record 02 has a prestatiecode that knows no costs of material, technique or laboratory."""
    code = valid_code(o.prestatiecodes, p.prestatiecode, p.datum) if p.soort == b"02" else None
    return code is not None and not (code.techniekkosten or code.laboratoriumkosten)


@check(
    "0409-6", 6, "prestatie", "0634", "VZ",
    source="INV 4.4.1",
    remedy="Declare laboratory costs, and all costs together with them, in a 02.",
    reads=("0408", "0412", "0413"),
    per="inhoud",
)  # fmt: skip
def laboratorium_in_own_management(p: Prestatierecord, o: Surroundings) -> bool:
    """A record 04 has a prestatiecode that knows laboratory costs only."""
    code = valid_code(o.prestatiecodes, p.prestatiecode, p.datum) if p.soort == b"04" else None
    return code is not None and code.laboratoriumkosten and not code.techniekkosten
