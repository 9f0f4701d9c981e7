"""Adds to the explanation of a retour what is known of how it came about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mzsim.domain.findings import Melding, Outcome
from mzsim.explanation import derivation
from mzsim.explanation.collector import Collector
from mzsim.retour.words import CodeExplanation, RecordExplanation, WordedRetour

_MOST = 25
"""Granted records that are told of to people, where they did not come back."""
_PerCode = Mapping[tuple[str, int | None, str | None], list[Melding]]
"""What was objected to, by record, identificatie and retourcode."""


def enrich(explanation: WordedRetour, outcome: Outcome, collector: Collector) -> WordedRetour:
    """The same explanation with the very checks and rows that decided, and how amounts came about."""
    per_code: dict[tuple[str, int | None, str | None], list[Melding]] = {}
    for melding in outcome.meldingen:
        b = melding.finding
        # What rejects a file is answered in the voorlooprecord, wherever it stands.
        where = (b.record, b.identificatie) if b.identificatie is not None else ("01", None)
        per_code.setdefault((*where, melding.retourcode), []).append(melding)
    back = {r.identificatie for r in explanation.records if r.record == "04"}
    grants: dict[int, dict[str, Any]] = {}
    other: list[str] = []
    count = 0
    for text in collector.grants():
        grant = json.loads(text)
        if grant["identificatie"] in back:
            grants[grant["identificatie"]] = grant
        else:
            count += 1
            if count <= _MOST:
                other += _of_granted(grant)
    if count:
        other.insert(0, f"granted as declared, so not in the retour: {count}")
    if count > _MOST:
        other.append(f"and {count - _MOST} more; --json tells of them all")
    return explanation._replace(
        records=tuple(_enrich_record(r, per_code, grants) for r in explanation.records), other=tuple(other)
    )


def _enrich_record(r: RecordExplanation, per_code: _PerCode, grants: Mapping[int, dict[str, Any]]) -> RecordExplanation:
    grant = grants.get(r.identificatie or 0) if r.record == "04" else None
    return r._replace(
        codes=tuple(_enrich_code(c, per_code.get((r.record, r.identificatie, c.code), [])) for c in r.codes),
        derivation=() if grant is None else tuple(derivation.lines(grant)),
    )


def _enrich_code(c: CodeExplanation, meldingen: list[Melding]) -> CodeExplanation:
    """The checks that gave a code, where they are known, with their rows."""
    if not meldingen:
        return c
    rows = {m.finding.check: m.finding.rows for m in meldingen}
    return c._replace(checks=tuple(rows), rows=tuple(rows.values()))


def _of_granted(t: dict[str, Any]) -> Iterator[str]:
    yield ""
    day = t["datum"].replace("-", "")
    yield f"prestatierecord {t['identificatie']}, {t['prestatiecode']} on {day}, declared {t['declaratiebedrag']}"
    for line in derivation.lines(t):
        yield f"  {line}"
