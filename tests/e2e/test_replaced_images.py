"""Images are replaced between two openings: a mark on them shows no value of then, until it is measured on those of now."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from streamer.demo.phantom import axial_grid, image
from tests.e2e.conftest import base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import COLUMNS, GAP_MM, REPLACED, SPACING_MM, write_chest
from tests.running.farview_process import running

MARKS = "() => glass.words('marks').at(-1)?.marks ?? []"
LABEL = "() => document.querySelector('[data-viewport=\"0\"] .mark text')?.textContent ?? ''"
STANDING = "() => document.querySelector('fv-viewer .message-standing:not([hidden])')?.textContent ?? ''"
OUTDATED = "image replaced since"


def write(folder: Path, brighter: int, mtime: float) -> None:
    """The same UIDs at each call; other pixels, and files of another time."""
    grid = axial_grid(COLUMNS, COLUMNS, REPLACED.images, SPACING_MM, GAP_MM)
    chest = [image(grid, frame) + brighter for frame in range(REPLACED.images)]
    write_chest(folder, REPLACED, "Chest", 1, grid, chest)
    for file in folder.rglob("*.dcm"):
        os.utime(file, (mtime, mtime))


def reader_of(context: BrowserContext, base: str, archive: str) -> Reader:
    context.add_init_script(path=TAP)
    return Reader(context, base, archive)


def value(label: str) -> int:
    return int(label.split()[0])


def test_a_value_of_replaced_images_is_not_shown_until_it_is_measured_anew(
    browser: Browser, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    write(data, 0, 1.6e9)
    with running([data], tmp_path) as farview:
        cookie, archive = sign_in(browser, farview)
        context = browser.new_context(storage_state=cookie, viewport={"width": 1280, "height": 800})
        reader = reader_of(context, base_of(farview), archive)
        reader.open(REPLACED)
        reader.settle()
        reader.keys("p")
        reader.until("() => document.querySelector('[data-session]').dataset.tool === 'probe'")
        place = reader.middle()
        reader.page.mouse.click(*place)
        reader.until(f"() => ({LABEL})().includes('HU')")
        then = reader.see(LABEL)
        reader.until("() => glass.marksSaved()")

        reader.worklist()
        write(data, 100, 1.61e9)
        reader.open(REPLACED)
        reader.until(f"(words) => ({LABEL})() === words", OUTDATED, what="the mark says it")
        assert reader.see("() => document.querySelectorAll('.mark.outdated').length") == 1
        reader.until(f"() => ({STANDING})().includes('replaced since')")
        assert str(value(then)) not in reader.see(
            "() => JSON.stringify(glass.words('marks').at(-1).marks.map((m) => m.text))"
        )

        # To have noted it makes no present value of it, neither now nor when the study is opened again.
        reader.page.get_by_role("button", name="Noted", exact=True).click()
        reader.until(f"() => ({STANDING})() === ''")
        assert reader.see(LABEL) == OUTDATED
        reader.page.reload()
        reader.live()
        reader.until(f"(words) => ({LABEL})() === words", OUTDATED)

        # Another mark is made, and all are saved again: the first one is as it was.
        reader.settle()
        reader.keys("p")
        reader.until("() => document.querySelector('[data-session]').dataset.tool === 'probe'")
        reader.page.mouse.click(place[0] + 60, place[1] + 60)
        reader.until(f"() => ({MARKS})().length === 2 && glass.marksSaved()")
        reader.page.reload()
        reader.live()
        reader.until("() => document.querySelectorAll('.mark.outdated').length === 1")
        reader.until("() => document.querySelectorAll('.mark').length === 2")

        # Measured where it is, on the images of now.
        reader.settle()
        reader.keys("p")
        reader.until("() => document.querySelector('[data-session]').dataset.tool === 'probe'")
        (outdated,) = [mark for mark in reader.see(MARKS) if mark["since"]]
        reader.page.mouse.click(*reader.on_page(outdated["points"][0]))
        reader.until("() => document.querySelectorAll('.mark.outdated').length === 0")
        reader.until(
            f"(words) => ({LABEL})() === words", then.replace(str(value(then)), str(value(then) + 100))
        )
        reader.until("() => glass.marksSaved()")
        reader.page.reload()
        reader.live()
        reader.until("() => document.querySelectorAll('.mark').length === 2")
        assert reader.see("() => document.querySelectorAll('.mark.outdated').length") == 0
        assert reader.faults == []
        context.close()
