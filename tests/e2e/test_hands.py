"""Wheel, drags and keys change what they should, by as much as they should, and nothing else."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import GAP_MM, HANDS, IMAGES

TOP_Z = (IMAGES - 1) / 2 * GAP_MM


@pytest.fixture
def hands(reader: Reader) -> Reader:
    """A reader with the study as it opens."""
    reader.open_afresh(HANDS)
    return reader


def test_each_notch_of_the_wheel_is_an_image(hands: Reader) -> None:
    hands.wheel(7)
    hands.image(8)
    hands.wheel(-3)
    hands.image(5)
    hands.wheel(-9)
    hands.image(1)
    assert hands.see("() => [scrollX, scrollY, visualViewport.scale]") == [0, 0, 1]


WORDLESS = """
const make = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (label, options) {
  const channel = make.call(this, label, options);
  if (label === 'frames') {
    const set = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'onmessage').set;
    Object.defineProperty(channel, 'onmessage', {
      set: (hear) => set.call(channel, (event) => {
        if (!window.wordless || new DataView(event.data).getUint8(0) !== 1) hear(event);
      }),
    });
  }
  return channel;
};
"""


def test_a_notch_over_a_picture_whose_words_are_late_counts_too(readers: Readers) -> None:
    reader = readers(script=WORDLESS)
    reader.open_afresh(HANDS)
    reader.see("() => { window.wordless = true }")
    bare = "() => document.querySelector('[data-session]').dataset.revision === undefined"
    reader.wheel(1)
    for _ in range(5):
        reader.until(bare, what="a picture without words")
        reader.wheel(1)
    reader.see("() => { window.wordless = false }")
    reader.image(7)


def test_a_drag_scrolls_by_its_height(hands: Reader) -> None:
    height = hands.record()["rect"][3]
    per_image = max(2.0, height / (3 * IMAGES))
    hands.drag(hands.middle(), (30, 10.5 * per_image))
    hands.image(11)
    hands.drag(hands.middle(), (0, -4.5 * per_image))
    hands.image(7)


def test_a_right_drag_windows(hands: Reader) -> None:
    before = hands.record()
    hands.drag(hands.middle(), (50, 0), button="right")
    hands.until("(w) => glass.record(0).width > w + 20", before["width"])
    hands.settle()
    wider = hands.record()
    assert wider["center"] == pytest.approx(before["center"], abs=0.01)
    hands.drag(hands.middle(), (0, -40), button="right")
    hands.until("(c) => glass.record(0).center < c - 20", wider["center"])
    hands.settle()
    brighter = hands.record()
    assert brighter["width"] == pytest.approx(wider["width"], rel=1e-4)
    assert brighter["image"] == before["image"]
    text = hands.page.locator(".corner.bottomRight").first.inner_text()
    assert f"W {brighter['width']:.0f}" in text


def test_alt_and_a_left_drag_window_too(hands: Reader) -> None:
    before = hands.record()
    hands.page.keyboard.down("Alt")
    hands.drag(hands.middle(), (50, 0))
    hands.page.keyboard.up("Alt")
    hands.until("(w) => glass.record(0).width > w + 20", before["width"])
    hands.settle()
    assert hands.record()["image"] == before["image"]


def test_shift_and_a_drag_zoom_at_the_point_taken(hands: Reader) -> None:
    zoom = hands.record()["zoom"]
    x, y = hands.on_page((60.0, -40.0, TOP_Z))
    hands.page.keyboard.down("Shift")
    hands.drag((x, y), (0, -120))
    hands.page.keyboard.up("Shift")
    hands.shows(zoom=2 * zoom)
    assert hands.on_page((60.0, -40.0, TOP_Z)) == pytest.approx((x, y), abs=0.6)


def test_the_wheel_with_control_zooms_at_the_pointer_and_the_page_does_not(hands: Reader) -> None:
    zoom = hands.record()["zoom"]
    x, y = hands.on_page((-50.0, 30.0, TOP_Z))
    hands.page.mouse.move(x, y)
    hands.page.keyboard.down("Control")
    for _ in range(3):
        hands.page.mouse.wheel(0, -120)
    hands.page.keyboard.up("Control")
    hands.shows(zoom=1.1**3 * zoom)
    assert hands.on_page((-50.0, 30.0, TOP_Z)) == pytest.approx((x, y), abs=0.6)
    assert hands.record()["image"] == 1
    assert hands.see("() => [visualViewport.scale, devicePixelRatio]") == [1, 1]


@pytest.mark.parametrize("way", ["middle", "space", "tool"])
def test_a_pan_moves_the_picture_by_exactly_the_hand(hands: Reader, way: str) -> None:
    x, y = (round(value) for value in hands.middle())
    middle = hands.see("() => glass.project([0, 0, 175.5])")
    hands.see("() => { glass.before = glass.greys(300, 200, 320, 240) }")
    if way == "space":
        hands.page.keyboard.down("Space")
    if way == "tool":
        hands.keys("t")
        hands.until("() => document.querySelector('[data-session]').dataset.tool === 'pan'")
    hands.drag((x, y), (37, 23), button="middle" if way == "middle" else "left")
    if way == "space":
        hands.page.keyboard.up("Space")
    moved = "(x, y) => { const p = glass.project([0, 0, 175.5]); return Math.hypot(p.x - x, p.y - y) < 0.1 }"
    hands.until(moved, middle["x"] + 37, middle["y"] + 23)
    hands.settle()

    def difference(right: int, down: int) -> float:
        mean: float = hands.see(
            "(x, y) => glass.greys(x, y, 320, 240)"
            ".reduce((sum, grey, at) => sum + Math.abs(grey - glass.before[at]), 0) / glass.before.length",
            300 + right,
            200 + down,
        )
        return mean

    assert difference(37, 23) < 1.5
    assert min(difference(38, 23), difference(37, 22)) > 2 * difference(37, 23) + 1


def test_arrows_home_and_end_and_a_typed_number_go_to_images(hands: Reader) -> None:
    hands.keys("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp")
    hands.image(3)
    hands.keys("End")
    hands.image(IMAGES)
    hands.keys("Home")
    hands.image(1)
    hands.keys("g")
    hands.page.keyboard.type("27")
    hands.keys("Enter")
    hands.image(27)
    hands.keys("g")
    hands.page.keyboard.type("99")
    hands.keys("Enter")
    assert f"Write a number from 1 to {IMAGES}." in hands.words()
    hands.keys("Escape")
    hands.image(27)


PRESETS = [
    (40, 80),
    (80, 200),
    (40, 40),
    (500, 2000),
    (40, 400),
    (-600, 1500),
    (30, 150),
    (50, 350),
    (300, 600),
]


def test_digits_choose_windows(hands: Reader) -> None:
    for digit, (center, width) in enumerate(PRESETS, 1):
        hands.keys(f"Digit{digit}")
        hands.shows(center=center, width=width)
        sign = "−" if center < 0 else ""
        hands.until(
            "(words) => document.querySelector('.corner.bottomRight').innerText.includes(words)",
            f"C {sign}{abs(center)}  W {width}\u202fHU",
        )


def test_i_inverts_and_says_so(hands: Reader) -> None:
    air = (-170.0, 170.0, TOP_Z)
    hands.grey(air, 0)
    hands.keys("i")
    hands.until("() => document.body.innerText.includes('INVERTED')")
    hands.settle()
    hands.grey(air, 255)
    hands.keys("i")
    hands.until("() => !document.body.innerText.includes('INVERTED')")
    hands.settle()
    hands.grey(air, 0)


def test_f_fits_and_0_shows_pixels_one_to_one(hands: Reader) -> None:
    fitted = hands.record()["zoom"]
    hands.keys("0")
    hands.shows(zoom=1.0)
    hands.keys("+")
    hands.shows(zoom=1.25)
    hands.keys("f")
    hands.shows(zoom=fitted)


def test_backspace_resets_zoom_pan_and_window_and_keeps_the_image(hands: Reader) -> None:
    first = hands.record()
    hands.wheel(4)
    hands.image(5)
    hands.keys("Digit1", "0", "i")
    hands.shows(zoom=1.0, center=40, width=80)
    hands.keys("Backspace")
    hands.shows(zoom=first["zoom"], center=first["center"], width=first["width"], flags=first["flags"])
    hands.image(5)


def test_escape_takes_a_drag_back(hands: Reader) -> None:
    before = hands.record()
    x, y = hands.middle()
    hands.page.mouse.move(x, y)
    hands.page.mouse.down(button="right")
    hands.page.mouse.move(x + 80, y, steps=4)
    hands.until("(w) => glass.record(0).width > w + 20", before["width"])
    hands.keys("Escape")
    hands.shows(width=before["width"], center=before["center"])
    hands.page.mouse.move(x + 120, y + 60, steps=4)
    hands.page.mouse.up(button="right")
    hands.settle()
    hands.shows(width=before["width"], center=before["center"])
