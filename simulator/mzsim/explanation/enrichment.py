"""Adds to the explanation of a retour what is known of how it came about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mzsim.domain.findings import Melding, Uitkomst
from mzsim.explanation import derivation
from mzsim.explanation.collector import Toelichting
from mzsim.retour.words import Codeuitleg, Recorduitleg, Uitleg

_MEESTE = 25
"""Granted records that are told of to people, where they did not come back."""
_PerCode = Mapping[tuple[str, int | None, str | None], list[Melding]]
"""What was objected to, by record, identificatie and retourcode."""


def verrijk(uitleg: Uitleg, uitkomst: Uitkomst, toelichting: Toelichting) -> Uitleg:
    """The same explanation with the very checks and rows that decided, and how amounts came about."""
    per_code: dict[tuple[str, int | None, str | None], list[Melding]] = {}
    for melding in uitkomst.meldingen:
        b = melding.bevinding
        # What rejects a file is answered in the voorlooprecord, wherever it stands.
        waar = (b.record, b.identificatie) if b.identificatie is not None else ("01", None)
        per_code.setdefault((*waar, melding.retourcode), []).append(melding)
    terug = {r.identificatie for r in uitleg.records if r.record == "04"}
    toekenningen: dict[int, dict[str, Any]] = {}
    overig: list[str] = []
    aantal = 0
    for tekst in toelichting.toekenningen():
        toekenning = json.loads(tekst)
        if toekenning["identificatie"] in terug:
            toekenningen[toekenning["identificatie"]] = toekenning
        else:
            aantal += 1
            if aantal <= _MEESTE:
                overig += _van_toegekend(toekenning)
    if aantal:
        overig.insert(0, f"granted as declared, so not in the retour: {aantal}")
    if aantal > _MEESTE:
        overig.append(f"and {aantal - _MEESTE} more; --json tells of them all")
    return uitleg._replace(
        records=tuple(_verrijk_record(r, per_code, toekenningen) for r in uitleg.records), overig=tuple(overig)
    )


def _verrijk_record(r: Recorduitleg, per_code: _PerCode, toekenningen: Mapping[int, dict[str, Any]]) -> Recorduitleg:
    toekenning = toekenningen.get(r.identificatie or 0) if r.record == "04" else None
    return r._replace(
        codes=tuple(_verrijk_code(c, per_code.get((r.record, r.identificatie, c.code), [])) for c in r.codes),
        herleiding=() if toekenning is None else tuple(derivation.regels(toekenning)),
    )


def _verrijk_code(c: Codeuitleg, meldingen: list[Melding]) -> Codeuitleg:
    """The checks that gave a code, where they are known, with their rows."""
    if not meldingen:
        return c
    rijen = {m.bevinding.controle: m.bevinding.rijen for m in meldingen}
    return c._replace(controles=tuple(rijen), rijen=tuple(rijen.values()))


def _van_toegekend(t: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"prestatierecord {t['identificatie']}, {t['prestatiecode']} on {t['datum']}, declared {t['declaratiebedrag']}"
    for regel in derivation.regels(t):
        yield f"  {regel}"
