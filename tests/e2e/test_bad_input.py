"""What can't be shown is said in words, and the rest goes on."""

from __future__ import annotations

import re

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import BROKEN, CUT, IMAGES, PICTURE, REPORT, UNKNOWN

NO_WEBRTC = "delete window.RTCPeerConnection;"
SEEN_IN_A_CORNER = """(words) => {
    const corner = [...document.querySelectorAll('.corner')].find((each) => each.innerText.includes(words))
    if (!corner) return false
    const overlay = document.querySelector('.overlay')
    for (const each of [overlay, ...overlay.querySelectorAll('*')]) each.style.pointerEvents = 'auto'
    const box = corner.getBoundingClientRect()
    return corner.contains(document.elementFromPoint(box.x + 4, box.y + box.height / 2))
}"""
IN_THE_STAGE = "(words) => document.querySelector('.stage-words')?.innerText.includes(words)"


def test_a_broken_file_among_good_ones_is_said_and_the_good_ones_are_shown(reader: Reader) -> None:
    reader.page.goto(reader.address(BROKEN))
    reader.until("() => document.querySelector('.message-words')?.innerText.includes('it is damaged')")
    reader.live()
    reader.keys("Home")
    reader.shows(images=IMAGES - 1, image=1)
    reader.keys("End")
    reader.image(IMAGES - 1)
    reader.settle()
    assert reader.drawn_number() == 1
    assert f"Image {IMAGES - 1}/{IMAGES - 1}" in reader.words()
    # From the first picture on, in the viewport and on the thumbnail; the image that is there is as exact as any.
    assert f"{IMAGES - 1} of {IMAGES} images" in reader.words()
    assert re.search(r"1 image missing after image \d+", reader.words())
    thumbnail = reader.page.locator(".strip-count").first.inner_text()
    assert thumbnail == f"{IMAGES - 1} of {IMAGES}, 1 gap"
    assert reader.exact()


def test_a_study_that_opens_on_a_damaged_image_says_which_it_is_and_why(reader: Reader) -> None:
    reader.page.goto(reader.address(CUT))
    reader.until("() => document.querySelector('fv-badge')?.innerText.includes('Image can’t be read')")
    reader.until(
        "() => document.querySelector('.viewport-words')?.innerText.includes('The file ends before')"
    )
    # Nothing lies over the words: they are not only in the page, but seen. Place and cover are asked in one task,
    # for the bar's message may come between two questions and move the viewport.
    for words in ("Image 2/3", "can’t be read"):
        reader.until(SEEN_IN_A_CORNER, words)
    # States that change nothing of this viewport come after its words; they do not put them over the corners.
    reader.tools()
    for key, tool in (("d", "length"), ("w", "window"), ("p", "probe")):
        reader.keys(key)
        reader.until("(tool) => document.querySelector('[data-session]').dataset.tool === tool", tool)
        reader.until(SEEN_IN_A_CORNER, "Image 2/3", seconds=3)
    reader.page.reload()
    reader.until("() => document.querySelector('fv-badge')?.innerText.includes('Image can’t be read')")
    reader.tools()
    reader.keys("Home")
    reader.image(1)
    assert reader.exact()


def test_the_worklist_counts_what_is_damaged(reader: Reader) -> None:
    reader.worklist()
    reader.until("() => document.body.innerText.includes('1 file is damaged and not listed.')")
    row = reader.page.locator(f"tr[data-study='{REPORT.uid}']").inner_text()
    assert "No image of this study can be shown." in row


def test_a_study_without_pictures_says_so(reader: Reader) -> None:
    reader.page.goto(reader.address(REPORT))
    reader.until(IN_THE_STAGE, "This study has no image that can be shown.")
    assert reader.see("() => glass.brightest()") == 0
    assert reader.green() == []


def test_an_unknown_study_says_so_and_the_way_on_is_open(reader: Reader) -> None:
    reader.page.goto(reader.address(UNKNOWN))
    reader.until(IN_THE_STAGE, "The archive has no study of this number")
    assert reader.see("() => glass.brightest()") == 0
    reader.tools()
    reader.keys("Shift+l")
    reader.page.locator(f"tr[data-study='{PICTURE.uid}']").click()
    reader.live()


def test_where_a_study_failed_the_worklist_is_one_press_away(reader: Reader) -> None:
    reader.page.goto(reader.address(UNKNOWN))
    reader.until(IN_THE_STAGE, "Try again")
    reader.page.locator(".stage-words").get_by_role("button", name="Worklist").click()
    reader.page.locator(f"tr[data-study='{PICTURE.uid}']").click()
    reader.live()
    reader.page.locator(".stage-words").wait_for(state="hidden")


def test_an_address_of_nonsense_says_so(reader: Reader) -> None:
    reader.page.goto(f"{reader.base}/viewer?study=%3Cscript%3E..%2F..&archive={reader.archive}&image=-7")
    reader.until(IN_THE_STAGE, "That is not a study")


def test_an_unknown_archive_says_so(reader: Reader) -> None:
    reader.page.goto(f"{reader.base}/viewer?study={PICTURE.uid}&archive=nowhere")
    reader.until(IN_THE_STAGE, "archive")


def test_an_address_without_an_archive_finds_the_study(reader: Reader) -> None:
    reader.page.goto(f"{reader.base}/viewer?study={PICTURE.uid}")
    reader.live()


def test_a_browser_without_webrtc_is_told_what_it_lacks(readers: Readers) -> None:
    reader = readers(tap=False, script=NO_WEBRTC)
    reader.page.goto(reader.address(PICTURE))
    reader.session("failed")
    reader.until(IN_THE_STAGE, "This browser has no WebRTC, so that no picture can come.")
    reader.worklist()
    assert "This browser has no WebRTC" in reader.words()
