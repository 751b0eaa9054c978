"""A browser: reports what comes, asks for what does not, decodes in order; and the hand of its reader."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from streamer.transport import twcc
from tests.unit.transport.simulated.bottleneck import Bottleneck
from tests.unit.transport.simulated.packets import Packet, Picture
from tests.unit.transport.simulated.timeline import Timeline

CLOCK_OFFSET = 1000.0
DECODE_SECONDS = 0.006
ASK_AGAIN_SECONDS = 0.107
KEY_AFTER_SECONDS = 0.6
REPORT_BYTES = 110
RECEIVER_REPORT_SECONDS = 1.0
KEPT_ARRIVALS = 300
MOVES_BYTES = 130


class Gaps:
    """Which sequence numbers of a track have not come."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._expected = 0
        self._asked: dict[int, float] = {}
        self._new: list[int] = []

    def came(self, sequence: int, now: float) -> bool:
        """Whether the packet is a new one."""
        if sequence in self._seen:
            return False
        self._seen.add(sequence)
        self._asked.pop(sequence, None)
        if sequence >= self._expected:
            self._new = list(range(self._expected, sequence))
            self._asked |= dict.fromkeys(self._new, now)
            self._expected = sequence + 1
        return True

    def new(self) -> list[int]:
        """Those that the last packet showed to be missing."""
        new, self._new = self._new, []
        return new

    @property
    def counts(self) -> tuple[int, int]:
        """Packets that came, and that were sent as far as is known."""
        return len(self._seen), self._expected

    def overdue(self, now: float) -> list[int]:
        """Those asked for long ago; they are asked for again."""
        overdue = [number for number, at in self._asked.items() if now - at >= ASK_AGAIN_SECONDS]
        self._asked |= dict.fromkeys(overdue, now)
        return overdue

    def forget(self) -> None:
        """What is missing is not wanted any more."""
        self._asked.clear()


class Page:
    """The far end. Set `moving(now)` to inputs a second (0 = the hand rests); `reports` to False for one that gives none."""

    def __init__(self, timeline: Timeline, up: Bottleneck, *, report_seconds: float = 0.062) -> None:
        self._timeline = timeline
        self._up = up
        self.moving: Callable[[float], float] = lambda now: 60.0
        self.reports = True
        self.clock: Callable[[float], float] = lambda now: now + CLOCK_OFFSET
        self.on_feedback: Callable[[twcc.Feedback], None] = lambda feedback: None
        self.on_missing: Callable[[tuple[int, ...], bool], None] = lambda missing, still: None
        self.on_loss: Callable[[float], None] = lambda loss: None
        self.on_key_wanted: Callable[[], None] = lambda: None
        self.on_input: Callable[[float], None] = lambda made_at: None
        self.shown: list[tuple[float, float, int]] = []
        """(when, when the newest input in it was made, bytes) of each moving picture presented."""
        self.stills: list[tuple[float, Picture]] = []
        self.keys_wanted = 0
        self._arrived: dict[int, float] = {}
        self._reported = 0
        self._gaps = (Gaps(), Gaps())
        self._waiting: deque[Picture] = deque()
        self._counted = (0, 0)
        self._decoder_free = 0.0
        self._progress_at = 0.0
        timeline.every(report_seconds, self._report)
        timeline.every(0.02, self._ask_again)
        timeline.every(RECEIVER_REPORT_SECONDS, self._report_loss)
        timeline.after(0.0, self._move)

    # ---- the hand

    def _move(self) -> None:
        now = self._timeline.now
        pace = self.moving(now)
        if pace:
            self._up.send(MOVES_BYTES, lambda: self.on_input(now))
        self._timeline.after(1 / pace if pace else 1 / 60, self._move)

    # ---- what comes

    def receive(self, number: int, packet: Packet) -> None:
        """A packet with its transport-wide number."""
        if number not in self._arrived:
            self._arrived[number] = self.clock(self._timeline.now)
            self._reported = min(
                self._reported, number
            )  # one that comes late is told of, with all that came since
        picture = packet.picture
        if not self._gaps[picture.still].came(packet.sequence, self._timeline.now):
            return
        picture.missing -= 1
        self._ask(self._gaps[picture.still].new(), picture.still)
        if not picture.still:
            self._decode()
        elif picture.missing == 0:
            self.stills.append((self._timeline.now, picture))

    def announce(self, picture: Picture) -> None:
        """A picture is on its way (the page knows of it by the gap that it would leave)."""
        self._waiting.append(picture)

    def _ask(self, missing: list[int], still: bool) -> None:
        if missing:
            self._up.send(60, lambda: self.on_missing(tuple(missing), still))

    def _ask_again(self) -> None:
        now = self._timeline.now
        for still, gaps in enumerate(self._gaps):
            self._ask(gaps.overdue(now), bool(still))
        stuck = self._waiting and now - self._progress_at > KEY_AFTER_SECONDS
        if stuck:
            self._progress_at = now
            self.keys_wanted += 1
            self._up.send(60, self.on_key_wanted)

    def _decode(self) -> None:
        key = next((n for n, p in enumerate(self._waiting) if p.key and p.missing == 0), 0)
        for _ in range(key):  # what comes before a key frame is not waited for
            self._waiting.popleft()
            self._gaps[False].forget()
        while self._waiting and self._waiting[0].missing == 0:
            picture = self._waiting.popleft()
            self._progress_at = now = self._timeline.now
            self._decoder_free = max(self._decoder_free, now) + DECODE_SECONDS
            if picture.moving:
                self.shown.append((self._decoder_free, picture.made_at, picture.size))
        if not self._waiting:
            self._progress_at = self._timeline.now

    def _report(self) -> None:
        if not self._arrived or not self.reports:
            return
        last = max(self._arrived)
        if self._reported > last:
            return
        arrivals = tuple(self._arrived.get(n) for n in range(self._reported, last + 1))
        feedback = twcc.Feedback(self._reported & 0xFFFF, 0, arrivals)
        self._reported = last + 1
        for number in [n for n in self._arrived if n < last - KEPT_ARRIVALS]:
            del self._arrived[number]
        self._up.send(REPORT_BYTES, lambda: self.on_feedback(feedback))

    def _report_loss(self) -> None:
        (came, sent), (came_before, sent_before) = self._gaps[False].counts, self._counted
        self._counted = (came, sent)
        if sent > sent_before:
            loss = min(max(1 - (came - came_before) / (sent - sent_before), 0.0), 1.0)
            self._up.send(60, lambda: self.on_loss(loss))
