"""A host that is being emptied: who is moved and when, over every standing of a reader, and in which order it is done."""

from __future__ import annotations

import asyncio
from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import pytest

from signaling.protocol.hosts import HostDrain, HostSeatClosed
from streamer.host import emptying
from streamer.host.emptying import AGAIN_SECONDS, PATIENCE_SECONDS, PAUSE_SECONDS, Emptying
from streamer.session.session import SessionKey


class Desk:
    """What a host has around its seats; the order in which things are done is kept."""

    connected = True

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        self.done: list[Any] = []
        self.opening: list[Any] = []
        self.unsaved_marks = self.unsaved_view = False
        self.seats: dict[str, Any] = {}
        monkeypatch.setattr(emptying, "time", SimpleNamespace(monotonic=lambda: self.now))
        desk = cast(Any, self)
        self.emptying = Emptying("here", desk, desk, desk, self.seats, self.drop)

    def seat(self, archive: str = "demo", seat: str = "s", page: str = "p") -> Any:
        session = SimpleNamespace(
            key=SessionKey("t", "u", archive, "1.2"),
            interaction=SimpleNamespace(in_gesture=False, last_input_at=0.0),
        )
        made = SimpleNamespace(seat=seat, session=session, claims=SimpleNamespace(same_page=page))
        self.seats[seat] = made
        return made

    def say(self, message: Any) -> None:
        self.done.append(message)
        if isinstance(message, HostSeatClosed):
            self.seats.pop(message.seat, None)  # the page hears of it, and goes

    def leave(self, seat: Any) -> None:
        self.done.append("left")
        seat.session = None

    def is_opening(self, seat: Any) -> bool:
        return seat in self.opening

    def is_unsaved(self, key: SessionKey) -> bool:
        return self.unsaved_view or self.unsaved_marks

    def has_unsaved_marks(self, key: SessionKey) -> bool:
        return self.unsaved_marks

    async def settle(self, key: SessionKey, seconds: float) -> bool:
        self.done.append("saved")
        return True

    async def drop(self, seat: Any) -> None:
        self.done.append("dropped")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


@pytest.mark.parametrize(
    ("elsewhere", "gesture", "rests", "late", "unsaved"),
    list(product([True, False], [True, False], [True, False], [True, False], ["", "view", "marks"])),
)
def test_every_standing_of_a_reader(
    desk: Desk, elsewhere: bool, gesture: bool, rests: bool, late: bool, unsaved: str
) -> None:
    seat = desk.seat()
    desk.unsaved_view, desk.unsaved_marks = unsaved == "view", unsaved == "marks"
    desk.emptying.told(HostDrain(draining=True, elsewhere=("demo",) if elsewhere else ("other",)))
    seat.session.interaction.in_gesture = True
    assert desk.emptying.next_to_move() is None
    desk.now += PATIENCE_SECONDS if late else 1.0
    seat.session.interaction.in_gesture = gesture
    seat.session.interaction.last_input_at = desk.now - (PAUSE_SECONDS if rests else 0.1)
    moves = elsewhere and not gesture and unsaved != "marks" and (late or (rests and not unsaved))
    assert (desk.emptying.next_to_move() is seat) == moves
    assert desk.emptying.staying == (0 if elsewhere else 1)


def test_who_is_on_the_worklist_goes_and_who_is_just_opening_is_left_alone(desk: Desk) -> None:
    seat = desk.seat()
    seat.session = None
    desk.emptying.told(HostDrain(draining=True))
    assert desk.emptying.next_to_move() is None, "there is no other host"
    desk.emptying.told(HostDrain(draining=True, elsewhere=("any",)))
    desk.opening.append(seat)
    desk.emptying.next_to_move()
    desk.now += 10.0
    assert desk.emptying.next_to_move() is None
    desk.opening.clear()
    desk.emptying.next_to_move()
    desk.now += PAUSE_SECONDS
    assert desk.emptying.next_to_move() is seat
    assert desk.emptying.staying == 0


@pytest.mark.parametrize("why", ["not emptied", "again in use", "the line is cut"])
def test_nobody_is_moved_without_the_server(desk: Desk, why: str) -> None:
    desk.seat()
    if why != "not emptied":
        desk.emptying.told(HostDrain(draining=True, elsewhere=("demo",)))
        assert desk.emptying.next_to_move() is not None
    if why == "again in use":
        desk.emptying.told(HostDrain(draining=False))
    desk.connected = why != "the line is cut"
    assert desk.emptying.next_to_move() is None
    desk.emptying.told(HostDrain(draining=False))
    assert desk.emptying.staying == 0


async def test_one_after_the_other_saved_before_the_server_is_told(desk: Desk) -> None:
    first, second = desk.seat(seat="s1", page="p1"), desk.seat(seat="s2", page="p2")
    desk.emptying.told(HostDrain(draining=True, elsewhere=("demo",)))
    assert desk.emptying.next_to_move() is first
    moving = asyncio.create_task(desk.emptying.move(first))
    await asyncio.sleep(0)
    assert desk.emptying.next_to_move() is None or moving.done()
    await moving
    words = "The render host here is being emptied. Asking for another."
    assert desk.done == ["left", "saved", HostSeatClosed(seat="s1", reason=words), "dropped"]
    assert desk.emptying.next_to_move() is second


async def test_a_page_that_nobody_could_take_is_not_sent_away_again_and_again(desk: Desk) -> None:
    desk.emptying.told(HostDrain(draining=True, elsewhere=("demo",)))
    await desk.emptying.move(desk.seat(seat="s1"))
    back = desk.seat(seat="s2")
    assert desk.emptying.next_to_move() is None
    desk.now += AGAIN_SECONDS
    assert desk.emptying.next_to_move() is back
