"""Continuous motion over a link: what was drawn, what went over it, and the rows that come of it."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.benchmark.hand import Path, drag, roll
from scripts.benchmark.links.case import LINK_QUEUE_MS, PSNR_ENOUGH, SHARE_USED, Case
from scripts.benchmark.links.counted import Drawn, counted, counted_motion, worth_comparing
from scripts.benchmark.links.kept import Kept, keep_pictures, kept_pictures
from scripts.benchmark.links.stage import Stage
from scripts.benchmark.motion import Motion, motion_of
from scripts.benchmark.reader_page import ReaderPage
from scripts.benchmark.row import Bar, Row, not_made, of_samples, of_value, percentile
from scripts.benchmark.setting import NotMeasured
from scripts.thin_link import LinkMeasures

SECONDS, QUICK_SECONDS = 20.0, 5.0
WHEEL_RATE, DRAG_RATE = 20.0, 60.0
TURN = 60
"""The wheel goes so many images down and then back."""
LOOP = 240
"""Events until the dragged window is where it was."""
REACH = 40.0
"""CSS pixels that the drag goes to each side."""
SETTLE_SECONDS = 40.0
Act = Callable[[ReaderPage, float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Moved:
    """A motion: the recording of it and of what came after it, what went over the link meanwhile, the pictures kept."""

    seconds: float
    taken: dict[str, Any]
    measures: LinkMeasures
    asked: dict[str, int]
    kept: list[Kept]
    missed: int

    def motion(self) -> Motion:
        """From its first to its last input, with everything drawn."""
        return motion_of(self.taken)


async def roll_wheel(reader: ReaderPage, seconds: float) -> None:
    """20 steps a second through 60 images and back."""
    left, top, width, height = await reader.place(await reader.viewport(1))
    middle = (left + width / 2, top + height / 2)
    count = round(WHEEL_RATE * seconds)
    await roll(reader.cdp, middle, lambda n: -1 if n // TURN % 2 else 1, count, WHEEL_RATE)


async def drag_window(reader: ReaderPage, seconds: float) -> None:
    """60 events a second: width and centre of the window go round about those it had."""
    left, top, width, height = await reader.place(await reader.viewport(1))
    await drag(reader.cdp, eight(left + width / 2, top + height / 2), round(DRAG_RATE * seconds), DRAG_RATE)


def eight(x: float, y: float) -> Path:
    """A lying eight through a point, once every LOOP events: each event is elsewhere, and the same places come again."""

    def at(n: int) -> tuple[float, float]:
        angle = 2 * math.pi * (n % LOOP) / LOOP
        return x + REACH * math.sin(angle), y + REACH * math.sin(2 * angle)

    return at


async def move(stage: Stage, reader: ReaderPage, act: Act, seconds: float, every: int = 1) -> Moved:
    """Moves from rest to rest."""
    await reader.settle(seconds=SETTLE_SECONDS)
    await reader.probe("clear")
    await reader.probe("tick", True)
    await keep_pictures(reader, every)
    before = await reader.probe("inbound")
    stage.link.measures(forget=True)
    started = time.monotonic()
    await act(reader, seconds)
    elapsed = time.monotonic() - started
    measures = stage.link.measures()
    await reader.settle(await reader.probe("newestInput"), SETTLE_SECONDS)
    after = await reader.probe("inbound")
    await reader.probe("tick", False)
    missed = (await reader.probe("keeping"))["missed"]
    taken = await reader.probe("take")
    drawn = [(draw["t"], draw["info"]) for draw in taken["draws"] if draw["info"]]
    kept = await kept_pictures(reader, worth_comparing(drawn))
    asked = {key: after[key] - before[key] for key in ("nackCount", "pliCount", "freezeCount")}
    return Moved(elapsed, taken, measures, asked, kept, missed)


def last_step(taken: dict[str, Any], quality: Mapping[int, float], enough: float) -> float:
    """Milliseconds from the last input to the first picture that knows it and is good enough.

    Raises:
        NotMeasured: none followed.
    """
    moves = [event["t"] for event in taken["inputs"] if event["type"] in ("wheel", "pointermove")]
    packet = next((packet for packet in taken["sent"] if packet["input"] >= moves[-1]), None)
    if packet is None:
        raise NotMeasured("the last input was not told")
    for draw in taken["draws"]:
        info = draw["info"]
        if not info or info["input_sequence"] < packet["sequence"]:
            continue
        if quality.get(info["rtp"], 0.0) >= enough:
            return float(draw["t"] - moves[-1])
    raise NotMeasured(f"no picture of the last input reached {enough:g} dB")


def motion_rows(
    case: Case, name: str, moved: Moved, quality: Mapping[int, float], rate: float, stops: list[float]
) -> list[Row]:
    """The rows of one kind of motion; `rate` is the bar of pictures a second, `stops` from the last input to its picture."""
    whole = moved.motion()
    rows = []
    try:
        motion = counted_motion(whole, quality, case.psnr)
    except NotMeasured as reason:
        return [
            not_made(f"{name}, pictures that count", str(reason), unit="1/s", bars=(Bar("p50", "≥", rate),))
        ]
    rows += [
        of_value(
            f"{name}, pictures that count", "1/s", motion.drawn_rate(), (Bar("p50", "≥", rate),),
            f"{_drawn_note(whole, moved)}; at {whole.input_rate:.0f} events/s and {whole.frame_rate:.0f} display frames/s",
        ),
        of_samples(f"{name}, age of the newest picture", "ms", motion.ages(), (Bar("p95", "≤", case.age),)),
        of_value(
            f"{name}, longest freeze", "ms", motion.longest_freeze(), (Bar("p50", "≤", case.freeze),),
            f"{moved.asked['nackCount']} packets asked for again, {moved.asked['pliCount']} key frames asked for",
        ),
        of_samples(f"{name}, last input → its picture", "ms", stops, (Bar("p95", "≤", case.age),)),
        of_value(
            f"{name}, wait in the link's queue, p95", "ms", moved.measures.down.wait_p95,
            (Bar("p50", "≤", LINK_QUEUE_MS),), _link_note(moved),
        ),
        *_quality_rows(case, name, moved, whole, quality),
    ]  # fmt: skip
    return rows


def _quality_rows(
    case: Case, name: str, moved: Moved, whole: Motion, quality: Mapping[int, float]
) -> list[Row]:
    first = _first_of_each(whole.drawn)
    found = [quality[info["rtp"]] for _t, info in first if info["rtp"] in quality]
    p05, p50 = percentile(found, 0.05), percentile(found, 0.5)
    share = moved.measures.down.bytes * 8 / (1000 * moved.seconds * case.down_kbit)
    # Either the line is used, or there is nothing to be gained by using it.
    enough = p50 >= PSNR_ENOUGH
    return [
        of_value(
            f"{name}, PSNR of moving pictures, p50", "dB", p50, (Bar("p50", "≥", PSNR_ENOUGH),) if enough else (),
            f"p5 {p05:.1f}; {len(found)} pictures compared, each with the worker's own of its revision", n=len(found),
        ),
        of_value(
            f"{name}, share of the line used", "%", 100 * share, () if enough else (Bar("p50", "≥", 100 * SHARE_USED),)
        ),
    ]  # fmt: skip


def _first_of_each(drawn: list[Drawn]) -> list[Drawn]:
    return counted(drawn, {info["rtp"]: 0.0 for _t, info in drawn}, 0.0)


def _drawn_note(whole: Motion, moved: Moved) -> str:
    note = (
        f"drawn {whole.drawn_rate():.1f}/s of {whole.mean('size') / 1000:.1f} kB and scale {whole.mean('scale'):.2f}; "
        f"drawing {whole.mean('draw_ms'):.0f} ms, coding {whole.mean('encode_ms'):.0f} ms; {whole.wordless} without words"
    )
    return note + (f"; {moved.missed} not kept for want of room" if moved.missed else "")


def _link_note(moved: Moved) -> str:
    down = moved.measures.down
    return (
        f"p50 {down.wait_p50:.0f}, most {down.wait_max:.0f}; {down.bytes * 8 / 1000 / moved.seconds:.0f} kbit/s sent, "
        f"{down.lost} packets lost by chance, {down.overrun} by a full queue; the link itself was late by "
        f"{moved.measures.late_p95:.1f} ms at p95"
    )
