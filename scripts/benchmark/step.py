"""One wheel step on a settled picture: how long until the picture that knows it is on the canvas."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from scripts.benchmark.farview import running
from scripts.benchmark.hand import wheel
from scripts.benchmark.reader_page import PICTURE, ReaderPage, reader_page
from scripts.benchmark.row import Bar, Row, of_samples, of_value
from scripts.benchmark.setting import CHEST, NotMeasured, Setting
from scripts.benchmark.usage import loaded
from streamer.viewer.state import INTERPOLATIONS

STEPS, QUICK_STEPS, WARM_STEPS = 120, 15, 5
RUN = 40
"""After so many steps the wheel turns round."""
HEARTBEAT_SECONDS = 0.4
INTERPOLATION_KEY = "k"
BARS = (Bar("p50", "≤", 45), Bar("p95", "≤", 90))


async def step(setting: Setting) -> list[Row]:
    """The step itself, seen in two ways, and where its time goes; interpolation as a study opens."""
    return await _measured(setting, "step", "linear")


async def step_cubic(setting: Setting) -> list[Row]:
    """The same with cubic interpolation, which a reader may choose."""
    return await _measured(setting, "step, cubic", "cubic")


async def _measured(setting: Setting, name: str, interpolation: str) -> list[Row]:
    folder = name.replace(", ", "-")
    async with running(setting.folder(folder), [setting.data / CHEST]) as farview, reader_page() as reader:
        await reader.sign_in(farview.url, studies=1)
        (study, *_others) = await reader.studies("CT")
        await reader.open(study)
        await reader.until("shownComplete", 0, "the whole series", 120)
        await loaded(farview)
        await reader.make_picture()
        await _interpolate(reader, interpolation)
        return await settled_steps(reader, name, quick=setting.quick)


async def settled_steps(reader: ReaderPage, name: str, *, quick: bool) -> list[Row]:
    """The rows `name` of steps through the stack that is open, which must lie whole in the cache."""
    before = await reader.probe("inbound")
    samples = await _steps(reader, QUICK_STEPS if quick else STEPS)
    after = await reader.probe("inbound")
    decoded = after["framesDecoded"] - before["framesDecoded"]
    decode = 1000 * (after["totalDecodeTime"] - before["totalDecodeTime"]) / max(1, decoded)
    return _rows(name, samples, decode, decoded)


async def _interpolate(reader: ReaderPage, wanted: str) -> None:
    """Chooses an interpolation by its key, which goes round all of them."""
    for _ in INTERPOLATIONS:
        if (await reader.probe("state"))["interpolation"] == wanted:
            await reader.settle()
            return
        since = await reader.probe("now")
        await reader.page.keyboard.press(INTERPOLATION_KEY)
        await reader.settle(since)
    raise NotMeasured(f"the stack is not drawn {wanted}")


async def _steps(reader: ReaderPage, count: int) -> list[dict[str, float]]:
    box = await reader.page.locator("canvas[data-picture]").bounding_box()
    assert box is not None
    middle = (box["x"] + PICTURE[0] / 2, box["y"] + PICTURE[1] / 2)
    chance = random.Random(1)
    samples = []
    for n in range(WARM_STEPS + count):
        await reader.settle()
        # The host repeats a resting picture at an even pace: a step may come at any moment between two of them.
        await asyncio.sleep(chance.random() * HEARTBEAT_SECONDS)
        await reader.probe("clear")
        since = await reader.probe("now")
        await wheel(reader.cdp, middle, -1 if n // RUN % 2 else 1)
        await reader.settle(since)
        sample = _sample(await reader.probe("take"))
        if n >= WARM_STEPS:
            samples.append(sample)
    return samples


def _sample(taken: dict[str, Any]) -> dict[str, float]:
    """One step, in ms.

    Raises:
        NotMeasured: no picture followed.
    """
    rolled = next((event["t"] for event in taken["inputs"] if event["type"] == "wheel"), None)
    packet = next((packet for packet in taken["sent"] if packet["input"] == rolled), None)
    if rolled is None or packet is None:
        raise NotMeasured("the page did not see or did not tell a wheel step")
    drawn = next(
        (d for d in taken["draws"] if d["info"] and d["info"]["input_sequence"] >= packet["sequence"]), None
    )
    changed = next((change["t"] for change in taken["revisions"] if change["t"] > rolled), None)
    if drawn is None or changed is None:
        raise NotMeasured("a wheel step brought no new picture")
    info = drawn["info"]
    told = info["heard"] - rolled
    return {
        "whole": drawn["t"] - rolled,
        "attribute": changed - rolled,
        "page": packet["t"] - rolled,
        "draw": info["draw_ms"],
        "encode": info["encode_ms"],
        "way": told - (packet["t"] - rolled) - info["draw_ms"] - info["encode_ms"],
        "show": drawn["t"] - rolled - told,
        "bytes": info["size"] / 1000,
    }


def _rows(of: str, samples: list[dict[str, float]], decode: float, decoded: int) -> list[Row]:
    def row(name: str, field: str, bars: tuple[Bar, ...] = (), note: str = "", unit: str = "ms") -> Row:
        return of_samples(name, unit, [sample[field] for sample in samples], bars, note)

    seen = "the same, seen by an observer of data-revision"
    return [
        row(
            f"{of}: wheel → canvas", "whole", BARS, "from event.timeStamp to the drawing, picture 1280 × 800"
        ),
        row(f"{of}: wheel → data-revision", "attribute", (), seen),
        row(f"{of}: page, event to packet", "page"),
        row(f"{of}: draw", "draw", (), "as the worker says"),
        row(f"{of}: encode", "encode", (), "as the worker says"),
        row(f"{of}: network and queues", "way", (), "packet sent to description heard, less draw and encode"),
        row(
            f"{of}: decode and present",
            "show",
            (),
            "description heard to picture drawn; 0 where the picture was first",
        ),
        of_value(f"{of}: decode alone", "ms", decode, (), "the browser's mean over all pictures", n=decoded),
        row(f"{of}: size of the picture", "bytes", (), "", "kB"),
    ]
