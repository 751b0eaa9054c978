"""Farview is killed before it kept the last mark: what came back older than the page had it is told until it is noted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psutil
from playwright.sync_api import Browser

from tests.data.phantoms import write_tiny
from tests.e2e.conftest import base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.running.farview_process import FarviewProcess, free_port

OLDER = "() => [...document.querySelectorAll('fv-viewer .message-standing:not([hidden])')].map((each) => each.textContent).join()"
TOOL = "() => document.querySelector('[data-session]').dataset.tool === 'probe'"


def killed(farview: FarviewProcess) -> None:
    family = [*psutil.Process(farview.process.pid).children(recursive=True)]
    farview.process.kill()
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=10)
    farview.stop()


def test_a_mark_and_a_view_that_were_not_kept_are_told_until_noted(browser: Browser, tmp_path: Path) -> None:
    data = tmp_path / "data"
    write_tiny(data / "one", study="one")
    port = free_port()
    first = FarviewProcess([data], tmp_path, port, ())
    cookie, archive = sign_in(browser, first)
    context = browser.new_context(storage_state=cookie, viewport={"width": 1280, "height": 800})
    context.add_init_script(path=TAP)
    reader = Reader(context, base_of(first), archive)
    reader.worklist()
    reader.page.locator("tr[data-study]").first.click()
    reader.live()
    reader.keys("p")
    reader.until(TOOL)
    reader.page.mouse.click(*reader.middle())
    reader.until("() => glass.words('marks').at(-1)?.marks.length === 1 && glass.marksSaved()", seconds=30)
    reader.settle()
    with closing(sqlite3.connect(tmp_path / "state" / "farview.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        x, y = reader.middle()
        reader.page.mouse.click(x + 30, y + 30)
        reader.until("() => glass.words('marks').at(-1)?.marks.length === 2")
        killed(first)
        database.execute("ROLLBACK")
    # Where the browser does not hear that the way is gone, the seat is given up after 25 s.
    reader.session("reconnecting", "failed", seconds=30)
    second = FarviewProcess([data], tmp_path, port, ())
    try:
        assert second.url
        reader.session("live", seconds=60)
        reader.until(f"() => ({OLDER})().includes('1 mark is lost: probe')", seconds=30)
        assert "not saved" in reader.see(OLDER)
        reader.keys("2")
        reader.page.get_by_role("button", name="Noted", exact=True).click()
        reader.until(f"() => ({OLDER})() === ''")
        assert reader.see("() => document.querySelectorAll('.mark').length") == 1
        context.close()
    finally:
        second.stop()
