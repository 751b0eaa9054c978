"""Stills as H.264 without loss: High 4:4:4 Predictive with qp 0 (ITU-T H.264 7.4.2.1.1, qpprime_y_zero_transform_bypass)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace

from streamer.encode.access_unit import AccessUnit, without_sei
from streamer.encode.codecs import SOFTWARE
from streamer.encode.level import PICTURES_A_SECOND, level_for
from streamer.encode.source_frame import NEUTRAL
from streamer.encode.still_planes import coded_size, fill_planes

TIME_BASE = Fraction(1, 90_000)
QUICK_BITS_A_SECOND = 7_000_000
"""Above it, the seventh that CABAC saves is worth less than the time that it takes to code and to decode."""
_BT709 = 1
_FULL_RANGE = 2


@dataclass(frozen=True, slots=True)
class _Stream:
    """An open codec and the frame it is fed from; `luma` is a view of the frame's own bytes."""

    context: VideoCodecContext
    frame: av.VideoFrame
    luma: np.ndarray[Any, Any]
    quick: bool

    def serves(self, width: int, height: int, quick: bool) -> bool:
        return (self.frame.width, self.frame.height, self.quick) == (width, height, quick)


class LosslessEncoder:
    """One codec for a coded size, kept open; every picture is an IDR by itself. Used by one thread."""

    def __init__(self, threads: int = 1) -> None:
        """A picture is cut into `threads` slices, coded side by side."""
        self._threads = threads
        self._stream: _Stream | None = None

    def encode(self, pixels: np.ndarray[Any, Any], pts: int, bits_a_second: int = 0) -> AccessUnit:
        """Codes uint8 [rows, columns] or RGB [rows, columns, 3], laid out as in still_planes; `pts` is its 90 kHz time.

        `bits_a_second` is what the link carries (0 = not known): it decides between fewer bytes and less time.

        Raises:
            ValueError: the coded picture is larger than H.264 allows.
            av.FFmpegError, RuntimeError: the codec failed; the next call opens it anew.
        """
        size = coded_size(pixels)
        quick = bits_a_second >= QUICK_BITS_A_SECOND
        stream = self._stream
        if stream is None or not stream.serves(*size, quick):
            self.close()
            stream = self._stream = _open(*size, quick, self._threads)
        fill_planes(stream.luma, pixels)
        frame = stream.frame
        frame.pts, frame.time_base = pts, TIME_BASE
        frame.pict_type = PictureType.I
        try:
            packets = stream.context.encode(frame)
        except av.FFmpegError:
            self.close()
            raise
        if len(packets) != 1 or not packets[0].is_keyframe:
            self.close()
            raise RuntimeError(f"The encoder gave {len(packets)} access units for one still.")
        return AccessUnit(without_sei(bytes(packets[0])), True, size, 0.0)

    def close(self) -> None:
        """Lets the codec and its memory go."""
        self._stream = None


def _open(width: int, height: int, quick: bool, threads: int) -> _Stream:
    try:
        level = level_for(width, height)
    except ValueError:
        raise ValueError(
            f"The exact picture, {width} × {height} as it is coded, is larger than H.264 allows. "
            "Make the window smaller."
        ) from None
    context = av.CodecContext.create(SOFTWARE, "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base = TIME_BASE
    context.framerate = Fraction(PICTURES_A_SECOND)
    context.gop_size = 1  # IDR pictures only
    context.max_b_frames = 0
    context.color_range = _FULL_RANGE
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.thread_count = threads
    context.options = {
        "profile": "high444",
        "level": f"{level // 10}.{level % 10}",
        "qp": "0",
        "preset": "ultrafast" if quick else "veryfast",  # CAVLC, or CABAC; presets between them differ little
        "tune": "zerolatency",
        "forced-idr": "1",
    }
    context.open()
    frame = av.VideoFrame(width, height, "yuv420p")
    frame.color_range, frame.colorspace = ColorRange.JPEG, Colorspace.ITU709
    luma, *chroma = (np.frombuffer(memoryview(plane), np.uint8) for plane in frame.planes)
    for plane in chroma:
        plane[...] = NEUTRAL
    return _Stream(context, frame, luma.reshape(-1, frame.planes[0].line_size)[:height, :width], quick)
