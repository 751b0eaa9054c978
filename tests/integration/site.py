"""A server, the line by which its hosts reach it, and real hosts that serve one folder as one archive."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from signaling.protocol import page
from signaling.protocol.records import StudyRow
from tests.data.phantoms import write_tiny
from tests.integration.test_host_apart import hosts, post
from tests.running.apart_host import share_index, start_apart
from tests.running.farview_process import FarviewProcess
from tests.running.line import Line
from tests.running.page_client import PageClient, signed_in


class Site:
    """Hosts by their names; each is started, signalled and waited for by it."""

    def __init__(
        self, folder: Path, server: FarviewProcess, http: aiohttp.ClientSession, base: str, line: Line
    ) -> None:
        self.server = server
        self.folder = folder
        self.http = http
        self.base = base
        self.line = line
        self.commands: dict[str, str] = {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    async def start(self, name: str, index_of: str = "") -> None:
        """A host; with the index of another one that was stopped it names the archive as that one does."""
        if name not in self.commands:
            made = await post(self.http, self.base, "/api/admin/hosts", name=name)
            self.commands[name] = made["command"].replace(self.base, f"http://127.0.0.1:{self.line.port}")
        if index_of:
            share_index(self.folder / f"{index_of}-state", self.folder, name)
        self.processes[name] = start_apart(self.commands[name], name, self.folder, self.folder / "data")
        await self.until(name, "ready")

    async def until(self, name: str, state: str, words: str = "") -> None:
        """Waits until the admin page says so of a host, and it has what it needs for readers."""
        for _ in range(1200):
            for host in await hosts(self.http, self.base):
                is_whole = state != "ready" or (host["archives"] and host["encoders"])
                if (host["name"], host["state"]) == (name, state) and is_whole and words in host["problem"]:
                    return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{name} is not {state}, {words}: {await hosts(self.http, self.base)}")

    async def drain(self, name: str, how: str = "drain") -> None:
        """Has a host emptied, or (`how` resume) used again."""
        (listed,) = [host for host in await hosts(self.http, self.base) if host["name"] == name]
        await post(self.http, self.base, f"/api/admin/hosts/{listed['host']}/{how}")

    async def remove(self, name: str) -> None:
        """Has a host removed."""
        (listed,) = [host for host in await hosts(self.http, self.base) if host["name"] == name]
        path = f"{self.base}/api/admin/hosts/{listed['host']}"
        async with self.http.delete(path, headers={"Origin": self.base}) as answer:
            assert answer.status == 204, await answer.text()

    def signal(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        self.processes[name].send_signal(number)

    async def ended(self, name: str) -> int:
        """Its exit status."""
        return await asyncio.to_thread(self.processes[name].wait, 20)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[tuple[PageClient, StudyRow]]:
        """A page that reads."""
        async with PageClient(self.http, self.base) as client:
            row = (await client.worklist())[0]
            await client.sit(row.archive)
            await client.open(row)
            yield client, row

    async def image(self) -> int:
        """The image at which a fresh page finds the study."""
        async with self.reader() as (client, _):
            return client.record().image


@asynccontextmanager
async def sites(folder: Path) -> AsyncIterator[Site]:
    write_tiny(folder / "data")
    server = FarviewProcess([], folder, 0, (), command="signaling")
    try:
        async with signed_in(server.url) as (http, base), Line(int(base.rpartition(":")[2])) as line:
            site = Site(folder, server, http, base, line)
            try:
                yield site
            finally:
                for process in site.processes.values():
                    if process.poll() is None:
                        process.kill()
                    process.wait()
    finally:
        server.stop()


async def scroll(client: PageClient, steps: int) -> int:
    """Moves on and waits for the picture, not for what is saved; the image."""
    image = client.record().image + steps
    client.move(steps=steps)
    await client.until(lambda: client.record().image == image, f"image {image}")
    return image


def losses(client: PageClient) -> list[str]:
    return [message.message for message in client.server_told if isinstance(message, page.SeatLost)]
