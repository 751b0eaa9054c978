"""What warns is read whole in every width: nothing of it is cut, and nothing lies on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import CUT, EXACT, MIXED, REPORT
from tests.e2e.test_sizes import fills_its_box

TOUCH: dict[str, Any] = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
SIZES: dict[str, dict[str, Any]] = {
    "390": {"viewport": {"width": 390, "height": 844}, **TOUCH},
    "768": {"viewport": {"width": 768, "height": 1024}, **TOUCH},
    "1024": {"viewport": {"width": 1024, "height": 768}},
    "1280": {"viewport": {"width": 1280, "height": 800}},
    "1280 at 200 %": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
}
# The longest words that the badge may have to say.
LONGEST = (
    ("Exact · presentation LUT not applied +3", ""),
    ("Image can’t be read", "presentation LUT not applied +3"),
    ("Lossy", "112:1 · colour profile not applied +2"),
    ("Exact at 27 %, not all pixels", ""),
)
# Those of the elements that are displayed and have words: which are cut, or not within the window.
CUT_OFF = """(names) => [...document.querySelectorAll(names)]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.textContent.trim() !== '')
  .filter((each) => {
    if (each.closest('.worklist-scroller, fv-series-strip')) each.scrollIntoView({ block: 'nearest' });
    const range = document.createRange();
    range.selectNodeContents(each);
    const words = [...range.getClientRects()];
    const hides = (at) => getComputedStyle(at).overflowX !== 'visible' && getComputedStyle(at).display !== 'inline';
    const boxes = [{ left: 0, top: 0, right: innerWidth, bottom: innerHeight }];
    for (let at = each; at; at = at.parentElement) {
      if (at.matches('.worklist-scroller, fv-series-strip, body, html')) break;
      if (hides(at)) boxes.push(at.getBoundingClientRect());
    }
    return each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline'
      || words.some((one) => boxes.some((box) => one.left < box.left - 1 || one.right > box.right + 1
        || one.top < box.top - 1 || one.bottom > box.bottom + 1));
  }).map((each) => `${each.className || each.tagName}: ${each.textContent}`)"""
# Pairs of them whose words lie on each other.
ON_EACH_OTHER = """(names) => {
  const shown = [...document.querySelectorAll(names)]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.textContent.trim() !== '');
  const rects = shown.map((each) => { const range = document.createRange(); range.selectNodeContents(each);
    return [...range.getClientRects()] });
  const meet = (a, b) => a.left < b.right - 1 && a.right > b.left + 1 && a.top < b.bottom - 1 && a.bottom > b.top + 1;
  return shown.flatMap((one, at) => shown.slice(at + 1).flatMap((other, n) =>
    !one.contains(other) && !other.contains(one) && rects[at].some((a) => rects[at + 1 + n].some((b) => meet(a, b)))
      ? [`${one.textContent} | ${other.textContent}`] : []));
}"""
ON_THE_PICTURE = ".corner > div, .letter, .viewport-person"
IN_THE_BAR = (
    ".badge-fidelity, .badge-ratio, .patient-name, .identity > :not(.study-description), .patient-doubt"
)


def read_whole(reader: Reader, where: str, names: str) -> None:
    cut = reader.see(CUT_OFF, names)
    assert cut == [], (where, cut)
    assert reader.see(ON_EACH_OTHER, names) == [], where


def opened(reader: Reader, study: Any, image: int = 0) -> None:
    reader.page.goto(reader.address(study, image))
    reader.until("() => document.querySelector('.corner > div')")
    reader.until("() => (document.querySelector('fv-badge')?.innerText.trim() ?? '') !== ''")
    reader.tools()


@pytest.mark.parametrize("size", SIZES)
def test_what_stands_in_the_bar_and_on_the_picture_is_read_whole(readers: Readers, size: str) -> None:
    reader = readers(**SIZES[size])
    opened(reader, CUT, image=2)
    reader.until("() => document.querySelector('.viewport-words')?.innerText.includes('The file ends')")
    reader.until(
        "() => !document.querySelector('.words-ahead') && document.querySelectorAll('.corner > div').length > 3"
    )
    fills_its_box(reader)
    read_whole(reader, "a damaged image", f"{ON_THE_PICTURE}, {IN_THE_BAR}, .viewport-words")
    height = "() => document.querySelector('fv-patient-bar').getBoundingClientRect().height"
    before = reader.see(height)
    for words, aside in LONGEST:
        reader.see(
            "(words, aside) => { document.querySelector('.badge-fidelity').textContent = words;"
            " document.querySelector('.badge-ratio').textContent = aside && ' · ' + aside }",
            words,
            aside,
        )
        read_whole(reader, words, IN_THE_BAR)
        assert reader.see(height) == before, "the picture is not moved by what the badge says"


@pytest.mark.parametrize("size", SIZES)
def test_another_patients_name_and_every_warning_of_a_corner_is_read_whole(
    readers: Readers, size: str
) -> None:
    reader = readers(**SIZES[size])
    opened(reader, MIXED)
    reader.page.locator(".strip-person").wait_for(state="attached")
    if not reader.page.locator(".strip-person").is_visible():
        reader.page.get_by_role("button", name="Series list").click()
    read_whole(reader, "the strip", ".strip-person, .strip-count, .strip-part, .strip-fault")
    reader.page.locator(".strip-person").click()
    reader.until("() => document.querySelector('.viewport-person:not([hidden])')")
    reader.until("() => document.querySelector('fv-badge').innerText.includes('Another patient')")
    fills_its_box(reader)
    reader.see(
        "() => { const lines = ['FLIPPED', 'ROTATED 90°', 'INVERTED', '38 of 40 images',"
        " 'about 3 images missing after each of images 12 to 15', 'presentation LUT not applied'];"
        " document.querySelector('.topRight').replaceChildren(...lines.map((words) => {"
        " const line = document.createElement('div'); line.className = 'warning'; line.textContent = words; return line })) }"
    )
    read_whole(reader, "another patient", f"{ON_THE_PICTURE}, {IN_THE_BAR}")


@pytest.mark.parametrize("size", SIZES)
def test_the_worklist_warns_of_a_study_and_says_what_farview_is_not(readers: Readers, size: str) -> None:
    reader = readers(**SIZES[size])
    reader.worklist()
    row = reader.page.locator(f"tr[data-study='{REPORT.uid}']")
    row.scroll_into_view_if_needed()
    assert "No image of this study can be shown." in row.inner_text()
    assert row.get_by_text("No image of this study can be shown.").locator("visible=true").count() == 1
    assert reader.page.get_by_text("Not a medical device").first.is_visible()
    reader.see("(s) => { document.querySelector('.worklist-scroller').scrollTop = 0 }", "")
    read_whole(reader, "the top", ".not-medical, .brand, .seat-state, .line")
    read_whole(reader, "the rows", ".problem")


def test_the_badges_panel_is_reached_and_left_by_keys(reader: Reader) -> None:
    opened(reader, EXACT)
    focused = "(names) => document.activeElement?.matches(names) ?? false"
    for _ in range(12):
        if reader.see(focused, ".badge-button"):
            break
        reader.page.keyboard.press("Tab")
    assert reader.see(focused, ".badge-button")
    reader.page.keyboard.press("Enter")
    reader.until("() => document.querySelector('fv-stats:not([hidden])')?.contains(document.activeElement)")
    assert reader.see("() => document.querySelector('.badge-button').getAttribute('aria-expanded')") == "true"
    reader.page.keyboard.press("Escape")
    reader.until("() => document.querySelector('fv-stats').hidden")
    assert reader.see(focused, ".badge-button")


@pytest.mark.parametrize("size", SIZES)
def test_four_viewports_side_by_side_keep_their_words_apart(readers: Readers, size: str) -> None:
    reader = readers(**SIZES[size])
    opened(reader, EXACT)
    reader.keys("Shift+Digit4")
    reader.until("() => document.querySelectorAll('.viewport:not([hidden])').length === 4")
    reader.until("() => document.querySelectorAll('.corner > div').length > 3")
    assert reader.see(ON_EACH_OTHER, ON_THE_PICTURE) == []
