"""The tables for a country, as they stand on the page `simulator/mzsim/manual/country.md`."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tests.country.figures import bytes_of, figures, times
from tests.country.model import Answered, Outcome, Plant, Times, by_insurer, by_sender, simulate
from tests.country.traffic import (
    BUSIEST,
    BUSY,
    HOUR,
    LARGE,
    MEAN,
    SHARES,
    SMALL,
    YEAR,
    Day,
    Declaration,
    declared,
)

PLANT = Plant(workers=4, server_cores=2)
"""What the country gets: two machines with two workers each, and one server."""
_WORKERS = (1, 2, 4, 8)
_FACTORS = (1, 2, 4, 8, 16, 32)
_BURST = 120.0
"""Seconds from the beginning of the busiest hour in which load is doubled: those of the programs that send by the clock."""
_LOG = 100e6
"""Bytes that a disk can write of the server's log in a second: any SSD does more."""
_REMEDIES = {
    "workers": "more of them, on more machines",
    "server": "more processors",
    "one insurer": "in order by sender, or a store for each label of the insurer",
    "log": "a faster disk",
}
_NIGHT = 23 * HOUR
"""From when a large declaration is answered, where it has to wait for the night."""
_DAYS = 5
"""Mean days that are played."""
_ON = {"mean": f"{_DAYS} mean days", "busiest": "the busiest day"}
_YEARS = 5
_OPEN_YEARS = 2
"""Years of which the stores are open; those before are archived."""
_PORTALS = 2
"""Web processes, of which either can be missed."""

Table = list[str]
Tables = tuple[str, ...]


def tables(seed: int) -> Iterator[tuple[str, Table]]:
    """Each table under its title."""
    week = [declared(MEAN, seed + number) for number in range(_DAYS)]
    busy = declared(BUSY, seed)
    answered = simulate(busy, PLANT, times())
    usual = [one for day in week for one in simulate(day, PLANT, times()).answered]
    burst = {factor: _burst(seed, factor) for factor in _FACTORS}
    yield "What comes in", _traffic(week, busy)
    yield "What a declaration takes", _service()
    yield "How long it waits", _waiting({"mean": usual, "busiest": answered.answered})
    yield "How many workers", _workers(seed)
    yield "Behind a large one", _behind(busy, answered)
    yield "As load doubles", _doubling(burst)
    yield "What gives way", _limits(burst[_FACTORS[-1]], _FACTORS[-1])
    yield "What it takes", _needs(burst[1])
    yield "What it weighs", _weights()
    yield "By insurer and year", _by_insurer()


class Spread(NamedTuple):
    """How long declarations waited, in seconds: of so many in a hundred or a thousand no longer."""

    count: int
    p50: float
    p95: float
    p99: float
    p999: float
    longest: float
    mean: float

    @classmethod
    def of(cls, waits: Iterable[float]) -> Spread:
        """Of at least one."""
        ordered = sorted(waits)
        marks = (ordered[min(len(ordered) - 1, int(part * len(ordered)))] for part in (0.5, 0.95, 0.99, 0.999))
        return cls(len(ordered), *marks, ordered[-1], sum(ordered) / len(ordered))


def _traffic(week: Sequence[Sequence[Declaration]], busy: Sequence[Declaration]) -> Table:
    every = [one for day in week for one in day]
    rows = {
        "prestaties": (sum(one.records for one in every) / _DAYS, sum(one.records for one in busy)),
        "declarations of 50": (_count(every, SMALL) / _DAYS, _count(busy, SMALL)),
        "declarations of 100,000": (_count(every, LARGE) / _DAYS, _count(busy, LARGE)),
        "declarations in the busiest hour": (_most(week, HOUR), _most([busy], HOUR)),
        "declarations in the busiest minute": (_most(week, 60), _most([busy], 60)),
    }
    lines = ((name, *(f"{n:,.0f}" if n > 9 else f"{n:.1f}" for n in row)) for name, row in rows.items())
    return table(("a day", "mean", "busiest"), lines)


def _count(day: Sequence[Declaration], records: int) -> int:
    return sum(one.records == records for one in day)


def _most(days: Sequence[Sequence[Declaration]], seconds: float) -> float:
    """The most that come in within such a part of a day, on average over days."""
    return sum(max(Counter(one.at // seconds for one in day).values()) for day in days) / len(days)


def _service() -> Table:
    of = times()
    rows = (
        (
            f"{one['records']:,}",
            seconds(one["worker"]),
            seconds(of.worker.of(one["records"])),
            seconds(one["server"]),
            seconds(of.server.of(one["records"])),
            seconds(one["wall"]),
        )
        for one in figures()["declarations"]
    )
    return table(("prestaties", "worker", "in the model", "server", "in the model", "from begin to end"), rows)


def _waiting(days: dict[str, list[Answered]]) -> Table:
    rows = []
    for day, answered in days.items():
        for records in (SMALL, LARGE):
            waits = [one.waited for one in answered if one.declaration.records == records]
            rows.append((f"of {records:,}, on {_ON[day]}", *(_spread(waits) if waits else ("0", *"-----"))))
    return table(("declarations", "number", "p50", "p95", "p99", "p99.9", "longest"), rows)


def _workers(seed: int) -> Table:
    hour = declared(BUSY, seed, BUSIEST, BUSIEST + 1)
    rows = []
    for workers in _WORKERS:
        outcome = simulate(hour, PLANT._replace(workers=workers), times())
        rows.append((f"{workers}", *_spread(one.waited for one in outcome.answered)[1:]))
    return table(("workers", "p50", "p95", "p99", "p99.9", "longest"), rows)


def _behind(busy: Sequence[Declaration], answered: Outcome) -> Table:
    """The small ones that came in while a large one was at hand, in whatever order they are answered."""
    long = [one for one in answered.answered if one.declaration.records == LARGE]
    periods = {(one.declaration.insurer, one.declaration.at, one.declaration.at + one.waited) for one in long}

    def behind(one: Answered) -> bool:
        own = one.declaration
        return own.records == SMALL and any(own.insurer == i and a <= own.at <= z for i, a, z in periods)

    ways = {
        "in order by insurer, as it is": answered,
        "in order by sender": simulate(busy, PLANT, times(), by_sender),
        "large ones at night": simulate(busy, PLANT, times(), by_insurer, _at_night),
    }
    rows = []
    for name, outcome in ways.items():
        small = [one for one in outcome.answered if one.declaration.records == SMALL]
        every = Spread.of(one.waited for one in small)
        caught = [one.waited for one in small if behind(one)]
        own = [_spread(caught)[place] for place in (1, 3, 5)] if caught else "---"
        rows.append((name, *map(seconds, (every.p99, every.p999)), f"{len(caught)}", *own))
    heads = ("order", "p99 of all", "p99.9 of all", "came behind one", "their p50", "their p99", "their longest")
    return table(heads, rows)


def _at_night(one: Declaration) -> float:
    return max(one.at, _NIGHT) if one.records == LARGE else one.at


def _burst(seed: int, factor: int) -> list[Declaration]:
    """What practices send in the first minutes of the busiest hour, where everybody sends so many times as much."""
    day, until = BUSY._replace(prestaties=BUSY.prestaties * factor), BUSIEST * HOUR + _BURST
    return [one for one in declared(day, seed, BUSIEST, BUSIEST + 1) if one.at < until and one.records == SMALL]


def _doubling(bursts: dict[int, list[Declaration]]) -> Table:
    rows = []
    for factor, burst in bursts.items():
        asked = demand(burst, _BURST, PLANT, times())
        waits = _spread(one.waited for one in simulate(burst, PLANT, times()).answered)
        parts = (f"{100 * part:.0f} %" for part in asked.values())
        rows.append((f"{factor}", f"{len(burst) / _BURST:.1f}", *parts, *waits[1:4]))
    return table(("times the busiest day", "a second", *asked, "p50", "p95", "p99"), rows)


def _limits(burst: Sequence[Declaration], factor: int) -> Table:
    """In which order resources give way, reckoned from the largest burst, in which chance weighs least."""
    asked = demand(burst, _BURST, PLANT, times())
    rate = len(burst) / _BURST
    rows = []
    for name, part in sorted(asked.items(), key=lambda one: -one[1]):
        rows.append((name, f"{factor / part:.0f}", f"{rate / part:.0f}", _REMEDIES[name]))
    return table(("what gives way", "at so many times the busiest day", "declarations a second", "what then"), rows)


def demand(declarations: Sequence[Declaration], seconds: float, plant: Plant, of: Times) -> dict[str, float]:
    """Which part of each resource is asked for in this time: above 1 it can't keep up."""
    held = sum(_held(one, of) for one in declarations)
    server = sum(of.accept.of(one.records) + of.server.of(one.records) + of.job.each for one in declarations)
    lanes: dict[int, float] = {}
    for one in declarations:
        lanes[one.insurer] = lanes.get(one.insurer, 0.0) + _held(one, of)
    return {
        "workers": held / plant.workers / seconds,
        "server": server / plant.server_cores / seconds,
        "one insurer": max(lanes.values()) / seconds,
        "log": len(declarations) * figures()["disk"]["log"] / _LOG / seconds,
    }


def _held(one: Declaration, of: Times) -> float:
    """Seconds for which a worker, and the lane of an insurer, are at a declaration."""
    return of.worker.of(one.records) + of.server.of(one.records) + of.disk + of.job.fixed + of.job.each


_OF_A_WORKER, _OF_A_PORTAL = 12, 70
"""Connections to the server, as the page on clusters says; many of a portal only while it answers."""


def _needs(burst: Sequence[Declaration]) -> Table:
    small, large = _in_a_year()
    asked = demand(burst, _BURST, PLANT, times())
    stores = len(SHARES) * _OPEN_YEARS
    connections = PLANT.workers * _OF_A_WORKER + _PORTALS * _OF_A_PORTAL
    rows = (
        ("workers", f"{PLANT.workers}", f"{100 * asked['workers']:.0f} % at work in the busiest minutes"),
        ("processors of the server", f"{PLANT.server_cores}", f"{100 * asked['server']:.0f} % in use then"),
        ("stores", f"{stores}", f"{len(SHARES)} insurers, {_OPEN_YEARS} years"),
        ("web processes", f"{_PORTALS}", "one would do"),
        ("connections", f"{connections}", f"at the most: {_OF_A_WORKER} of a worker, {_OF_A_PORTAL} of a web process"),
        ("database", size(bytes_of(small + large, YEAR)), "a year"),
    )
    return table(("what", "how much", "why"), rows)


_PRESTATIES = ("prestaties",)
_CONTENT = ("portaalstukken", "inzendingstukken")


def _kinds() -> dict[str, Tables]:
    """The tables of a store by what they are for."""
    rest = tuple(name for name in figures()["bytes"] if name not in _PRESTATIES + _CONTENT)
    return {"prestaties, to judge by": _PRESTATIES, "what came in and what went out": _CONTENT, "all else": rest}


def _weights() -> Table:
    small, large = _in_a_year()
    rows = []
    for name, of in _kinds().items():
        year = bytes_of(small + large, YEAR, of)
        each = (bytes_of(1, SMALL, of), bytes_of(1, LARGE, of), year, _YEARS * year)
        rows.append((name, *map(size, each)))
    every = (bytes_of(1, SMALL), bytes_of(1, LARGE), bytes_of(small + large, YEAR))
    rows.append(("together", *map(size, (*every, _YEARS * every[2]))))
    return table(("what", "a declaration of 50", "one of 100,000", "a year", "five years"), rows)


def _in_a_year() -> tuple[float, float]:
    """Declarations of practices, and of factoring companies."""
    year = Day(YEAR)
    return year.small, year.large


def _by_insurer() -> Table:
    rows = []
    names = {0: "the largest", 1: "the second", 9: "the tenth", 19: "the twentieth", 29: "the smallest"}
    small, large = _in_a_year()
    row = figures()["archive"]["bytes"] / figures()["archive"]["rows"]
    others = tuple(name for name in figures()["bytes"] if name not in _PRESTATIES)
    for place, name in names.items():
        part = SHARES[place] / sum(SHARES)
        year = bytes_of((small + large) * part, YEAR * part)
        archived = row * YEAR * part + bytes_of((small + large) * part, YEAR * part, others)
        sizes = map(size, (year, _YEARS * year, archived))
        rows.append((name, f"{100 * part:.1f} %", f"{YEAR * part:,.0f}", *sizes))
    return table(("insurer", "of the market", "prestaties a year", "a year", "five years", "a year, archived"), rows)


def _spread(waits: Iterable[float]) -> tuple[str, ...]:
    found = Spread.of(waits)
    return (f"{found.count:,}", *map(seconds, found[1:6]))


def seconds(figure: float) -> str:
    """Seconds as people read them: three digits, in the unit that a person would take."""
    if figure < 0.9995:
        return f"{figure * 1000:.3g} ms"
    return f"{figure:.3g} s" if figure < 999.5 else f"{figure:,.0f} s"


_UNITS = ("B", "kB", "MB", "GB", "TB")


def size(count: float) -> str:
    """Bytes as people read them."""
    place = bisect_right([999.5 * 1000**n for n in range(len(_UNITS) - 1)], count)
    return f"{count / 1000**place:.3g} {_UNITS[place]}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table of Markdown."""
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
