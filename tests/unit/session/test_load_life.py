"""The lives of loads and frames, over every pair of state and event: nothing that passes is final."""

from __future__ import annotations

import pytest

from streamer.session.load_life import (
    RETRY_SECONDS,
    FrameEvent,
    FrameLife,
    LoadEvent,
    LoadState,
    frame_after,
    load_after,
    retry_after,
)

LOADS = """
          begun    all-read some-lack lost     fault    damaged  due
waiting   reading  waiting  waiting   stopped  stopped  waiting  waiting
reading   reading  whole    lacking   stopped  stopped  reading  reading
lacking   reading  lacking  lacking   lacking  lacking  lacking  waiting
stopped   reading  stopped  stopped   stopped  stopped  stopped  waiting
whole     reading  whole    whole     whole    whole    lacking  whole
"""
FRAMES = """
          read     could-not damaged
absent    present  later     absent
present   present  later     absent
later     present  later     later
"""


def rows(table: str) -> list[tuple[str, str, str]]:
    head, *lines = (line.split() for line in table.strip().splitlines())
    return [(line[0], event, after) for line in lines for event, after in zip(head, line[1:], strict=True)]


def test_every_pair_of_load() -> None:
    pairs = rows(LOADS)
    assert {pair[:2] for pair in pairs} == {
        (state.value, event.value.replace(" ", "-")) for state in LoadState for event in LoadEvent
    }
    for state, event, after in pairs:
        assert load_after(LoadState(state), LoadEvent(event.replace("-", " "))) is LoadState(after)


def test_every_pair_of_frame() -> None:
    pairs = rows(FRAMES)
    assert {pair[:2] for pair in pairs} == {
        (state.value, event.value.replace(" ", "-")) for state in FrameLife for event in FrameEvent
    }
    for state, event, after in pairs:
        assert frame_after(FrameLife(state), FrameEvent(event.replace("-", " "))) is FrameLife(after)


@pytest.mark.parametrize("state", list(LoadState))
def test_every_load_can_become_whole(state: LoadState) -> None:
    for event in (LoadEvent.DUE, LoadEvent.BEGUN, LoadEvent.ALL_READ):
        state = load_after(state, event)
    assert state is LoadState.WHOLE


@pytest.mark.parametrize("life", list(FrameLife))
def test_every_frame_that_is_read_is_present_and_damage_takes_it_away(life: FrameLife) -> None:
    assert frame_after(life, FrameEvent.READ) is FrameLife.PRESENT
    assert frame_after(life, FrameEvent.DAMAGED) is not FrameLife.PRESENT


def test_tries_come_later_and_later_and_never_end() -> None:
    waits = [retry_after(attempts) for attempts in range(1, 100)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (RETRY_SECONDS[0], 60.0)
