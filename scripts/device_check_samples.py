"""Writes web/check/samples.js: one grey ramp in every form in which a picture may reach a browser.

`python -m scripts.device_check_samples` from the checkout. The ramp has all 256 greys in 16 × 16 squares of 8 × 8 pixels; every
sample decodes to exactly that, which is verified here before it is written.
"""

from __future__ import annotations

import base64
import textwrap
from fractions import Fraction
from pathlib import Path

import av
import imagecodecs
import numpy as np
from numpy.typing import NDArray

OUT = Path(__file__).resolve().parents[1] / "web" / "check" / "samples.js"
SQUARES, SQUARE = 16, 8
SIDE = SQUARES * SQUARE
COLUMNS = 110
PROFILES = ("baseline", "high", "lossless")
"""H.264 profiles as the pictures of a study come."""
HEAD = """/**
 * One grey ramp in every form in which a picture may reach a browser: H.264 access units (Annex B), PNG, JPEG XL. All 256
 * greys in 16 × 16 squares of 8 × 8 pixels; every form decodes to exactly that. Made by scripts/device_check_samples.py.
 */

export const SQUARES = 16;
export const SQUARE = 8;

/** @type {Readonly<Record<string, {codec: string, data: string}>>} base64 */
export const SAMPLES = {
"""


class NotExact(Exception):
    """A sample does not decode to the ramp; it would blame browsers for what they have not done."""


def ramp() -> NDArray[np.uint8]:
    """The picture, [row, column]."""
    squares = np.arange(SQUARES * SQUARES, dtype=np.uint8).reshape(SQUARES, SQUARES)
    return np.kron(squares, np.ones((SQUARE, SQUARE), dtype=np.uint8))


def access_unit(profile: str) -> bytes:
    """The ramp as one IDR access unit, BT.709 full range.

    Raises:
        NotExact: it decodes to something else.
    """
    lossless = profile == "lossless"
    context = av.CodecContext.create("libx264", "w")
    context.width = context.height = SIDE
    context.pix_fmt = "yuv420p"
    context.framerate = Fraction(25)
    context.color_range = av.video.reformatter.ColorRange.JPEG
    parameters = (
        f"qp={0 if lossless else 1}:ref=1:bframes=0:aud=0:info=0:fullrange=on:colorprim=bt709:transfer=bt709"
    )
    context.options = {
        "preset": "medium",
        "tune": "zerolatency",
        "x264-params": f"{parameters}:colormatrix=bt709:level=3.1:sliced-threads=0:threads=1",
        "profile": "high444" if lossless else profile,
    }
    luma = ramp()
    frame = av.VideoFrame(SIDE, SIDE, "yuv420p")
    frame.planes[0].update(_padded(luma, frame.planes[0].line_size))
    for plane in list(frame.planes)[1:]:
        plane.update(np.full(plane.line_size * SIDE // 2, 128, np.uint8).tobytes())
    frame.color_range = av.video.reformatter.ColorRange.JPEG
    frame.pts = 0
    data = b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
    decoder = av.CodecContext.create("h264", "r")
    pictures = [*decoder.decode(av.Packet(data)), *decoder.decode(None)]
    plane = pictures[0].planes[0]
    decoded = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)[:SIDE, :SIDE]
    if not np.array_equal(decoded, luma):
        raise NotExact(profile)
    return data


def _padded(luma: NDArray[np.uint8], line: int) -> bytes:
    rows = np.zeros((SIDE, line), np.uint8)
    rows[:, :SIDE] = luma
    return rows.tobytes()


def codec_of(unit: bytes) -> str:
    """The codec as RFC 6381 (3.3) writes it, from the sequence parameter set that the access unit begins with."""
    start = unit.index(b"\0\0\1\x67") + 4
    return f"avc1.{unit[start : start + 3].hex().upper()}"


def samples() -> dict[str, tuple[str, bytes]]:
    """Name → codec or media type, and bytes.

    Raises:
        NotExact: one does not decode to the ramp.
    """
    units = {name: access_unit(name) for name in PROFILES}
    found = {name: (codec_of(unit), unit) for name, unit in units.items()}
    png = imagecodecs.png_encode(ramp(), level=9)
    jxl = imagecodecs.jpegxl_encode(ramp(), lossless=True, effort=7)
    for name, decoded in (("png", imagecodecs.png_decode(png)), ("jxl", imagecodecs.jpegxl_decode(jxl))):
        if not np.array_equal(decoded, ramp()):
            raise NotExact(name)
    return {**found, "png": ("image/png", bytes(png)), "jxl": ("image/jxl", bytes(jxl))}


def text() -> str:
    """The module."""
    parts = [HEAD]
    for name, (codec, data) in samples().items():
        lines = textwrap.wrap(base64.b64encode(data).decode(), COLUMNS)
        joined = " +\n      ".join(f"'{line}'" for line in lines)
        parts.append(f"  {name}: {{\n    codec: '{codec}',\n    data:\n      {joined},\n  }},\n")
    return "".join([*parts, "};\n"])


if __name__ == "__main__":
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(text())
