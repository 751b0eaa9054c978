"""Which H.264 encoders truly work here: each is opened and codes a picture."""

from __future__ import annotations

import av
import numpy as np
import structlog

from streamer.encode.codecs import NVIDIA, SOFTWARE
from streamer.encode.h264 import H264Encoder

log = structlog.get_logger()


def working_encoders() -> tuple[str, ...]:
    """The best first. One log line names what does not work and why.

    Raises:
        RuntimeError: none works.
    """
    found = []
    for codec in (NVIDIA, SOFTWARE):
        try:
            _try(codec)
        except (av.FFmpegError, ValueError, RuntimeError) as error:
            log.info("encoder_not_used", codec=codec, reason=getattr(error, "strerror", "") or str(error))
        else:
            found.append(codec)
    if not found:
        raise RuntimeError(
            "No H.264 encoder works here. Install PyAV from its wheel, which contains libx264."
        )
    return tuple(found)


def _try(codec: str) -> None:
    encoder = H264Encoder(codec=codec)
    try:
        encoder.encode(np.zeros((256, 256), np.uint8), pts=0, bits=20_000, keyframe=True)
    finally:
        encoder.close()
