"""The study a session shows: its stacks, and the loads of their pixels in the order the reader needs them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from signaling.protocol.records import ContentChange, StudyInfo
from streamer.ipc.messages import StackPlan, StudyDescribed
from streamer.ipc.volume_cache import FrameState
from streamer.session import mark_origin
from streamer.session.content import Content, StackContent, bounded, patient_of, stack_content
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from streamer.session.unnoted import joined
from streamer.viewer.context import Statistics
from streamer.viewer.marks import Mark, Marks
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewportState

BACKGROUND_CAP_BYTES = 2 * 1024**3


class OpenedStudy:
    """Stacks by number, and their loads once asked for. `on_load` is called whenever more is known of one."""

    def __init__(
        self,
        described: StudyDescribed,
        tenant: str,
        archive: str,
        root: str,
        store: SeriesStore,
        on_load: Callable[[int, SeriesLoad], None],
    ) -> None:
        self.info: StudyInfo = described.study
        self.plans: tuple[StackPlan, ...] = described.plans
        self.missing = described.missing
        self.stacks: tuple[Stack, ...] = tuple(plan.stack for plan in described.plans)
        self._tenant, self._archive, self._root = tenant, archive, root
        self._store = store
        self._on_load = on_load
        self._loads: dict[int, SeriesLoad] = {}
        self._listeners: dict[int, Callable[[SeriesLoad], None]] = {}
        self._shown: set[SeriesLoad] = set()
        self.on_evicted: Callable[[int, SeriesLoad], None] = lambda stack, load: None
        """Called when the pixels of a stack that is not shown went, since others needed their room."""
        self._places: dict[int, dict[tuple[str, int], int]] = {}
        self.changes: tuple[ContentChange, ...] = ()
        """What was another, when it was opened, than what the reader's view and marks were made on; empty once it is noted."""
        self.unnoted: tuple[ContentChange, ...] = ()
        """What was told when it was opened before, and never noted."""
        self.marks_made_on: Content | None = None
        """What the stored marks were made on, as their document says."""
        self._contents: dict[int, StackContent] = {}
        self._background: asyncio.Task[None] | None = None

    def load_of(self, stack: int) -> SeriesLoad | None:
        """The load of stack number `stack`; None while nobody asked for it."""
        return self._loads.get(stack)

    def is_coming(self, viewport: ViewportState) -> bool:
        """Whether pixels of what a viewport shows are still to come: of an image that one, of planes and volumes any."""
        load = self._loads.get(viewport.stack)
        if load is None or load.complete or load.problem:
            return False
        return viewport.kind != "stack" or load.state_of(viewport.image) is FrameState.ABSENT

    def image_of(self, mark: Mark) -> int | None:
        """Where a mark's image is in its stack now (images that came later may have moved it); None when it is gone.

        A mark on a plane belongs to no image; it keeps the number it was drawn on. One whose place on its image is not known
        (see image_marks) is not shown either.
        """
        stack = self.number_of(mark.stack_key)
        if not mark.plane and not mark.pixels:
            return None
        if stack is None or mark.plane:
            return mark.image if stack is not None else None
        places = self._places.get(stack)
        if places is None:
            frames = self.stacks[stack].frames
            places = {(frame.sop_instance_uid, frame.frame_number): i for i, frame in enumerate(frames)}
            self._places[stack] = places
        return places.get((mark.sop_instance_uid, mark.frame_number))

    def origin(self, mark: Mark) -> str:
        """What the value of a mark would be measured on now (mark_origin.origin)."""
        return mark_origin.origin(mark, self._plan_of(mark))

    def change_since(self, mark: Mark) -> str:
        """Why the value of a mark is not one of the images that are there now (mark_origin.change_since)."""
        return mark_origin.change_since(mark, self._plan_of(mark))

    def _plan_of(self, mark: Mark) -> StackPlan | None:
        number = self.number_of(mark.stack_key)
        return None if number is None else self.plans[number]

    def content_of_marks(self, marks: Marks) -> Content | None:
        """What is stored beside the marks as what they were made on (mark_origin.content_to_store)."""
        numbers = {self.number_of(mark.stack_key) for mark in marks.items}
        now = self.content(number for number in numbers if number is not None)
        stale = {mark.stack_key for mark in marks.items if self.change_since(mark)}
        return mark_origin.content_to_store(now, self.marks_made_on, stale)

    def number_of(self, stack_key: str) -> int | None:
        """The number of the stack with that key; None when it is not in the study any more."""
        return next((i for i, stack in enumerate(self.stacks) if stack.key == stack_key), None)

    def content(self, stacks: Iterable[int]) -> Content:
        """What a view of those stacks, or marks on them, are made on."""
        numbers = sorted({number for number in stacks if 0 <= number < len(self.plans)})
        return Content(patient=patient_of(self.info), stacks=bounded(map(self._content_of, numbers)))

    def content_now(self, stack_key: str) -> tuple[int, StackContent] | None:
        """Number and content of the stack with that key; None when it is not in the study any more."""
        number = self.number_of(stack_key)
        return None if number is None else (number, self._content_of(number))

    def _content_of(self, number: int) -> StackContent:
        if number not in self._contents:
            self._contents[number] = stack_content(self.plans[number])
        return self._contents[number]

    @property
    def untold(self) -> tuple[ContentChange, ...]:
        """All changes that the reader has not noted yet, as the view keeps them."""
        return joined((*self.unnoted, *self.changes))

    @property
    def statistics(self) -> dict[int, Statistics]:
        """Of the stacks that are read so far."""
        return {i: load.statistics for i, load in self._loads.items() if load.statistics is not None}

    def need(self, stack: int, first: int, *, urgent: bool = True) -> SeriesLoad | None:
        """Asks for a stack's pixels, frame `first` first; None for a stack that can't be shown.

        Raises:
            OSError: the cache folder can't be written.
        """
        if not 0 <= stack < len(self.plans) or self.stacks[stack].fault:
            return None
        load = self._loads.get(stack)
        if load is None:
            load = self._store.acquire(
                self._tenant, self._archive, self._root, self.plans[stack], first, urgent=urgent
            )
            self._loads[stack] = load

            def listener(changed: SeriesLoad, number: int = stack) -> None:
                if changed.is_evicted:
                    self._let_go(number)
                    self.on_evicted(number, changed)
                else:
                    self._on_load(number, changed)

            self._listeners[stack] = listener
            load.listeners.add(listener)
        elif urgent:
            self._store.hurry(load, first)
        if urgent:
            self._shown.add(load)
            load.shown_by.add(self)
        return load

    def show_only(self, stacks: Iterable[int]) -> None:
        """The viewports show these stacks and no others: of the others' pixels the cache may make room."""
        shown = {load for number in stacks if (load := self._loads.get(number)) is not None}
        hidden, self._shown = self._shown - shown, self._shown & shown
        for load in hidden:
            load.shown_by.discard(self)
        if hidden:
            self._store.room_freed()

    def _let_go(self, stack: int) -> None:
        load = self._loads.pop(stack, None)
        if load is not None:
            load.listeners.discard(self._listeners.pop(stack))
            load.shown_by.discard(self)
            self._shown.discard(load)

    def look_at_files(self) -> None:
        """Notices cache files that were cut short while the study is shown."""
        for load in tuple(self._loads.values()):
            load.look_at_files()

    def forget_failed(self) -> list[int]:
        """Lets go of loads that failed, and has images tried again that could not be read; the stacks of the former."""
        failed = [n for n, load in self._loads.items() if load.problem and not self._store.is_loading(load)]
        for stack in failed:
            self._let_go(stack)
        for load in self._loads.values():
            self._store.try_now(load)
        return failed

    def fill_in_background(self) -> None:
        """Loads the other stacks one after the other, the smallest first, so that thumbnails and switches are at once."""
        if self._background is None or self._background.done():
            self._background = asyncio.create_task(self._fill())

    async def _fill(self) -> None:
        order = sorted(
            range(len(self.plans)), key=lambda i: len(self.plans[i].sources) * self._frame_bytes(i)
        )
        total = 0
        for stack in order:
            total += len(self.plans[stack].sources) * self._frame_bytes(stack)
            if total > BACKGROUND_CAP_BYTES:
                return
            load = self.need(stack, len(self.plans[stack].sources) // 2, urgent=False)
            if load is not None:
                await load.ready.wait()
                if load.is_evicted:
                    return  # There is no room for more in the background.
                self._on_load(stack, load)

    def _frame_bytes(self, stack: int) -> int:
        described = self.stacks[stack]
        return described.rows * described.columns * described.pixels.samples * 2

    def rest(self) -> None:
        """Nobody looks: its loads are nobody's, so that their files may go when room is needed; need() asks for them again."""
        if self._background is not None:
            self._background.cancel()
            self._background = None
        for stack in list(self._loads):
            self._let_go(stack)
        self._store.room_freed()

    def close(self) -> None:
        """The session is over; loads that others share go on."""
        self.rest()
