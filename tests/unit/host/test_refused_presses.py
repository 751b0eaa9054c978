"""A press that says nothing, or too little, of what was seen changes nothing, and the words say which of both it is."""

from __future__ import annotations

from typing import Any, cast

import pytest

from signaling.protocol import control, errors
from signaling.protocol.moves import EventKind, PointerEvent
from streamer.session.hand import Happened
from tests.unit.host import test_sessions
from tests.unit.host.test_sessions import Run

run = test_sessions.run


@pytest.mark.parametrize("kind", [EventKind.DOWN, EventKind.DOUBLE])
@pytest.mark.parametrize(("revision", "said"), [(0, "not known yet"), (-1, "long gone")])
async def test_a_press_without_a_known_picture_is_refused_in_true_words(
    run: Run, kind: EventKind, revision: int, said: str
) -> None:
    seat = run.seat()
    await run.open(seat)
    session = seat.session
    assert session is not None
    heard: list[Any] = []
    cast(Any, session.outlet).say = heard.append
    before = session.state, session.marks
    seen = revision if revision == 0 else session.revision + (1 << 20)
    event = PointerEvent(number=1, kind=kind, gesture=1, revision=seen, x=0.5, y=0.5)
    session.interaction.take(Happened(event, 1.0))
    (notice,) = [message for message in heard if isinstance(message, control.Notice)]
    assert notice.code == errors.STALE_REVISION
    assert said in notice.message
    assert (session.state, session.marks) == before
    assert not session.interaction.in_gesture
