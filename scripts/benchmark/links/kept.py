"""The pictures that a page kept, fetched after the motion, and their PSNR against the worker's own."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from scripts.benchmark.reader_page import ReaderPage
from scripts.benchmark.reference import Grey, ReferenceWorker, psnr

MOST_BYTES = 2_000_000_000
"""Held in the page at once: about 1300 pictures of 1280 × 800."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the canvas showed under an RTP timestamp, and what was to be seen there: image (0-based) and window."""

    rtp: int
    grey: Grey
    image: int
    window: tuple[float, float]


async def keep_pictures(reader: ReaderPage, every: int = 1) -> None:
    """From now on the page keeps each (or each `every`-th) picture that it draws, heartbeats apart."""
    await reader.probe("keepPictures", MOST_BYTES, every)


async def kept_pictures(reader: ReaderPage, rtps: Iterable[int]) -> list[Kept]:
    """Those of the kept pictures, as far as they were kept and the page knows what they show; then all are forgotten."""
    await reader.probe("stopKeeping")
    found = []
    for rtp in rtps:
        picture = await reader.probe("keptPicture", rtp)
        if picture is not None and picture["record"] is not None:
            found.append(_kept(picture))
    await reader.probe("keepPictures", 0)
    return found


def _kept(picture: dict[str, Any]) -> Kept:
    pixels = np.frombuffer(base64.b64decode(picture["grey"]), np.uint8)
    record = picture["record"]
    grey = pixels.reshape(picture["height"], picture["width"])
    return Kept(picture["rtp"], grey, record["image"], (record["center"], record["width"]))


async def qualities(worker: ReferenceWorker, pictures: Iterable[Kept]) -> dict[int, float]:
    """PSNR in dB by RTP timestamp, each against the worker's full-resolution picture of the same image and window."""
    found = {}
    for kept in pictures:
        height, width = kept.grey.shape
        reference = await worker.like_view((width, height), kept.image, kept.window)
        found[kept.rtp] = psnr(reference, kept.grey)
    return found
