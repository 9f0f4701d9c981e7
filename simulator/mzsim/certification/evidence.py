"""What software showed: each retour of a pack and each prestatierecord in it, with what a profile chooses by."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mzsim.certification.grading import CaseVerdict, Grading, RetourVerdict
from mzsim.certification.pack import Pack
from mzsim.certification.profile import Selection, named_requirements
from mzsim.certification.reach import codes_of, requirements_of
from mzsim.common.patterns import names
from mzsim.judging.message import SENDER_VECOZO
from mzsim.retour.bookings import BookingOutcome
from mzsim.standard.layout import CHARSET, layouts
from mzsim.standard.messages import HEEN
from mzsim.standard.reader import read_lines

_HEEN, _RETOUR = layouts("mz301"), layouts("mz302")
_WLZ, _CREDIT = HEEN.wlz, b"C"


@dataclass(frozen=True, slots=True)
class Shown:
    """A retour, or with `outcome` one prestatierecord of it, and whether the software did right by it.

    `fault` is the kind of a faulty retour. `codes` of a retour are those of all its records.
    """

    case: str
    retour: str
    referentienummer: str | None
    right: bool
    fault: str | None
    outcome: BookingOutcome | None
    codes: frozenset[str]
    prestaties: frozenset[str]
    credit: bool
    sender: str
    law: str
    requirements: frozenset[str]
    tags: frozenset[str]


def evidence(pack: Pack, grading: Grading) -> Iterator[Shown]:
    """Everything that a pack asked of the software, in its order. Raises InputError where the pack is not as exported."""
    for verdict in grading.cases:
        verdicts = {verdict.retour.name: verdict for verdict in verdict.retours}
        for step in verdict.case.steps:
            declaration = _Declaration(pack.content(step.declaration))
            for retour in step.retours:
                yield from _of_retour(verdict, verdicts[retour.name], declaration, pack.content(retour))


class _Declaration:
    """Its law, and per line (1-based) of a prestatierecord its code and whether it is a credit."""

    def __init__(self, content: bytes) -> None:
        lines = [line for line, _ in read_lines(io.BytesIO(content))]
        self.law = "wlz" if lines and lines[0][_HEEN[b"01"]["0102"].plaats] == _WLZ else "zvw"
        layout = _HEEN[b"04"]
        self.prestaties = {
            number: (
                line[layout["0413"].plaats].decode(CHARSET).rstrip(),
                line[layout["0431"].plaats] == _CREDIT,
            )
            for number, line in enumerate(lines, start=1)
            if line[:2] == b"04"
        }


def _of_retour(case: CaseVerdict, verdict: RetourVerdict, declaration: _Declaration, content: bytes) -> Iterator[Shown]:
    of_vecozo = content[_RETOUR[b"01"]["0181"].plaats].startswith(SENDER_VECOZO.encode(CHARSET))
    whole = Shown(
        case=case.case.id,
        retour=verdict.retour.name,
        referentienummer=None,
        right=verdict.good,
        fault=verdict.retour.fault,
        outcome=None,
        codes=codes_of(verdict),
        prestaties=frozenset(code for code, _ in declaration.prestaties.values()),
        credit=any(credit for _, credit in declaration.prestaties.values()),
        sender="vecozo" if of_vecozo else "verzekeraar",
        law=declaration.law,
        requirements=requirements_of(case.case, verdict),
        tags=frozenset(case.case.tags),
    )
    yield whole
    for expected, _, right in verdict.bookings:
        code, credit = declaration.prestaties[expected.line]
        yield _record(
            whole, expected.referentienummer, expected.outcome, expected.codes, code, right=right, credit=credit
        )


def _record(
    whole: Shown, number: str, outcome: BookingOutcome, codes: tuple[str, ...], code: str, *, right: bool, credit: bool
) -> Shown:
    return Shown(
        case=whole.case,
        retour=whole.retour,
        referentienummer=number,
        right=right,
        fault=None,
        outcome=outcome,
        codes=frozenset(codes),
        prestaties=frozenset({code}),
        credit=credit,
        sender=whole.sender,
        law=whole.law,
        requirements=whole.requirements,
        tags=whole.tags,
    )


def fits(selection: Selection, shown: Shown) -> bool:
    """Whether this counts for an eis."""
    faulty = shown.fault is not None
    return (
        (shown.outcome is None if selection.outcomes is None else shown.outcome in selection.outcomes)
        and selection.afzender in (None, shown.sender)
        and selection.wet in (None, shown.law)
        and selection.credit in (None, shown.credit)
        and selection.verstoord in (None, faulty)
        and (selection.fout is None or shown.fault in selection.fout)
        and (selection.retourcode is None or not shown.codes.isdisjoint(selection.retourcode))
        and (selection.prestatie is None or any(names(selection.prestatie, code) for code in shown.prestaties))
        and (selection.inv is None or not shown.requirements.isdisjoint(_ids(tuple(selection.inv))))
        and (selection.tag is None or not shown.tags.isdisjoint(selection.tag))
        and (selection.case is None or shown.case in selection.case)
    )


@cache
def _ids(chosen: tuple[str, ...]) -> frozenset[str]:
    return frozenset(requirement.id for name in chosen for requirement in named_requirements(name))
