"""Making a case of somebody's own declarations: copies of the files, and what comes back now as what is expected."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import NamedTuple

from mzsim.common.errors import CaseError, InputError, OutputError
from mzsim.common.message_names import retour_name
from mzsim.common.names import plain, printable, shown
from mzsim.domain.findings import Stage
from mzsim.store.shipped_files import path_of
from mzsim.suites.case import NAME, Case, CaseStep, Expectation, as_yaml, find_cases
from mzsim.suites.playing import CaseReport, play_case


class Setup(NamedTuple):
    """What a case is made of; `stores` are files and @names."""

    folder: Path
    declaraties: tuple[Path, ...]
    stores: tuple[str, ...]
    title: str | None
    tags: tuple[str, ...]
    date: dt.date
    stage: Stage


def make_case(setup: Setup) -> CaseReport:
    """Makes the folder of a case and says what came back. Raises a MzsimError, and then there is no folder."""
    if setup.folder.exists():
        raise OutputError(f"{setup.folder}: is there already; choose another name, or see mzsim suite accept")
    id_ = _id(setup.folder)
    try:
        setup.folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".mzsim-", dir=setup.folder.parent) as work:
            case_report = _fill(setup, id_, Path(work) / "geval", Path(work))
            (Path(work) / "geval").rename(setup.folder)
    except OSError as error:
        raise OutputError(f"{setup.folder}: can't be made: {error.strerror}") from None
    case = _moved(case_report.case, setup.folder)
    steps = zip(case_report.steps, case.steps, strict=True)
    return case_report._replace(case=case, steps=tuple(played._replace(step=step) for played, step in steps))


def _id(folder: Path) -> str:
    """The name of the folder as an id, which no other case beside it may have."""
    id_ = re.sub(r"[^a-z0-9.-]+", "-", folder.resolve().name.lower()).strip("-")
    if not id_:
        raise CaseError(f"{folder}: give the folder a name with a letter or digit; it becomes the id of the case")
    if folder.parent.is_dir() and _has_cases(folder.parent):
        for other in find_cases(folder.parent, still_without_retour=True):
            if other.id == id_:
                raise CaseError(f"{folder}: {other.file} has the id {id_} already; choose another name")
    return id_


def _has_cases(folder: Path) -> bool:
    return any(NAME in files for _, _, files in os.walk(folder))


def _fill(setup: Setup, id_: str, folder: Path, work: Path) -> CaseReport:
    folder.mkdir()
    arrangement = _Arrangement(folder)
    stores = tuple(arrangement.store_file(name) for name in setup.stores)
    steps = tuple(
        CaseStep(arrangement.copy(declaration), setup.date, setup.stage, None, Expectation(frozenset()))
        for declaration in setup.declaraties
    )
    title = printable(setup.title or ", ".join(declaration.name for declaration in setup.declaraties))
    case = Case(folder, id_, title, None, tuple(map(printable, setup.tags)), stores, steps)
    case_report = play_case(case, work)
    for error in (case_report.error, *(step.error for step in case_report.steps)):
        if error is not None:
            raise InputError(arrangement.with_sources(error))
    expected = []
    for step in case_report.steps:
        assert step.outcome is not None
        place = None
        if step.retour is not None:
            place = folder / arrangement.name(retour_name(step.step.declaration))
            place.write_bytes(step.retour)
        given = frozenset({"retour", "status"})
        expected.append(step.step._replace(expected=Expectation(given, place, step.outcome.status)))
    case = case._replace(steps=tuple(expected))
    case.file.write_text(as_yaml(case), "utf-8")
    return case_report._replace(case=case)


class _Arrangement:
    """The files of a case in the making: names that stand once, and where each was copied from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken = {NAME}
        self._sources: dict[Path, Path] = {}

    def name(self, wanted: str) -> str:
        """A name that is free and plain, like the one that is wanted."""
        name = plain(wanted)
        stem, point, rest = name.partition(".")
        for n in count(2):
            if name.casefold() not in self._taken:
                break
            name = f"{stem}-{n}{point}{rest}"
        self._taken.add(name.casefold())
        return name

    def store_file(self, name: str) -> Path:
        file = path_of(name)
        return file if name.startswith("@") else self.copy(file)

    def copy(self, file: Path) -> Path:
        target = self._folder / self.name(file.name)
        try:
            shutil.copyfile(file, target)
        except (OSError, shutil.SpecialFileError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "is no ordinary file"
            raise InputError(f"{file}: can't be read: {reason}") from None
        self._sources[target] = file
        return target

    def with_sources(self, error: str) -> str:
        """A message about copies as one about what they are copies of."""
        for copy, source in self._sources.items():
            error = error.replace(shown(copy), shown(source))
        return error


def _moved(case: Case, folder: Path) -> Case:
    """The case with its own files in the folder where it is now."""

    def now(files: Iterable[Path]) -> tuple[Path, ...]:
        return tuple(folder / file.name if file.parent == case.folder else file for file in files)

    steps = []
    for step in case.steps:
        (declaration,) = now([step.declaration])
        retour = step.expected.retour
        expected = step.expected._replace(retour=folder / retour.name if retour else None)
        steps.append(step._replace(declaration=declaration, expected=expected))
    return case._replace(folder=folder, store=now(case.store), steps=tuple(steps))
