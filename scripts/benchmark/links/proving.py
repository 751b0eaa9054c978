"""From the last input to a picture that is proven to be exact; each is hashed here again, and some drawn by a fresh worker."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scripts.benchmark.hand import drag, wheel
from scripts.benchmark.links.case import Case
from scripts.benchmark.links.stage import Stage
from scripts.benchmark.links.wandering import Wanderer
from scripts.benchmark.reader_page import ReaderPage
from scripts.benchmark.reference import ReferenceWorker, saved_view
from scripts.benchmark.row import Bar, Row, not_made, of_samples, of_value
from scripts.benchmark.setting import NotMeasured
from streamer.viewer.state import ViewState

VIEWS, GOOD_VIEWS, QUICK_VIEWS = 50, 1000, 10
REDRAWN, QUICK_REDRAWN = 20, 4
PROVEN_WITHIN_SECONDS = 20.0
SAVED_WITHIN_SECONDS = 5.0
PAUSE_SECONDS = 0.05
ALL_EQUAL = (Bar("p50", "≤", 0),)


@dataclass(frozen=True, slots=True)
class Proven:
    """One view: ms from the last input to green, bytes of its still, the page's hash, and that of the canvas as read here."""

    milliseconds: float
    size: int
    method: str
    said: str
    read: str
    saved: ViewState | None = None
    """The view itself, where it is to be drawn again."""


@dataclass(frozen=True, slots=True)
class Provings:
    """All of them; how many were never proven in time, and how many the page itself called different."""

    proven: tuple[Proven, ...]
    failed: int
    mismatches: int


async def prove(stage: Stage, reader: ReaderPage, count: int, redrawn: int) -> Provings:
    """Goes to `count` random views, by the wheel and by dragging the window in turn, and waits for green each time.

    Raises:
        NotMeasured: the first view is never proven.
    """
    chance = random.Random(7)
    wanderer = Wanderer(chance)
    proven: list[Proven] = []
    failed = mismatches = 0
    again = set(range(0, count, max(1, count // redrawn))) if redrawn else set()
    for n in range(count):
        await asyncio.sleep(chance.random() * PAUSE_SECONDS)
        await reader.probe("clear")
        await _to_a_view(reader, wanderer, n)
        if not await reader.probe("until", "proven", 0, PROVEN_WITHIN_SECONDS * 1000):
            if not proven and n == 0:
                raise NotMeasured(f"no picture was proven within {PROVEN_WITHIN_SECONDS:g} s")
            failed += 1
            continue
        proven.append(await _proven(stage, reader, n in again))
        verdicts = (await reader.probe("take"))["verdicts"]
        mismatches += sum(verdict["verdict"] == "mismatch" for verdict in verdicts)
    return Provings(tuple(proven), failed, mismatches)


async def _to_a_view(reader: ReaderPage, wanderer: Wanderer, n: int) -> None:
    left, top, width, height = await reader.place(await reader.viewport(1))
    x, y = left + width / 2, top + height / 2
    if n % 2:
        right, down = wanderer.drag()
        await drag(reader.cdp, lambda event: (x, y) if event == 0 else (x + right, y + down), 2, 60)
        return
    steps = wanderer.steps()
    direction = 1 if steps > 0 else -1
    await asyncio.gather(*(wheel(reader.cdp, (x, y), direction) for _ in range(abs(steps))))


async def _proven(stage: Stage, reader: ReaderPage, again: bool) -> Proven:
    newest = await reader.probe("newestInput")
    taken = await reader.probe("take")
    green = next(f for f in taken["fidelities"] if f["fidelity"] == "exact" and f["t"] > newest)
    proof = next((p for p in reversed(taken["proofs"]) if p["sha256"] == green["sha256"]), None)
    if proof is None:
        raise NotMeasured("the page calls a picture exact of which the host has said nothing")
    read = await reader.probe("canvasHash", proof["channels"])
    saved = await _saved(stage, reader) if again else None
    return Proven(green["t"] - newest, proof["size"], proof["method"], green["sha256"], read, saved)


async def _saved(stage: Stage, reader: ReaderPage) -> ViewState:
    """The view shown, as the host has saved it: with all its digits, which a record of the wire has not."""
    record = await reader.viewport(1)
    for _ in range(round(SAVED_WITHIN_SECONDS / 0.1)):
        view = saved_view(stage.folder, stage.volume.root, stage.studies[0].study)
        if _is_of(view, record):
            return view
        await asyncio.sleep(0.1)
    raise NotMeasured("the view on the glass was not saved")


def _is_of(view: ViewState, record: dict[str, Any]) -> bool:
    viewport = view.viewports[0]
    near = max(abs(viewport.voi.center - record["center"]), abs(viewport.voi.width - record["width"]))
    return bool(viewport.image == record["image"]) and near < 1e-3


async def redrawn(
    worker: ReferenceWorker, proven: Sequence[Proven], size: tuple[int, int]
) -> tuple[int, int]:
    """How many of the saved views a fresh worker drew, and how many of those differ from what the page called exact."""
    drawn = different = 0
    for each in proven:
        if each.saved is not None:
            drawn += 1
            grey = await worker.picture(each.saved, size)
            different += hashlib.sha256(grey.tobytes()).hexdigest() != each.said
    return drawn, different


def proving_rows(case: Case, name: str, provings: Provings, drawn: int, different: int) -> list[Row]:
    """Time, what of it counts, sizes, and whether all were equal."""
    proven = provings.proven
    if not proven:
        return [not_made(f"{name}: last input → exact", "no view was proven", unit="ms")]
    times = [each.milliseconds for each in proven]
    less = [case.exact_less(each.milliseconds, each.size) for each in proven]
    wrong = sum(each.said != each.read for each in proven) + different + provings.mismatches
    methods = ", ".join(
        f"{m} {sum(p.method == m for p in proven)}" for m in sorted({p.method for p in proven})
    )
    return [
        of_samples(f"{name}: last input → exact", "ms", times, (), f"by {methods}"),
        of_samples(
            f"{name}: last input → exact, less RTT and 1.3 × bytes/rate", "ms", less, case.exact,
            f"{provings.failed} views were not proven within {PROVEN_WITHIN_SECONDS:g} s",
        ),
        of_samples(f"{name}: size of an exact still", "kB", [each.size / 1000 for each in proven]),
        of_value(
            f"{name}: exact pictures that were not equal, or not proven", "", wrong + provings.failed, ALL_EQUAL,
            f"each canvas hashed once more; {drawn} views drawn by a fresh worker, {different} of them different", n=len(proven),
        ),
    ]  # fmt: skip
