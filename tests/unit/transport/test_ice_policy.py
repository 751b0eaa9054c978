"""Ports and addresses of the host's candidates."""

from __future__ import annotations

import pytest

from streamer.transport.webrtc.ice_candidates import IcePolicy, parse_ports


def test_a_machine_without_network_uses_loopback() -> None:
    assert IcePolicy().addresses([]) == ["127.0.0.1"]
    assert IcePolicy().addresses(["192.0.2.2"]) == ["192.0.2.2"]
    assert IcePolicy(loopback=True).addresses(["192.0.2.2"]) == ["192.0.2.2", "127.0.0.1"]


def test_every_port_of_the_range_is_tried_once() -> None:
    assert sorted(IcePolicy(ports=(50_000, 50_003)).ports_to_try()) == [50_000, 50_001, 50_002, 50_003]
    assert IcePolicy().ports_to_try() == [0]


def test_the_announced_address_stands_for_its_own_family() -> None:
    policy = IcePolicy(announce="203.0.113.9")
    assert policy.shown("192.168.1.4") == "203.0.113.9"
    assert policy.shown("fd00::2") == "fd00::2"
    assert policy.shown("127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize("ports", [(5, 4000), (50_000, 49_999), (60_000, 70_000)])
def test_wrong_ports_are_refused(ports: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="UDP ports"):
        IcePolicy(ports=ports)


def test_a_name_can_not_be_announced() -> None:
    with pytest.raises(ValueError, match="not an IP address"):
        IcePolicy(announce="farview.example")


def test_a_range_is_read() -> None:
    assert parse_ports("50000-50199") == (50_000, 50_199)
    for text in ("50000", "a-b", "-5", "1-2-3", "0-5", "50199-50000", "50000-65536"):
        with pytest.raises(ValueError, match="range of UDP ports"):
            parse_ports(text)
