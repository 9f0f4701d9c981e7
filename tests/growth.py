"""How the cost of `mzsim replay` grows: `python -m tests.growth [--most RECORDS] [--earlier ROWS]`.

A table of whole commands, each on files of its own: declarations of 1,000 records and more, earlier rows of the same insurer
up to ten million, one verzekerde with all the records of a declaration, and many small files in one call. Of each the CPU
time, that of a record, and the peak memory. Linear is a column that stays the same.

The earlier rows are copied within the database: to make ten million takes minutes, and 2 GB.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from mzsim.standard.heen import combined_with, heenbericht, numbered
from mzsim.standard.layout import CRLF
from tests.benchmark import Used, run

_SIZES = (1_000, 10_000, 100_000, 900_000)
_EARLIER = (0, 100_000, 1_000_000, 10_000_000)
_MADE = 100_000
"""Earlier rows that are made one by one; the others are copies of these, of other people."""
_AMONG_EARLIER = 10_000
"""Records of the declaration that is sent to an insurer with earlier rows."""
_OF_ONE = 100_000
_BY_ONE = 10_000
_SMALL_FILES = 1_000
_PER_SMALL_FILE = 10


def _files(folder: Path, records: int, verzekerden: int, history: int = 0) -> int:
    """Makes a declaration and a store; gives the number of records in it."""
    folder.mkdir()
    numbers = map(str, (records, verzekerden, 2 * verzekerden, history))
    made = (sys.executable, "-m", "tests.benchmark_files", str(folder), *numbers)
    return int(subprocess.run(made, check=True, capture_output=True, text=True).stdout)


def _replay(folder: Path, *declarations: Path) -> Used:
    return run(
        *("-m", "mzsim", "replay", *map(str, declarations), "--store", f"sqlite:///{folder / 'store.db'}"),
        *("--date", "2026-04-03", "--fail-on", "afgekeurd_bestand"),
        bytecode=folder.parent / "bytecode",
    )


def copy_earlier(store: Path, count: int) -> None:
    """Fills a store up to so many earlier rows with copies of those that it has, of people whose names nobody else has."""
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        rows = connection.execute("PRAGMA table_info(prestaties)").fetchall()
        columns = [name for _, name, *_ in rows if name not in ("id", "persoon", "referentienummer")]
        there, last = connection.execute("SELECT count(*), max(id) FROM prestaties").fetchone()
        for copy in range(1, -(-count // max(there, 1)) if there else 0):
            connection.execute(
                f"INSERT INTO prestaties (persoon, referentienummer, {', '.join(columns)})"
                f" SELECT 'C{copy:03d}' || persoon, referentienummer || '-{copy}', {', '.join(columns)}"
                " FROM prestaties WHERE id <= ? LIMIT ?",
                (last, count - copy * there),
            )


def _line(name: str, records: int, used: Used) -> str:
    per_record = 1e6 * used.cpu / records
    return f"| {name} | {records:,} | {used.cpu:.2f} s | {per_record:.0f} µs | {used.memory:.0f} MB |"


def table(work_folder: Path, most: int, earlier: int) -> Iterator[str]:
    """The lines of the table, each as soon as it is known."""
    yield "| what | records | CPU | of a record | peak memory |"
    yield "| --- | --- | --- | --- | --- |"
    folder = work_folder / "files"
    _files(folder, 1, 1)
    _replay(folder, folder / "declaratie.asc")  # which compiles the modules
    shutil.rmtree(folder)
    for size in (size for size in _SIZES if size <= most):
        records = _files(folder, size, -(-size // 10))
        yield _line("a declaration", records, _replay(folder, folder / "declaratie.asc"))
        shutil.rmtree(folder)
    for rows in (rows for rows in _EARLIER if rows <= earlier):
        records = _files(folder, _AMONG_EARLIER, _AMONG_EARLIER // 10, min(rows, _MADE))
        copy_earlier(folder / "store.db", rows)
        yield _line(f"with {rows:,} earlier rows", records, _replay(folder, folder / "declaratie.asc"))
        shutil.rmtree(folder)
    yield _one_verzekerde(folder, min(_OF_ONE, most))
    shutil.rmtree(folder)
    yield _many_small_files(folder, min(_SMALL_FILES, most // _PER_SMALL_FILE))


def _one_verzekerde(folder: Path, count: int) -> str:
    by_one = min(count, _BY_ONE)
    _files(folder, by_one, 1)
    copies = -(-count // by_one)
    _apart(_by_others, folder / "declaratie.asc", copies)
    return _line("one verzekerde", copies * by_one + 3, _replay(folder, folder / "declaratie.asc"))


def _by_others(declaration: Path, copies: int) -> None:
    """What he had done by one behandelaar he had done by others too: a month holds no more prestaties than that."""
    voorloop, verzekerde, *prestaties, _ = _records(declaration)
    details = [verzekerde]
    for other in range(copies):
        details += (
            combined_with(heen, {"0420": f"12{other:06d}", "0432": f"R{other}-{number}"})
            for number, heen in enumerate(prestaties)
        )
    declaration.write_bytes(heenbericht(voorloop, numbered(details)))


def _many_small_files(folder: Path, count: int) -> str:
    records = _files(folder, count * _PER_SMALL_FILE, count)
    small = [folder / f"klein-{number}.asc" for number in range(count)]
    _apart(_one_each, folder / "declaratie.asc", small)
    return _line(f"{count:,} small files in one call", records + 2 * count - 2, _replay(folder, *small))


def _one_each(declaration: Path, small: list[Path]) -> None:
    """A file for each verzekerde of a declaration."""
    voorloop, *details, _ = _records(declaration)
    begins = [place for place, heen in enumerate(details) if heen[:2] == b"02"]
    for place, (begin, end) in zip(small, pairwise((*begins, len(details))), strict=True):
        own = combined_with(voorloop, {"0116": place.stem})
        place.write_bytes(heenbericht(own, numbered(details[begin:end])))


def _apart(make: Callable[..., None], *what: object) -> None:
    """Has files made by a process of its own: the peak memory of a command is never below that of who starts it."""
    process = get_context("spawn").Process(target=make, args=what)
    process.start()
    process.join()


def _records(declaration: Path) -> list[bytes]:
    return declaration.read_bytes().removesuffix(CRLF).split(CRLF)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--most", type=int, default=_SIZES[-1], help="records of the largest declaration")
    options.add_argument("--earlier", type=int, default=_EARLIER[-1], help="earlier rows of the largest store")
    choice = options.parse_args()
    with tempfile.TemporaryDirectory() as work_folder:
        for line in table(Path(work_folder), choice.most, choice.earlier):
            print(line, flush=True)


if __name__ == "__main__":
    main()
