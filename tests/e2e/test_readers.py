"""Two readers at once, and one reader in two windows."""

from __future__ import annotations

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import FIRST, IMAGES, OTHER, SECOND

GOES_ON_THERE = "opened in another window or on another device and goes on there"


def test_two_readers_read_different_studies_at_once(readers: Readers) -> None:
    one, two = readers(), readers()
    one.open_afresh(FIRST)
    two.open_afresh(SECOND)
    for turn in range(1, 4):
        one.wheel(2)
        two.wheel(3)
        one.image(1 + 2 * turn)
        two.image(1 + 3 * turn)
    for reader in (one, two):
        reader.settle()
    assert one.drawn_number() == IMAGES - 6
    assert two.drawn_number() == IMAGES - 9 + OTHER
    assert SECOND.surname.upper() not in one.words()
    assert FIRST.surname.upper() not in two.words()


def left(reader: Reader, surname: str) -> None:
    """Until the reader is told that the study went on elsewhere, and no picture of it is left."""
    reader.session("failed")
    assert GOES_ON_THERE in reader.words()
    assert surname in reader.words()
    assert reader.see("() => glass.brightest()") == 0
    assert reader.page.locator(".viewport-text").first.is_hidden()
    assert reader.green() == []


def test_the_newest_window_wins_and_the_older_one_can_take_it_back(readers: Readers) -> None:
    older, newer = readers(), readers()
    older.open_afresh(FIRST)
    older.wheel(4)
    older.image(5)
    older.settle()
    newer.open(FIRST)
    newer.image(5)
    left(older, FIRST.surname.upper())
    newer.wheel(2)
    newer.image(7)
    older.page.get_by_role("button", name="Take it back").click()
    older.live()
    older.image(7)
    left(newer, FIRST.surname.upper())


def test_a_duplicated_tab_takes_the_study_and_the_first_one_says_so(readers: Readers) -> None:
    first = readers()
    first.open_afresh(FIRST)
    with first.context.expect_page() as opened:
        first.page.evaluate("void window.open(location.href)")
    copy = Reader(first.context, first.base, first.archive, opened.value)
    copy.live()
    left(first, FIRST.surname.upper())
    copy.wheel(1)
    copy.image(2)
    first.page.get_by_role("button", name="Take it back").click()
    first.live()
    first.image(2)
    left(copy, FIRST.surname.upper())
    assert copy.faults == []
