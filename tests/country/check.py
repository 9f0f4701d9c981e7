"""The model against real workers: `python -m tests.country --check`.

Two workers and a server on this machine, five stores. What the busiest hour of a day with five times the mean brings the five
largest insurers of a country is sent in minutes: declarations of 50, and a few large ones, as the model draws them. How long they
waited in truth is compared with what the model makes of the very same arrivals, fed with what declarations took just before and
just after. A machine that is shared is quicker at one moment and slower at the next, which waiting shows several times over: how
quick it was, and how much one answer takes longer than another, is seen from those declarations of the run that met nobody.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain, pairwise
from math import inf
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

import sqlalchemy as sa

from tests.country import declarations
from tests.country.cluster import Stand, stand
from tests.country.figures import figures
from tests.country.metering import Meter, Used, busy_cores
from tests.country.model import Line, Plant, Times, simulate
from tests.country.tables import Spread, seconds, table
from tests.country.traffic import BUSIEST, BUSY, HOUR, SMALL, Day, Declaration, declared
from tests.databases import engine_to

_STORES, _WORKERS, _CORES = 5, 2, 2
_PART = 0.5
"""Of what comes in on the busiest day. All of it asks for the whole machine at once in the first minute of the hour, and then the
same arrivals wait twice as long in one run as in another."""
_LARGE = 20_000
"""Prestaties of a large declaration: in an hour that is over in minutes one of 100,000 would take too much of it."""
_FIRST, _TOGETHER, _LONG, _ROUNDS = 20, 20, 1, 4
"""Declarations to calibrate with: those that go before, so that nothing is done for the first time; of 50 at once in a store; and
large ones. The last two in so many rounds, as the machine is quicker at one moment than at the next."""
_STEADY = 30.0
"""Seconds in which it is seen what declarations take that come in at random, as many as in the run."""
_IDLE = 3.0
"""Seconds in which it is seen what workers without work use."""
_QUANTUM = 0.004
"""Seconds that a process has a core for while others want it."""
_WITHIN = 0.2
"""How far the model may be off."""
_ANSWERS = "SELECT ontvangen, beantwoord FROM portaalinzendingen WHERE id > {} ORDER BY id"
_WAITING = "SELECT count(*) FROM portaalinzendingen WHERE beantwoord IS NULL"


class Calibrated(NamedTuple):
    """What declarations take: `beside` as in `Plant`, and how long one of 50 waits that meets nobody."""

    times: Times
    beside: float
    undisturbed: float


class Seen(NamedTuple):
    """A declaration that was answered: which one, and the seconds from when it came in until its answer."""

    declaration: Declaration
    waited: float


def check(folder: Path, seed: int, minutes: float) -> Iterator[str]:
    """The lines of the report; the last says whether the model is near enough."""
    arrivals = compressed(seed, 60 * minutes)
    steady = _at_random(seed, sum(one.records == SMALL for one in arrivals) / (60 * minutes))
    with stand(folder, _STORES) as made:
        stores = [_Store(made, place, folder, steady, arrivals) for place in range(_STORES)]
        with Meter(made.url) as meter:
            accepted = _accepted(meter, stores)
        with made.workers(_WORKERS) as workers, Meter(made.url, workers.cpu) as meter:
            earlier = _calibrate(meter, stores, steady, accepted)
            yield _said("before", earlier)
            before, began = busy_cores(), meter.now()
            seen = _send(arrivals, stores)
            used, all_used = meter.now() - began, busy_cores() - before
            yield _load(len(seen), used, all_used)
            later = _calibrate(meter, stores, steady, accepted)
            yield _said("after", later)
    alone = list(_undisturbed(seen))
    between = _between(earlier, later)
    yield (
        f"{len(alone):,} of {SMALL} met nobody and waited {seconds(median(alone))}, where those before and after waited"
        f" {seconds(between.undisturbed)}"
    )
    plant = Plant(_WORKERS, _CORES, worker_cores=0, quantum=_QUANTUM, beside=between.beside)
    model = simulate([one.declaration for one in seen], plant, _as_of(alone, between))
    yield from _compared([one.waited for one in seen], [one.waited for one in model.answered])


def _as_of(alone: Sequence[float], calibrated: Calibrated) -> Times:
    """What declarations take where those of 50 that met nobody waited so long."""
    usual = median(alone)
    return _combined(calibrated.times, lambda part: part * usual / calibrated.undisturbed)._replace(
        varies=tuple(waited / usual for waited in alone)
    )


def compressed(seed: int, span: float) -> list[Declaration]:
    """What the busiest hour brings the five largest insurers, within so many seconds."""
    day = Day(_PART * BUSY.prestaties, _LARGE)
    return [
        one._replace(at=(one.at - BUSIEST * HOUR) / HOUR * span)
        for one in declared(day, seed, BUSIEST, BUSIEST + 1)
        if one.insurer < _STORES
    ]


def _at_random(seed: int, rate: float) -> list[Declaration]:
    """Declarations of 50 for a while, so many a second, to any of the stores."""
    chance = random.Random(f"{seed} steady")
    moments = accumulate(chance.expovariate(rate) for _ in range(round(rate * _STEADY)))
    return [Declaration(at, chance.randrange(_STORES), SMALL, 0) for at in moments]


class _Store:
    """A store with the declarations that are to come in: to calibrate with, then those of the run, then to calibrate again."""

    def __init__(
        self, made: Stand, place: int, folder: Path, steady: Sequence[Declaration], arrivals: Sequence[Declaration]
    ) -> None:
        self._made, self._place = made, place
        at_once = [SMALL] * _TOGETHER * (1 + (place < _WORKERS) + (place == 0)) + [_LARGE] * _LONG * (place == 0)
        at_once *= _ROUNDS
        of_steady, of_run = ([int(one.records) for one in some if one.insurer == place] for some in (steady, arrivals))
        sizes = [*[SMALL] * _FIRST, *at_once, *of_steady, *of_run, *at_once, *of_steady]
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


def _between(one: Calibrated, other: Calibrated) -> Calibrated:
    """What lies between two calibrations."""
    beside, undisturbed = ((mine + its) / 2 for mine, its in zip(one[1:], other[1:], strict=True))
    return Calibrated(_combined(one.times, lambda *parts: mean(parts), other.times), beside, undisturbed)


def _combined(one: Times, by: Callable[..., float], *others: Times) -> Times:
    """Every figure of these calibrations taken together so."""
    lines = ("accept", "worker", "server", "job", "after")
    all_of_it = (one, *others)
    of_lines = {name: Line(*map(by, *(getattr(of, name) for of in all_of_it))) for name in lines}
    of_moments = {name: by(*(getattr(of, name) for of in all_of_it)) for name in ("wake", "aside")}
    return one._replace(**of_lines, **of_moments)


def _calibrate(meter: Meter, stores: Sequence[_Store], steady: Sequence[Declaration], accepted: Used) -> Calibrated:
    """What declarations take now: many at once, large ones, and some at random.

    How far apart the answers of many at once are tells in one store what a declaration takes, in two how much longer that is
    while all cores are at work, and in all of them what a job takes, as each declaration has its own then. Those at random that
    met nobody tell what a worker takes longer that had nothing to do: it hears of a job, and begins cold.
    """
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

    of_one, of_both, of_all, long = zip(
        *(
            (
                at_once(stores[:1]),
                at_once(stores[:_WORKERS]),
                at_once(stores),
                used(_LONG, lambda: [stores[0].submit() for _ in range(_LONG)]),
            )
            for _ in range(_ROUNDS)
        ),
        strict=True,
    )
    own, both = (median(chain.from_iterable(map(_gaps, _stores(rounds)))) for rounds in (of_one, of_both))
    beside = max(1.0, both / own)
    each = max(own, mean(_WORKERS * mean(_with_all(moments)) for _, moments in of_all) / beside)
    turns = sum(1 + sum(gap > 2 * both for gap in _gaps(one)) for one in _stores(of_all))
    job = (each - own) * sum(map(len, _stores(of_all))) / turns
    together = _of_rounds([used_by for used_by, _ in of_all])
    part = min(1.0, (together.worker + together.server) / (each * beside))
    undisturbed = median(_undisturbed(_send(steady, stores)))
    return Calibrated(_times(accepted, together, _of_rounds(long), own, part, job, undisturbed), beside, undisturbed)


def _stores(rounds: Sequence[tuple[Used, list[list[float]]]]) -> list[list[float]]:
    """When those of each store were answered, of all rounds."""
    return [one for _, moments in rounds for one in moments]


def _with_all(moments: Sequence[Sequence[float]]) -> list[float]:
    """How far apart the answers of all stores were, as long as none had come to its end."""
    every = sorted(chain.from_iterable(moments))
    return _gaps(every[: len(every) * 4 // 5])


def _of_rounds(rounds: Sequence[Used]) -> Used:
    return Used(*map(mean, zip(*rounds, strict=True)))


def _undisturbed(seen: Sequence[Seen]) -> Iterator[float]:
    """How long those of 50 waited that met nobody: none came before another was answered."""
    spans = sorted((one.declaration.at, one.declaration.at + one.waited, one.declaration.records) for one in seen)
    until = 0.0
    for (came, answered, records), (following, *_) in pairwise([*spans, (inf, inf, SMALL)]):
        if until < came and answered < following and records == SMALL:
            yield answered - came
        until = max(until, answered)


def _times(
    accepted: Used, together: Used, long: Used, own: float, part: float, job: float, undisturbed: float
) -> Times:
    """What the model is fed with, of what was measured: the CPU of many at once and of large ones; the seconds of a worker for
    a declaration that follows another of its store, the part of them that is CPU, those for a job; and how long one that meets
    nobody waits. What takes time and no CPU is waiting, for the disk or for an answer. For what a worker
    does once it has answered only those wait that follow."""
    waits = undisturbed - accepted.worker - accepted.server
    own, over = min(own, waits), max(0.0, own - waits)
    before = min(job, waits - own)
    after = job - before + over
    cpu = together.worker + together.server
    of_worker, of_server = part * together.worker / cpu, part * together.server / cpu
    return Times(
        accept=Line(accepted.worker + accepted.server, sum(figures()["accept"][who][1] for who in ("web", "server"))),
        worker=_through(of_worker * own, long.worker),
        server=_through(of_server * own, long.server),
        job=Line(of_worker * before, of_server * before),
        after=Line(of_worker * after, of_server * after),
        disk=0.0,
        wake=waits - own - before,
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


def _said(when: str, calibrated: Calibrated) -> str:
    of = calibrated.times
    small, large = (of.worker.of(records) + of.server.of(records) for records in (SMALL, _LARGE))
    return (
        f"calibrated {when}: of CPU accepting takes {seconds(of.accept.fixed)}, a declaration of {SMALL} {seconds(small)}, one of"
        f" {_LARGE:,} {seconds(large)}, a job {seconds(of.job.fixed + of.job.each)} before and"
        f" {seconds(of.after.fixed + of.after.each)} after it; a worker that had nothing to do takes {seconds(of.wake)}"
        f" longer, each waits {seconds(of.aside)} for what is no CPU, and all of it takes {calibrated.beside:.2f} times as long"
        " while all cores are at work"
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
