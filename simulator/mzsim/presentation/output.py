"""Outcomes, checks of a retour and explanations for people and programs; BSN and names masked unless asked otherwise."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mzsim.common.names import kept, shown
from mzsim.domain.check import Check
from mzsim.domain.findings import Finding, Melding, Outcome
from mzsim.presentation.parts import Part, Table, first_rows
from mzsim.retour.deviation import RetourDeviation
from mzsim.retour.words import Mask, WordedRetour
from mzsim.standard.layout import rubriek_name
from mzsim.standard.values import as_euro

PERSONAL = frozenset(
    {"0203", "0403", "0205", "0405", "0210", "0211", "0213", "0214", "0215"}
    | {"0307", "0308", "0310", "0311", "0312", "0324", "9804"}
)
"""Rubrieken that hold a BSN, a verzekerdennummer, a name or free text."""


def outcome_json(declaration: Path, retour: Path, outcome: Outcome, grants: Iterable[str]) -> Iterator[str]:
    """One outcome as JSON, in pieces; `grants` is what was granted, each as JSON."""
    to = kept(retour) if outcome.has_retour else None
    header = {"declaratie": kept(declaration), "retour": to, **_without_lists(outcome)}
    yield from _with_lists(header, {"meldingen": meldingen_json(outcome.meldingen), "toekenningen": grants})


def _with_lists(values: Mapping[str, Any], lists: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """An object in pieces, with lists that may be too long to hold in memory; their items are JSON."""
    yield json.dumps(values).removesuffix("}")
    for name, listing in lists.items():
        yield f', "{name}": ['
        for number, part in enumerate(listing):
            yield f", {part}" if number else part
        yield "]"
    yield "}"


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """One outcome for JSON: amounts as decimal strings."""
    return {
        **_without_lists(outcome),
        "meldingen": [json.loads(melding) for melding in meldingen_json(outcome.meldingen)],
    }


def _without_lists(outcome: Outcome) -> dict[str, Any]:
    return {
        "afzender": outcome.sender,
        "status": outcome.status,
        "totaal_ingediend": as_euro(outcome.total_declared),
        "totaal_toegekend": as_euro(outcome.total_granted),
        **({"betaaldatum": outcome.payment_date.isoformat()} if outcome.payment_date else {}),
        **({"kanttekening": outcome.remark} if outcome.remark else {}),
    }


def meldingen_json(meldingen: Iterable[Melding]) -> Iterator[str]:
    """Each melding as JSON; what those of one check have in common is put into words once."""
    known: dict[tuple[str, Check, str, str | None], tuple[str, str]] = {}
    for (line, record, identificatie, check, rows, remark), retourcode in meldingen:
        alike = (record, check, remark, retourcode)
        words = known.get(alike)
        if words is None:
            words = known[alike] = _words(*alike)
        begin, middle = words
        number = "null" if identificatie is None else identificatie
        end = f', "rijen": {json.dumps([row._asdict() for row in rows])}}}' if rows else "}"
        yield f"{begin}{number}{middle}{line}{end}"


def _words(record: str, check: Check, remark: str, retourcode: str | None) -> tuple[str, str]:
    """What stands before the identificatie of a melding, and between that and its line."""
    rest = {
        "rubriek": check.rubriek,
        "retourcode": retourcode,
        "controle": check.id,
        "tekst": Finding(0, record, None, check, remark=remark).text,
        "bron": check.source,
    }
    begin = json.dumps({"record": record}).removesuffix("}")
    return f'{begin}, "identificatie": ', f', {json.dumps(rest)[1:-1]}, "regel": '


_MELDING_HEADER = ("line", "record", "nr", "rubriek", "code", "check", "what", "source")


def outcome_parts(declaration: Path, retour: Path, outcome: Outcome) -> Iterator[Part]:
    """One outcome for people."""
    to = f" -> {shown(retour)}" if outcome.has_retour else ""
    by = f" by {outcome.sender}" if outcome.sender else ""
    amounts = f"{as_euro(outcome.total_granted)} of {as_euro(outcome.total_declared)}"
    paid = f", payment date {outcome.payment_date}" if outcome.payment_date else ""
    yield f"{shown(declaration)}: {outcome.status}{by}, {amounts}{paid}{to}"
    if outcome.meldingen:
        yield from first_rows(_MELDING_HEADER, outcome.meldingen, _message_row)


def draft_parts(answers: Iterable[tuple[Path, Outcome]]) -> Iterator[Part]:
    """What declarations get on a drafted store, for people: how each ends, and what only the declaration can repair."""
    for declaration, outcome in answers:
        amounts = f"{as_euro(outcome.total_granted)} of {as_euro(outcome.total_declared)}"
        yield f"{shown(declaration)}: {outcome.status}, {amounts}"
        if outcome.meldingen:
            yield "Of this no store is the cause; it is for the declaration to repair:"
            times = Counter(m.finding.check.id for m in outcome.meldingen)
            first = {m.finding.check.id: m for m in reversed(outcome.meldingen)}
            rows = [(str(times[id]), *_message_row(m)) for id, m in reversed(first.items())]
            yield Table(("times", "first on line", *_MELDING_HEADER[1:]), rows)


def _message_row(m: Melding) -> Sequence[str]:
    b = m.finding
    check = b.check
    place = (str(b.line), b.record, str(b.identificatie or ""), check.rubriek or "")
    return (*place, m.retourcode or "", check.id, b.text, check.source)


def deviations_dict(
    retour: Path, deviations: Sequence[RetourDeviation], notices: Sequence[RetourDeviation], *, unmask: bool
) -> dict[str, Any]:
    """What check-retour found, for JSON: what is wrong, and what is to be seen though it is not."""
    wrong, noticed = _shown(deviations, unmask=unmask), _shown(notices, unmask=unmask)
    return {
        "retour": kept(retour),
        "in_orde": not wrong,
        "afwijkingen": [a._asdict() for a in wrong],
        "waarschuwingen": [a._asdict() for a in noticed],
    }


def deviation_parts(
    retour: Path, deviations: Sequence[RetourDeviation], notices: Sequence[RetourDeviation], *, unmask: bool
) -> Iterator[Part]:
    """What check-retour found, for people: what is wrong, and what is to be seen though it is not."""
    header = ("line", "record", "nr", "rubriek", "what", "expected", "found")
    yield f"{shown(retour)}: {f'{len(deviations)} found wrong' if deviations else 'in order'}"
    if deviations:
        yield from first_rows(header, _shown(deviations, unmask=unmask), _deviation_row)
    if notices:
        yield f"{shown(retour)}: to be seen, not wrong: {len(notices)}"
        yield from first_rows(header, _shown(notices, unmask=unmask), _deviation_row)


def _shown(deviations: Sequence[RetourDeviation], *, unmask: bool) -> list[RetourDeviation]:
    return [a if unmask or a.rubriek not in PERSONAL else _masked(a) for a in deviations]


def _deviation_row(a: RetourDeviation) -> Sequence[str]:
    place = (str(a.regel), a.record, str(a.identificatie or ""), _rubriek(a.rubriek))
    return (*place, a.reden, a.verwacht.strip(), a.gevonden.strip())


def _masked(a: RetourDeviation) -> RetourDeviation:
    return a._replace(verwacht=mask(a.verwacht), gevonden=mask(a.gevonden))


def mask(value: str) -> str:
    """A personal value with its length and nothing else."""
    return re.sub(r"\S", "*", value)


def _rubriek(number: str | None) -> str:
    return f"{number} {rubriek_name(number)}" if number else ""


def explanation_json(explanation: WordedRetour, covered: Mask, grants: Iterable[str] | None) -> Iterator[str]:
    """A retourbericht in words as JSON, in pieces, what is personal as `covered` shows it.

    `grants` is what was granted, each as JSON; None where that is not known.
    """
    if grants is None:
        yield json.dumps(explanation.as_dict(covered))
    else:
        yield from _with_lists(explanation.as_dict(covered), {"toekenningen": grants})
