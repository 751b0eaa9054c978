"""When the exact still is drawn, sent, taken back and given up: a table over every pair, and its times."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.session.picture_policy import SETTLE_SECONDS, Rest
from streamer.session.still_policy import (
    DRAW_SECONDS,
    EARLY_SECONDS,
    LOADING_SECONDS,
    LONG_SECONDS,
    MOST_TRIES,
    REFINE_SECONDS,
    STALE_SECONDS,
    Do,
    Event,
    Phase,
    Standing,
    StillPolicy,
    Wish,
    next_phase,
)

LIFECYCLE = Path(__file__).parents[3] / "docs" / "lifecycle.md"
READY = Standing(able=True, quiet=True, refined=False, loading=False, seconds=0.1)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace(" ", "_").upper() for cell in line.strip().strip("|").split("|")]


def _table() -> dict[tuple[Phase, Event], Phase]:
    """The table of the still's life in the documentation; an empty cell is the row's own phase."""
    lines = LIFECYCLE.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| state | touched |"))
    _, *events = _cells(lines[start])
    rows = [_cells(line) for line in lines[start + 2 : start + 2 + len(Phase)]]
    return {
        (Phase[phase], Event[event]): Phase[cell or phase]
        for phase, *cells in rows
        for event, cell in zip(events, cells, strict=True)
    }


def test_the_table_has_every_pair() -> None:
    assert set(_table()) == set(itertools.product(Phase, Event))


@pytest.mark.parametrize(("phase", "event"), list(itertools.product(Phase, Event)))
def test_every_event_in_every_phase(phase: Phase, event: Event) -> None:
    assert next_phase(phase, event) is _table()[phase, event]


def sent(policy: StillPolicy, now: float) -> None:
    """Asked, drawn and sent at once."""
    policy.took(Event.ASKED, now)
    policy.took(Event.DRAWN, now)
    policy.took(Event.SENT, now, now + 1.0)


def test_after_one_input_it_is_drawn_early_and_sent_when_the_hand_has_rested() -> None:
    policy = StillPolicy()
    policy.took(Event.CHANGED, 10.0)
    assert policy.decide(10.0, READY) == Wish(Do.NOTHING, pytest.approx(10.0 + EARLY_SECONDS))
    assert policy.decide(10.0 + EARLY_SECONDS, READY).do is Do.ASK
    policy.took(Event.ASKED, 10.07)
    policy.took(Event.DRAWN, 10.1)
    assert policy.decide(10.1, READY) == Wish(Do.NOTHING, pytest.approx(10.0 + SETTLE_SECONDS))
    assert policy.decide(10.0 + SETTLE_SECONDS, READY).do is Do.SEND


@pytest.mark.parametrize("gap", [0.016, 0.05, 0.065, 0.09, 0.12])
def test_a_hand_that_goes_on_in_its_rhythm_has_no_still_drawn(gap: float) -> None:
    policy, now = StillPolicy(), 10.0
    for _ in range(3):
        policy.took(Event.TOUCHED, now)
        policy.took(Event.CHANGED, now + 0.0004)
        now += gap
    for _ in range(50):
        assert policy.decide(now - 0.001, READY).do is Do.NOTHING
        policy.took(Event.TOUCHED, now)
        policy.took(Event.CHANGED, now + 0.0004)
        now += gap
    assert policy.decide(now - gap + SETTLE_SECONDS + 0.001, READY).do is Do.ASK


def test_it_waits_until_the_newest_picture_is_drawn() -> None:
    policy = StillPolicy()
    policy.took(Event.CHANGED, 10.0)
    busy = Standing(able=True, quiet=False, refined=False, loading=False, seconds=0.1)
    assert policy.decide(11.0, busy) == Wish(Do.NOTHING)
    assert policy.decide(11.0, READY).do is Do.ASK


def test_nothing_is_asked_or_sent_where_no_page_can_prove_it() -> None:
    policy = StillPolicy()
    policy.took(Event.CHANGED, 10.0)
    unable = Standing(able=False, quiet=True, refined=True, loading=False, seconds=0.0)
    assert policy.decide(11.0, unable) == Wish(Do.NOTHING)
    assert policy.rest(unable) is Rest.ALONE
    policy.took(Event.ASKED, 11.0)
    policy.took(Event.DRAWN, 11.0)
    assert policy.decide(12.0, unable) == Wish(Do.NOTHING)


def test_a_long_still_lets_refinements_go_first_but_not_for_long() -> None:
    policy = StillPolicy()
    policy.took(Event.CHANGED, 10.0)
    policy.took(Event.ASKED, 10.07)
    policy.took(Event.DRAWN, 10.1)
    seconds = LONG_SECONDS + 0.1
    waiting = Standing(able=True, quiet=True, refined=False, loading=False, seconds=seconds)
    assert policy.rest(waiting) is Rest.LATER
    assert policy.decide(10.0 + SETTLE_SECONDS, waiting).do is Do.NOTHING
    assert policy.decide(10.0 + SETTLE_SECONDS + REFINE_SECONDS, waiting).do is Do.SEND
    refined = Standing(able=True, quiet=True, refined=True, loading=False, seconds=seconds)
    assert policy.decide(10.0 + SETTLE_SECONDS, refined).do is Do.SEND
    assert policy.rest(READY) is Rest.SOON


def test_while_pixels_are_loaded_there_is_at_most_one_still_a_second() -> None:
    policy, asked = StillPolicy(), []
    loading = Standing(able=True, quiet=True, refined=True, loading=True, seconds=0.1)
    for n in range(500):
        now = 10.0 + n * 0.01
        if n % 20 == 0:
            policy.took(Event.CHANGED, now)
        if policy.decide(now, loading).do is Do.ASK:
            asked.append(now)
            sent(policy, now)
    assert 3 <= len(asked) <= 5
    assert all(b - a >= LOADING_SECONDS for a, b in itertools.pairwise(asked))


def test_a_mismatch_is_sent_again_once_and_a_second_one_stays() -> None:
    policy = StillPolicy()
    policy.took(Event.CHANGED, 10.0)
    sent(policy, 10.13)
    assert policy.took(Event.MISMATCH, 10.2) is Phase.WANTED
    assert policy.attempt == 2
    assert policy.decide(10.2, READY).do is Do.ASK
    sent(policy, 10.2)
    assert policy.took(Event.MISMATCH, 10.3) is Phase.REFUTED
    policy.took(Event.TOUCHED, 10.4)
    assert policy.decide(20.0, READY) == Wish(Do.NOTHING)
    assert policy.rest(READY) is Rest.ALONE
    assert policy.took(Event.CHANGED, 20.0) is Phase.WANTED
    assert policy.attempt == 1


@pytest.mark.parametrize("event", [Event.SILENT, Event.MISSING])
def test_what_never_works_is_given_up_until_the_hand_does_something(event: Event) -> None:
    policy, now, times = StillPolicy(), 10.0, 0
    policy.took(Event.CHANGED, now)
    while policy.phase is not Phase.GIVEN_UP:
        now += 1.0
        sent(policy, now)
        policy.took(event, now)
        times += 1
        assert times <= MOST_TRIES
    assert times == MOST_TRIES
    assert policy.decide(now + 5.0, READY) == Wish(Do.NOTHING)
    assert policy.rest(READY) is Rest.ALONE
    assert policy.took(Event.TOUCHED, now + 6.0) is Phase.WANTED


def test_a_worker_that_never_answers_is_doubted() -> None:
    policy = StillPolicy()
    policy.took(Event.CHANGED, 10.0)
    policy.took(Event.ASKED, 10.1)
    assert policy.decide(10.2, READY) == Wish(Do.NOTHING, 10.1 + DRAW_SECONDS)
    assert policy.decide(10.1 + DRAW_SECONDS, READY).do is Do.DOUBT
    assert policy.took(Event.FAILED, 31.0) is Phase.WANTED


def test_the_page_has_as_long_as_the_still_needs_to_leave_and_then_some() -> None:
    policy = StillPolicy()
    policy.took(Event.CHANGED, 10.0)
    policy.took(Event.ASKED, 10.1)
    policy.took(Event.DRAWN, 10.1)
    policy.took(Event.SENT, 10.13, 14.0)
    assert policy.decide(13.9, READY) == Wish(Do.NOTHING, 14.0)
    policy.left(15.0)
    assert policy.decide(14.0, READY) == Wish(Do.NOTHING, 15.0)
    assert policy.decide(15.0, READY).do is Do.DOUBT


def test_a_stale_one_is_sent_again_when_the_hand_it_did_not_see_has_come_and_rested() -> None:
    policy = StillPolicy()
    policy.took(Event.CHANGED, 10.0)
    sent(policy, 10.13)
    assert policy.took(Event.STALE, 10.3) is Phase.DRAWN
    assert policy.decide(10.3, READY) == Wish(Do.NOTHING, pytest.approx(10.3 + SETTLE_SECONDS))


def test_a_page_whose_hand_is_ahead_is_never_given_up_and_asked_ever_less_often() -> None:
    """It says nothing against the still: it waits for one that has in it what it did."""
    policy, now, pauses = StillPolicy(), 10.0, []
    policy.took(Event.CHANGED, now)
    sent(policy, now)
    for _ in range(12):
        assert policy.took(Event.STALE, now) is Phase.DRAWN
        wish = policy.decide(now, READY)
        assert wish.wake_at is not None
        pauses.append(wish.wake_at - now)
        now = wish.wake_at
        assert policy.decide(now, READY).do is Do.SEND
        policy.took(Event.SENT, now, now + 1.0)
    assert pauses[0] == pytest.approx(SETTLE_SECONDS)
    assert all(
        later == pytest.approx(min(2 * pause, STALE_SECONDS)) for pause, later in itertools.pairwise(pauses)
    )
    assert policy.took(Event.SILENT, now) is Phase.DRAWN, "what was stale counts for no failure beside it"
    policy.took(Event.TOUCHED, now)
    assert policy.decide(now, READY) == Wish(Do.NOTHING, pytest.approx(now + SETTLE_SECONDS))


def test_a_proven_picture_needs_nothing_more() -> None:
    policy = StillPolicy()
    policy.took(Event.CHANGED, 10.0)
    sent(policy, 10.13)
    assert policy.rest(READY) is Rest.SOON
    policy.took(Event.EXACT, 10.2)
    assert policy.rest(READY) is Rest.PROVEN
    assert policy.decide(99.0, READY) == Wish(Do.NOTHING)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([e for e in Event if e not in (Event.REFUTED, Event.SPENT)]),
            st.floats(0.0, 2.0),
            st.builds(
                Standing, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.floats(0.0, 9.0)
            ),
        ),
        max_size=60,
    )
)
def test_whatever_happens_nothing_is_sent_to_a_moving_hand(
    steps: list[tuple[Event, float, Standing]],
) -> None:
    policy, now, input_at, tries = StillPolicy(), 10.0, -1e9, 0
    for event, seconds, standing in steps:
        now += seconds
        policy.took(event, now, now + 1.0)
        if event in (Event.TOUCHED, Event.CHANGED):
            input_at, tries = now, 0
        wish = policy.decide(now, standing)
        if wish.do in (Do.ASK, Do.SEND):
            assert standing.able
        if wish.do is Do.ASK:
            assert standing.quiet
            assert now - input_at >= EARLY_SECONDS - 1e-9
        if wish.do is Do.SEND:
            assert policy.phase is Phase.DRAWN
            assert now - input_at >= SETTLE_SECONDS - 1e-9
            tries += 1
        assert policy.attempt in (1, 2)
        assert wish.wake_at is None or wish.wake_at > now
