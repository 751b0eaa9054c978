"""The disk of the state or of the cache is full: words say so, nothing is lost, and it goes on when there is room again.

Each lies on a small file system of its own (tmpfs), which the tests fill; mounting it needs root.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.checkpoint import wait_for_checkpoint
from tests.e2e.conftest import Readers
from tests.e2e.own_farview import own_signed_in
from tests.e2e.reader import Reader
from tests.e2e.studies import CRASH
from tests.fakes.troubled_database import filled as full
from tests.fakes.troubled_database import small_disk
from tests.running.farview_process import FarviewProcess, running

STATE_SIZE, CACHE_SIZE = "8m", "256m"
STORED = "() => ({ ...glass.words('marks').at(-1), ...glass.lastOfMarks() })"

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def farview(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    """A Farview whose state and cache each have a disk of their own."""
    folder = tmp_path_factory.mktemp("small")
    with (
        small_disk(folder / "state", STATE_SIZE),
        small_disk(folder / "cache", CACHE_SIZE),
        running([data / CRASH.name], folder) as process,
    ):
        assert process.url
        yield process


signed_in = own_signed_in


def says(reader: Reader, words: str) -> None:
    """Until these words can be read on the page."""
    reader.until("(words) => document.body.innerText.includes(words)", words)


def test_no_room_in_the_cache_is_said_and_the_images_come_when_there_is_room(
    readers: Readers, farview: FarviewProcess
) -> None:
    reader = readers()
    with full(farview.folder / "cache"):
        reader.page.goto(reader.address(CRASH))
        reader.session("live")
        says(reader, "No room for the images in the cache")
        assert reader.green() == []
    reader.live()
    reader.settle()
    reader.until("() => !document.body.innerText.includes('No room')", what="nothing of it is said any more")
    assert reader.drawn_number() == reader.record()["instance"]
    reader.exact()


def test_no_room_for_marks_is_said_and_they_are_stored_when_there_is_room(
    readers: Readers, farview: FarviewProcess
) -> None:
    reader = readers()
    reader.open_afresh(CRASH)
    reader.keys("d")
    reader.until("() => document.querySelector('[data-session]').dataset.tool === 'length'")
    with full(farview.folder / "state"):
        reader.drag(reader.middle(), (90, 40))
        reader.until(
            f"() => ({STORED})().marks.length === 1 && ({STORED})().problem", what="a mark not saved"
        )
        says(reader, "database is full")
        assert reader.see(STORED)["saved"] is False
        assert reader.page.locator("[data-kind=length]").count() == 1
        reader.wheel(2)
        reader.image(3)
        assert reader.drawn_number() == reader.record()["instance"], "reading goes on"
    reader.until(f"() => ({STORED})().saved && !({STORED})().problem", what="the mark is saved")
    (mark,) = reader.see(STORED)["marks"]
    wait_for_checkpoint(farview, 3)
    (host,) = farview.children("streamer")
    host.kill()
    reader.session("reconnecting")
    reader.session("live", seconds=30)
    reader.live()
    reader.image(3)
    assert reader.see(STORED)["marks"] == [mark]
