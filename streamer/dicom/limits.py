"""What a file may claim before it is called absurd."""

from __future__ import annotations

FRAME_PIXELS = 100_000_000
FRAMES = 100_000
STACK_BYTES = 16 << 30
DEFLATED_BYTES = 2 << 30
HEADER_ITEMS = 100_000
NATIVE_EXCESS = 4
"""A native file that claims more than this times the pixels it holds is not truncated but damaged."""
SPACING_MM = (1e-6, 1e4)
COORDINATE_MM = 1e7
