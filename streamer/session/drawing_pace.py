"""How large a moving picture may be so that the worker keeps up with the hand. Pure."""

from __future__ import annotations

import statistics
from collections import deque

SCALES = (1.0, 0.75, 0.5)
MOST_SECONDS = 0.075
"""For drawing and coding a picture: above 12 of them a second, whatever their size."""
FIRST_SECONDS = 0.2
"""The first picture of a movement is whole where that takes no longer: it may be the only one, and another scale costs a key."""
FINER_SHARE = 0.8
"""A finer scale must leave some of that time free, so that it is kept."""
REST_SECONDS = 0.3
KEPT, LEAST_KEPT = 5, 3
"""So many pictures are judged by their median: the first one of a view, or one that another process held up, says little."""


class DrawingPace:
    """Learns what a pixel costs, of the pictures that were drawn; coarser when a movement goes on, finer when one begins."""

    def __init__(self) -> None:
        self._costs: deque[float] = deque(maxlen=KEPT)
        self._scale = SCALES[0]
        self._moved_at = -1e9

    def learn(self, seconds: float, pixels: int) -> None:
        """A moving picture of `pixels`, as coded, took so long to draw and to code."""
        self._costs.append(seconds / max(pixels, 1))

    def scale(self, now: float, pixels: int) -> float:
        """The internal scale of the next moving picture of `pixels` at full scale."""
        begins = now - self._moved_at > REST_SECONDS
        self._moved_at = now
        fits = self._fits(pixels, MOST_SECONDS)
        if fits < self._scale:
            self._scale = fits
        elif begins:
            self._scale = max(self._scale, self._fits(pixels, MOST_SECONDS * FINER_SHARE))
        if begins:
            return max(self._scale, self._fits(pixels, FIRST_SECONDS))
        return self._scale

    def _fits(self, pixels: int, seconds: float) -> float:
        if len(self._costs) < LEAST_KEPT:
            return SCALES[0]
        whole = statistics.median(self._costs) * pixels
        return next((scale for scale in SCALES if whole * scale**2 <= seconds), SCALES[-1])
