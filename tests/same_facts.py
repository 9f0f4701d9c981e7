"""Whether two checkouts answer and record the same: `python -m tests.same_facts OTHER [--files 3000] [--seed 1]`.

OTHER is another checkout of this project, of before a change that may alter nothing. Both play every case of the suites, and so
many spoiled declarations on stores that remember two hundred of them. Compared are each retour, byte for byte, and every
row of every table that the store holds afterwards; a table that only one of them knows must be empty. Prints what differs;
the exit status is 1 where anything does.

Both are asked by what `import mzsim` gives, on SQLite.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
_PER_STORE = 200
_OF_THE_SCHEMA = "alembic_version"

Job = dict[str, Any]
"""What is played on one store: its name, the store files, and the declarations in order, each with what `replay` is told."""


def jobs(files: int, seed: int, folder: Path) -> Iterator[Job]:
    """Every case, then the spoiled declarations, which are written in a folder."""
    for file in sorted((ROOT / "fixtures" / "suites").rglob("case.yaml")):
        yield _case(file)
    from tests.fuzz_files import bases, spoiled

    chance, known = random.Random(seed), bases()
    for number in range(0, files, _PER_STORE):
        base = chance.choice(known)
        steps = []
        for n in range(number, min(number + _PER_STORE, files)):
            place = folder / f"{n}.asc"
            place.write_bytes(spoiled(chance, base, n))
            stage = chance.choice(["all", "verzekeraar", "vecozo"])
            steps.append({"declaration": str(place), "date": base.date.isoformat(), "stage": stage, "script": None})
        yield {"name": f"spoiled {number}", "store": list(base.stores), "steps": steps}


def _case(file: Path) -> Job:
    case = yaml.safe_load(file.read_text("utf-8"))

    def path(name: str | None) -> str | None:
        return name if name is None or name.startswith("@") else str(file.parent / name)

    steps = [
        {
            "declaration": path(step["declaration"]),
            "date": str(step.get("date", case.get("date"))),
            "stage": step.get("stage", case.get("stage", "all")),
            "script": path(step.get("antwoord")),
        }
        for step in case["steps"]
    ]
    return {"name": str(file.parent.relative_to(ROOT)), "store": [path(name) for name in case["store"]], "steps": steps}


def play(listed: Path, results: Path) -> None:
    """Plays the jobs of a file with the program that is imported, and writes a line of what came of each."""
    import mzsim

    with TemporaryDirectory() as folder, results.open("w", encoding="utf-8") as out:
        empty, used = Path(folder) / "empty.db", Path(folder) / "used.db"
        with mzsim.Store(f"sqlite:///{empty}") as store:
            store.upgrade()
        for line in listed.read_text("utf-8").splitlines():
            job = json.loads(line)
            shutil.copy(empty, used)
            with mzsim.Store(f"sqlite:///{used}") as store:
                answers = list(_answers(job, store))
            print(json.dumps({"name": job["name"], "answers": answers, "tables": _tables(used)}), file=out)


def _answers(job: Job, store: Any) -> Iterator[str]:
    import mzsim

    try:
        store.load(*job["store"])
        for step in job["steps"]:
            declaration, date = Path(step["declaration"]).read_bytes(), dt.date.fromisoformat(step["date"])
            script = step["script"] and Path(step["script"])
            answer = mzsim.replay(declaration, store, date=date, stage=step["stage"], script=script)
            yield f"{answer.status} {answer.granted} {hashlib.sha256(answer.retour or b'').hexdigest()}"
    except mzsim.MzsimError as error:
        yield f"{type(error).__name__}: {error}"


def _tables(place: Path) -> dict[str, list[str]]:
    """The rows of every table that has any, in an order that no database chooses."""
    with closing(sqlite3.connect(place)) as driver:
        names = [
            name for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        rows = {name: sorted(map(repr, driver.execute(f"SELECT * FROM {name}"))) for name in names}
    return {name: listed for name, listed in rows.items() if listed and name != _OF_THE_SCHEMA}


def _differences(ours: Job, theirs: Job) -> Iterator[str]:
    for n, (a, b) in enumerate(zip(ours["answers"], theirs["answers"], strict=True)):
        if a != b:
            yield f"{ours['name']}, declaration {n}: {a}, {b} in the other"
    for table in sorted(ours["tables"].keys() | theirs["tables"].keys()):
        a, b = (set(of["tables"].get(table, [])) for of in (ours, theirs))
        if a != b:
            yield f"{ours['name']}, {table}: {sorted(a - b)[:2]}, {sorted(b - a)[:2]} in the other"


def main() -> int:
    """Plays with both, and compares."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("other", type=Path, help="another checkout")
    options.add_argument("--files", type=int, default=3000, help="spoiled declarations")
    options.add_argument("--seed", type=int, default=1)
    choice = options.parse_args()
    with TemporaryDirectory() as work:
        folder = Path(work)
        listed = folder / "jobs.jsonl"
        listed.write_text("".join(f"{json.dumps(job)}\n" for job in jobs(choice.files, choice.seed, folder)), "utf-8")
        for name, root in (("ours", ROOT), ("theirs", choice.other)):
            words = [sys.executable, str(Path(__file__)), "--play", str(listed), str(folder / name)]
            subprocess.run(words, env=os.environ | {"PYTHONPATH": str(root / "simulator")}, check=True)
        both = (map(json.loads, (folder / name).open(encoding="utf-8")) for name in ("ours", "theirs"))
        played = answers = rows = wrong = 0
        for ours, theirs in zip(*both, strict=True):
            played, answers = played + 1, answers + len(ours["answers"])
            rows += sum(map(len, ours["tables"].values()))
            for difference in _differences(ours, theirs):
                wrong += 1
                print(difference)
    print(f"{played:,} stores, {answers:,} answers, {rows:,} rows: {wrong} differences")
    return int(wrong > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--play"]:
        play(*map(Path, sys.argv[2:]))
    else:
        sys.exit(main())
