"""A link that changes under the hand: 5 → 0.5 → 5 Mbit/s, an outage of 5 s, a stretch of 5 % loss."""

from __future__ import annotations

from dataclasses import replace

from scripts.benchmark.links.case import HOME, PSNR_ENOUGH, SHARE_USED, Case
from scripts.benchmark.links.disturbed import Disturbed, roll_disturbed
from scripts.benchmark.links.kept import qualities
from scripts.benchmark.links.stage import Stage, stage
from scripts.benchmark.links.timeline import (
    ages_below,
    longest_freeze,
    most_within,
    rate_at,
    well_again,
    windows,
)
from scripts.benchmark.links.volume import LinkVolume
from scripts.benchmark.reader_page import ReaderPage
from scripts.benchmark.reference import reference_worker
from scripts.benchmark.row import Bar, Row, not_made, of_value
from scripts.benchmark.setting import NotMeasured, Setting
from signaling.protocol.frames import FrameFlag

CASE: Case = replace(HOME, name="changing", loss=0.0)
NARROW_KBIT = 500.0
LOSS = 0.05
HOLD = 1.0
STORM_SECONDS, STORM = 5.0, 5
"""More key frames within so many seconds are a storm."""
Quality = dict[int, float]


async def changing(setting: Setting, volume: LinkVolume) -> list[Row]:
    """The three of them, one after the other, on one link."""
    quick = setting.quick
    folder = setting.folder("changing")
    # Seconds at which the link changes, and at which the hand stops.
    down, up, end = (3.0, 8.0, 13.0) if quick else (6.0, 17.0, 30.0)
    lossy, clean, stop = (2.0, 6.0, 9.0) if quick else (3.0, 11.0, 16.0)
    async with stage(CASE, folder, volume) as at, at.reader() as reader:
        steps = await _rate_steps(at, reader, down, up, end)
        outage = await roll_disturbed(at, reader, 15, ((3, {"cut": True}), (8, {"cut": False})), every=50)
        loss = await roll_disturbed(
            at, reader, stop, ((lossy, {"loss": LOSS}), (clean, {"loss": 0.0})), every=50
        )
    async with reference_worker(folder, volume.root, volume.study) as worker:
        quality = await qualities(worker, steps.motion.kept)
    return [*_step_rows(steps, quality), *_outage_rows(outage), *_loss_rows(loss)]


async def _rate_steps(at: Stage, reader: ReaderPage, down: float, up: float, end: float) -> Disturbed:
    narrow, wide = {"down_kbit": NARROW_KBIT}, {"down_kbit": CASE.down_kbit}
    return await roll_disturbed(at, reader, end, ((down, narrow), (up, wide)))


def _step_rows(found: Disturbed, quality: Quality) -> list[Row]:
    down, up = found.changed
    motion = found.motion.motion()
    end = motion.last / 1000 + found.clock
    drawn = motion.drawn
    ages = ages_below(motion, CASE.age, found.clock)
    used = [(t, _is_used(found, quality, t)) for t in windows(up, end)]
    middle = down + (up - down) / 2
    name = "5 → 0.5 → 5 Mbit/s"
    return [
        _recovery(f"{name}: narrower, until the picture is at most {CASE.age:.0f} ms old", well_again(ages, down, HOLD)),
        of_value(
            f"{name}: narrower, longest freeze", "ms",
            longest_freeze(drawn, found.page_ms(down), found.page_ms(min(down + 5, up))),
        ),
        _share_row(f"{name}: narrow, share of the line used", found, quality, middle, up, NARROW_KBIT),
        _recovery(
            f"{name}: wider, until {100 * SHARE_USED:.0f} % are used or {PSNR_ENOUGH:g} dB reached", well_again(used, up, HOLD)
        ),
        of_value(
            f"{name}: wider, longest freeze", "ms", longest_freeze(drawn, found.page_ms(up), motion.last),
        ),
        _storm_row(name, found),
    ]  # fmt: skip


def _is_used(found: Disturbed, quality: Quality, t: float) -> bool:
    rate = rate_at(found.packets, t)
    return rate >= SHARE_USED * CASE.down_kbit or _psnr(found, quality, t - 1, t) >= PSNR_ENOUGH


def _psnr(found: Disturbed, quality: Quality, start: float, end: float) -> float:
    """The mean PSNR of the pictures drawn meanwhile, 0 without any."""
    low, high = found.page_ms(start), found.page_ms(end)
    drawn = found.motion.motion().drawn
    found_here = [quality[info["rtp"]] for t, info in drawn if low <= t < high and info["rtp"] in quality]
    return sum(found_here) / len(found_here) if found_here else 0.0


def _share_row(name: str, found: Disturbed, quality: Quality, start: float, end: float, kbit: float) -> Row:
    share = sum(p.size for p in found.packets if start <= p.time < end) * 8 / 1000 / (end - start) / kbit
    psnr = _psnr(found, quality, start, end)
    bars = () if psnr >= PSNR_ENOUGH else (Bar("p50", "≥", 100 * SHARE_USED),)
    return of_value(name, "%", 100 * share, bars, f"pictures of {psnr:.1f} dB on average")


def _outage_rows(found: Disturbed) -> list[Row]:
    cut, again = (found.page_ms(t) for t in found.changed)
    motion = found.motion.motion()
    before = max((info["revision"] for t, info in motion.drawn if t < again), default=-1)
    moved = next((t for t, info in motion.drawn if t >= again and info["revision"] > before), None)
    name = "outage of 5 s"
    recovery = None if moved is None else (moved - again) / 1000
    return [
        _recovery(f"{name}: until the picture moves again", recovery),
        of_value(f"{name}: longest freeze", "ms", longest_freeze(motion.drawn, cut, motion.last)),
        _storm_row(name, found),
    ]


def _loss_rows(found: Disturbed) -> list[Row]:
    lossy, clean = found.changed
    motion = found.motion.motion()
    start, end = found.page_ms(lossy), found.page_ms(clean)
    revisions = {info["revision"] for t, info in motion.drawn if start <= t < end}
    ages = ages_below(motion, CASE.age, found.clock)
    name = "loss 0 → 5 → 0 %"
    return [
        of_value(f"{name}: different pictures meanwhile", "1/s", len(revisions) / (clean - lossy)),
        of_value(
            f"{name}: longest freeze", "ms", longest_freeze(motion.drawn, start, end), (),
            f"{found.motion.asked['nackCount']} packets asked for again",
        ),
        _recovery(f"{name}: afterwards, until the picture is at most {CASE.age:.0f} ms old", well_again(ages, clean, HOLD)),
        _storm_row(name, found),
    ]  # fmt: skip


def _recovery(name: str, seconds: float | None) -> Row:
    if seconds is None:
        return not_made(name, "not before the hand stopped", unit="s")
    return of_value(name, "s", seconds)


def _storm_row(name: str, found: Disturbed) -> Row:
    """A browser without pictures asks on and on; a storm it is only when it gets all that it asks for."""
    if not found.asked:
        raise NotMeasured("the browser did not say how often it asked for key frames")
    drawn = found.motion.motion().drawn
    keys = [t / 1000 for t, info in drawn if info["flags"] & FrameFlag.KEY]
    return of_value(
        f"{name}: key frames, most in {STORM_SECONDS:g} s", "",
        most_within([(t, n) for n, t in enumerate(keys, 1)], STORM_SECONDS) + 1 if keys else 0, (Bar("p50", "≤", STORM),),
        f"{len(keys)} in all; {found.motion.asked['pliCount']} asked for, at most "
        f"{most_within(found.asked, STORM_SECONDS)} in {STORM_SECONDS:g} s",
    )  # fmt: skip
