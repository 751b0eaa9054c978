"""A middle box that forgets what it let pass."""

from __future__ import annotations

from scripts.thin_link.flows import UdpFlows

CLIENT, SERVER, OTHER = 50_000, 40_000, 40_001


def packet(source: int, destination: int, protocol: int = 17) -> bytes:
    header = bytes([0x45, 0, 0, 28, 0, 0, 0x40, 0, 64, protocol, *bytes(10)])
    return header + source.to_bytes(2, "big") + destination.to_bytes(2, "big") + bytes(4)


def test_a_forgotten_flow_passes_no_more_either_way_and_a_new_one_does() -> None:
    flows = UdpFlows()
    there, back = packet(CLIENT, SERVER), packet(SERVER, CLIENT)
    assert flows.passes(there, to_server=True)
    assert flows.passes(back, to_server=False)
    flows.forget()
    assert not flows.passes(there, to_server=True)
    assert not flows.passes(back, to_server=False)
    assert flows.passes(packet(CLIENT, OTHER), to_server=True)
    assert flows.passes(packet(OTHER, CLIENT), to_server=False)
    flows.forget()
    assert not flows.passes(packet(CLIENT, OTHER), to_server=True)


def test_what_is_not_udp_always_passes() -> None:
    flows = UdpFlows()
    tcp = packet(CLIENT, SERVER, protocol=6)
    for _ in range(2):
        assert flows.passes(tcp, to_server=True)
        assert flows.passes(bytes(3), to_server=True)
        flows.forget()
