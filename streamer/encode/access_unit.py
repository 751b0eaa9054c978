"""What an encoder gives back for one picture."""

from __future__ import annotations

from dataclasses import dataclass

_NAL_SEI = 6  # ITU-T H.264, table 7-1


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One coded picture, Annex B, parameter sets first when it is a key. `coded` is the padded size; `qp` −1 = not known."""

    data: bytes
    key: bool
    coded: tuple[int, int]
    qp: float


def without_sei(data: bytes) -> bytes:
    """Without supplemental information: x264 describes its build in 0.7 kB with the first picture."""
    kept = []
    start = 0
    while start < len(data):
        following = data.find(b"\0\0\1", start + 4)
        if following > 0 and data[following - 1] == 0:
            following -= 1
        end = following if following > 0 else len(data)
        header = data.index(b"\1", start) + 1
        if data[header] & 31 != _NAL_SEI:
            kept.append(data[start:end])
        start = end
    return data if sum(map(len, kept)) == len(data) else b"".join(kept)
