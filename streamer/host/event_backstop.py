"""Pointer events that found no room on `moves` and come by the control channel."""

from __future__ import annotations

from signaling.protocol import errors, moves
from signaling.protocol.control import EventBackstop
from signaling.protocol.errors import ProtocolError

MOST_BUTTONS = 16


def pointer_event(message: EventBackstop) -> moves.PointerEvent:
    """The event as `moves` would have carried it.

    Raises:
        ProtocolError: of an unknown kind.
    """
    try:
        if not 0 <= message.button < MOST_BUTTONS:
            raise ValueError
        return moves.PointerEvent(
            number=message.number,
            kind=moves.EventKind(message.kind),
            gesture=message.gesture,
            revision=message.revision,
            x=message.x,
            y=message.y,
            button=message.button,
            modifiers=message.modifiers,
            pointer=moves.PointerType(message.pointer),
        )
    except ValueError:
        raise ProtocolError(errors.MALFORMED, "A pointer event of an unknown kind.") from None
