"""A reader at a browser: what the hand does, what the eye sees, and waiting for things to become true, never for time to pass."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, JSHandle, Page

from streamer.viewer.vector import Vec3
from tests.e2e.studies import Study, number_places

SECONDS = 15.0
TAP = Path(__file__).with_name("tap.js")


class Reader:
    """One tab of one signed-in reader. `provoked` are patterns of console errors that the test itself brings about."""

    def __init__(self, context: BrowserContext, base: str, archive: str, page: Page | None = None) -> None:
        self.context = context
        self.base = base
        self.archive = archive
        self.provoked: list[str] = []
        self._faults: list[str] = []
        self.page = page or context.new_page()
        self.page.set_default_timeout(SECONDS * 1000)
        self._watch(self.page)

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._faults.append(f"page error: {error}"))
        page.on("console", lambda said: said.type == "error" and self._faults.append(f"console: {said.text}"))
        page.on("request", lambda request: self._origin(request.url))
        page.on("websocket", lambda socket: self._origin(socket.url))

    def _origin(self, url: str) -> None:
        own = self.base.split("://")[1]
        if not re.match(rf"(https?|wss?)://{re.escape(own)}/|data:|blob:", url):
            self._faults.append(f"request to another origin: {url}")

    @property
    def faults(self) -> list[str]:
        """What went wrong in the page unprovoked."""
        return [
            fault for fault in self._faults if not any(re.search(pattern, fault) for pattern in self.provoked)
        ]

    # ---- waiting

    def until(self, condition: str, *arguments: Any, what: str = "", seconds: float = SECONDS) -> None:
        """Waits until the JavaScript function `condition` of the arguments is true.

        Raises:
            AssertionError: it was not in time.
        """
        self._waited(condition, arguments, what, seconds)

    def given(self, condition: str, *arguments: Any, what: str) -> Any:
        """The same for one on a page that stays: what it gave when it was true, read in the same task.

        Raises:
            AssertionError: it was not in time.
        """
        return self._waited(condition, arguments, what, SECONDS).json_value()

    def _waited(self, condition: str, arguments: tuple[Any, ...], what: str, seconds: float) -> JSHandle:
        spread = f"(list) => ({condition})(...list)"
        try:
            return self.page.wait_for_function(spread, arg=list(arguments), timeout=seconds * 1000)
        except Exception as late:
            seen = self.page.evaluate(
                "() => [document.querySelector('[data-session]')?.outerHTML.match(/^<[^>]*>/)?.[0], "
                "document.body.innerText.slice(0, 600)]"
            )
            raise AssertionError(f"not in time: {what or condition} {arguments}; the page: {seen}") from late

    def see(self, condition: str, *arguments: Any) -> Any:
        """The value of a JavaScript function now."""
        return self.page.evaluate(f"(list) => ({condition})(...list)", list(arguments))

    # ---- ways into a study

    def worklist(self) -> None:
        """To the worklist, with its rows."""
        self.page.goto(f"{self.base}/worklist")
        self.page.wait_for_selector("tr[data-study]")

    def address(self, study: Study, image: int = 0) -> str:
        """Where a study opens."""
        address = f"{self.base}/viewer?study={study.uid}&archive={self.archive}"
        return f"{address}&image={image}" if image else address

    def open(self, study: Study, image: int = 0) -> None:
        """By its address, as it was left; to the picture."""
        self.page.goto(self.address(study, image))
        self.live()

    def open_afresh(self, study: Study) -> None:
        """The study in one viewport, its first series as it opens at first, at its first image, with the scroll tool."""
        self.open(study)
        keys = ("Shift+Digit1", "s", "PageUp", "PageUp", "Backspace", "Home")
        self.keys(*keys)
        self.until("(n) => glass.answered(n)", len(keys), what="answers to these keys")
        self.settle()

    def live(self) -> None:
        """Until a live picture of voxels that are there is on the glass."""
        self.until("() => glass.live()", what="a live picture")

    def tools(self) -> None:
        """Until the tools have come: what is pressed before is not done."""
        self.until("() => document.querySelector('fv-toolbar button') !== null", what="the tools")

    def settle(self) -> None:
        """Until the picture at rest has all its refinements."""
        self.until("() => glass.refined()", what="a refined picture at rest")

    # ---- the eye

    def record(self, viewport: int = 0) -> dict[str, Any]:
        """What is said of the picture on the glass."""
        return self.given(  # type: ignore[no-any-return]
            "(v) => glass.record(v)", viewport, what="a record of the picture shown"
        )

    def shows(self, viewport: int = 0, **values: Any) -> None:
        """Until the record of the picture shown has these values; numbers to a thousandth."""
        self.until(
            "(v, wanted) => { const r = glass.record(v); return r && Object.entries(wanted).every(([k, w]) =>"
            " typeof w === 'number' ? Math.abs(r[k] - w) < 1e-3 * Math.max(1, Math.abs(w)) : r[k] === w) }",
            viewport,
            values,
            what=f"viewport {viewport} shows",
        )

    def image(self, number: int) -> None:
        """Until the page says that it shows this image."""
        self.until("(n) => document.querySelector('[data-session]')?.dataset.image === String(n)", number)

    def session(self, *states: str, seconds: float = SECONDS) -> None:
        """Until data-session is one of these."""
        self.until(
            "(...states) => states.includes(document.querySelector('[data-session]')?.dataset.session)",
            *states,
            what="data-session",
            seconds=seconds,
        )

    def grey(self, world: Vec3, expected: float, tolerance: float = 3.0, viewport: int = 0) -> None:
        """Until the pixel that shows a point of the patient has this grey."""
        self.until(
            "(w, v, e, t) => { const g = glass.grey(w, v); return g !== null && Math.abs(g - e) <= t }",
            world,
            viewport,
            expected,
            tolerance,
            what=f"grey {expected}, it is {self.see('(w, v) => glass.grey(w, v)', world, viewport)}",
        )

    def drawn_number(self) -> int:
        """The instance number that the pixels of the picture say."""
        places = number_places(self.record()["instance"])
        return int(self.see("(places) => glass.number(places)", places))

    def exact(self) -> str:
        """Until the page has proven the picture at rest: its SHA-256."""
        return self.given(  # type: ignore[no-any-return]
            "() => glass.fidelity() === 'exact' && glass.refined() && document.querySelector('[data-session]').dataset.sha256",
            what="an exact picture",
        )

    def canvas(self) -> NDArray[np.uint8]:
        """The picture on the glass: grey [rows, columns], or RGB [rows, columns, 3] where one pixel is not grey."""
        png, width, height = self.see("() => glass.png()")
        pixels: NDArray[np.uint8] = imagecodecs.png_decode(base64.b64decode(png))[..., :3]
        assert pixels.shape == (height, width, 3)
        return pixels[..., 0] if (pixels == pixels[..., :1]).all() else pixels

    def says(self, *words: str, seconds: float = SECONDS) -> None:
        """Until all of these can be read on the page at once."""
        self.until(
            "(words) => words.every((each) => document.body.innerText.includes(each))",
            words,
            what="words",
            seconds=seconds,
        )

    def words(self) -> str:
        """All that can be read on the page."""
        return self.page.locator("body").inner_text()

    def green(self) -> list[str]:
        """What is visible and green."""
        return self.see(  # type: ignore[no-any-return]
            """() => [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.getClientRects().length)
              .filter((e) => ['color', 'backgroundColor', 'stroke', 'fill', 'borderTopColor'].some((part) => {
                const [r, g, b, a = 1] = (getComputedStyle(e)[part].match(/[\\d.]+/g) ?? []).map(Number);
                return a > 0 && g > 90 && g > 1.25 * r && g > 1.25 * b;
              })).map((e) => e.outerHTML.slice(0, 120))"""
        )

    # ---- the hand

    def keys(self, *keys: str) -> None:
        """Presses them one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def on_page(self, world: Vec3, viewport: int = 0) -> tuple[float, float]:
        """Where a point of the patient is seen, CSS pixels."""
        at = self.see("(w, v) => glass.onPage(w, v)", world, viewport)
        return at["x"], at["y"]

    def middle(self, viewport: int = 0) -> tuple[float, float]:
        """The middle of a viewport, CSS pixels."""
        box = self.page.locator(f"[data-viewport='{viewport}']").bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(
        self, start: tuple[float, float], by: tuple[float, float], *, button: Any = "left", steps: int = 6
    ) -> None:
        """Presses, moves in steps, lets go."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down(button=button)
        mouse.move(start[0] + by[0], start[1] + by[1], steps=steps)
        mouse.up(button=button)

    def wheel(self, notches: int, at: tuple[float, float] | None = None) -> None:
        """Turns the wheel over a point, towards the reader positive."""
        self.page.mouse.move(*(at or self.middle()))
        for _ in range(abs(notches)):
            self.page.mouse.wheel(0, 120 if notches > 0 else -120)
