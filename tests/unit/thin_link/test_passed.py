"""What is remembered of packets: whose they were, how much came when."""

from __future__ import annotations

from scripts.thin_link.passed import TCP, UDP, Packet, bytes_between, bytes_by_port, flow_of


def ipv4(protocol: int, port: int, *, options: int = 0, fragment: int = 0) -> bytes:
    """An IPv4 packet to `port`, with `options` words of options."""
    header = bytearray(20 + 4 * options)
    header[0] = 0x40 | (5 + options)
    header[6:8] = fragment.to_bytes(2, "big")
    header[9] = protocol
    return bytes(header) + (4000).to_bytes(2, "big") + port.to_bytes(2, "big") + bytes(8)


def test_the_flow_is_the_protocol_and_the_clients_port() -> None:
    assert flow_of(ipv4(UDP, 5353)) == (UDP, 5353)
    assert flow_of(ipv4(TCP, 8080, options=2)) == (TCP, 8080)


def test_what_has_no_port_has_port_0() -> None:
    assert flow_of(ipv4(1, 99)) == (1, 0)
    assert flow_of(ipv4(UDP, 99, fragment=10)) == (UDP, 0)
    assert flow_of(b"\x60" + bytes(39)) == (0, 0)
    assert flow_of(b"") == (0, 0)


def test_bytes_are_counted_by_time_and_by_port() -> None:
    packets = [Packet(1.0, 100, UDP, 7), Packet(2.0, 50, TCP, 8), Packet(2.0, 300, UDP, 9)]
    assert bytes_between(packets, 1.0, 2.0) == 100
    assert bytes_between(packets, 0.0, 3.0) == 450
    assert bytes_between(packets, 0.0, 3.0, TCP) == 50
    assert list(bytes_by_port(packets, UDP).items()) == [(9, 300), (7, 100)]
