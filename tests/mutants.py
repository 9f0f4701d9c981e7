"""No declaration that differs from a good one where it is checked is approved in full: `python -m tests.mutants`.

    python -m tests.mutants [--count 100000] [--seed 1] [--workers 2]

Declarations that are approved in full (of every profile of `mzsim generate`, with commentaar, and one in which every
rubriek is filled) are changed in one rubriek of one record, by a defect of its kind or to a value that could stand there.
Totals of the sluitrecord follow the amounts in half of the cases, and what carries a key of the verzekerde follows that.
Each is replayed, the whole path, on a store that forgets it again.

An approval in full is right only where `tests/valid_values.py`, which knows nothing of the checks, calls the new value
valid. Prints what came of each rubriek, and every wrong approval; the exit status is 1 where there is any.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.domain.findings import Status
from mzsim.generation.making import GenerationOrder, make
from mzsim.pipeline import Order, replay
from mzsim.presentation.parts import Table, as_text
from mzsim.standard.layout import CHARSET, CRLF, Rubriek, layouts
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_in_memory
from mzsim.store.shipped_files import path_of
from tests import rubrieken
from tests.check_cases import STORE
from tests.commands import DATE
from tests.valid_values import VALID, Change

PROFILES = ("mondzorg", "orthodontie", "implantologie", "wlz")
TODAY = dt.date(2026, 4, 3)
_LAYOUT = layouts("mz301")
_KEYS = {"0203": "0403", "0204": "0404", "0205": "0405"}
_AMOUNTS = frozenset({"0430", "0431"})
_PRINTABLE = "".join(map(chr, (*range(32, 127), *range(160, 256))))


class Seed(NamedTuple):
    """A declaration that is approved in full, the store for it, and what that store holds by list."""

    lines: tuple[bytes, ...]
    store: Database
    lists: Mapping[str, list[dict[str, Any]]]
    today: dt.date


class Mutant(NamedTuple):
    """A changed declaration, and the change: the place of its line, the rubriek and the new value."""

    lines: tuple[bytes, ...]
    place: int
    rubriek: Rubriek
    value: bytes


class Wrong(NamedTuple):
    """An approval in full of a value that is no valid one."""

    number: int
    rubriek: str
    before: str
    after: str


class Tally(NamedTuple):
    """What came of mutants: by rubriek and status, how many approvals were of a valid value, and the wrong ones."""

    by_status: Counter[tuple[str, str]]
    wrong: list[Wrong]


@cache
def seeds() -> tuple[Seed, ...]:
    """The declarations to change; every process makes its own, the same ones."""
    return (*(_generated(profile, number) for profile in PROFILES for number in (1, 2)), _filled())


def _generated(profile: str, number: int) -> Seed:
    made = make(GenerationOrder(profile, 3, 12, number, dt.date(2026, 3, 31), "5509" if profile == "wlz" else "0736"))
    lines = made.declaration.split(CRLF)[:-1]
    lines.insert(2, _commentaar(lines[1]))
    lines[-1] = _put(lines[-1], b"99", "9905", "000001")
    lines[-1] = _put(lines[-1], b"99", "9906", f"{len(lines) - 2:07d}")
    return Seed(tuple(lines), _store(made.store), _shipped() | yaml.safe_load(made.store), TODAY)


@cache
def _shipped() -> dict[str, list[dict[str, Any]]]:
    """What the list of the NZa holds: by libyaml, which takes a tenth of a second where the other takes two."""
    lists: dict[str, list[dict[str, Any]]] = yaml.load(path_of("@nza-2026").read_text("utf-8"), yaml.CSafeLoader)
    return lists


def _commentaar(heen: bytes) -> bytes:
    number = heen[_LAYOUT[b"02"]["0202"].plaats]
    return (b"98" + number + b"0001" + "Controle één week later".encode(CHARSET)).ljust(310)


def _filled() -> Seed:
    """The declaration of `tests.rubrieken` in which as much is filled as can be together."""
    extra = rubrieken.STORE_BESIDE
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "beside.yaml"
        file.write_text(extra, "utf-8")
        store = _store(STORE.read_bytes(), file)
    lists = yaml.safe_load(STORE.read_text("utf-8")) | yaml.safe_load(extra)
    return Seed(tuple(bytes(rubrieken.declaration("0106")).split(CRLF)[:-1]), store, lists, DATE)


def _store(content: bytes, *beside: Path) -> Database:
    store = open_in_memory()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "store.yaml"
        file.write_bytes(content)
        for source in (path_of("@nza-2026"), file, *beside) if not beside else (file, *beside):
            load_file(store, source)
    return store


def approved(seed: Seed, lines: Sequence[bytes]) -> str:
    """The status of a declaration, replayed on a store that forgets it."""
    content = b"".join(line + CRLF for line in lines)
    order = Order(BytesMessage(content), RetourStream(io.BytesIO()), seed.today, dry_run=True)
    return replay(order, seed.store).status


def mutate(seed: Seed, chance: random.Random) -> Mutant | None:
    """One change; None where the new value is the old one."""
    place = chance.randrange(len(seed.lines))
    heen = seed.lines[place]
    rubriek = chance.choice(_LAYOUT[heen[:2]].rubrieken)
    before = heen[rubriek.plaats]
    value = _other_value(before, rubriek, seed, chance)
    if value == before:
        return None
    lines = list(seed.lines)
    lines[place] = heen[: rubriek.plaats.start] + value + heen[rubriek.plaats.stop :]
    if chance.random() < 0.5:
        _follow(lines, place, rubriek)
    return Mutant(tuple(lines), place, rubriek, value)


def _other_value(before: bytes, rubriek: Rubriek, seed: Seed, chance: random.Random) -> bytes:
    text, size = before.decode(CHARSET), rubriek.length
    spot = chance.randrange(size)
    same = [line[rubriek.plaats] for line in seed.lines if line[:2] == _LAYOUT[rubriek.nummer[:2].encode()].kenmerk]
    digits = str(abs(int(text) + chance.choice((-1, 1, 10, 100)))) if text.isdecimal() else text
    ways = (
        text[:spot] + chance.choice(_PRINTABLE) + text[spot + 1 :],
        text[:spot] + chance.choice("0123456789") + text[spot + 1 :],
        text[:spot] + chance.choice("ABCDEJLMNOPVXZ") + text[spot + 1 :],
        " " * size,
        "0" * size,
        (" " + text)[:size],
        text[1:] + " ",
        text[1:] + text[:1],
        text[::-1],
        text.swapcase(),
        digits.rjust(size, "0")[-size:],
        "".join(chance.choice("0123456789") for _ in range(size)),
        f"{chance.randrange(2005, 2028)}{chance.randrange(1, 14):02d}{chance.randrange(1, 33):02d}".ljust(size)[:size],
        chance.choice(same).decode(CHARSET),
        chance.choice(rubrieken.OUTSIDE.get(rubriek.nummer, "X")).ljust(size),
        chance.choice([str(row["code"]) for row in seed.lists["prestatiecodes"]]).ljust(size)[:size],
    )
    return chance.choice(ways).encode(CHARSET)


def _follow(lines: list[bytes], place: int, rubriek: Rubriek) -> None:
    """Lets totals follow the amounts, and the records of a verzekerde his key."""
    if rubriek.nummer in _KEYS:
        key = _LAYOUT[b"04"][_KEYS[rubriek.nummer]].plaats
        value = lines[place][rubriek.plaats]
        for number in range(place + 1, len(lines)):
            if lines[number][:2] == b"02":
                break
            if lines[number][:2] == b"04":
                lines[number] = lines[number][: key.start] + value + lines[number][key.stop :]
    if rubriek.nummer in _AMOUNTS:
        amounts = [cut("04", line, "0430") + cut("04", line, "0431") for line in lines if line[:2] == b"04"]
        if all(amount[:8].isdecimal() for amount in amounts):
            total = sum(int(amount[:8]) * (-1 if amount[8] == "C" else 1) for amount in amounts)
            lines[-1] = _put(lines[-1], b"99", "9907", f"{abs(total):011d}")
            lines[-1] = _put(lines[-1], b"99", "9908", "D" if total > 0 else "C")


def cut(kenmerk: str, heen: bytes, rubriek: str) -> str:
    """The value of a rubriek."""
    return heen[_LAYOUT[kenmerk.encode()][rubriek].plaats].decode(CHARSET)


def _put(heen: bytes, kenmerk: bytes, rubriek: str, value: str) -> bytes:
    place = _LAYOUT[kenmerk][rubriek].plaats
    return heen[: place.start] + value.encode(CHARSET) + heen[place.stop :]


def valid(seed: Seed, mutant: Mutant) -> bool:
    """Whether the new value is one that may stand there, by `tests.valid_values`."""
    judge = VALID.get(mutant.rubriek.nummer)
    return judge is not None and judge(_change(seed, mutant))


def _change(seed: Seed, mutant: Mutant) -> Change:
    records = [_rubrieken(line) for line in mutant.lines]
    record, number = records[mutant.place], mutant.rubriek.nummer
    others = [other[number] for other in records if other is not record and number in other]
    days = tuple(other["0408"] for other in records if "0408" in other)
    before = seed.lines[mutant.place][mutant.rubriek.plaats].decode(CHARSET)
    return Change(number, before, record, records[0], days, tuple(others), seed.lists, seed.today)


def _rubrieken(heen: bytes) -> dict[str, str]:
    return {rubriek.nummer: heen[rubriek.plaats].decode(CHARSET) for rubriek in _LAYOUT[heen[:2]].rubrieken}


def play(seed: int, numbers: range) -> Tally:
    """Makes and judges the mutants with these numbers; of another `seed` they are others."""
    by_status: Counter[tuple[str, str]] = Counter()
    wrong = []
    for number in numbers:
        chance = random.Random(f"{seed}/{number}")
        chosen = chance.choice(seeds())
        mutant = mutate(chosen, chance)
        if mutant is None:
            by_status["", "the same"] += 1
            continue
        status = approved(chosen, mutant.lines)
        by_status[mutant.rubriek.nummer, status] += 1
        if status == Status.FULLY_GRANTED and not valid(chosen, mutant):
            before = chosen.lines[mutant.place][mutant.rubriek.plaats]
            wrong.append(Wrong(number, mutant.rubriek.nummer, before.decode(CHARSET), mutant.value.decode(CHARSET)))
    return Tally(by_status, wrong)


def play_all(seed: int, count: int, workers: int) -> Iterator[Tally]:
    """All of them, in pieces, over processes."""
    pieces = [range(begin, min(begin + 2000, count)) for begin in range(0, count, 2000)]
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(play, [seed] * len(pieces), pieces)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    choice = options.parse_args()
    by_status: Counter[tuple[str, str]] = Counter()
    wrong: list[Wrong] = []
    for tally in play_all(choice.seed, choice.count, choice.workers):
        by_status.update(tally.by_status)
        wrong += tally.wrong
    statuses = sorted({status for _, status in by_status})
    rows = [
        (rubriek or "-", *(str(by_status[rubriek, status] or "") for status in statuses))
        for rubriek in sorted({rubriek for rubriek, _ in by_status})
    ]
    print(as_text([Table(("rubriek", *statuses), rows)]), end="")
    for one in wrong:
        print(f"wrong approval, mutant {one.number}: {one.rubriek} was {one.before!r}, is {one.after!r}")
    approvals = sum(count for (_, status), count in by_status.items() if status == Status.FULLY_GRANTED)
    print(f"{by_status.total():,} mutants, {approvals:,} approved in full, {len(wrong)} of these wrongly")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
