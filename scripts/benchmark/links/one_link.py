"""One link, row by row: steps, wheel, window drag, exact stills; what is to be compared is compared afterwards."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from scripts.benchmark.links.case import GOOD, HOME, Case
from scripts.benchmark.links.kept import qualities
from scripts.benchmark.links.moving import (
    QUICK_SECONDS,
    SECONDS,
    Act,
    Moved,
    drag_window,
    last_step,
    motion_rows,
    move,
    roll_wheel,
)
from scripts.benchmark.links.photon import photon_rows, photons
from scripts.benchmark.links.proving import (
    GOOD_VIEWS,
    QUICK_REDRAWN,
    QUICK_VIEWS,
    REDRAWN,
    VIEWS,
    Provings,
    prove,
    proving_rows,
    redrawn,
)
from scripts.benchmark.links.stage import Stage, stage
from scripts.benchmark.links.stepping import QUICK_STEPS, STEPS, Steps, step_rows, take_steps
from scripts.benchmark.links.volume import LinkVolume
from scripts.benchmark.reader_page import PICTURE, ReaderPage
from scripts.benchmark.reference import Drawn, ReferenceWorker, reference_worker
from scripts.benchmark.row import Row, not_made
from scripts.benchmark.setting import NotMeasured, Setting

STOPS, QUICK_STOPS = 2, 1
"""So many short motions more, for how long the last input takes to be seen."""
STOP_SECONDS = 1.0
Result = TypeVar("Result")
_drawn: Drawn = {}
"""Reference pictures of one link serve for the next: the hand does the same on each."""


@dataclass(slots=True)
class Measured:
    """What was measured behind one link, and what could not be."""

    rows: list[Row] = field(default_factory=list)
    steps: Steps | None = None
    wheel: list[Moved] = field(default_factory=list)
    drag: list[Moved] = field(default_factory=list)
    provings: Provings | None = None
    failed: list[Row] = field(default_factory=list)

    async def attempt(self, name: str, act: Callable[[], Awaitable[Result]]) -> Result | None:
        """The result; where it fails, a row says why, and the other rows are measured all the same."""
        try:
            return await act()
        except NotMeasured as reason:
            self.failed.append(not_made(name, str(reason)))
        except Exception as error:
            traceback.print_exc()
            first_line = (str(error).splitlines() or [""])[0]
            self.failed.append(not_made(name, f"{type(error).__name__}: {first_line}"))
        return None


async def one_link(case: Case, setting: Setting, volume: LinkVolume) -> list[Row]:
    """All rows of one link."""
    found = Measured()
    folder = setting.folder(case.name)
    async with stage(case, folder, volume) as at:
        await _behind(at, setting.quick, found)
    async with reference_worker(folder, volume.root, volume.study, _drawn) as worker:
        found.rows += await _compared(case, found, worker)
    return [*found.rows, *found.failed]


async def _behind(at: Stage, quick: bool, found: Measured) -> None:
    case = at.case
    async with at.reader() as reader:
        found.steps = await found.attempt(
            f"{case.name}: step", lambda: take_steps(reader, QUICK_STEPS if quick else STEPS)
        )
        await reader.press("w", "tool", "window")
        found.drag = await _motions(at, reader, drag_window, quick, found, "drag")
        await reader.press("s", "tool", "scroll")
        found.wheel = await _motions(at, reader, roll_wheel, quick, found, "wheel")
        await reader.press("w", "tool", "window")
        if case is HOME and not quick:
            apart = await found.attempt(f"{case.name}: the page's clock", lambda: photons(reader))
            found.rows += photon_rows(case, apart) if apart else []
        views = QUICK_VIEWS if quick else GOOD_VIEWS if case is GOOD else VIEWS
        again = QUICK_REDRAWN if quick else REDRAWN
        found.provings = await found.attempt(
            f"{case.name}: last input → exact", lambda: prove(at, reader, views, again)
        )


async def _motions(
    at: Stage, reader: ReaderPage, act: Act, quick: bool, found: Measured, name: str
) -> list[Moved]:
    """The long motion, then the short ones."""
    lengths = [QUICK_SECONDS if quick else SECONDS] + [STOP_SECONDS] * (QUICK_STOPS if quick else STOPS)
    motions: list[Moved] = []
    for seconds in lengths:
        moved = await found.attempt(f"{at.case.name}: {name}", partial(move, at, reader, act, seconds))
        if moved is None:
            break
        motions.append(moved)
    return motions


async def _compared(case: Case, found: Measured, worker: ReferenceWorker) -> list[Row]:
    rows: list[Row] = []
    if found.steps:
        quality = await qualities(worker, found.steps.kept)
        rows += step_rows(case, case.name, found.steps, quality)
    for name, motions, rate in (
        ("wheel", found.wheel, case.wheel_rate),
        ("window drag", found.drag, case.drag_rate),
    ):
        if motions:
            rows += await _motion(case, f"{case.name}: {name}", motions, rate, found, worker)
    if found.provings:
        drawn, different = await redrawn(worker, found.provings.proven, PICTURE)
        rows += proving_rows(case, case.name, found.provings, drawn, different)
    return rows


async def _motion(
    case: Case, name: str, motions: list[Moved], rate: float, found: Measured, worker: ReferenceWorker
) -> list[Row]:
    stops: list[float] = []
    first: dict[int, float] = {}
    for n, moved in enumerate(motions):
        quality = await qualities(worker, moved.kept)
        moved.kept.clear()  # a gigabyte of pictures
        first = first or quality
        try:
            stops.append(last_step(moved.taken, quality, case.psnr))
        except NotMeasured as reason:
            found.failed.append(not_made(f"{name}, stop {n + 1}", str(reason)))
    return motion_rows(case, name, motions[0], first, rate, stops)
