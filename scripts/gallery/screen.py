"""The screens that Farview must fit, and what a screenshot weighs."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

COLORS = (256, 128, 64)
GREY = 60
"""The most saturation, of 255, that counts as grey."""


@dataclass(frozen=True, slots=True)
class Screen:
    """CSS pixels, device pixels per CSS pixel, and whether it is touched."""

    width: int
    height: int
    ratio: int = 1
    touch: bool = False

    @property
    def name(self) -> str:
        """In device pixels, as "3840x2160@2"."""
        size = f"{self.width * self.ratio}x{self.height * self.ratio}"
        return size if self.ratio == 1 else f"{size}@{self.ratio}"

    @property
    def options(self) -> dict[str, Any]:
        """Of a browser context."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "device_scale_factor": self.ratio,
            "has_touch": self.touch,
            "is_mobile": self.touch,
        }


DESK = Screen(1280, 800)
SCREENS = (
    DESK,
    Screen(1920, 1080),
    Screen(1920, 1080, ratio=2),
    Screen(768, 1024, touch=True),
    Screen(1024, 768, touch=True),
)


def _palette(picture: Image.Image, colors: int) -> Image.Image:
    """Half of the colours for what is grey, half for the rest, so that thin coloured lines keep their colour."""
    saturation = picture.convert("HSV").getchannel("S").tobytes()
    pixels = picture.tobytes()
    halves = (bytearray(), bytearray())
    for index, value in enumerate(saturation):
        halves[value > GREY].extend(pixels[3 * index : 3 * index + 3])
    entries: list[int] = []
    for half in halves:
        width = max(1, len(half) // 3)
        strip = Image.frombytes("RGB", (width, 1), bytes(half) or b"\0\0\0")
        entries += strip.quantize(colors // 2, method=Image.Quantize.MEDIANCUT, kmeans=2).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(entries[: 3 * colors])
    return palette


def write_small(png: bytes, path: Path, limit: int) -> int:
    """Writes a screenshot with as many colours as fit into `limit` bytes; its size.

    Raises:
        ValueError: it does not fit.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colors in COLORS:
        small = io.BytesIO()
        reduced = picture.quantize(palette=_palette(picture, colors), dither=Image.Dither.NONE)
        reduced.save(small, "PNG", optimize=True)
        if small.tell() <= limit:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(small.getvalue())
            return small.tell()
    raise ValueError(f"{path.name} is larger than {limit} bytes with {COLORS[-1]} colours, too.")
