"""What Prometheus is told of workers: what their answers took. Who starts them hears it, and tells of all of them on one page.

The only labels are the name of a store and the state in which a submission ends: nothing of what is in a declaration.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterator

from prometheus_client import CollectorRegistry, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from mzsim.common.errors import InputError, OutputError
from mzsim.server.done import Done
from mzsim.server.numbers import number

_HERE = "127.0.0.1"
_LAST_PORT = 65_535
_DECLARATION = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_RECORD = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1)
_WAIT = (0.001, 0.01, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class _OfStore:
    """What was done for one store."""

    def __init__(self) -> None:
        self.answered: Counter[str] = Counter()
        self.records = 0
        self.seconds = self.waited = 0.0


class Work(Collector):
    """What the answers of workers took, since this process began. Any thread may tell it."""

    def __init__(self) -> None:
        self._stores: dict[str, _OfStore] = {}
        self._lock = threading.Lock()
        self._declaration = Histogram(
            "mzsim_work_declaration_seconds", "Seconds that an answer took.", registry=None, buckets=_DECLARATION
        )
        self._record = Histogram(
            "mzsim_work_record_seconds", "Seconds of an answer for each record.", registry=None, buckets=_RECORD
        )
        self._wait = Histogram(
            "mzsim_work_lock_wait_seconds",
            "Seconds of an answer in which others were changing the store.",
            registry=None,
            buckets=_WAIT,
        )

    def answered(self, winkel: str, done: Done) -> None:
        """An answer was given in a store."""
        with self._lock:
            of = self._stores.setdefault(winkel, _OfStore())
            of.answered[done.status] += 1
            of.records += done.records
            of.seconds += done.seconds
            of.waited += done.waited
        self._declaration.observe(done.seconds)
        self._wait.observe(done.waited)
        if done.records:
            self._record.observe(done.seconds / done.records)

    def forget(self, winkel: str) -> None:
        """A store is gone."""
        with self._lock:
            self._stores.pop(winkel, None)

    def keep(self, stores: Collection[str]) -> None:
        """These stores are there; all others are gone."""
        with self._lock:
            self._stores = {name: of for name, of in self._stores.items() if name in stores}

    def collect(self) -> Iterator[Metric]:
        """The numbers, as Prometheus has them."""
        answered = counter("mzsim_work_answered", "Submissions that workers answered, by how they end.", "status")
        records = counter("mzsim_work_records", "Records of the declarations that workers answered.")
        seconds = counter("mzsim_work_seconds", "Seconds that workers were at their answers.")
        waited = counter("mzsim_work_waited_seconds", "Seconds of these in which others were changing the store.")
        with self._lock:
            for winkel, of in self._stores.items():
                for status, count in of.answered.items():
                    answered.add_metric([winkel, status], count)
                records.add_metric([winkel], of.records)
                seconds.add_metric([winkel], of.seconds)
                waited.add_metric([winkel], of.waited)
        yield from (answered, records, seconds, waited)
        for histogram in (self._declaration, self._record, self._wait):
            for metric in histogram.collect():
                metric.samples = [one for one in metric.samples if not one.name.endswith("_created")]
                yield metric


def counter(name: str, about: str, *labels: str) -> CounterMetricFamily:
    """Numbers that only grow, for each store."""
    return CounterMetricFamily(name, about, labels=["winkel", *labels])


def serve_metrics(work: Work, host: str, port: int) -> int:
    """Tells of work to whoever asks over HTTP, for as long as the process lives; the port, where 0 was any.

    Raises OutputError where it can't listen.
    """
    try:
        server, _ = start_http_server(port, host, registered(work))
    except OSError as error:
        raise OutputError(f"can't listen on {host}, port {port}: {error.strerror}; give another --metrics") from None
    return server.server_port


def metrics_place(text: str) -> tuple[str, int]:
    """Host and port of `[HOST:]PORT`; the host is this machine alone where none is given. Raises InputError."""
    host, _, last = text.rpartition(":")
    port = number(last, _LAST_PORT)
    if port is None:
        raise InputError(f"{text!r} is no place to listen: give PORT or HOST:PORT, as 9301 or 0.0.0.0:9301")
    return host.strip("[]") or _HERE, port


def registered(*collectors: Collector) -> CollectorRegistry:
    """What these collect, for one page."""
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    return registry
