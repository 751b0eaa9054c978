"""A reader's host ends, or its line to the server does, while another host reaches the archive: what the reader sees of it."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.checkpoint import wait_for_checkpoint
from tests.e2e.conftest import base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import CRASH
from tests.e2e.test_recovery import goes_on, is_as_it_was
from tests.running.apart_host import share_index, start_apart
from tests.running.farview_process import FarviewProcess, running, wait_until

pytestmark = pytest.mark.timeout(180)


@dataclass
class Site:
    """`farview serve` whose own host is emptied, and another host with the same archive, on which the reader reads."""

    farview: FarviewProcess
    reader: Reader
    apart: subprocess.Popen[bytes]

    def post(self, path: str) -> None:
        answer = self.reader.page.request.post(
            f"{self.reader.base}/api/admin/hosts/{path}", headers={"Origin": self.reader.base}
        )
        assert answer.ok

    def problem(self, name: str) -> str:
        """What the admin page says of a host."""
        listed = self.reader.page.request.get(f"{self.reader.base}/api/admin/hosts").json()["hosts"]
        return next(f"{host['state']}: {host['problem']}" for host in listed if host["name"] == name)

    def reaches(self, name: str) -> bool:
        """Whether a host is ready, and has named its archive."""
        listed = self.reader.page.request.get(f"{self.reader.base}/api/admin/hosts").json()["hosts"]
        return any(
            (host["name"], host["state"]) == (name, "ready") and host["archives"] and host["encoders"]
            for host in listed
        )


def registered(reader: Reader) -> dict[str, str]:
    """The answer to the registration of a host."""
    answer = reader.page.request.post(
        f"{reader.base}/api/admin/hosts", data={"name": "apart"}, headers={"Origin": reader.base}
    )
    assert answer.ok, answer.text()
    registration: dict[str, str] = answer.json()
    return registration


@pytest.fixture
def site(browser: Browser, data: Path, tmp_path: Path) -> Iterator[Site]:
    with running([data / CRASH.name], tmp_path) as farview:
        cookie, archive = sign_in(browser, farview)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, storage_state=cookie)
        context.add_init_script(path=TAP)
        reader = Reader(context, base_of(farview), archive)
        made = registered(reader)
        share_index(tmp_path / "state" / "host", tmp_path, "apart")
        apart = start_apart(made["command"], "apart", tmp_path, data / CRASH.name)
        site = Site(farview, reader, apart)
        try:
            wait_until(lambda: site.reaches("apart"), 40.0, "the other host is ready")
            site.post("local/drain")
            reader.open_afresh(CRASH)
            reader.wheel(8)
            reader.image(9)
            reader.settle()
            wait_for_checkpoint(farview, 9)
            reader.until(
                "() => document.querySelector('.message-aside')?.innerText.startsWith('apart')",
                what="which host it is",
            )
            yield site
            assert reader.faults == []
        finally:
            context.close()
            apart.kill()
            apart.wait()


@pytest.mark.parametrize("how", ["killed", "stopped"])
def test_another_host_takes_the_reading_over(site: Site, how: str) -> None:
    reader = site.reader
    before = reader.record()
    site.post("local/resume")
    site.apart.send_signal(signal.SIGKILL if how == "killed" else signal.SIGTERM)
    reader.session("reconnecting")
    reader.session("live")
    is_as_it_was(reader, before)
    goes_on(reader)
    assert site.apart.wait(20) == (-signal.SIGKILL if how == "killed" else 0)


def test_a_reader_is_moved_from_a_host_that_is_emptied(site: Site) -> None:
    reader = site.reader
    before = reader.record()
    site.post("local/resume")
    # From before the host is asked: how long the reader is between two hosts is up to them.
    reader.see(
        "() => glass.follow(() => [document.querySelector('[data-session]').dataset.session, document.body.innerText])"
    )
    host = next(
        host["host"]
        for host in reader.page.request.get(f"{reader.base}/api/admin/hosts").json()["hosts"]
        if host["name"] == "apart"
    )
    site.post(f"{host}/drain")
    reader.until(
        "() => glass.following.samples.some(([session]) => session === 'reconnecting')", what="it is moved"
    )
    reader.session("live")
    moved = [words for session, words in reader.see("() => glass.followed()") if session == "reconnecting"]
    assert any("The render host apart is being emptied." in words for words in moved)
    is_as_it_was(reader, before)
    goes_on(reader)
    wait_until(
        lambda: "Nobody reads on it any more." in site.problem("apart"), 15.0, "the admin page says so"
    )


def test_after_the_only_host_was_stopped_the_reason_stands(
    browser: Browser, data: Path, tmp_path: Path
) -> None:
    server = FarviewProcess([], tmp_path, 0, (), command="signaling")
    apart: subprocess.Popen[bytes] | None = None
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(path=TAP)
    try:
        reader = Reader(context, base_of(server), "")
        reader.provoked.append(r"401 \(Unauthorized\)")  # asked for before the address has signed in
        reader.page.goto(server.url)
        reader.page.wait_for_selector(
            "fv-worklist", state="attached"
        )  # signed in: a script of the first page does
        made = registered(reader)
        apart = start_apart(made["command"], "apart", tmp_path, data / CRASH.name)
        row = reader.page.wait_for_selector("tr[data-study]", timeout=40_000)
        reader.archive = row.get_attribute("data-archive")
        reader.open_afresh(CRASH)
        apart.send_signal(signal.SIGTERM)
        reader.session("reconnecting")
        assert "Not live since" in reader.words()
        stands = r"The render host apart (is being|was) stopped"
        assert re.search(stands, reader.words())
        next_is = "() => document.body.innerText.includes('It goes on as soon as one')"
        reader.until(next_is, what="what comes next")
        assert re.search(stands, reader.words())
        assert "Not live since" in reader.words()
        assert reader.green() == []
        assert apart.wait(20) == 0
        apart = start_apart(made["command"], "apart", tmp_path, data / CRASH.name)
        reader.session("live", seconds=40)
        assert not re.search(stands, reader.words())
        assert reader.faults == []
    finally:
        context.close()
        if apart is not None:
            apart.kill()
            apart.wait()
        server.stop()
