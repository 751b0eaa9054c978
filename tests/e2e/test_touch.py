"""Fingers: one scrolls, two pan and pinch, and the page itself never moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import CDPSession

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import GAP_MM, IMAGES, TOUCH

TOP_Z = (IMAGES - 1) / 2 * GAP_MM
Point = tuple[float, float]


class Fingers:
    """Fingers on the screen of one reader."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._session: CDPSession = reader.context.new_cdp_session(reader.page)

    def _say(self, kind: str, points: Sequence[Point]) -> None:
        touches = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def stroke(self, starts: Sequence[Point], ends: Sequence[Point], steps: int = 8) -> None:
        """All fingers go down, move in steps, and are lifted."""
        self._say("touchStart", starts)
        for step in range(1, steps + 1):
            share = step / steps
            self._say(
                "touchMove",
                [
                    (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
                    for a, b in zip(starts, ends, strict=True)
                ],
            )
        self._say("touchEnd", [])

    def tap(self, at: Point) -> None:
        """One finger, at once lifted."""
        self._say("touchStart", [at])
        self._say("touchEnd", [])


@pytest.fixture
def fingers(readers: Readers) -> Iterator[Fingers]:
    """A reader with a tablet held upright."""
    reader = readers(viewport={"width": 768, "height": 1024}, has_touch=True, is_mobile=True)
    reader.open_afresh(TOUCH)
    yield Fingers(reader)
    assert reader.see("() => [scrollX, scrollY, visualViewport.scale, visualViewport.offsetTop]") == [
        0,
        0,
        1,
        0,
    ]


def test_one_finger_scrolls(fingers: Fingers) -> None:
    reader = fingers.reader
    per_image = max(2.0, reader.record()["rect"][3] / (3 * IMAGES))
    x, y = reader.middle()
    fingers.stroke([(x, y)], [(x, y + 10.5 * per_image)])
    reader.image(11)
    fingers.stroke([(x, y)], [(x, y - 4.5 * per_image)])
    reader.image(7)


def test_two_fingers_pinch_about_their_middle(fingers: Fingers) -> None:
    reader = fingers.reader
    zoom = reader.record()["zoom"]
    world = (40.0, -20.0, TOP_Z)
    x, y = reader.on_page(world)
    fingers.stroke([(x - 60, y), (x + 60, y)], [(x - 120, y), (x + 120, y)])
    reader.shows(zoom=2 * zoom, image=1)
    assert reader.on_page(world) == pytest.approx((x, y), abs=1.5)


def test_two_fingers_pan(fingers: Fingers) -> None:
    reader = fingers.reader
    zoom = reader.record()["zoom"]
    world = (0.0, 0.0, TOP_Z)
    x, y = reader.on_page(world)
    fingers.stroke([(x - 60, y), (x + 60, y)], [(x - 30, y + 70), (x + 90, y + 70)])
    reader.until(
        "(w, x, y) => { const p = glass.onPage(w); return Math.hypot(p.x - x, p.y - y) < 1.5 }",
        world,
        x + 30,
        y + 70,
    )
    reader.shows(zoom=zoom, image=1)


def test_a_double_tap_maximises(fingers: Fingers) -> None:
    reader = fingers.reader
    reader.page.get_by_role("button", name="Layout").tap()
    reader.page.locator(".menu-item", has_text="Two stacked").tap()
    reader.until("() => glass.record(0)?.rect[3] < 500")
    at = reader.middle(0)
    fingers.tap(at)
    fingers.tap(at)
    reader.until("() => glass.record(0)?.rect[3] > 600")


def test_what_a_finger_presses_is_large_enough(fingers: Fingers) -> None:
    small = fingers.reader.see(
        """() => [...document.querySelectorAll('button, a')].filter((e) => e.checkVisibility())
          .map((e) => [e.getAttribute('aria-label') ?? e.textContent, e.getBoundingClientRect()])
          .filter(([, { width, height }]) => width > 0 && (width < 44 || height < 44))
          .map(([name, { width, height }]) => [name, width, height])"""
    )
    assert small == []
