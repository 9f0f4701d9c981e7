"""What mutate prints: how much of the register the suite covers, and which checks it doesn't."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from mzsim.checks import REGISTER
from mzsim.mutation.suite import Geschreven, Resultaat
from mzsim.presentation.parts import Part, Table, filename


def coverage_parts(doel: Path, resultaat: Resultaat, controles: Collection[str], *, alles: bool) -> Iterator[Part]:
    """The result for people; `controles` are those that were asked for, with `alles` every case is named."""
    gedekt = {g.mutatie.controle for g in resultaat.geschreven}
    plaats = filename(doel)
    yield f"{plaats}: {len(resultaat.geschreven)} cases for {len(gedekt)} of {len(controles)} checks"
    yield Table(("level", "checks", "with a case"), _per_niveau(gedekt, controles))
    if alles:
        yield Table(("case", "code", "records", "defect"), (_rij(g) for g in resultaat.geschreven))
    if resultaat.overgeslagen:
        yield "Without a case:"
        yield Table(
            ("check", "because it", "the check"),
            ((o.controle, o.reden, REGISTER[o.controle].zin) for o in resultaat.overgeslagen),
        )
    yield f"Next: mzsim suite run {plaats}"


def _per_niveau(gedekt: set[str], controles: Collection[str]) -> list[tuple[str, str, str]]:
    er_zijn = Counter(REGISTER[controle].niveau for controle in controles)
    zijn_gedekt = Counter(REGISTER[controle].niveau for controle in gedekt)
    return [(str(niveau), str(er_zijn[niveau]), str(zijn_gedekt[niveau])) for niveau in sorted(er_zijn)]


def _rij(g: Geschreven) -> tuple[str, str, str, str]:
    return g.mutatie.id, " ".join(_codes(g)) or "none", str(len(g.meldingen)), g.mutatie.zin


def _codes(g: Geschreven) -> list[str]:
    return list(dict.fromkeys(m.retourcode for m in g.meldingen if m.retourcode))


def als_json(declaratie: Path, doel: Path, resultaat: Resultaat) -> str:
    """The result for programs, on one line."""
    return json.dumps(
        {
            "declaratie": str(declaratie),
            "suite": str(doel),
            "cases": [
                {"id": g.mutatie.id, "controle": g.mutatie.controle, "retourcodes": _codes(g)}
                for g in resultaat.geschreven
            ],
            "overgeslagen": [o._asdict() for o in resultaat.overgeslagen],
        }
    )
