"""Real programs: the line between host and server is cut, or the server stands still, and who reads goes on reading."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from signaling.protocol import page
from tests.data.phantoms import write_tiny
from tests.integration.test_host_apart import post, start_host, until_state
from tests.running.farview_process import FarviewProcess
from tests.running.line import Line
from tests.running.page_client import PageClient, signed_in

pytestmark = pytest.mark.timeout(180)


@asynccontextmanager
async def reading(tmp_path: Path) -> AsyncIterator[tuple[FarviewProcess, Line, PageClient]]:
    """A server, a host that reaches it by a line, and a page that reads on the host."""
    write_tiny(tmp_path / "data")
    server = FarviewProcess([], tmp_path, 0, (), command="signaling")
    host: subprocess.Popen[bytes] | None = None
    try:
        async with signed_in(server.url) as (http, base), Line(int(base.rpartition(":")[2])) as line:
            made = await post(http, base, "/api/admin/hosts", name="apart")
            host = start_host(made["command"].replace(base, f"http://127.0.0.1:{line.port}"), tmp_path)
            await until_state(http, base, "ready")
            async with PageClient(http, base) as client:
                rows = await client.worklist()
                await client.sit(rows[0].archive)
                await client.open(rows[0])
                yield server, line, client
    finally:
        if host is not None:
            host.send_signal(signal.SIGKILL)
            host.wait()
        server.stop()


async def reads_on(client: PageClient) -> None:
    """The hand moves the picture."""
    image = client.record().image
    client.move(steps=1)
    await client.until(lambda: client.record().image == image + 1, "who reads goes on reading")


def losses(client: PageClient) -> list[page.ToPage]:
    """What the page was told of lost seats."""
    return [message for message in client.server_told if isinstance(message, page.SeatLost)]


async def test_a_cut_between_host_and_server_interrupts_no_reading(tmp_path: Path) -> None:
    async with reading(tmp_path) as (_, line, client):
        passed = line.passed
        await line.cut()
        await reads_on(client)
        line.join()
        await client.until(lambda: line.passed > passed, "the host dials again")
        await until_state(client.http, client.base, "ready")
        await reads_on(client)
        # It asked the page to look, and the page has seen that its host lives.
        await client.server_says(page.SeatDoubted)
        # The server still knows the seat: another page of this reader is placed, and this one is released by its page.
        assert losses(client) == []
        assert len(await client.worklist()) == 1


async def test_a_server_that_stands_still_declares_no_host_lost(tmp_path: Path) -> None:
    async with reading(tmp_path) as (server, _, client):
        os.kill(server.process.pid, signal.SIGSTOP)
        try:
            # Longer than a host may be silent; media go on meanwhile.
            for _ in range(6):
                await reads_on(client)
                await asyncio.sleep(1.0)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        await until_state(client.http, client.base, "ready")
        await reads_on(client)
        assert losses(client) == []
        assert "host lost" not in server.log
