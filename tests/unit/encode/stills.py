"""What a page does with a still: decode, take the luma bytes, merge the planes, hash."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

Pixels = np.ndarray[Any, Any]


class StillDecoder:
    """FFmpeg's, as Chromium has it, open over many stills."""

    def __init__(self) -> None:
        context = av.CodecContext.create("h264", "r")
        assert isinstance(context, VideoCodecContext)
        context.thread_count = 1
        context.flags |= 0x80000  # low delay
        self._context = context

    def frame(self, data: bytes) -> av.VideoFrame:
        frames = self._context.decode(av.Packet(data))
        assert len(frames) == 1
        return frames[0]

    def pixels(self, data: bytes, width: int, height: int, channels: int) -> Pixels:
        """uint8 [rows, columns] or [rows, columns, 3], from the coded planes."""
        luma = luma_of(self.frame(data))
        if channels == 1:
            return luma[:height, :width]
        assert luma.shape[0] % 3 == 0
        third = luma.shape[0] // 3
        green, blue, red = (luma[n * third : n * third + height, :width] for n in range(3))
        return np.stack((red + green, green, blue + green), -1)


def luma_of(frame: av.VideoFrame) -> Pixels:
    plane = frame.planes[0]
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:, : plane.width].copy()


def noisy_ct(rows: int, columns: int, seed: int = 1) -> Pixels:
    """A disc of tissue in air with the noise of a CT, enlarged."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:rows, :columns]
    distance = np.hypot((x - columns / 2) / min(rows, columns), (y - rows / 2) / min(rows, columns))
    noise = np.kron(random.normal(0, 14, (rows // 2 + 1, columns // 2 + 1)), np.ones((2, 2)))
    tissue = 120 + 40 * np.sin(x / 37) * np.cos(y / 29) + noise[:rows, :columns]
    return np.clip(np.where(distance < 0.42, tissue, 0), 0, 255).astype(np.uint8)


def noise(rows: int, columns: int, seed: int = 1) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (rows, columns)).astype(np.uint8)


def colour_noise(rows: int, columns: int, seed: int = 1) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3)).astype(np.uint8)


def shaded(rows: int, columns: int) -> Pixels:
    """Colours like those of a volume: near grey, with tints."""
    grey = noisy_ct(rows, columns).astype(int)
    return np.clip(np.stack((grey + 25, grey, grey - 30), -1), 0, 255).astype(np.uint8)
