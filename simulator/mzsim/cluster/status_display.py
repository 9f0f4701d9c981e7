"""How a cluster is, as people and programs are shown it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mzsim.cluster.status import QueueSeen, Status, TenantSeen, WorkerSeen
from mzsim.presentation.parts import Part, Table, first_rows

_OF_WORKER = ("worker", "computer", "process", "mzsim", "rules", "for", "heard", "at")
_OF_QUEUE = ("queue", "waiting", "being done", "later", "stranded", "failed", "the oldest waits")
_OF_TENANT = ("of a", "name", "waiting", "the oldest waits")


def status_parts(found: Status) -> Iterator[Part]:
    """A cluster, for people."""
    yield f"a cluster of mzsim {found.made.programma}, rules {found.made.regels[:8]}"
    if found.workers:
        yield from first_rows(_OF_WORKER, found.workers, lambda one: _worker(one, found.made.regels))
    else:
        yield "nobody works for it: mzsim worker starts who does"
    if found.queues:
        yield Table(_OF_QUEUE, [_queue(one) for one in found.queues])
    if found.tenants:
        yield from first_rows(_OF_TENANT, found.tenants, _tenant)
    else:
        yield "nothing waits for an answer"


def status_dict(found: Status) -> dict[str, Any]:
    """A cluster, as JSON has it."""
    return {
        "programma": found.made.programma,
        "regels": found.made.regels,
        "werkers": [_rounded(one._asdict()) for one in found.workers],
        "wachtrijen": [_rounded(one._asdict()) for one in found.queues],
        "wachtend": [_rounded(one._asdict()) for one in found.tenants],
    }


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()}


def _worker(one: WorkerSeen, rules: str) -> tuple[str, ...]:
    kinds = ", ".join(name.partition("@")[0] for name in one.wachtrijen)
    heard = f"{_since(one.gehoord)} ago{', lost' if one.verloren else ''}"
    own = one.regels[:8] + ("" if one.regels == rules else ", others")
    at = "" if one.deel is None else f"{one.winkel} {one.inzending}: {one.deel:.0%}"
    return (str(one.id), one.computer, str(one.proces), one.programma, own, kinds, heard, at)


def _queue(one: QueueSeen) -> tuple[str, ...]:
    counts = (one.wachtend, one.bezig, one.later, one.gestrand, one.mislukt)
    return (one.wachtrij, *map(str, counts), _since(one.oudste))


def _tenant(one: TenantSeen) -> tuple[str, ...]:
    return (one.soort, one.naam, str(one.aantal), _since(one.oudste))


def _since(seconds: float | None) -> str:
    """A time for people: 0.3 s, 12 s, 5 min."""
    if seconds is None:
        return ""
    if seconds < 120:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
