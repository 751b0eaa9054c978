"""What leaves on a seat's WebSocket, and in which order: words at once, pictures paced, a still behind them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from signaling.protocol.stream import PART_BYTES, Arrivals, Kind, Part, Passed, encode
from streamer.transport.base import FeedbackBatch, SendPlan
from streamer.transport.pacer import Pacer
from streamer.transport.websocket.part_log import PartLog

HEAD_BYTES = 28
"""Of a part, its WebSocket frame included."""
STILL_AHEAD_SECONDS = 0.15
LEAST_STILL_AHEAD_BYTES = 16_384
Told = Callable[[int, int, int, int], None]


@dataclass(slots=True)
class Picture:
    """A picture or still on its way out, and whom to tell when its last part has left."""

    pts: int
    rtp: int
    data: bytes
    flag: bool
    still: bool
    told: Told


@dataclass(frozen=True, slots=True)
class OutgoingPart:
    """A part that has no number yet."""

    picture: Picture
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Words:
    """A message that is sent as it is; `kind` is that of the stream."""

    kind: int
    data: bytes

    @property
    def size(self) -> int:
        """Bytes of the message."""
        return len(self.data)


class StreamSender:
    """The queue in front of the socket. Of a still only what has not left can be taken back, part by part."""

    def __init__(self, plan: SendPlan) -> None:
        self._pacer: Pacer[OutgoingPart | Words] = Pacer(plan.pacing_bit_rate)
        self._log = PartLog()
        self._words = dict.fromkeys((Kind.CONTROL, Kind.FRAMES), 0)
        self.plan(plan)

    def plan(self, plan: SendPlan) -> None:
        """Follows the congestion controller. TCP repeats what is lost, so that nothing is sent twice here."""
        self._pacer.bit_rate = plan.pacing_bit_rate
        self._pacer.still_bit_rate = plan.still_bit_rate or plan.pacing_bit_rate
        ahead = self._pacer.still_bit_rate / 8 * (plan.round_trip + STILL_AHEAD_SECONDS)
        self._most_ahead = max(int(ahead), LEAST_STILL_AHEAD_BYTES)

    def push(self, picture: Picture) -> None:
        """Queues a picture; or a still, in place of what has not left of the one before."""
        size = len(picture.data)
        parts: list[OutgoingPart | Words] = [
            OutgoingPart(picture, offset, min(PART_BYTES, size - offset))
            for offset in range(0, size, PART_BYTES)
        ]
        if picture.still:
            self._pacer.push_still(parts)
        else:
            self._pacer.push_frame(parts)

    def say(self, kind: Kind, data: bytes, most: int) -> bool:
        """Queues words, before all pictures; False when more than `most` bytes of their kind wait."""
        if self._words[kind] > most:
            return False
        self._words[kind] += len(data)
        self._pacer.push_urgent(Words(kind, encode(Passed(kind=kind, data=data))))
        return True

    def drop_still(self) -> int:
        """Forgets what has not left of the still; the bytes forgotten."""
        return self._pacer.drop_still()

    @property
    def unsent(self) -> int:
        """Bytes of moving pictures that wait."""
        return self._pacer.backlog

    @property
    def unsent_still(self) -> int:
        """Bytes of the still that wait."""
        return self._pacer.still_backlog

    @property
    def in_flight(self) -> int:
        """Bytes that left and of which the page has not spoken."""
        return self._log.in_flight

    def take(self, now: float) -> list[OutgoingPart | Words]:
        """What may leave now, in order."""
        return [] if self._holds_still else self._pacer.take(now)

    def wait(self, now: float) -> float | None:
        """Seconds until take() has something; None when nothing waits, or nothing until the page has spoken."""
        return None if self._holds_still else self._pacer.wait(now)

    @property
    def _holds_still(self) -> bool:
        """Whether a still, which alone waits, has enough on its way: in TCP's queues it would delay what the hand does next."""
        alone = self.unsent_still > 0 and not self.unsent and not any(self._words.values())
        return alone and self.in_flight > self._most_ahead

    def message(self, outgoing: OutgoingPart | Words, now: float) -> bytes:
        """The bytes of what leaves now, numbered."""
        if isinstance(outgoing, Words):
            self._words[Kind(outgoing.kind)] -= outgoing.size - 2
            return outgoing.data
        picture, start = outgoing.picture, outgoing.offset
        return encode(
            Part(
                still=picture.still,
                flag=picture.flag,
                number=self._log.stamp(now, outgoing.size + HEAD_BYTES),
                rtp=picture.rtp,
                total=len(picture.data),
                offset=start,
                data=picture.data[start : start + outgoing.size],
            )
        )

    def left(self, outgoing: OutgoingPart | Words) -> None:
        """It has left; with the last part of a picture its owner is told."""
        if isinstance(outgoing, Words):
            return
        picture = outgoing.picture
        if outgoing.offset + outgoing.size == len(picture.data):
            count = -(-len(picture.data) // PART_BYTES)
            picture.told(picture.pts, picture.rtp, count, len(picture.data) + count * HEAD_BYTES)

    def arrived(self, arrivals: Arrivals, now: float) -> FeedbackBatch:
        """The page's report, matched with what was sent."""
        return self._log.match(arrivals, now)
