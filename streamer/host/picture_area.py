"""How large a picture may be, whatever a page asks for."""

from __future__ import annotations

MAX_WIDTH = 4096
MAX_HEIGHT = 2304


def picture_size(width: int, height: int) -> tuple[int, int]:
    """The picture that is drawn for a page's picture area: at least 16 px, at most 4096 × 2304."""
    return max(16, min(MAX_WIDTH, width)), max(16, min(MAX_HEIGHT, height))


def pixel_ratio(claimed: float) -> float:
    """The page's device pixels per CSS pixel, within what devices and page zoom have."""
    return max(0.1, min(16.0, claimed))
