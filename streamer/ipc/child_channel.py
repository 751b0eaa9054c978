"""The child's end of the socketpair: blocking, for programs with threads."""

from __future__ import annotations

import os
import select
import socket
import threading
from collections import deque
from typing import Any, Generic, TypeVar

import msgspec

from streamer.ipc.framing import MAX_DESCRIPTORS, ChannelError, Framer

T = TypeVar("T")
_CHUNK = 1 << 18


class ChildChannel(Generic[T]):
    """Receives messages with their payloads and descriptors in one thread, sends from any."""

    def __init__(self, descriptor: int, incoming: Any) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.setblocking(True)
        self._framer: Framer[T] = Framer(incoming)
        self._send_lock = threading.Lock()
        self._ready: deque[tuple[T, bytes]] = deque()
        self._descriptors: deque[int] = deque()

    def receive(self, timeout: float | None = None) -> tuple[T, bytes] | None:
        """The next message and its payload; None after `timeout` seconds without one.

        Raises:
            ChannelError: the host closed its end: the child must exit.
        """
        while not self._ready:
            if timeout is not None and not select.select([self._socket], [], [], timeout)[0]:
                return None
            try:
                data, descriptors, _, _ = socket.recv_fds(self._socket, _CHUNK, MAX_DESCRIPTORS)
            except OSError as error:
                raise ChannelError(f"The host's socket failed: {error}.") from None
            if not data:
                raise ChannelError("The host closed its socket.")
            self._descriptors.extend(descriptors)
            self._ready.extend(self._framer.feed(data))
        return self._ready.popleft()

    def take_descriptor(self) -> int:
        """The descriptor that came with an Attach message (in order); the caller owns and closes it.

        Raises:
            ChannelError: none came.
        """
        if not self._descriptors:
            raise ChannelError("A message that needs a file descriptor came without one.")
        return self._descriptors.popleft()

    def send(self, message: msgspec.Struct, payload: bytes | memoryview = b"") -> None:
        """Sends one message whole.

        Raises:
            ChannelError: the host is gone.
        """
        head, body = self._framer.encode(message, payload)
        with self._send_lock:
            try:
                self._socket.sendall(head)
                if body:
                    self._socket.sendall(body)
            except OSError as error:
                raise ChannelError(f"The host's socket failed: {error}.") from None

    def close(self) -> None:
        """Closes the socket and the descriptors nobody took."""
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())
