"""Which bit rates an open encoder can serve: it may fall to a third of the rate it was opened at, and never rise above it."""

from __future__ import annotations

from dataclasses import dataclass

HEADROOM = 1.5
LEAST_BITS_A_SECOND = 60_000


@dataclass(frozen=True, slots=True)
class RateBand:
    """Bits a second from `floor` to `ceiling`; the ceiling is what the encoder is opened with."""

    ceiling: int

    @property
    def floor(self) -> int:
        """The least rate that still uses the ceiling's buffer well."""
        return self.ceiling // 3

    def holds(self, rate: int) -> bool:
        """Whether the rate can be set on the open encoder."""
        return self.floor <= rate <= self.ceiling

    @classmethod
    def around(cls, rate: int) -> RateBand:
        """The band to open for a rate, with room above it."""
        return cls(int(max(rate, LEAST_BITS_A_SECOND) * HEADROOM))


def rate_of(bits: int, pictures_a_second: int) -> int:
    """The nominal rate that gives a picture `bits`."""
    return max(bits * pictures_a_second, LEAST_BITS_A_SECOND)
