"""How fast an exact still may leave."""

from __future__ import annotations

from streamer.transport.base import FeedbackBatch, PacketReport
from streamer.transport.path import Path
from streamer.transport.still_rate import KNOWN_SHARE, LEAST, MOST_SHARE, UNKNOWN, StillRate

SIZE = 134_000


def seen(path: Path, now: float, shown: float, sent: float, queue: float = 0.0) -> None:
    """A train of twelve packets that was sent at `sent` bit/s and came at `shown`, after `queue` seconds; the last 60 ms ago."""
    sent_at = now - 0.06 - 12 * 10_000 / sent
    packets = tuple(
        PacketReport(
            int(now * 1000) + n,
            sent_at + n * 10_000 / sent,
            sent_at + n * 10_000 / shown + 0.03 + queue + 50,
            1250,
        )
        for n in range(12)
    )
    path.add(now, FeedbackBatch(packets, now), rate=1e6, most=1e9, gap=0.1, copied=0.0, congested=False)


def test_starts_moderately_on_a_link_nothing_is_known_of() -> None:
    assert StillRate().bit_rate(1.5e6, None, measured=False) == UNKNOWN
    assert StillRate().bit_rate(1.5e6, None, measured=True) == 1.5e6


def test_takes_nearly_all_that_is_known() -> None:
    assert StillRate().bit_rate(1e6, 5e6, measured=True) == KNOWN_SHARE * 5e6
    assert StillRate().bit_rate(8e6, 5e6, measured=True) == KNOWN_SHARE * 5e6


def test_grows_while_it_passes_without_a_queue() -> None:
    rate, path = StillRate(), Path()
    seen(path, 0.1, 1e6, 1e6)
    rate.start(1.0, SIZE, 1e6, 0.1)
    for n in range(1, 4):
        now = 1 + n * 0.15
        speed = rate.bit_rate(1e6, None, measured=True)
        seen(path, now, speed, speed)
        rate.report(now, path)
    assert rate.bit_rate(1e6, None, measured=True) > 3e6


def test_gives_way_to_a_queue() -> None:
    rate, path = StillRate(), Path()
    seen(path, 0.1, 3e6, 3e6)
    rate.start(1.0, SIZE, 3e6, 0.1)
    seen(path, 1.2, 1e6, 3e6, queue=0.1)
    rate.report(1.2, path)
    assert rate.bit_rate(0.5e6, None, measured=True) < 1.5e6


def test_tries_a_little_more_than_is_known_but_no_more() -> None:
    rate, path = StillRate(), Path()
    for n in range(4):
        seen(path, 0.1 + n, 2e6, 4e6)
    known = path.capacity.known
    assert known is not None
    for n in range(50):
        now = 10 + n * 0.2
        speed = rate.bit_rate(1e6, known, measured=True)
        rate.start(now - 0.1, SIZE, speed, 0.1)
        seen(path, now, speed, speed)
        rate.report(now, path)
        assert rate.bit_rate(1e6, known, measured=True) <= MOST_SHARE * known


def test_says_nothing_when_none_leaves() -> None:
    rate, path = StillRate(), Path()
    rate.start(1.0, SIZE, 1e6, 0.1)
    rate.stop(1.1, 0.1)
    assert rate.leaving(1.15)
    assert not rate.leaving(1.25)
    seen(path, 1.3, 0.1e6, 1e6, queue=0.2)
    rate.report(1.3, path)
    assert rate.bit_rate(1e6, None, measured=True) == 1e6
    assert rate.bit_rate(0.0, None, measured=False) >= LEAST
