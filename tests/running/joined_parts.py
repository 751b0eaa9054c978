"""What a page makes of the texts on its control channel: messages that came in parts are joined."""

from __future__ import annotations

import msgspec

from signaling.protocol import control
from signaling.protocol.message_part import MessagePart


class JoinedParts:
    """Texts in, messages out; None while parts of one are still to come."""

    def __init__(self) -> None:
        self._begun: dict[int, list[str]] = {}

    def take(self, text: str) -> control.ToPage | None:
        """The message that `text` is, or completes."""
        message = control.TO_PAGE.decode(text)
        if not isinstance(message, MessagePart):
            return message
        texts = self._begun.setdefault(message.number, [])
        assert message.index == len(texts) < message.count
        texts.append(message.text)
        if len(texts) < message.count:
            return None
        whole = msgspec.json.decode("".join(self._begun.pop(message.number)), type=control.ToPage)
        assert not isinstance(whole, MessagePart)
        return whole
