"""The page's beats: they come on a channel that keeps no order."""

from __future__ import annotations

import pytest

from signaling.protocol import frames, moves
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
