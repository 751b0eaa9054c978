"""The host's ICE candidates: bound within a range of ports, shown under an announced address (RFC 8445, 5.1)."""

from __future__ import annotations

import ipaddress
import random
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class IcePolicy:
    """How a host can be reached.

    `ports` is the first and last UDP port to bind (None = any). `announce` replaces the addresses of its own family in
    the host candidates (a one-to-one NAT). `loopback` adds 127.0.0.1; it is also used where there is no other address.
    """

    ports: tuple[int, int] | None = None
    announce: str = ""
    loopback: bool = False

    def __post_init__(self) -> None:
        if self.ports is not None and not 1024 <= self.ports[0] <= self.ports[1] <= 65535:
            raise ValueError("UDP ports must be given as FIRST-LAST, from 1024 to 65535.")
        if self.announce:
            try:
                ipaddress.ip_address(self.announce)
            except ValueError:
                raise ValueError(
                    f"{self.announce!r} is not an IP address; --announce takes one, not a name."
                ) from None

    def addresses(self, found: list[str]) -> list[str]:
        """The addresses to bind, of those `found` on the machine."""
        return found + [LOOPBACK] * (LOOPBACK not in found and (self.loopback or not found))

    def ports_to_try(self) -> list[int]:
        """Ports in the order in which they are tried; 0 = the system chooses."""
        if self.ports is None:
            return [0]
        ports = list(range(self.ports[0], self.ports[1] + 1))
        start = random.randrange(len(ports))
        return ports[start:] + ports[:start]

    def shown(self, address: str) -> str:
        """The address that is told to the page for one that is bound here."""
        if not self.announce or address == LOOPBACK:
            return address
        same_family = ipaddress.ip_address(self.announce).version == ipaddress.ip_address(address).version
        return self.announce if same_family else address


def parse_ports(text: str) -> tuple[int, int]:
    """Reads "FIRST-LAST".

    Raises:
        ValueError: not two ports, the lower one first.
    """
    first, _, last = text.partition("-")
    numbers = first.strip().isdecimal() and last.strip().isdecimal()
    if not numbers or not 0 < int(first) <= int(last) <= 65_535:
        raise ValueError(f"{text!r} is not a range of UDP ports; give FIRST-LAST, such as 50000-50199.")
    return int(first), int(last)
