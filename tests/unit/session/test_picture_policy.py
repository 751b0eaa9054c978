"""The rhythm of pictures: newest at once, refined at rest, then a heartbeat, then silence; key frames only for need."""

from __future__ import annotations

import itertools

import pytest

from streamer.session.picture_policy import (
    HEARTBEAT_FOR_SECONDS,
    HEARTBEAT_SECONDS,
    MAX_OUTSTANDING,
    MOST_REFINEMENTS,
    PICTURES_BEFORE_STILL,
    REFINEMENTS,
    SETTLE_SECONDS,
    Action,
    Kind,
    PicturePolicy,
    Rest,
)


def step(
    policy: PicturePolicy, now: float, *, room: bool = True, interval: float = 0.0, coarse: bool = False
) -> Action:
    """One decision, carried out and answered at once."""
    action = policy.decide(now, room=room, interval=interval)
    if action.kind is not Kind.NONE:
        policy.asked(now, action, coarse=coarse)
        policy.encoded()
    return action


def run(policy: PicturePolicy, start: float, seconds: float) -> list[tuple[float, Action]]:
    """Follows wake-ups for a while; what was asked and when."""
    asked, now = [], start
    while now < start + seconds:
        action = step(policy, now)
        if action.kind is not Kind.NONE:
            asked.append((now, action))
        elif action.wake_at is None:
            break
        else:
            now = max(now + 1e-4, action.wake_at)
    return asked


def drawn(now: float = 10.0) -> PicturePolicy:
    policy = PicturePolicy()
    policy.reset(now)
    policy.changed(now)
    assert step(policy, now).keyframe
    return policy


def test_the_first_picture_of_an_epoch_is_a_key_frame_and_the_next_is_not() -> None:
    policy = drawn()
    policy.changed(10.05)
    action = step(policy, 10.05)
    assert action.kind is Kind.DRAW
    assert not action.keyframe


def test_at_rest_it_refines_then_beats_then_falls_silent() -> None:
    policy = drawn()
    asked = run(policy, 10.0, 60.0)
    refinements = [at for at, action in asked if action.refinement]
    beats = [at for at, action in asked if action.heartbeat]
    assert len(refinements) == REFINEMENTS
    assert min(refinements) >= 10.0 + SETTLE_SECONDS
    assert all(b - a >= HEARTBEAT_SECONDS - 1e-3 for a, b in itertools.pairwise(beats))
    assert max(beats) <= 10.0 + HEARTBEAT_FOR_SECONDS + HEARTBEAT_SECONDS
    assert not any(action.keyframe for _, action in asked)
    assert step(policy, 100.0) == Action(Kind.NONE)


@pytest.mark.parametrize(("useful", "expected"), [(40, 40), (10_000, MOST_REFINEMENTS)])
def test_refinements_go_on_while_they_sharpen_the_picture(useful: int, expected: int) -> None:
    policy, now, refinements = drawn(), 10.0, 0
    while not (action := policy.decide(now, room=True, interval=0.0)).heartbeat:
        if action.refinement:
            policy.asked(now, action, coarse=False)
            refinements += 1
            policy.encoded(sharpened=refinements <= useful)
        elif action.wake_at is not None:
            now = max(now + 1e-4, action.wake_at)
        else:
            break
    assert refinements == expected + REFINEMENTS


def test_no_more_than_two_pictures_are_outstanding_and_the_newest_waits() -> None:
    policy = drawn()
    for n in range(5):
        policy.changed(10.1 + n * 0.01)
        action = policy.decide(10.1 + n * 0.01, room=True, interval=0.0)
        if action.kind is not Kind.NONE:
            policy.asked(10.1 + n * 0.01, action, coarse=False)
    assert policy.outstanding == MAX_OUTSTANDING
    policy.encoded()
    assert policy.decide(10.2, room=True, interval=0.0).kind is Kind.DRAW


def test_nothing_is_drawn_while_the_link_has_no_room_but_it_asks_again() -> None:
    policy = drawn()
    policy.changed(10.1)
    action = policy.decide(10.1, room=False, interval=0.0)
    assert action.kind is Kind.NONE
    assert action.wake_at is not None
    assert policy.decide(action.wake_at, room=True, interval=0.0).kind is Kind.DRAW


def test_a_coarse_picture_is_drawn_in_full_once_the_hand_rests() -> None:
    policy = drawn()
    policy.changed(10.1)
    assert step(policy, 10.1, coarse=True).moving
    action = policy.decide(10.1 + SETTLE_SECONDS, room=True, interval=0.0)
    assert action.kind is Kind.DRAW
    assert not action.moving


def test_at_rest_with_a_page_that_shows_the_last_frame_a_key_request_sends_nothing() -> None:
    policy = drawn()
    run(policy, 10.0, 20.0)
    for n in range(20):
        policy.key_requested(30.0 + n * 0.6, round_trip=0.05, current=True, complete=True)
        assert run(policy, 30.0 + n * 0.6, 0.5) == []


def test_at_rest_a_page_that_may_lack_a_refinement_gets_a_repeat_first_and_then_a_key_frame() -> None:
    policy = drawn()
    run(policy, 10.0, 20.0)
    policy.key_requested(30.0, round_trip=0.05, current=True, complete=False)
    assert [action.refinement for _, action in run(policy, 30.0, 0.5)] == [True]
    policy.key_requested(30.6, round_trip=0.05, current=True, complete=False)
    assert step(policy, 30.6).keyframe
    policy.key_requested(40.0, round_trip=0.05, current=False, complete=False)
    assert step(policy, 40.0).keyframe


def test_a_storm_of_key_requests_makes_few_key_frames() -> None:
    policy = drawn()
    keys = 0
    for n in range(300):
        now = 20.0 + n * 0.01
        policy.changed(now)
        policy.key_requested(now, round_trip=0.12, current=False, complete=False)
        keys += step(policy, now).keyframe
    assert 1 <= keys <= 3.0 / 0.3 + 1


def test_a_hidden_page_costs_nothing_and_comes_back_at_once() -> None:
    policy = drawn()
    policy.hold(True)
    policy.changed(11.0)
    assert step(policy, 11.0) == Action(Kind.NONE)
    policy.hold(False)
    assert step(policy, 12.0).kind is Kind.DRAW
    run(policy, 12.0, 60.0)
    policy.hold(False)
    assert step(policy, 90.0) == Action(Kind.NONE), (
        "a page that was never hidden has nothing to catch up with"
    )


def rested(policy: PicturePolicy, now: float, rest: Rest, seconds: float = 30.0) -> list[Action]:
    """What is asked for at rest while a still is in that state."""
    asked, end = [], now + seconds
    while now < end:
        action = policy.decide(now, room=True, interval=0.0, rest=rest)
        if action.kind is not Kind.NONE:
            policy.asked(now, action, coarse=False)
            policy.encoded()
            asked.append(action)
        elif action.wake_at is None:
            break
        else:
            now = max(now + 1e-4, action.wake_at)
    return asked


def coarse(now: float = 10.0) -> PicturePolicy:
    policy = drawn(now)
    policy.changed(now + 0.1)
    step(policy, now + 0.1, coarse=True)
    return policy


def test_a_still_that_comes_soon_takes_the_place_of_refinements_heartbeats_and_of_the_full_picture() -> None:
    assert rested(drawn(), 10.2, Rest.SOON) == []
    assert rested(coarse(), 10.3, Rest.SOON) == []
    assert rested(coarse(), 10.3, Rest.ALONE)[0].kind is Kind.DRAW


def test_a_few_pictures_go_before_a_still_that_takes_long() -> None:
    policy = drawn()
    assert not policy.refined
    actions = rested(policy, 10.2, Rest.LATER)
    assert [action.refinement for action in actions] == [True] * PICTURES_BEFORE_STILL
    assert policy.refined
    policy = coarse()
    actions = rested(policy, 10.3, Rest.LATER)
    assert [action.kind for action in actions] == [Kind.DRAW, Kind.AGAIN, Kind.AGAIN]
    assert policy.refined


def test_once_it_is_proven_one_heartbeat_follows_unless_the_page_said_that_the_last_picture_came() -> None:
    policy = drawn()
    assert [action.heartbeat for action in rested(policy, 10.2, Rest.PROVEN)] == [True]
    assert rested(policy, 20.0, Rest.PROVEN) == []
    policy = drawn()
    policy.tail_came()
    assert rested(policy, 10.2, Rest.PROVEN) == []


@pytest.mark.parametrize("rest", [Rest.SOON, Rest.LATER, Rest.PROVEN])
def test_key_requests_at_rest_do_not_delay_a_still_that_shows_the_newest_picture(rest: Rest) -> None:
    policy = drawn()
    rested(policy, 10.2, rest)
    for n in range(300):
        now = 20.0 + n * 0.01
        policy.key_requested(now, round_trip=0.05, current=True, complete=False, rest=rest)
        assert policy.decide(now, room=True, interval=0.0, rest=rest).kind is Kind.NONE
    policy.key_requested(30.0, round_trip=0.05, current=False, complete=False, rest=rest)
    assert policy.decide(30.0, room=True, interval=0.0, rest=rest).keyframe


def test_a_new_movement_is_drawn_at_once_whatever_a_still_does() -> None:
    for rest in Rest:
        policy = drawn()
        rested(policy, 10.2, rest)
        policy.changed(40.0)
        assert policy.decide(40.0, room=True, interval=0.0, rest=rest).kind is Kind.DRAW


def test_a_heartbeat_holds_no_new_picture_up() -> None:
    policy = drawn()
    beat_at, beat = next((at, a) for at, a in run(policy, 10.0, 5.0) if a.heartbeat)
    assert beat.kind is Kind.AGAIN
    policy.changed(beat_at + 0.001)
    assert step(policy, beat_at + 0.001, interval=0.08).kind is Kind.DRAW
    policy.changed(beat_at + 0.002)
    assert step(policy, beat_at + 0.002, interval=0.08).kind is Kind.NONE, "but a new one does"
