"""The picture is the right picture: grey values, place, letters and numbers against what is stored."""

from __future__ import annotations

import pytest

from streamer.demo.phantom import KNOWN_POINTS
from tests.e2e.reader import Reader
from tests.e2e.studies import COLUMNS, GAP_MM, IMAGES, PICTURE, PROJECTION, SPACING_MM, position

FIRST_Z = (IMAGES - 1) / 2 * GAP_MM


def grey(value: float, center: float, width: float) -> float:
    """PS3.3 C.11.2.1.2.1 with an output of 0 … 255."""
    shown = ((value - (center - 0.5)) / (width - 1) + 0.5) * 255
    return min(max(shown, 0.0), 255.0)


def image_at(z: float) -> int:
    """The image nearest to a height: images run from head to feet."""
    return round((FIRST_Z - z) / GAP_MM) + 1


def go_to(reader: Reader, image: int) -> None:
    reader.keys("g")
    reader.page.keyboard.type(str(image))
    reader.keys("Enter")
    reader.image(image)


@pytest.mark.parametrize(
    ("key", "center", "width"), [("Digit4", 500, 2000), ("Digit5", 40, 400), ("Digit6", -600, 1500)]
)
def test_known_voxels_have_the_grey_of_their_value(
    reader: Reader, key: str, center: float, width: float
) -> None:
    reader.open_afresh(PICTURE)
    reader.keys(key)
    reader.shows(center=center, width=width)
    for point in KNOWN_POINTS:
        go_to(reader, image_at(point.world[2]))
        reader.settle()
        reader.grey(point.world, grey(point.hounsfield, center, width))


def test_the_picture_is_fitted_and_in_the_middle(reader: Reader) -> None:
    reader.open_afresh(PICTURE)
    rect = reader.record()["rect"]
    per_mm = min(rect[2:]) / (COLUMNS * SPACING_MM)
    for x, y in ((0.0, 0.0), (-95.0, 40.0), (120.0, -60.0)):
        at = reader.see("(w) => glass.project(w)", (x, y, FIRST_Z))
        assert at["x"] == pytest.approx(rect[2] / 2 + x * per_mm, abs=0.02)
        assert at["y"] == pytest.approx(rect[3] / 2 + y * per_mm, abs=0.02)
        assert at["depth"] == pytest.approx(0.0, abs=0.01)


def test_right_is_left_and_front_is_up_on_axial_images(reader: Reader) -> None:
    reader.open_afresh(PICTURE)
    letters = [
        reader.page.locator(f".letter.{side}").first.inner_text()
        for side in ("left", "right", "top", "bottom")
    ]
    assert letters == ["R", "L", "A", "P"]
    (right_x, _), (left_x, _) = (reader.on_page((x, 0.0, FIRST_Z)) for x in (-100.0, 100.0))
    assert right_x < left_x


@pytest.mark.parametrize("image", [1, 13, IMAGES])
def test_the_number_in_the_text_is_the_one_in_the_voxels(reader: Reader, image: int) -> None:
    reader.open(PICTURE, image)
    reader.image(image)
    reader.settle()
    number = IMAGES + 1 - image
    assert reader.drawn_number() == number
    assert f"Image {image}/{IMAGES}" in reader.words()
    assert f"no. {number}" in reader.words()
    assert f"{position(number):.1f}".replace("-", "−") in reader.words()


def test_pixels_and_text_are_of_one_image_at_every_moment_of_a_scroll(reader: Reader) -> None:
    reader.open_afresh(PICTURE)
    bits = reader.see(
        "() => { glass.bits = (number) => Array.from({length: 6}, (_, bit) =>"
        " [-150 + 42 * bit, -160, (number - 1 - 19.5) * 9]);"
        " glass.follow(() => { const r = glass.record(0); const said = document.querySelector('.corner.bottomLeft').innerText;"
        " const visible = document.querySelector('.viewport-text').offsetParent !== null;"
        " return r && visible ? [r.instance, glass.number(glass.bits(r.instance)), said] : null }); }"
    )
    assert bits is None
    middle = reader.middle()
    for turn in (8, -3, 12, -5, 9):
        reader.wheel(turn, middle)
    reader.image(22)
    samples = [sample for sample in reader.see("() => glass.followed()") if sample]
    assert len({instance for instance, _, _ in samples}) >= 4
    wrong = [
        sample for sample in samples if sample[0] != sample[1] or f"no. {sample[0]}\n" not in f"{sample[2]}\n"
    ]
    assert wrong == []


def test_a_radiograph_is_oriented_by_its_header_and_can_be_flipped_and_turned(reader: Reader) -> None:
    reader.open(PROJECTION)
    reader.keys("Backspace")
    reader.until("() => glass.record(0).letters.join('') === 'RLHF'")
    reader.settle()
    bright = (
        "(x, y) => { const [left, top, w, h] = glass.record(0).rect;"
        " return glass.pixel(left + w / 2 + x * h / 4, top + h / 2 + y * h / 4)[1] > 150 }"
    )
    assert reader.see(bright, -1, -1)
    assert not reader.see(bright, 1, -1)
    reader.page.get_by_role("button", name="Flip left-right").click()
    reader.until("() => glass.record(0).letters.join('') === 'LRHF'")
    reader.until("() => document.body.innerText.includes('FLIPPED')")
    reader.settle()
    assert reader.see(bright, 1, -1)
    assert not reader.see(bright, -1, -1)
    reader.page.get_by_role("button", name="Turn by 90°").click()
    reader.until("() => document.body.innerText.includes('ROTATED 90°')")
    reader.settle()
    assert reader.see(bright, 1, 1)
    reader.keys("Backspace")
    reader.until("() => glass.record(0).letters.join('') === 'RLHF'")
    assert "FLIPPED" not in reader.words()


def test_a_slice_is_never_flipped(reader: Reader) -> None:
    reader.open_afresh(PICTURE)
    button = reader.page.get_by_role("button", name="Flip left-right")
    assert button.get_attribute("aria-disabled") == "true"
    assert "only for projection images" in (button.get_attribute("data-tip") or "")
