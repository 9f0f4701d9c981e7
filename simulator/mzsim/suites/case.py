"""A case: a folder with `case.yaml`, its declarations, and what must come back for them. Read strictly, never changed."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import yaml
from pydantic import AfterValidator, Field, model_validator

from mzsim.common.errors import CaseError, InputError, StoreFileError
from mzsim.common.file_values import Codes, Date, FileLine, FourDigits, Text, refuse
from mzsim.common.names import kept, restored
from mzsim.common.strict_yaml import read_strict
from mzsim.common.yaml_lines import Tree, YamlError
from mzsim.domain.findings import Stage, Status
from mzsim.standard.values import as_euro
from mzsim.store.shipped_files import path_of

NAME = "case.yaml"

Require = tuple[tuple[str, str | int | None], ...]
"""What a melding must hold: (("record", "04"), ("retourcode", "8007")); what it leaves out may be anything."""


class Expectation(NamedTuple):
    """What a step must give; only what is named in `given` counts, so that a retour of None can mean: none is sent.

    `totaal_toegekend` in cents; `retour` is the file that the retour must be equal to.
    """

    given: frozenset[str]
    retour: Path | None = None
    status: Status | None = None
    total_granted: int | None = None
    codes: tuple[str, ...] = ()
    meldingen: tuple[Require, ...] = ()


class CaseStep(NamedTuple):
    """One declaration of a case. `antwoord` is a script of what the insurer answers, None for the insurer itself."""

    declaration: Path
    date: dt.date
    stage: Stage
    answer: Path | None
    expected: Expectation


class Case(NamedTuple):
    """A case. The files of its store are paths; a list that comes with the program is the path of that list."""

    folder: Path
    id: str
    title: str
    source: str | None
    tags: tuple[str, ...]
    store: tuple[Path, ...]
    steps: tuple[CaseStep, ...]

    @property
    def file(self) -> Path:
        """Its case.yaml."""
        return self.folder / NAME

    @property
    def files(self) -> Iterator[Path]:
        """Every file that it is made of."""
        yield self.file
        yield from self.store
        for step in self.steps:
            yield from filter(None, (step.declaration, step.answer, step.expected.retour))


def _id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9.-]+", value):
        raise refuse("must be small letters, digits, points and hyphens")
    return value


def _amount(value: str) -> str:
    if not re.fullmatch(r"-?(0|[1-9][0-9]*)\.[0-9]{2}", value):
        raise refuse('must be an amount in euro as --json prints it: "10.00", a credit "-10.00"')
    return value


def _path(value: str) -> str:
    if not value or Path(value).is_absolute():
        raise refuse("must be a path from the folder of the case")
    return value


FilePath = Annotated[str, AfterValidator(_path)]
StageName = Literal["vecozo", "verzekeraar", "all"]
StatusName = Literal[
    "volledig_toegewezen",
    "deels_toegewezen",
    "volledig_afgewezen",
    "afgekeurd_bestand",
    "afgekeurd_record",
    "doorgestuurd",
    "onleesbaar",
]


class _MeldingFile(FileLine):
    record: str | None = None
    identificatie: int | None = None
    rubriek: FourDigits | None = None
    retourcode: FourDigits | None = None
    controle: str | None = None


class _Expect(FileLine):
    retour: FilePath | None = None
    status: StatusName | None = None
    totaal_toegekend: Annotated[str, AfterValidator(_amount)] = "0.00"
    codes: list[FourDigits] = Field(default_factory=list)
    meldingen: list[_MeldingFile] = Field(default_factory=list)

    @model_validator(mode="after")
    def _something(self) -> _Expect:
        if not self.model_fields_set:
            raise refuse(f"must hold at least one of {', '.join(_Expect.model_fields)}")
        if "status" in self.model_fields_set and self.status is None:
            raise refuse("status may not be empty")
        return self


class _StepFile(FileLine):
    declaration: FilePath
    date: Date | None = None
    stage: StageName | None = None
    antwoord: FilePath | None = None
    expect: _Expect


class _CaseFile(FileLine):
    id: Annotated[str, AfterValidator(_id)]
    title: Text
    source: Text | None = None
    tags: Codes = Field(default_factory=list)
    date: Date | None = None
    stage: StageName = "all"
    store: list[Text] = Field(default_factory=list)
    steps: Annotated[list[_StepFile], Field(min_length=1)]


def read_case(folder_: Path, *, still_without_retour: bool = False) -> Case:
    """The case in a folder. Raises CaseError for the first thing that is wrong in it; every file it names must exist.

    With `still_without_retour` an expected retour may be missing: it is about to be written.
    """
    path = folder_ / NAME
    try:
        content, tree = read_strict(path, _CaseFile, "a case")
        tree.require_none(_missing(content, tree, folder_, still_without_retour))
    except StoreFileError as error:
        raise CaseError(str(error)) from None
    return Case(
        folder=folder_,
        id=content.id,
        title=content.title,
        source=content.source,
        tags=tuple(content.tags),
        store=tuple(_store_file(folder_, name) for name in content.store),
        steps=tuple(_step(folder_, step, content) for step in content.steps),
    )


def _step(folder_: Path, step: _StepFile, case: _CaseFile) -> CaseStep:
    date = step.date or case.date
    assert date is not None, "seen by _ontbrekend"
    requirements = step.expect
    return CaseStep(
        declaration=_in(folder_, step.declaration),
        date=date,
        stage=Stage(step.stage or case.stage),
        answer=_in(folder_, step.antwoord) if step.antwoord else None,
        expected=Expectation(
            given=frozenset(requirements.model_fields_set),
            retour=_in(folder_, requirements.retour) if requirements.retour else None,
            status=Status(requirements.status) if requirements.status else None,
            total_granted=int(requirements.totaal_toegekend.replace(".", "")),
            codes=tuple(requirements.codes),
            meldingen=tuple(_require(melding) for melding in requirements.meldingen),
        ),
    )


def _require(melding: _MeldingFile) -> Require:
    given = melding.model_dump(include=melding.model_fields_set)
    return tuple((name, given[name]) for name in _MeldingFile.model_fields if name in given)


def _store_file(folder_: Path, name: str) -> Path:
    return path_of(name) if name.startswith("@") else _in(folder_, name)


@lru_cache(maxsize=64)
def _in(folder_: Path, name: str) -> Path:
    """A file that a case names as `kept` writes it, without the .. that messages would show. Asked for twice or more each."""
    return Path(os.path.normpath(os.path.join(folder_, restored(name))))  # noqa: PTH118 - half the time


def _missing(case: _CaseFile, tree: Tree, folder_: Path, still_without_retour: bool) -> Iterator[YamlError]:
    """What is right in itself and yet can't be played: files that don't exist, a step without a date."""
    for i, name in enumerate(case.store):
        try:
            file = _store_file(folder_, name)
        except InputError as error:
            yield tree.error(("store", i), str(error).partition(": ")[2])
            continue
        yield from _exists(file, tree, ("store", i))
    for i, step in enumerate(case.steps):
        if step.date is None and case.date is None:
            yield tree.error(("steps", i, "date"), "is missing; give the case a date, or each of its steps")
        yield from _exists(_in(folder_, step.declaration), tree, ("steps", i, "declaration"))
        if step.antwoord:
            yield from _exists(_in(folder_, step.antwoord), tree, ("steps", i, "antwoord"))
        if step.expect.retour and not still_without_retour:
            yield from _exists(_in(folder_, step.expect.retour), tree, ("steps", i, "expect", "retour"))


def _exists(file: Path, tree: Tree, location: tuple[str | int, ...]) -> Iterator[YamlError]:
    if not file.is_file():
        yield tree.error(location, f"{file}: no such file")


def find_cases(folder_: Path, *, still_without_retour: bool = False) -> list[Case]:
    """The cases in a folder and below it, by id. Raises CaseError where one is wrong, two have one id, or none is."""
    if not folder_.is_dir():
        raise CaseError(f"{folder_}: {'is no folder' if folder_.exists() else 'no such folder'}")
    folders = sorted(Path(where) for where, _, files in os.walk(folder_) if NAME in files)
    if not folders:
        raise CaseError(f"{folder_}: holds no case (a folder with {NAME}); mzsim suite new makes one")
    found: dict[str, Case] = {}
    for where in folders:
        case = read_case(where, still_without_retour=still_without_retour)
        other = found.setdefault(case.id, case)
        if other is not case:
            raise CaseError(f"{case.file}: id: {other.file} has the id {case.id} as well; give one another")
    return [found[id] for id in sorted(found)]


def as_yaml(case: Case) -> str:
    """The text of the case.yaml of a case; the same case gives the same text, and reading it gives the same case."""
    first = case.steps[0]
    same_stage = all(step.stage is first.stage for step in case.steps)
    header: dict[str, Any] = {
        "id": case.id,
        "title": case.title,
        "source": case.source,
        "tags": list(case.tags),
        "date": first.date,
        "stage": str(first.stage) if same_stage else "all",
        "store": [name_in(case.folder, file) for file in case.store],
    }
    steps = [_step_as_dict(case, step, header) for step in case.steps]
    filled = {name: value for name, value in header.items() if value not in (None, [])}
    return _dump({**filled, "steps": steps})


def _step_as_dict(case: Case, step: CaseStep, header: dict[str, Any]) -> dict[str, Any]:
    shown_as: dict[str, Any] = {"declaration": name_in(case.folder, step.declaration)}
    if step.date != header["date"]:
        shown_as["date"] = step.date
    if step.stage != header["stage"]:
        shown_as["stage"] = str(step.stage)
    if step.answer:
        shown_as["antwoord"] = name_in(case.folder, step.answer)
    return {**shown_as, "expect": expected_as_dict(case, step.expected)}


def expected_as_dict(case: Case, expected: Expectation) -> dict[str, Any]:
    """What a step expects as its case.yaml holds it."""
    requirements = {
        "retour": name_in(case.folder, expected.retour) if expected.retour else None,
        "status": expected.status and str(expected.status),
        "totaal_toegekend": as_euro(expected.total_granted or 0),
        "codes": list(expected.codes),
        "meldingen": [dict(require) for require in expected.meldingen],
    }
    return {name: require for name, require in requirements.items() if name in expected.given}


def name_in(folder_: Path, file: Path) -> str:
    """How the case.yaml in a folder names a file: its path from there, a list that comes with the program by its @name."""
    if file == _listing(file):
        return f"@{file.stem}"
    return kept(Path(os.path.relpath(file, folder_)).as_posix())


def _listing(file: Path) -> Path | None:
    try:
        return path_of(f"@{file.stem}")
    except InputError:
        return None


class _CaseDumper(yaml.SafeDumper):
    """Writes no anchors, and lists indented."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    # A number to some reader of YAML or other, as 0587 is.
    style = '"' if re.fullmatch(r"[-+.:0-9]+", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_CaseDumper.add_representer(str, _text)


def _dump(content: dict[str, Any]) -> str:
    return yaml.dump(content, Dumper=_CaseDumper, sort_keys=False, allow_unicode=True, width=120)


def as_yaml_value(value: Any) -> str:
    """A value on one line, as it stands behind a key."""
    text: str = yaml.dump(
        value, Dumper=_CaseDumper, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=True
    )
    return text.removesuffix("\n").removesuffix("\n...")


def choose(cases: Iterable[Case], word: str | None, tags: Iterable[str]) -> list[Case]:
    """The cases whose id or title holds a word (capitals don't matter) and that have one of the tags, where asked."""
    sought, asked = (word or "").casefold(), set(tags)
    return [
        case
        for case in cases
        if sought in f"{case.id}\n{case.title}".casefold() and (not asked or asked & set(case.tags))
    ]
