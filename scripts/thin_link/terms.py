"""What a link is asked to be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkTerms:
    """Both directions; `down` is from the server to the client. A rate of 0 is unlimited.

    `rtt_ms` is shared by the directions, half each. `loss` is the chance of each packet in each direction, 0..1.
    `queue_ms` is the longest wait for one's turn; a packet that would wait longer is dropped, as a router with a full
    buffer does. `cut` lets nothing pass; without `udp` only UDP does not, as behind many a firewall,
    without `tcp` only TCP.
    """

    down_kbit: float = 0.0
    up_kbit: float = 0.0
    rtt_ms: float = 0.0
    loss: float = 0.0
    queue_ms: float = 300.0
    cut: bool = False
    udp: bool = True
    tcp: bool = True

    def __post_init__(self) -> None:
        for name in ("down_kbit", "up_kbit", "rtt_ms", "queue_ms"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more, not {getattr(self, name)}")
        if not 0 <= self.loss <= 1:
            raise ValueError(f"loss is a share between 0 and 1, not {self.loss}")
