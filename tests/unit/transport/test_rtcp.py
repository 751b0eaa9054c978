"""RTCP: what the page says, in bytes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport.rtp.rtcp import (
    KeyframeRequest,
    Nack,
    ReceptionReport,
    Remb,
    TransportWide,
    ntp_time,
    parse,
    sender_report,
)

RECEIVER_REPORT = bytes.fromhex("81c90007 00000001 00000002 40 000003 00000004 0000005a 11223344 00008000")
NACK = bytes.fromhex("81cd0003 00000001 00000002 fffe 8001")
PLI = bytes.fromhex("81ce0002 00000001 00000002")
FIR = bytes.fromhex("84ce0004 00000001 00000000 00000002 01000000")
REMB = bytes.fromhex("8fce0005 00000001 00000000 52454d42 01 09eb10 00000002")
BYE = bytes.fromhex("81cb0001 00000001")


def test_a_compound_packet() -> None:
    assert list(parse(RECEIVER_REPORT + NACK + REMB + PLI + BYE + FIR)) == [
        ReceptionReport(ssrc=2, loss=0.25, jitter=90, last_report=0x11223344, delay=0x8000),
        Nack(ssrc=2, lost=(0xFFFE, 0xFFFF, 14)),
        Remb(502_848.0),
        KeyframeRequest("pli", (2,)),
        KeyframeRequest("fir", (2,)),
    ]


def test_the_pages_own_estimate() -> None:
    """206, format 15, "REMB", one SSRC, exponent 3, mantissa 100 000."""
    data = bytes.fromhex("8fce0005 00000001 00000000 52454d42 010d86a0 00000002")
    assert list(parse(data)) == [Remb(800_000.0)]
    other = bytes.fromhex("8fce0004 00000001 00000000 4f544852 010d86a0")
    assert list(parse(other)) == []
    with pytest.raises(ValueError, match="REMB"):
        list(parse(bytes.fromhex("8fce0003 00000001 00000000 52454d42")))


def test_transport_wide_feedback_is_passed_on() -> None:
    data = bytes.fromhex("8fcd0005 00000001 00000002 0102030405060708 090a0b0c")
    assert list(parse(data)) == [TransportWide(bytes(range(1, 13)))]


def test_padding_is_taken_off() -> None:
    data = bytes.fromhex("afcd0004 00000001 00000002 01020304 00000004")
    assert list(parse(data)) == [TransportWide(b"\x01\x02\x03\x04")]


@pytest.mark.parametrize(
    "data",
    [
        b"\x81",
        RECEIVER_REPORT[:-1],
        b"\x41" + PLI[1:],
        bytes.fromhex("82c90007") + RECEIVER_REPORT[4:],
        bytes.fromhex("81ce0001 00000001"),
        bytes.fromhex("a1ce0002 00000001 00000009"),
    ],
)
def test_malformed_packets_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="RTCP"):
        list(parse(data))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        list(parse(data))


@given(st.binary(max_size=60), st.sampled_from([200, 201, 205, 206]), st.integers(0, 31))
def test_any_body_is_read_or_refused(body: bytes, kind: int, count: int) -> None:
    body += bytes(-len(body) % 4)
    data = bytes((0x80 | count, kind)) + (len(body) // 4).to_bytes(2, "big") + body
    with contextlib.suppress(ValueError):
        list(parse(data))


def test_a_sender_report() -> None:
    data = sender_report(0xDEADBEEF, 0x83AA7E80_80000000, 0x1_0000_0005, 7, 1000)
    assert data == bytes.fromhex("80c80006 deadbeef 83aa7e80 80000000 00000005 00000007 000003e8")


def test_ntp_counts_from_1900() -> None:
    assert ntp_time(0.5) == 0x83AA7E80_80000000
