"""What an eye saw: when the picture first changed, when it was the right one, when it was final. Pure."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.benchmark.setting import NotMeasured

NEARER = 0.9
"""The right picture is nearer to the settled one than what was to be seen before, by at least this factor."""
Points = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Seen:
    """Times in ms of the page's clock: of the inputs, and of the changes with the points that they left; what was seen before."""

    inputs: tuple[float, ...]
    before: Points
    changes: tuple[tuple[float, Points], ...]
    frames: int
    settled: bool

    def first_change(self) -> float:
        """From the first input to the first change."""
        return self._after(self.inputs[0])[0][0] - self.inputs[0]

    def right(self, enough: float) -> float:
        """From the last input until the picture is, and stays, the one it settles to, with at least `enough` dB.

        A viewer may show the old image in better quality first: that is no answer, however alike the two are.
        """
        after = self._after(self.inputs[-1])
        final = after[-1][1]
        shown = [points for t, points in self.changes if t <= self.inputs[-1]]
        farthest = min(
            NEARER * _distance(shown[-1] if shown else self.before, final), 255 / 10 ** (enough / 20)
        )
        right = after[-1][0]
        for t, points in reversed(after):
            if _distance(points, final) > farthest:
                break
            right = t
        return right - self.inputs[-1]

    def last_change(self) -> float:
        """From the last input until nothing changes any more."""
        return self._after(self.inputs[-1])[-1][0] - self.inputs[-1]

    def rate(self) -> float:
        """Changes a second from the first to the last input."""
        return len(self._meanwhile()) / ((self.inputs[-1] - self.inputs[0]) / 1000)

    def longest_gap(self) -> float:
        """The longest time without a change from the first to the last input, ms."""
        times = [self.inputs[0], *self._meanwhile(), self.inputs[-1]]
        return max(later - earlier for earlier, later in pairwise(times))

    def _meanwhile(self) -> list[float]:
        return [t for t, _points in self.changes if self.inputs[0] <= t <= self.inputs[-1]]

    def _after(self, moment: float) -> list[tuple[float, Points]]:
        after = [change for change in self.changes if change[0] > moment]
        if not after:
            raise NotMeasured("nothing changed after the input")
        return after


def seen(taken: dict[str, Any], kind: str, *, settled: bool) -> Seen:
    """From what the eye wrote down; `kind` is the type of the inputs that count (pointer moves with a button held).

    Raises:
        NotMeasured: the page saw no such input.
    """
    inputs = [i["t"] for i in taken["inputs"] if i["type"] == kind and (kind == "wheel" or i["buttons"])]
    if not inputs:
        raise NotMeasured(f"the page saw no {kind}")
    changes = tuple((change["t"], _points(change["grey"])) for change in taken["changes"])
    return Seen(tuple(inputs), _points(taken["before"]), changes, taken["frames"], settled)


def _points(text: str) -> Points:
    return np.frombuffer(base64.b64decode(text), np.uint8)


def _distance(one: Points, other: Points) -> float:
    """Root mean square, grey levels."""
    return float(np.sqrt(np.mean((one.astype(np.float64) - other) ** 2)))
