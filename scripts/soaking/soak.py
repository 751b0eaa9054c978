"""One soak: readers at work, troubles, watchers, samples of memory; then what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psutil
from playwright.async_api import Error

from scripts.benchmark.links.case import HOME
from scripts.benchmark.links.stage import Stage, stage
from scripts.benchmark.links.volume import LinkVolume
from scripts.benchmark.reader_page import ReaderPage, page_in
from scripts.soaking.acts import ACTS, Reading, choose
from scripts.soaking.growth import Memories
from scripts.soaking.troubles import Place, troubles_for
from scripts.soaking.watch import Calm, Found, until_proven, watch

WITNESS = Path(__file__).with_name("witness.js")
MEMORY_SECONDS = 5.0
REST_EVERY = 8
"""After so many acts the hand rests until the picture is proven."""
TROUBLE_SECONDS = (8.0, 40.0)
"""So long it is calm between two troubles, at least and at most; now and then much longer."""
LONG_CALM = 60.0
ACT_SECONDS = 240.0
"""No act takes so long, a tunnel of 90 s and a rest behind it included: the browser, or the page, hangs."""
ROLES = ("server", "host", "worker", "indexer")


@dataclass(slots=True)
class Soaked:
    """What came of it, by reader; what was done and what befell them; memory."""

    seconds: float
    found: dict[str, Found] = field(default_factory=dict)
    acts: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    memories: Memories = field(default_factory=Memories)
    broken: list[str] = field(default_factory=list)


async def soak(folder: Path, volume: LinkVolume, minutes: float, readers: int, seed: int) -> Soaked:
    """Reads for so many minutes.

    Raises:
        LeftOut: a link can't be made here.
    """
    soaked = Soaked(minutes * 60)
    async with stage(HOME, folder, volume, second=True) as at, AsyncExitStack() as pages:
        calm = Calm()
        started = time.monotonic()
        aside: list[Coroutine[Any, Any, None]] = [
            _trouble(at, calm, soaked, minutes, Random(seed)),
            _measure(at, soaked, started),
        ]
        reading: list[Coroutine[Any, Any, None]] = []
        for n in range(readers):
            name = f"reader {n + 1}"
            reader = await pages.enter_async_context(_page(at, n))
            found = soaked.found[name] = Found()
            aside.append(_guarded(name, watch(name, reader, calm, found), soaked))
            aside.append(_measure_page(name, reader, soaked, started))
            own = Reading(reader, Random(seed + n), _addresses(at, n, readers))
            reading.append(_read(name, own, calm, found, soaked, started, may_change=readers == 1))
        tasks = [asyncio.create_task(each) for each in aside]
        try:
            await asyncio.gather(*reading)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return soaked


@asynccontextmanager
async def _page(at: Stage, number: int) -> AsyncIterator[ReaderPage]:
    async with page_in(at.browser, cookies=at.cookies, scripts=[WITNESS]) as reader:
        await reader.page.goto(at.studies[number % 2].address(at.origin), wait_until="commit")
        await reader.until("pictured", 0, "the first picture", 60)
        yield reader


def _addresses(at: Stage, number: int, readers: int) -> tuple[str, ...]:
    """Alone a reader may open either study; two readers of one study would take it from each other."""
    addresses = tuple(study.address(at.origin) for study in at.studies)
    return addresses if readers == 1 else (addresses[number % 2],)


async def _read(
    name: str, reading: Reading, calm: Calm, found: Found, soaked: Soaked, started: float, *, may_change: bool
) -> None:
    count = 0
    while time.monotonic() - started < soaked.seconds:
        act = choose(reading.chance, may_change_study=may_change)
        soaked.acts[act] += 1
        try:
            async with asyncio.timeout(ACT_SECONDS):
                await ACTS[act][0](reading)
                count += 1
                if count % REST_EVERY == 0:
                    await until_proven(name, reading.reader, calm, found)
        except TimeoutError:
            soaked.broken.append(f"{name}, {act}: not done after {ACT_SECONDS:g} s")
        except Error as late:
            # Behind a link that is cut a page may not load; when nothing troubles it, that is a fault.
            if calm.seconds() > LONG_CALM:
                soaked.broken.append(f"{name}, {act}: {str(late).splitlines()[0]}")
            await asyncio.sleep(2)
            if await reading.reader.page.evaluate("window.farviewWitness === undefined"):
                with contextlib.suppress(Error):
                    await reading.reader.page.goto(reading.studies[0], wait_until="commit")


async def _trouble(at: Stage, calm: Calm, soaked: Soaked, minutes: float, chance: Random) -> None:
    kinds = troubles_for(minutes)
    place = Place(at.link, at.farview, chance)
    while True:
        longer = LONG_CALM if chance.random() < 0.3 else 0.0
        await asyncio.sleep(longer + chance.uniform(*TROUBLE_SECONDS))
        name = chance.choices(list(kinds), [weight for _, weight in kinds.values()])[0]
        calm.since = None
        soaked.troubles[name] += 1
        try:
            await kinds[name][0](place)
        except (psutil.NoSuchProcess, KeyError, IndexError):
            pass  # whoever was to be killed is gone already, and its successor not yet there
        finally:
            calm.since = time.monotonic()


async def _measure(at: Stage, soaked: Soaked, started: float) -> None:
    while True:
        await asyncio.sleep(MEMORY_SECONDS)
        for role, processes in at.farview.family().items():
            for process in processes if role in ROLES else []:
                with contextlib.suppress(psutil.NoSuchProcess):
                    # Unique to the process: pages of the series that it has mapped are the system's.
                    unique = process.memory_full_info().uss / 1e6
                    soaked.memories.add(role, process.pid, time.monotonic() - started, unique)


async def _measure_page(name: str, reader: ReaderPage, soaked: Soaked, started: float) -> None:
    await reader.cdp.send("Performance.enable")
    number = int(name.split()[-1])
    while True:
        await asyncio.sleep(MEMORY_SECONDS)
        with contextlib.suppress(Error):
            measured = (await reader.cdp.send("Performance.getMetrics"))["metrics"]
            heap = next(each["value"] for each in measured if each["name"] == "JSHeapUsedSize")
            soaked.memories.add("page", number, time.monotonic() - started, heap / 1e6)


async def _guarded(name: str, work: Coroutine[Any, Any, None], soaked: Soaked) -> None:
    """A watcher that fails is a fault of the run, not a silence; while a page loads it may not be asked."""
    try:
        await work
    except Exception as error:
        soaked.broken.append(f"{name}, its watcher: {type(error).__name__}: {str(error).splitlines()[0]}")
