"""Larger screens on the middle links: 3840 × 2160, and 2360 × 1640 with two device pixels a CSS pixel."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.benchmark.links.case import HOME, POOR, Case
from scripts.benchmark.links.kept import qualities
from scripts.benchmark.links.moving import QUICK_SECONDS, Moved, drag_window, move
from scripts.benchmark.links.one_link import Measured
from scripts.benchmark.links.proving import Provings, prove
from scripts.benchmark.links.stage import Stage, stage
from scripts.benchmark.links.stepping import Steps, take_steps
from scripts.benchmark.links.volume import LinkVolume
from scripts.benchmark.reference import ReferenceWorker, reference_worker
from scripts.benchmark.row import Row, of_samples, of_value, percentile
from scripts.benchmark.setting import Setting
from scripts.benchmark.usage import memory

SIZES = (((3840, 2160), 1.0), ((2360, 1640), 2.0))
STEPS = 5
DRAG_SECONDS = 4.0
VIEWS, QUICK_VIEWS = 3, 2
EACH = 4
"""Of the moving pictures each so many-th is kept: they are eight times as large."""


@dataclass(slots=True)
class Sized:
    """What was measured at one size."""

    name: str
    size: tuple[int, int]
    steps: Steps | None
    drag: Moved | None
    provings: Provings | None
    worker: float
    host: float


async def sizes(setting: Setting, volume: LinkVolume) -> list[Row]:
    """Stated, without bars; a host that serves smaller pictures says so."""
    rows: list[Row] = []
    for case in (HOME, POOR):
        for size, ratio in SIZES:
            rows += await _at_size(case, size, ratio, setting, volume)
    return rows


async def _at_size(
    case: Case, size: tuple[int, int], ratio: float, setting: Setting, volume: LinkVolume
) -> list[Row]:
    name = f"{case.name}, {size[0]} × {size[1]}"
    folder = setting.folder(f"{case.name}-{size[0]}")
    found = Measured()
    async with stage(case, folder, volume, ratio=ratio) as at:
        sized = await found.attempt(name, lambda: _measure(at, name, size, setting.quick, found))
    if sized is not None:
        async with reference_worker(folder, volume.root, volume.study) as worker:
            found.rows += await _rows(case, sized, worker)
    return [*found.rows, *found.failed]


async def _measure(at: Stage, name: str, size: tuple[int, int], quick: bool, found: Measured) -> Sized:
    async with at.reader(size) as reader:
        steps = await found.attempt(f"{name}: step", lambda: take_steps(reader, STEPS))
        await reader.press("w", "tool", "window")
        seconds = QUICK_SECONDS if quick else DRAG_SECONDS
        drag = await found.attempt(
            f"{name}: window drag", lambda: move(at, reader, drag_window, seconds, every=EACH)
        )
        views = QUICK_VIEWS if quick else VIEWS
        provings = await found.attempt(
            f"{name}: last input → exact", lambda: prove(at, reader, views, redrawn=0)
        )
        # The worker of the session is the one that has grown.
        worker = max(each.unique for each in memory(at.farview, "worker"))
        (host,) = memory(at.farview, "host")
    return Sized(name, size, steps, drag, provings, worker, host.resident)


async def _rows(case: Case, sized: Sized, worker: ReferenceWorker) -> list[Row]:
    name = sized.name
    rows: list[Row] = []
    if sized.steps:
        quality = await qualities(worker, sized.steps.kept)
        times = [step.until(quality, case.psnr) for step in sized.steps.steps]
        rows.append(of_samples(f"{name}: step → picture of {case.psnr:g} dB", "ms", times))
    if sized.drag:
        compared = await qualities(worker, sized.drag.kept)
        rows.append(_drag_row(f"{name}: window drag, pictures shown", sized.drag, list(compared.values())))
    if sized.provings and sized.provings.proven:
        times = [each.milliseconds for each in sized.provings.proven]
        kilobytes = percentile([each.size / 1000 for each in sized.provings.proven], 0.5)
        wrong = sum(each.said != each.read for each in sized.provings.proven) + sized.provings.mismatches
        note = f"{kilobytes:.0f} kB p50; {wrong} not equal, {sized.provings.failed} not proven in time"
        rows.append(of_samples(f"{name}: last input → exact", "ms", times, (), note))
    rows.append(
        of_value(f"{name}: memory of the worker", "MB", sized.worker, (), f"host {sized.host:.0f} MB")
    )
    return rows


def _drag_row(name: str, moved: Moved, compared: list[float]) -> Row:
    motion = moved.motion()
    psnr = f"{percentile(compared, 0.5):.1f} dB p50" if compared else "none compared"
    note = (
        f"of {motion.mean('size') / 1000:.1f} kB, scale {motion.mean('scale'):.2f}, drawing {motion.mean('draw_ms'):.0f} ms, "
        f"coding {motion.mean('encode_ms'):.0f} ms; {psnr} of {len(compared)}; age {motion.age_p95():.0f} ms p95"
    )
    return of_value(name, "1/s", motion.drawn_rate(), (), note)
