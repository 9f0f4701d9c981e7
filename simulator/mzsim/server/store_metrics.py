"""What Prometheus is told of the stores of a portal: what their ledgers say when it asks.

Nothing of it is kept in a process: each that serves these stores says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from mzsim.server.metrics import Work, counter, registered
from mzsim.server.tallying import Tally

_QUANTILES = (0.5, 0.95, 0.99)


class _Stores(Collector):
    """What the ledgers of a portal's stores say when they are asked: every process that serves these says the same."""

    def __init__(self, tallies: Iterable[tuple[str, Tally | None]]) -> None:
        self._tallies = tallies

    def collect(self) -> Iterator[Metric]:
        """The numbers, as Prometheus has them."""
        readable = _gauge("mzsim_store_readable", "Whether the store can be read.")
        accepted = counter("mzsim_submissions_accepted", "Submissions that were accepted.")
        refused = counter("mzsim_submissions_refused", "Submissions that were refused when they came in.")
        answered = counter("mzsim_submissions_answered", "Submissions that were answered, by how they end.", "status")
        waiting = _gauge("mzsim_submissions_waiting", "Submissions that wait for an answer.")
        oldest = _gauge("mzsim_submissions_oldest_waiting_seconds", "Seconds that the first of these waits; 0 if none.")
        delay = _gauge(
            "mzsim_submissions_delay_seconds",
            "Seconds from coming in to the answer, of the latest thousand of five minutes.",
            "quantile",
        )
        for winkel, found in self._tallies:
            readable.add_metric([winkel], found is not None)
            if found is None:
                continue
            accepted.add_metric([winkel], found.accepted)
            refused.add_metric([winkel], found.refused)
            waiting.add_metric([winkel], found.waiting)
            oldest.add_metric([winkel], found.oldest)
            for status, count in found.answered.items():
                answered.add_metric([winkel, status], count)
            for part in _QUANTILES if found.delays else ():
                delay.add_metric([winkel, str(part)], found.delays[int(part * len(found.delays))])
        yield from (readable, accepted, refused, answered, waiting, oldest, delay)


def _gauge(name: str, about: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, labels=["winkel", *labels])


def metrics_of(tallies: Iterable[tuple[str, Tally | None]], work: Work | None) -> bytes:
    """What is told of a portal, in the text format of Prometheus: of its stores by their names, None of one that can't be read,
    and of its own workers, where it has any."""
    return generate_latest(registered(_Stores(tallies), *(() if work is None else (work,))))
