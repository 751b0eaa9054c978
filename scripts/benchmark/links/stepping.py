"""One notch of the wheel on a settled picture, again and again: until the first picture that counts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.benchmark.hand import wheel
from scripts.benchmark.links.case import Case
from scripts.benchmark.links.counted import Drawn, worth_comparing
from scripts.benchmark.links.kept import Kept, keep_pictures, kept_pictures
from scripts.benchmark.reader_page import ReaderPage
from scripts.benchmark.row import Row, of_samples
from scripts.benchmark.setting import NotMeasured

STEPS, QUICK_STEPS, WARM_STEPS = 30, 6, 1
RUN = 20
"""After so many steps the wheel turns round."""
PAUSE_SECONDS = 0.4
SETTLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Step:
    """When the wheel turned, the pictures drawn since that know of it, and when it was settled; ms of the page's clock."""

    rolled: float
    drawn: tuple[Drawn, ...]
    settled: float

    def until(self, quality: Mapping[int, float], enough: float) -> float:
        """Milliseconds until the first picture of at least `enough` dB; where none was, until the picture had settled."""
        good = (t for t, info in self.drawn if quality.get(info["rtp"], 0.0) >= enough)
        return next(good, self.settled) - self.rolled

    def first(self) -> float:
        """Milliseconds until the first picture of any quality."""
        return self.drawn[0][0] - self.rolled


@dataclass(frozen=True, slots=True)
class Steps:
    """All of them, and the pictures kept."""

    steps: tuple[Step, ...]
    kept: list[Kept]


async def take_steps(reader: ReaderPage, count: int) -> Steps:
    """Turns the wheel and waits until it rests."""
    left, top, width, height = await reader.place(await reader.viewport(1))
    middle = (left + width / 2, top + height / 2)
    chance = random.Random(1)
    steps: list[Step] = []
    kept: list[Kept] = []
    for n in range(WARM_STEPS + count):
        await reader.settle(seconds=SETTLE_SECONDS)
        await asyncio.sleep(chance.random() * PAUSE_SECONDS)
        await reader.probe("clear")
        await keep_pictures(reader)
        since = await reader.probe("now")
        await wheel(reader.cdp, middle, -1 if n // RUN % 2 else 1)
        await reader.settle(since, SETTLE_SECONDS)
        settled = await reader.probe("now")
        step = step_of(await reader.probe("take"), settled)
        pictures = await kept_pictures(reader, worth_comparing(step.drawn))
        if n >= WARM_STEPS:
            steps.append(step)
            kept += pictures
    return Steps(tuple(steps), kept)


def step_of(taken: dict[str, Any], settled: float) -> Step:
    """The step in a recording.

    Raises:
        NotMeasured: the wheel was not seen or not told, or no picture followed.
    """
    rolled = next((event["t"] for event in taken["inputs"] if event["type"] == "wheel"), None)
    packet = next((packet for packet in taken["sent"] if packet["input"] == rolled), None)
    if rolled is None or packet is None:
        raise NotMeasured("the page did not see or did not tell a wheel step")
    drawn = tuple(
        (draw["t"], draw["info"])
        for draw in taken["draws"]
        if draw["info"] and draw["info"]["input_sequence"] >= packet["sequence"]
    )
    if not drawn:
        raise NotMeasured("a wheel step brought no new picture")
    return Step(rolled, drawn, settled)


def step_rows(case: Case, name: str, steps: Steps, quality: Mapping[int, float]) -> list[Row]:
    """Until the picture counts; the first picture of any quality stands in the note."""
    times = [step.until(quality, case.psnr) for step in steps.steps]
    return [
        of_samples(
            f"{name}: step → picture of {case.psnr:g} dB", "ms", times, case.step, _note(steps.steps, quality)
        )
    ]


def _note(steps: Sequence[Step], quality: Mapping[int, float]) -> str:
    any_quality = of_samples("", "ms", [step.first() for step in steps])
    first = of_samples("", "dB", [quality.get(step.drawn[0][1]["rtp"], 0.0) for step in steps])
    sizes = [step.drawn[0][1]["size"] / 1000 for step in steps]
    scales = sorted({step.drawn[0][1]["scale"] for step in steps})
    return (
        f"the first picture of any quality after {any_quality.p50:.0f} ms p50, {any_quality.p95:.0f} ms p95, with "
        f"{first.p50:.1f} dB p50, {sum(sizes) / len(sizes):.1f} kB, scale {' '.join(f'{s:g}' for s in scales)}; "
        f"drawing {_mean(steps, 'draw_ms'):.0f} ms, coding {_mean(steps, 'encode_ms'):.0f} ms"
    )


def _mean(steps: Sequence[Step], field: str) -> float:
    return sum(float(step.drawn[0][1][field]) for step in steps) / len(steps)
