"""Wires the worker's threads: this one reads, one draws, one encodes, one codes stills, one gives signs of life."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

import structlog

from signaling.protocol import errors
from streamer.encode.probe import working_encoders
from streamer.errors import FarviewError
from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.child_process import channel_descriptor
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import (
    AttachReduced,
    AttachStack,
    Capture,
    DetachAll,
    DetachStack,
    Draw,
    DrawStill,
    Fault,
    Shutdown,
    ToWorker,
    WorkerReady,
)
from streamer.render.composer import Composer
from streamer.render.gl_probe import probe_gl
from streamer.render.mapped_stack import MappedStack
from streamer.render.planar import PlanarRenderer
from streamer.render.viewport_renderer import ViewportRenderer
from streamer.render.volume import VolumeRenderer
from streamer.render.vtk_messages import route_vtk_messages
from streamer.render.warm_up import warm_up
from streamer.worker.draw_loop import LONGEST_SIDE, DrawLoop
from streamer.worker.encode_loop import EncodeLoop
from streamer.worker.mailbox import Attach, Mailbox, MailboxFull
from streamer.worker.still_loop import StillLoop
from streamer.worker.watchdog import Watchdog
from streamer.worker.work_memory import WorkMemory

log = structlog.get_logger()
END_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """From the command line: which GL ("auto", "egl", "osmesa"), threads of each kind, H.264 profile."""

    gl: str = "auto"
    threads: int = 1
    profile: str = "high"


class Worker:
    """One worker, from its channel's first byte to its last."""

    def __init__(self, options: WorkerOptions, started: float) -> None:
        self._options = options
        self._started = started
        self._channel: ChildChannel[ToWorker] = ChildChannel(channel_descriptor(), ToWorker)
        self._mailbox = Mailbox()
        self._memory = WorkMemory(options.threads)
        self._watchdog = Watchdog(self._channel.send)
        codecs = working_encoders()
        self._encoders = codecs
        self._encoding = EncodeLoop(
            codecs, options.profile, options.threads, self._channel.send, self._watchdog.busy
        )
        self._stills = StillLoop(
            options.threads, self._mailbox.wants, self._channel.send, self._watchdog.busy
        )
        self._drawing = DrawLoop(
            self._mailbox,
            self._make_composer,
            self._encoding,
            self._stills,
            self._channel.send,
            self._watchdog.busy,
            _give_up,
        )

    def run(self) -> None:
        """Until the host says Shutdown or closes the channel."""
        for thread in (self._watchdog, self._encoding, self._stills, self._drawing):
            thread.start()
        try:
            while True:
                received = self._channel.receive()
                if received is not None and not self._take(received[0]):
                    break
        except (ChannelError, MailboxFull) as error:
            log.info("worker_ends", reason=str(error))
        finally:
            self._end()

    def _take(self, message: Any) -> bool:
        self._watchdog.stir(spare=isinstance(message, DetachAll))
        match message:
            case Shutdown():
                return False
            case AttachStack() | AttachReduced():
                self._attach(message)
            case Draw() | DrawStill() | Capture():
                self._memory.picture(min(message.width, LONGEST_SIDE), min(message.height, LONGEST_SIDE))
                self._mailbox.put(message)
            case DetachStack():
                self._memory.detached(message.stack)
                self._mailbox.put(message)
            case DetachAll():
                self._memory.detached()
                self._mailbox.put(message)
        return True

    def _attach(self, message: AttachStack | AttachReduced) -> None:
        descriptor = self._channel.take_descriptor()
        try:
            stack = MappedStack.open(descriptor, message.description, message.layout)
        except FarviewError as error:
            self._channel.send(Fault(code=error.code, message=error.message))
        except (OverflowError, ValueError) as error:
            log.error("attach_failed", error=type(error).__name__, reason=str(error))
            self._channel.send(
                Fault(code=errors.INTERNAL, message="The pixels of a series can't be reached.")
            )
        else:
            reduced = isinstance(message, AttachReduced)
            self._memory.attached(message.stack, stack.voxels.nbytes, reduced=reduced)
            self._mailbox.put(Attach(message.stack, stack, reduced))

    def _make_composer(self) -> Composer:
        """In the drawing thread, which owns all that VTK and GL make."""
        route_vtk_messages()
        gl = probe_gl(self._options.gl)
        planar = PlanarRenderer(self._options.threads)
        volume = VolumeRenderer(gl, self._options.threads, self._drawing.interrupted)
        renderers: dict[str, ViewportRenderer] = {"stack": planar, "mpr": planar, "volume": volume}
        warm_up(planar)
        self._memory.warm()
        self._channel.send(
            WorkerReady(
                pid=os.getpid(),
                renderer=gl.renderer,
                gl=gl.kind,
                encoders=self._encoders,
                start_ms=round((time.monotonic() - self._started) * 1000, 1),
            )
        )
        return Composer(renderers, reduced_volumes=gl.software, interrupted=self._drawing.interrupted)

    def _end(self) -> None:
        """The threads get a second; the program then ends whatever they do, for no one is left to draw for."""
        self._watchdog.stop()
        self._mailbox.close()
        self._drawing.join(END_SECONDS)
        self._channel.close()


def _give_up() -> None:
    """A worker that can't draw at all ends at once; the host sees its socket close and says so."""
    os._exit(1)
