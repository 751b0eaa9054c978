"""The page's own clock from hand to glass, beside a marker in the pixels that is read apart from it.

The button is held and the pointer moved once at a time, so far that tissue in the middle of the picture turns black, and back:
one input, one picture, and no doubt about which.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.benchmark.links.case import Case
from scripts.benchmark.reader_page import ReaderPage
from scripts.benchmark.row import Bar, Row, of_value, percentile
from scripts.benchmark.setting import NotMeasured

MEDIAN_OF = 61
"""The page takes its median of so many."""
MOVES = MEDIAN_OF + 1
"""An even number: the window ends where it began."""
PIXELS = 200.0
SQUARE = 16
BRIGHT, DARK = 90.0, 30.0
SEEN_WITHIN_SECONDS = 3.0
PAUSE_SECONDS = 0.15
MOST_APART_MS = 10.0


@dataclass(frozen=True, slots=True)
class Photons:
    """Medians over the same inputs, ms: as the page says, and as the marker says."""

    page: float
    marker: float


async def photons(reader: ReaderPage) -> Photons:
    """Moves with the tool that drags the window.

    Raises:
        NotMeasured: the marker does not turn, or the page says nothing.
    """
    left, top, width, height = await reader.place(await reader.viewport(1))
    x, y = left + width / 2, top + height / 2
    rect = (await reader.viewport(1))["rect"]
    square = {"x": rect[0] + rect[2] // 2 + 40, "y": rect[1] + rect[3] // 2, "size": SQUARE}
    await reader.page.mouse.move(x, y)
    await reader.page.mouse.down()
    await reader.settle()
    if await reader.probe("brightness", square) < BRIGHT:
        raise NotMeasured("there is no tissue in the middle of the picture to mark by")
    await reader.probe("clear")
    await reader.probe("watchMarker", square)
    for n in range(MOVES):
        await reader.page.mouse.move(x, y + (PIXELS if n % 2 == 0 else 0))
        await _seen(reader, square, dark=n % 2 == 0)
        await asyncio.sleep(PAUSE_SECONDS)
    await reader.page.mouse.up()
    turns = await reader.probe("markerTurns")
    taken = await reader.probe("take")
    said = await reader.page.locator("fv-viewer").get_attribute("data-latency")
    if said is None:
        raise NotMeasured("the page says no latency")
    moves = [event["t"] for event in taken["inputs"] if event["type"] == "pointermove"]
    return Photons(float(said), percentile(latencies(moves, turns)[-MEDIAN_OF:], 0.5))


async def _seen(reader: ReaderPage, square: dict[str, int], *, dark: bool) -> None:
    for _ in range(round(SEEN_WITHIN_SECONDS / 0.02)):
        brightness = await reader.probe("brightness", square)
        if brightness < DARK if dark else brightness > BRIGHT:
            return
        await asyncio.sleep(0.02)
    raise NotMeasured("the marker in the picture did not turn")


def latencies(moves: Sequence[float], turns: Sequence[float]) -> list[float]:
    """From each input to the first turn after it; inputs after which none came before the next input are left out.

    Raises:
        NotMeasured: no input has a turn of its own.
    """
    found = []
    for n, moved in enumerate(moves):
        at = bisect_right(turns, moved)
        following = moves[n + 1] if n + 1 < len(moves) else float("inf")
        if at < len(turns) and turns[at] < following:
            found.append(turns[at] - moved)
    if not found:
        raise NotMeasured("no input turned the marker")
    return found


def photon_rows(case: Case, found: Photons) -> list[Row]:
    """How far the two are apart."""
    return [
        of_value(
            f"{case.name}: the page's hand → glass beside a marker in the pixels", "ms apart", abs(found.page - found.marker),
            (Bar("p50", "≤", MOST_APART_MS),),
            f"medians of the same {MEDIAN_OF} inputs: the page says {found.page:.1f}, the marker {found.marker:.1f}",
        )
    ]  # fmt: skip
