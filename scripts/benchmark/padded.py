"""Drawing images of which a part is padding, beside the same images without: processor time of the renderer alone."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import numpy as np

from scripts.benchmark.row import Row, of_samples, of_value, percentile
from scripts.benchmark.setting import Setting
from streamer.render.mapped_stack import PRESENT, MappedStack
from streamer.render.planar import PlanarRenderer
from streamer.render.viewport_renderer import ViewportJob
from streamer.viewer.layout import Rect
from streamer.viewer.stack import FrameRef, ImageTerms, PixelFormat, Stack, StackGeometry, Voi
from streamer.viewer.state import ViewportState

SIDE, FRAMES, PADDING = 512, 120, -2000
RECT = Rect(0, 0, 1280, 800)
CASES = (("frame", "linear"), ("frame", "cubic"), ("coronal", "linear"), ("coronal", "cubic"))


async def padded(setting: Setting) -> list[Row]:
    """Scrolls through frames and coronal planes whose corners are padding, and through the same where nothing says so."""
    return await asyncio.to_thread(_rows, 15 if setting.quick else 60)


def _rows(count: int) -> list[Row]:
    plain = _stack()
    terms = (ImageTerms(padding=(float(PADDING), float(PADDING))),)
    marked = MappedStack(
        replace(plain.description, terms=terms), np.full(FRAMES, PRESENT, np.uint8), plain.voxels
    )
    rows = []
    for kind, mode in CASES:
        renderers = {stack: PlanarRenderer(1) for stack in (marked, plain)}
        times: dict[MappedStack, list[float]] = {marked: [], plain: []}
        for number in range(count + 2):
            for stack, renderer in renderers.items():
                started = time.thread_time()
                renderer.draw(_job(kind, mode, number), stack)
                # At first all of a volume's padding is looked for, once.
                if number > 1:
                    times[stack].append(1000.0 * (time.thread_time() - started))
        name = f"padded: {kind}, {mode}"
        rows.append(of_samples(name, "ms", times[marked], note="thread time of the renderer, 1280 × 800."))
        ratio = percentile(times[marked], 0.5) / percentile(times[plain], 0.5)
        rows.append(of_value(f"{name} ÷ without padding", "×", ratio, n=count))
    return rows


def _stack() -> MappedStack:
    """Noise in a circle, and beside it what may be padding."""
    random = np.random.default_rng(1)
    voxels = random.integers(-1000, 1000, (FRAMES, SIDE, SIDE)).astype(np.int16)
    rows, columns = np.ogrid[:SIDE, :SIDE]
    middle = (SIDE - 1) / 2
    voxels[:, (columns - middle) ** 2 + (rows - middle) ** 2 > (SIDE / 2) ** 2] = PADDING
    geometry = StackGeometry(
        row=(1.0, 0.0, 0.0), column=(0.0, 1.0, 0.0), positions=tuple((0.0, 0.0, 1.0 * k) for k in range(FRAMES)),
        pixel_spacing=(0.7, 0.7), positioned=True, calibrated=True, volumetric=True,
    )  # fmt: skip
    description = Stack(
        key="1.2.3#0", series_instance_uid="1.2.3", rows=SIDE, columns=SIDE,
        frames=tuple(FrameRef(f"1.2.3.{k}") for k in range(FRAMES)),
        geometry=geometry, terms=(ImageTerms(),), pixels=PixelFormat(dtype="int16", samples=1),
    )  # fmt: skip
    return MappedStack(description, np.full(FRAMES, PRESENT, np.uint8), voxels)


def _job(kind: str, mode: str, number: int) -> ViewportJob:
    voi = Voi(40.0, 400.0, "LINEAR")
    if kind == "frame":
        viewport = ViewportState(kind="stack", stack=0, voi=voi, image=number % FRAMES)
        return ViewportJob(viewport, RECT, mode, None, moving=True)
    viewport = ViewportState(kind="mpr", stack=0, plane="coronal", voi=voi)
    at = 180.0 + 0.31 * number
    return ViewportJob(viewport, RECT, mode, (at, at, FRAMES / 2), moving=True)
