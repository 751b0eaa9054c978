"""How coarse a volume is drawn while it moves: as fine as the time for one picture allows."""

from __future__ import annotations

LONG_SECONDS, SHORT_SECONDS = 0.07, 0.03
FINEST, COARSEST = 1.5, 8.0
_STEP = 1.35


class MovingSampling:
    """Pixels between rays in each direction; adjusted to how long the last moving picture took."""

    def __init__(self) -> None:
        self.between_rays = 4.0

    def took(self, seconds: float) -> None:
        """A moving picture was drawn in so many seconds."""
        if seconds > LONG_SECONDS:
            self.between_rays = min(self.between_rays * _STEP, COARSEST)
        elif seconds < SHORT_SECONDS:
            self.between_rays = max(self.between_rays / _STEP, FINEST)
