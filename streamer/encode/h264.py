"""The H.264 encoder of one screen: pictures in, access units out, one for one and in order."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from streamer.encode.access_unit import AccessUnit, without_sei
from streamer.encode.codecs import NVIDIA, SOFTWARE, gop_size, options_for
from streamer.encode.level import PICTURES_A_SECOND, level_for
from streamer.encode.rate_band import RateBand, rate_of
from streamer.encode.source_frame import SourceFrame

TIME_BASE = Fraction(1, 90_000)
_QP_TO_LAMBDA = 118  # FFmpeg's FF_QP2LAMBDA
_NVIDIA_STEP = 0.2  # NVENC makes a key frame of every change of rate: only steps worth one are taken
_HELD_TICKS = 90_000  # a second
_BT709 = 1
_FULL_RANGE = 2


class H264Encoder:
    """Full-range BT.709, one codec context for a size and a band of bit rates; used by one thread."""

    def __init__(self, profile: str = "high", threads: int = 1, codec: str = SOFTWARE) -> None:
        self._profile = profile
        self._threads = threads
        self._codec = codec
        self._context: VideoCodecContext | None = None
        self._band = RateBand(0)
        self._source = SourceFrame(2, 2)
        self._rate = 0
        self._opened_at = 0

    def encode(
        self,
        pixels: np.ndarray[Any, Any],
        pts: int,
        bits: int,
        *,
        keyframe: bool = False,
        repeated: bool = False,
    ) -> AccessUnit:
        """Codes uint8 [rows, columns] or RGB [rows, columns, 3] with about `bits`; `pts` is its 90 kHz time.

        A new size, or a rate outside the band, opens the codec anew: that picture is a key. A picture that is `repeated` takes
        what the band has instead, for a key would make it coarser again; so does one that could have more than the band has
        within a second of its opening, since a rate that rises would cost a key at each step.

        Raises:
            ValueError: the picture is larger than H.264 allows.
            av.FFmpegError: the codec failed; the next call opens it anew.
        """
        rows, columns = pixels.shape[:2]
        rate = rate_of(bits, PICTURES_A_SECOND)
        size = (columns + columns % 2, rows + rows % 2)
        context = self._context
        if context is not None and not keyframe:
            if repeated:
                rate = max(rate, self._band.floor)
            if repeated or 0 <= pts - self._opened_at < _HELD_TICKS:
                rate = min(rate, self._band.ceiling)
        if context is None or (context.width, context.height) != size or not self._band.holds(rate):
            context = self._open(size, rate)
            self._opened_at = pts
        self._set_rate(context, rate)
        frame = self._source.fill(pixels)
        frame.pts = pts
        frame.time_base = TIME_BASE
        frame.pict_type = PictureType.I if keyframe else PictureType.NONE
        try:
            packets = context.encode(frame)
        except av.FFmpegError:
            self.close()
            raise
        if len(packets) != 1:
            self.close()
            raise RuntimeError(f"The encoder {self._codec} gave {len(packets)} access units for one picture.")
        packet = packets[0]
        return AccessUnit(without_sei(bytes(packet)), packet.is_keyframe, size, _average_qp(packet))

    def close(self) -> None:
        """Forgets the pictures coded so far; the next one is a key."""
        self._context = None
        self._source = SourceFrame(2, 2)

    def _open(self, size: tuple[int, int], rate: int) -> VideoCodecContext:
        self.close()
        self._band = RateBand.around(rate)
        width, height = size
        context = av.CodecContext.create(self._codec, "w")
        assert isinstance(context, VideoCodecContext)
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.time_base = TIME_BASE
        context.framerate = Fraction(PICTURES_A_SECOND)
        context.bit_rate = self._band.ceiling  # equal to maxrate here, which makes it constant rate for good
        context.gop_size = gop_size()
        context.max_b_frames = 0
        context.color_range = _FULL_RANGE
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.thread_count = self._threads
        context.options = options_for(
            self._codec,
            self._profile,
            level_for(width, height),
            self._band.ceiling,
            PICTURES_A_SECOND,
            width * height,
        )
        context.open()
        self._source = SourceFrame(width, height)
        self._context, self._rate = context, self._band.ceiling
        return context

    def _set_rate(self, context: VideoCodecContext, rate: int) -> None:
        if rate == self._rate or (
            self._codec == NVIDIA and abs(rate - self._rate) < _NVIDIA_STEP * self._rate
        ):
            return
        context.bit_rate = self._rate = rate


def _average_qp(packet: av.Packet[Any]) -> float:
    if not packet.has_sidedata("quality_stats"):
        return -1.0
    quality: int = struct.unpack_from("<I", bytes(packet.get_sidedata("quality_stats")))[0]
    return quality / _QP_TO_LAMBDA
