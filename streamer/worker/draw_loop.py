"""The drawing thread: takes the newest state, draws what changed of it, hands the picture to the encoder."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import structlog

from signaling.protocol import errors
from streamer.encode.png import encode_png
from streamer.errors import FarviewError
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    Capture,
    Captured,
    DetachAll,
    DetachStack,
    Draw,
    DrawStill,
    Fault,
    FramesDamaged,
)  # fmt: skip
from streamer.render.composer import Composer
from streamer.render.drawing_error import DrawingError
from streamer.render.picture import Picture
from streamer.render.viewport_renderer import Interrupted
from streamer.viewer.state import ViewState
from streamer.worker.encode_loop import Drawn, EncodeLoop
from streamer.worker.mailbox import Attach, Mailbox, Order
from streamer.worker.still_loop import DrawnStill, StillLoop
from streamer.worker.work_memory import SHORT, is_short

log = structlog.get_logger()
LONGEST_SIDE = 8192


class DrawLoop(threading.Thread):
    """Owns the composer, and with it every stack and GL context, from its first line to its last."""

    def __init__(
        self,
        mailbox: Mailbox,
        make_composer: Callable[[], Composer],
        encoding: EncodeLoop,
        stills: StillLoop,
        send: Callable[[Captured | Fault | FramesDamaged, bytes], None],
        busy: Callable[[str], AbstractContextManager[None]],
        give_up: Callable[[], None],
    ) -> None:
        super().__init__(name="draw", daemon=True)
        self._mailbox = mailbox
        self._make_composer = make_composer
        self._encoding = encoding
        self._stills = stills
        self._send = send
        self._busy = busy
        self._give_up = give_up
        self._last: tuple[Draw, Picture] | None = None
        self._current: Draw | DrawStill | None = None

    def run(self) -> None:
        """The thread; an error in one order or picture is told and the next one is taken."""
        try:
            composer = self._make_composer()
        except Exception as error:
            log.exception("composer_failed", error=type(error).__name__)
            self._give_up()
            return
        while (item := self._mailbox.take()) is not None:
            request = item.request if isinstance(item, Capture) else 0
            pts = item.pts if isinstance(item, Draw | DrawStill) else -1
            try:
                with self._busy("draw"):
                    self._do(composer, item)
            except ChannelError:
                return  # the host is gone: the reading thread sees the same and ends the program
            except FarviewError as error:
                self._tell(Fault(code=error.code, message=error.message, request=request, pts=pts))
            except Exception as error:
                log.exception("drawing_failed", order=type(item).__name__, error=type(error).__name__)
                sentence = "The picture could not be drawn because of an error in the renderer. Open the study again."
                size = (item.width, item.height) if isinstance(item, Draw | DrawStill | Capture) else ()
                if is_short(error, *size):
                    self._last, sentence = None, SHORT
                self._tell(Fault(code=errors.INTERNAL, message=sentence, request=request, pts=pts))
            for stack, frames, reduced in composer.damaged():
                self._tell(FramesDamaged(stack=stack, frames=frames, reduced=reduced))

    def interrupted(self) -> bool:
        """Whether the picture being drawn is of no use any more; asked by a renderer, in this thread."""
        if isinstance(self._current, DrawStill):
            return not self._mailbox.wants(self._current)
        return self._current is not None and self._mailbox.overtakes(self._current)

    def _do(self, composer: Composer, item: Order | Draw | DrawStill) -> None:
        match item:
            case Draw():
                self._current = item
                try:
                    self._draw(composer, item)
                except Interrupted:
                    self._mailbox.give_back(item)
                finally:
                    self._current = None
            case DrawStill():
                self._current = item
                try:
                    self._draw_still(composer, item)
                except Interrupted:
                    log.debug("still_given_up", revision=item.revision)  # nobody waits for it any more
                finally:
                    self._current = None
            case Attach():
                composer.attach(item.number, item.stack, reduced=item.reduced)
            case DetachStack():
                composer.detach(item.stack)
            case DetachAll():
                self._last = None
                composer.detach_all()
                self._encoding.forget()
                self._stills.forget()
            case Capture():
                self._capture(composer, item)

    def _draw(self, composer: Composer, draw: Draw) -> None:
        started = time.perf_counter()
        if draw.again and self._last is not None and _same_picture(self._last[0], draw):
            picture = self._last[1]
        else:
            width, height = picture_size(draw.width, draw.height, draw.scale)
            state = draw.state if draw.scale == 1.0 else _off_pixels(draw.state)
            picture = composer.compose(state, width, height, moving=draw.moving)
        self._last = (draw, Picture(picture.pixels, missing=picture.missing, incomplete=picture.incomplete))
        self._encoding.hand_over(Drawn(draw, picture, (time.perf_counter() - started) * 1000))

    def _draw_still(self, composer: Composer, still: DrawStill) -> None:
        """At rest the targets of the last picture are those of the still: then nothing is drawn."""
        started = time.perf_counter()
        width, height = picture_size(still.width, still.height, 1.0)
        picture = composer.compose(still.state, width, height, proven=True)
        self._stills.hand_over(DrawnStill(still, picture, (time.perf_counter() - started) * 1000))

    def _capture(self, composer: Composer, capture: Capture) -> None:
        width, height = picture_size(capture.width, capture.height, 1.0)
        pixels = composer.compose(capture.state, width, height).pixels
        digest = hashlib.sha256(pixels.tobytes()).hexdigest()
        channels = 1 if pixels.ndim == 2 else 3
        answer = Captured(
            request=capture.request, width=width, height=height, channels=channels, sha256=digest
        )
        self._send(answer, encode_png(pixels))

    def _tell(self, fault: Fault | FramesDamaged) -> None:
        try:
            self._send(fault, b"")
        except ChannelError:
            log.info("fault_not_told", kind=type(fault).__name__)


def picture_size(width: int, height: int, scale: float) -> tuple[int, int]:
    """The size in pixels of a picture drawn at `scale`.

    Raises:
        DrawingError: it is nothing or too large.
    """
    size = (round(width * scale), round(height * scale)) if 0.0 < scale <= 1.0 else (0, 0)
    if min(size) < 2 or max(size) > LONGEST_SIDE:
        raise DrawingError(
            f"A picture of {width} × {height} at scale {scale:g} can't be drawn. Resize the window."
        )
    return size


def _off_pixels(state: ViewState) -> ViewState:
    """The state as a coarser picture shows it: its pixels are larger than the device's, on which the words lay the image."""
    return replace(state, viewports=tuple(replace(viewport, on_pixels=False) for viewport in state.viewports))


def _same_picture(last: Draw, draw: Draw) -> bool:
    """Whether the picture of the last draw is also that of this one."""
    return (last.epoch, last.revision, last.width, last.height, last.scale) == (
        draw.epoch, draw.revision, draw.width, draw.height, draw.scale,
    )  # fmt: skip
