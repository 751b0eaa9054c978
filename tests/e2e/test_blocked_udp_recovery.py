"""Where no UDP passes: parts of Farview die, the reader sees what is seen elsewhere, and the seat is on a WebSocket again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.checkpoint import wait_for_checkpoint
from tests.e2e.conftest import Readers, sign_in
from tests.e2e.reader import Reader
from tests.e2e.studies import CRASH
from tests.e2e.test_blocked_udp import BLOCKED, TRANSPORT
from tests.running.farview_process import FarviewProcess, free_port, running

NO_SERVER = "WebSocket connection to|Failed to load resource|ERR_CONNECTION"


@pytest.fixture(scope="module")
def farview(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    """A Farview of these tests' own, to be broken."""
    with running([data / CRASH.name], tmp_path_factory.mktemp("broken")) as process:
        assert process.url
        yield process


@pytest.fixture(scope="module")
def signed_in(browser: Browser, farview: FarviewProcess) -> tuple[Any, str]:
    """A reader of it."""
    return sign_in(browser, farview)


def goes_on(reader: Reader, image: int) -> None:
    """The same image is shown live, over a WebSocket, and the hand is obeyed."""
    reader.live()
    reader.image(image)
    assert reader.see(TRANSPORT) == "socket"
    reader.wheel(1)
    reader.image(image + 1)
    assert reader.drawn_number() == reader.record()["instance"]


def test_a_killed_worker_and_a_killed_host_are_replaced(readers: Readers, farview: FarviewProcess) -> None:
    reader = readers(script=BLOCKED)
    reader.provoked.append("WebSocket connection to")
    reader.open_afresh(CRASH)
    reader.wheel(4)
    reader.image(5)
    reader.settle()
    for worker in farview.children("streamer.worker"):
        worker.kill()
    reader.until("() => glass.words('renderer').some(({ state }) => state === 'restarting')")
    reader.until("() => glass.words('renderer').at(-1).state === 'live'")
    goes_on(reader, 5)
    wait_for_checkpoint(farview, 6)
    (host,) = farview.children("streamer")
    host.kill()
    reader.session("reconnecting")
    assert reader.green() == []
    reader.session("live", seconds=30)
    goes_on(reader, 6)


def test_a_restarted_server_ends_the_seat_and_the_page_takes_another(
    readers: Readers, browser: Browser, data: Path, tmp_path: Path
) -> None:
    port = free_port()
    first = FarviewProcess([data / CRASH.name], tmp_path, port, ())
    try:
        cookie, archive = sign_in(browser, first)
        reader = readers(storage_state=cookie, script=BLOCKED)
        reader.archive = archive
        reader.base = first.url.split("/?")[0]
        reader.provoked.append(NO_SERVER)
        reader.open_afresh(CRASH)
        reader.wheel(6)
        reader.image(7)
        wait_for_checkpoint(first, 7)
    finally:
        first.stop()
    reader.session("reconnecting", "failed")
    assert reader.green() == []
    second = FarviewProcess([data / CRASH.name], tmp_path, port, ())
    try:
        assert second.url
        reader.session("live", seconds=30)
        goes_on(reader, 7)
        reader.page.close()
    finally:
        second.stop()
