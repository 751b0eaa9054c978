"""The soak's witness in a real browser: it must see a green that is wrong, or it is none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from scripts.soaking.soak import WITNESS
from tests.e2e.conftest import CHROMIUM, QUIET

ADDRESS = "https://reader.test/"
SIZE = 4
VIEWER = f"""<!doctype html><fv-viewer data-session="live" data-revision="7"><fv-stage>
<canvas data-picture width="{SIZE}" height="{SIZE}"></canvas></fv-stage></fv-viewer>"""
PROBE = "window.farviewProbe = { onControl: (listen) => { window.say = listen; } };"
SHA256 = hashlib.sha256(bytes([90]) * SIZE * SIZE).hexdigest()
LOOKS_MS = 5_000


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    """A page of a secure origin, which the network never sees."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = browser.new_context()
        context.add_init_script(script=PROBE + WITNESS.read_text())
        context.route(ADDRESS, lambda route: route.fulfill(body=VIEWER, content_type="text/html"))
        yield context.new_page()
        browser.close()


@pytest.fixture
def page(browser_page: Page) -> Page:
    """A viewer whose canvas shows one grey, proven by the host."""
    browser_page.goto(ADDRESS)
    browser_page.evaluate(
        """([sha256, side]) => {
          const context = document.querySelector('canvas').getContext('2d');
          context.fillStyle = 'rgb(90 90 90)';
          context.fillRect(0, 0, side, side);
          say({type: 'still', sha256, revision: 7, width: side, height: side, channels: 1});
        }""",
        [SHA256, SIZE],
    )
    return browser_page


def turn_green(page: Page, sha256: str = SHA256, **attributes: str) -> None:
    """As the page would say it."""
    said = {"sha256": sha256, **attributes, "fidelity": "exact"}
    page.evaluate("(said) => Object.assign(document.querySelector('fv-viewer').dataset, said)", said)


def wrongs(page: Page) -> list[dict[str, Any]]:
    """Those seen until the witness has looked twice."""
    page.wait_for_function("farviewWitness.state().looks >= 2", timeout=LOOKS_MS)
    # The comparison of the last look may still be under way: a hash takes a task of its own.
    page.evaluate("crypto.subtle.digest('SHA-256', new Uint8Array(1))")
    found: list[dict[str, Any]] = page.evaluate("farviewWitness.state().wrongs")
    return found


def test_a_right_green_is_counted_and_not_accused(page: Page) -> None:
    turn_green(page)
    assert wrongs(page) == []
    assert page.evaluate("farviewWitness.state().greens") == 1


def test_a_hash_that_the_host_has_not_proven_is_wrong(page: Page) -> None:
    turn_green(page, "f" * 64)
    assert "proven no such picture" in wrongs(page)[0]["why"]


def test_green_while_not_live_or_on_another_revision_is_wrong(page: Page) -> None:
    turn_green(page, session="stale", revision="8")
    found = [wrong["why"] for wrong in wrongs(page)]
    assert any("not live" in why for why in found)
    assert any("another revision" in why for why in found)


def test_one_pixel_that_differs_by_one_is_wrong(page: Page) -> None:
    page.evaluate(
        "const c = document.querySelector('canvas').getContext('2d'); c.fillStyle = 'rgb(91 91 91)'; c.fillRect(2, 1, 1, 1)"
    )
    turn_green(page)
    assert "hashes to" in wrongs(page)[0]["why"]


def test_pixels_that_change_under_green_are_wrong(page: Page) -> None:
    turn_green(page)
    page.evaluate("document.querySelector('canvas').getContext('2d').clearRect(0, 0, 1, 1)")
    assert any("hashes to" in wrong["why"] for wrong in wrongs(page))


def test_green_that_outlasts_the_wheel_is_wrong(page: Page) -> None:
    turn_green(page)
    page.mouse.move(10, 10)
    page.locator("fv-stage").dispatch_event("wheel", {"deltaY": 120, "bubbles": True})
    assert any("after the wheel" in wrong["why"] for wrong in wrongs(page))
