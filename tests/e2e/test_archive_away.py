"""An archive whose folder goes: the list stays and says so, opening says that it can't be asked, and it comes back by itself."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser

from tests.data.phantoms import write_tiny
from tests.e2e.conftest import base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.running.farview_process import running

LINE = "(words) => document.querySelector('.worklist-lines')?.innerText.includes(words)"


def test_a_folder_that_goes_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    data, aside = tmp_path / "data", tmp_path / "aside"
    for study in ("one", "two"):
        write_tiny(data / study, study=study)
    with running([data], tmp_path) as farview:
        cookie, archive = sign_in(browser, farview)
        context = browser.new_context(storage_state=cookie, viewport={"width": 1280, "height": 800})
        context.add_init_script(path=TAP)
        reader = Reader(context, base_of(farview), archive)
        reader.worklist()
        reader.page.wait_for_function("() => document.querySelectorAll('tr[data-study]').length === 2")
        os.rename(data, aside)
        reader.until(LINE, "2 studies are still listed from before. (since ")
        reader.until(LINE, "The archive's folder can't be read: No such file or directory.")
        assert reader.page.locator("tr[data-study]").count() == 2
        reader.page.locator("tr[data-study]").first.click()
        reader.until(
            "(words) => document.querySelector('.stage-words')?.innerText.includes(words)",
            "The archive can't be asked for this study.",
        )
        assert reader.green() == []
        os.rename(aside, data)
        reader.worklist()
        reader.until(
            "() => document.querySelector('.worklist-lines') && !document.body.innerText.includes('still listed')"
        )
        reader.page.locator("tr[data-study]").first.click()
        reader.live()
        assert reader.faults == []
        context.close()
