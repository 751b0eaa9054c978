"""RTP packets as bytes, and the history they are repeated from."""

from __future__ import annotations

from streamer.transport.rtp.history import KEPT_PACKETS, History
from streamer.transport.rtp.packet import Content, ExtensionIds, extensions, packet, retransmission

CONTENT = Content(b"\x65\x01\x02", 0x1_0203_0405, marker=True)


def test_a_packet_with_all_extensions() -> None:
    extension = extensions(ExtensionIds(mid=1, transport_sequence=4, playout_delay=5), "0", 0x0A0B)
    data = packet(CONTENT, payload_type=107, sequence=0x1_FFFE, ssrc=0xDEADBEEF, extension=extension)
    assert data == bytes.fromhex(
        "90 eb fffe 02030405 deadbeef"  # version 2, extension; marker, 107; number, time, source
        "bede 0003 10 30 41 0a0b 52 000000 000000"  # mid "0", number 0x0a0b, delay 0..0, padding
        "65 01 02"
    )


def test_extensions_that_were_not_taken_are_left_out() -> None:
    assert extensions(ExtensionIds(), "0", 7) == b""
    data = packet(CONTENT, payload_type=107, sequence=1, ssrc=2, extension=b"")
    assert data[0] == 0x80
    assert data[12:] == CONTENT.payload


def test_a_retransmission_names_the_original() -> None:
    again = retransmission(CONTENT, 0x1_0203)
    assert again.payload == b"\x02\x03" + CONTENT.payload
    assert (again.timestamp, again.marker) == (CONTENT.timestamp, CONTENT.marker)


def test_a_lost_packet_is_repeated_once_a_round_trip() -> None:
    history = History()
    history.add(70_000, CONTENT)
    number = 70_000 & 0xFFFF
    assert history.due(number, 10.0, 0.2) is CONTENT
    history.repeated(number, 10.0)
    assert history.due(number, 10.1, 0.2) is None
    assert history.due(number, 10.21, 0.2) is CONTENT


def test_a_number_used_again_may_be_repeated_at_once() -> None:
    history = History()
    history.add(5, CONTENT)
    history.repeated(5, 10.0)
    assert history.due(5, 10.01, 0.2) is None
    newer = Content(b"newer", 0, marker=False)
    history.add(5 + 65_536, newer)
    assert history.due(5, 10.01, 0.2) is newer


def test_a_repeat_that_waits_is_not_asked_for_twice() -> None:
    history = History()
    history.add(5, CONTENT)
    history.queued(5)
    assert history.due(5, 1e6, 0.2) is None
    history.repeated(5, 1e6)
    assert history.due(5, 1e6 + 0.21, 0.2) is CONTENT


def test_what_is_cleared_is_repeated_no_more() -> None:
    history = History()
    history.add(5, CONTENT)
    history.queued(5)
    history.clear()
    history.repeated(5, 1.0)
    assert history.due(5, 9.0, 0.2) is None
    history.add(5, CONTENT)
    assert history.due(5, 1.0, 0.2) is CONTENT


def test_only_the_last_packets_are_kept() -> None:
    history = History()
    for number in range(KEPT_PACKETS + 1):
        history.add(number, CONTENT)
    assert history.due(0, 1.0, 0.1) is None
    assert history.due(1, 1.0, 0.1) is CONTENT
    assert history.due(KEPT_PACKETS, 1.0, 0.1) is CONTENT
