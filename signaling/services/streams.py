"""Seats on WebSockets, where UDP is blocked: the host's end and the page's dial this server, which brings them together.

Who may be which end is checked here; what they say to each other passes through (api/stream_sockets.py) and is read by nobody.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from signaling.auth.secret_key import hashed, new_secret
from signaling.errors import Refused
from signaling.log import logger
from signaling.protocol import errors

_LOG = logger(__name__)
MOST = 64
MOST_OF_SIGN_IN = 6
"""Windows of one browser: every reader has a sign-in, while they may all be the same person to us."""
PAIR_SECONDS = 20.0


class End(Protocol):
    """A connected end."""

    def close(self, reason: str) -> None:
        """Hang up soon."""


E = TypeVar("E", bound=End)


class Side(enum.StrEnum):
    """Which end it is."""

    HOST = "host"
    PAGE = "page"

    @property
    def other(self) -> Side:
        """The one at the other end."""
        return Side.PAGE if self is Side.HOST else Side.HOST


class Stream(Generic[E]):
    """One seat's two ends: those who may be them, and those who have come."""

    def __init__(self, seat: str, entitled: dict[Side, str], joined: Callable[[], None]) -> None:
        """`entitled` names who may be each end: the host's id, the hash of the page's sign-in."""
        self.seat = seat
        self.entitled = entitled
        self.over = False
        self._claimed: set[Side] = set()
        self._joined = joined
        loop = asyncio.get_running_loop()
        self._ends: dict[Side, asyncio.Future[E | None]] = {side: loop.create_future() for side in Side}

    def has(self, side: Side) -> bool:
        """Whether that end has come."""
        return self._ends[side].done()

    def claim(self, side: Side, who: str) -> bool:
        """Whether `who` may be that end; then nobody else may any more."""
        if side in self._claimed or self.entitled[side] != who:
            return False
        self._claimed.add(side)
        return True

    @property
    def is_joined(self) -> bool:
        """Whether both ends have come."""
        return all(self.has(side) for side in Side)

    @property
    def ends(self) -> tuple[E, ...]:
        """Those that have come."""
        came = (future.result() for future in self._ends.values() if future.done())
        return tuple(end for end in came if end is not None)

    async def meet(self, side: Side, end: E) -> E | None:
        """The end that claimed that side has come: the other one, once it is there; None when the stream is over before."""
        if self.over:
            return None
        self._ends[side].set_result(end)
        if self.is_joined:
            self._joined()
        return await asyncio.shield(self._ends[side.other])

    def finish(self, reason: str) -> None:
        """It is over: hang up on whoever is there."""
        self.over = True
        for future in self._ends.values():
            if not future.done():
                future.set_result(None)
        for end in self.ends:
            end.close(reason)


class Streams(Generic[E]):
    """The streams of this server, from the request for a seat until one of their ends is gone."""

    def __init__(
        self, *, most: int = MOST, most_of_sign_in: int = MOST_OF_SIGN_IN, pair_seconds: float = PAIR_SECONDS
    ) -> None:
        self._most = most
        self._most_of_sign_in = most_of_sign_in
        self._pair_seconds = pair_seconds
        self._by_token: dict[str, Stream[E]] = {}
        self._tokens: dict[str, str] = {}

    @property
    def count(self) -> int:
        """Streams known."""
        return len(self._by_token)

    @property
    def ends(self) -> tuple[E, ...]:
        """The ends of all streams that have come."""
        return tuple(end for stream in self._by_token.values() for end in stream.ends)

    def expect(self, seat: str, entitled: dict[Side, str], joined: Callable[[], None]) -> str:
        """Both ends may come, within 20 s; the token that they show. `joined` is called when both have come.

        Raises:
            Refused: there are too many streams.
        """
        own = sum(stream.entitled[Side.PAGE] == entitled[Side.PAGE] for stream in self._by_token.values())
        if len(self._by_token) >= self._most or own >= self._most_of_sign_in:
            raise Refused(
                "Too many readers are connected over WebSockets. Open UDP to the render hosts, or set up a TURN server.",
                errors.TOO_MANY,
            )
        token = new_secret()
        self._by_token[hashed(token)] = Stream(seat, entitled, joined)
        self._tokens[seat] = hashed(token)
        asyncio.get_running_loop().call_later(self._pair_seconds, self._late, seat)
        return token

    def admit(self, side: Side, token: str, who: str) -> Stream[E]:
        """The stream of a token, for an end that may come, and comes for the first time: who is admitted must end() it.

        Raises:
            Refused: nobody expects it.
        """
        stream = self._by_token.get(hashed(token))
        if stream is None or not stream.claim(side, who):
            raise Refused("This seat is over, or not yours. Ask for another.")
        return stream

    def goes_on(self, key_hash: str, by: str) -> None:
        """What a sign-in was entitled to, the one `by` is."""
        for stream in self._by_token.values():
            if stream.entitled[Side.PAGE] == key_hash:
                stream.entitled[Side.PAGE] = by

    def end(self, seat: str, reason: str) -> None:
        """The seat is over, or one of its ends is."""
        stream = self._by_token.pop(self._tokens.pop(seat, ""), None)
        if stream is not None:
            stream.finish(reason)
            _LOG.info("stream over", seat=seat, why=reason)

    def _late(self, seat: str) -> None:
        stream = self._by_token.get(self._tokens.get(seat, ""))
        if stream is not None and not stream.is_joined:
            self.end(seat, "One of its two ends did not come in time.")

    def hang_up(self) -> None:
        """End them all."""
        for seat in tuple(self._tokens):
            self.end(seat, "Farview stops.")
