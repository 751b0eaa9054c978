"""The encoding thread: codes pictures in the order they were drawn while the next one is being drawn."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import av
import numpy as np
import structlog

from signaling.protocol import errors
from streamer.encode.access_unit import AccessUnit
from streamer.encode.codecs import PROFILE_IDC
from streamer.encode.h264 import H264Encoder
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import Draw, Encoded, Fault
from streamer.render.picture import Picture
from streamer.worker.work_memory import SHORT, is_short

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture and the message that asked for it."""

    draw: Draw
    picture: Picture
    draw_ms: float


class _Forget:
    """Close the codec: the next picture is of another study."""


class EncodeLoop(threading.Thread):
    """Takes one picture at a time (the drawing thread waits when one waits already) and sends Encoded for each."""

    def __init__(
        self,
        codecs: tuple[str, ...],
        profile: str,
        threads: int,
        send: Callable[[Encoded | Fault, bytes], None],
        busy: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        super().__init__(name="encode", daemon=True)
        self._codecs = list(codecs)
        self._profile, self._threads = profile, threads
        self._encoder = self._new_encoder()
        self._send = send
        self._busy = busy
        self._slot: queue.Queue[Drawn | _Forget | None] = queue.Queue(maxsize=1)

    def hand_over(self, drawn: Drawn) -> None:
        """Waits until the slot is free: then at most one picture is coded, one waits, one is drawn."""
        self._slot.put(drawn)

    def forget(self) -> None:
        """After the pictures handed over so far, nothing of them is kept."""
        self._slot.put(_Forget())

    def stop(self) -> None:
        """Ends the thread after what it has."""
        self._slot.put(None)

    def run(self) -> None:
        """The thread."""
        self._warm_up()
        while (item := self._slot.get()) is not None:
            try:
                if isinstance(item, _Forget):
                    self._encoder.close()
                else:
                    with self._busy("encode"):
                        self._encode(item)
            except ChannelError:
                return  # the host is gone: the reading thread sees the same and ends the program

    def _warm_up(self) -> None:
        """Codes a picture that nobody sees, so that the first one of a study finds the codec loaded."""
        try:
            self._encoder.encode(np.zeros((400, 640), np.uint8), 0, 40_000)
        except (av.FFmpegError, RuntimeError) as error:
            log.warning("encoder_cold", error=type(error).__name__, reason=str(error))
        self._encoder.close()

    def _encode(self, item: Drawn) -> None:
        started = time.perf_counter()
        draw, picture = item.draw, item.picture
        try:
            unit = self._try(item)
        except ValueError as error:
            self._send(Fault(code=errors.UNSUPPORTED, message=str(error), pts=draw.pts), b"")
            return
        except Exception as error:
            log.exception("encode_failed", error=type(error).__name__)
            sentence = "The picture could not be encoded. If it stays, open the study again."
            if is_short(error, draw.width, draw.height):
                sentence = SHORT
            self._send(Fault(code=errors.INTERNAL, message=sentence, pts=draw.pts), b"")
            return
        self._send(
            Encoded(
                epoch=draw.epoch,
                revision=draw.revision,
                input_sequence=draw.input_sequence,
                pts=draw.pts,
                key=unit.key,
                visible=picture.size,
                coded=unit.coded,
                scale=draw.scale,
                draw_ms=round(item.draw_ms, 2),
                encode_ms=round((time.perf_counter() - started) * 1000, 2),
                qp=round(unit.qp, 1),
                flags=draw.flags,
                faults=picture.faults,
                missing=picture.missing,
                incomplete=picture.incomplete,
            ),
            unit.data,
        )

    def _try(self, item: Drawn) -> AccessUnit:
        draw, pixels = item.draw, item.picture.pixels
        agreed = PROFILE_IDC.get(draw.profile[:2].lower(), self._profile)
        if agreed != self._profile:
            self._profile = agreed
            self._encoder = self._new_encoder()
        while True:
            try:
                return self._encoder.encode(
                    pixels, draw.pts, draw.bits, keyframe=draw.keyframe, repeated=draw.again
                )
            except (av.FFmpegError, RuntimeError) as error:
                if len(self._codecs) == 1 or is_short(error, item.draw.width, item.draw.height):
                    raise
                log.warning(
                    "encoder_given_up", codec=self._codecs[0], reason=str(error), instead=self._codecs[1]
                )
                del self._codecs[0]
                self._encoder = self._new_encoder()

    def _new_encoder(self) -> H264Encoder:
        return H264Encoder(self._profile, self._threads, self._codecs[0])
