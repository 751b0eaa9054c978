"""The line between a host and its server is cut while a reader scrolls: what the page shows of that, which is nothing."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import base_of
from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import CRASH
from tests.e2e.test_host_ends import registered
from tests.e2e.test_recovery import goes_on
from tests.running.apart_host import start_apart
from tests.running.farview_process import FarviewProcess, wait_until
from tests.running.line import Line

T = TypeVar("T")
pytestmark = pytest.mark.timeout(180)
STATES = """() => {
  window.states = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) window.states.push(target.dataset.session);
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-session'] });
}"""


class OwnLine:
    """A line in a loop of its own, since the browser is driven without one."""

    def __init__(self, target: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.line = Line(target)
        self.run(self.line.__aenter__())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def close(self) -> None:
        self.run(self.line.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def line_to(port: int) -> Iterator[OwnLine]:
    own = OwnLine(port)
    try:
        yield own
    finally:
        own.close()


def is_ready(reader: Reader) -> bool:
    listed = reader.page.request.get(f"{reader.base}/api/admin/hosts").json()["hosts"]
    return [host["state"] for host in listed] == ["ready"]


def to_and_fro(reader: Reader) -> None:
    """One image further and back: however quick the machine, no end of the series is reached."""
    image = reader.record()["image"]
    goes_on(reader)
    reader.wheel(-1)
    reader.image(image)


def test_a_reader_who_scrolls_sees_nothing_of_a_line_that_is_cut(
    browser: Browser, data: Path, tmp_path: Path
) -> None:
    server = FarviewProcess([], tmp_path, 0, (), command="signaling")
    apart: subprocess.Popen[bytes] | None = None
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(path=TAP)
    with line_to(int(base_of(server).rpartition(":")[2])) as own:
        try:
            reader = Reader(context, base_of(server), "")
            reader.page.goto(server.url)
            reader.page.wait_for_selector("fv-worklist", state="attached")
            command = registered(reader)["command"]
            through = command.replace(base_of(server), f"http://127.0.0.1:{own.line.port}")
            apart = start_apart(through, "apart", tmp_path, data / CRASH.name)
            row = reader.page.wait_for_selector("tr[data-study]", timeout=40_000)
            assert row is not None
            reader.archive = row.get_attribute("data-archive") or ""
            reader.open_afresh(CRASH)
            reader.settle()
            reader.see(STATES)
            for seconds in (0.5, 5.0):
                passed = own.line.passed
                own.run(own.line.cut())
                until = time.monotonic() + seconds
                to_and_fro(reader)
                while time.monotonic() < until:
                    to_and_fro(reader)
                assert "Not live" not in reader.words()
                own.line.join()
                wait_until(lambda passed=passed: own.line.passed > passed, 20.0, "the host dials again")
                wait_until(lambda: is_ready(reader), 20.0, "the server knows it again")
                goes_on(reader)
            assert reader.see("() => window.states.filter((state) => state !== 'live')") == []
            assert reader.page.locator("fv-viewer fv-message-bar .message-words").inner_text() == ""
            assert reader.faults == []
        finally:
            context.close()
            if apart is not None:
                apart.kill()
                apart.wait()
            server.stop()
