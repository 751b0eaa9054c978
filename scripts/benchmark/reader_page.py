"""The reader's page in headless Chromium, with the recorder inside."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from scripts.benchmark.probe_script import probe_script
from scripts.benchmark.setting import NotMeasured

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURE = (1280, 800)


class ReaderPage:
    """A signed-in page. Keys and clicks go through the browser's own input, as a hand's do.

    `ratio` is the device pixel ratio of its screen.
    """

    def __init__(self, page: Page, cdp: CDPSession, ratio: float = 1.0) -> None:
        self.page = page
        self.cdp = cdp
        self.ratio = ratio

    async def probe(self, call: str, *arguments: Any) -> Any:
        """Calls a function of the recorder."""
        return await self.page.evaluate(
            "async ([call, values]) => await farviewProbe[call](...values)", [call, list(arguments)]
        )

    async def until(self, condition: str, value: Any, what: str, seconds: float = 30.0) -> None:
        """Waits for a condition of the recorder.

        Raises:
            NotMeasured: it does not come true in time; `what` says in words what was waited for.
        """
        if not await self.probe("until", condition, value, seconds * 1000):
            raise NotMeasured(f"not within {seconds:g} s: {what}")

    async def sign_in(self, url: str, studies: int, seconds: float = 60.0) -> None:
        """Opens the printed address and waits until the worklist holds that many studies, none being indexed any more."""
        await self.page.goto(url)
        await self.page.wait_for_selector("tr[data-study]", timeout=seconds * 1000)
        for _ in range(round(seconds / 0.2)):
            answer = await self.page.evaluate("fetch('/api/worklist').then((answer) => answer.json())")
            scanning = any(archive["scanning"] for archive in answer["archives"])
            if not scanning and await self.page.locator("tr[data-study]").count() >= studies:
                break
            await asyncio.sleep(0.2)
        else:
            raise NotMeasured(f"the worklist does not list {studies} studies within {seconds:g} s")
        await self.page.wait_for_selector("fv-viewer[data-session=live]", state="attached", timeout=30_000)

    async def studies(self, modality: str) -> list[str]:
        """The listed studies of a modality, in the order of the worklist."""
        rows = await self.page.locator(f"tr[data-modality~={modality}]").all()
        return [await row.get_attribute("data-study") or "" for row in rows]

    async def open(self, study: str) -> float:
        """Clicks a study and waits for its first picture; milliseconds from the click to its drawing."""
        await self.probe("clear")
        await self.page.locator(f'tr[data-study="{study}"] td.description').click()
        await self.until("pictured", 0, "the first picture of a study")
        taken = await self.probe("take")
        clicked = next(event["t"] for event in reversed(taken["inputs"]) if event["type"] == "click")
        first = next(draw["t"] for draw in taken["draws"] if draw["picture"])
        return float(first - clicked)

    async def back(self) -> None:
        """To the worklist."""
        await self.page.keyboard.press("Shift+L")
        await self.page.wait_for_selector("fv-worklist:not([hidden]) tr[data-study]")

    async def make_picture(self, width: int = PICTURE[0], height: int = PICTURE[1]) -> None:
        """Sizes the window so that the picture area is `width` × `height` device pixels."""
        ratio = self.ratio
        since = await self.probe("now")
        box = await self.page.locator("fv-stage").bounding_box()
        if box is None:
            raise NotMeasured("the picture area is not shown")
        await self._grow(round(width / ratio - box["width"]), round(height / ratio - box["height"]))
        canvas = f"canvas[data-picture][width='{width}'][height='{height}']"
        await self.page.wait_for_selector(canvas, timeout=20_000)
        await self.until("settled", since, "a settled picture of the new size")

    async def _grow(self, across: int, down: int) -> None:
        """Makes the window larger by so many CSS pixels."""
        if window := self.page.viewport_size:
            await self.page.set_viewport_size(
                {"width": window["width"] + across, "height": window["height"] + down}
            )
            return
        window_id = (await self.cdp.send("Browser.getWindowForTarget"))["windowId"]
        outer = await self.page.evaluate("({width: outerWidth, height: outerHeight})")
        bounds = {"width": outer["width"] + across, "height": outer["height"] + down}
        await self.cdp.send("Browser.setWindowBounds", {"windowId": window_id, "bounds": bounds})

    async def press(self, key: str, condition: str, value: Any) -> None:
        """Presses a key, waits for what it should bring about, and for the picture to settle."""
        if await self.probe("until", condition, value, 0):
            return
        since = await self.probe("now")
        await self.page.keyboard.press(key)
        await self.until(condition, value, f"{condition} {value} after the key {key}")
        await self.settle(since if condition != "tool" else 0)

    async def settle(self, since: float = 0.0, seconds: float = 60.0) -> None:
        """Waits until the picture rests: refined, and only repeated by heartbeats."""
        await self.until("settled", since, "a settled picture", seconds)

    async def first_image(self) -> None:
        """To the first image of the stack."""
        await self.page.keyboard.press("Home")
        await self.page.wait_for_selector("fv-viewer[data-image='1']", timeout=10_000)
        await self.settle()

    async def go_to(self, image: int) -> None:
        """To an image (1-based) of the active viewport, by the field that the key G opens."""
        await self.page.keyboard.press("g")
        await self.page.keyboard.type(str(image))
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_selector(f"fv-viewer[data-image='{image}']", timeout=20_000)
        await self.settle()

    async def viewport(self, kind: int) -> dict[str, Any]:
        """The record of the first viewport of a kind (1 stack, 2 plane, 3 volume), as last told."""
        await self.until("viewport", kind, f"a viewport of kind {kind}", 60)
        records = [r for r in await self.probe("records") if r["kind"] == kind and r["rect"][2] > 0]
        return dict(min(records, key=lambda record: record["viewport"]))

    async def place(self, record: dict[str, Any]) -> tuple[float, float, float, float]:
        """Where a viewport is on the page: left, top, width, height in CSS pixels."""
        box = await self.page.locator("canvas[data-picture]").bounding_box()
        if box is None:
            raise NotMeasured("the canvas is not shown")
        x, y, width, height = (side / self.ratio for side in record["rect"])
        return box["x"] + x, box["y"] + y, width, height


def of_ratio(ratio: float) -> tuple[str, ...]:
    """The flags of a browser whose screen has so many device pixels a CSS pixel."""
    return (
        ()
        if ratio == 1.0
        else (
            f"--force-device-scale-factor={ratio:g}",
            "--window-size=1500,1050",
        )
    )


@asynccontextmanager
async def chromium(*, program: Path = CHROMIUM, flags: tuple[str, ...] = ()) -> AsyncIterator[Browser]:
    """A browser of its own.

    Raises:
        NotMeasured: there is no Chromium.
    """
    if not shutil.which(CHROMIUM):
        raise NotMeasured("Chromium is not installed: scripts/setup test")
    async with async_playwright() as playwright:
        # On Ctrl-C the browser is closed below, with the rest, and not by Playwright under its readers' hands.
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*FLAGS, *flags], handle_sigint=False
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def page_in(
    browser: Browser, *, ratio: float = 1.0, cookies: Any = None, scripts: Sequence[Path] = ()
) -> AsyncIterator[ReaderPage]:
    """A page in a context of its own (nothing cached), with the recorder inside; `cookies` sign it in.

    `scripts` run in the page after the recorder. A `ratio` other than 1 is that of the browser (`of_ratio`): one that is only
    emulated changes neither the device pixels of a box nor a notch of the wheel as a real one does.
    """
    screen: dict[str, Any] = {"viewport": {"width": 1500, "height": 960}, "device_scale_factor": 1}
    if ratio != 1.0:
        screen = {"no_viewport": True}
    context = await browser.new_context(**screen, storage_state=cookies)
    try:
        await context.add_init_script(script="\n".join([probe_script(), *(s.read_text() for s in scripts)]))
        page = await context.new_page()
        yield ReaderPage(page, await context.new_cdp_session(page), ratio)
    finally:
        await context.close()


@asynccontextmanager
async def reader_page(*, program: Path = CHROMIUM, flags: tuple[str, ...] = ()) -> AsyncIterator[ReaderPage]:
    """A page in a browser of its own, device pixel ratio 1.

    Raises:
        NotMeasured: there is no Chromium.
    """
    async with chromium(program=program, flags=flags) as browser, page_in(browser) as reader:
        yield reader
