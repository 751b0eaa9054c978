"""From the moment another study is chosen, nothing of the one before remains."""

from __future__ import annotations

import pytest

from tests.e2e.reader import Reader
from tests.e2e.studies import FIRST, IMAGES, OTHER, SECOND, number_places

OLD = SECOND.surname.upper()

PLACES = """(places) => {
  window.marker = glass.project(places[6]);
  window.body = glass.project([0, 0, places[0][2]]);
}"""
WATCH = """(event) => {
  const viewer = document.querySelector('[data-session]');
  window.atOnce = [];
  window.addEventListener(event, () => atOnce.push({
    brightest: glass.brightest(),
    text: viewer.textContent,
    marks: viewer.querySelectorAll('.mark').length,
    cards: viewer.querySelectorAll('.strip-card').length,
    attributes: ['revision', 'image', 'fidelity'].filter((name) => name in viewer.dataset),
  }));
  glass.follow(() => ({
    text: viewer.textContent,
    marker: glass.pixel(marker.x, marker.y)[1],
    body: glass.pixel(body.x, body.y)[1],
  }));
}"""


@pytest.fixture
def reading(reader: Reader) -> Reader:
    """SECOND at its first image, opened from the worklist; before it, in the same page, FIRST, opened by its address."""
    reader.open(FIRST)
    reader.keys("Shift+l")
    reader.page.locator(f"tr[data-study='{SECOND.uid}']").click()
    reader.live()
    reader.keys("Home")
    reader.image(1)
    reader.settle()
    assert reader.drawn_number() == IMAGES + OTHER
    reader.see(PLACES, number_places(IMAGES))
    return reader


def nothing_was_left(reader: Reader) -> None:
    """In the very task of the event: a black canvas and no word of the old study."""
    reader.until("() => window.atOnce.length > 0")
    now = reader.see("() => window.atOnce[0]")
    assert now["brightest"] == 0
    assert OLD not in now["text"]
    assert SECOND.patient.patient_id not in now["text"]
    assert (now["marks"], now["cards"], now["attributes"]) == (0, 0, [])


def only_the_new_one_was_seen(reader: Reader) -> None:
    """At no repaint since was the old study's name or picture seen."""
    reader.live()
    reader.keys("Home")
    reader.image(1)
    reader.settle()
    assert reader.drawn_number() == IMAGES
    assert FIRST.surname.upper() in reader.words()
    samples = reader.see("() => glass.followed()")
    assert not [sample for sample in samples if OLD in sample["text"]]
    pictures = [sample for sample in samples if sample["body"] > 40]
    assert pictures
    assert not [sample for sample in pictures if sample["marker"] > 127]


def watch(reader: Reader, event: str) -> None:
    """Looks on from the event on; what was before it does not count."""
    reader.see(WATCH, event)
    reader.see(
        "(event) => window.addEventListener(event, () => (glass.following.samples.length = 0), { once: true })",
        event,
    )


@pytest.mark.parametrize("scrolling", [False, True])
def test_the_key_for_the_next_study_clears_the_glass_at_once(reading: Reader, scrolling: bool) -> None:
    """Also while frames of the study before are on their way."""
    watch(reading, "keydown")
    if scrolling:
        reading.wheel(4)
    reading.keys("n")
    nothing_was_left(reading)
    only_the_new_one_was_seen(reading)


def test_the_way_back_in_the_history_clears_the_glass_at_once(reading: Reader) -> None:
    watch(reading, "popstate")
    reading.page.evaluate("history.go(-2)")
    nothing_was_left(reading)
    only_the_new_one_was_seen(reading)


def test_a_click_in_the_worklist_shows_only_what_was_clicked(reading: Reader) -> None:
    reading.keys("Shift+l")
    reading.page.locator("tr[data-study]").first.wait_for()
    watch(reading, "click")
    reading.page.locator(f"tr[data-study='{FIRST.uid}']").click()
    nothing_was_left(reading)
    only_the_new_one_was_seen(reading)
