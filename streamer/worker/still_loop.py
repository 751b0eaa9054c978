"""The stills' thread: hashes and codes without loss beside the moving pictures, which never wait for it."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog

from signaling.protocol import errors
from signaling.protocol.stills import StillMethod
from streamer.encode.lossless import LosslessEncoder
from streamer.encode.still_image import encode_image
from streamer.encode.still_planes import planes_of
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import DrawStill, Fault, StillDrawn
from streamer.render.picture import Picture
from streamer.worker.work_memory import SHORT, is_short

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DrawnStill:
    """A full-quality picture and the message that asked for it."""

    still: DrawStill
    picture: Picture
    draw_ms: float


@dataclass(frozen=True, slots=True)
class _Coded:
    data: bytes
    method: str
    size: tuple[int, int]


class StillLoop(threading.Thread):
    """Answers each DrawStill that is still wanted when it is done; at most one waits, the newest."""

    def __init__(
        self,
        threads: int,
        wanted: Callable[[DrawStill], bool],
        send: Callable[[StillDrawn | Fault, bytes], None],
        busy: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        """`wanted` says whether anything has overtaken a still; asked in this thread, before each step."""
        super().__init__(name="still", daemon=True)
        self._encoder = LosslessEncoder(threads)
        self._wanted = wanted
        self._send = send
        self._busy = busy
        self._changed = threading.Condition()
        self._slot: DrawnStill | None = None
        self._forgetting = False

    def hand_over(self, drawn: DrawnStill) -> None:
        """Leaves a picture in place of one that waits; returns at once."""
        with self._changed:
            self._slot = drawn
            self._changed.notify()

    def forget(self) -> None:
        """The study is over: what waits is dropped, and the codec with its pictures let go."""
        with self._changed:
            self._slot, self._forgetting = None, True
            self._changed.notify()

    def run(self) -> None:
        """The thread; it lasts as long as the program."""
        while True:
            drawn = self._take()
            try:
                if drawn is None:
                    self._encoder.close()
                else:
                    with self._busy("still"):
                        self._answer(drawn)
            except ChannelError:
                return  # the host is gone: the reading thread sees the same and ends the program

    def _take(self) -> DrawnStill | None:
        with self._changed:
            self._changed.wait_for(lambda: self._forgetting or self._slot is not None)
            if self._forgetting:
                self._forgetting = False
                return None
            drawn, self._slot = self._slot, None
            return drawn

    def _answer(self, drawn: DrawnStill) -> None:
        still, picture = drawn.still, drawn.picture
        if not self._wanted(still):
            return
        started = time.perf_counter()
        pixels = np.ascontiguousarray(picture.pixels)
        digest = hashlib.sha256(pixels.data).hexdigest()
        coded: _Coded | None = None
        if digest in still.known:
            coded = _Coded(b"", StillMethod.HELD, picture.size)
        elif self._wanted(still):
            coded = self._code(still, pixels)
        if coded is None or not self._wanted(still):
            return
        answer = StillDrawn(
            epoch=still.epoch,
            revision=still.revision,
            pts=still.pts,
            width=picture.size[0],
            height=picture.size[1],
            channels=1 if pixels.ndim == 2 else 3,
            planes=planes_of(pixels),
            sha256=digest,
            method=coded.method,
            coded=coded.size,
            draw_ms=round(drawn.draw_ms, 2),
            encode_ms=round((time.perf_counter() - started) * 1000, 2),
            faults=picture.faults,
            missing=picture.missing,
            incomplete=picture.incomplete,
        )
        self._send(answer, coded.data)

    def _code(self, still: DrawStill, pixels: np.ndarray[Any, Any]) -> _Coded | None:
        """None = it can't be coded, which is told."""
        try:
            if still.method == StillMethod.TRACK:
                unit = self._encoder.encode(pixels, still.pts, still.bits_a_second)
                return _Coded(unit.data, still.method, unit.coded)
            return _Coded(
                encode_image(pixels, still.method), still.method, (pixels.shape[1], pixels.shape[0])
            )
        except ValueError as error:
            code, sentence = errors.UNSUPPORTED, str(error)
        except Exception as error:
            log.exception("still_failed", method=still.method, error=type(error).__name__)
            code, sentence = errors.INTERNAL, "The exact picture could not be coded. It stays a lossy one."
            if is_short(error, still.width, still.height):
                sentence = SHORT
        self._send(Fault(code=code, message=sentence, pts=still.pts), b"")
        return None
