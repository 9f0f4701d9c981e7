"""A blind pack: nothing in it tells a faulty retour from a good one but what is wrong with it.

Every case stands in it twice, under numbers drawn by seed: once its last retour is good, once it is faulty. The retours
before the last are good and said to be, for a credit needs its debet booked. So a program that guesses is right of half of
what is asked. The key says which is which.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mzsim.certification import pack
from mzsim.certification.faulty_retours import KINDS, RetourFault, changed, good_retour
from mzsim.certification.key import FORMAT, Key, KeyCase
from mzsim.certification.neutral_faults import NEUTRAL_FORMS, Material
from mzsim.certification.oddities import ODDITIES
from mzsim.common.chance import Chance
from mzsim.common.errors import CaseError, OwnError
from mzsim.common.version import __version__
from mzsim.retour.check import deviations_of_retour
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.suites.case import Case
from mzsim.suites.playing import CaseReport, StepReport

_ODD = 50
"""Of a hundred retours so many are made to look odd, where they can be."""


class SuiteCase(NamedTuple):
    """A case that was played, with the name of its suite."""

    suite: str
    report: CaseReport


class _Asked(NamedTuple):
    """A case as the pack asks about it: the steps up to its last retour, and that retour as it is offered."""

    case: SuiteCase
    steps: Sequence[StepReport]
    retour: bytes
    odd: str | None
    fault: RetourFault | None = None
    form: str | None = None


class BlindPack(NamedTuple):
    """What a pack holds of its cases by name, how many good retours are among that, and its key."""

    files: dict[str, bytes]
    sound: int
    key: Key


def make_blind(cases: Iterable[SuiteCase], seed: int) -> BlindPack:
    """Makes the cases of a blind pack and its key: of the same cases and seed the same bytes.

    Cases in which nothing comes back are left out. Raises CaseError where it comes back in none.
    """
    chance = Chance(seed)
    found = [(case, steps) for case in cases if (steps := _steps(case.report))]
    if not found:
        raise CaseError("in none of these cases a retour is sent, so there is nothing to export")
    material = Material(chance, [steps[-1].declaration for _, steps in found])
    met: Counter[str] = Counter()
    asked = [one for case, steps in found for one in _twice(case, steps, material, met)]
    mixed = chance.few(asked, len(asked))
    digits = len(str(len(mixed)))
    numbered = {f"{number:0{digits}d}": one for number, one in enumerate(mixed, start=1)}
    files: dict[str, bytes] = {}
    listing = [_case(id, one, files) for id, one in numbered.items()]
    content = pack.BlindList(format=pack.BLIND_FORMAT, made_by=_made_by(), cases=listing)
    files[pack.LIST] = pack.as_json(content.model_dump())
    given = sum(retour.given for case in listing for step in case.steps for retour in step.retours)
    return BlindPack(files, given + len(found), _key(numbered, files[pack.LIST], seed))


def _made_by() -> str:
    return f"mzsim {__version__}"


def _steps(report: CaseReport) -> Sequence[StepReport]:
    """The steps up to the last one with a retour."""
    last = max((n for n, step in enumerate(report.steps, start=1) if step.retour is not None), default=0)
    return report.steps[:last]


def _twice(case: SuiteCase, steps: Sequence[StepReport], material: Material, met: Counter[str]) -> Iterator[_Asked]:
    """A case with a good retour and with a faulty one; `met` counts the kinds and forms of fault that were given."""
    codes = {**retourcodes(), **{code.code: code for code in case.report.codes}}
    good = _oddly(case, steps, material.chance, codes)
    yield good
    yield _faulty(_oddly(case, steps, material.chance, codes), material, codes, met)


def _oddly(case: SuiteCase, steps: Sequence[StepReport], chance: Chance, codes: Mapping[str, Retourcode]) -> _Asked:
    """The good retour of a case as it is offered."""
    declaration, retour = steps[-1].declaration, steps[-1].retour
    assert retour is not None
    oddity, odd = chance.one(ODDITIES), chance.percent(_ODD)
    good = good_retour(declaration, retour)
    if odd and (operations := oddity.make(good, chance)) is not None:
        otherwise = changed(good, operations)
        if not _is_faulty(declaration, otherwise, codes):
            return _Asked(case, steps, otherwise, oddity.name)
    return _Asked(case, steps, retour, None)


def _is_faulty(declaration: bytes, retour: bytes, codes: Mapping[str, Retourcode]) -> bool:
    return next(deviations_of_retour(io.BytesIO(declaration), io.BytesIO(retour), codes), None) is not None


def _faulty(asked: _Asked, material: Material, codes: Mapping[str, Retourcode], met: Counter[str]) -> _Asked:
    """The retour with the kind of fault, in the form, that was given least so far."""
    declaration = asked.steps[-1].declaration
    good = good_retour(declaration, asked.retour)
    for error in sorted(KINDS, key=lambda error: met[error.kind]):
        forms = NEUTRAL_FORMS[error.kind]
        for form in sorted(forms, key=lambda form: met[f"{error.kind} {form.__doc__}"]):
            operations = form(good, material)
            if operations is None:
                continue
            otherwise = changed(good, operations)
            if _is_faulty(declaration, otherwise, codes):
                met.update((error.kind, f"{error.kind} {form.__doc__}"))
                return asked._replace(retour=otherwise, fault=error, form=form.__doc__)
    raise OwnError(f"{asked.case.report.case.file}: no kind of fault can be put in its retour")


def _case(id: str, asked: _Asked, files: dict[str, bytes]) -> pack.BlindCase:
    """A case as `pack.json` lists it; its files join the others."""
    steps = []
    for number, step in enumerate(asked.steps, start=1):
        given = step is not asked.steps[-1]
        retour = step.retour if given else asked.retour
        declaration, name = f"cases/{id}/{number}.mz301.asc", f"{number}.mz302.asc"
        files[declaration] = step.declaration
        back = []
        if retour is not None:
            files[f"cases/{id}/{name}"] = retour
            back.append(pack.BlindRetour(**pack.file(f"cases/{id}/{name}", retour), name=name, given=given))
        listed = pack.PackFile(**pack.file(declaration, step.declaration))
        steps.append(pack.BlindStep(date=step.step.date.isoformat(), declaration=listed, retours=back))
    return pack.BlindCase(id=id, steps=steps)


def _key(numbered: Mapping[str, _Asked], listing: bytes, seed: int) -> Key:
    cases = [_key_case(id, one, one.case.report.case) for id, one in numbered.items()]
    return Key(format=FORMAT, made_by=_made_by(), seed=seed, pack=pack.hash_of(listing), cases=cases)


def _key_case(id: str, asked: _Asked, case: Case) -> KeyCase:
    return KeyCase(
        id=id,
        suite=asked.case.suite,
        case=case.id,
        title=case.title,
        source=case.source,
        tags=list(case.tags),
        odd=asked.odd,
        fault=asked.fault.kind if asked.fault else None,
        says=asked.fault.sentence if asked.fault else None,
        form=asked.form,
    )
