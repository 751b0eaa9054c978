"""A thin link, 1500/500 kbit/s with 120 ms there and back and 1 % loss: does the picture keep moving, and how good is it?"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from scripts.benchmark.dragging import MARGIN, RATE
from scripts.benchmark.farview import Farview, running
from scripts.benchmark.hand import drag, roll, up_and_down
from scripts.benchmark.motion import Motion, motion_of
from scripts.benchmark.reader_page import CHROMIUM, PICTURE, ReaderPage, reader_page
from scripts.benchmark.reference import Grey, psnr, reference_pictures
from scripts.benchmark.row import Bar, Row, not_made, of_samples, of_value
from scripts.benchmark.setting import CHEST, LeftOut, NotMeasured, Setting
from scripts.benchmark.usage import loaded
from scripts.thin_link import Link
from scripts.thin_link.link import LinkUnavailable
from scripts.thin_link.measures import LinkMeasures

DOWN_KBIT, UP_KBIT, RTT_MS, LOSS, QUEUE_MS = 1500, 500, 120, 0.01, 300
SECONDS, QUICK_SECONDS = 20.0, 6.0
QUALITY_SECONDS, QUICK_QUALITY_SECONDS = 12.0, 4.0
GRAB_MS = 500
STEPS_PER_SECOND = 20.0
FREEZE_BAR = (Bar("p50", "≤", 1000),)
AGE_BAR = (Bar("p50", "≤", RTT_MS + 400),)
CLEARLY_THE_SAME_DB = 33.0
"""A picture at rest must be at least so near to the reference, or it is one of something else."""
Act = Callable[[ReaderPage, float], Awaitable[None]]


async def thin(setting: Setting) -> list[Row]:
    """Wheel, then drag; then both again with pictures taken from the canvas, which would disturb the timing."""
    folder = setting.folder("thin")
    root = setting.data / CHEST
    try:
        with Link(down_kbit=DOWN_KBIT, up_kbit=UP_KBIT, rtt_ms=RTT_MS, loss=LOSS, queue_ms=QUEUE_MS) as link:
            return await _behind(link, setting, folder, root)
    except LinkUnavailable as reason:
        raise LeftOut(str(reason)) from None


async def _behind(link: Link, setting: Setting, folder: Any, root: Any) -> list[Row]:
    options = ("--bind", link.server_ip, "--insecure")
    seconds = QUICK_SECONDS if setting.quick else SECONDS
    async with running(
        folder, [root], *options, wrap=lambda command: link.command("server", command)
    ) as farview:
        origin = "http://{0.hostname}:{0.port}".format(urlsplit(farview.url))
        flags = (f"--unsafely-treat-insecure-origin-as-secure={origin}",)
        async with reader_page(program=link.wrapper("client", str(CHROMIUM)), flags=flags) as reader:
            study = await _prepare(farview, reader)
            rows = []
            for name, act in (("wheel", _roll), ("drag", _drag)):
                rows += await _timed(link, reader, name, act, seconds)
            quality = QUICK_QUALITY_SECONDS if setting.quick else QUALITY_SECONDS
            moving = {
                name: await _grabbed(reader, act, quality)
                for name, act in (("wheel", _roll), ("drag", _drag))
            }
            link.set(down_kbit=0, up_kbit=0, rtt_ms=0, loss=0)
            resting = await _resting(reader)
    return rows + await _fidelity(folder, root, study, moving, resting)


async def _prepare(farview: Farview, reader: ReaderPage) -> str:
    """The stack is open, loaded and at its first image; the link is thin from the first byte on."""
    await reader.sign_in(farview.url, studies=1)
    study = (await reader.studies("CT"))[0]
    await reader.open(study)
    await reader.until("shownComplete", 0, "the whole series", 120)
    await loaded(farview)
    await reader.make_picture()
    await reader.press("s", "tool", "scroll")
    await reader.first_image()
    return study


async def _roll(reader: ReaderPage, seconds: float) -> None:
    """20 steps a second, down and up again through half the stack."""
    left, top, width, height = await reader.place(await reader.viewport(1))
    middle = (left + width / 2, top + height / 2)
    await roll(
        reader.cdp,
        middle,
        lambda n: -1 if n // 120 % 2 else 1,
        round(STEPS_PER_SECOND * seconds),
        STEPS_PER_SECOND,
    )


async def _drag(reader: ReaderPage, seconds: float) -> None:
    """One image an event, 60 events a second, down and up again."""
    left, top, width, _height = await reader.place(await reader.viewport(1))
    path = up_and_down(left + width / 2, top + MARGIN, 290, 2.0)
    await drag(reader.cdp, path, round(RATE * seconds), RATE)


async def _timed(link: Link, reader: ReaderPage, name: str, act: Act, seconds: float) -> list[Row]:
    await reader.first_image()
    await reader.probe("clear")
    await reader.probe("tick", True)
    before = await reader.probe("inbound")
    link.measures(forget=True)
    await act(reader, seconds)
    measures = link.measures()
    after = await reader.probe("inbound")
    await reader.probe("tick", False)
    motion = motion_of(await reader.probe("take"))
    await reader.settle(seconds=20)
    lost = {key: after[key] - before[key] for key in ("nackCount", "pliCount", "freezeCount")}
    return _rows(f"link: {name}", motion, measures, lost, seconds)


def _rows(
    name: str, motion: Motion, measures: LinkMeasures, lost: dict[str, int], seconds: float
) -> list[Row]:
    down = measures.down
    link_note = (
        f"p50 {down.wait_p50:.0f}, most {down.wait_max:.0f}; {down.bytes * 8 / 1000 / seconds:.0f} kbit/s sent, "
        f"{down.lost} packets lost by chance, {down.overrun} by a full queue; the link itself was late by "
        f"{measures.late_p95:.1f} ms at p95"
    )
    asked = f"{lost['nackCount']} packets asked for again, {lost['pliCount']} key frames asked for"
    rate = f"scale {motion.mean('scale'):.2f}, {motion.mean('size') / 1000:.1f} kB a picture; "
    rate += f"{motion.wordless} drawn without words"
    rate += f"; the host allowed itself {_range(motion.bit_rates)} kbit/s"
    return [
        of_value(f"{name}, longest freeze", "ms", motion.longest_freeze(), FREEZE_BAR, asked),
        of_value(f"{name}, different pictures shown", "1/s", motion.shown_rate(), (), rate),
        of_value(
            f"{name}, age of the newest picture, p95", "ms", motion.age_p95(), AGE_BAR,
            "since the newest input that the shown picture knows, every 5 ms",
        ),
        of_value(f"{name}, wait in the link's queue, p95", "ms", down.wait_p95, (), link_note),
    ]  # fmt: skip


def _range(values: list[float]) -> str:
    return f"{min(values):.0f} to {max(values):.0f}" if values else "an unknown number of"


async def _grabbed(reader: ReaderPage, act: Act, seconds: float) -> list[dict[str, Any]]:
    """Pictures taken from the canvas while it moves, each with the image that it shows."""
    await reader.first_image()
    await reader.probe("grabEach", GRAB_MS)
    await act(reader, seconds)
    await reader.probe("grabEach", 0)
    return await _grabs(reader)


async def _resting(reader: ReaderPage) -> list[dict[str, Any]]:
    """The first image at rest, on a link without limits."""
    await reader.first_image()
    await reader.probe("grabNow")
    return await _grabs(reader)


async def _grabs(reader: ReaderPage) -> list[dict[str, Any]]:
    found = []
    while (grab := await reader.probe("nextGrab")) is not None:
        if grab["image"] is not None and (grab["width"], grab["height"]) == PICTURE:
            pixels = np.frombuffer(base64.b64decode(grab["grey"]), np.uint8)
            found.append({**grab, "grey": pixels.reshape(grab["height"], grab["width"])})
    return found


async def _fidelity(
    folder: Any, root: Any, study: str, moving: dict[str, list[dict[str, Any]]], resting: list[dict[str, Any]]
) -> list[Row]:
    """PSNR of what was taken from the canvas against the worker's own pictures of the same images and view."""
    try:
        if not resting:
            raise NotMeasured("no picture at rest could be taken from the canvas")
        grabs = [*resting, *moving["wheel"], *moving["drag"]]
        references = await reference_pictures(folder, root, study, [grab["image"] for grab in grabs], PICTURE)
        still = _against(references, resting)
        if min(still) < CLEARLY_THE_SAME_DB:
            raise NotMeasured(f"the reference is of another view: {min(still):.1f} dB to the picture at rest")
    except NotMeasured as reason:
        return [not_made("link: PSNR of moving pictures", str(reason), unit="dB")]
    note = "canvas against the worker's full-resolution picture of the same image"
    rows = [
        of_samples(f"link: {name}, PSNR of moving pictures", "dB", _against(references, taken), (), note)
        for name, taken in moving.items()
    ]
    return [
        *rows,
        of_samples("link: PSNR of the picture at rest", "dB", still, (), "after the link was opened wide"),
    ]


def _against(references: dict[int, Grey], grabs: list[dict[str, Any]]) -> list[float]:
    return [psnr(references[grab["image"]], grab["grey"]) for grab in grabs]
