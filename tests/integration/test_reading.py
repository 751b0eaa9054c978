"""Reading a study through a whole Farview: real server, host, indexer, loader and worker; the page is a real aiortc peer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import numpy as np
import pytest

from signaling.protocol import control, errors, frames, page
from signaling.protocol.moves import EventKind
from signaling.protocol.records import StudyRow
from streamer.demo.phantom import KNOWN_POINTS
from tests.data.phantoms import write_tiny
from tests.running import page_client
from tests.running.farview_process import FarviewProcess, running, stop_process
from tests.running.page_client import NoSeat, PageClient, signed_in


@pytest.fixture(scope="module")
def farview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    data = tmp_path_factory.mktemp("data")
    write_tiny(data / "phantom")
    (data / "notes.txt").write_text("not DICOM")
    with running([data], tmp_path_factory.mktemp("farview")) as process:
        yield process


@asynccontextmanager
async def seated(
    farview: FarviewProcess, still: tuple[str, ...] = ("track", "png")
) -> AsyncIterator[tuple[PageClient, StudyRow]]:
    """A page on a seat, and the phantom's row of the worklist."""
    async with page_client.seated(farview.url, still) as (client, rows):
        yield client, rows[0]


async def test_a_study_opens_with_its_middle_image_and_the_wheel_goes_on_from_there(
    farview: FarviewProcess,
) -> None:
    async with seated(farview) as (client, row):
        opened = await client.open(row, fresh=True)
        assert opened.study.patient_name
        assert opened.series[0].images == row.image_count
        await client.until(lambda: client.record().flags & frames.RecordFlag.MISSING == 0, "loaded")
        first = client.record().image
        assert first == row.image_count // 2
        client.move(steps=3)
        await client.until(lambda: client.record().image == first + 3, "three images on")
        assert client.newest is not None
        assert client.newest[1].input_sequence >= 1


async def test_a_drag_scrolls_a_right_drag_windows_and_both_are_undone_by_cancel(
    farview: FarviewProcess,
) -> None:
    async with seated(farview) as (client, row):
        await client.open(row)
        before = client.record()
        down = client.event(EventKind.DOWN, 0.5, 0.5, gesture=1, button=2)
        client.move(0.5, 0.5, gesture=1, buttons=2, events=(down,))
        client.move(0.6, 0.5, gesture=1, buttons=2, events=(down,))
        await client.until(lambda: client.record().width > before.width, "a wider window")
        cancel = client.event(EventKind.CANCEL, 0.6, 0.5, gesture=1, button=2)
        client.move(0.6, 0.5, gesture=1, events=(down, cancel))
        await client.until(lambda: client.record().width == before.width, "the window as it was")


async def test_a_killed_worker_is_replaced_on_the_same_connection_with_the_same_view(
    farview: FarviewProcess,
) -> None:
    async with seated(farview) as (client, row):
        await client.open(row)
        client.move(steps=2)
        image = client.record().image
        await client.until(lambda: client.record().image != image, "scrolled")
        view = client.record()
        epoch = client.packets[-1].epoch
        workers = farview.children("streamer.worker")
        assert workers
        for worker in workers:
            worker.kill()
        await client.says(control.RendererState, lambda m: m.state == "restarting")
        await client.says(control.RendererState, lambda m: m.state == "live")
        await client.until(lambda: client.packets[-1].epoch > epoch, "pictures of the fresh worker")
        assert client.record().image == view.image
        assert client.record().center == view.center
        assert client.pc.connectionState == "connected"
        client.move(steps=1)
        await client.until(lambda: client.record().image == view.image + 1, "it goes on")


async def test_a_stopped_worker_is_found_out_and_replaced(farview: FarviewProcess) -> None:
    async with seated(farview) as (client, row):
        await client.open(row)
        for worker in farview.children("streamer.worker"):
            stop_process(worker)
        await client.says(control.RendererState, lambda m: m.state == "restarting")
        await client.says(control.RendererState, lambda m: m.state == "live")
        image = client.record().image
        client.move(steps=1 if image < row.image_count - 1 else -1)
        await client.until(lambda: client.record().image != image, "it goes on")


async def test_a_killed_host_comes_back_and_the_view_is_taken_up_again(farview: FarviewProcess) -> None:
    async with seated(farview) as (client, row):
        await client.open(row)
        client.move(steps=-4)
        before = client.record().image
        await client.until(lambda: client.record().image != before, "scrolled")
        image = client.record().image
        await client.until(lambda: _checkpoint_has(farview, image), "the view is kept")
        (host,) = farview.children("streamer")
        host.send_signal(signal.SIGKILL)
        await client.server_says(page.SeatLost)
    async with signed_in(farview.url) as (http, base), PageClient(http, base) as client:
        await _sit_when_there(client, row)
        opened = await client.open(row)
        assert client.record().image == image
        assert opened.resumed_at


async def test_the_last_view_is_kept_when_farview_is_stopped_at_once(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "farview").mkdir()
    write_tiny(tmp_path / "data")
    with running([tmp_path / "data"], tmp_path / "farview") as own:
        async with seated(own) as (client, row):
            await client.open(row)
            before = client.record().image
            client.move(steps=3)
            await client.until(lambda: client.record().image != before, "scrolled")
            image = client.record().image
            await asyncio.to_thread(own.stop)
    assert _checkpoint_has(own, image)


async def test_the_newest_page_wins_and_the_older_is_told(farview: FarviewProcess) -> None:
    async with seated(farview) as (older, row), seated(farview) as (newer, _):
        await older.open(row)
        await newer.open(row)
        await older.says(control.SessionMoved)
        seen = len(older.packets)
        newer.move(steps=1)
        image = newer.record().image
        await newer.until(lambda: newer.record().image != image, "the newer page scrolls")
        assert len(older.packets) == seen


async def test_what_can_not_be_opened_is_refused_in_words(farview: FarviewProcess) -> None:
    async with seated(farview) as (client, row):
        for study in ("1.2.3", "../../etc", "x" * 64):
            client.tell(control.OpenStudy(request=9, archive=row.archive, study=study, width=64, height=64))
            failed = await client.says(control.OpenFailed)
            assert failed.code == errors.UNKNOWN_STUDY
            assert failed.message.endswith(".")
        client.tell(control.OpenStudy(request=9, archive="nowhere", study=row.study, width=64, height=64))
        assert (await client.says(control.OpenFailed)).message
        await client.open(row)


async def test_nonsense_on_every_channel_is_answered_and_the_session_goes_on(farview: FarviewProcess) -> None:
    async with seated(farview) as (client, row):
        await client.open(row)
        for nonsense in ("", "{", "[]", '{"type":"unheard-of"}', '{"type":"command"}', "x" * 70_000):
            client.channels["control"].send(nonsense)
            assert (await client.says(control.Rejected)).message
        for nonsense in (
            b"",
            b"\x01",
            b"\x01\x01" + b"\xff" * 46,
            b"\x09\x01",
            os.urandom(500),
            b"\0" * 2000,
        ):
            client.channels["moves"].send(nonsense)
        rejected = client.command("launch.missiles")
        assert (await client.says(control.Rejected, lambda m: m.id == rejected)).message
        for value in (None, "3x9", float(2**60), (1.0, 2.0)):
            command = client.command("layout.set", value)
            assert (await client.says(control.Rejected, lambda m, c=command: m.id == c)).message  # type: ignore[misc]
        client.move(steps=1)
        image = client.record().image
        await client.until(lambda: client.record().image != image, "it goes on")


async def test_resizing_changes_the_picture_and_keeps_the_view(farview: FarviewProcess) -> None:
    async with seated(farview) as (client, row):
        await client.open(row)
        image = client.record().image
        client.tell(control.Resize(width=801, height=601))
        await client.until(lambda: client.newest and client.newest[1].visible == (801, 601), "the new size")
        await client.until(
            lambda: client.pictures and client.pictures[-1][1].shape == (602, 802), "decoded at it"
        )
        assert client.record().image == image


async def test_at_rest_nothing_is_sent(farview: FarviewProcess) -> None:
    async with seated(farview, still=()) as (client, row):
        await client.open(row)
        await client.until(
            lambda: client.packets[-1].frames[0].flags & frames.FrameFlag.HEARTBEAT, "heartbeats begin"
        )
        # The heartbeat ends by itself: two of its periods without a frame are silence.
        while True:
            count = len(client.packets)
            beats = len(client.beats)
            await client.until(lambda n=beats: len(client.beats) >= n + 4, "the host's beats go on")  # type: ignore[misc]
            if len(client.packets) == count:
                break


async def test_a_known_point_of_the_phantom_has_its_grey_in_the_decoded_picture(
    farview: FarviewProcess,
) -> None:
    async with seated(farview, still=()) as (client, row):
        await client.open(row, fresh=True)
        await client.applied(client.command("voi.set", (0.0, 2000.0)))
        for point in KNOWN_POINTS:
            image = await _scroll_to(client, point.world[2])
            await client.until(
                lambda: client.packets[-1].frames[0].flags & frames.FrameFlag.HEARTBEAT, "refined at rest"
            )
            # The decoder may be a frame behind the description; at rest they show the same.
            record = client.record()
            assert record.image == image
            matrix = np.asarray(record.canvas_from_world).reshape(3, 4)
            x, y, _ = matrix @ [*point.world, 1.0]
            expected = (point.hounsfield + 1000.0) / 2000.0 * 255.0
            grey = client.pictures[-1][1][int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].mean()
            assert abs(grey - min(expected, 255.0)) <= 3, point


async def _scroll_to(client: PageClient, z: float) -> int:
    """Turns the wheel until the image nearest to a height is shown; its number from 0."""
    first = client.record()
    matrix = np.asarray(first.canvas_from_world).reshape(3, 4)
    depth = float(matrix[2] @ [0.0, 0.0, z, 1.0])
    gap = first.thickness
    steps = round(depth / gap)
    if steps:
        client.move(steps=steps)
        await client.until(lambda: client.record().image == first.image + steps, f"{steps} images on")
    return first.image + steps


def _checkpoint_has(farview: FarviewProcess, image: int) -> bool:
    """Whether the view that is kept outside the host shows this image."""
    database = farview.folder / "state" / "farview.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        views = [json.loads(view) for (view,) in connection.execute("SELECT view FROM views")]
    return any(view["state"]["viewports"][0]["image"] == image for view in views)


async def _sit_when_there(client: PageClient, row: StudyRow) -> None:
    """A page asks again until the host is back."""
    for _ in range(100):
        try:
            return await client.sit(row.archive)
        except NoSeat:
            await asyncio.sleep(0.1)
    raise AssertionError("the host did not come back")
