"""Which of the pictures drawn count: presented, of a new revision caused by new input, and good enough. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scripts.benchmark.motion import Motion
from scripts.benchmark.setting import NotMeasured

Drawn = tuple[float, dict[str, Any]]
"""When it was drawn, ms, and what the host said of it."""


def presented(drawn: Sequence[Drawn], ticks: Sequence[float]) -> list[Drawn]:
    """Without those over which another one was drawn before the next display frame began: no eye saw them."""
    kept: list[Drawn] = []
    for drawing in drawn:
        if kept and _frame(ticks, kept[-1][0]) == _frame(ticks, drawing[0]):
            kept.pop()
        kept.append(drawing)
    return kept


def _frame(ticks: Sequence[float], t: float) -> int:
    return bisect_right(ticks, t)


def counted(drawn: Sequence[Drawn], quality: Mapping[int, float], enough: float) -> list[Drawn]:
    """Of the pictures presented, those of a revision and an input newer than any that counted before, with `enough` dB.

    `quality` has the PSNR by RTP timestamp; a picture that is not in it does not count. A refinement counts where the first
    picture of its revision was not good enough.
    """
    found: list[Drawn] = []
    revision = sequence = -1
    for t, info in drawn:
        is_new = info["revision"] > revision and info["input_sequence"] > sequence
        if is_new and quality.get(info["rtp"], 0.0) >= enough:
            revision, sequence = info["revision"], info["input_sequence"]
            found.append((t, info))
    return found


def counted_motion(motion: Motion, quality: Mapping[int, float], enough: float) -> Motion:
    """The same motion with only the pictures that count.

    Raises:
        NotMeasured: none does.
    """
    ticks = [t for t, _revision in motion.ticks]
    drawn = counted(presented(motion.drawn, ticks), quality, enough)
    if not drawn:
        raise NotMeasured(f"no picture reached {enough:g} dB")
    return replace(motion, drawn=drawn)


def worth_comparing(drawn: Sequence[Drawn]) -> list[int]:
    """RTP timestamps of the pictures that could count: the first of each revision, and its refinements."""
    return [info["rtp"] for _t, info in drawn if not info["flags"] & HEARTBEAT]


HEARTBEAT = 4
