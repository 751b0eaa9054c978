"""One reader of a month: opens study after study, looks whether each is what was asked for, marks, scrolls, and leaves."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from scripts.soaking.month.diagnosis import diagnosis
from scripts.soaking.month.host import MonthHost
from scripts.soaking.month.log_lines import LogLines
from scripts.soaking.month.looked import wrong_in
from scripts.soaking.month.page import SIZE, Page
from scripts.soaking.month.studies import Written
from signaling.protocol import control, frames
from signaling.protocol.limits import BEAT_SECONDS

OPEN_SECONDS, PICTURE_SECONDS, PROVEN_SECONDS, SAVED_SECONDS = 20.0, 40.0, 30.0, 20.0
TRIES = 4
AGAIN_SECONDS = 1.5
OPENING_SECONDS = 300.0
"""No opening takes so long, with all waits of it: something hangs that none of them names."""
SEAT_TRIES = 5
LAPSE_SHARE = 0.1
"""Of the parked readings that give their worker back when the host looks at them, within a second, so that it ends and another
one is started. The others give it back as soon as the next reading has its own, and it is the next spare."""
RECENT, RECENT_SHARE = 12, 0.3
"""So many studies a reader comes back to, that often."""
PROVEN_SHARE, SCROLL_SHARE, LAYOUT_SHARE, MARK_SHARE, SEAT_SHARE = 0.35, 0.4, 0.15, 0.05, 0.02
LAYOUTS = ("1x1", "1x2", "2x2", "mpr")
MOST_FINDINGS = 40
WAITABLE = ("timeout", "host-full")
"""Codes of refusals after which a reader tries again: something is being restarted."""


@dataclass(slots=True)
class MonthFound:
    """What all readers found together. `findings` are sentences; `counts` what was done."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    most_cache: int = 0
    on_found: Callable[[str, Sequence[str]], None] = lambda sentence, why: None
    """Called with each finding and what is known of its cause, line by line."""

    def write(self, sentence: str, why: Sequence[str] = ()) -> None:
        """Something that must not be."""
        self.counts["findings"] += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(sentence)
            self.on_found(sentence, why)


class MonthReader:
    """`next_opening` gives the number of the next opening, or None when all are done; `opened` is called in each one.

    `marks` is by study how many marks this reader has made.
    """

    def __init__(
        self,
        user: str,
        host: MonthHost,
        studies: Sequence[Written],
        chance: Random,
        found: MonthFound,
        next_opening: Callable[[], int | None],
        opened: Callable[[int], None],
        log: LogLines,
        marks: dict[str, int],
    ) -> None:
        self._user, self._host, self._studies = user, host, studies
        self._chance, self._found = chance, found
        self._next, self._opened = next_opening, opened
        self._recent: list[Written] = []
        self._log, self._marks = log, marks
        self._page = Page()
        self._seat = ""
        self._began = 0.0
        self._is_told = False

    async def read(self) -> None:
        """Until there is no opening left.

        Raises:
            RuntimeError: the host gives no seat.
        """
        beats = asyncio.create_task(self._beat())
        try:
            await self._sit()
            while (number := self._next()) is not None:
                self._began, self._is_told = time.monotonic(), False
                if self._chance.random() < SEAT_SHARE:
                    self._host.unseat(self._seat)
                    await self._sit()
                study = self._pick()
                name = f"opening {number}, study {study.number} ({study.kind.modality})"
                try:
                    async with asyncio.timeout(OPENING_SECONDS):
                        await self._open(number, study, name)
                except TimeoutError:
                    self._write(f"{name}: not done after {OPENING_SECONDS:g} s")
                self._tell(number)
            self._host.unseat(self._seat)
        finally:
            beats.cancel()

    async def _sit(self) -> None:
        for _ in range(SEAT_TRIES):
            try:
                self._page, self._seat = await self._host.seat(self._user)
            except TimeoutError:
                self._write(f"{self._user}: no seat in time")
                continue
            self._found.counts["seats"] += 1
            return
        raise RuntimeError(f"{self._user} got no seat {SEAT_TRIES} times")

    def _tell(self, number: int) -> None:
        """Once in each opening, while its picture is shown if there is one."""
        if not self._is_told:
            self._is_told = True
            self._opened(number)

    def _write(self, sentence: str) -> None:
        why = diagnosis(self._host, self._seat, self._page)
        self._found.write(sentence, [*why, *self._log.since(self._began)])

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self._page.beat()

    def _pick(self) -> Written:
        if self._recent and self._chance.random() < RECENT_SHARE:
            return self._chance.choice(self._recent)
        picked = self._chance.choice(self._studies)
        self._recent = [*self._recent[1 - RECENT :], picked]
        return picked

    async def _open(self, number: int, study: Written, name: str) -> None:
        page, counts = self._page, self._found.counts
        if not await self._is_open(number, study, name):
            return
        if self._chance.random() >= LAPSE_SHARE:
            await page.until(lambda: page.renderer == "live" or self._is_pictured(), PICTURE_SECONDS)
            self._host.expire()
        if not await page.until(lambda: self._is_pictured() or self._is_at_damage(study), PICTURE_SECONDS):
            self._write(f"{name}: no picture within {PICTURE_SECONDS:g} s; {self._described()}")
            return
        counts["pictures"] += 1
        await self._look_at_marks(study, name)
        self._tell(number)
        await self._act(study, name)
        refused, page.refused = page.refused, []
        if refused:
            self._write(f"{name}: refused: {refused[0]}")
        if page.mismatches:
            self._write(f"{name}: {page.mismatches} exact pictures with another hash than was said")
            page.mismatches = 0
        if self._chance.random() < 0.5:
            page.tell(control.CloseStudy())

    async def _is_open(self, number: int, study: Written, name: str) -> bool:
        page = self._page
        said = ""
        for _ in range(TRIES):
            page.forget()
            message = control.OpenStudy(
                request=number, archive=self._archive, study=study.study, width=SIZE[0], height=SIZE[1],
                fresh=self._chance.random() < 0.1,
            )  # fmt: skip
            page.tell(message)
            if not await page.until(lambda: page.opened or page.failed, OPEN_SECONDS):
                said = f"no answer within {OPEN_SECONDS:g} s"
                break
            if page.opened is not None:
                if page.opened.study.study != study.study:
                    self._write(f"{name}: another study was opened, {page.opened.study.study}")
                return page.opened.study.study == study.study
            assert page.failed is not None
            said = f"{page.failed.code}: {page.failed.message}"
            if page.failed.code not in WAITABLE:
                break
            self._found.counts["asked again"] += 1
            await asyncio.sleep(AGAIN_SECONDS)
        self._write(f"{name}: not opened: {said}")
        return False

    @property
    def _archive(self) -> str:
        archive = self._host.archive
        return archive.info.archive if archive is not None and archive.info is not None else ""

    def _is_pictured(self) -> bool:
        """Whether the active viewport shows an image and no pattern that stands for one."""
        page = self._page
        if page.state is None:
            return False
        record = page.records.get(page.state.active)
        return record is not None and record.series >= 0 and not record.flags & frames.RecordFlag.MISSING

    def _is_at_damage(self, study: Written) -> bool:
        """Whether a view was left at the study's damaged image: the pattern stands there for good, with its reason in words."""
        state = self._page.state
        return study.is_damaged and state is not None and bool(state.viewports[state.active].message)

    def _is_proven(self) -> bool:
        """Whether the newest exact picture is one of images, and not of what stands for them while they are loaded."""
        proven = self._page.proven
        return proven is not None and not any(
            record.flags & frames.RecordFlag.MISSING for record in proven.records
        )

    def _described(self) -> str:
        records = [
            (record.viewport, record.series, record.image, record.flags)
            for record in self._page.records.values()
        ]
        return f"viewports (number, series, image, flags): {records}; {self._page.pictures} pictures came"

    async def _look_at_marks(self, study: Written, name: str) -> None:
        must = self._marks.get(study.study, 0)
        if not await self._page.until(lambda: len(self._page.marks) >= must, SAVED_SECONDS):
            self._write(f"{name}: {len(self._page.marks)} of {must} marks are there")

    async def _act(self, study: Written, name: str) -> None:
        chance, page = self._chance, self._page
        if chance.random() < SCROLL_SHARE:
            for _ in range(chance.randint(1, 6)):
                page.scroll(chance.choice((-1, 1)))
                await asyncio.sleep(0.02)
        if chance.random() < LAYOUT_SHARE:
            layouts = LAYOUTS if study.kind.placed else LAYOUTS[:-1]
            page.command("layout.set", chance.choice(layouts))
            self._found.counts["layouts"] += 1
        if chance.random() < MARK_SHARE:
            await self._mark(study, name)
        if chance.random() < PROVEN_SHARE:
            await self._prove(study, name)

    async def _mark(self, study: Written, name: str) -> None:
        page = self._page
        page.command("layout.set", "1x1")
        page.command("tool.set", "length")
        if not await page.until(
            lambda: page.state and page.state.tool == "length" and page.state.layout == "1x1", OPEN_SECONDS
        ):
            self._write(f"{name}: no tool to measure with within {OPEN_SECONDS:g} s")
            return
        if not await page.until(self._is_pictured, PICTURE_SECONDS):
            return
        before = len(page.marks)
        x, y = (self._chance.uniform(0.35, 0.55) for _ in range(2))
        page.drag((x, y), (x + 0.1, y + 0.1))
        if await page.until(lambda: len(page.marks) > before and page.marks_saved, SAVED_SECONDS):
            self._marks[study.study] = len(page.marks)
            self._found.counts["marks"] += 1
        else:
            self._found.counts["marks not made"] += 1
            if len(page.marks) > before:
                self._write(f"{name}: a mark is not saved within {SAVED_SECONDS:g} s")
        page.command("tool.set", "scroll")

    async def _prove(self, study: Written, name: str) -> None:
        page = self._page
        if study.is_damaged:
            return  # what lacks an image may never be exact
        if not await page.until(self._is_proven, PROVEN_SECONDS):
            self._write(f"{name}: not exact within {PROVEN_SECONDS:g} s; {self._described()}")
            return
        assert page.proven is not None
        self._found.counts["exact"] += 1
        looked = wrong_in(page.proven.pixels, page.proven.records, study)
        self._found.counts["looked at"] += looked.viewports
        self._found.counts["passed over"] += looked.passed_over
        if looked.wrong:
            self._write(f"{name}: ANOTHER PICTURE: {looked.wrong}")
