"""Random views among those that a reader looks at: images about the middle of the stack, windows about the first one. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

MOST_STEPS = 12
REACH_IMAGES, REACH_PIXELS = 60, 60.0


@dataclass(slots=True)
class Wanderer:
    """Where the view is now: images and CSS pixels of window drag away from where it began."""

    chance: Random
    image: int = 0
    window: tuple[float, float] = field(default=(0.0, 0.0))

    def steps(self) -> int:
        """So many notches of the wheel, never none."""
        towards = self.chance.randint(-REACH_IMAGES, REACH_IMAGES) - self.image
        most = self.chance.randint(1, MOST_STEPS)
        steps = max(-most, min(most, towards)) or 1
        self.image += steps
        return steps

    def drag(self) -> tuple[float, float]:
        """So far to the right and down."""
        there = (
            self.chance.uniform(-REACH_PIXELS, REACH_PIXELS),
            self.chance.uniform(-REACH_PIXELS, REACH_PIXELS),
        )
        way = (there[0] - self.window[0], there[1] - self.window[1])
        self.window = there
        return way
