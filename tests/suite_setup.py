"""What the shipped suites are made of: a case as declarations and store files, played to know what comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mzsim.domain.findings import Stage
from mzsim.suites.case import Case, CaseStep, Expectation, as_yaml
from mzsim.suites.difference import codes_of
from mzsim.suites.playing import play_case
from tests.factories import Message, make

DATE = dt.date(2011, 5, 2)


class Declaration(NamedTuple):
    """A step: the name of the file without .mz301.asc, its bytes, and date and stage where not those of the case."""

    naam: str
    content: bytes
    datum: dt.date | None = None
    stage: Stage | None = None


class Setup(NamedTuple):
    """A case to be made. `store` are files of the suite, one folder up; `own_store` is what the case adds itself."""

    id: str
    title: str
    steps: tuple[Declaration, ...]
    tags: tuple[str, ...]
    source: str | None = None
    stage: Stage = Stage.ALL
    datum: dt.date = DATE
    store: tuple[str, ...] = ("store.yaml",)
    own_store: Mapping[str, Any] | None = None


def beleid(**choice: object) -> dict[str, Any]:
    """The insurer of the examples, with choices of his own."""
    return {
        "uzovi": [{"nummer": "0736", "naam": "Voorbeeld", "soort": "zorgverzekeraar", "edp": True, "beleid": choice}]
    }


def basis(*dekkingen: dict[str, Any]) -> dict[str, Any]:
    """The pakket of the examples, with other dekkingen."""
    return {"pakketten": [{"code": "ALLES", "uzovi": "0736", "soort": "basis", "dekkingen": list(dekkingen)}]}


def factuur(number: str, *prestaties: dict[str, str], **voorloop: str) -> Message:
    """A declaration with a factuurnummer: one verzekerde, a prestatie for each of these."""
    message = Message(voorloop=make("01", r0116=number, **voorloop)).add("02")
    for fields in prestaties:
        message.add("04", **fields)
    return message


def credit_of(number: str, previous: str, **fields: str) -> dict[str, str]:
    """The rubrieken of a credit."""
    return {"r0427": "C", "r0432": number, "r0433": previous, **fields}


def one(id: str, title: str, message: Message, *tags: str, **otherwise: Any) -> Setup:
    """A case of one declaration."""
    return Setup(id, title, (Declaration("declaratie", bytes(message)),), tags, **otherwise)


def record_set(id: str, title: str, messages: list[Message], *tags: str, **otherwise: Any) -> Setup:
    """A case of several declarations, one after another."""
    steps = tuple(Declaration(str(number), bytes(message)) for number, message in enumerate(messages, start=1))
    return Setup(id, title, steps, tags, **otherwise)


def make_case(setup: Setup, suite: Path, work_folder: Path) -> Case:
    """Writes a case into a suite: its declarations, what came back, and its case.yaml."""
    folder = suite / setup.id
    folder.mkdir(parents=True)
    store = [folder / ".." / name for name in setup.store]
    if setup.own_store:
        store.append(folder / "store.yaml")
        store[-1].write_text(yaml.safe_dump(dict(setup.own_store), sort_keys=False, allow_unicode=True), "utf-8")
    steps = []
    for declaration in setup.steps:
        place = folder / f"{declaration.naam}.mz301.asc"
        place.write_bytes(declaration.content)
        date, stage = declaration.datum or setup.datum, declaration.stage or setup.stage
        steps.append(CaseStep(place, date, stage, None, Expectation(frozenset())))
    case = Case(folder, setup.id, setup.title, setup.source, setup.tags, tuple(store), tuple(steps))
    case_report = play_case(case, work_folder)
    assert case_report.passed, f"{setup.id}: {case_report.error or [step.error for step in case_report.steps]}"
    known = []
    for step, declaration in zip(case_report.steps, setup.steps, strict=True):
        assert step.outcome is not None
        retour = None
        if step.retour is not None:
            retour = folder / f"{declaration.naam}.mz302.asc"
            retour.write_bytes(step.retour)
        expected = Expectation(
            given=frozenset({"retour", "status", "totaal_toegekend", "codes"}),
            retour=retour,
            status=step.outcome.status,
            total_granted=step.outcome.total_granted,
            codes=codes_of(step.outcome),
        )
        known.append(step.step._replace(expected=expected))
    case = case._replace(steps=tuple(known))
    case.file.write_text(as_yaml(case), "utf-8")
    return case
