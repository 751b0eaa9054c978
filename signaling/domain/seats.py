"""Seats: one page's connection to one host, as the server sees it, and their life as a table."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from signaling.domain.tenants import User


class SeatState(enum.StrEnum):
    """Where a seat is in its life."""

    ASKED = "asked"
    OFFERED = "offered"
    OPEN = "open"
    OVER = "over"


class SeatEvent(enum.StrEnum):
    """What can happen to a seat."""

    OFFER = "offer"
    ANSWER = "answer"
    FAILED = "failed"
    CLOSED = "closed"
    RELEASED = "released"
    HOST_LOST = "host lost"
    TIMED_OUT = "timed out"


_S, _E = SeatState, SeatEvent
_ENDS = (_E.FAILED, _E.CLOSED, _E.RELEASED, _E.HOST_LOST)
_TABLE: dict[SeatState, dict[SeatEvent, SeatState]] = {
    _S.ASKED: {
        _E.OFFER: _S.OFFERED,
        _E.ANSWER: _S.ASKED,
        _E.TIMED_OUT: _S.OVER,
        **dict.fromkeys(_ENDS, _S.OVER),
    },
    _S.OFFERED: {
        _E.OFFER: _S.OFFERED,
        _E.ANSWER: _S.OPEN,
        _E.TIMED_OUT: _S.OVER,
        **dict.fromkeys(_ENDS, _S.OVER),
    },
    _S.OPEN: {
        _E.OFFER: _S.OPEN,
        _E.ANSWER: _S.OPEN,
        _E.TIMED_OUT: _S.OPEN,
        **dict.fromkeys(_ENDS, _S.OVER),
    },
    _S.OVER: dict.fromkeys(SeatEvent, _S.OVER),
}


def next_state(state: SeatState, event: SeatEvent) -> SeatState:
    """Where a seat is after `event`. The time limit ends only what is still being made."""
    return _TABLE[state][event]


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat. `request` is the page's own number for what it asked; `page` the tab's id."""

    seat: str
    request: str
    page: str
    user: User
    host: str
    state: SeatState = SeatState.ASKED
