"""Where troubles happen: the link, Farview's processes, and what it stands on, as far as this machine lets that be troubled."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from scripts.benchmark.farview import Farview
from scripts.soaking.disks import Share, SmallDisk
from scripts.soaking.front import Proxy
from scripts.soaking.shifted_clock import ShiftedClock
from scripts.thin_link import Link


@dataclass(frozen=True, slots=True)
class Ground:
    """What Farview stands on; None is what can't be had here, or was not asked for."""

    shares: tuple[Share, ...] = ()
    cache: SmallDisk | None = None
    state: SmallDisk | None = None
    clock: ShiftedClock | None = None
    proxy: Proxy | None = None

    @property
    def parts(self) -> frozenset[str]:
        """The names of what is there."""
        there = {
            "share": self.shares, "cache disk": self.cache, "state disk": self.state, "clock": self.clock,
            "proxy": self.proxy,
        }  # fmt: skip
        return frozenset(name for name, part in there.items() if part)


@dataclass(frozen=True, slots=True)
class Place:
    """Where troubles happen."""

    link: Link
    farview: Farview
    chance: Random
    ground: Ground = field(default_factory=Ground)
