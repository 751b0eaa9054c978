"""A host that an administrator removes: emptied first, told to end, and without its key in bounded time, in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from signaling.domain.hosts import HostState, Removal, removal_words
from signaling.errors import Refused
from signaling.protocol import errors
from signaling.protocol.hosts import HostDrain, HostRefused
from signaling.services.removals import END_SECONDS, HAND_SECONDS, Removals
from tests.fakes.host_registry import KEY_HOST, Line, registration
from tests.fakes.virtual_time import run
from tests.unit.signaling.test_emptying import OTHER, Two, load

BOUND = HAND_SECONDS + END_SECONDS


class Removed(Two):
    """A host with readers, which is removed."""

    def __init__(self) -> None:
        super().__init__()
        self.removals = Removals(self.hosts.registry)
        self.line: Line

    async def begin(self, sessions: int = 1) -> None:
        self.line = await self.host(KEY_HOST, "x")
        await self.host(OTHER, "x")
        self.says(sessions)
        await self.removals.remove(KEY_HOST, "t")

    def says(self, sessions: int, staying: int = 0) -> None:
        self.hosts.registry.heard(
            self.line.host, load("x", seats=sessions, sessions=sessions, staying=staying)
        )

    @property
    def is_told_to_end(self) -> bool:
        return any(isinstance(message, HostDrain) and message.ends for message in self.line.sent)

    @property
    def has_key(self) -> bool:
        return KEY_HOST in self.hosts.store.kept

    async def close(self) -> None:
        await self.removals.close()
        await self.broker.close()


async def seconds_until_over(it: Removed) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    while it.has_key and await it.hosts.registry.changes.wait(2 * BOUND):
        pass
    return loop.time() - began


def test_it_is_emptied_then_ends_and_only_then_loses_its_key() -> None:
    async def story() -> None:
        it = Removed()
        await it.begin(2)
        assert it.has_key
        assert it.line.host.state is HostState.DRAINING
        assert not it.is_told_to_end
        drained = [message for message in it.line.sent if isinstance(message, HostDrain)]
        assert drained[-1] == HostDrain(draining=True, elsewhere=("x",))
        await asyncio.sleep(5.0)
        it.says(1)
        await asyncio.sleep(5.0)
        assert not it.is_told_to_end, "one is still there"
        it.says(0)
        await asyncio.sleep(0.1)
        assert it.is_told_to_end
        assert it.has_key, "what it has is being saved by it"
        it.hosts.registry.leaves(it.line.host, over=False)
        await asyncio.sleep(3.0)
        assert it.has_key
        it.hosts.registry.leaves(it.line.host, over=True)
        assert isinstance(it.line.sent[-1], HostRefused), "it must not dial again"
        assert it.line.sent[-1].code == errors.FORBIDDEN
        assert it.line.closed
        await asyncio.sleep(0.1)
        assert not it.has_key
        assert it.hosts.registry.find(KEY_HOST) is None
        assert it.hosts.registry.removals == {}
        assert it.hosts.changes[-1].lost
        await it.close()

    run(story())


@pytest.mark.parametrize(
    ("how", "bound"),
    [
        ("nobody reads", END_SECONDS),
        ("all stay, since no other host takes them", END_SECONDS),
        ("their hands do not rest", BOUND),
        ("it ends by itself", 0.0),
        ("its line is cut and comes back", BOUND),
        ("its line is cut", BOUND),
        ("another process takes its place", BOUND),
        ("it is being stopped", END_SECONDS),
    ],
)
def test_however_a_host_answers_its_key_goes_within_a_bound(how: str, bound: float) -> None:
    async def story() -> None:
        it = Removed()
        await it.begin(0 if how == "nobody reads" else 1)
        match how:
            case "all stay, since no other host takes them":
                it.says(1, staying=1)
            case "it ends by itself":
                it.hosts.registry.leaves(it.line.host, over=True)
            case "its line is cut and comes back":
                it.line.cut()
                await asyncio.sleep(1.0)
                it.line = await it.host(KEY_HOST, "x")
            case "its line is cut":
                it.line.cut()
            case "another process takes its place":
                it.line.hangs = True
                record = it.hosts.store.kept[KEY_HOST]
                it.line = Line(it.hosts.registry, record)
                assert await it.line.register(registration("m-" + KEY_HOST, "another")) == ""
            case "it is being stopped":
                it.hosts.registry.leaves(it.line.host, over=False)
        took = await seconds_until_over(it)
        assert bound - 2.0 <= took <= bound + 0.5, took
        refused = [message for message in it.line.sent if isinstance(message, HostRefused)]
        assert len(refused) == (0 if how == "its line is cut" else 1)
        assert it.is_told_to_end == (
            bound >= END_SECONDS and how not in ("its line is cut", "it is being stopped")
        )
        await it.close()

    run(story())


def test_a_host_that_is_not_there_is_removed_at_once() -> None:
    async def story() -> None:
        it = Removed()
        await it.removals.remove(KEY_HOST, "t")
        assert not it.has_key
        with pytest.raises(Refused):
            await it.removals.remove(KEY_HOST, "t")
        with pytest.raises(Refused):
            await it.removals.remove(OTHER, "another tenant")
        with pytest.raises(Refused, match="can be drained"):
            await it.removals.remove("local", "t")
        assert it.hosts.registry.removals == {}
        await it.close()

    run(story())


def test_it_can_be_called_off_until_the_host_is_told_to_end() -> None:
    async def story() -> None:
        it = Removed()
        await it.begin()
        await it.removals.remove(KEY_HOST, "t")  # said twice, it is done once
        await it.hosts.registry.drain(KEY_HOST, "t", False)
        await asyncio.sleep(2 * BOUND)
        assert it.has_key
        assert not it.is_told_to_end
        assert it.line.host.state is HostState.READY
        assert it.hosts.registry.removals == {}
        await it.close()

    run(story())


@pytest.mark.parametrize(
    ("readers", "removal", "words"),
    [
        (0, Removal.EMPTIES, "It is being removed."),
        (1, Removal.EMPTIES, "It is being removed. 1 reader is still here: what they did is saved, and they are"),
        (3, Removal.EMPTIES, "It is being removed. 3 readers are still here: what they did is saved, and they are"),
        (1, Removal.ENDS, "It is being removed: it saves what it has, and ends."),
    ],
)  # fmt: skip
def test_the_administrator_is_told_how_far_it_is(readers: int, removal: Removal, words: str) -> None:
    assert removal_words(readers, removal).startswith(words)
    assert removal_words(readers, removal).endswith(".")
