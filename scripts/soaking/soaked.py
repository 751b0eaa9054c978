"""What came of a soak so far, in all its pieces."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from scripts.soaking.growth import Growth, Memories
from scripts.soaking.watch import Found


@dataclass(slots=True)
class Soaked:
    """What was found, by reader; what was done and what befell them; memory.

    `minutes` were asked for, `seconds` were done, in pieces of which `growths` are those before this one and `memories` is of
    this one, which began at `began` seconds. `lacking` are troubles that this machine does not allow.
    """

    minutes: float
    seconds: float = 0.0
    pieces: int = 0
    found: dict[str, Found] = field(default_factory=dict)
    acts: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    memories: Memories = field(default_factory=Memories)
    growths: list[Growth] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    began: float = 0.0

    @property
    def left(self) -> float:
        """Seconds that are still to be done."""
        return max(0.0, self.minutes * 60 - self.seconds)

    @property
    def all_growths(self) -> list[Growth]:
        """Of all pieces."""
        return [*self.growths, *self.memories.grown(self.seconds - self.began)]

    def begin_piece(self) -> None:
        """Another run of Farview begins: its processes' memory starts anew."""
        self.growths = self.all_growths
        self.memories = Memories()
        self.began = self.seconds
        self.pieces += 1
