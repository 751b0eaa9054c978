"""A saved view drawn from nothing: a new index, a new cache and a new worker, told nothing of the session that drew it before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from signaling.protocol import errors
from signaling.protocol.records import JsonObject
from streamer.errors import NoRendererError, StudyError
from streamer.host import machine
from streamer.host.fresh_study import find_study, load_shown, restored
from streamer.ipc.child_process import ChildProcess
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    AttachReduced,
    AttachStack,
    Capture,
    Captured,
    DrawStill,
    Fault,
    FromWorker,
    StillDrawn,
    WorkerReady,
)
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import REDUCED_VOXELS, SeriesStore
from streamer.viewer.layout import rectangles
from streamer.viewer.state import ViewState

DRAW_SECONDS = 60.0
_ENOUGH_BYTES = 1 << 50

Answer = TypeVar("Answer", WorkerReady, Captured, StillDrawn)


@dataclass(frozen=True, slots=True)
class FreshPicture:
    """The picture as PNG; `sha256` is of its raw bytes as in control.StillProof. `volume`: `renderer` drew part of it."""

    png: bytes
    width: int
    height: int
    channels: int
    sha256: str
    volume: bool
    renderer: str


async def draw_fresh(
    study: str, saved: JsonObject, size: tuple[int, int], folders: Sequence[Path], gl: str = "auto"
) -> FreshPicture:
    """Draws the view (as checkpoints keep it) of a study in one of the folders, from pixels loaded anew and completely.

    Raises:
        StudyError: the study, a series or an image of the view is not there or can't be read.
        CacheError: the pixels find no room in the temporary folder.
        NoRendererError: the worker can't be started, or stops, or does not draw all of it.
    """
    with TemporaryDirectory(prefix="farview-render-") as temporary:
        found = await find_study(study, folders, Path(temporary))
        view = restored(saved, tuple(plan.stack for plan in found.described.plans))
        store = SeriesStore(Path(temporary) / "cache", _ENOUGH_BYTES, REDUCED_VOXELS)
        try:
            loads = await load_shown(found, view, store)
            return await _draw(view, size, loads, gl)
        finally:
            await store.close()


async def _draw(
    view: ViewState, size: tuple[int, int], loads: dict[int, SeriesLoad], gl: str
) -> FreshPicture:
    threads = str(max(1, min(4, machine.cores())))
    arguments = ("--gl", gl, "--threads", threads, "--log-level", "error")
    environment = {"LP_NUM_THREADS": threads, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        child: ChildProcess[FromWorker] = await ChildProcess.start(
            "streamer.worker", FromWorker, arguments, environment
        )
    except OSError as error:
        raise NoRendererError(f"The renderer can't be started: {error.strerror}.") from None
    width, height = size
    try:
        messages = child.channel.messages()
        ready, _ = await _answer(messages, WorkerReady)
        for stack, load in loads.items():
            _attach(child, stack, load)
        child.channel.send(Capture(request=1, state=view, width=width, height=height))
        captured, png = await _answer(messages, Captured)
        # The same picture as a still: it says what is missing, and must not be another one.
        known = (captured.sha256,)
        child.channel.send(
            DrawStill(
                epoch=0,
                revision=0,
                state=view,
                width=width,
                height=height,
                pts=0,
                method="png",
                known=known,
            )
        )
        still, _ = await _answer(messages, StillDrawn)
    except ChannelError as error:
        raise NoRendererError(f"The renderer stopped: {error}") from None
    finally:
        await child.stop()
    _check(still, captured.sha256, loads)
    rects = rectangles(view.layout, width, height, view.active, view.maximized)
    shown = [v.kind for v, rect in zip(view.viewports, rects, strict=False) if rect.width > 0]
    return FreshPicture(
        png=png,
        width=captured.width,
        height=captured.height,
        channels=captured.channels,
        sha256=captured.sha256,
        volume="volume" in shown,
        renderer=ready.renderer,
    )


def _attach(child: ChildProcess[FromWorker], stack: int, load: SeriesLoad) -> None:
    assert load.stack is not None
    assert load.layout is not None
    child.channel.send(
        AttachStack(stack=stack, description=load.stack, layout=load.layout), descriptors=[load.descriptor]
    )
    if load.reduced is not None:
        description, layout = load.reduced
        child.channel.send(
            AttachReduced(stack=stack, description=description, layout=layout),
            descriptors=[load.reduced_file.descriptor],
        )


async def _answer(
    messages: AsyncIterator[tuple[FromWorker, bytes]], kind: type[Answer]
) -> tuple[Answer, bytes]:
    try:
        async with asyncio.timeout(DRAW_SECONDS):
            async for message, payload in messages:
                if isinstance(message, Fault):
                    raise NoRendererError(message.message, message.code)
                if isinstance(message, kind):
                    return message, payload
    except TimeoutError:
        raise NoRendererError(f"The renderer did not draw the picture within {DRAW_SECONDS:.0f} s.") from None
    raise NoRendererError("The renderer stopped before it had drawn the picture.")


def _check(still: StillDrawn, sha256: str, loads: dict[int, SeriesLoad]) -> None:
    if still.sha256 != sha256:
        raise NoRendererError("The renderer draws the same view differently each time.", errors.INTERNAL)
    lacking = sorted({*still.missing, *still.incomplete})
    if lacking:
        failed = sum(len(load.failures) for load in loads.values())
        reason = f" {failed} of the images could not be read." if failed else ""
        which = ", ".join(str(number + 1) for number in lacking)
        raise StudyError(
            f"The picture would not be whole: viewport {which} lacks something.{reason} {' '.join(still.faults)}".strip(),
            errors.UNREADABLE,
        )
