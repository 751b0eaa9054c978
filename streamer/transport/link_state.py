"""What is known of a link, for those who show it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Mode(enum.Enum):
    """How the rate is found."""

    START = "start"
    """It rises fast: the link has not been full yet."""
    STEADY = "steady"
    COMPETING = "competing"
    """Another flow keeps the link's queue full: a share is held."""
    BLIND = "blind"
    """The page gives no transport-wide feedback: pings and receiver reports are all there is."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link at one moment: rates in bit/s, times in seconds, parts 0..1.

    `capacity` is what it has been shown to carry (0 = not known), `used` the part of `bit_rate` that pictures took lately.
    """

    mode: Mode
    bit_rate: float
    still_bit_rate: float
    capacity: float
    used: float
    queue_delay: float
    loss: float
    round_trip: float
    sent_twice: float
    """Part of the rate that goes into copies."""
