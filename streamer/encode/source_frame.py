"""The frame handed to the encoder: a grey or RGB picture as full-range BT.709 4:2:0, padded to even size."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

NEUTRAL = 128


class SourceFrame:
    """One frame, filled again for every picture of its size."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width + width % 2, height + height % 2
        self._frame = av.VideoFrame(self.width, self.height, "yuv420p")
        self._luma = _plane(self._frame, 0, self.height, self.width)
        self._chroma = [_plane(self._frame, n, self.height // 2, self.width // 2) for n in (1, 2)]
        self._reformatter = VideoReformatter()
        self._grey = False

    def fill(self, pixels: np.ndarray[Any, Any]) -> av.VideoFrame:
        """The frame with `pixels`, uint8 [rows, columns] or RGB [rows, columns, 3]; an odd last row or column is repeated.

        A grey value is the luma value (full range), so no arithmetic touches it.
        """
        frame = self._fill_grey(pixels) if pixels.ndim == 2 else self._fill_rgb(pixels)
        frame.color_range = ColorRange.JPEG
        frame.colorspace = Colorspace.ITU709
        return frame

    def _fill_grey(self, pixels: np.ndarray[Any, Any]) -> av.VideoFrame:
        rows, columns = pixels.shape
        self._luma[:rows, :columns] = pixels
        if columns < self.width:
            self._luma[:rows, columns] = pixels[:, -1]
        if rows < self.height:
            self._luma[rows] = self._luma[rows - 1]
        if not self._grey:
            for plane in self._chroma:
                plane[...] = NEUTRAL
            self._grey = True
        return self._frame

    def _fill_rgb(self, pixels: np.ndarray[Any, Any]) -> av.VideoFrame:
        rows, columns = pixels.shape[:2]
        if (columns, rows) != (self.width, self.height):
            pixels = np.pad(pixels, ((0, self.height - rows), (0, self.width - columns), (0, 0)), mode="edge")
        source = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
        return self._reformatter.reformat(
            source,
            format="yuv420p",
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.JPEG,
        )


def _plane(frame: av.VideoFrame, number: int, rows: int, columns: int) -> np.ndarray[Any, Any]:
    plane = frame.planes[number]
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:rows, :columns]
