"""Signaling server and render host started apart, as for several machines: register, read, drain, remove."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from signaling.protocol import page
from tests.data.phantoms import write_tiny
from tests.running.farview_process import FARVIEW, FarviewProcess
from tests.running.page_client import NoSeat, PageClient, signed_in
from tests.running.signing_in import page_of


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FarviewProcess]:
    farview = FarviewProcess([], tmp_path, 0, (), command="signaling")
    try:
        yield farview
    finally:
        farview.stop()


async def post(http: aiohttp.ClientSession, base: str, path: str, **body: Any) -> Any:
    async with http.post(f"{base}{path}", json=body, headers={"Origin": base}) as response:
        assert response.status < 300, await response.text()
        return await response.json() if response.content_type == "application/json" else None


async def hosts(http: aiohttp.ClientSession, base: str) -> list[dict[str, Any]]:
    async with http.get(f"{base}/api/admin/hosts") as response:
        listed: list[dict[str, Any]] = (await response.json())["hosts"]
        return listed


async def until_state(http: aiohttp.ClientSession, base: str, state: str) -> dict[str, Any]:
    for _ in range(300):
        for host in await hosts(http, base):
            # What a host draws with, and what it reaches, follow its registration by a moment.
            if host["state"] == state and (state != "ready" or (host["archives"] and host["encoders"])):
                return host
        await asyncio.sleep(0.1)
    raise AssertionError(f"no host is {state}: {await hosts(http, base)}")


def start_host(command: str, tmp_path: Path) -> subprocess.Popen[bytes]:
    """The command that the admin page shows, with folders of the test's own."""
    words = shlex.split(command)
    assert words[:2] == ["farview", "host"], command
    folders = ["--cache", str(tmp_path / "host-cache"), "--state", str(tmp_path / "host-state")]
    arguments = [FARVIEW, *words[1:], *folders, "--data", str(tmp_path / "data")]
    with (tmp_path / "host.log").open("wb") as log:
        return subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stderr=log)


async def test_a_host_is_registered_read_from_drained_and_removed(
    server: FarviewProcess, tmp_path: Path
) -> None:
    write_tiny(tmp_path / "data")
    async with signed_in(server.url) as (http, base):
        made = await post(http, base, "/api/admin/hosts", name="reading-1")
        host = start_host(made["command"], tmp_path)
        try:
            listed = await until_state(http, base, "ready")
            assert listed["name"] == "reading-1"
            assert listed["encoders"]
            async with PageClient(http, base) as client:
                rows = await client.worklist()
                await client.sit(rows[0].archive)
                await client.open(rows[0])
                await post(http, base, f"/api/admin/hosts/{listed['host']}/drain")
                await until_state(http, base, "draining")
                async with signed_in(server.url) as (other, _), PageClient(other, base) as late:
                    with pytest.raises(NoSeat):
                        await late.sit(rows[0].archive)
                image = client.record().image
                client.move(steps=1)
                await client.until(lambda: client.record().image == image + 1, "who reads goes on reading")
                await post(http, base, f"/api/admin/hosts/{listed['host']}/resume")
                await until_state(http, base, "ready")
                async with http.delete(
                    f"{base}/api/admin/hosts/{listed['host']}", headers={"Origin": base}
                ) as response:
                    assert response.status < 300
                await client.server_says(page.SeatLost)
            assert await asyncio.to_thread(host.wait, 20) == 3
            last = (tmp_path / "host.log").read_text().splitlines()[-1]
            assert last.startswith("farview host: ")
        finally:
            if host.poll() is None:
                host.send_signal(signal.SIGKILL)
            host.wait()


async def test_a_host_with_a_wrong_key_says_so_and_ends(server: FarviewProcess, tmp_path: Path) -> None:
    base = page_of(server.url)
    arguments = [
        FARVIEW,
        "host",
        "--signaling",
        base,
        "--cache",
        str(tmp_path / "c"),
        "--state",
        str(tmp_path / "s"),
    ]
    environment = {**os.environ, "FARVIEW_HOST_KEY": "fvh_wrong"}
    ended = await asyncio.to_thread(
        subprocess.run, arguments, env=environment, capture_output=True, text=True, timeout=40, check=False
    )
    assert ended.returncode == 3
    assert "key" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr
