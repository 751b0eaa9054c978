"""Two render hosts with different folders: every study of the worklist opens, whichever host the page has its seat on."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.data.phantoms import write_tiny
from tests.e2e.conftest import base_of
from tests.e2e.reader import TAP, Reader
from tests.running.farview_process import FARVIEW, FarviewProcess, running

pytestmark = pytest.mark.timeout(180)
STUDIES = "() => [...document.querySelectorAll('tr[data-study]')].map((row) => row.dataset.study)"


@dataclass
class Sites:
    """A server with a host of its own, another host, and a reader."""

    farview: FarviewProcess
    reader: Reader
    uids: dict[str, str]

    def row(self, archive: str) -> Any:
        """The row of that folder's study."""
        return self.reader.page.locator(f"tr[data-study='{self.uids[archive]}']")


@pytest.fixture(scope="module")
def sites(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    tmp_path = tmp_path_factory.mktemp("two-hosts")
    for name in ("near", "far"):
        write_tiny(tmp_path / name, name=name, study=f"study-{name}")
    with running([tmp_path / "near"], tmp_path) as farview:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_init_script(path=TAP)
        base = base_of(farview)
        page = context.new_page()
        page.goto(farview.url)
        page.wait_for_selector("tr[data-study]")
        near = page.evaluate(STUDIES)
        made = page.request.post(
            f"{base}/api/admin/hosts", data={"name": "far"}, headers={"Origin": base}
        ).json()
        folders = [
            "--data",
            tmp_path / "far",
            "--state",
            tmp_path / "far-state",
            "--cache",
            tmp_path / "far-cache",
        ]
        command = [FARVIEW, *shlex.split(made["command"].replace("--data DIR", ""))[1:], *map(str, folders)]
        with (tmp_path / "far.log").open("wb") as log:
            far = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
        try:
            page.wait_for_function(
                "() => document.querySelectorAll('tr[data-study]').length === 2", timeout=40_000
            )
            all_listed = page.evaluate(STUDIES)
            uids = {"near": near[0], "far": next(uid for uid in all_listed if uid not in near)}
            yield Sites(farview, Reader(context, base, "", page), uids)
            context.close()
        finally:
            far.kill()
            far.wait()


def test_every_study_opens_whichever_host_the_seat_is_on(sites: Sites) -> None:
    reader = sites.reader
    for name in ("near", "far", "near", "far"):
        sites.row(name).click()
        reader.live()
        assert "does not reach" not in reader.words()
        reader.page.go_back()
        reader.page.wait_for_selector("tr[data-study]")
    assert reader.faults == []


def test_an_address_opens_on_the_host_that_holds_the_study(sites: Sites) -> None:
    reader = sites.reader
    reader.worklist()
    sites.row("far").click()
    reader.live()
    for _ in range(3):
        reader.page.reload()
        reader.live()
        assert "does not reach" not in reader.words()
    assert reader.faults == []
