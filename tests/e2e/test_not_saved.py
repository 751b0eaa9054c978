"""The database takes nothing for a while: that marks are not saved stands in the bar until they are, whatever else is said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser

from tests.data.phantoms import write_tiny
from tests.e2e.conftest import base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.running.farview_process import running

STANDS = "() => document.querySelector('fv-patient-bar .not-saved:not([hidden])')?.textContent ?? ''"
LINE = "() => document.querySelector('fv-viewer .message-words').textContent"


def test_that_marks_are_not_saved_stands_until_they_are(browser: Browser, tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_tiny(data / "one", study="one")
    with running([data], tmp_path) as farview:
        cookie, archive = sign_in(browser, farview)
        context = browser.new_context(storage_state=cookie, viewport={"width": 1280, "height": 800})
        context.add_init_script(path=TAP)
        reader = Reader(context, base_of(farview), archive)
        reader.worklist()
        reader.page.locator("tr[data-study]").first.click()
        reader.live()
        reader.settle()
        with closing(sqlite3.connect(tmp_path / "state" / "farview.db", isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            reader.keys("p")
            reader.until("() => document.querySelector('[data-session]').dataset.tool === 'probe'")
            reader.page.mouse.click(*reader.middle())
            reader.until(f"() => ({STANDS})() === 'Marks not saved'", seconds=30)
            # Another sentence takes the line of messages; what stands, stands.
            reader.keys("Delete")
            reader.until(f"() => ({LINE})() === 'Click a mark to select it first.'")
            assert reader.see(STANDS) == "Marks not saved"
            assert reader.see("() => glass.marksSaved()") is False
            database.execute("ROLLBACK")
        reader.until("() => glass.marksSaved()", seconds=30)
        reader.until(f"() => ({STANDS})() === ''")
        reader.page.reload()
        reader.live()
        reader.until("() => document.querySelectorAll('.mark').length === 1", what="the mark was kept")
        assert reader.see(STANDS) == ""
        assert reader.faults == []
        context.close()
