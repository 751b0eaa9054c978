"""Looks of a volume and presets of planes whose window was shifted: the corner says the true window, and no false name."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.reader import Reader
from tests.e2e.studies import PLANES

PLANE_VIEWPORTS, VOLUME = (0, 1, 2), 3
LOOKS = ("CT bone", "MR", "MIP")


def corner(reader: Reader, viewport: int) -> list[str]:
    """The lines at the lower right of a viewport."""
    words: str = reader.page.locator(f"[data-viewport='{viewport}'] .bottomRight").inner_text()
    return [line.replace("\u202f", " ").replace("\u2212", "-") for line in words.splitlines()]


def says_its_window(reader: Reader, viewport: int) -> None:
    """Level and width in the corner are those of the record of the picture, rounded as they are shown."""
    record = reader.record(viewport)
    (line,) = [line for line in corner(reader, viewport) if line.startswith("C ")]
    found = re.fullmatch(r"C (-?[\d.]+)  ?W ([\d.]+)(?: HU)?", line)
    assert found, line
    half = 0.5 if record["width"] >= 20 else 0.05 if record["width"] >= 2 else 0.0005
    for shown, value in zip(found.groups(), (record["center"], record["width"]), strict=True):
        assert abs(float(shown) - value) <= half * 1.01, (line, record)


@pytest.fixture
def mpr(reader: Reader) -> Reader:
    """Three planes and the volume, all there and drawn."""
    reader.open_afresh(PLANES)
    reader.keys("Shift+m")
    reader.until("() => document.querySelector('[data-session]').dataset.layout === 'mpr+3d'")
    reader.until("() => glass.record(3) && (glass.record(3).flags & 16) === 0", what="the whole volume")
    reader.settle()
    return reader


def look(reader: Reader, name: str) -> None:
    """Chooses a look of the volume in its menu."""
    reader.page.mouse.move(*reader.middle(VOLUME))
    reader.page.mouse.click(*reader.middle(VOLUME))
    reader.until("() => document.querySelector('[data-viewport=\"3\"]').classList.contains('active')")
    reader.page.get_by_role("button", name="Volume look and view").first.click()
    reader.page.locator(".menu-item", has=reader.page.get_by_text(name, exact=True)).click()
    reader.until(
        "(n) => document.querySelector('[data-viewport=\"3\"] .bottomRight').innerText.split('\\n').includes(n)",
        name,
        what=f"the look {name} in the corner",
    )
    reader.settle()


def shift(reader: Reader, viewport: int) -> None:
    """Drags the window of a viewport, until its picture has another."""
    before = reader.record(viewport)
    reader.drag(reader.middle(viewport), (37, 21), button="right", steps=5)
    reader.until(
        "(v, c, w) => glass.record(v).center !== c && glass.record(v).width !== w",
        viewport,
        before["center"],
        before["width"],
    )
    reader.settle()


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_is_named_as_it_is_and_as_changed_when_its_window_is_shifted(mpr: Reader, name: str) -> None:
    look(mpr, name)
    says_its_window(mpr, VOLUME)
    shift(mpr, VOLUME)
    says_its_window(mpr, VOLUME)
    assert f"{name}, changed: set by hand" in corner(mpr, VOLUME)
    mpr.page.reload()
    mpr.live()
    mpr.settle()
    says_its_window(mpr, VOLUME)
    assert f"{name}, changed: set by hand" in corner(mpr, VOLUME)


def by_preset(reader: Reader) -> str:
    reader.keys("Digit6")
    return "preset Lung"


def from_file(reader: Reader) -> str:
    reader.keys("o")
    return "from the file"


@pytest.mark.parametrize("choose", [by_preset, from_file], ids=lambda choose: choose.__name__)
def test_the_planes_say_their_window_and_no_preset_that_it_is_not_any_more(
    mpr: Reader, choose: Callable[[Reader], str]
) -> None:
    mpr.page.mouse.click(*mpr.middle(0))
    words = choose(mpr)
    mpr.until(
        "(w) => document.querySelector('[data-viewport=\"0\"] .bottomRight').innerText.includes(w)", words
    )
    mpr.settle()
    says_its_window(mpr, 0)
    shift(mpr, 0)
    for viewport in PLANE_VIEWPORTS:
        says_its_window(mpr, viewport)
    assert words not in " ".join(corner(mpr, 0))
    assert "set by hand" in corner(mpr, 0)
    mpr.page.reload()
    mpr.live()
    mpr.settle()
    says_its_window(mpr, 0)
    assert "set by hand" in corner(mpr, 0)
