"""A render host is killed while somebody reads on it: from the kill to a live picture again, by the reader's own page."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

from scripts.benchmark.farview import PROGRAM, Farview, running
from scripts.benchmark.reader_page import ReaderPage, reader_page
from scripts.benchmark.row import Bar, Row, of_samples
from scripts.benchmark.setting import CHEST, NotMeasured, Setting
from tests.running.signing_in import page_of

KILLS, QUICK_KILLS = 5, 2
ANOTHER_BAR = (Bar("p50", "≤", 3), Bar("p95", "≤", 3))
ONLY_BAR = (Bar("p50", "≤", 4), Bar("p95", "≤", 4))
BUSY_BAR = (Bar("p50", "≤", 7), Bar("p95", "≤", 7))
SECONDS = 40.0
APART = "apart"
_SPIN = "while True: pass"
_RETURN = """(most) => new Promise((resolve, reject) => {
  const viewer = document.querySelector('fv-viewer');
  let gone = false;
  const late = setTimeout(() => reject(new Error('no live picture in time')), most);
  new MutationObserver((_, observer) => {
    gone ||= viewer.dataset.session !== 'live';
    if (!gone || viewer.dataset.session !== 'live') return;
    observer.disconnect();
    clearTimeout(late);
    requestAnimationFrame(() => resolve(Date.now()));
  }).observe(viewer, { attributes: true, attributeFilter: ['data-session'] });
  window.farviewWatches = true;
})"""


async def kills(setting: Setting) -> list[Row]:
    """With another host alive; the only one, on a quiet machine and on one whose cores are all busy."""
    count = QUICK_KILLS if setting.quick else KILLS
    return [
        await another_alive(setting, count),
        await only_host(setting, count, busy=False),
        await only_host(setting, count, busy=True),
    ]


async def another_alive(setting: Setting, count: int) -> Row:
    """A host apart is killed; the one that `farview serve` started reaches the same archive, and takes over."""
    folder = setting.folder("another")
    samples = []
    async with running(folder, [setting.data / CHEST]) as farview, reader_page() as reader:
        await reader.sign_in(farview.url, 1)
        hosts = Hosts(reader, farview, folder, setting.data / CHEST)
        async with hosts.apart():
            await hosts.use_only(APART)
            await read(reader)
            for _ in range(count):
                await hosts.until_on(APART)
                await hosts.use("local")
                samples.append(await back_after(reader, hosts.kill_apart))
                await hosts.start_apart()
                await hosts.drain("local")
    note = "the page's own clock: from SIGKILL to the drawing of the first picture by another host; the view comes back"
    return of_samples("kill: another host alive", "s", samples, ANOTHER_BAR, note)


async def only_host(setting: Setting, count: int, *, busy: bool) -> Row:
    """The host of `farview serve` is killed, and started again by it."""
    folder = setting.folder("busy" if busy else "only")
    samples = []
    async with running(folder, [setting.data / CHEST]) as farview, reader_page() as reader:
        await reader.sign_in(farview.url, 1)
        await read(reader)
        for _ in range(count):
            with all_cores_busy(busy):
                samples.append(await back_after(reader, lambda: kill_own(farview)))
            await reader.settle()
    what = "kill: the only host, every core busy" if busy else "kill: the only host"
    note = "the host of farview serve; from SIGKILL to the drawing of the first picture by its successor"
    return of_samples(what, "s", samples, BUSY_BAR if busy else ONLY_BAR, note)


async def read(reader: ReaderPage) -> None:
    """The CT, its picture at rest."""
    (study,) = await reader.studies("CT")
    await reader.open(study)
    await reader.settle()


async def back_after(reader: ReaderPage, kill: Any) -> float:
    """Seconds from `kill()` until the page is live again.

    Raises:
        NotMeasured: it does not become so.
    """
    await reader.page.evaluate("delete window.farviewWatches")
    back = asyncio.create_task(reader.page.evaluate(_RETURN, SECONDS * 1000))
    await reader.page.wait_for_function("() => window.farviewWatches === true")
    killed = time.time()
    kill()
    try:
        live: float = await back
    except Exception as error:
        raise NotMeasured(f"no live picture within {SECONDS:g} s of the kill") from error
    await reader.settle()
    return live / 1000 - killed


def kill_own(farview: Farview) -> None:
    """SIGKILL for the host of `farview serve`."""
    for process in farview.family().get("host", []):
        process.kill()


@contextmanager
def all_cores_busy(wanted: bool) -> Iterator[None]:
    """As many programs that only count as there are cores."""
    cores = len(os.sched_getaffinity(0)) if wanted else 0
    programs = [subprocess.Popen([sys.executable, "-c", _SPIN]) for _ in range(cores)]
    try:
        yield
    finally:
        for program in programs:
            program.kill()
            program.wait()


class Hosts:
    """The hosts of one server, as its administrator sees them in the reader's browser."""

    def __init__(self, reader: ReaderPage, farview: Farview, folder: Path, data: Path) -> None:
        self._reader = reader
        self._base = page_of(farview.url)
        self._folder = folder
        self._data = data
        self._command = ""
        self._process: subprocess.Popen[bytes] | None = None

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """A second host with the index of the first, so that both name the archive alike."""
        own = self._folder / f"{APART}-state"
        own.mkdir(mode=0o700)
        for index in (self._folder / "state/host").glob("index-*/index.sqlite"):
            place = own / index.parent.name
            place.mkdir(mode=0o700)
            with (
                closing(sqlite3.connect(index)) as source,
                closing(sqlite3.connect(place / index.name)) as to,
            ):
                source.backup(to)
        made = await self._post("", {"name": APART})
        self._command = made["command"].replace("--data DIR", "")
        try:
            await self.start_apart()
            yield
        finally:
            self.kill_apart()

    def _spawn(self) -> subprocess.Popen[bytes]:
        words = [*PROGRAM[:1], *shlex.split(self._command)[1:]]
        words += ["--state", str(self._folder / f"{APART}-state")]
        words += ["--cache", str(self._folder / f"{APART}-cache"), "--data", str(self._data)]
        with (self._folder / f"{APART}.log").open("ab") as log:
            return subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=log)

    async def start_apart(self) -> None:
        """Starts it and waits until readers can be placed on it."""
        self._process = self._spawn()
        await self._until(
            lambda host: (
                host["name"] == APART and host["state"] == "ready" and host["archives"] and host["encoders"]
            ),
            "the second host is ready",
        )

    def kill_apart(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    async def use_only(self, name: str) -> None:
        """Empties every other host."""
        for host in await self._listed():
            if host["name"] != name:
                await self._post(f"/{host['host']}/drain")

    async def use(self, host: str) -> None:
        """Readers may be placed on it again."""
        await self._post(f"/{host}/resume")

    async def drain(self, host: str) -> None:
        """Its readers are moved."""
        await self._post(f"/{host}/drain")

    async def until_on(self, name: str) -> None:
        """Waits until the reader is on that host, live and at rest."""
        await self._until(
            lambda host: host["name"] == name and host["sessions"] == 1, f"the reader is on {name}"
        )
        await self._reader.page.wait_for_selector("fv-viewer[data-session=live]", timeout=SECONDS * 1000)
        await self._reader.settle()

    async def _until(self, holds: Any, what: str) -> None:
        end = time.monotonic() + SECONDS
        while not any(holds(host) for host in await self._listed()):
            if time.monotonic() > end:
                raise NotMeasured(f"not within {SECONDS:g} s: {what}")
            await asyncio.sleep(0.1)

    async def _listed(self) -> list[dict[str, Any]]:
        answer = await self._reader.page.request.get(f"{self._base}/api/admin/hosts")
        hosts: list[dict[str, Any]] = (await answer.json())["hosts"]
        return hosts

    async def _post(self, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        answer = await self._reader.page.request.post(
            f"{self._base}/api/admin/hosts{path}", data=body or {}, headers={"Origin": self._base}
        )
        if not answer.ok:
            raise NotMeasured(f"the server refused {path or 'a host'}: {answer.status}")
        return await answer.json() if body else {}
