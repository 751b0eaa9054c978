"""Streams: who may be an end, once, and how many of them one sign-in may have."""

from __future__ import annotations

import asyncio

import pytest

from signaling.errors import Refused
from signaling.services.streams import MOST_OF_SIGN_IN, Side, Streams


class End:
    """Remembers that it was hung up on."""

    def __init__(self) -> None:
        self.closed = ""

    def close(self, reason: str) -> None:
        self.closed = reason


def ends(sign_in: str = "reader") -> dict[Side, str]:
    return {Side.HOST: "host", Side.PAGE: sign_in}


async def test_one_sign_in_does_not_take_the_places_of_another() -> None:
    streams = Streams[End]()
    for n in range(MOST_OF_SIGN_IN):
        streams.expect(f"a{n}", ends("one"), lambda: None)
    with pytest.raises(Refused, match="Too many"):
        streams.expect("a", ends("one"), lambda: None)
    assert streams.expect("b", ends("another"), lambda: None)


async def test_a_side_is_claimed_before_its_end_has_come() -> None:
    streams = Streams[End]()
    token = streams.expect("seat", ends(), lambda: None)
    stream = streams.admit(Side.PAGE, token, "reader")
    with pytest.raises(Refused):
        streams.admit(Side.PAGE, token, "reader")
    page, host = End(), End()
    meeting = asyncio.create_task(stream.meet(Side.PAGE, page))
    assert await streams.admit(Side.HOST, token, "host").meet(Side.HOST, host) is page
    assert await meeting is host


async def test_who_may_not_come_claims_nothing() -> None:
    streams = Streams[End]()
    token = streams.expect("seat", ends(), lambda: None)
    with pytest.raises(Refused):
        streams.admit(Side.PAGE, token, "stranger")
    assert streams.admit(Side.PAGE, token, "reader").seat == "seat"
