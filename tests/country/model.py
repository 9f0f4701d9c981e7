"""The cluster as a model of discrete events: what waits for what, and how long.

A declaration comes in, the server takes a moment to keep it, and it waits in the lane of its insurer, where one is answered
after another. A lane with something in it is a job; a free worker takes the job whose turn it is, answers for a slice of time,
and puts the job behind the others. Answering is CPU of the worker and of the server in turn, and waiting for the server's disk,
which writes for all who ask at once.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import count
from math import ceil
from typing import Any, NamedTuple

import simpy

from tests.country.traffic import Declaration

Steps = Generator[simpy.Event, Any, None]

_STEP = 0.1
"""Seconds of a worker's CPU after which a long declaration asks the server something."""


class Line(NamedTuple):
    """Seconds of a declaration: those of any, and those of each prestatie."""

    fixed: float
    each: float = 0.0

    def of(self, records: float) -> float:
        """Those of a declaration of so many prestaties."""
        return self.fixed + self.each * records


class Times(NamedTuple):
    """What a declaration and a job take, in seconds."""

    accept: Line
    """CPU of the server, to keep what comes in."""
    worker: Line
    server: Line
    """CPU to answer it."""
    job: Line
    """To take a job: `fixed` of the worker, and `each` of the server."""
    disk: float
    """Waiting for the disk, all times together that one declaration waits."""
    wake: float = 0.0
    """Until a worker without work knows of a job."""
    after: Line = Line(0)
    """The same, to be done with a job: what it answered doesn't wait for that."""
    aside: float = 0.0
    """Waiting of a declaration for whatever else, beside others who wait."""
    varies: tuple[float, ...] = (1.0,)
    """How many times as long as that a declaration may take, each as likely as the others."""


class Plant(NamedTuple):
    """What there is to work with. `worker_cores` is None where each worker has one, and 0 where workers use the server's."""

    workers: int
    server_cores: int
    worker_cores: int | None = None
    turn: float = 0.03
    """Seconds after which a worker turns to another lane that waits."""
    longest: float = 1.0
    """Seconds after which it is done with a job, also where no other waits."""
    quantum: float = 0.05
    """Seconds that one process has a core for before another has it."""
    beside: float = 1.0
    """How many times as long work takes while all cores are at work."""


LaneOf = Callable[[Declaration], object]
Held = Callable[[Declaration], float]


def by_insurer(one: Declaration) -> object:
    """The lanes of a cluster: a declaration waits for those that came before it to the same insurer."""
    return one.insurer


def by_sender(one: Declaration) -> object:
    """A declaration waits for those that the same sender sent before it."""
    return one.insurer, one.sender


def at_once(one: Declaration) -> float:
    """A declaration may be answered from when it comes in."""
    return one.at


class Answered(NamedTuple):
    """A declaration, with the seconds from when it came in until it was answered."""

    declaration: Declaration
    waited: float


class Outcome(NamedTuple):
    """What came of all of them, in order of answering, and the seconds that each part was in use."""

    answered: list[Answered]
    workers: float
    server: float
    disk: float
    lanes: dict[object, float]


class _Cores:
    """Processors, which those who want one have in turn."""

    def __init__(self, env: simpy.Environment, count: int, plant: Plant) -> None:
        self._env, self._free, self._quantum, self._beside = env, count, plant.quantum, plant.beside
        self._waiting: deque[simpy.Event] = deque()
        self.busy = 0.0

    def use(self, seconds: float) -> Steps:
        while seconds > 0:
            if self._free:
                self._free -= 1
            else:
                turn = self._env.event()
                self._waiting.append(turn)
                yield turn
            part = min(seconds, self._quantum)
            lasts = part if self._free else part * self._beside
            yield self._env.timeout(lasts)
            self.busy += lasts
            seconds -= part
            if self._waiting:
                self._waiting.popleft().succeed()
            else:
                self._free += 1


class _Own:
    """A processor that nobody else wants."""

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.busy = 0.0

    def use(self, seconds: float) -> Steps:
        self.busy += seconds
        yield self._env.timeout(seconds)


class _Disk:
    """Writes for all who ask while it is at something else, at once, when it is done with that."""

    def __init__(self, env: simpy.Environment, seconds: float) -> None:
        self._env, self._seconds = env, seconds
        self._writing = False
        self._following: simpy.Event | None = None
        self.busy = 0.0

    def write(self) -> Steps:
        if not self._seconds:
            return
        if self._writing:
            if self._following is None:
                self._following = self._env.event()
            yield self._following
        else:
            self._writing = True
            yield from self._once()

    def _once(self) -> Steps:
        self.busy += self._seconds
        yield self._env.timeout(self._seconds)
        group, self._following = self._following, None
        if group is None:
            self._writing = False
        else:
            self._env.process(self._for(group))

    def _for(self, group: simpy.Event) -> Steps:
        yield from self._once()
        group.succeed()


class _Lane:
    """Declarations of which one is answered after another."""

    def __init__(self, key: object) -> None:
        self.key = key
        self.waiting: deque[Declaration] = deque()
        self.has_job = False
        self.busy = 0.0


class _Queue:
    """The jobs: a lane is one job at most, and gets its turn when those have had theirs who were served as often."""

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self._jobs: list[tuple[int, int, _Lane]] = []
        self._doing: dict[_Lane, int] = {}
        self._idle: deque[simpy.Event] = deque()
        self._numbers = count()

    def put(self, lane: _Lane, after: int = -1) -> None:
        """A job for a lane: at the moment that has been reached, and behind its own last."""
        reached = self._jobs[0][0] if self._jobs else max(self._doing.values(), default=0)
        lane.has_job = True
        heapq.heappush(self._jobs, (max(reached, after + 1), next(self._numbers), lane))
        if self._idle:
            self._idle.popleft().succeed()

    def take(self, wake: float) -> Generator[simpy.Event, Any, _Lane]:
        while not self._jobs:
            bell = self._env.event()
            self._idle.append(bell)
            yield bell
            yield self._env.timeout(wake)
        turn, _, lane = heapq.heappop(self._jobs)
        self._doing[lane] = turn
        return lane

    @property
    def others_wait(self) -> bool:
        """Whether there is a job that no worker is at."""
        return bool(self._jobs)

    def done(self, lane: _Lane) -> None:
        turn = self._doing.pop(lane)
        lane.has_job = False
        if lane.waiting:
            self.put(lane, turn)


class _Cluster:
    def __init__(self, plant: Plant, times: Times, lane_of: LaneOf) -> None:
        self.env = simpy.Environment()
        self._plant, self._times, self._lane_of = plant, times, lane_of
        self.server = _Cores(self.env, plant.server_cores, plant)
        self.disk = _Disk(self.env, times.disk)
        self.workers = [self._cores_of_workers() for _ in range(plant.workers)]
        if plant.worker_cores:
            self.workers = [_Cores(self.env, plant.worker_cores, plant)] * plant.workers
        self.lanes: dict[object, _Lane] = {}
        self.answered: list[Answered] = []
        self._queue = _Queue(self.env)
        self._chance = random.Random(len(times.varies))

    def _cores_of_workers(self) -> _Cores | _Own:
        return self.server if self._plant.worker_cores == 0 else _Own(self.env)

    def run(self, declarations: Iterator[tuple[float, Declaration]]) -> None:
        self.env.process(self._arrivals(declarations))
        for cores in self.workers:
            self.env.process(self._worker(cores))
        self.env.run()

    def _arrivals(self, declarations: Iterator[tuple[float, Declaration]]) -> Steps:
        for at, one in declarations:
            if at > self.env.now:
                yield self.env.timeout(at - self.env.now)
            self.env.process(self._accept(one))

    def _accept(self, one: Declaration) -> Steps:
        yield from self.server.use(self._times.accept.of(one.records))
        key = self._lane_of(one)
        lane = self.lanes.get(key) or self.lanes.setdefault(key, _Lane(key))
        lane.waiting.append(one)
        if not lane.has_job:
            self._queue.put(lane)

    def _worker(self, cores: _Cores | _Own) -> Steps:
        while True:
            lane = yield from self._queue.take(self._times.wake)
            taken = self.env.now
            yield from self._work(cores, self._times.job.fixed, self._times.job.each)
            begun = self.env.now
            while lane.waiting and not self._is_over(self.env.now - begun):
                yield from self._answer(cores, lane.waiting[0])
                one = lane.waiting.popleft()
                self.answered.append(Answered(one, self.env.now - one.at))
            yield from self._work(cores, self._times.after.fixed, self._times.after.each)
            lane.busy += self.env.now - taken
            self._queue.done(lane)

    def _is_over(self, lasted: float) -> bool:
        """Whether another lane has its turn now; as the task of the product decides it."""
        return lasted >= self._plant.longest or (lasted >= self._plant.turn and self._queue.others_wait)

    def _answer(self, cores: _Cores | _Own, one: Declaration) -> Steps:
        longer = self._chance.choice(self._times.varies)
        worker, server = (longer * line.of(one.records) for line in (self._times.worker, self._times.server))
        yield from self._work(cores, worker, server)
        yield from self.disk.write()
        if self._times.aside:
            yield self.env.timeout(longer * self._times.aside)

    def _work(self, cores: _Cores | _Own, worker: float, server: float) -> Steps:
        steps = max(1, ceil(worker / _STEP))
        for _ in range(steps):
            yield from cores.use(worker / steps)
            yield from self.server.use(server / steps)


def simulate(
    declarations: Iterable[Declaration],
    plant: Plant,
    times: Times,
    lane_of: LaneOf = by_insurer,
    held: Held = at_once,
) -> Outcome:
    """Answers all declarations; `held` is from when one may be answered."""
    cluster = _Cluster(plant, times, lane_of)
    cluster.run(iter(sorted((held(one), one) for one in declarations)))
    workers = sum(cores.busy for cores in {id(cores): cores for cores in cluster.workers}.values())
    lanes = {key: lane.busy for key, lane in cluster.lanes.items()}
    return Outcome(cluster.answered, workers, cluster.server.busy, cluster.disk.busy, lanes)
