"""The worked examples of INV chapter 3: played, and written as files to try oneself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from mzsim.common.apart import Used, require_apart
from mzsim.common.errors import OutputError
from mzsim.common.in_memory import RetourStream
from mzsim.common.shipped import shipped
from mzsim.common.whole_file import output_folder, write_whole
from mzsim.domain.findings import Outcome, Stage
from mzsim.pipeline import Order, replay
from mzsim.presentation.parts import Part, Table
from mzsim.standard.values import as_euro
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_in_memory, open_store

DATE = dt.date(2011, 5, 2)
"""The day on which the examples play."""
STORE = "store.yaml"
_PATHS = {Stage.ALL: "VECOZO, insurer", Stage.INSURER: "insurer only"}


class Played(NamedTuple):
    """An example, by whom it was answered, and how that ended."""

    name: str
    stage: Stage
    outcome: Outcome


def declarations() -> list[Path]:
    """The declarations of the examples, in order."""
    return sorted(shipped("inv3").glob("*.mz301.asc"))


def play(keep: Path | None = None) -> list[Played]:
    """Plays every example, each in a store of its own: the whole path, then the insurer with VECOZO left out.

    `keep` is a folder for declarations, stores and retours, made where it isn't there; without it nothing is written.
    """
    with ExitStack() as at_the_end:
        if keep is not None:
            require_apart((Used(file, "the example") for file in _shipped()), _kept(keep))
            at_the_end.enter_context(output_folder(keep, "--keep"))
        return [played for declaration in declarations() for played in _play(declaration, keep)]


def _play(declaration: Path, keep: Path | None) -> Iterator[Played]:
    name = declaration.name.split(".")[0]
    if keep is not None:
        write_whole(keep / declaration.name, declaration.read_bytes(), "--keep", private=False)
    with _store(keep, name) as store:
        load_file(store, shipped("inv3") / STORE)
        for stage in _PATHS:
            retour = BytesIO()
            outcome = replay(Order(declaration, RetourStream(retour), DATE, stage, dry_run=True), store)
            if keep is not None and outcome.has_retour:
                write_whole(keep / _retour_name(declaration, stage), retour.getvalue(), "--keep")
            yield Played(name, stage, outcome)


@contextmanager
def _store(keep: Path | None, name: str) -> Iterator[Database]:
    if keep is None:
        store = open_in_memory()
    else:
        place = keep / f"{name}.db"
        place.unlink(missing_ok=True)
        store = open_store(f"sqlite:///{place}")
    try:
        yield store
    finally:
        store.close()


def _retour_name(declaration: Path, stage: Stage) -> str:
    return declaration.name.replace(".mz301.", f".{stage}.mz302.")


def _kept(keep: Path) -> Iterator[Used]:
    """What is kept in a folder of each example: declaration, store and retours."""
    for declaration in declarations():
        name = declaration.name.split(".")[0]
        for file in (declaration.name, f"{name}.db", *(_retour_name(declaration, stage) for stage in _PATHS)):
            yield Used(keep / file, "what is kept", "--keep")


def _shipped() -> list[Path]:
    return [*declarations(), shipped("inv3") / STORE]


def write(folder: Path) -> list[Path]:
    """Writes the declarations and their store file into a folder, made where it isn't there, and gives their places.

    A file that stands there with the same contents stays. Raises OutputError where one can't be written or another file
    stands in its place; then nothing was written.
    """
    places = {folder / file.name: file.read_bytes() for file in _shipped()}
    with output_folder(folder):
        missing = [place for place, content in places.items() if not _stands(place, content)]
        for place in missing:
            write_whole(place, places[place], "--out", private=False)
    return list(places)


def _stands(place: Path, content: bytes) -> bool:
    """Whether a place holds this already. Raises OutputError where it holds something else."""
    try:
        if not place.exists():
            return False
        if place.is_file() and place.read_bytes() == content:
            return True
    except OSError as error:
        raise OutputError(f"{place}: can't be read: {error.strerror}; choose another folder with --out") from None
    raise OutputError(f"{place}: is there already, with other contents; choose another folder with --out")


def parts(played: list[Played]) -> Iterator[Part]:
    """The examples for people."""
    yield (
        "The examples of INV chapter 3, played on 2011-05-02: the whole path, then the insurer with VECOZO left out.\n"
    )
    yield Table(
        ("example", "path", "answered by", "status", "declared", "granted", "retourcodes"),
        [(name, _PATHS[stage], *_summary(outcome)) for name, stage, outcome in played],
    )
    yield "Next: mzsim db load FILE.yaml, then mzsim replay DECLARATION. mzsim --help says more."


def _summary(outcome: Outcome) -> tuple[str, ...]:
    codes = dict.fromkeys(f"{m.retourcode} on {m.finding.record}" for m in outcome.meldingen)
    return (
        outcome.sender or "",
        str(outcome.status),
        as_euro(outcome.total_declared),
        as_euro(outcome.total_granted),
        ", ".join(codes) or "8001 on 01",
    )
