"""Messages larger than a data channel carries, in parts: browsers close a channel on which more than 256 KiB come at once.

The receiver joins the texts of one number in the order of their index; messages in between stand for themselves. A message
within WHOLE_BYTES is sent whole.
"""

from __future__ import annotations

from signaling.protocol.control import TO_PAGE, ToPage
from signaling.protocol.message_part import MessagePart

WHOLE_BYTES = 128 * 1024
PART_CHARACTERS = 16_000
"""64 kB at most: a character takes up to four bytes, quoted or not."""


def texts_of(message: ToPage, number: int) -> list[str]:
    """What goes over the channel: the message itself, or its parts under `number`, which no other one has on this channel."""
    text = TO_PAGE.encode(message)
    if len(text) * 4 <= WHOLE_BYTES or len(text.encode()) <= WHOLE_BYTES:
        return [text]
    pieces = [text[at : at + PART_CHARACTERS] for at in range(0, len(text), PART_CHARACTERS)]
    return [
        TO_PAGE.encode(MessagePart(number=number, index=index, count=len(pieces), text=piece))
        for index, piece in enumerate(pieces)
    ]
