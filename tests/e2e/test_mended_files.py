"""A file that was cut short when its study was opened is mended: whoever shows the study sees the same, and then the image."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.conftest import base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import REPLACED
from tests.e2e.test_replaced_images import write
from tests.running.farview_process import running

WORDS = "() => glass.words('state').at(-1)?.viewports[0]?.message ?? ''"
CUT = "The file ends before this image."
CHANGED = "This image was changed since the study was opened. Open the study again."


def test_mended_files_are_told_to_every_page_and_shown_when_the_study_is_opened_again(
    browser: Browser, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    write(data, 0, 1.6e9)
    whole = {file: file.read_bytes() for file in data.rglob("*.dcm")}
    cut = [sorted(whole)[end] for end in (0, -1)]
    """One of them is the first image."""
    for file in cut:
        os.truncate(file, len(whole[file]) - 100)
    with running([data], tmp_path) as farview:
        cookie, archive = sign_in(browser, farview)
        context = browser.new_context(storage_state=cookie, viewport={"width": 1280, "height": 800})
        context.add_init_script(path=TAP)
        reader = Reader(context, base_of(farview), archive)
        reader.open(REPLACED)
        reader.keys("Home")
        reader.until(f"(words) => ({WORDS})() === words", CUT, what="why it is not shown")
        reader.page.reload()
        reader.until(f"(words) => ({WORDS})() === words", CUT, what="the same after a reload")
        for file in cut:
            file.write_bytes(whole[file])
        reader.until(f"(words) => ({WORDS})() === words", CHANGED, what="that it was changed")
        reader.worklist()
        reader.open(REPLACED)
        reader.keys("Home")
        reader.exact()
        assert reader.see(WORDS) == ""
        context.close()
