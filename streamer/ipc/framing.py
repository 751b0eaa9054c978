"""Framing on the socketpair: u32 message bytes, u32 payload bytes, msgpack message, payload. Little-endian."""

from __future__ import annotations

import struct
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")

HEADER = struct.Struct("<II")
MAX_MESSAGE_BYTES = 64 * 1024 * 1024
MAX_PAYLOAD_BYTES = 256 * 1024 * 1024
MAX_DESCRIPTORS = 4


class ChannelError(Exception):
    """The other side closed the channel or sent what is not a message; the channel is of no more use."""


class Framer(Generic[T]):
    """Turns messages into bytes and bytes into messages; no I/O."""

    def __init__(self, incoming: Any) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(incoming)
        self._buffer = bytearray()

    def encode(
        self, message: msgspec.Struct, payload: bytes | memoryview = b""
    ) -> tuple[bytes, bytes | memoryview]:
        """Header and message, and the payload as it is (so that a large one is not copied)."""
        body = self._encoder.encode(message)
        return HEADER.pack(len(body), len(payload)) + body, payload

    def feed(self, data: bytes) -> list[tuple[T, bytes]]:
        """The messages completed by `data`, each with its payload.

        Raises:
            ChannelError: the sizes are over the caps or the message is not one of the union.
        """
        self._buffer += data
        messages: list[tuple[T, bytes]] = []
        while len(self._buffer) >= HEADER.size:
            body_size, payload_size = HEADER.unpack_from(self._buffer)
            if body_size > MAX_MESSAGE_BYTES or payload_size > MAX_PAYLOAD_BYTES:
                raise ChannelError(f"A message of {body_size} + {payload_size} bytes is over the cap.")
            end = HEADER.size + body_size + payload_size
            if len(self._buffer) < end:
                break
            body = bytes(self._buffer[HEADER.size : HEADER.size + body_size])
            payload = bytes(self._buffer[HEADER.size + body_size : end])
            del self._buffer[:end]
            try:
                messages.append((self._decoder.decode(body), payload))
            except msgspec.DecodeError as error:
                raise ChannelError(f"A message could not be decoded: {error}.") from None
        return messages
