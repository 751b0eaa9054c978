"""H.264 access units in RTP payloads (RFC 6184)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport.rtp.h264_payload import nal_units, payloads

SPS = b"\x67\x4d\x00\x34\x01"
PPS = b"\x68\xee\x01"


def unpack(packed: list[bytes]) -> list[bytes]:
    """The NAL units again, as a receiver puts them together."""
    units: list[bytes] = []
    fragments = b""
    for payload in packed:
        kind = payload[0] & 0x1F
        if kind == 24:
            position = 1
            while position < len(payload):
                size = int.from_bytes(payload[position : position + 2], "big")
                units.append(payload[position + 2 : position + 2 + size])
                position += 2 + size
        elif kind == 28:
            if payload[1] & 0x80:
                fragments = bytes((payload[0] & 0xE0 | payload[1] & 0x1F,))
            fragments += payload[2:]
            if payload[1] & 0x40:
                units.append(fragments)
        else:
            units.append(payload)
    return units


def stream(units: list[bytes], start_code: bytes = b"\x00\x00\x00\x01") -> bytes:
    return b"".join(start_code + unit for unit in units)


def test_small_units_share_a_payload() -> None:
    packed = payloads(stream([SPS, PPS]))
    assert packed == [b"\x78" + b"\x00\x05" + SPS + b"\x00\x03" + PPS]


def test_one_unit_alone_is_sent_as_it_is() -> None:
    assert payloads(stream([SPS])) == [SPS]


def test_a_large_unit_is_cut_into_equal_parts() -> None:
    unit = b"\x65" + b"\x55" * 3000
    packed = payloads(stream([unit]), maximum=1180)
    assert [p[0] for p in packed] == [0x7C] * 3
    assert [p[1] for p in packed] == [0x85, 0x05, 0x45]
    assert max(len(p) for p in packed) - min(len(p) for p in packed) <= 1
    assert unpack(packed) == [unit]


def test_start_codes_of_three_and_four_bytes_and_trailing_zeros() -> None:
    data = b"\x00\x00\x01" + SPS + b"\x00\x00\x00\x01" + PPS + b"\x00\x00"
    assert list(nal_units(data)) == [SPS, PPS]


@pytest.mark.parametrize("data", [b"", b"\x00\x00\x01", b"no start code"])
def test_what_is_no_byte_stream_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="NAL unit"):
        payloads(data)


nal = st.tuples(
    st.sampled_from([1, 5, 6, 7, 8]), st.sampled_from([0x00, 0x20, 0x60]), st.integers(1, 5000)
).map(lambda t: bytes((t[0] | t[1],)) + b"\xa5" * t[2])


@given(st.lists(nal, min_size=1, max_size=8), st.integers(100, 1300))
def test_a_receiver_gets_every_unit_back(units: list[bytes], maximum: int) -> None:
    packed = payloads(stream(units), maximum)
    assert unpack(packed) == units
    assert all(len(p) <= maximum for p in packed)
