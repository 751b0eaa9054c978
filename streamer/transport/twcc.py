"""Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1): which packets came, and when."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_REFERENCE_SECONDS = 0.064
_DELTA_SECONDS = 0.00025
REFERENCE_PERIOD = (1 << 24) * _REFERENCE_SECONDS
"""The receiver's times wrap after so many seconds."""
MOST_PACKETS = 8192
"""One message may speak of so many: no sender remembers more, and a few bytes of runs could claim eight times as many."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """`arrivals[n]` is when packet number `base` + n (modulo 2^16) came, seconds of the receiver's clock; None = not yet."""

    base: int
    count: int
    arrivals: tuple[float | None, ...]


def parse(control: bytes) -> Feedback:
    """Reads the feedback control information of an RTCP packet of type 205, format 15.

    Raises:
        ValueError: truncated, of too many packets, or a reserved symbol.
    """
    if len(control) < 8:
        raise ValueError("A transport-wide feedback message is truncated.")
    base, count, reference_and_number = struct.unpack_from("!HHI", control)
    if count > MOST_PACKETS:
        raise ValueError("A transport-wide feedback message speaks of more packets than are remembered.")
    symbols, position = _symbols(control, count)
    time = (reference_and_number >> 8) * _REFERENCE_SECONDS
    arrivals: list[float | None] = []
    for symbol in symbols:
        if symbol == 0:
            arrivals.append(None)
            continue
        if len(control) < position + symbol:
            raise ValueError("The arrival times of a transport-wide feedback message are truncated.")
        delta = control[position] if symbol == 1 else struct.unpack_from("!h", control, position)[0]
        position += symbol
        time += delta * _DELTA_SECONDS
        arrivals.append(time)
    return Feedback(base, reference_and_number & 0xFF, tuple(arrivals))


def _symbols(control: bytes, count: int) -> tuple[list[int], int]:
    """The status symbols (0 = not received, 1 = small delta, 2 = large or negative delta) and where the deltas start."""
    symbols: list[int] = []
    position = 8
    while len(symbols) < count:
        if len(control) < position + 2:
            raise ValueError("The packet states of a transport-wide feedback message are truncated.")
        (chunk,) = struct.unpack_from("!H", control, position)
        position += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * min(chunk & 0x1FFF, count - len(symbols))
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    del symbols[count:]
    if 3 in symbols:
        raise ValueError("A transport-wide feedback message uses a reserved symbol.")
    return symbols, position
