"""Many processes on one store: what comes of them, and how long it takes.

    python -m tests.together [--prestaties 350000] [--short 200] [--processes 64]

Plays, on SQLite and on every other database that the tests of the store run on: so many processes with one factuurnummer,
with one maximum and with one authorisation for a number, whose answers must be those of one after another; and a
declaration of so many prestatierecords beside short ones of other people. Prints what came of them and the seconds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import sqlalchemy as sa
import yaml

from mzsim.standard.values import elfproef
from mzsim.store.loading import load_file
from mzsim.store.session import open_store, upgrade_store
from tests.commands import ON_DATE, order, surroundings
from tests.databases import DATABASES, databases
from tests.factories import Message, make
from tests.verzekerden import MACHTIGING, insured, pakket, polis, uzovi

DAY = 20110300


class Contest(NamedTuple):
    """Declarations that are about one thing, on a store; each is a process of its own."""

    name: str
    store: Mapping[str, Any]
    declarations: list[bytes]


def one_number(count: int) -> Contest:
    """The same declaration, time and again: VECOZO takes its factuurnummer once."""
    return Contest("one factuurnummer", insured({}), [_declaration(1)] * count)


def one_maximum(count: int) -> Contest:
    """Amounts of 7 to 17 euro against a maximum of 100 euro a year, in mixed order."""
    store = insured({"maximum_bedrag": 100.00, "per": "kalenderjaar"})
    return Contest("one maximum", store, [_declaration(n, r0424=str(700 + 500 * (n % 3))) for n in range(1, count + 1)])


def one_authorisation(count: int) -> Contest:
    """Three times a prestatie that needs an authorisation, given for five."""
    store = insured({}, uzovi=[uzovi(machtigingsplichtig=[{"prestaties": ["J*"]}])])
    store["machtigingen"] = [{**MACHTIGING, "aantal": 5}]
    return Contest("one authorisation", store, [_declaration(n, r0413="J10") for n in range(1, count + 1)])


def _declaration(number: int, **prestatie: str) -> bytes:
    """A prestatie of the verzekerde of the factories; no two are the same."""
    day, element = DAY + 1 + number % 28, f"{1 + number // 28 % 4}{1 + number // 112 % 8}"
    message = Message(voorloop=make("01", r0116=f"N{number}")).add("02")
    message.add("04", r0408=str(day), r0415=element, r0432=f"R{number}", **prestatie)
    return bytes(message)


class Came(NamedTuple):
    """What came of a contest: statuses of the answers, the total granted (cents), and how it compares with the same
    declarations one after another, in the order in which the store has them."""

    statuses: Counter[str]
    granted: int
    same: bool
    refused: list[str]
    seconds: float


def play(contest: Contest, folder: Path, url: str, copy: str) -> Came:
    """All at once on a store, and then one after another on another, which is the same."""
    for store in (url, copy):
        _fill(store, folder, contest.store)
    places = [folder / f"{n}.asc" for n in range(len(contest.declarations))]
    for place, content in zip(places, contest.declarations, strict=True):
        place.write_bytes(content)
    begin = time.perf_counter()
    started = [_start([place], url) for place in places]
    ended = [process.communicate() for process in started]
    seconds = time.perf_counter() - begin
    refused = [err for process, (_, err) in zip(started, ended, strict=True) if process.returncode]
    answers = [json.loads(out) for out, _ in ended if out]
    retours = {place: _retour(place).read_bytes() for place in places if _retour(place).exists()}
    recorded = _in_order(url)
    by_number = {_number(content): place for place, content in zip(places, contest.declarations, strict=True)}
    same = len(retours) == len(places)
    if len(by_number) == len(places):  # else the answers are told apart by their status alone
        again = _start([by_number[number] for number in recorded], copy)
        again.communicate()
        same = again.returncode == 0 and all(_retour(place).read_bytes() == retours[place] for place in places)
    granted = sum(round(100 * float(answer["totaal_toegekend"])) for answer in answers)
    return Came(Counter(answer["status"] for answer in answers), granted, same, refused, seconds)


def _fill(url: str, folder: Path, content: Mapping[str, Any]) -> None:
    file = folder / "store.yaml"
    file.write_text(yaml.safe_dump(dict(content)), "utf-8")
    store = open_store(url)
    load_file(store, file)
    store.close()


def _start(places: list[Path], url: str, *options: str) -> subprocess.Popen[str]:
    words = order("replay", *places, "--store", url, *ON_DATE, "--json", *options)
    return subprocess.Popen(words, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _retour(place: Path) -> Path:
    return place.with_name(f"{place.stem}.mz302.asc")


def _number(declaration: bytes) -> str:
    return declaration.split(b"\r\n")[0].split(b"N")[-1][:12].split()[0].decode()


def _in_order(url: str) -> list[str]:
    """The factuurnummers that the store has, without their letter, in the order in which they were committed."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.scalars(sa.text("SELECT factuurnummer FROM berichten ORDER BY volgorde"))
        numbers = [number.removeprefix("N") for number in found]
    engine.dispose()
    return numbers


# A long declaration beside short ones.


class Beside(NamedTuple):
    """Seconds: of the short ones alone in one process and in two, of the long one, and of the short ones beside it; how many
    of these had their answer before the long one ended; what was refused."""

    one: float
    two: float
    long: float
    short: float
    before: int
    refused: list[str]


def beside(folder: Path, url: str, prestaties: int, count: int) -> Beside:
    """Plays the short ones alone, then as many others beside a long one, in two processes."""
    bsns = _bsns(1 + prestaties // 12 + 3 * count)
    long_bsns, short_bsns = bsns[: -3 * count], bsns[-3 * count :]
    polissen = [polis("B", bsn=bsn, verzekerdennummer=None) for bsn in bsns]
    _fill(url, folder, {"uzovi": [uzovi()], "pakketten": [pakket("B", "basis", {})], "polissen": polissen})
    long = folder / "long.asc"
    long.write_bytes(_long(long_bsns, prestaties))
    groups = [_short(folder, short_bsns[n::3], f"{'abc'[n]}") for n in range(3)]
    one = _seconds([groups[0]], url)
    two = _seconds([groups[1][::2], groups[1][1::2]], url)
    begin = time.perf_counter()
    running = _start([long], url)
    time.sleep(1)
    refused = []
    started = [_start(part, url) for part in (groups[2][::2], groups[2][1::2])]
    refused += [process.communicate()[1] for process in started]
    short = time.perf_counter() - begin - 1
    before = len(groups[2]) if running.poll() is None else 0
    refused.append(running.communicate()[1])
    return Beside(one, two, time.perf_counter() - begin, short, before, [line for line in refused if line])


def _seconds(parts: list[list[Path]], url: str) -> float:
    begin = time.perf_counter()
    for process in [_start(part, url) for part in parts]:
        process.communicate()
        assert process.returncode == 0
    return time.perf_counter() - begin


def _short(folder: Path, bsns: list[str], letter: str) -> list[Path]:
    places = []
    for number, bsn in enumerate(bsns):
        place = folder / f"{letter}{number}.asc"
        message = Message(voorloop=make("01", r0116=f"{letter}{number}")).add("02", r0203=bsn)
        place.write_bytes(bytes(message.add("04", r0432=f"{letter}{number}")))
        places.append(place)
    return places


def _long(bsns: list[str], prestaties: int) -> bytes:
    message = Message(voorloop=make("01", r0116="LONG"))
    for number, bsn in enumerate(bsns):
        message.add("02", r0203=bsn)
        for n in range(min(12, prestaties - 12 * number)):
            message.add("04", r0408=str(DAY + 1 + n), r0432=f"L{number}-{n}")
    return bytes(message)


def _bsns(count: int) -> list[str]:
    # The range for test data, 9999xxxxx, holds 9,090 that pass the elfproef; a large file needs more.
    numbers = (f"{number:09d}" for number in range(999_999_999, 900_000_000, -1))
    passing = (bsn for bsn in numbers if elfproef(bsn.encode()))
    return [next(passing) for _ in range(count)]


@contextmanager
def stores(kind: str, folder: Path) -> Iterator[Iterator[str]]:
    """Fresh stores on a kind of database, as many as are asked for."""
    (folder / kind).mkdir()
    with databases(kind, folder / kind, upgrade_store) as maker:
        yield iter(maker, None)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("--prestaties", 350_000), ("--short", 200), ("--processes", 64)):
        reader.add_argument(name, type=int, default=usual)
    asked = reader.parse_args()
    print(f"{dt.date.today()}, Python {sys.version.split()[0]}")  # noqa: DTZ011 - the day where the user is
    with TemporaryDirectory() as place:
        for kind in DATABASES:
            with stores(kind, Path(place)) as urls:
                for contest in (one_number, one_maximum, one_authorisation):
                    folder = Path(place) / f"{kind} {contest.__name__}"
                    folder.mkdir()
                    came = play(contest(asked.processes), folder, next(urls), next(urls))
                    print(f"{kind}: {contest.__name__}: {dict(came.statuses)}, granted {came.granted / 100:.2f},"
                          f" as one after another: {came.same}, refused: {len(came.refused)}, {came.seconds:.1f} s",
                          flush=True)  # fmt: skip
                folder = Path(place) / f"{kind} beside"
                folder.mkdir()
                found = beside(folder, next(urls), asked.prestaties, asked.short)
                print(f"{kind}: {asked.short} short ones: one process {found.one:.1f} s, two {found.two:.1f} s"
                      f" ({found.one / found.two:.2f} times); beside one of {asked.prestaties:,} that took"
                      f" {found.long:.1f} s: {found.short:.1f} s, {found.before} answered before it ended,"
                      f" refused: {len(found.refused)} {found.refused[:2]}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
