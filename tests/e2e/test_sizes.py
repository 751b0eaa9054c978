"""The canvas always has the device pixels of its box, the picture fills them sharply, and the view is kept."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import GAP_MM, IMAGES, SIZES, number_places

TOP_Z = (IMAGES - 1) / 2 * GAP_MM
BOX = """() => {
  const box = document.querySelector('fv-stage').getBoundingClientRect();
  const canvas = document.querySelector('canvas[data-picture]');
  const css = canvas.getBoundingClientRect();
  return [canvas.width, canvas.height, box.width * devicePixelRatio, box.height * devicePixelRatio,
    css.width * devicePixelRatio, css.height * devicePixelRatio];
}"""


def fills_its_box(reader: Reader) -> None:
    """Until every device pixel of the picture area is a pixel of the canvas."""
    reader.until(f"() => {{ const [w, h, a, b, c, d] = ({BOX})(); return w === Math.round(a) && h === Math.round(b)"
                 " && Math.abs(w - c) < 0.01 && Math.abs(h - d) < 0.01 }", what="the canvas fills its box")  # fmt: skip


def edge(reader: Reader) -> list[int]:
    """Greys between a dark and a bright bit of the first image's number (40 = 101000), one picture pixel each."""
    return reader.see(  # type: ignore[no-any-return]
        "(dark, bright) => { const [a, b] = [dark, bright].map((world) => glass.project(world));"
        " return glass.greys(Math.round(a.x), Math.round(a.y), Math.round(b.x - a.x), 1) }",
        *number_places(IMAGES)[2:4],
    )


def is_sharp(greys: list[int]) -> bool:
    """Whether black becomes white within two pixels."""
    return min(greys) < 25 and max(greys) > 230 and sum(25 <= grey <= 230 for grey in greys) <= 2


def without_interpolation(reader: Reader) -> None:
    for _ in range(3):
        if reader.see("() => glass.words('state').at(-1).interpolation") == "nearest":
            break
        answers = len(reader.see("() => glass.words('state')"))
        reader.keys("k")
        reader.until("(n) => glass.words('state').length > n", answers)
    reader.settle()


@pytest.mark.parametrize("size", [(1920, 1080), (768, 1024), (1024, 768)])
def test_a_new_window_size_gives_a_new_picture_of_the_same_view(
    reader: Reader, size: tuple[int, int]
) -> None:
    reader.open_afresh(SIZES)
    reader.wheel(4)
    reader.keys("Digit5")
    reader.image(5)
    reader.shows(center=40, width=400)
    reader.page.set_viewport_size({"width": size[0], "height": size[1]})
    fills_its_box(reader)
    reader.settle()
    record = reader.record()
    assert (record["image"], record["center"], record["width"]) == (5, 40, 400)
    width, height = reader.see(BOX)[:2]
    at = reader.see("() => glass.project([0, 0, glass.record(0).position])")
    assert (at["x"], at["y"]) == pytest.approx((width / 2, height / 2), abs=0.6)
    assert reader.drawn_number() == IMAGES - 4


def test_the_zoomed_place_stays_in_the_middle_when_the_window_grows(reader: Reader) -> None:
    reader.open_afresh(SIZES)
    reader.keys("+", "+", "+")
    reader.drag(reader.middle(), (-60, 30), button="middle")
    reader.settle()
    width, height = reader.see(BOX)[:2]
    middle = "(w, h) => { const m = glass.record(0).matrix; return [(w / 2 - m[3]) / m[0], (h / 2 - m[7]) / m[5]] }"
    before = reader.see(middle, width, height)
    reader.page.set_viewport_size({"width": 1500, "height": 900})
    fills_its_box(reader)
    reader.settle()
    width, height = reader.see(BOX)[:2]
    assert reader.see(middle, width, height) == pytest.approx(before, abs=1.0)


@pytest.mark.parametrize("ratio", [1, 2, 1.5])
def test_a_device_pixel_is_a_picture_pixel(readers: Readers, ratio: float) -> None:
    reader = readers(viewport={"width": 900, "height": 700}, device_scale_factor=ratio)
    reader.open_afresh(SIZES)
    fills_its_box(reader)
    without_interpolation(reader)
    assert is_sharp(edge(reader)), edge(reader)


def test_clicks_hit_what_is_seen_on_a_fine_screen(readers: Readers) -> None:
    reader = readers(viewport={"width": 900, "height": 700}, device_scale_factor=2)
    reader.open_afresh(SIZES)
    zoom = reader.record()["zoom"]
    x, y = reader.on_page((70.0, 50.0, TOP_Z))
    reader.page.keyboard.down("Shift")
    reader.drag((x, y), (0, -120))
    reader.page.keyboard.up("Shift")
    reader.shows(zoom=2 * zoom)
    assert reader.on_page((70.0, 50.0, TOP_Z)) == pytest.approx((x, y), abs=0.6)
