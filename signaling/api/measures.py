"""What a monitoring system can read of a server (Prometheus)."""

from __future__ import annotations

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from signaling.api.host_measures import HostMeasures
from signaling.domain.hosts import HostState
from signaling.services.host_registry import HostRegistry
from signaling.services.pages import Pages
from signaling.services.session_broker import SessionBroker

_PLACING_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0)
_WORKLIST_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Measures:
    """The measures of one server, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.placing = Histogram(
            "farview_seat_placing_seconds",
            "From a request for a seat until a host was asked",
            buckets=_PLACING_SECONDS,
            registry=self._registry,
        )
        self.worklist = Histogram(
            "farview_worklist_seconds",
            "Answering a worklist query",
            buckets=_WORKLIST_SECONDS,
            registry=self._registry,
        )
        self.refused = Counter(
            "farview_messages_refused",
            "Messages answered with an error",
            ["peer", "code"],
            registry=self._registry,
        )
        self._hosts = Gauge("farview_hosts", "Render hosts by state", ["state"], registry=self._registry)
        self._seats = Gauge("farview_seats", "Seats known", registry=self._registry)
        self._pages = Gauge("farview_pages", "Pages connected", registry=self._registry)

    def follow(self, registry: HostRegistry, broker: SessionBroker, pages: Pages) -> None:
        """Read the gauges from the services whenever somebody asks."""
        for state in HostState:
            self._hosts.labels(state.value).set_function(partial(_in_state, registry, state))
        self._seats.set_function(lambda: broker.count)
        self._pages.set_function(lambda: pages.count)
        self._registry.register(HostMeasures(lambda: registry.live))

    def text(self) -> bytes:
        """All measures in Prometheus' text format."""
        return generate_latest(self._registry)


def _in_state(registry: HostRegistry, state: HostState) -> int:
    return sum(host.state is state for host in registry.live)
