"""What is kept of a view around a gesture: a finished one whole, one that is cut off or goes on not at all."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from signaling.protocol.moves import EventKind, Moves, PointerEvent, PointerType
from streamer.session.hand import Happened, Moved
from streamer.session.session import Session
from tests.unit.host import test_sessions
from tests.unit.host.test_sessions import Run

run = test_sessions.run


def _act(session: Session, word: str) -> None:
    """The hand goes down with the window button, moves, lifts, or the page lets go or is not heard of any more."""
    if word == "lost":
        session.interaction.interrupt("")
    elif word == "parked":
        session.interaction.new_page(session.interaction.hand)
    elif word == "move":
        moves = Moves(
            epoch=1, sequence=1, time=0.0, revision=session.revision, gesture=1, buttons=4, modifiers=0,
            pointer=PointerType.MOUSE, x=0.9, y=0.5,
        )  # fmt: skip
        session.interaction.take(Moved(moves, fresh=True))
    else:
        kind = {"down": EventKind.DOWN, "up": EventKind.UP, "cancel": EventKind.CANCEL}[word]
        x = 0.5 if word == "down" else 0.9
        event = PointerEvent(number=1, kind=kind, gesture=1, revision=session.revision, x=x, y=0.5, button=2)
        session.interaction.take(Happened(event, 1.0))


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        (("down",), False),
        (("down", "move"), False),
        (("down", "move", "cancel"), False),
        (("down", "move", "lost"), False),
        (("down", "move", "parked"), False),
        (("down", "move", "up"), True),
        (("down", "move", "lost", "up"), True),
    ],
)
async def test_only_a_gesture_that_ends_is_kept(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], counts: bool
) -> None:
    monkeypatch.setattr("streamer.session.checkpoints.VIEW_SECONDS", 0.0)
    seat = run.seat()
    await run.open(seat)
    session = seat.session
    assert session is not None
    run.checkpoints.view_changed(session)
    await run.checkpoints.flush(5.0)
    before, saved = session.state, _windows(run.store.view)
    for word in words:
        _act(session, word)
        assert session.interaction.in_gesture or word not in ("down", "move")
    if words[-1] == "move":
        assert session.state.viewports != before.viewports, "the gesture does something"
    # As a host that is killed now leaves it.
    run.checkpoints.view_changed(session)
    await asyncio.wait_for(run.checkpoints.flush(5.0), 6.0)
    assert (_windows(run.store.view) != saved) == counts


def _windows(view: dict[str, Any] | None) -> list[Any]:
    assert view is not None
    return [viewport["voi"] for viewport in view["state"]["viewports"]]
