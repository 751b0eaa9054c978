"""One piece of a soak: readers at work, troubles, watchers, samples of memory."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from subprocess import SubprocessError
from typing import Any

import psutil
from playwright.async_api import Error

from scripts.benchmark.links.case import HOME
from scripts.benchmark.links.stage import Stage, stage
from scripts.benchmark.links.volume import LinkVolume
from scripts.benchmark.reader_page import ReaderPage, page_in
from scripts.benchmark.setting import NotMeasured
from scripts.soaking.acts import ACTS, Reading, choose
from scripts.soaking.aftermath import find_again, glimpse
from scripts.soaking.ground import ground_for
from scripts.soaking.place import Ground, Place
from scripts.soaking.soaked import Soaked
from scripts.soaking.troubles import Trouble, troubles_for
from scripts.soaking.watch import ASK_SECONDS, Calm, Found, until_proven, watch

WITNESS = Path(__file__).with_name("witness.js")
MEMORY_SECONDS = 5.0
REST_EVERY = 8
"""After so many acts the hand rests until the picture is proven."""
TROUBLE_SECONDS = (8.0, 40.0)
"""So long it is calm between two troubles, at least and at most; now and then much longer."""
TURN_SECONDS = (3.0, 6.0)
"""The same where each trouble has its turn."""
LONG_CALM = 60.0
STAYS_SHARE = 0.6
"""Of the troubles through which a reader keeps to the study."""
ACT_SECONDS = 240.0
"""No act takes so long, a tunnel of 90 s and a rest behind it included: the browser, or the page, hangs."""
_SHOWN = """() => {
  const worklist = document.querySelector('fv-worklist');
  const rows = `${document.querySelectorAll('tr[data-study]').length} rows`;
  const list = !worklist ? 'no worklist' : worklist.hidden ? 'worklist hidden' : `worklist shown, ${rows}`;
  return `${location.pathname}, ${document.readyState}, ${list}, session ${document.querySelector('fv-viewer')?.dataset.session}`;
}"""
AFTERMATH_SECONDS = 300.0
"""No look at what a trouble left takes so long, with a page that is loaded anew and a picture that is to be proven."""
TROUBLE_MOST_SECONDS = 180.0
"""Nor does any trouble, a tunnel and a server that is started again included."""
START_SECONDS = 420.0
"""To start all, and load both studies."""
CLOSE_SECONDS = 180.0
"""After all is read, and a last act: to close pages, browser, Farview and link."""
ROLES = ("server", "host", "worker", "indexer")


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes: by which seed, with how many readers, behind a proxy or not.

    `only` names the troubles that happen, all where it is empty; with `each` they take turns.
    """

    seed: int
    readers: int = 1
    proxy: bool = False
    each: bool = False
    only: tuple[str, ...] = ()


def most_seconds(minutes: float) -> float:
    """So long a run of so many minutes takes at most, all said: one that takes longer hangs."""
    return START_SECONDS + minutes * 60 + ACT_SECONDS + AFTERMATH_SECONDS + CLOSE_SECONDS


async def soak(folder: Path, volume: LinkVolume, course: Course, soaked: Soaked, *, mounts: bool) -> bool:
    """Reads until all of it is done; False where it was ended before, by Ctrl-C or SIGTERM. All is kept in `soaked`.

    Raises:
        LeftOut: a link can't be made here.
    """
    soaked.begin_piece()
    with ExitStack() as ground_stack:
        ground, volume, options = ground_for(
            folder, volume, ground_stack, mounts=mounts, proxy=course.proxy, readers=course.readers
        )
        clock = ground.clock.environment if ground.clock else None
        front = ground.proxy.before if ground.proxy else None
        flags = ("--ignore-certificate-errors",) if front else ()
        async with (
            stage(HOME, folder, volume, second=True, options=options, environment=clock, front=front, flags=flags) as at,
            AsyncExitStack() as pages,
        ):  # fmt: skip
            run = _Run(at, ground, course, soaked)
            for n in range(course.readers):
                await run.seat(await pages.enter_async_context(_page(at, n)), n)
            return await run.until_done()


class _Run:
    """What goes on at once."""

    def __init__(self, at: Stage, ground: Ground, course: Course, soaked: Soaked) -> None:
        self._at, self._ground, self._course, self._soaked = at, ground, course, soaked
        self._calm = Calm()
        self._readings: dict[str, Reading] = {}
        self._chance = Random(course.seed if soaked.pieces == 1 else f"{course.seed}, piece {soaked.pieces}")

    async def seat(self, reader: ReaderPage, number: int) -> None:
        name = f"reader {number + 1}"
        readers = self._course.readers
        chance = Random(f"{self._chance.random()} {number}")
        addresses = _addresses(self._at, number, readers)
        self._readings[name] = Reading(reader, chance, addresses, may_change=readers == 1)
        self._soaked.found.setdefault(name, Found())

    async def until_done(self) -> bool:
        started, before = time.monotonic(), self._soaked.seconds
        end = started + self._soaked.left
        aside: list[Coroutine[Any, Any, None]] = [self._trouble(), self._measure(started)]
        for name, reading in self._readings.items():
            found = self._soaked.found[name]
            aside.append(_guarded(name, watch(name, reading.reader, self._calm, found), self._soaked))
            aside.append(_measure_page(name, reading.reader, self._soaked, started))
        tasks = [asyncio.create_task(_guarded("the run", each, self._soaked)) for each in aside]
        reading_all = asyncio.gather(*(self._read(name, each, end) for name, each in self._readings.items()))
        try:
            with _asked_to_stop() as stop:
                tasks.append(asyncio.create_task(_when(stop, reading_all.cancel)))
                with contextlib.suppress(asyncio.CancelledError):
                    await reading_all
        finally:
            self._soaked.seconds = before + time.monotonic() - started
            reading_all.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, reading_all, return_exceptions=True)
        return not stop.is_set()

    async def _read(self, name: str, reading: Reading, end: float) -> None:
        count = 0
        while time.monotonic() < end:
            act = choose(reading.chance, may_change_study=reading.may_change, stays=reading.stays)
            self._soaked.acts[act] += 1
            self._soaked.found[name].act = act
            try:
                async with reading.hand, asyncio.timeout(ACT_SECONDS):
                    await ACTS[act][0](reading)
                    count += 1
                    if count % REST_EVERY == 0:
                        await until_proven(name, reading.reader, self._calm, self._soaked.found[name])
            except TimeoutError:
                self._soaked.broken.append(
                    f"{name}, {act}: not done after {ACT_SECONDS:g} s, {self._calm.after}"
                )
            except Error as late:
                # Behind a link that is cut a page may not load; when nothing troubles it, that is a fault.
                if self._calm.seconds() > LONG_CALM:
                    words = str(late).splitlines()[0]
                    shown = await _shown(reading)
                    self._soaked.broken.append(f"{name}, {act}, {self._calm.after}: {words}; {shown}")
                await asyncio.sleep(2)
                try:
                    async with asyncio.timeout(ACT_SECONDS):
                        await _load_again(reading)
                except TimeoutError:
                    self._soaked.broken.append(f"{name}, loading again: not done after {ACT_SECONDS:g} s")

    async def _trouble(self) -> None:
        kinds, self._soaked.lacking = troubles_for(
            self._soaked.minutes, self._ground.parts, self._course.only
        )
        place = Place(self._at.link, self._at.farview, self._chance, self._ground)
        turns = _turns(list(kinds), self._chance)
        while kinds:
            if self._course.each:
                name, pause = next(turns), self._chance.uniform(*TURN_SECONDS)
            else:
                name = self._chance.choices(list(kinds), [kind.weight for kind in kinds.values()])[0]
                longer = LONG_CALM if self._chance.random() < 0.3 else 0.0
                pause = longer + self._chance.uniform(*TROUBLE_SECONDS)
            await asyncio.sleep(pause)
            try:
                await self._one(name, kinds[name], place)
            except (Error, NotMeasured, OSError, SubprocessError, psutil.Error) as error:
                # TimeoutError is an OSError. What follows must still be troubled: a run without troubles finds nothing.
                words = str(error).splitlines() or [type(error).__name__]
                self._soaked.broken.append(f"“{name}”: {words[0]}")

    async def _one(self, name: str, kind: Trouble, place: Place) -> None:
        before = {}
        for reader, reading in self._readings.items():
            reading.stays = self._chance.random() < STAYS_SHARE
            async with reading.hand:  # between two acts
                before[reader] = await glimpse(reading)
        self._calm.trouble, self._calm.since = name, None
        self._soaked.troubles[name] += 1
        try:
            async with asyncio.timeout(TROUBLE_MOST_SECONDS):
                await kind.does(place)
        except TimeoutError:
            self._soaked.broken.append(f"“{name}”: not done after {TROUBLE_MOST_SECONDS:g} s")
        except (psutil.NoSuchProcess, KeyError, IndexError):
            pass  # whoever was to be killed is gone already, and its successor not yet there
        finally:
            self._calm.since = time.monotonic()
        for reader, reading in self._readings.items():
            glimpsed = before[reader]
            if glimpsed is not None and glimpsed.session == "live":
                found = self._soaked.found[reader]
                try:
                    async with asyncio.timeout(AFTERMATH_SECONDS):
                        await find_again(reader, reading, glimpsed, kind.expected, self._calm, found)
                except TimeoutError:
                    found.stuck.append(
                        f"{reader}, {self._calm.after}: not known after {AFTERMATH_SECONDS:g} s what it left"
                    )
            reading.stays = False

    async def _measure(self, started: float) -> None:
        while True:
            await asyncio.sleep(MEMORY_SECONDS)
            try:
                family = self._at.farview.family()
            except psutil.NoSuchProcess:
                continue  # the server is just being killed
            for role, processes in family.items():
                for process in processes if role in ROLES else []:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        # Unique to the process: pages of the series that it has mapped are the system's.
                        unique = process.memory_full_info().uss / 1e6
                        self._soaked.memories.add(role, process.pid, time.monotonic() - started, unique)


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


async def _shown(reading: Reading) -> str:
    """What the page shows, without a word of a patient."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            shown: str = await reading.reader.page.evaluate(_SHOWN)
    except Error:
        return "the page loads"
    except TimeoutError:
        return f"the page answers nothing for {ASK_SECONDS:g} s"
    return shown


async def _load_again(reading: Reading) -> None:
    """A page that did not load shows nothing more by itself: the reader asks for it again."""
    with contextlib.suppress(Error):
        if await reading.reader.page.evaluate("window.farviewWitness === undefined"):
            reading.moves += 1
            await reading.reader.page.goto(reading.studies[0], wait_until="commit")


async def _when(stop: asyncio.Event, end: Callable[[], Any]) -> None:
    await stop.wait()
    end()


def _turns(names: Collection[str], chance: Random) -> Iterator[str]:
    while names:
        yield from chance.sample(list(names), len(names))


@contextlib.contextmanager
def _asked_to_stop() -> Iterator[asyncio.Event]:
    """Set by the first Ctrl-C or SIGTERM; a second one ends the program as ever."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def asked() -> None:
        stop.set()
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        loop.add_signal_handler(number, asked)
    try:
        yield stop
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


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
        words = " ".join(str(error).splitlines()[:1])  # an error may have none
        soaked.broken.append(f"{name}, its watcher: {type(error).__name__}: {words}")
