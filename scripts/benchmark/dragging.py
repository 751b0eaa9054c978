"""Continuous motion by drag, 60 events a second: pictures shown, what they cost; then rest, and what that costs."""

from __future__ import annotations

import asyncio

from scripts.benchmark.farview import Farview, running
from scripts.benchmark.hand import Path, circle, drag, up_and_down
from scripts.benchmark.motion import Motion, motion_of
from scripts.benchmark.reader_page import ReaderPage, reader_page
from scripts.benchmark.row import Bar, Row, not_made, of_value
from scripts.benchmark.setting import CHEST, NotMeasured, Setting
from scripts.benchmark.usage import cpu_time, loaded, memory

RATE = 60.0
SECONDS, QUICK_SECONDS = 10.0, 3.0
REST_SECONDS, QUICK_REST_SECONDS = 20.0, 5.0
MARGIN = 20.0
QUIET_MS, SILENT_WITHIN_SECONDS = 1500, 15
STACK, PLANE, VOLUME = 1, 2, 3
SLOWEST_VOLUME_SECONDS = 60.0


async def dragging(setting: Setting) -> list[Row]:
    """Stack, three planes, volume; then rest, and memory."""
    rows: list[Row] = []
    async with running(setting.folder("drag"), [setting.data / CHEST]) as farview, reader_page() as reader:
        await reader.sign_in(farview.url, studies=1)
        await reader.open((await reader.studies("CT"))[0])
        await reader.until("complete", 0, "the whole study", 120)
        await loaded(farview)
        await reader.make_picture()
        for name, part in (("stack", _stack), ("3 planes", _planes), ("volume", _volume), ("rest", _rest)):
            try:
                rows += await part(farview, reader, setting.quick)
            except NotMeasured as reason:
                rows.append(not_made(f"drag: {name}", str(reason)))
    return rows


async def _stack(farview: Farview, reader: ReaderPage, quick: bool) -> list[Row]:
    rows = await scroll_stack(farview, reader, "stack scroll", quick)
    return [*rows, *_memory(farview, "stack")]


async def scroll_stack(farview: Farview, reader: ReaderPage, name: str, quick: bool) -> list[Row]:
    """The rows `name` of a drag through the stack that is open, alone in its layout, and back."""
    await reader.press("Shift+Digit1", "layout", "1x1")
    await reader.press("s", "tool", "scroll")
    await reader.first_image()
    record = await reader.viewport(STACK)
    return await _one(farview, reader, name, _scroll(reader, record, await reader.place(record)), quick, 30)


async def _planes(farview: Farview, reader: ReaderPage, quick: bool) -> list[Row]:
    await reader.probe("forgetRecords")
    await reader.press("m", "layout", "mpr")
    record = await reader.viewport(PLANE)
    place = await reader.place(record)
    await reader.press("s", "tool", "scroll")
    await reader.page.keyboard.press("Home")
    await asyncio.sleep(0)
    await reader.settle(await reader.probe("now"))
    rows = await _one(farview, reader, "3 planes, scroll one", _scroll(reader, record, place), quick, 15)
    await reader.press("j", "tool", "crosshair")
    return rows + await _one(farview, reader, "3 planes, cross-hair", circle(*place, 180), quick, 15)


async def _volume(farview: Farview, reader: ReaderPage, quick: bool) -> list[Row]:
    await reader.probe("forgetRecords")
    await reader.press("Shift+M", "layout", "mpr+3d")
    await reader.settle(seconds=SLOWEST_VOLUME_SECONDS)
    place = await reader.place(await reader.viewport(VOLUME))
    await reader.press("v", "tool", "rotate")
    rows = await _one(farview, reader, "volume beside 3 planes", circle(*place, 240), quick, 8)
    await reader.page.mouse.click(place[0] + place[2] / 2, place[1] + place[3] / 2)
    await reader.press("Enter", "maximized", True)
    place = await reader.place(await reader.viewport(VOLUME))
    rows += await _one(farview, reader, "volume alone, 1280 × 800", circle(*place, 240), quick, 8)
    return rows + _memory(farview, "planes and volume")


def _scroll(reader: ReaderPage, record: dict[str, float], place: tuple[float, float, float, float]) -> Path:
    """Down and up through the stack, one image an event, as far as the viewport allows."""
    left, top, width, height = place
    images = int(record["images"])
    # The host gives every image at least 2 pixels of the drag.
    pixels = max(2.0, height / (3.0 * images))
    reach = min(images - 2, int((height - 2 * MARGIN) / pixels))
    return up_and_down(left + width / 2, top + MARGIN, reach, pixels)


async def _one(
    farview: Farview, reader: ReaderPage, name: str, path: Path, quick: bool, bar: float
) -> list[Row]:
    seconds = QUICK_SECONDS if quick else SECONDS
    await reader.settle(seconds=SLOWEST_VOLUME_SECONDS)
    await reader.probe("clear")
    await reader.probe("tick", True)
    before = cpu_time(farview)
    await drag(reader.cdp, path, round(RATE * seconds), RATE)
    used = cpu_time(farview).since(before)
    await reader.probe("tick", False)
    motion = motion_of(await reader.probe("take"))
    await reader.settle(seconds=SLOWEST_VOLUME_SECONDS)
    return _rows(name, motion, used, bar)


def _rows(name: str, motion: Motion, used: dict[str, float], bar: float) -> list[Row]:
    pictures = motion.pictures()
    note = (
        f"at {motion.input_rate:.0f} events/s and {motion.frame_rate:.0f} display frames/s; drawn {motion.drawn_rate():.1f}, "
        f"data-revision {motion.attribute_rate():.1f}; draw {motion.mean('draw_ms'):.1f} ms, "
        f"encode {motion.mean('encode_ms'):.1f} ms, scale {motion.mean('scale'):.2f}"
    )
    rows = [
        of_value(f"drag: {name}, pictures shown", "1/s", motion.shown_rate(), (Bar("p50", "≥", bar),), note),
        of_value(f"drag: {name}, longest freeze", "ms", motion.longest_freeze()),
        of_value(f"drag: {name}, age of the newest picture, p95", "ms", motion.age_p95()),
    ]
    for role in ("worker", "host"):
        each = 1000 * used.get(role, 0.0) / pictures
        rows += [of_value(f"drag: {name}, CPU of the {role}", "ms/picture", each, n=pictures)]
    return rows


async def _rest(farview: Farview, reader: ReaderPage, quick: bool) -> list[Row]:
    seconds = QUICK_REST_SECONDS if quick else REST_SECONDS
    await reader.press("Shift+Digit1", "layout", "1x1")
    # Where it never falls silent, that is what is measured.
    silent = await reader.probe("until", "quiet", QUIET_MS, 1000 * SILENT_WITHIN_SECONDS)
    await reader.probe("clear")
    before = cpu_time(farview)
    await asyncio.sleep(seconds)
    used = cpu_time(farview).since(before)
    drawn = len((await reader.probe("take"))["draws"])
    shares = {role: 100 * value / seconds for role, value in used.items()}
    note = ", ".join(f"{role} {share:.2f}" for role, share in sorted(shares.items()))
    return [
        of_value(
            "rest: CPU of all processes", "% of a core", sum(shares.values()), (Bar("p50", "<", 1),),
            f"over {seconds:g} s with one session open: {note}",
        ),
        of_value(
            "rest: pictures drawn", "pictures", drawn, (Bar("p50", "≤", 0),),
            "" if silent else f"it had not fallen silent within {SILENT_WITHIN_SECONDS} s before",
        ),
    ]  # fmt: skip


def _memory(farview: Farview, when: str) -> list[Row]:
    workers = sorted(memory(farview, "worker"), key=lambda found: found.unique)
    host = memory(farview, "host")
    if not workers or not host:
        return [not_made(f"memory: {when}", "no worker or host process was found")]
    return [
        of_value(
            f"memory: worker of the session, {when}", "MB", workers[-1].unique, (),
            f"unique (USS); resident with shared pages {workers[-1].resident:.0f}; spare workers beside it: {len(workers) - 1}",
        ),
        of_value(f"memory: host, {when}", "MB", host[0].resident, (), f"resident (RSS); unique {host[0].unique:.0f}"),
    ]  # fmt: skip
