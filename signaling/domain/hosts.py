"""Render hosts: what is kept about them, and their life as a table."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from signaling.domain.tenants import DEFAULT_TENANT

LOCAL_HOST = "local"
CLOCK_SECONDS = 2.0
"""Two clocks may differ by so much before it is said."""
KEY_LIFE_SECONDS = 24 * 3600.0


class HostState(enum.StrEnum):
    """Where a host is in its life."""

    CONNECTING = "connecting"
    READY = "ready"
    DRAINING = "draining"
    LEAVING = "leaving"
    LOST = "lost"
    REMOVED = "removed"


class HostEvent(enum.StrEnum):
    """What can happen to a host."""

    DIALLED = "dialled"
    REGISTERED = "registered"
    DRAIN = "drain"
    RESUME = "resume"
    LEAVE = "leave"
    GONE = "gone"
    REMOVE = "remove"


class Removal(enum.StrEnum):
    """How far the removal of a host is that is still there."""

    EMPTIES = "empties"
    """Its readers are being moved; taking readers again calls the removal off."""
    ENDS = "ends"
    """It was told to save what it has and to end."""


SERVING = frozenset({HostState.READY, HostState.DRAINING, HostState.LEAVING})
"""What it reaches is there, and whoever reads on it goes on."""

_S, _E = HostState, HostEvent
_TABLE: dict[HostState, dict[HostEvent, HostState]] = {
    _S.CONNECTING: {
        _E.DIALLED: _S.CONNECTING,
        _E.REGISTERED: _S.READY,
        _E.DRAIN: _S.CONNECTING,
        _E.RESUME: _S.CONNECTING,
        _E.LEAVE: _S.CONNECTING,
        _E.GONE: _S.LOST,
        _E.REMOVE: _S.REMOVED,
    },
    _S.READY: {
        _E.DIALLED: _S.CONNECTING,
        _E.REGISTERED: _S.READY,
        _E.DRAIN: _S.DRAINING,
        _E.RESUME: _S.READY,
        _E.LEAVE: _S.LEAVING,
        _E.GONE: _S.LOST,
        _E.REMOVE: _S.REMOVED,
    },
    _S.DRAINING: {
        _E.DIALLED: _S.CONNECTING,
        _E.REGISTERED: _S.DRAINING,
        _E.DRAIN: _S.DRAINING,
        _E.RESUME: _S.READY,
        _E.LEAVE: _S.LEAVING,
        _E.GONE: _S.LOST,
        _E.REMOVE: _S.REMOVED,
    },
    _S.LEAVING: {
        _E.DIALLED: _S.CONNECTING,
        _E.REGISTERED: _S.LEAVING,
        _E.DRAIN: _S.LEAVING,
        _E.RESUME: _S.LEAVING,
        _E.LEAVE: _S.LEAVING,
        _E.GONE: _S.LOST,
        _E.REMOVE: _S.REMOVED,
    },
    _S.LOST: {
        _E.DIALLED: _S.CONNECTING,
        _E.REGISTERED: _S.LOST,
        _E.DRAIN: _S.LOST,
        _E.RESUME: _S.LOST,
        _E.LEAVE: _S.LOST,
        _E.GONE: _S.LOST,
        _E.REMOVE: _S.REMOVED,
    },
    _S.REMOVED: dict.fromkeys(HostEvent, _S.REMOVED),
}


def next_state(state: HostState, event: HostEvent) -> HostState:
    """Where a host is after `event`. What was wished of a host while it was away is told it once it has registered; one that is
    being stopped says so itself again."""
    return _TABLE[state][event]


@dataclass(frozen=True, slots=True)
class HostRecord:
    """What is kept about a host. Times are Unix seconds.

    Its key is kept as a hash. A key belongs to the first machine that uses it (`machine_id`, empty until then) and lapses
    when none does within KEY_LIFE_SECONDS.
    """

    host: str
    tenant: str
    name: str
    key_hash: str
    made_at: float
    machine_id: str = ""
    seen_at: float = 0.0
    draining: bool = False


def clock_words(ahead: float) -> str:
    """What is said of a host's clock that is `ahead` seconds of the server's; empty where that is little."""
    if not CLOCK_SECONDS < abs(ahead) < math.inf:
        return ""
    side = "ahead of" if ahead > 0 else "behind"
    return (
        f"The clock of this machine is {abs(ahead):.0f} s {side} the server's. Set one of them right (NTP)."
    )


def emptying_words(readers: int, staying: int) -> str:
    """What is said of a host that is being emptied: how many are still there, and what becomes of them.

    Args:
        readers: who reads on it now.
        staying: those of them for whose archive there is no other host with room.
    """
    staying = min(staying, readers)
    if readers == 0:
        return "Nobody reads on it any more."
    here = "1 reader is still here" if readers == 1 else f"{readers} readers are still here"
    if staying == 0:
        return f"{here} and will be moved to another host when the hand rests."
    if staying == readers:
        stays = "stays" if readers == 1 else "stay"
        return f"{here} and {stays} until they leave: no other host with room reaches their archive."
    stay = "1 stays" if staying == 1 else f"{staying} stay"
    return (
        f"{here}: {stay} until they leave, since no other host with room reaches their archive; "
        "the others will be moved when the hand rests."
    )


def removal_words(readers: int, removal: Removal) -> str:
    """What is said of a host that is being removed, with as many `readers` as read on it now."""
    if removal is Removal.ENDS:
        return "It is being removed: it saves what it has, and ends."
    here = "1 reader is" if readers == 1 else f"{readers} readers are"
    if readers == 0:
        return "It is being removed."
    return (
        f"It is being removed. {here} still here: what they did is saved, and they are moved when the hand rests, "
        "after half a minute in any case."
    )


def local_host(key_hash: str, now: float) -> HostRecord:
    """The host that the serving command starts itself."""
    return HostRecord(LOCAL_HOST, DEFAULT_TENANT, "", key_hash, now)


def key_has_lapsed(record: HostRecord, now: float) -> bool:
    """Whether the key was not used in time."""
    return not record.machine_id and record.host != LOCAL_HOST and now - record.made_at > KEY_LIFE_SECONDS
