"""What a recorded motion says: pictures shown a second, freezes, age of the newest picture. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from scripts.benchmark.row import percentile
from scripts.benchmark.setting import NotMeasured

_MOVES = ("wheel", "pointermove")
AGE_STEP_MS = 5.0


@dataclass(frozen=True, slots=True)
class Motion:
    """From the first input that moved to the last one; times in ms of the page's clock.

    `revisions` are the changes of `data-revision`, `ticks` what it said at each display frame, `drawn` (time, revision, input
    sequence, frame information) of each drawing whose words came. A picture without words counts as none.
    """

    first: float
    last: float
    inputs: int
    revisions: list[tuple[float, int]]
    ticks: list[tuple[float, int]]
    drawn: list[tuple[float, dict[str, Any]]]
    wordless: int
    bit_rates: list[float]
    """What the host allowed itself, kbit/s, each 300 ms."""
    covered: list[tuple[int, float]]
    """(sequence of a packet, time of the newest input when it left), ascending."""

    @property
    def seconds(self) -> float:
        """How long it moved."""
        return (self.last - self.first) / 1000

    @property
    def input_rate(self) -> float:
        """Input events a second as the page saw them."""
        return (self.inputs - 1) / self.seconds

    @property
    def frame_rate(self) -> float:
        """Display frames a second while it moved, 0 where they were not watched."""
        return len(self.ticks) / self.seconds

    def drawn_rate(self) -> float:
        """Different pictures a second, counted at the drawing."""
        return len({info["revision"] for _, info in self.drawn}) / self.seconds

    def shown_rate(self) -> float:
        """Different pictures a second, counted at display frames: two drawn within one frame count once."""
        return len({revision for _, revision in self.ticks}) / self.seconds

    def attribute_rate(self) -> float:
        """Different values of data-revision a second."""
        return len({revision for _, revision in self.revisions}) / self.seconds

    def pictures(self) -> int:
        """How many were drawn, refinements of a picture included."""
        return len(self.drawn) + self.wordless

    def longest_freeze(self) -> float:
        """The longest time in ms in which no new picture came although the hand moved."""
        times, newest = [self.first], -1
        for t, info in self.drawn:
            if info["revision"] > newest:
                newest = info["revision"]
                times.append(t)
        times.append(self.last)
        return max(later - earlier for earlier, later in pairwise(times))

    def ages(self) -> list[float]:
        """Every 5 ms: how long ago the newest input was made that the picture on the glass knows, in ms."""
        sequences = [sequence for sequence, _ in self.covered]
        knows: list[tuple[float, float]] = []
        newest = self.first
        for t, info in self.drawn:
            at = bisect_right(sequences, info["input_sequence"]) - 1
            if at >= 0:
                newest = max(newest, self.covered[at][1])
            knows.append((t, newest))
        ages, at, known = [], 0, self.first
        for step in range(int((self.last - self.first) / AGE_STEP_MS)):
            t = self.first + step * AGE_STEP_MS
            while at < len(knows) and knows[at][0] <= t:
                known = knows[at][1]
                at += 1
            ages.append(t - known)
        return ages

    def age_p95(self) -> float:
        """The p95 of the ages."""
        return percentile(self.ages(), 0.95)

    def mean(self, field: str) -> float:
        """The mean of a number of the frames' information."""
        values = [float(info[field]) for _, info in self.drawn]
        return sum(values) / len(values)


def motion_of(taken: dict[str, Any]) -> Motion:
    """The motion in a recording.

    Raises:
        NotMeasured: there is none, or no picture of it.
    """
    moves = [event["t"] for event in taken["inputs"] if event["type"] in _MOVES]
    if len(moves) < 2:
        raise NotMeasured("the page saw no motion")
    first, last = moves[0], moves[-1]
    draws = [draw for draw in taken["draws"] if first <= draw["t"] <= last]
    drawn = [(draw["t"], draw["info"]) for draw in draws if draw["info"]]
    if not drawn:
        raise NotMeasured("no picture came while the hand moved")
    return Motion(
        first=first,
        last=last,
        inputs=len(moves),
        revisions=[(r["t"], r["revision"]) for r in taken["revisions"] if first <= r["t"] <= last],
        ticks=[(r["t"], r["revision"]) for r in taken["ticks"] if first <= r["t"] <= last],
        drawn=drawn,
        wordless=len(draws) - len(drawn),
        bit_rates=[beat["bit_rate"] / 1000 for beat in taken["beats"] if first <= beat["t"] <= last],
        covered=[(packet["sequence"], packet["input"]) for packet in taken["sent"]],
    )
