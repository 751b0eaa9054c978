"""Transport-wide feedback: bytes by the draft, and back."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.transport.twcc import MOST_PACKETS, Feedback, parse


def test_runs_and_two_bit_states() -> None:
    control = bytes.fromhex(
        "0102 0007 000010 03"  # packets from 258, seven, reference 16 × 64 ms, message 3
        "2003"  # run: three that came after a small time
        "c900"  # seven two-bit states: 0 (not come), 2 (large or negative), 1 (small), …
        "04 08 00 fffc ff"  # 1 ms, 2 ms, 0, −1 ms, 63.75 ms
    )
    feedback = parse(control)
    assert (feedback.base, feedback.count) == (258, 3)
    assert feedback.arrivals == pytest.approx((1.025, 1.027, 1.027, None, 1.026, 1.08975, None))


def test_one_bit_states() -> None:
    control = bytes.fromhex("fffe 0003 000000 00 a800 04 04")
    assert parse(control).arrivals == pytest.approx((0.001, None, 0.002))


def test_a_run_of_lost_packets() -> None:
    assert parse(bytes.fromhex("0000 0064 000001 00 0064")).arrivals == (None,) * 100


def test_a_few_bytes_do_not_claim_more_packets_than_are_remembered() -> None:
    runs = struct.pack("!8H", *[0x1FFF] * 8)
    most = struct.pack("!HHI", 0, MOST_PACKETS, 0) + runs
    assert len(parse(most).arrivals) == MOST_PACKETS
    with pytest.raises(ValueError, match="more packets"):
        parse(struct.pack("!HHI", 0, MOST_PACKETS + 1, 0) + runs)


@pytest.mark.parametrize(
    "control",
    [
        "0102 0007 000010",
        "0102 0007 000010 03",
        "0102 0007 000010 03 2003",
        "0102 0003 000010 03 2003 0408",
        "0102 0003 000010 03 4003 0001 0002 00",
        "0102 0003 000010 03 6003",
    ],
)
def test_truncated_and_reserved_are_refused(control: str) -> None:
    with pytest.raises(ValueError, match="transport-wide"):
        parse(bytes.fromhex(control))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(control: bytes) -> None:
    with contextlib.suppress(ValueError):
        parse(control)


arrivals = st.lists(st.none() | st.integers(-0x8000, 0x7FFF), min_size=1, max_size=300)


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFF), arrivals)
def test_every_message_comes_back(base: int, reference: int, deltas: list[int | None]) -> None:
    time, expected = reference * 256, []
    for delta in deltas:
        time += delta or 0
        expected.append(None if delta is None else time * 0.00025)
    feedback = parse(encode(base, reference, deltas))
    assert feedback == Feedback(base, 9, feedback.arrivals)
    assert feedback.arrivals == pytest.approx(tuple(expected))


def encode(base: int, reference: int, deltas: list[int | None]) -> bytes:
    """A message with two-bit states; deltas in units of 250 µs."""
    states = [0 if d is None else 1 if 0 <= d <= 255 else 2 for d in deltas]
    data = struct.pack("!HHI", base, len(deltas), reference << 8 | 9)
    for start in range(0, len(states), 7):
        part = states[start : start + 7]
        part += [0] * (7 - len(part))
        chunk = 0xC000
        for n, state in enumerate(part):
            chunk |= state << 2 * (6 - n)
        data += struct.pack("!H", chunk)
    for delta, state in zip(deltas, states, strict=True):
        if delta is not None:
            data += struct.pack("!B" if state == 1 else "!h", delta)
    return data
