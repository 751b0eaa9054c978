"""One line, several users: two readers, and a reader beside a download."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace

from scripts.benchmark.links.case import HOME, Case
from scripts.benchmark.links.disturbed import Disturbed, clock_of
from scripts.benchmark.links.moving import move, roll_wheel
from scripts.benchmark.links.stage import Stage, stage
from scripts.benchmark.links.timeline import ages_below, well_again
from scripts.benchmark.links.volume import LinkVolume
from scripts.benchmark.reader_page import ReaderPage
from scripts.benchmark.row import Bar, Row, not_made, of_samples, of_value
from scripts.benchmark.setting import ROOT, NotMeasured, Setting
from scripts.thin_link.download import CONTROL
from scripts.thin_link.passed import UDP, bytes_between, bytes_by_port

CASE: Case = replace(HOME, name="sharing", down_kbit=3_000, loss=0.0)
PORT = 9_999
MOST_SHARE, LEAST_SHARE = 60.0, 25.0
BESIDE_AGE_MS = CASE.rtt_ms + 600
BACK_SECONDS = 5.0
HOLD = 1.0
BEGIN_SECONDS = 5.0
"""So long the flows may find their shares."""


async def sharing(setting: Setting, volume: LinkVolume) -> list[Row]:
    """Two readers of two studies at once; then one of them beside a download."""
    rows: list[Row] = []
    async with stage(CASE, setting.folder("sharing"), volume, second=True) as at:
        for name, act in (("two readers on 3 Mbit/s", _two_readers), ("beside a download", _beside_download)):
            try:
                rows += await act(at, name, setting.quick)
            except NotMeasured as reason:
                rows.append(not_made(name, str(reason)))
    return rows


async def _two_readers(at: Stage, name: str, quick: bool) -> list[Row]:
    seconds = 12.0 if quick else 20.0
    async with at.reader() as one, at.reader(number=1) as other:
        at.link.watch()
        await asyncio.gather(roll_wheel(one, seconds), roll_wheel(other, seconds))
        packets = at.link.watched()
    start, end = packets[0].time + BEGIN_SECONDS, packets[-1].time
    shares = list(bytes_by_port([p for p in packets if start <= p.time], UDP).values())[:2]
    if len(shares) < 2:
        raise NotMeasured("only one reader got pictures")
    used = sum(shares) * 8 / 1000 / (end - start) / CASE.down_kbit
    return [
        of_value(
            f"{name}: share of the one that got more", "%", 100 * shares[0] / sum(shares), (Bar("p50", "≤", MOST_SHARE),),
            f"both together used {100 * used:.0f} % of the line, from {BEGIN_SECONDS:g} s after they began",
        )
    ]  # fmt: skip


async def _beside_download(at: Stage, name: str, quick: bool) -> list[Row]:
    before, beside, after = (2.0, 8.0, 7.0) if quick else (4.0, 20.0, 8.0)
    server = at.link.start_server(
        [sys.executable, "-m", "scripts.thin_link.download", "serve", str(PORT)], cwd=ROOT, stdout=subprocess.PIPE
    )  # fmt: skip
    assert server.stdout is not None
    if not await asyncio.wait_for(asyncio.to_thread(server.stdout.readline), 10):
        raise NotMeasured(f"this kernel has no {CONTROL.decode()} for TCP")
    async with at.reader() as reader:
        found = await _rolled_beside(at, reader, before, beside, after)
    began, ended = found.changed
    start = began + BEGIN_SECONDS
    motion = found.motion.motion()
    ours = bytes_between(found.packets, start, ended, UDP) * 8 / 1000 / (ended - start)
    theirs = bytes_between(found.packets, start, ended) * 8 / 1000 / (ended - start) - ours
    first = round((found.page_ms(start) - motion.first) / 5)
    last = round((found.page_ms(ended) - motion.first) / 5)
    back = well_again(ages_below(motion, CASE.age, found.clock), ended, HOLD)
    name_back = f"{name}: afterwards, until the picture is at most {CASE.age:.0f} ms old"
    bars = (Bar("p50", "≤", BACK_SECONDS),)
    return [
        of_value(
            f"{name}: the reader's share of 3 Mbit/s", "%", 100 * ours / CASE.down_kbit, (Bar("p50", "≥", LEAST_SHARE),),
            f"{CONTROL.decode()} got {theirs:.0f} kbit/s, from {BEGIN_SECONDS:g} s after it began",
        ),
        of_samples(
            f"{name}: age of the newest picture", "ms", motion.ages()[first:last], (Bar("p95", "≤", BESIDE_AGE_MS),)
        ),
        not_made(name_back, "not before the hand stopped", unit="s", bars=bars)
        if back is None
        else of_value(name_back, "s", back, bars),
    ]  # fmt: skip


async def _rolled_beside(
    at: Stage, reader: ReaderPage, before: float, beside: float, after: float
) -> Disturbed:
    """The wheel turns before, while and after something is downloaded; `changed` says when that began and ended."""
    found = Disturbed(await clock_of(reader))
    loop = asyncio.get_running_loop()

    async def download() -> None:
        await asyncio.sleep(before)
        found.changed.append(loop.time())
        command = [
            sys.executable,
            "-m",
            "scripts.thin_link.download",
            "fetch",
            at.link.server_ip,
            str(PORT),
            str(beside),
        ]
        await asyncio.to_thread(
            at.link.run_client, command, cwd=ROOT, stdout=subprocess.DEVNULL, timeout=beside + 20
        )
        found.changed.append(loop.time())

    async def act(reader: ReaderPage, seconds: float) -> None:
        at.link.watch()
        await asyncio.gather(roll_wheel(reader, seconds), download())
        found.packets = at.link.watched()

    found.moved = await move(at, reader, act, before + beside + after, every=50)
    return found
