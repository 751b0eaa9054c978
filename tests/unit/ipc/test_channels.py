"""The two ends of a socketpair in one process: order, caps, descriptors and ends."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from collections.abc import Iterator

import pytest

from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.framing import ChannelError
from streamer.ipc.host_channel import HostChannel
from streamer.ipc.messages import DetachAll, Fault, FromWorker, Shutdown, Sign, ToWorker

SIGN = Sign(busy_ms=0, next_ms=200, memory_bytes=1)


class Ends:
    """A connected pair; the child's end is blocking, so it is used after the host has sent, or in a thread."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.host: HostChannel[FromWorker] = HostChannel(ours, FromWorker)
        self.child: ChildChannel[ToWorker] = ChildChannel(theirs.detach(), ToWorker)

    async def heard(self) -> list[tuple[FromWorker, bytes]]:
        return [message async for message in self.host.messages()]


@pytest.fixture
async def ends() -> Iterator[Ends]:  # type: ignore[misc]
    ends = Ends()
    yield ends
    ends.host.close()
    ends.child.close()


async def test_messages_and_payloads_come_in_order(ends: Ends) -> None:
    ends.host.send(DetachAll(), b"one")
    ends.host.send(Shutdown(), b"two")
    assert ends.child.receive(1) == (DetachAll(), b"one")
    assert ends.child.receive(1) == (Shutdown(), b"two")
    assert ends.child.receive(0) is None


async def test_more_than_a_socket_holds_leaves_as_it_is_read(ends: Ends) -> None:
    payloads = [os.urandom(3_000_000) for _ in range(4)]
    for payload in payloads:
        ends.host.send(DetachAll(), payload)
    for payload in payloads:
        got = await asyncio.to_thread(ends.child.receive, 10)
        assert got == (DetachAll(), payload)


async def test_a_child_that_does_not_read_is_told_of(ends: Ends) -> None:
    for _ in range(30):
        ends.host.send(DetachAll(), bytes(1_000_000))
    with pytest.raises(ChannelError, match="does not read"):
        ends.host.send(DetachAll(), bytes(5_000_000))


async def test_the_child_speaks_until_it_closes(ends: Ends) -> None:
    ends.child.send(SIGN, b"abc")
    ends.child.send(Fault(code="x", message="y"), memoryview(b"def"))
    ends.child.close()
    assert await ends.heard() == [(SIGN, b"abc"), (Fault(code="x", message="y"), b"def")]
    assert ends.host.closed
    with pytest.raises(ChannelError, match="closed"):
        ends.host.send(Shutdown())


async def test_a_host_that_closes_ends_its_own_listening_and_the_child(ends: Ends) -> None:
    listening = asyncio.create_task(ends.heard())
    await asyncio.sleep(0)
    ends.host.close()
    assert await asyncio.wait_for(listening, 5) == []
    with pytest.raises(ChannelError, match="closed its socket"):
        ends.child.receive(1)
    with pytest.raises(ChannelError, match="failed"):
        ends.child.send(SIGN, bytes(10_000_000))


async def test_the_next_channel_is_heard_after_one_was_closed_while_listening() -> None:
    """The closed socket's number is used again at once; the loop must not mistake one for the other."""
    for _ in range(3):
        ends = Ends()
        listening = asyncio.create_task(ends.heard())
        await asyncio.sleep(0)
        ends.host.close()
        await asyncio.wait_for(listening, 5)
        again = Ends()
        again.child.send(SIGN)
        again.child.close()
        assert await asyncio.wait_for(again.heard(), 5) == [(SIGN, b"")]
        ends.child.close()


async def test_no_message_closes_the_channel() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        host: HostChannel[FromWorker] = HostChannel(ours, FromWorker)
        theirs.sendall(b"\x01\x00\x00\x00\x00\x00\x00\x00\xc1")
        with pytest.raises(ChannelError):
            await anext(host.messages())
        assert host.closed
        assert theirs.recv(1) == b""


async def test_descriptors_come_with_their_messages(ends: Ends) -> None:
    with tempfile.TemporaryFile() as one, tempfile.TemporaryFile() as two:
        for file, text in ((one, b"first"), (two, b"second")):
            file.write(text)
            file.flush()
            ends.host.send(DetachAll(), text, descriptors=(file.fileno(),))
    for text in (b"first", b"second"):
        assert ends.child.receive(1) == (DetachAll(), text)
        taken = ends.child.take_descriptor()
        assert os.pread(taken, 100, 0) == text
        os.close(taken)


async def test_a_descriptor_passes_through_a_full_socket(ends: Ends) -> None:
    ends.host.send(DetachAll(), bytes(2_000_000))
    with tempfile.TemporaryFile() as file:
        file.write(b"late")
        file.flush()
        ends.host.send(Shutdown(), b"end", descriptors=(file.fileno(),))
    # The host has closed its own by now, before the message could leave.
    assert await asyncio.to_thread(ends.child.receive, 10) == (DetachAll(), bytes(2_000_000))
    assert await asyncio.to_thread(ends.child.receive, 10) == (Shutdown(), b"end")
    taken = ends.child.take_descriptor()
    assert os.pread(taken, 100, 0) == b"late"
    os.close(taken)


async def test_a_descriptor_that_did_not_come_is_an_error(ends: Ends) -> None:
    ends.host.send(DetachAll())
    ends.child.receive(1)
    with pytest.raises(ChannelError, match="without one"):
        ends.child.take_descriptor()


async def test_descriptors_that_nobody_took_are_closed(ends: Ends) -> None:
    with tempfile.TemporaryFile() as file:
        ends.host.send(DetachAll(), descriptors=(file.fileno(),))
    ends.child.receive(1)
    before = len(os.listdir("/proc/self/fd"))
    ends.child.close()
    assert len(os.listdir("/proc/self/fd")) == before - 2, "the socket and the descriptor"


@pytest.mark.parametrize("payload", [b"", bytes(3_000_000)])
async def test_the_host_keeps_no_descriptor_of_a_message(ends: Ends, payload: bytes) -> None:
    """Neither of one that has left, nor of one that waited when the channel was closed."""
    before = len(os.listdir("/proc/self/fd"))
    with tempfile.TemporaryFile() as file:
        ends.host.send(DetachAll(), payload)
        ends.host.send(Shutdown(), descriptors=(file.fileno(),))
    ends.host.close()
    assert len(os.listdir("/proc/self/fd")) == before - 1, "the host's end of the socket"


async def test_the_socket_of_who_breaks_off_is_closed_with_the_channel(ends: Ends) -> None:
    """An iteration that is left at a message may be ended by nobody before the loop is closed."""
    ends.child.send(SIGN)
    messages = ends.host.messages()
    await anext(messages)
    ends.host.close()
    assert ends.host._socket.fileno() == -1
    assert [message async for message in messages] == []


async def test_who_waits_for_a_message_hears_of_the_end(ends: Ends) -> None:
    waiting = asyncio.ensure_future(anext(ends.host.messages(), None))
    await asyncio.sleep(0)
    ends.host.close()
    assert await asyncio.wait_for(waiting, 5.0) is None
    assert ends.host._socket.fileno() == -1
