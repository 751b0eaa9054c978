"""What the reader sees when parts of Farview hang or die: never a stale picture as a live one, and the view comes back.

Over WebRTC and, where no UDP passes, over a WebSocket.
"""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser

from tests.e2e.checkpoint import wait_for_checkpoint
from tests.e2e.conftest import Readers, sign_in
from tests.e2e.own_farview import own_farview, own_signed_in
from tests.e2e.reader import Reader
from tests.e2e.studies import CRASH, FIRST, IMAGES
from tests.e2e.transports import NO_SERVER, either_transport, is_carried, reader_over
from tests.running.farview_process import FarviewProcess, free_port, stop_process

SESSIONS = "() => glass.follow(() => document.querySelector('[data-session]').dataset.session)"

farview = own_farview(CRASH)
signed_in = own_signed_in
transport = either_transport


@pytest.fixture
def view(readers: Readers, transport: str) -> Reader:
    """A reader with a view that is not the one a study opens with: another image, window and zoom."""
    reader = reader_over(readers, transport)
    reader.open_afresh(CRASH)
    is_carried(reader, transport)
    reader.keys("Digit5", "-")
    reader.wheel(8)
    reader.image(9)
    reader.shows(center=40, width=400)
    reader.settle()
    return reader


def host_of(farview: FarviewProcess) -> psutil.Process:
    """The render host."""
    (host,) = farview.children("streamer")
    return host


def is_as_it_was(reader: Reader, before: dict[str, Any]) -> None:
    """Until the same view is shown live, and by its own pixels."""
    reader.live()
    names = ("image", "center", "width", "zoom", "series", "matrix", "rect")
    reader.until("(was, names) => names.every((n) => JSON.stringify(glass.record(0)?.[n]) === JSON.stringify(was[n]))",
                 before, names, what="the view as it was")  # fmt: skip
    reader.settle()
    assert reader.drawn_number() == IMAGES + 1 - before["image"]


def goes_on(reader: Reader) -> None:
    """The hand is obeyed, by one image for one notch."""
    image = reader.record()["image"]
    reader.wheel(1)
    reader.image(image + 1)


def test_a_worker_killed_while_scrolling_comes_back_with_the_same_view(
    view: Reader, farview: FarviewProcess
) -> None:
    view.see(SESSIONS)
    view.wheel(3)
    for worker in farview.children("streamer.worker"):
        worker.kill()
    view.until("() => glass.words('renderer').some(({ state }) => state === 'restarting')")
    view.until("() => glass.words('renderer').at(-1).state === 'live'")
    view.live()
    view.image(12)
    view.settle()
    record = view.record()
    assert (record["center"], record["width"]) == (40, 400)
    assert view.drawn_number() == IMAGES + 1 - record["image"]
    assert set(view.see("() => glass.followed()")) <= {"live", "stale"}
    goes_on(view)


def test_a_host_that_hangs_is_said_at_once_and_blind_input_is_never_replayed(
    view: Reader, farview: FarviewProcess
) -> None:
    before = view.record()
    host = host_of(farview)
    stop_process(host)
    try:
        view.session("stale", seconds=4)
        assert "Not live since" in view.words()
        assert "Nothing you do is sent until the picture is live again." in view.words()
        assert view.green() == []
        assert view.page.locator("fv-badge").get_attribute("data-fidelity") == "notLive"
        view.wheel(5)
        view.keys("ArrowDown", "i", "Digit1")
        view.drag(view.middle(), (80, 80), button="right", steps=2)
    finally:
        host.send_signal(signal.SIGCONT)
    view.session("live")
    is_as_it_was(view, before)
    assert "Not live since" not in view.words()
    view.exact()
    goes_on(view)


def test_a_drag_cut_off_by_a_hang_is_cancelled_and_that_is_said(
    view: Reader, farview: FarviewProcess
) -> None:
    before = view.record()
    x, y = view.middle()
    view.page.mouse.move(x, y)
    view.page.mouse.down(button="right")
    view.page.mouse.move(x + 60, y, steps=3)
    view.until("(w) => glass.record(0).width > w + 10", before["width"])
    host = host_of(farview)
    stop_process(host)
    try:
        view.session("stale", seconds=4)
        view.page.mouse.move(x + 160, y, steps=3)
        view.page.mouse.up(button="right")
        assert "The gesture was cancelled" in view.words()
    finally:
        host.send_signal(signal.SIGCONT)
    view.session("live")
    is_as_it_was(view, before)


def test_a_killed_host_is_replaced_and_the_view_comes_back(
    view: Reader, farview: FarviewProcess, transport: str
) -> None:
    before = view.record()
    wait_for_checkpoint(farview, before["image"])
    host_of(farview).kill()
    view.session("reconnecting")
    assert "Not live since" in view.words()
    assert view.green() == []
    view.session("live", seconds=30)
    is_as_it_was(view, before)
    is_carried(view, transport)
    goes_on(view)


def test_a_reload_brings_the_same_view_and_says_so(view: Reader) -> None:
    before = view.record()
    view.page.reload()
    is_as_it_was(view, before)
    view.says("As you left it at")


def test_a_server_that_was_restarted_finds_its_readers_again(
    readers: Readers, browser: Browser, data: Path, tmp_path: Path
) -> None:
    """Two of them, one on either transport, each with a study of its own."""
    seats = {"webrtc": CRASH, "socket": FIRST}
    for study in seats.values():
        shutil.copytree(data / study.name, tmp_path / "data" / study.name)
    port = free_port()
    first = FarviewProcess([tmp_path / "data"], tmp_path, port, ())
    reading: dict[str, Reader] = {}
    try:
        cookie, archive = sign_in(browser, first)
        for image, (transport, study) in enumerate(seats.items(), 7):
            reader = reading[transport] = reader_over(readers, transport, storage_state=cookie)
            reader.archive = archive
            reader.base = first.base
            reader.provoked.append(NO_SERVER)
            reader.open_afresh(study)
            reader.wheel(image - 1)
            reader.image(image)
            reader.settle()
            wait_for_checkpoint(first, image)
        before = {transport: reader.record() for transport, reader in reading.items()}
    finally:
        first.stop()
    for reader in reading.values():
        reader.session("reconnecting", "failed", seconds=30)
        assert reader.green() == []
    second = FarviewProcess([tmp_path / "data"], tmp_path, port, ())
    try:
        assert second.url
        for transport, reader in reading.items():
            reader.session("live", seconds=30)
            is_as_it_was(reader, before[transport])
            is_carried(reader, transport)
            goes_on(reader)
            reader.page.close()
    finally:
        second.stop()
