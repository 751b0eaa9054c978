"""What leaves on a seat's WebSocket: order, parts, stills taken back, and the page's arrivals as feedback."""

from __future__ import annotations

from signaling.protocol.stream import PART_BYTES, Arrivals, Kind, Part, Passed, decode
from streamer.transport.base import SendPlan
from streamer.transport.websocket.part_log import PartLog
from streamer.transport.websocket.stream_sender import HEAD_BYTES, Picture, StreamSender

FAST = SendPlan(pacing_bit_rate=1e9, round_trip=0.05)
Told = list[tuple[int, int, int, int]]


def picture(size: int, told: Told, *, still: bool = False, flag: bool = False, pts: int = 1) -> Picture:
    data = bytes(n & 0xFF for n in range(size))
    return Picture(pts, pts + 1000, data, flag, still, lambda *values: told.append(values))


def sent(sender: StreamSender, now: float) -> list[Part | Passed]:
    """Everything that leaves at `now`, decoded as the page does."""
    messages = []
    for outgoing in sender.take(now):
        message = decode(sender.message(outgoing, now))
        assert isinstance(message, Part | Passed)
        messages.append(message)
        sender.left(outgoing)
    return messages


def drain(sender: StreamSender, now: float = 0.0) -> list[Part | Passed]:
    """All that leaves while the page says at once that it came."""
    messages: list[Part | Passed] = []
    while sender.unsent or sender.unsent_still:
        now += 0.005
        out = sent(sender, now)
        messages += out
        numbers = [part.number for part in out if isinstance(part, Part)]
        if numbers:
            sender.arrived(Arrivals(first=numbers[0], times=tuple(int(now * 1e4) for _ in numbers)), now)
    return messages


def test_a_picture_leaves_in_parts_that_make_it_again_and_its_owner_is_told_once() -> None:
    told: Told = []
    sender = StreamSender(FAST)
    whole = picture(2 * PART_BYTES + 5, told, flag=True)
    sender.push(whole)
    parts = [part for part in drain(sender) if isinstance(part, Part)]
    assert b"".join(part.data for part in parts) == whole.data
    assert [part.number for part in parts] == [0, 1, 2]
    assert all(part.flag and not part.still and part.total == len(whole.data) for part in parts)
    assert told == [(1, 1001, 3, len(whole.data) + 3 * HEAD_BYTES)]


def test_words_go_before_pictures_and_pictures_before_the_still() -> None:
    told: Told = []
    sender = StreamSender(FAST)
    sender.push(picture(3000, told, still=True, pts=1))
    sender.push(picture(3000, told, pts=2))
    assert sender.say(Kind.CONTROL, b"{}", 100)
    kinds = [
        "words" if isinstance(message, Passed) else "still" if message.still else "picture"
        for message in drain(sender)
    ]
    assert kinds == ["words", "picture", "picture", "still", "still"]


def test_words_that_are_not_taken_are_refused_beyond_their_bound() -> None:
    sender = StreamSender(FAST)
    assert sender.say(Kind.FRAMES, bytes(60), 100)
    assert sender.say(Kind.FRAMES, bytes(60), 100)
    assert not sender.say(Kind.FRAMES, b"x", 100)
    assert sender.say(Kind.CONTROL, b"x", 100), "another kind has room of its own"
    assert len(sent(sender, 0.0)) == 3
    assert sender.say(Kind.FRAMES, b"x", 100)


def test_a_cancelled_still_leaves_no_more_at_whichever_part_and_the_next_one_is_whole() -> None:
    size = 5 * PART_BYTES
    for parts_sent in range(6):
        told: Told = []
        sender = StreamSender(
            SendPlan(pacing_bit_rate=1e6, round_trip=0.05, still_bit_rate=PART_BYTES * 8 / 0.004)
        )
        sender.push(picture(size, told, still=True, pts=1))
        now, left = 0.0, 0
        while left < parts_sent:
            now += 0.001
            left += len(sent(sender, now))
        assert sender.drop_still() == max(size - left * PART_BYTES, 0)
        sender.push(picture(size, told, still=True, pts=2))
        second = [part for part in drain(sender, now) if isinstance(part, Part)]
        assert [part.offset for part in second] == list(range(0, size, PART_BYTES))
        assert {part.rtp for part in second} == {1002}


def test_a_still_waits_while_enough_of_it_is_on_its_way() -> None:
    told: Told = []
    sender = StreamSender(SendPlan(pacing_bit_rate=1e6, round_trip=0.05, still_bit_rate=1e6))
    sender.push(picture(200_000, told, still=True))
    for tick in range(1000):
        sent(sender, tick * 0.005)
    held = sender.unsent_still
    assert 100_000 < held < 200_000
    assert sender.wait(10.0) is None
    sender.arrived(Arrivals(first=0, times=(0,) * 10), 10.0)
    assert sender.wait(10.0) is not None
    sent(sender, 10.1)
    assert sender.unsent_still < held


def test_arrivals_become_feedback_with_the_times_of_both_clocks() -> None:
    log = PartLog()
    for number in range(3):
        assert log.stamp(10.0 + number, 100) == number
    batch = log.match(Arrivals(first=0, times=(500, 510)), 13.0)
    assert [(r.sequence, r.sent_at, round(r.arrived_at or 0, 6), r.size) for r in batch.packets] == [
        (0, 10.0, 0.05, 100),
        (1, 11.0, 0.051, 100),
    ]
    assert log.in_flight == 100


def test_a_page_that_lies_moves_nothing() -> None:
    log = PartLog()
    log.stamp(1.0, 100)
    log.stamp(1.0, 100)
    for wrong in (
        Arrivals(first=2, times=(1,)),
        Arrivals(first=2**32 - 1, times=(1,)),
        Arrivals(first=9_999, times=(1, 2)),
    ):
        assert log.match(wrong, 2.0).packets == ()
        assert log.in_flight == 200
    assert len(log.match(Arrivals(first=2**32 - 1, times=(1, 2, 3, 4, 5)), 2.0).packets) == 2
    assert log.in_flight == 0
    assert log.match(Arrivals(first=0, times=(1, 2)), 2.0).packets == (), "said once"


def test_the_pages_clock_goes_on_where_its_field_begins_anew() -> None:
    log = PartLog()
    for _ in range(3):
        log.stamp(0.0, 1)
    came = [
        report.arrived_at
        for report in log.match(Arrivals(first=0, times=(2**32 - 10, 2**32 - 1, 9)), 0.0).packets
    ]
    assert came[2] is not None
    assert came[1] is not None
    assert abs(came[2] - came[1] - 10 * 1e-4) < 1e-6


def test_a_part_that_is_never_spoken_of_is_no_leak() -> None:
    log = PartLog()
    for _ in range(40_000):
        log.stamp(0.0, 1)
    assert log.in_flight == 16_384
