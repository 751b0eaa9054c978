"""Messages as bytes between host and child."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.ipc.framing import HEADER, MAX_MESSAGE_BYTES, MAX_PAYLOAD_BYTES, ChannelError, Framer
from streamer.ipc.messages import Capture, Fault, FromWorker, Shutdown, Sign


def encoded(*messages: tuple[Fault | Sign, bytes]) -> bytes:
    framer: Framer[FromWorker] = Framer(FromWorker)
    return b"".join(head + bytes(body) for head, body in (framer.encode(m, p) for m, p in messages))


FAULT = Fault(code="x", message="A sentence.", request=3)
SIGN = Sign(busy_ms=5, next_ms=200, memory_bytes=1 << 40)


def test_a_message_in_bytes() -> None:
    head, body = Framer[FromWorker](FromWorker).encode(Sign(busy_ms=1, next_ms=200, memory_bytes=2), b"pay")
    assert head[:8] == b"\x2c\x00\x00\x00\x03\x00\x00\x00"
    assert head[8:] == b"\x84\xa4type\xa4Sign\xa7busy_ms\x01\xa7next_ms\xcc\xc8\xacmemory_bytes\x02"
    assert body == b"pay"


@given(st.lists(st.tuples(st.sampled_from([FAULT, SIGN]), st.binary(max_size=50)), max_size=5), st.data())
def test_any_cut_of_the_stream_gives_the_same_messages(
    messages: list[tuple[Fault | Sign, bytes]], data: st.DataObject
) -> None:
    stream = encoded(*messages)
    framer: Framer[FromWorker] = Framer(FromWorker)
    got = []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        got += framer.feed(stream[:size])
        stream = stream[size:]
    assert got == messages


@pytest.mark.parametrize(
    ("message", "payload"), [(MAX_MESSAGE_BYTES + 1, 0), (0, MAX_PAYLOAD_BYTES + 1), (2**32 - 1, 2**32 - 1)]
)
def test_sizes_over_the_caps_are_refused_before_they_are_read(message: int, payload: int) -> None:
    with pytest.raises(ChannelError, match="over the cap"):
        Framer[FromWorker](FromWorker).feed(HEADER.pack(message, payload))


@pytest.mark.parametrize("body", [b"\xc1", b"\x93\x01\x02\x03", b"\x81\xa4type\xa5Wrong", b""])
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(ChannelError, match="decoded"):
        Framer[FromWorker](FromWorker).feed(HEADER.pack(len(body), 0) + body)


@pytest.mark.parametrize("message", [Shutdown(), Capture(request=1, state=None, width=1, height=1)])  # type: ignore[arg-type]
def test_a_message_of_the_other_direction_is_refused(message: Shutdown | Capture) -> None:
    head, _ = Framer[FromWorker](FromWorker).encode(message)
    with pytest.raises(ChannelError):
        Framer[FromWorker](FromWorker).feed(head)
