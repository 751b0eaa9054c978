"""The path of the pictures of one session: newest state → worker → track, with the frame's description beside it."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from signaling.protocol import control
from signaling.protocol.frames import FrameFlag, FrameInfo
from streamer.ipc.messages import Draw, Encoded, StillDrawn
from streamer.session.drawing_pace import DrawingPace
from streamer.session.frame_log import FrameLog
from streamer.session.outlet import Outlet
from streamer.session.picture_policy import Action, Kind, PicturePolicy
from streamer.session.scene import Drawn, Scene
from streamer.session.still_loop import StillLoop, StillTally
from streamer.session.worker_process import WorkerProcess
from streamer.viewer.state import ViewState

PENDING_KEPT = 32
SENT_KEPT = 16
FINEST_QP = 11.0
"""Below that an encoder makes less than it was asked for, because it needs no more."""
SHARP_QP = 16.0
"""The mean H.264 quantiser at which a picture is sharp: a step of 4 greys."""


@dataclass(frozen=True, slots=True)
class _Asked:
    revision: int
    state: ViewState
    size: tuple[int, int]
    bits: int
    again: bool
    """It repeats the picture before."""
    refinement: bool
    moving: bool


def _sharpens(message: Encoded, size: int, bits: int) -> bool:
    """Whether a refinement of `size` bytes that was given `bits` is worth another one: still coarse, and not idle."""
    if message.qp >= 0:
        return message.qp > SHARP_QP and size * 8 * 16 > bits > 0
    return size * 8 * 2 > bits > 0


def _telling(asked: _Asked, message: Encoded) -> int | None:
    """The bits asked for, as Outlet.send_unit takes them: 0 for a repeat, None where the size says nothing of the encoder."""
    if asked.again:
        return 0
    return None if message.key or 0 <= message.qp < FINEST_QP else asked.bits


class PictureLoop:
    """Asks the worker for pictures and sends what it codes, stills too; owns one timer and no task."""

    def __init__(
        self, scene: Scene, clock: Callable[[], float] = time.monotonic, tally: StillTally | None = None
    ) -> None:
        self._scene = scene
        self._clock = clock
        self.policy = PicturePolicy()
        self.stills = StillLoop(scene, tally)
        self._pace = DrawingPace()
        self._worker: WorkerProcess | None = None
        self._outlet: Outlet | None = None
        self._log = FrameLog(0)
        self._asked: OrderedDict[int, _Asked] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None
        self.pictures = 0
        self.last_sent = (0, 0)
        self._sent: deque[tuple[float, tuple[int, int], bool]] = deque(maxlen=SENT_KEPT)

    @property
    def epoch(self) -> int:
        """The epoch of the pictures that are asked for now."""
        return self._log.epoch

    def connect(self, worker: WorkerProcess | None, outlet: Outlet | None) -> int:
        """Pictures come from `worker` and go to `outlet` from now on, in a new epoch that begins with a key frame."""
        self._worker, self._outlet = worker, outlet
        if outlet is not None:
            self._log = FrameLog(outlet.new_epoch())
        self._asked.clear()
        self._sent.clear()
        self.policy.reset(self._clock())
        self.stills.connect(worker, outlet, self._log, self._clock())
        self.pump()
        return self._log.epoch

    def changed(self) -> None:
        """The state is new, or more of it can be drawn."""
        self.policy.changed(self._clock())
        self.stills.changed(self._clock())
        self.pump()

    def touched(self) -> None:
        """The hand did something, whether or not it changed the state."""
        self.stills.touched(self._clock())
        self.pump()

    def key_requested(self) -> None:
        """The browser asked for a key frame."""
        if self._outlet is not None:
            revision, rtp = self._outlet.shown
            if self._came((rtp, revision)):
                return
            self.policy.key_requested(
                self._clock(),
                self._outlet.round_trip,
                current=revision == self._scene.revision,
                complete=(rtp, revision) == self.last_sent or self.stills.shows(rtp, revision),
                rest=self.stills.rest(quiet=self.policy.quiet, refined=self.policy.refined),
            )
            self.pump()

    def _came(self, shown: tuple[int, int]) -> bool:
        """Whether the page shows the newest picture that its question can be about: what left since is not there yet.

        A browser also asks when pictures just stop coming; such a question may arrive when the next movement has begun. Which of
        the repeats of a resting picture it shows does not matter, and it may not have said it yet.
        """
        assert self._outlet is not None
        since = self._clock() - self._outlet.round_trip
        for at, picture, again in reversed(self._sent):
            if picture == shown:
                return True
            if at < since and not again:
                return False
        return False

    def hold(self, held: bool) -> None:
        """The page is hidden or shows again."""
        self.policy.hold(held)
        self.stills.hold(held, self._clock())
        self.pump()

    def pump(self) -> None:
        """Does what is due; called whenever something changed that could allow a picture."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        worker, outlet = self._worker, self._outlet
        if worker is None or outlet is None or worker.lost:
            return
        revision, rtp = outlet.shown
        if (rtp, revision) == self.last_sent:
            self.policy.tail_came()
        while not worker.lost:
            now = self._clock()
            # Stills first: whether one comes soon decides what pictures there are at rest.
            still_at = self.stills.step(now, quiet=self.policy.quiet, refined=self.policy.refined)
            rest = self.stills.rest(quiet=self.policy.quiet, refined=self.policy.refined)
            budget = outlet.budget()
            action = self.policy.decide(now, room=outlet.has_room(), interval=budget.interval, rest=rest)
            if action.kind is Kind.NONE:
                self._wake(now, action.wake_at, still_at)
                return
            self._ask(worker, outlet, action, budget.bits, budget.scale, now)

    def _wake(self, now: float, *times: float | None) -> None:
        due = min((at for at in times if at is not None), default=None)
        if due is not None:
            self._timer = asyncio.get_running_loop().call_later(max(0.001, due - now), self.pump)

    def _ask(
        self, worker: WorkerProcess, outlet: Outlet, action: Action, bits: int, scale: float, now: float
    ) -> None:
        scene = self._scene
        moving = action.moving
        width, height = scene.size
        scale = min(scale, self._pace.scale(now, width * height)) if moving else 1.0
        pts = outlet.media_time()
        flags = FrameFlag(0)
        if action.refinement:
            flags |= FrameFlag.REFINEMENT
        if action.heartbeat:
            flags |= FrameFlag.HEARTBEAT
        self._asked[pts] = _Asked(
            scene.revision,
            scene.state,
            scene.size,
            bits,
            action.kind is Kind.AGAIN,
            action.refinement,
            moving,
        )
        while len(self._asked) > PENDING_KEPT:
            self._asked.popitem(last=False)
        worker.send(
            Draw(
                epoch=self.epoch,
                revision=scene.revision,
                input_sequence=scene.input_sequence,
                state=scene.state,
                width=width,
                height=height,
                pts=pts,
                bits=bits,
                scale=scale,
                keyframe=action.keyframe,
                again=action.kind is Kind.AGAIN,
                moving=moving,
                flags=int(flags),
                profile=outlet.profile,
            )
        )
        self.policy.asked(now, action, coarse=moving and (scale < 1.0 or scene.has_volume))

    def encoded(self, message: Encoded, data: bytes) -> bool:
        """The worker's answer: sent at once, with its description; False when it is not of what was asked for.

        A worker may still be coding for an earlier seat or session, whose times and epochs are counted anew: nothing of that
        is shown, and it must not be taken for an answer, else the key frame that follows it would be.
        """
        asked = self._asked.get(message.pts)
        if asked is None or (message.epoch, message.revision) != (self.epoch, asked.revision):
            return False
        del self._asked[message.pts]
        # The worker answers in order and replaces a waiting request by a newer one: older ones will never be answered.
        for pts in [p for p in self._asked if p < message.pts]:
            del self._asked[pts]
            self.policy.encoded()
        self.policy.encoded(sharpened=_sharpens(message, len(data), asked.bits if asked.refinement else 0))
        if asked.moving:
            width, height = message.coded
            self._pace.learn((message.draw_ms + message.encode_ms) / 1000, width * height)
        outlet = self._outlet
        if outlet is not None and data:
            self._send(outlet, message, data, asked)
        self.pump()
        return True

    def failed(self, pts: int) -> None:
        """A picture that was asked for will not come."""
        if self._asked.pop(pts, None) is not None:
            self.policy.encoded()
        self.stills.failed(pts, self._clock())
        self.pump()

    def still_drawn(self, message: StillDrawn, data: bytes) -> None:
        """The worker's answer to DrawStill; one for another page or state is nothing."""
        self.stills.drawn(message, data, self._clock())
        self.pump()

    def still_left(self, pts: int) -> None:
        """The last of a still has left the host."""
        self.stills.left(pts, self._clock())
        self.pump()

    def still_checked(self, message: control.StillChecked) -> None:
        """What the page found when it compared hashes.

        Raises:
            ValueError: no verdict is called so.
        """
        self.stills.checked(message, self._clock())
        self.pump()

    def _send(self, outlet: Outlet, message: Encoded, data: bytes, asked: _Asked) -> None:
        outlet.send_unit(data, message.pts, key=message.key, asked_bits=_telling(asked, message))
        flags = message.flags | (FrameFlag.KEY if message.key else 0)
        frame = FrameInfo(
            rtp=outlet.rtp_timestamp(message.pts),
            revision=message.revision,
            input_sequence=message.input_sequence,
            visible=message.visible,
            coded=message.coded,
            draw_ms=message.draw_ms,
            encode_ms=message.encode_ms,
            flags=flags,
            scale=message.scale,
            size=len(data),
            viewports=(),
        )
        full = message.key or bool(flags & (FrameFlag.REFINEMENT | FrameFlag.HEARTBEAT))
        drawn = Drawn(message.revision, message.scale, message.missing, message.incomplete)
        records = self._scene.records(asked.state, asked.size, drawn)
        for packet in self._log.add(frame, records, self._scene.event_acknowledged, full=full):
            outlet.send_frames(packet)
        self.pictures += 1
        self.last_sent = (frame.rtp, frame.revision)
        self._sent.append((self._clock(), self.last_sent, asked.again))

    def close(self) -> None:
        """No more pictures."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._worker = self._outlet = None
