"""The model against real workers: `python -m tests.country --check`.

Two workers and a server on this machine, five stores. What an hour brings is sent in minutes: declarations of 50, and a few large
ones, as the model draws them. How long they waited in truth is compared with what the model makes of the very same arrivals,
fed with what a declaration took on this machine just before. A machine that is shared is quicker at one moment and slower at the
next, which waiting shows several times over: so all that takes CPU is taken as much longer as the run used more of it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain, pairwise
from pathlib import Path
from statistics import mean, quantiles
from typing import NamedTuple

import sqlalchemy as sa

from tests.country import declarations
from tests.country.cluster import Stand, stand
from tests.country.figures import figures, times
from tests.country.metering import Meter, Used, busy_cores
from tests.country.model import Line, Plant, Times, simulate
from tests.country.tables import Spread, seconds, table
from tests.country.traffic import BUSIEST, BUSY, HOUR, SHARES, SMALL, Declaration, declared
from tests.databases import engine_to

_STORES, _WORKERS, _CORES = 5, 2, 2
_LOAD = 0.6
"""The part of the machine that is asked for, by the figures that were measured before."""
_LARGE = 20_000
"""Prestaties of a large declaration: in an hour that is over in minutes one of 100,000 would take too much of it."""
_FIRST, _TOGETHER, _LONG = 20, 30, 1
"""Declarations to calibrate with: those that go before, so that nothing is done for the first time; of 50 at once, in two stores
and in all; and large ones, in each of two stores."""
_STEADY = 15.0
"""Seconds in which it is seen what declarations take that come in at random, as many as in the run."""
_IDLE = 3.0
"""Seconds in which it is seen what workers without work use."""
_QUANTUM = 0.004
"""Seconds that a process has a core for while others want it."""
_WITHIN = 0.2
"""How far the model may be off."""
_ANSWERS = "SELECT ontvangen, beantwoord FROM portaalinzendingen WHERE id > {} ORDER BY id"
_WAITING = "SELECT count(*) FROM portaalinzendingen WHERE beantwoord IS NULL"


class Seen(NamedTuple):
    """A declaration that was answered: which one, and the seconds from when it came in until its answer."""

    declaration: Declaration
    waited: float


def check(folder: Path, seed: int, minutes: float) -> Iterator[str]:
    """The lines of the report; the last says whether the model is near enough."""
    arrivals = compressed(seed, 60 * minutes)
    steady = _at_random(seed, sum(one.records == SMALL for one in arrivals) / (60 * minutes))
    with stand(folder, _STORES) as made:
        stores = [_Store(made, place, folder, [*steady, *arrivals]) for place in range(_STORES)]
        with Meter(made.url) as meter:
            accepted = _accepted(meter, stores)
        with made.workers(_WORKERS) as workers, Meter(made.url, workers.cpu) as meter:
            calibrated, idle = _calibrate(meter, stores, steady, accepted)
            yield _said(calibrated)
            before, began = busy_cores(), meter.now()
            seen = _send(arrivals, stores)
            used, all_used = meter.now() - began, busy_cores() - before
        yield _load(len(seen), used, all_used)
    plant = Plant(_WORKERS, _CORES, worker_cores=0, quantum=_QUANTUM)
    sent = [one.declaration for one in seen]
    longer = (used.worker + used.server - idle * used.wall + len(sent) * accepted.worker) / simulate(
        sent, plant, calibrated
    ).server
    yield f"in these seconds all of it took {longer:.2f} times the CPU that it did before"
    model = simulate(sent, plant, _longer(calibrated, longer))
    yield from _compared([one.waited for one in seen], [one.waited for one in model.answered])


def compressed(seed: int, span: float) -> list[Declaration]:
    """What comes in at five insurers in the busiest hour, within so many seconds: as much as makes the load."""
    of = times()
    part = sum(SHARES[:_STORES]) / sum(SHARES)
    hour = BUSY._replace(per_large=_LARGE)
    rate = sum(count * _cpu(of, size) for size, count in ((SMALL, hour.small), (_LARGE, hour.large)))
    share = sum(1 for one in declared(hour, seed, BUSIEST, BUSIEST + 1)) / (hour.small + hour.large)
    day = hour._replace(prestaties=hour.prestaties * _LOAD * _CORES * span / (rate * share * part))
    return [
        one._replace(at=(one.at - BUSIEST * HOUR) / HOUR * span)
        for one in declared(day, seed, BUSIEST, BUSIEST + 1)
        if one.insurer < _STORES
    ]


def _cpu(of: Times, records: float) -> float:
    """Seconds of CPU of a declaration, all together."""
    web = Line(*figures()["accept"]["web"])
    return sum(line.of(records) for line in (of.accept, of.worker, of.server, web)) + of.job.fixed + of.job.each


def _at_random(seed: int, rate: float) -> list[Declaration]:
    """Declarations of 50 for a while, so many a second, to any of the stores."""
    chance = random.Random(f"{seed} steady")
    moments = accumulate(chance.expovariate(rate) for _ in range(round(rate * _STEADY)))
    return [Declaration(at, chance.randrange(_STORES), SMALL, 0) for at in moments]


class _Store:
    """A store with the declarations that are to come in, the first of them to calibrate with."""

    def __init__(self, made: Stand, place: int, folder: Path, arrivals: Sequence[Declaration]) -> None:
        self._made, self._place = made, place
        sizes = [SMALL] * (_FIRST + _TOGETHER)
        if place < _WORKERS:
            sizes += [SMALL] * _TOGETHER + [_LARGE] * _LONG
        sizes += [int(one.records) for one in arrivals if one.insurer == place]
        own = folder / f"{place}"
        own.mkdir()
        self._contents = iter(list(declarations.make(own, made.urls[place], sizes)))
        self._connection = engine_to(made.urls[place]).connect().execution_options(isolation_level="AUTOCOMMIT")

    def submit(self) -> None:
        """Has the next come in."""
        self._made.submit(self._place, next(self._contents))

    def wait(self) -> None:
        """Until all is answered."""
        while self._rows(_WAITING)[0][0]:
            time.sleep(0.2)

    def last(self) -> int:
        """The number of the last that came in; 0 where none did."""
        return int(self._rows("SELECT coalesce(max(id), 0) FROM portaalinzendingen")[0][0])

    def answers(self, after: int) -> list[tuple[int, int]]:
        """When each behind a number came in and was answered, in microseconds."""
        return [(came, answered) for came, answered in self._rows(_ANSWERS.format(after))]

    def _rows(self, sql: str) -> list[sa.Row[tuple[int, ...]]]:
        return list(self._connection.execute(sa.text(sql)))


def _accepted(meter: Meter, stores: Sequence[_Store]) -> Used:
    """What accepting takes, while nobody answers: `worker` is this process."""
    for store in stores:
        store.submit()
    return meter.used(lambda: [one.submit() for one in stores for _ in range(_FIRST - 1)]).of_each(
        len(stores) * (_FIRST - 1)
    )


def _longer(of: Times, factor: float) -> Times:
    """The same with all that is CPU longer by a factor."""
    cpu = ("accept", "worker", "server", "job", "after")
    return of._replace(**{name: Line(*(factor * part for part in getattr(of, name))) for name in cpu})


def _calibrate(
    meter: Meter, stores: Sequence[_Store], steady: Sequence[Declaration], accepted: Used
) -> tuple[Times, float]:
    """What declarations take now: many at once, large ones, and some at random. Also the CPU of workers and server in a second in
    which nothing comes in.

    Of many at once some are answered one after another, and some after the job that had the turn before: how far apart their
    answers are tells what a declaration takes and what a job. Those at random that met nobody tell what a worker takes longer
    that had nothing to do: it hears of a job, and begins cold. What all of those at random use tells what a job takes where most
    declarations have one of their own.
    """
    two = stores[:_WORKERS]
    _answered(stores, lambda: None)
    idle = meter.used(lambda: time.sleep(_IDLE))

    def used(count: int, submit: Callable[[], object]) -> Used:
        """What answering one of so many takes, without what the workers and the server do of themselves."""
        of_all = meter.used(lambda: _answered(stores, submit))
        own = (
            all_of_it - by_itself * of_all.wall / idle.wall for all_of_it, by_itself in zip(of_all, idle, strict=True)
        )
        each = Used(*own).of_each(count)
        return each._replace(server=each.server - accepted.server)

    def at_once(some: Sequence[_Store]) -> tuple[Used, list[list[float]]]:
        """What each of many at once takes, and when those of each store were answered, from when nothing came in any more."""
        last = [one.last() for one in some]
        each = used(len(some) * _TOGETHER, lambda: [one.submit() for _ in range(_TOGETHER) for one in some])
        answers = [one.answers(after) for one, after in zip(some, last, strict=True)]
        end = max(came for own in answers for came, _ in own)
        return each, [[answered / 1e6 for _, answered in own if answered > end] for own in answers]

    _, apart = at_once(two)
    together, moments = at_once(stores)
    own = quantiles([gap for one in apart for gap in _gaps(one)], n=4)[0]
    every = sorted(chain.from_iterable(moments))
    with_all = every[: len(every) * 4 // 5]  # at the end some stores have nothing any more
    each = max(own, _WORKERS * mean(_gaps(with_all)))
    turns = sum(1 + sum(gap > 2 * own for gap in _gaps(one)) for one in moments)
    long = used(_WORKERS * _LONG, lambda: [one.submit() for _ in range(_LONG) for one in two])
    at_random: list[Seen] = []
    alone = used(len(steady), lambda: at_random.extend(_send(steady, stores)))
    waits = [one.waited for one in at_random]
    part = min(1.0, (together.worker + together.server) / each)
    job = max((each - own) * len(every) / turns, alone.worker + alone.server - part * own)
    undisturbed = quantiles(waits, n=4)[0]
    return _times(accepted, together, long, own, part, job, undisturbed), (idle.worker + idle.server) / idle.wall


def _times(
    accepted: Used, together: Used, long: Used, own: float, part: float, job: float, undisturbed: float
) -> Times:
    """What the model is fed with, of what was measured: the CPU of many at once and of large ones; the seconds of a worker for
    a declaration that follows another of its store, the part of them that is CPU, those for a job; and how long one that meets
    nobody waits. What takes time and no CPU is waiting, for the disk or for an answer."""
    before = min(job, max(0.0, undisturbed - own))
    cpu = together.worker + together.server
    of_worker, of_server = part * together.worker / cpu, part * together.server / cpu
    return Times(
        accept=Line(accepted.worker + accepted.server, sum(figures()["accept"][who][1] for who in ("web", "server"))),
        worker=_through(of_worker * own, long.worker),
        server=_through(of_server * own, long.server),
        job=Line(of_worker * before, of_server * before),
        after=Line(of_worker * (job - before), of_server * (job - before)),
        disk=0.0,
        wake=max(0.0, undisturbed - own - job),
        aside=(1 - part) * own,
    )


def _gaps(moments: Sequence[float]) -> list[float]:
    return [then - before for before, then in pairwise(sorted(moments))]


def _answered(stores: Sequence[_Store], submit: Callable[[], object]) -> None:
    submit()
    for store in stores:
        store.wait()


def _through(small: float, large: float) -> Line:
    """Seconds of a declaration, by those of one of 50 and of a large one."""
    each = max(0.0, (large - small) / (_LARGE - SMALL))
    return Line(small - SMALL * each, each)


def _send(arrivals: Sequence[Declaration], stores: Sequence[_Store]) -> list[Seen]:
    """Sends each when it is due, and gives what became of them, as they came in in truth."""
    last = [store.last() for store in stores]
    began = time.time()
    for one in arrivals:
        time.sleep(max(0.0, began + one.at - time.time()))
        stores[one.insurer].submit()
    for store in stores:
        store.wait()
    found = []
    for place, store in enumerate(stores):
        own = [one for one in arrivals if one.insurer == place]
        for one, (came, answered) in zip(own, store.answers(last[place]), strict=True):
            found.append(Seen(one._replace(at=came / 1e6 - began), (answered - came) / 1e6))
    return found


def _said(of: Times) -> str:
    small, large = (of.worker.of(records) + of.server.of(records) for records in (SMALL, _LARGE))
    return (
        f"calibrated: of CPU accepting takes {seconds(of.accept.fixed)}, a declaration of {SMALL} {seconds(small)}, one of"
        f" {_LARGE:,} {seconds(large)}, a job {seconds(of.job.fixed + of.job.each)} before and"
        f" {seconds(of.after.fixed + of.after.each)} after it; a worker that had nothing to do takes {seconds(of.wake)}"
        f" longer, and each waits {seconds(of.aside)} for what is no CPU"
    )


def _load(count: int, used: Used, every: float) -> str:
    own = (used.worker + used.server) / used.wall
    return (
        f"{count:,} declarations in {used.wall:.0f} s: workers and server used {own:.2f} of {_CORES} cores,"
        f" all programs of the machine {every / used.wall:.2f}"
    )


def _compared(measured: Sequence[float], modelled: Sequence[float]) -> Iterator[str]:
    """The table, and whether the model is near enough."""
    seen, made = Spread.of(measured), Spread.of(modelled)
    names = {"p50": "p50", "mean": "mean", "p95": "p95", "p99": "p99"}
    ratios = {name: getattr(made, name) / getattr(seen, name) for name in names}
    rows = (
        (name, seconds(getattr(seen, name)), seconds(getattr(made, name)), f"{ratio:.2f}")
        for name, ratio in ratios.items()
    )
    yield ""
    yield from table(("from coming in until answered", "measured", "the model", "ratio"), rows)
    yield ""
    off = [name for name, ratio in ratios.items() if not 1 - _WITHIN <= ratio <= 1 + _WITHIN]
    yield f"more than {_WITHIN:.0%} off: {', '.join(off)}" if off else f"all within {_WITHIN:.0%}"
