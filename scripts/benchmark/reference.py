"""The worker's own full-resolution pictures of a view that was read: captured from a fresh worker, losslessly."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from scripts.benchmark.setting import NotMeasured
from streamer.dicom.index import Index
from streamer.indexer.study_description import describe_study
from streamer.ipc.cache_folder import cache_path
from streamer.ipc.child_process import ChildProcess
from streamer.ipc.messages import (
    AttachStack,
    Capture,
    Captured,
    Fault,
    FromWorker,
    StackPlan,
    WorkerReady,
)
from streamer.ipc.volume_cache import open_cache
from streamer.session.checkpoint import restore_view
from streamer.viewer.state import ViewState

Grey = NDArray[np.uint8]
Drawn = dict[tuple[ViewState, tuple[int, int]], Grey]
SECONDS = 30.0
TENANT = "default"


class ReferenceWorker:
    """A fresh worker with one stack, which draws `view` or what is like it but for image and window."""

    def __init__(self, child: ChildProcess[FromWorker], messages: Any, view: ViewState, drawn: Drawn) -> None:
        self.view = view
        self._child = child
        self._messages = messages
        self._requests = 0
        self._drawn = drawn

    async def like_view(
        self, size: tuple[int, int], image: int, window: tuple[float, float] | None = None
    ) -> Grey:
        """The view on another image (0-based), and in another window (centre, width) where one is given; remembered.

        Raises:
            NotMeasured: the worker's answer is not a picture.
        """
        viewport = self.view.viewports[0]
        center, width = window or (viewport.voi.center, viewport.voi.width)
        voi = replace(viewport.voi, center=center, width=width)
        state = replace(self.view, viewports=(replace(viewport, image=image, voi=voi),))
        if (state, size) not in self._drawn:
            self._drawn[state, size] = await self.picture(state, size)
        return self._drawn[state, size]

    async def picture(self, state: ViewState, size: tuple[int, int]) -> Grey:
        """The full-quality picture of a state.

        Raises:
            NotMeasured: the worker's answer is not a picture.
        """
        self._requests += 1
        request = Capture(request=self._requests, state=state, width=size[0], height=size[1])
        self._child.channel.send(request)
        _message, png = await _answer(self._messages, Captured)
        return _grey(imagecodecs.png_decode(png))


@asynccontextmanager
async def reference_worker(
    folder: Path, root: Path, study: str, drawn: Drawn | None = None
) -> AsyncIterator[ReferenceWorker]:
    """A fresh worker for the view that a Farview saved in `folder`; it reads `root`, and may have ended.

    `drawn` remembers pictures beyond this worker, of the same study.

    Raises:
        NotMeasured: the view, its pixels or the worker's answer is not as needed.
    """
    view, plan, archive = _view(folder / "state", root, study)
    path = cache_path(folder / "cache", TENANT, archive, plan.stack.key, plan.version)
    layout = open_cache(path).shape.layout
    child: ChildProcess[FromWorker] = await ChildProcess.start("streamer.worker", FromWorker)
    messages = child.channel.messages()
    try:
        await _answer(messages, WorkerReady)
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            attach = AttachStack(stack=view.viewports[0].stack, description=plan.stack, layout=layout)
            child.channel.send(attach, descriptors=[descriptor])
        finally:
            os.close(descriptor)
        yield ReferenceWorker(child, messages, view, {} if drawn is None else drawn)
    finally:
        await child.stop()


async def reference_pictures(
    folder: Path, root: Path, study: str, images: Iterable[int], size: tuple[int, int]
) -> dict[int, Grey]:
    """Pictures by image (0-based) of the view that a Farview left in `folder`.

    Raises:
        NotMeasured: the view, its pixels or the worker's answer is not as needed.
    """
    async with reference_worker(folder, root, study) as worker:
        return {image: await worker.like_view(size, image) for image in sorted(set(images))}


def saved_view(folder: Path, root: Path, study: str) -> ViewState:
    """The view that a Farview in `folder`, which may still run, has saved last.

    Raises:
        NotMeasured: there is none.
    """
    return _view(folder / "state", root, study)[0]


async def _answer(messages: Any, kind: type[Any]) -> tuple[Any, bytes]:
    while True:
        message, payload = await asyncio.wait_for(anext(messages), SECONDS)
        if isinstance(message, Fault):
            raise NotMeasured(f"the worker refuses the reference picture: {message.message}")
        if isinstance(message, kind):
            return message, payload


def _view(state: Path, root: Path, study: str) -> tuple[ViewState, StackPlan, str]:
    """The saved view, the plan of the stack in its only viewport, and the archive's id."""
    (index_file,) = state.rglob("index-*/index.sqlite")
    with Index(index_file) as index:
        described = describe_study(index, root, 0, study)
        archive = index.archive
    saved = _saved_view(state, study)
    if described is None or saved is None:
        raise NotMeasured("the view that was read is not among those saved")
    view = restore_view(saved, tuple(plan.stack for plan in described.plans))
    if view is None or len(view.viewports) != 1 or view.viewports[0].kind != "stack":
        raise NotMeasured("the view that was read is not one stack")
    return view, described.plans[view.viewports[0].stack], archive


def _saved_view(state: Path, study: str) -> dict[str, Any] | None:
    with closing(sqlite3.connect(state / "farview.db")) as connection:
        row = connection.execute("SELECT view FROM views WHERE study = ?", (study,)).fetchone()
    if row is None:
        return None
    saved: dict[str, Any] = json.loads(row[0])
    return saved


def _grey(pixels: NDArray[Any]) -> Grey:
    return np.asarray(pixels if pixels.ndim == 2 else pixels[..., 0], np.uint8)


def psnr(one: Grey, other: Grey) -> float:
    """Peak signal to noise in dB; 100 for equal pictures."""
    difference = one.astype(np.int32) - other
    mean = float(np.einsum("ij,ij->", difference, difference, dtype=np.int64)) / difference.size
    return 100.0 if mean == 0 else 10 * float(np.log10(255.0**2 / mean))
