"""The host's end of the socketpair: asyncio, sends descriptors, receives messages and payloads (never descriptors)."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

import msgspec

from streamer.ipc.framing import ChannelError, Framer

T = TypeVar("T")
_CHUNK = 1 << 18
_MAX_UNSENT_BYTES = 32 * 1024 * 1024


class HostChannel(Generic[T]):
    """One child's channel. Iterate over it for what the child says; the iteration ends when the child is gone."""

    def __init__(self, sock: socket.socket, incoming: Any) -> None:
        self._socket = sock
        self._socket.setblocking(False)
        self._framer: Framer[T] = Framer(incoming)
        self._loop = asyncio.get_running_loop()
        self._out: deque[tuple[memoryview, Sequence[int]]] = deque()
        self._unsent = 0
        self._writing = False
        self._reading = False
        self.closed = False

    def send(self, message: msgspec.Struct, payload: bytes = b"", descriptors: Sequence[int] = ()) -> None:
        """Queues one message; descriptors are duplicated here, so that the caller may close its own at once.

        Raises:
            ChannelError: the channel is closed, or the child does not read and 32 MiB wait for it.
        """
        if self.closed:
            raise ChannelError("The child's channel is closed.")
        head, body = self._framer.encode(message, payload)
        data = memoryview(head + bytes(body))
        if self._unsent + len(data) > _MAX_UNSENT_BYTES:
            raise ChannelError("The child does not read its messages.")
        self._out.append((data, tuple(os.dup(descriptor) for descriptor in descriptors)))
        self._unsent += len(data)
        if not self._writing:
            self._write()

    def _write(self) -> None:
        while self._out and not self.closed:
            data, descriptors = self._out.popleft()
            try:
                sent = (
                    socket.send_fds(self._socket, [data], list(descriptors))
                    if descriptors
                    else self._socket.send(data)
                )
            except (BlockingIOError, InterruptedError):
                self._out.appendleft((data, descriptors))
                break
            except OSError:
                _close(descriptors)
                self.close()
                return
            _close(descriptors)
            self._unsent -= sent
            if sent < len(data):
                self._out.appendleft((data[sent:], ()))
                break
        if self._out and not self._writing:
            self._loop.add_writer(self._socket.fileno(), self._write)
            self._writing = True
        elif not self._out and self._writing:
            self._loop.remove_writer(self._socket.fileno())
            self._writing = False

    async def messages(self) -> AsyncIterator[tuple[T, bytes]]:
        """What the child says, until it closes its end or says something that is no message (which closes the channel)."""
        try:
            while not self.closed:
                # Only while it is awaited, not while a message is looked at: whoever breaks off there may never come back.
                self._reading = True
                try:
                    data = await self._loop.sock_recv(self._socket, _CHUNK)
                except OSError:
                    data = b""
                finally:
                    self._reading = False
                if not data or self.closed:
                    break
                for message in self._framer.feed(data):
                    yield message
        finally:
            self.close()
            self._socket.close()

    def close(self) -> None:
        """Closes the host's end; the child sees it and exits. Unsent messages are dropped."""
        if self.closed:
            return
        self.closed = True
        if self._writing:
            self._loop.remove_writer(self._socket.fileno())
            self._writing = False
        while self._out:
            _close(self._out.popleft()[1])
        # Shut down first: a descriptor that is closed while it is awaited stays in the loop's selector, and the next socket
        # that gets its number would never be heard.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if not self._reading:
            self._socket.close()


def _close(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
