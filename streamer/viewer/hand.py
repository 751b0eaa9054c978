"""The reader's hand on the picture, and a gesture it makes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from streamer.viewer.marks import Marks
from streamer.viewer.state import ViewState

SHIFT, CTRL, ALT, META, SPACE = 1, 2, 4, 8, 16
"""Modifier bits, as on the wire."""

MOUSE, TOUCH, PEN, TWO_FINGERS = 0, 1, 2, 3
"""Pointer types, as on the wire."""

LEFT, MIDDLE, RIGHT = 0, 1, 2
"""DOM MouseEvent.button."""

CLICK = 4.0
"""A hand that ends less than this many CSS pixels from where it began has clicked."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Where the hand is, in picture pixels (for two fingers their centroid), and what it holds.

    `buttons` as DOM MouseEvent.buttons; `scale` is the pinch factor since the gesture began; `points` are the coalesced
    positions since the last packet, oldest first.
    """

    x: float
    y: float
    buttons: int = 0
    modifiers: int = 0
    pointer: int = MOUSE
    scale: float = 1.0
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Gesture:
    """A gesture under way: which tool works on which viewport, and everything as it was when it began.

    `seen` is the state on the glass at pointer-down: what the hand pointed at. `mark` is the id of the mark drawn or edited,
    `handle` which of its points, `grip` how far from it (picture pixels) the hand took hold; -1 draws a new mark.
    """

    tool: str
    viewport: int
    start: Hand
    state0: ViewState
    marks0: Marks
    seen: ViewState
    mark: str = ""
    handle: int = -1
    grip: tuple[float, float] = (0.0, 0.0)


def clicked(gesture: Gesture, hand: Hand, device_pixel_ratio: float) -> bool:
    """Whether the hand is (again) where it began."""
    distance = math.hypot(hand.x - gesture.start.x, hand.y - gesture.start.y)
    return distance < CLICK * device_pixel_ratio and hand.pointer != TWO_FINGERS
