"""A piece of a message on the `control` channel (see parts.py)."""

from __future__ import annotations

from signaling.protocol.control_message import ControlMessage


class MessagePart(ControlMessage, tag="part"):
    """Host → page: a part of a message that is larger than the channel carries (see parts.py): `text` is a piece of its JSON.

    `index` counts from 0 to `count` − 1, in order; `number` tells messages apart of which parts are still to come.
    """

    number: int
    index: int
    count: int
    text: str
