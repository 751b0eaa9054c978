"""What could not be drawn, in words for the reader."""

from __future__ import annotations

from signaling.protocol import errors
from streamer.errors import FarviewError


class DrawingError(FarviewError):
    """A viewport, or its pixels, can't be drawn."""

    code = errors.UNSUPPORTED
