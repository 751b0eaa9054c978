"""What a monitoring system reads of the hosts: the newest report of each, by host and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest

from signaling.api.host_measures import HostMeasures
from signaling.domain.hosts import HostRecord
from signaling.protocol.hosts import HostLoad, ToHost
from signaling.services.live_host import LiveHost


@dataclass
class Port:
    """Nobody listens."""

    closed: bool = False
    sent: list[ToHost] = field(default_factory=list)

    def send(self, message: ToHost) -> None:
        self.sent.append(message)

    def close(self, reason: str) -> None:
        self.closed = True


def host(name: str, load: HostLoad | None) -> LiveHost:
    live = LiveHost(HostRecord(name, "default", "", "", 0.0), Port(), 0.0, 0.0)
    live.load = load
    return live


def test_every_host_that_has_reported_has_its_figures_and_one_that_is_gone_has_none() -> None:
    load = HostLoad(
        seats=1, sessions=1, cpu=0.5, memory_bytes=1, pictures_per_second=25.0, latency_ms=40.0, archives=(),
        latency_p95_ms=90.0, stills_exact=7, stills_mismatched=1, exact_p50_ms=240.0, rtt_ms=30.0, loss=0.02,
        bit_rate=5e6, memory_free_bytes=2_000_000, cache_problem="The image cache is full.",
    )  # fmt: skip
    hosts = [host("a", load), host("b", None)]
    registry = CollectorRegistry()
    registry.register(HostMeasures(lambda: hosts))
    lines = generate_latest(registry).decode().splitlines()
    assert {line for line in lines if not line.startswith("#")} == {
        'farview_input_to_picture_seconds{host="a",quantile="0.5"} 0.04',
        'farview_input_to_picture_seconds{host="a",quantile="0.95"} 0.09',
        'farview_stills_total{host="a",verdict="exact"} 7.0',
        'farview_stills_total{host="a",verdict="mismatch"} 1.0',
        'farview_input_to_exact_seconds{host="a"} 0.24',
        'farview_pictures_per_second{host="a"} 25.0',
        'farview_link_round_trip_seconds{host="a"} 0.03',
        'farview_link_loss_ratio{host="a"} 0.02',
        'farview_link_bits_per_second{host="a"} 5e+06',
        'farview_host_cache_works{host="a"} 0.0',
        'farview_host_memory_free_bytes{host="a"} 2e+06',
    }
    hosts.clear()
    assert 'host="a"' not in generate_latest(registry).decode()
