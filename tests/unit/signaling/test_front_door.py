"""The front door over whole histories: its limits hold, nobody who is being answered is cut, and room is made where it can be."""

from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from signaling.api.front_door import FrontDoor, Room

ROOM = Room(total=8, of_one=4, silent_of_one=2)
PROXY = "10.0.0.5"
ADDRESSES = ("192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", "2001:db8::2", PROXY)
"""The two of IPv6 are one network's, and count as one."""


class Guest:
    """A connection that remembers what it does."""

    def __init__(self, door: FrontDoor, peer: str) -> None:
        self.door, self.peer = door, peer
        self.does = "silent"
        self.is_at_rest = True

    @property
    def owner(self) -> str:
        return "v6" if ":" in self.peer else self.peer

    def close(self) -> None:
        assert self.does != "asks", "one that is being answered is not cut"
        self.does = "gone"
        self.door.went(self)


acts = st.lists(
    st.one_of(
        st.tuples(st.just("came"), st.sampled_from(ADDRESSES)),
        st.tuples(st.sampled_from(["asks", "rests", "sends", "went"]), st.integers(0, 20)),
    ),
    max_size=120,
)


@given(acts)
def test_every_history(history: list[tuple[str, str | int]]) -> None:
    door = FrontDoor(ROOM, (ipaddress.ip_network(PROXY),))
    made: list[Guest] = []
    for act, which in history:
        there = [guest for guest in made if guest.does != "gone"]
        if act == "came":
            guest = Guest(door, str(which))
            own = [each for each in there if each.owner == guest.owner]
            could = [
                each for each in there if each.does == "silent" or (each.does == "idle" and each.is_at_rest)
            ]
            came = door.came(guest)
            if came:
                made.append(guest)
            elif guest.peer != PROXY and len(own) >= ROOM.of_one:
                assert not [each for each in could if each in own]
            else:
                assert len(there) == ROOM.total
                assert not could
        elif there:
            guest = there[int(which) % len(there)]
            if act == "asks" and guest.does != "asks":
                guest.does = "asks"
                door.asks(guest)
            elif act == "rests" and guest.does == "asks":
                guest.does = "idle"
                door.rests(guest)
            elif act == "sends" and guest.does == "idle":
                guest.is_at_rest = not guest.is_at_rest
            elif act == "went":
                guest.does = "gone"
                door.went(guest)
        there = [guest for guest in made if guest.does != "gone"]
        assert len(door) == len(there) <= ROOM.total
        for owner in {guest.owner for guest in there} - {PROXY}:
            own = [guest for guest in there if guest.owner == owner]
            assert len(own) <= ROOM.of_one
            assert sum(guest.does == "silent" for guest in own) <= ROOM.silent_of_one


def test_an_address_that_wants_more_gives_up_its_own_idle_ones_first() -> None:
    door = FrontDoor(Room(total=4, of_one=4, silent_of_one=4))
    guests = [Guest(door, peer) for peer in ("192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.3")]
    for guest in guests:
        assert door.came(guest)
        door.asks(guest)
        door.rests(guest)
        guest.does = "idle"
    assert door.came(Guest(door, "192.0.2.2"))
    assert [guest.does for guest in guests] == ["idle", "gone", "idle", "idle"]
    assert door.came(Guest(door, "192.0.2.9"))
