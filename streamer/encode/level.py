"""The H.264 level a picture size needs (ITU-T H.264 table A-1) at 30 pictures a second."""

from __future__ import annotations

_LEVELS = (  # level × 10, macroblocks a second, macroblocks a picture
    (31, 108_000, 3_600),
    (32, 216_000, 5_120),
    (40, 245_760, 8_192),
    (42, 522_240, 8_704),
    (50, 589_824, 22_080),
    (51, 983_040, 36_864),
    (60, 4_177_920, 139_264),
)
PICTURES_A_SECOND = 30


def level_for(width: int, height: int) -> int:
    """Level × 10, from 3.1 (the least every browser takes) to 6.0.

    Raises:
        ValueError: the picture is larger than any level allows.
    """
    blocks = -(-width // 16) * -(-height // 16)
    for level, a_second, a_picture in _LEVELS:
        side = (8 * a_picture) ** 0.5  # A.3.1: neither side may be longer than this many macroblocks
        if blocks <= a_picture and blocks * PICTURES_A_SECOND <= a_second and max(width, height) / 16 <= side:
            return level
    raise ValueError(f"A picture of {width} × {height} is larger than H.264 allows.")
