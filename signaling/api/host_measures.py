"""What the hosts' readers see, for a monitoring system: medians over each host's pages, nothing of whom or what they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from signaling.protocol.hosts import HostLoad
from signaling.services.live_host import LiveHost


class HostMeasures(Collector):
    """Reads the newest report of every host that is there whenever somebody asks."""

    def __init__(self, hosts: Callable[[], Iterable[LiveHost]]) -> None:
        """`hosts` gives those that are there now."""
        self._hosts = hosts

    def collect(self) -> Iterator[Metric]:
        """One family for each figure, one sample for each host."""
        loads = [(host.host, host.load) for host in self._hosts() if host.load is not None]
        latency = GaugeMetricFamily(
            "farview_input_to_picture_seconds",
            "From an input to its picture on the canvas, as pages measure it",
            labels=["host", "quantile"],
        )
        stills = CounterMetricFamily(
            "farview_stills", "Exact stills that pages checked, since the host started", labels=["host", "verdict"]
        )  # fmt: skip
        for host, load in loads:
            latency.add_metric([host, "0.5"], load.latency_ms / 1000)
            latency.add_metric([host, "0.95"], load.latency_p95_ms / 1000)
            stills.add_metric([host, "exact"], load.stills_exact)
            stills.add_metric([host, "mismatch"], load.stills_mismatched)
        yield latency
        yield stills
        for name, text, value in _GAUGES:
            family = GaugeMetricFamily(name, text, labels=["host"])
            for host, load in loads:
                family.add_metric([host], value(load))
            yield family
        free = GaugeMetricFamily(
            "farview_host_memory_free_bytes", "What the host may still take", labels=["host"]
        )
        for host, load in loads:
            if load.memory_free_bytes > 0:
                free.add_metric([host], load.memory_free_bytes)
        yield free


def _exact(load: HostLoad) -> float:
    return load.exact_p50_ms / 1000


def _round_trip(load: HostLoad) -> float:
    return load.rtt_ms / 1000


_GAUGES = (
    ("farview_input_to_exact_seconds", "From the last input to the exact picture proven", _exact),
    ("farview_pictures_per_second", "Pictures sent", lambda load: load.pictures_per_second),
    ("farview_link_round_trip_seconds", "Round trip to the pages", _round_trip),
    ("farview_link_loss_ratio", "Part of the packets lost on the way", lambda load: load.loss),
    (
        "farview_host_cache_works",
        "Whether images can be kept: 0 where the cache is full or can't be written",
        lambda load: 0.0 if load.cache_problem else 1.0,
    ),
    ("farview_link_bits_per_second", "What may be sent to a page", lambda load: load.bit_rate),
)
