"""Packets may be lost, doubled, late or lying; what the hand did is applied once and in order."""

from __future__ import annotations

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from signaling.protocol.moves import EventKind, Moves, PointerEvent, PointerType
from streamer.session.hand import HandReader, Happened, Moved, Wheeled


def event(number: int) -> PointerEvent:
    return PointerEvent(number=number, kind=EventKind.DOWN, gesture=number, revision=1, x=0.5, y=0.5)


def packet(
    sequence: int, *, wheel: int = 0, zoom_wheel: int = 0, events: tuple[PointerEvent, ...] = ()
) -> Moves:
    return Moves(
        epoch=1,
        sequence=sequence,
        time=0.0,
        revision=1,
        gesture=1,
        buttons=0,
        modifiers=0,
        pointer=PointerType.MOUSE,
        x=sequence / 1000,
        y=0.5,
        wheel=wheel,
        zoom_wheel=zoom_wheel,
        events=events,
    )


@given(st.integers(0, 2**32), st.lists(st.booleans(), min_size=1, max_size=60))
def test_events_are_applied_once_and_in_order_whatever_is_lost_doubled_or_reordered(
    seed: int, lost: list[bool]
) -> None:
    chance = random.Random(seed)
    reader, applied, wheel = HandReader(), [], 0
    unacknowledged: list[PointerEvent] = []
    sent: list[Moves] = []
    for sequence, is_lost in enumerate(lost, start=1):
        unacknowledged = [
            *[e for e in unacknowledged if e.number > reader.acknowledged][-7:],
            event(sequence),
        ]
        sent.append(packet(sequence, wheel=sequence * 120, events=tuple(unacknowledged)))
        if is_lost and sequence < len(lost):
            continue
        for one in [*chance.sample(sent, min(len(sent), 3)), sent[-1]]:
            for item in reader.read(one):
                if isinstance(item, Happened):
                    applied.append(item.event.number)
                elif isinstance(item, Wheeled):
                    wheel += item.steps
    assert applied == list(range(1, len(applied) + 1))
    assert wheel == 120 * len(lost) / 120


def test_an_old_packet_moves_nothing_but_its_events_count() -> None:
    reader = HandReader()
    list(reader.read(packet(5)))
    assert list(reader.read(packet(4, wheel=-120, events=(event(1),)))) == [Happened(event(1))]


def test_what_the_hand_did_is_new_even_where_it_ends_as_it_began_and_a_repetition_never_is() -> None:
    reader = HandReader()

    def is_new(sequence: int, inputs: int, wheel: int = 0) -> bool:
        said = msgspec.structs.replace(packet(sequence, wheel=wheel), x=0.5, inputs=inputs)
        (moved,) = [item for item in reader.read(said) if isinstance(item, Moved)]
        return moved.fresh

    assert is_new(1, 1)
    assert not is_new(2, 1)
    assert is_new(5, 3), "there and back again, and what lay between was lost"
    assert not is_new(6, 3)
    assert is_new(7, 4)


def test_the_sequence_wraps() -> None:
    reader = HandReader()
    reader.sequence = 0xFFFFFFFF
    assert any(isinstance(item, Moved) for item in reader.read(packet(0)))
    assert not any(isinstance(item, Moved) for item in reader.read(packet(0xFFFFFFF0)))


def test_part_steps_of_the_wheel_add_up_in_both_directions() -> None:
    reader, steps = HandReader(), 0
    for sequence, total in enumerate((40, 80, 120, 100, 0, -119, -120, -240), start=1):
        for item in reader.read(packet(sequence, wheel=total)):
            if isinstance(item, Wheeled):
                steps += item.steps
    assert steps == -2


def test_a_wheel_that_lies_is_not_followed() -> None:
    reader = HandReader()
    assert not [item for item in reader.read(packet(1, wheel=2**31 - 1)) if isinstance(item, Wheeled)]
    assert not [item for item in reader.read(packet(2, wheel=2**31 - 1)) if isinstance(item, Wheeled)]


def test_event_numbers_far_ahead_are_not_kept() -> None:
    reader = HandReader()
    assert list(reader.event(event(10_000))) == []
    assert list(reader.event(event(1))) == [Happened(event(1))]
    assert reader.acknowledged == 1


def test_an_event_waits_for_the_commands_that_were_sent_before_it() -> None:
    reader = HandReader()
    click = PointerEvent(number=1, kind=EventKind.DOWN, gesture=1, revision=1, x=0.5, y=0.5, commands=2)
    assert not [item for item in reader.read(packet(1, events=(click,))) if isinstance(item, Happened)]
    assert list(reader.commanded(1)) == []
    assert reader.acknowledged == 0
    assert list(reader.commanded(2)) == [Happened(click)]
    assert reader.acknowledged == 1
    assert [item for item in reader.read(packet(2, events=(event(2),))) if isinstance(item, Happened)]
