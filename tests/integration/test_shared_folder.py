"""Two real render hosts over one folder: one archive, and whoever reads goes on at the other one when the first is killed."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import aiohttp
import pytest

from signaling.protocol import control, frames
from signaling.protocol.marks import MarksDocument, MarksSaved
from signaling.protocol.moves import EventKind
from tests.data.phantoms import write_tiny
from tests.running.farview_process import FARVIEW, FarviewProcess
from tests.running.page_client import PageClient, signed_in

pytestmark = pytest.mark.timeout(180)


def started(words: list[str | Path], log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=log)


class Hosts:
    """A signaling server and the hosts that are started for it, each in folders of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = FarviewProcess([], folder, 0, (), command="signaling")
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    async def start(self, http: aiohttp.ClientSession, base: str, name: str, *data: str) -> None:
        """The command that the admin page shows, with --data as given."""
        headers = {"Origin": base}
        async with http.post(f"{base}/api/admin/hosts", json={"name": name}, headers=headers) as answer:
            command = (await answer.json())["command"].replace("--data DIR", "")
        own = [f"--cache={self.folder / name}-cache", f"--state={self.folder / name}-state"]
        words = [FARVIEW, *shlex.split(command)[1:], *own, *(f"--data={each}" for each in data)]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = started(words, log)

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self.running[name].kill()
        self.running.pop(name).wait()

    def stop(self) -> None:
        """All of them."""
        for process in self.running.values():
            os.kill(process.pid, signal.SIGINT)
        for process in self.running.values():
            process.wait(30)
        self.server.stop()


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    made = Hosts(tmp_path)
    try:
        yield made
    finally:
        made.stop()


async def until_listed(
    http: aiohttp.ClientSession, base: str, hosts: int, archives: int, studies: int
) -> dict[str, Any]:
    """The worklist, once so many hosts are ready, with all of their images read, and it lists what is wanted."""
    for _ in range(600):
        async with http.get(f"{base}/api/admin/hosts") as answer:
            told = (await answer.json())["hosts"]
        ready = [host for host in told if host["state"] == "ready" and host["archives"] and host["encoders"]]
        async with http.get(f"{base}/api/worklist") as answer:
            found: dict[str, Any] = await answer.json()
        counts = (len(ready), len(found["archives"]), len(found["rows"]))
        if counts == (hosts, archives, studies) and not any(each["scanning"] for each in found["archives"]):
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"never so: {found}, {told}")


async def test_a_killed_host_leaves_its_readings_to_the_other_one(hosts: Hosts, tmp_path: Path) -> None:
    write_tiny(tmp_path / "data")
    async with signed_in(hosts.server.url) as (http, base):
        await hosts.start(http, base, "one", f"main={tmp_path / 'data'}")
        await until_listed(http, base, 1, 1, 1)
        async with PageClient(http, base) as first:
            (row,) = await first.worklist()
            await first.sit(row.archive)
            await first.open(row)
            await first.until(lambda: first.record().flags & frames.RecordFlag.MISSING == 0, "loaded")
            await first.applied(first.command("image.step", 3))
            image = first.record().image
            # The second host comes while the study is read: the archive is called otherwise from then on.
            await hosts.start(http, base, "two", f"main={tmp_path / 'data'}")
            listed = await until_listed(http, base, 2, 1, 1)
            shared = listed["rows"][0]["archive"]
            assert shared != row.archive
            assert listed["archives"][0]["title"] == "main"
            assert listed["archives"][0]["problem"] == ""
            mark = await marked(first)
            hosts.kill("one")
            async with PageClient(http, base, moved_from=first) as second:
                await second.sit(row.archive)
                opened = await second.open(row, goes_on=True)
                assert opened.study.archive == shared
                assert opened.resumed_at > 0
                marks = await second.says(MarksDocument, lambda said: said.marks)
                assert [each.mark for each in marks.marks] == [mark]
                assert second.record().image == image
                assert not [said for said in second.told if isinstance(said, control.OpenFailed)]
            after = await until_listed(http, base, 1, 1, 1)
            assert [each["archive"] for each in after["rows"]] == [shared]


async def marked(client: PageClient) -> str:
    """Draws a length, and waits until it is kept; the mark's id."""
    client.told.clear()
    await client.applied(client.command("tool.set", "length"))
    gesture = client.new_gesture()
    down = client.event(EventKind.DOWN, 0.45, 0.5, gesture=gesture)
    client.move(0.45, 0.5, gesture=gesture, buttons=1, events=(down,))
    up = client.event(EventKind.UP, 0.55, 0.5, gesture=gesture)
    client.move(0.55, 0.5, gesture=gesture, events=(down, up))
    made: list[MarksDocument] = []

    def is_kept() -> bool:
        """What is said to be saved before the mark was made is not the mark."""
        said = [each for each in client.told if isinstance(each, MarksDocument | MarksSaved)]
        made[:] = [each for each in said if isinstance(each, MarksDocument) and each.marks]
        return bool(made) and any(each.saved for each in said[said.index(made[0]) :])

    await client.until(is_kept, "the mark is kept")
    return made[0].marks[0].mark


async def test_separate_folders_stay_two_archives_whatever_their_names(hosts: Hosts, tmp_path: Path) -> None:
    for name in ("here", "there"):
        write_tiny(tmp_path / name, name=name, study=f"study {name}")
    async with signed_in(hosts.server.url) as (http, base):
        # The last two are one folder without a name.
        await hosts.start(http, base, "one", f"main={tmp_path / 'here'}", str(tmp_path / "there"))
        await hosts.start(http, base, "two", f"main={tmp_path / 'there'}")
        found = await until_listed(http, base, 2, 3, 3)
        assert len({archive["archive"] for archive in found["archives"]}) == 3
