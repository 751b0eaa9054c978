"""Nothing of Farview's own hides pixels at the edge of a proven picture, but for the outline of the scroll bar's thumb."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from tests.e2e.reader import Reader
from tests.e2e.studies import EXACT


@pytest.mark.parametrize("keys", [(), ("i",)], ids=["dark", "inverted"])
def test_the_pixels_under_the_scroll_bar_are_seen(reader: Reader, keys: tuple[str, ...]) -> None:
    reader.open_afresh(EXACT)
    reader.keys(*keys)
    reader.page.mouse.move(5, 5)
    reader.exact()
    reader.until("() => !document.querySelector('.scroll-bar.loading')", what="all images are there")
    bar = reader.page.locator(".scroll-bar").first.bounding_box()
    thumb = reader.page.locator(".bar-thumb").first.bounding_box()
    canvas = reader.page.locator("canvas[data-picture]").bounding_box()
    assert bar
    assert thumb
    assert canvas
    seen = imagecodecs.png_decode(reader.page.screenshot(clip=bar))[..., 0]
    drawn = reader.canvas()[:, -round(bar["width"]) :]
    drawn = drawn[..., 0] if drawn.ndim == 3 else drawn
    rows = np.ones(len(seen), bool)
    top = round(thumb["y"] - bar["y"])
    rows[max(0, top - 2) : top + round(thumb["height"]) + 2] = False
    assert rows.sum() > 100
    assert (seen[rows] == drawn[rows]).all()
    inside = slice(top + 4, top + round(thumb["height"]) - 4)
    assert (seen[inside, 4:-4] == drawn[inside, 4:-4]).all(), "the thumb is hollow"
