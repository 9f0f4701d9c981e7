"""The suite of a declaration's defects, in a folder of its own: all of it, or nothing."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mzsim.checks import REGISTER
from mzsim.common.errors import InputError, OutputError
from mzsim.common.inputs import open_message
from mzsim.common.names import plain
from mzsim.mutation.derived_store import derived_store
from mzsim.mutation.suite import Result, make_suite, read_base
from mzsim.store.shipped_files import path_of
from mzsim.store.verzekeraarsbestand import read_file

_STORES = "stores"
_DERIVED = "derived.yaml"


def chosen_checks(ids: Sequence[str]) -> Collection[str]:
    """The checks that were asked for: all where none was. Raises InputError for one that is in no register."""
    for id_ in ids:
        if id_ not in REGISTER:
            raise InputError(f"there is no check {id_}; mzsim controles lists them")
    return set(ids) or REGISTER.keys()


def write_suite(
    declaration: Path,
    folder: Path,
    store_files: Sequence[str],
    date: dt.date | None,
    checks: Collection[str],
    progress: Callable[[], None] = lambda: None,
) -> Result:
    """Writes a case for each defect of a declaration that one of these checks objects to; `progress` is told of each try.

    `store_files` are paths and @names; where none has polissen the least store that grants the declaration is made of it.
    `date` is the processing date, None the dagtekening. Raises InputError where the declaration can't be used, OutputError
    where the folder can't be written or is not empty.
    """
    with open_message(declaration) as stream:
        content = stream.read()
    with _in_the_making(folder) as part, tempfile.TemporaryDirectory() as name:
        work = Path(name)
        stores = _stores(content, declaration, store_files, part)
        basis = read_base(content, str(declaration), stores, date, work)
        return make_suite(basis, part, work, checks, progress)


def _stores(content: bytes, declaration: Path, store_files: Sequence[str], part: Path) -> list[Path]:
    """The store files as the cases will name them: lists of the program as they are, others copied into the suite."""
    places = [path_of(file) for file in store_files]
    with_polissen = any(read_file(place).content.polissen for place in places)
    folder = part / _STORES
    folder.mkdir()
    used = []
    if not with_polissen:
        try:
            (folder / _DERIVED).write_bytes(derived_store(content))
        except InputError as error:
            raise InputError(f"{declaration}: {error}") from None
        used.append(folder / _DERIVED)
    for number, (file, place) in enumerate(zip(store_files, places, strict=True), start=1):
        own = place if file.startswith("@") else Path(shutil.copyfile(place, folder / f"{number}-{plain(place.name)}"))
        used.append(own)
    if not any(folder.iterdir()):
        folder.rmdir()
    return used


@contextmanager
def _in_the_making(folder: Path) -> Iterator[Path]:
    """A folder beside its place, put there when it is complete and gone when it isn't."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(f"{folder}: is no empty folder; choose another with --out")
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".deel", dir=folder.absolute().parent))
    except OSError as error:
        raise OutputError(f"{folder}: can't be written: {error.strerror}; choose another place with --out") from None
    try:
        yield part
        part.chmod(0o755)  # a temporary folder is its maker's alone
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise OutputError(f"{folder}: can't be written: {error.strerror}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
