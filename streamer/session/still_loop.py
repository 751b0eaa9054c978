"""The path of the exact still of one session: state → worker → page, and what the page found when it compared hashes."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import structlog

from signaling.protocol import control
from signaling.protocol.frames import FrameInfo
from streamer.ipc.messages import DrawStill, StillDrawn
from streamer.session.drawn_still import AskedStill, DrawnStill
from streamer.session.frame_log import FrameLog
from streamer.session.outlet import Outlet
from streamer.session.picture_policy import Rest
from streamer.session.proven_stills import ProvenStill, ProvenStills
from streamer.session.scene import Scene
from streamer.session.sent_stills import Judged, SentStills, Verdict
from streamer.session.still_policy import Do, Event, Phase, Standing, StillPolicy
from streamer.session.worker_process import WorkerProcess

log = structlog.get_logger()

BYTES_PER_PIXEL = 0.15
"""Of a still, before one has been seen."""
SAMPLE_BYTES = 100_000
LEAST_PATIENCE = 1.0
DECODING_SECONDS = 0.5
LEAVING_SHARE = 3.0
"""Of the time that a still should take to leave: links grow slower, too."""
AGAIN = "It is tried again when you move."
UNPROVEN = f"The exact picture could not be shown: the browser gave no answer three times. {AGAIN}"
UNDRAWN = f"The exact picture could not be drawn. {AGAIN}"
UNSENT = f"The exact picture is too large for this connection. {AGAIN}"
MISSED = f"The exact picture could not be shown: the browser did not keep it, three times. {AGAIN}"

_EVENTS = {
    Verdict.EXACT: Event.EXACT,
    Verdict.MISMATCH: Event.MISMATCH,
    Verdict.MISSING: Event.MISSING,
    Verdict.UNDECODED: Event.SILENT,
    Verdict.STALE: Event.STALE,
}
_WHERE = ("came", "canvas")
"""Where a page found another hash: nothing else that it says comes into the log."""


@dataclass(slots=True)
class StillTally:
    """How many stills were proven, and how many were found to be another picture; counted on as long as the host runs."""

    exact: int = 0
    mismatched: int = 0


class StillLoop:
    """Owns no timer and no task: the picture loop calls step() whenever something may be due."""

    def __init__(self, scene: Scene, tally: StillTally | None = None) -> None:
        self._scene = scene
        self.tally = tally if tally is not None else StillTally()
        self.policy = StillPolicy()
        self.proven = ProvenStills()
        self._worker: WorkerProcess | None = None
        self._outlet: Outlet | None = None
        self._log = FrameLog(0)
        self._hidden = False
        self._by_image = False
        self._asked: AskedStill | None = None
        self._still: DrawnStill | None = None
        self._sent = SentStills()
        self._number = 0
        self._sent_pts = -1
        self._bytes_per_pixel = BYTES_PER_PIXEL
        self.last_sent = (0, 0)

    # ---- what happens around it

    def connect(
        self, worker: WorkerProcess | None, outlet: Outlet | None, frame_log: FrameLog, now: float
    ) -> None:
        """Another worker, page, size or study: no still of before is ever taken for a new one."""
        if self._outlet is not None and self.policy.phase is Phase.SENT:
            self._outlet.cancel_still()
        self._worker, self._outlet, self._log = worker, outlet, frame_log
        self._asked = self._still = None
        self._by_image = False
        self._sent.clear()
        self.proven.clear()
        self._number, self._sent_pts = 0, -1
        self.last_sent = (0, 0)
        self.policy.reset(now)

    def changed(self, now: float) -> None:
        """There is another picture to show."""
        self._take_back(Event.CHANGED, now)
        self._still = self._asked = None
        self._number = 0  # what is said of an earlier picture's still is not said of this one's

    def touched(self, now: float) -> None:
        """The hand did something: the page shows no green any more, whether or not the picture changes."""
        self._take_back(Event.TOUCHED, now)

    def hold(self, hidden: bool, now: float) -> None:
        """The page is hidden or silent, or is back."""
        if hidden != self._hidden:
            self._hidden = hidden
            self.touched(now)

    def _take_back(self, event: Event, now: float) -> None:
        if self._outlet is not None and self.policy.phase is Phase.SENT:
            self._outlet.cancel_still()
        self.policy.took(event, now)

    # ---- what is due

    def standing(self, *, quiet: bool, refined: bool) -> Standing:
        """What the policy must know."""
        worker, outlet = self._worker, self._outlet
        able = (
            worker is not None
            and not worker.lost
            and outlet is not None
            and not self._hidden
            and bool(outlet.still_method)
        )
        seconds = outlet.still_seconds(self._size(outlet)) if able and outlet is not None else 0.0
        return Standing(able, quiet, refined, self._scene.loading, seconds)

    def _size(self, outlet: Outlet) -> int:
        """Bytes that the still has, or may have."""
        if self._still is not None:
            return 0 if self._is_held(self._still, outlet) else len(self._still.data)
        width, height = self._scene.size
        return round(self._bytes_per_pixel * width * height)

    def rest(self, *, quiet: bool, refined: bool) -> Rest:
        """What a resting picture may expect."""
        return self.policy.rest(self.standing(quiet=quiet, refined=refined))

    def step(self, now: float, *, quiet: bool, refined: bool) -> float | None:
        """Does what is due; when to come again if nothing happens before."""
        while True:
            wish = self.policy.decide(now, self.standing(quiet=quiet, refined=refined))
            match wish.do:
                case Do.ASK:
                    self._ask(now)
                case Do.SEND:
                    self._send(now)
                case Do.DOUBT:
                    self._doubt(now)
                case Do.NOTHING:
                    return wish.wake_at

    def _ask(self, now: float) -> None:
        worker, outlet, scene = self._worker, self._outlet, self._scene
        assert worker is not None
        assert outlet is not None
        asked = AskedStill(outlet.media_time(), scene.revision, scene.state, scene.size)
        seconds = outlet.still_seconds(SAMPLE_BYTES)
        self._asked = asked
        self.policy.took(Event.ASKED, now)
        worker.send(
            DrawStill(
                epoch=self._log.epoch,
                revision=asked.revision,
                state=asked.state,
                width=asked.size[0],
                height=asked.size[1],
                pts=asked.pts,
                method=outlet.image_method if self._by_image else outlet.still_method,
                bits_a_second=round(SAMPLE_BYTES * 8 / seconds) if seconds > 0.0 else 0,
                known=self.proven.held(outlet.stills_held),
            )
        )

    def drawn(self, message: StillDrawn, data: bytes, now: float) -> bool:
        """The worker's answer; False when it is not of what was asked for last."""
        asked = self._asked
        if asked is None or (message.epoch, message.revision, message.pts) != (
            self._log.epoch, asked.revision, asked.pts,
        ):  # fmt: skip
            return False
        self._asked = None
        if message.faults or (message.width, message.height) != asked.size:
            # What could not be drawn is said by the moving picture; a picture without it is no proof of anything.
            self._took(Event.SPENT, now, UNDRAWN)
            return True
        self._still = DrawnStill(asked, message, data)
        if data:
            self._bytes_per_pixel = len(data) / max(1, message.width * message.height)
        self.policy.took(Event.DRAWN, now)
        return True

    def failed(self, pts: int, now: float) -> None:
        """A still that was asked for will not come."""
        if self._asked is not None and self._asked.pts == pts:
            self._asked = None
            self._took(Event.FAILED, now, UNDRAWN)

    def _send(self, now: float) -> None:
        outlet, scene, still = self._outlet, self._scene, self._still
        assert outlet is not None
        if still is None or still.asked.revision != scene.revision:
            self.changed(now)
            return
        held = self._is_held(still, outlet)
        if not held and not still.data:
            self._took(Event.MISSING, now, MISSED)  # the page dropped it meanwhile
            return
        message = still.message
        pts = outlet.media_time()
        frame = still.frame(outlet.rtp_timestamp(pts), scene, held=held)
        if not held and not outlet.send_still(still.data, pts, message.method):
            self._refuse_way(outlet, message.method, now)
            return
        self._number = outlet.new_still()
        description = self._describe(still, frame, outlet)
        proof = still.proof(
            self._number, self._log.epoch, frame, scene, description, held=held, attempt=self.policy.attempt
        )
        outlet.say(proof)
        self.last_sent = (frame.rtp, frame.revision)
        self._sent_pts = -1 if held else pts
        patience = self._patience(outlet) + LEAVING_SHARE * outlet.still_seconds(frame.size)
        self.policy.took(Event.SENT, now, now + patience)

    def _describe(self, still: DrawnStill, frame: FrameInfo, outlet: Outlet) -> str:
        """Tells the page what every viewport of the still shows; the same for a channel that loses nothing."""
        scene = self._scene
        records = scene.records(still.asked.state, still.asked.size, still.drawn)
        for packet in self._log.add(frame, records, scene.event_acknowledged, full=True):
            outlet.send_frames(packet)
        proven = ProvenStill(
            still.message.sha256, frame.visible, still.message.channels, frame.revision, still.asked.state, tuple(records),
        )  # fmt: skip
        self._sent.add(self._number, proven)
        return base64.b64encode(self._log.newest(scene.event_acknowledged)).decode()

    def _refuse_way(self, outlet: Outlet, method: str, now: float) -> None:
        """Too large for the track: as an image from now on, where the page takes one."""
        self._still = None
        other = outlet.image_method
        self._by_image = bool(other) and other != method
        self._took(Event.MISSING if self._by_image else Event.SPENT, now, UNSENT)

    def _is_held(self, still: DrawnStill, outlet: Outlet) -> bool:
        return still.message.sha256 in self.proven.held(outlet.stills_held)

    def _patience(self, outlet: Outlet) -> float:
        return max(LEAST_PATIENCE, 3 * outlet.round_trip + DECODING_SECONDS)

    def left(self, pts: int, now: float) -> None:
        """All of the still with that media time has left the host."""
        if pts == self._sent_pts and self._outlet is not None:
            self.policy.left(now + self._patience(self._outlet))

    # ---- what became of it

    def _doubt(self, now: float) -> None:
        """Nobody answered: the worker did not draw it, or the page says nothing of it."""
        self._asked = None
        if self.policy.phase is Phase.DRAWING:
            self._took(Event.FAILED, now, UNDRAWN)
        else:
            self._unanswered(now)

    def _unanswered(self, now: float) -> None:
        if self._outlet is not None:
            self._outlet.cancel_still()
        self._took(Event.SILENT, now, UNPROVEN)

    def _took(self, event: Event, now: float, reason: str) -> Phase:
        """Something that may be the last try; then the reader is told the `reason`."""
        before = self.policy.phase
        phase = self.policy.took(event, now)
        if phase is Phase.GIVEN_UP and before is not phase:
            log.warning("still_given_up", still=self._number, epoch=self._log.epoch, last=event.name.lower())
            if self._outlet is not None:
                self._outlet.say(control.StillWithdrawn(still=self._number, reason=reason))
        return phase

    def checked(self, message: control.StillChecked, now: float) -> None:
        """What the page found.

        Raises:
            ValueError: no verdict is called so.
        """
        judged = self._sent.judge(message)
        if judged is None:
            return
        current = message.still == self._number
        self._note(judged, current, message.reason)
        if not current:
            return
        if judged.verdict is Verdict.UNDECODED and self.policy.phase is Phase.SENT:
            self._unanswered(now)
            return
        phase = self._took(_EVENTS[judged.verdict], now, MISSED)
        if phase in (Phase.WANTED, Phase.GIVEN_UP, Phase.REFUTED):
            self._still = None
        elif phase is Phase.PROVEN:
            self._let_go()

    def _note(self, judged: Judged, current: bool, reason: str) -> None:
        """What the page has, and what it has not, or not as it is: that is sent anew, whatever it holds."""
        still = judged.still
        match judged.verdict:
            case Verdict.EXACT:
                self.proven.add(still)
                self.tally.exact += judged.first
            case Verdict.MISMATCH:
                self.proven.drop(still.sha256)
                self.tally.mismatched += judged.first
                if judged.first:
                    how = reason if reason in _WHERE else "unknown"
                    log.error(
                        "still_mismatch",
                        how=how,
                        attempt=self.policy.attempt,
                        current=current,
                        size=still.size,
                    )
            case Verdict.MISSING:
                self.proven.drop(still.sha256)

    def _let_go(self) -> None:
        """The page holds it: the bytes are not needed again."""
        still, outlet = self._still, self._outlet
        if still is not None and outlet is not None and self._is_held(still, outlet):
            self._still = still.without_data()

    def shows(self, rtp: int, revision: int) -> bool:
        """Whether that is the still last sent."""
        return self.last_sent != (0, 0) and (rtp, revision) == self.last_sent
