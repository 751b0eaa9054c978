"""What the host tells the server of its load: counts, and medians over its readers, with nothing of whom or what they read."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence

from signaling.protocol.control import PageMeasures
from signaling.protocol.hosts import HostLoad
from signaling.protocol.records import ArchiveInfo
from streamer.host import machine
from streamer.host.page_figures import MOST_MS, median_of
from streamer.host.seat import Seat
from streamer.host.sessions import Sessions

SECONDS = 2.0
"""From one report to the next."""


class LoadReporter:
    """Remembers the last report, for what is counted between two."""

    def __init__(self) -> None:
        self._usage = machine.Usage()
        self._pictures_before = 0

    def report(
        self,
        seats: int,
        reading: Sequence[Seat],
        sessions: Sessions,
        archives: tuple[ArchiveInfo, ...],
        clock_ahead: float = 0.0,
        cache_problem: str = "",
        staying: int = 0,
    ) -> HostLoad:
        """The load now; `reading` are the seats, of all `seats`, on which a study is shown."""
        live = sessions.live
        pictures = sum(session.pictures.pictures for session in live)
        shown, self._pictures_before = max(0, pictures - self._pictures_before), pictures
        cpu, memory = self._usage.sample()
        now = time.monotonic()

        def measured(value: Callable[[PageMeasures], float]) -> float:
            return median_of((seat.figures for seat in reading), now, value, MOST_MS)

        return HostLoad(
            seats=seats,
            sessions=len(live),
            cpu=cpu,
            memory_bytes=memory,
            pictures_per_second=shown / SECONDS,
            latency_ms=measured(lambda page: page.p50_ms),
            archives=archives,
            latency_p95_ms=measured(lambda page: page.p95_ms),
            stills_exact=sessions.tally.exact,
            stills_mismatched=sessions.tally.mismatched,
            exact_p50_ms=measured(lambda page: page.exact_p50_ms),
            rtt_ms=_median(seat.link.round_trip * 1000 for seat in reading),
            loss=_median(seat.link.loss for seat in reading),
            bit_rate=_median(seat.link.bit_rate for seat in reading),
            clock_ahead=clock_ahead,
            memory_free_bytes=machine.memory_free(),
            cache_problem=cache_problem,
            staying=staying,
        )


def _median(values: Iterable[float]) -> float:
    found = list(values)
    return statistics.median(found) if found else 0.0
