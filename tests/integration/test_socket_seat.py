"""A seat on a WebSocket through a whole Farview: real server, host, loader and worker; the page is a real client without UDP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from signaling.protocol import control, frames, page
from tests.data.phantoms import write_tiny
from tests.running.farview_process import FarviewProcess, running
from tests.running.socket_client import SocketClient, seated_on_socket


@pytest.fixture(scope="module")
def farview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    data = tmp_path_factory.mktemp("data")
    write_tiny(data / "phantom")
    with running([data], tmp_path_factory.mktemp("farview")) as process:
        yield process


async def loaded(client: SocketClient) -> None:
    """Until the picture has voxels."""
    await client.until(lambda: client.record().flags & frames.RecordFlag.MISSING == 0, "loaded")


@pytest.mark.parametrize("still", [("track", "png"), ("png",)], ids=["video", "image"])
async def test_pictures_the_hand_and_exact_stills_go_the_same_way(
    farview: FarviewProcess, still: tuple[str, ...]
) -> None:
    async with seated_on_socket(farview.url, still) as (client, rows):
        await client.open(rows[0], fresh=True)
        await loaded(client)
        first = client.record().image
        client.move(steps=3)
        await client.until(lambda: client.record().image == first + 3, "three images on")
        proof = await client.at_rest()
        assert proof.method == still[0]
        assert client.pictures[-1][1].shape == client.picture(proof).shape[:2]
        assert client.units[0][1], "the first picture is no key frame"


async def test_stills_that_input_overtakes_stop_and_the_next_one_is_exact(farview: FarviewProcess) -> None:
    async with seated_on_socket(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        await loaded(client)
        for _ in range(6):
            await client.at_rest()
            client.move(steps=1)
            client.move(steps=-1)
        assert (await client.at_rest()).sha256
        assert {answer.verdict for answer in client.answers} <= {"exact", "stale", "missing"}


async def test_a_seat_that_is_let_go_ends_at_both_ends(farview: FarviewProcess) -> None:
    async with seated_on_socket(farview.url) as (client, rows):
        await client.open(rows[0])
        assert client.end is not None
        await client.tell_server(page.SeatRelease(seat=client.seat))
        end = client.end
        await client.until(lambda: end.closed, "the server hangs up")
    async with seated_on_socket(farview.url) as (client, rows):
        await client.open(rows[0])
        await loaded(client)


async def test_a_killed_worker_is_replaced_on_the_same_stream(farview: FarviewProcess) -> None:
    async with seated_on_socket(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        await loaded(client)
        await client.at_rest()
        image = client.record().image
        before, epoch = len(client.units), client.packets[-1].epoch
        for worker in farview.children("streamer.worker"):
            worker.kill()
        await client.says(control.RendererState, lambda message: message.state == "live")
        await client.until(lambda: client.packets[-1].epoch > epoch, "pictures of the fresh worker")
        assert client.record().image == image
        client.move(steps=1)
        await client.until(lambda: client.record().image == image + 1, "it goes on")
        await client.until(
            lambda: any(key for _, key, _ in client.units[before:]), "a key frame of another worker"
        )


async def test_a_page_that_does_not_read_is_sent_no_more_and_then_goes_on(farview: FarviewProcess) -> None:
    async with seated_on_socket(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        await loaded(client)
        assert client.end is not None
        connection = client.end._response.connection
        assert connection is not None
        transport = connection.transport
        assert isinstance(transport, asyncio.Transport)
        came = len(client.units)
        transport.pause_reading()
        for step in range(60):
            client.move(steps=1 if step % 2 else -1)
            await asyncio.sleep(0.02)
        transport.resume_reading()
        client.move(steps=2)
        newest = client.record().image
        await client.until(lambda: client.record().image != newest, "pictures go on")
        # What came at once is what the link was thought to hold, not sixty pictures.
        assert len(client.units) - came < 60
        await client.at_rest()
