"""The centre's figures as Prometheus metrics, read from it when Prometheus asks: keeping them costs nothing."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from control.ports import Centre

_GAUGES = {
    "calls": "Calls in progress.",
    "legs": "Legs in progress.",
    "waiting": "Calls that wait in a queue.",
    "unwritten": "Events of the distributor that its journal does not have yet.",
    "ports_in_use": "Pairs of media ports in use.",
    "transactions": "SIP transactions, lingering ones included.",
    "dialogs": "SIP dialogs.",
    "banned": "Sources whose SIP messages are dropped.",
    "turned_away": "SIP messages of banned sources, and those beyond the rate.",
    "registrations": "Extensions with a reachable phone.",
    "open_files": "Open file descriptors of the main process.",
    "tasks": "asyncio tasks.",
    "uptime_s": "Seconds since the start.",
}
_QUEUE_GAUGES = {
    "waiting": "Calls waiting.",
    "longest_wait_s": "Seconds the first in line has waited.",
    "agents_available": "Agents free to take a call.",
    "agents_busy": "Agents with a call.",
}
_QUEUE_COUNTERS = {
    "offered": "Calls that came.",
    "answered": "Calls that reached an agent.",
    "abandoned": "Calls whose caller gave up.",
}


class CentreCollector(Collector):
    """Asks one centre at each scrape."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def describe(self) -> Iterator[Metric]:
        """Nothing to declare before the first scrape."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Every metric with its present value."""
        status = self._centre.status()
        for name, help in _GAUGES.items():
            yield GaugeMetricFamily(f"centrala_{name}", help, value=getattr(status, name))
        agents = GaugeMetricFamily("centrala_agents", "Agents by state.", labels=["state"])
        for state, count in status.agents.items():
            agents.add_metric([state], count)
        yield agents
        queues = self._centre.queues_live()
        for name, help in _QUEUE_GAUGES.items():
            gauge = GaugeMetricFamily(f"centrala_queue_{name}", help, labels=["queue"])
            for queue in queues:
                gauge.add_metric([queue.id], getattr(queue, name))
            yield gauge
        for name, help in _QUEUE_COUNTERS.items():
            counter = CounterMetricFamily(f"centrala_queue_{name}", help, labels=["queue"])
            for queue in queues:
                counter.add_metric([queue.id], getattr(queue, name))
            yield counter
        yield from self._centre.quality.metrics()
