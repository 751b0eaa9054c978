"""From the click on a study to its first picture: on a seat with the series cached, and from a cold disk."""

from __future__ import annotations

from scripts.benchmark.farview import running
from scripts.benchmark.page_cache import drop, plain_copy, resident_share
from scripts.benchmark.reader_page import ReaderPage, reader_page
from scripts.benchmark.row import Bar, Row, not_made, of_samples
from scripts.benchmark.setting import CHEST, NotMeasured, Setting

OPENS, QUICK_OPENS = 24, 4
COLD_OPENS, QUICK_COLD_OPENS = 5, 1
IMAGES, IMAGE_BYTES = 300, 512 * 512 * 2
CACHED_BAR = (Bar("p50", "≤", 300), Bar("p95", "≤", 300))


async def opening(setting: Setting) -> list[Row]:
    """On a seat with the series cached: two studies in turn, whose sessions were kept warm, or not."""
    kept = await _opened(setting, "kept")
    fresh = await _opened(setting, "fresh", "--park-minutes", "0")
    return [
        of_samples(
            "open: click → first picture, cached, session kept", "ms", kept, CACHED_BAR,
            "click to the drawing, two studies in turn, each left shortly before: its renderer still waits",
        ),
        of_samples(
            "open: click → first picture, cached, renderer new", "ms", fresh, CACHED_BAR,
            "the same with --park-minutes 0: a spare renderer takes the study up",
        ),
    ]  # fmt: skip


async def _opened(setting: Setting, name: str, *options: str) -> list[float]:
    count = QUICK_OPENS if setting.quick else OPENS
    folder = setting.folder(name)
    async with running(folder, [setting.data], *options) as farview, reader_page() as reader:
        await reader.sign_in(farview.url, studies=2)
        studies = (await reader.studies("CT"))[:2]
        if len(studies) < 2:
            studies = [*studies, *(await reader.studies("MR"))[:1]]
        if len(studies) < 2:
            raise NotMeasured("the demonstration holds no second study of images to change to")
        for study in studies:
            await _visit(reader, study)
        await reader.open(studies[0])
        await reader.make_picture()
        await reader.back()
        for study in studies:
            await _visit(reader, study)  # each in the picture's new size
        return [await _visit(reader, studies[(n + 1) % 2]) for n in range(count)]


async def _visit(reader: ReaderPage, study: str) -> float:
    milliseconds = await reader.open(study)
    await reader.until("complete", 0, "the whole study", 120)
    await reader.settle()
    await reader.back()
    return milliseconds


async def cold_opening(setting: Setting) -> list[Row]:
    """300 images from a cold disk into an empty cache, beside a plain copy of the same bytes."""
    files = sorted((setting.data / CHEST).glob("*.dcm"))
    if len(files) != IMAGES:
        raise NotMeasured(f"the generated CT has {len(files)} files, not {IMAGES}")
    first: list[float] = []
    whole: list[float] = []
    copies: list[float] = []
    warm = 0.0
    for number in range(QUICK_COLD_OPENS if setting.quick else COLD_OPENS):
        folder = setting.folder(f"cold-{number}")
        drop(files)
        warm = max(warm, resident_share(files))
        copies.append(1000 * plain_copy(files, IMAGE_BYTES, folder / "copy"))
        (folder / "copy").unlink()
        async with running(folder, [setting.data / CHEST]) as farview, reader_page() as reader:
            await reader.sign_in(farview.url, studies=1)
            study = (await reader.studies("CT"))[0]
            drop(files)
            warm = max(warm, resident_share(files))
            first.append(await reader.open(study))
            await reader.until("shownComplete", 0, "the whole series", 120)
            whole.append(await _complete(reader))
    ratios = [a / b for a, b in zip(whole, copies, strict=True)]
    drive = f"{100 * warm:.0f} % of the files' pages were in memory before"
    rows = [
        of_samples("open cold: click → first picture", "ms", first, (), drive),
        of_samples(
            "open cold: click → whole series", "ms", whole, (), "300 × 512 × 512, 157 MB; as the page is told"
        ),
        of_samples("open cold: plain pread + pwrite of the same bytes", "ms", copies, (), "also cold"),
        of_samples("open cold: whole series ÷ plain copy", "×", ratios),
    ]
    if warm > 0.05:
        rows.append(not_made("open cold: coldness", f"this file system keeps pages: {drive}"))
    return rows


async def _complete(reader: ReaderPage) -> float:
    """From the click to the message that the series shown is complete."""
    taken = await reader.probe("take")
    clicked = next(event["t"] for event in reversed(taken["inputs"]) if event["type"] == "click")
    state = await reader.probe("state")
    series = state["viewports"][state["active"]]["series"]
    told = next(p["t"] for p in await reader.probe("progress") if p["series"] == series)
    return float(told - clicked)
