"""An image speaks for itself: four mammograms of one series, read from the page while they are scrolled."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import MAMMOGRAM_VALUE, MAMMOGRAM_WINDOWS, MAMMOGRAMS, VIEWS

OPPOSITE = {"A": "P", "P": "A", "R": "L", "L": "R", "FR": "HL", "FL": "HR"}
SAID = """() => {
  const box = document.querySelector('.viewport:not([hidden])');
  const lines = (at) => [...box.querySelectorAll(`.corner.${at} > div`)].map((line) => line.innerText);
  const sides = ['left', 'right', 'top', 'bottom'].map((side) => box.querySelector(`.letter.${side}`).innerText);
  return [lines('topLeft'), lines('bottomLeft'), lines('bottomRight'), sides];
}"""


def check(reader: Reader, image: int, window: tuple[int, int] | None = None) -> None:
    """All that is said of this image is this image's own."""
    reader.image(image + 1)
    reader.settle()
    side, view, (right, down) = VIEWS[image]
    top_left, bottom_left, bottom_right, letters = reader.see(SAID)
    assert f"{side} {view}" in top_left
    assert not any(f"{s} {v}" in top_left for s, v, _ in VIEWS if (s, v) != (side, view))
    assert letters == [OPPOSITE[right], right, OPPOSITE[down], down]
    assert not any("mm" in line for line in bottom_left), "a radiograph has no position"
    center, width = window or MAMMOGRAM_WINDOWS[image]
    reader.shows(center=center, width=width)
    if window is None:
        assert "from the file" in bottom_right or min(reader.page.viewport_size.values()) < 500
    grey = min(max(((MAMMOGRAM_VALUE - (center - 0.5)) / (width - 1) + 0.5) * 255, 0.0), 255.0)
    rect = reader.record()["rect"]
    shown = reader.canvas()
    assert shown[rect[3] // 2, rect[2] // 2] == pytest.approx(grey, abs=3)
    assert shown[rect[3] // 24, rect[2] // 2] < 3, "its own padding is black"


def test_each_of_four_mammograms_says_its_own_side_view_letters_and_window(reader: Reader) -> None:
    reader.open(MAMMOGRAMS)
    reader.keys("Home")
    check(reader, 0)
    for image in (1, 2, 3):
        reader.keys("ArrowDown")
        check(reader, image)
    for image in (2, 1, 0):
        reader.keys("ArrowUp")
        check(reader, image)


def test_the_hands_window_stays_with_its_image_and_one_key_returns_to_the_files(reader: Reader) -> None:
    reader.open(MAMMOGRAMS)
    reader.keys("Home", "ArrowDown")
    reader.image(2)
    reader.keys("w")
    reader.drag(reader.middle(), (60, 20))
    reader.until("() => document.querySelector('.corner.bottomRight').innerText.includes('set by hand')")
    reader.settle()
    by_hand = reader.record()
    reader.keys("ArrowDown")
    check(reader, 2)
    reader.keys("ArrowUp")
    reader.shows(center=by_hand["center"], width=by_hand["width"])
    reader.keys("o")
    check(reader, 1)


def test_a_small_viewport_names_side_and_view(readers: Readers) -> None:
    reader = readers(viewport={"width": 420, "height": 460})
    reader.open(MAMMOGRAMS)
    reader.keys("Home", "ArrowDown")
    check(reader, 1)
    assert "L CC" in reader.see(SAID)[0]
