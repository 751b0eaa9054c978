"""What a page may report: no few bytes make the host look up packets for long."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport import twcc
from streamer.transport.rtp import rtcp
from streamer.transport.webrtc.rtcp_gate import MOST_PACKETS, PACKETS_PER_SECOND, RtcpGate, spoken_of


def feedback(count: int) -> bytes:
    """A transport-wide feedback packet that speaks of `count` packets, none of which came."""
    control = struct.pack("!HHI8H", 0, count, 0, *[0x1FFF] * 8)
    return struct.pack("!BBHII", 0x80 | 15, 205, 2 + len(control) // 4, 1, 2) + control


def nack(fields: int) -> bytes:
    """A NACK of `fields` times 17 packets."""
    return struct.pack("!BBHII", 0x80 | 1, 205, 2 + fields, 1, 2) + struct.pack("!HH", 7, 0xFFFF) * fields


def looked_up(datagram: bytes) -> int:
    """The packets that reading a datagram looks up."""
    packets = 0
    for report in rtcp.parse(datagram):
        if isinstance(report, rtcp.TransportWide):
            packets += len(twcc.parse(report.control).arrivals)
        elif isinstance(report, rtcp.Nack):
            packets += len(report.lost)
    return packets


def test_what_is_counted_is_what_is_looked_up() -> None:
    compound = feedback(300) + nack(4) + feedback(5)
    assert spoken_of(compound) == looked_up(compound) == 300 + 4 * 17 + 5


@pytest.mark.parametrize(
    "datagram", [feedback(8192) * 30, feedback(8192), nack(280)], ids=["30", "1", "nack"]
)
def test_a_storm_of_reports_is_bounded(datagram: bytes) -> None:
    gate, seconds, packets = RtcpGate(), 3, 0
    for n in range(1000 * seconds):
        if gate.admits(datagram, 100.0 + n / 1000):
            packets += looked_up(datagram)
    assert packets <= MOST_PACKETS + seconds * PACKETS_PER_SECOND


def test_a_storm_does_not_close_the_gate_for_good() -> None:
    gate = RtcpGate()
    for _ in range(100):
        gate.admits(feedback(8192), 100.0)
    assert not gate.admits(feedback(8192), 100.0)
    assert gate.admits(feedback(8192), 100.5)


def test_an_honest_page_is_always_heard() -> None:
    """5000 packets a second, told every 50 ms, with a NACK of forty packets every 10 ms."""
    gate = RtcpGate()
    for n in range(1000):
        now = 100.0 + n / 100
        assert gate.admits(nack(3), now)
        assert n % 5 or gate.admits(feedback(250), now)


@given(st.binary(max_size=300))
def test_any_bytes_are_weighed(datagram: bytes) -> None:
    assert spoken_of(datagram) >= 0
