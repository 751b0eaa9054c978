"""One reader, a proven picture, nothing that moves: what Farview's processes take, and the page's, without a recorder in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psutil
from playwright.async_api import Browser, Page

from scripts.benchmark.farview import Farview, running
from scripts.benchmark.reader_page import PICTURE, chromium
from scripts.benchmark.row import Bar, Row, of_value
from scripts.benchmark.setting import CHEST, NotMeasured, Setting
from scripts.benchmark.usage import cpu_time, loaded

SECONDS, QUICK_SECONDS, SPANS = 30.0, 10.0, 3
OPEN_MS = 60_000
CALM_SECONDS = 10.0


async def resting(setting: Setting) -> list[Row]:
    """Processor time at rest, in percent of a core: a span is one value."""
    seconds = QUICK_SECONDS if setting.quick else SECONDS
    async with (
        running(setting.folder("rest"), [setting.data / CHEST]) as farview,
        chromium() as browser,
    ):
        page = await _proven(browser, farview)
        spans = [await _span(farview, seconds) for _ in range(SPANS)]
        fidelity = await page.locator("fv-viewer").get_attribute("data-fidelity")
    if fidelity != "exact":
        raise NotMeasured("the picture did not stay proven")
    return rows(spans, seconds)


def rows(spans: list[dict[str, float]], seconds: float) -> list[Row]:
    """`spans`: processor seconds by role in each span of `seconds`; the browser's processes are named `browser NAME`."""
    shares = [{role: 100 * used / seconds for role, used in span.items()} for span in spans]
    own = middle([sum(share for role, share in each.items() if not _is_browser(role)) for each in shares])
    page = middle([each.get("browser renderer", 0.0) for each in shares])
    note = f"the middle of {len(spans)} spans of {seconds:g} s"
    own_parts = _parts(shares, lambda role: not _is_browser(role))
    page_note = f"{note}, no recorder in it; the browser: {_parts(shares, _is_browser)}"
    bar, unit = (Bar("p50", "<", 1),), "% of a core"
    return [
        of_value("rest alone: CPU of server, host and children", unit, own, bar, f"{note}: {own_parts}"),
        of_value("rest alone: CPU of the page", unit, page, bar, page_note),
    ]


def middle(values: list[float]) -> float:
    """The middle one of an odd number of values."""
    return sorted(values)[len(values) // 2]


def _is_browser(role: str) -> bool:
    return role.startswith("browser")


def _parts(shares: list[dict[str, float]], chosen: Callable[[str], bool]) -> str:
    roles = sorted({role for each in shares for role in each if chosen(role)})
    return ", ".join(f"{role} {middle([each.get(role, 0.0) for each in shares]):.2f}" for role in roles)


async def _proven(browser: Browser, farview: Farview) -> Page:
    """A reader's page whose picture, alone in its layout, has been proven and rests."""
    page = await browser.new_page(viewport={"width": PICTURE[0] + 220, "height": PICTURE[1] + 160})
    await page.goto(farview.url)
    await page.wait_for_selector("fv-viewer[data-session=live]", state="attached", timeout=OPEN_MS)
    await page.locator("tr[data-modality~=CT] td.description").first.click(timeout=OPEN_MS)
    await page.wait_for_selector("fv-viewer[data-fidelity=exact]", timeout=OPEN_MS)
    await loaded(farview)
    await page.keyboard.press("Shift+Digit1")
    await page.wait_for_selector("fv-viewer[data-layout='1x1']", timeout=OPEN_MS)
    await asyncio.sleep(CALM_SECONDS)
    return page


async def _span(farview: Farview, seconds: float) -> dict[str, float]:
    before, before_browser = cpu_time(farview), _browser_time()
    await asyncio.sleep(seconds)
    used = cpu_time(farview).since(before)
    return used | {role: value - before_browser.get(role, 0.0) for role, value in _browser_time().items()}


def _browser_time() -> dict[str, float]:
    """Processor seconds of this process's Chromium so far, by what Chromium calls its processes."""
    seconds: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        try:
            role, times = _browser_role(process.cmdline()), process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        if role:
            seconds[role] = seconds.get(role, 0.0) + times.user + times.system
    return seconds


def _browser_role(command: list[str]) -> str:
    if not command or "chrom" not in command[0].rpartition("/")[2]:
        return ""
    kind = next((word.removeprefix("--type=") for word in command if word.startswith("--type=")), "itself")
    return f"browser {kind}"
