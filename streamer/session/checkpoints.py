"""Keeping views and marks outside the host process: the view at most every 250 ms, marks as they are made."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import structlog

from streamer.session.checkpoint import marks_checkpoint, restore_marks, store_marks, store_view
from streamer.viewer.marks import Marks

if TYPE_CHECKING:
    from streamer.session.opened_study import OpenedStudy
    from streamer.session.session import Session, SessionKey

log = structlog.get_logger()
VIEW_SECONDS = 0.25
RETRY_SECONDS = 2.0
HURRIED_SECONDS = 0.2
"""Between two tries of a host that is being stopped."""


class CheckpointStore(Protocol):
    """Where checkpoints are kept (the signaling server's store)."""

    async def save(self, key: SessionKey, view: dict[str, Any], marks: dict[str, Any] | None) -> str:
        """Stores; the problem in words, or empty."""

    async def record_opening(self, key: SessionKey, *, goes_on: bool) -> str:
        """Records that this person opens this study; why that can't be done, in words, or empty."""

    async def load(self, key: SessionKey) -> tuple[dict[str, Any] | None, dict[str, Any] | None, float, str]:
        """View, marks, when they were saved (Unix seconds), and the problem in words, or empty."""


class Checkpoints:
    """Saves the sessions of one host. One task a session while something is unsaved; the newest is what is saved."""

    def __init__(self, store: CheckpointStore) -> None:
        self.store = store
        self._view_dirty: set[SessionKey] = set()
        self._marks_dirty: set[SessionKey] = set()
        self._tasks: dict[SessionKey, asyncio.Task[None]] = {}
        self._newest: dict[SessionKey, Session] = {}
        self._saved_views: dict[SessionKey, dict[str, Any]] = {}
        """The view of each reading as the store has it."""
        self._being_saved: dict[SessionKey, bool] = {}
        """What was given to the store and has no answer yet; whether marks are with it."""
        self._hurried = asyncio.Event()

    def view_changed(self, session: Session) -> None:
        """The view is new. What a gesture in progress does is not kept before it ends: cut off, it must leave nothing."""
        self._view_dirty.add(session.key)
        self._ensure(session)

    def marks_changed(self, session: Session) -> None:
        """The marks are new: the page is told them, and when they are safe."""
        self._marks_dirty.add(session.key)
        session.reports.marks(saved=False)
        self._ensure(session)

    def marks_missing(self, session: Session) -> None:
        """The session began without its stored marks: they are fetched as soon as the store answers, and none is overwritten."""
        self.marks_changed(session)

    def moved(self, session: Session, key: SessionKey) -> None:
        """The reading goes by another key from now on: marks that are kept by it are fetched, and the session's join them."""
        before, session.key = session.key, key
        if (task := self._tasks.pop(before, None)) is not None:
            task.cancel()  # what it saves would go by the old key
        self._newest.pop(before, None)
        self._saved_views.pop(before, None)
        self._view_dirty.discard(before)
        self._marks_dirty.discard(before)
        session.marks_fetched = False
        self.view_changed(session)
        self.marks_missing(session)

    def opened(self, key: SessionKey) -> None:
        """A reading is opened, or forgotten: another host may have saved a view of it since this one did."""
        self._saved_views.pop(key, None)

    def is_unsaved(self, key: SessionKey) -> bool:
        """Whether marks of that session are not in the store yet: it must not be forgotten."""
        return key in self._marks_dirty or key in self._tasks

    def is_outdated(self, session: Session, stored: dict[str, Any] | None) -> bool:
        """Whether another host has saved a later view of a reading that nobody reads on here.

        All that was done here is in the store by then, or is still to be saved: what is there and not of here came after it.
        """
        if stored is None or session.study is None or session.outlet is not None or session.newer_view:
            return False
        return not self.is_unsaved(session.key) and _places(stored) != _places(
            _view_of(session, session.study)
        )

    def has_unsaved_marks(self, key: SessionKey) -> bool:
        """Whether the store lacks marks of that reading."""
        return key in self._marks_dirty or self._being_saved.get(key, False)

    async def settle(self, key: SessionKey, seconds: float) -> bool:
        """Waits until nothing of that reading is unsaved, `seconds` at most; whether that came."""
        task = self._tasks.get(key)
        if task is not None:
            await asyncio.wait([task], timeout=seconds)
        return key not in self._tasks

    def hurry(self) -> None:
        """The host is being stopped: from now on all is saved at once, and tried again without a long wait."""
        self._hurried.set()

    @property
    def unsaved(self) -> tuple[int, int]:
        """Of how many readings the view is not in the store, and of how many the marks."""
        marks = self._marks_dirty | {key for key, with_marks in self._being_saved.items() if with_marks}
        made = sum(1 for key in marks if key in self._newest and self._newest[key].marks.version > 0)
        return len(self._view_dirty | self._being_saved.keys()), made

    def _ensure(self, session: Session) -> None:
        self._newest[session.key] = session
        if session.key not in self._tasks:
            self._tasks[session.key] = asyncio.create_task(self._run(session.key))

    async def _run(self, key: SessionKey) -> None:
        try:
            while key in self._view_dirty or key in self._marks_dirty:
                if key not in self._marks_dirty:
                    await self._rest(VIEW_SECONDS, 0.0)
                # The newest session of that reading: an earlier one may have been replaced while its marks waited.
                if not await self._save(self._newest[key]):
                    await self._rest(RETRY_SECONDS, HURRIED_SECONDS)
        finally:
            if self._tasks.get(key) is asyncio.current_task():  # else the reading goes by another key now
                del self._tasks[key]
                self._newest.pop(key, None)

    async def _rest(self, seconds: float, hurried: float) -> None:
        """Waits `seconds`, or no longer than `hurried` where there is no time to lose."""
        if self._hurried.is_set():
            await asyncio.sleep(min(seconds, hurried))
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurried.wait(), seconds)

    async def _save(self, session: Session) -> bool:
        key = session.key
        if session.study is None:
            self._view_dirty.discard(key)
            self._marks_dirty.discard(key)
            return True
        if not session.marks_fetched:
            return await self._fetch(session)
        with_marks = key in self._marks_dirty
        self._view_dirty.discard(key)
        self._marks_dirty.discard(key)
        try:
            # A view that only a newer program reads is kept as it came.
            view = session.newer_view or _view_of(session, session.study)
            if not with_marks and self._saved_views.get(key) == view:
                return True
            marks = (
                store_marks(session.marks, session.study.content_of_marks(session.marks))
                if with_marks
                else None
            )
            self._being_saved[key] = with_marks
            problem = await self.store.save(key, view, marks)
        except Exception:  # whatever it is, what was not saved is not taken for saved
            log.exception("save_failed")
            problem = "Saving failed because of an error in the render host. It is tried again."
        finally:
            self._being_saved.pop(key, None)
        if problem:
            self._view_dirty.add(key)
            if with_marks:
                self._marks_dirty.add(key)
                session.reports.marks_saved(saved=False, problem=problem)
            return False
        self._saved_views[key] = view
        if with_marks and key not in self._marks_dirty:
            session.reports.marks_saved(saved=True)
        return True

    async def _fetch(self, session: Session) -> bool:
        _, stored, _, problem = await self.store.load(session.key)
        assert session.study is not None
        marks = Marks()
        try:
            if stored is not None:
                marks = restore_marks(stored, session.study.stacks)
                session.study.marks_made_on = marks_checkpoint(stored).content
        except ValueError as error:
            problem = str(error)
        if problem:
            session.reports.marks_saved(saved=False, problem=problem)
            return False
        session.marks_arrived(marks)
        return True

    async def flush(self, seconds: float) -> None:
        """Waits for what is being saved, `seconds` at most."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=seconds)

    async def close(self) -> None:
        """Stops saving."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


def _places(view: dict[str, Any]) -> bytes:
    """What a stored view shows: not what it was made on, nor what was told of that."""
    told = ("content", "unnoted")
    return msgspec.json.encode(
        {name: value for name, value in view.items() if name not in told}, order="sorted"
    )


def _view_of(session: Session, study: OpenedStudy) -> dict[str, Any]:
    view = session.interaction.settled
    content = study.content(viewport.stack for viewport in (*view.viewports, *view.shelf))
    return store_view(view, study.stacks, content, study.untold)
