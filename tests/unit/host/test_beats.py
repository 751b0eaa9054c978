"""The page's beats: they come on a channel that keeps no order."""

from __future__ import annotations

import itertools

import pytest

from signaling.protocol import frames, limits, moves
from streamer.host.beats import Beats
from streamer.host.link import Link
from streamer.session.hand import HandReader


def beat(sequence: int, revision: int) -> moves.PageBeat:
    return moves.PageBeat(
        epoch=1,
        sequence=sequence,
        time=1000.0 * sequence,
        revision=revision,
        rtp=revision,
        echo=1.0,
        pictures=0,
    )


def test_a_beat_that_was_overtaken_or_came_twice_says_nothing() -> None:
    beats = Beats()
    assert beats.heard(beat(1, 10), at=0.101) == pytest.approx(0.1)
    assert beats.heard(beat(3, 30), at=0.301) == pytest.approx(0.3)
    for late in (beat(2, 20), beat(3, 20)):
        assert beats.heard(late, at=0.401) is None
    assert beats.shown == (30, 30)
    echoed = frames.decode(beats.next(1, HandReader(), Link(), None))
    assert isinstance(echoed, frames.HostBeat)
    assert echoed.echo >= 3000.0
    assert beats.heard(beat(4, 40), at=0.501) is not None
    assert beats.shown == (40, 40)


def due(beats: Beats, hand: HandReader, clock: list[float], ticks: int) -> list[float]:
    """When beats are sent, of so many ticks of the seat."""
    sent = []
    for _ in range(ticks):
        clock[0] += limits.BEAT_SECONDS
        if beats.is_due(clock[0], hand, None):
            beats.next(1, hand, Link(), None)
            sent.append(clock[0])
    return sent


def gaps(times: list[float]) -> set[float]:
    return {round(after - before, 3) for before, after in itertools.pairwise(times)}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [100.0]
    monkeypatch.setattr("streamer.host.beats.time.monotonic", lambda: now[0])
    return now


def test_at_rest_the_host_beats_half_as_often_and_at_once_again_when_there_is_something_to_tell(
    clock: list[float],
) -> None:
    beats, hand = Beats(), HandReader()
    assert gaps(due(beats, hand, clock, 6)) == {limits.BEAT_SECONDS}
    due(beats, hand, clock, 4)
    assert gaps(due(beats, hand, clock, 20)) == {limits.REST_BEAT_SECONDS}
    hand.sequence = 7
    assert gaps(due(beats, hand, clock, 6)) == {limits.BEAT_SECONDS}


def test_a_page_that_was_silent_is_answered_at_once_later_at_rest(clock: list[float]) -> None:
    beats, hand = Beats(), HandReader()
    due(beats, hand, clock, 1)
    for silent, answered in ((0.1, False), (0.3, False), (0.4, True), (5.0, True)):
        assert beats.is_asked(clock[0], silent) == answered, ("awake", silent)
    due(beats, hand, clock, 20)
    for silent, answered in ((0.1, False), (0.6, False), (0.7, False), (0.8, True), (5.0, True)):
        assert beats.is_asked(clock[0], silent) == answered, ("at rest", silent)


def test_a_host_at_rest_answers_a_page_that_does_not_rest_with_its_next_tick(clock: list[float]) -> None:
    beats, hand = Beats(), HandReader()
    due(beats, hand, clock, 20)
    assert due(beats, hand, clock, 2) != []
    for sequence in (1, 2, 3):
        beats.heard(beat(sequence, 10), clock[0] - 0.6 * (3 - sequence))
    assert gaps(due(beats, hand, clock, 10)) == {limits.REST_BEAT_SECONDS}, "a page at rest"
    for sequence in (4, 5):
        beats.heard(beat(sequence, 10), clock[0])
        clock[0] += 0.1
    before = clock[0]
    sent = due(beats, hand, clock, 10)
    assert sent[0] == before + limits.BEAT_SECONDS
    assert gaps(sent[1:]) == {limits.REST_BEAT_SECONDS}, "it was answered once"
