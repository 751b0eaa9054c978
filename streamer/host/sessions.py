"""The sessions of a host: opened, moved between seats, parked without a worker, resumed as they were left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import msgspec
import structlog

from signaling.protocol import control, errors
from signaling.protocol.stored_format import NewerFormatError
from streamer.errors import FarviewError, StudyError
from streamer.host import machine
from streamer.host.archive import Archive
from streamer.host.picture_area import picture_size, pixel_ratio
from streamer.host.resumed import changes_since, has_same_stacks, may_resume, resumed_words, unnoted_before
from streamer.host.seat import Seat
from streamer.ipc.messages import StudyDescribed
from streamer.session import mapping
from streamer.session.checkpoint import marks_checkpoint, restore_marks, restore_view
from streamer.session.checkpoints import Checkpoints
from streamer.session.hand import HandReader
from streamer.session.opened_study import OpenedStudy
from streamer.session.proven_stills import RecordSigner
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from streamer.session.session import Session, SessionKey
from streamer.session.still_loop import StillTally
from streamer.session.worker_pool import WorkerPool
from streamer.viewer import core, mark_times
from streamer.viewer.image_marks import located
from streamer.viewer.marks import Marks
from streamer.viewer.state import ViewState

log = structlog.get_logger()
PARKED_KEPT = 64
OPENING_SECONDS = 30.0
ARCHIVE_SECONDS = 5.0
NAMED_SECONDS = 1.0
"""What all call an archive the server says once it has heard of it; a server of before says nothing."""
WORKER_AGAIN_SECONDS = 1.0
LEAST_MEMORY = 256 << 20
"""With fewer bytes free no new reading begins: its worker would cost another reader theirs. Placement stops a little earlier."""
SHORT_OF_MEMORY = (
    "This render host is short of memory and takes no new reading. "
    "Close another reading and try again, or tell your administrator."
)
_MOST_SAID = 4
"""Sentences of what is in a study that has no image."""


class Sessions:
    """Owns every session and the tasks that open them and give them workers."""

    def __init__(
        self,
        archives: Mapping[str, Archive],
        by_root: Sequence[Archive],
        pool: WorkerPool,
        store: SeriesStore,
        checkpoints: Checkpoints,
        park_seconds: float,
        sign: RecordSigner | None = None,
    ) -> None:
        self._archives = archives
        self._by_root = by_root
        self._pool = pool
        self._store = store
        self._checkpoints = checkpoints
        self._park_seconds = park_seconds
        self._sign = sign
        self.tally = StillTally()
        self._sessions: dict[SessionKey, Session] = {}
        self._parked_at: dict[SessionKey, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._opening: dict[Seat, asyncio.Task[None]] = {}

    @property
    def live(self) -> list[Session]:
        """Sessions that a page shows."""
        return [session for session in self._sessions.values() if session.outlet is not None]

    def open(self, seat: Seat, message: control.OpenStudy) -> None:
        """Opens a study on a seat; a study that was on it is parked at once."""
        self.leave(seat)
        task = asyncio.create_task(self._open(seat, message))
        self._opening[seat] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self, seat: Seat, message: control.OpenStudy) -> None:
        try:
            # The worker is not waited for here: an opening that is given up must not take it from who opened after it.
            self._give_worker(await asyncio.wait_for(self._open_on(seat, message), OPENING_SECONDS))
        except FarviewError as error:
            seat.say(control.OpenFailed(request=message.request, code=error.code, message=error.message))
        except TimeoutError:
            text = f"The study did not open within {OPENING_SECONDS:.0f} s. Try again."
            seat.say(control.OpenFailed(request=message.request, code=errors.TIMEOUT, message=text))
        except OSError as error:
            text = f"The image cache can't be written: {error.strerror}. Tell your administrator."
            seat.say(control.OpenFailed(request=message.request, code=errors.DISK_FULL, message=text))
        except Exception:
            log.exception("open_failed")
            text = "The study could not be opened because of an error in the render host; its log has the details."
            seat.say(control.OpenFailed(request=message.request, code=errors.INTERNAL, message=text))
        finally:
            if self._opening.get(seat) is asyncio.current_task():
                del self._opening[seat]

    async def _open_on(self, seat: Seat, message: control.OpenStudy) -> Session:
        claims = seat.claims
        if claims.archives and message.archive not in claims.archives:
            raise StudyError("You may not read this archive.", errors.FORBIDDEN)
        archive = await self._archive(message.archive)
        key = SessionKey(claims.tenant, claims.user, archive.id, message.study)
        goes_on = False
        # The archive is asked every time: what is cached never outranks it.
        seat.say(control.Opening(request=message.request, stage="index"))
        store = self._checkpoints.store
        described, (view, marks_data, saved_at, problem), unrecorded = await asyncio.gather(
            archive.describe(message.study),
            store.load(key),
            store.record_opening(key, goes_on=message.goes_on),
        )
        while key.archive != archive.id:  # it was found meanwhile to be one with another host's
            key = replace(key, archive=archive.id)
            view, marks_data, saved_at, problem = await store.load(key)
        size = picture_size(message.width, message.height)
        known = self._sessions.get(key)
        reads_it = known is not None and message.goes_on and known.interaction.page == claims.same_page
        if unrecorded and not reads_it:
            raise StudyError(unrecorded, errors.NOT_SAVED)
        notices = list(described.missing)
        if message.fresh:
            view = None
        anew = message.fresh or (known is not None and self._checkpoints.is_outdated(known, view))
        if known is not None and not anew and has_same_stacks(known.study, described):
            session, resumed_at = known, self._left_at(known)
            goes_on = reads_it and message.hand in ("", known.interaction.hand.name)
            # The same hand on another seat: what it did counts once, by whichever of them it is heard.
            if goes_on:
                seat.hand = known.interaction.hand
            self._take_newer_marks(session, marks_data)
            self._take_off_other_seat(session, seat)
            known.retry_failed()
        else:
            if known is None and 0 < machine.memory_free() < LEAST_MEMORY:
                raise StudyError(SHORT_OF_MEMORY, errors.HOST_FULL)
            # Begun before the known one goes: what can't be begun must not cost marks that are not saved yet.
            session, resumed_at = self._begin(
                key, described, archive, size, view, marks_data, saved_at, notices
            )
            session.marks_fetched = not problem
            if known is not None:
                self._replace(known, session, seat)
            self._sessions[key] = session
            if not session.marks_fetched:
                self._checkpoints.marks_missing(session)
        if problem:
            notices.append(problem)
        self._parked_at.pop(key, None)
        seat.session = session
        self._checkpoints.opened(key)
        session.interaction.page = claims.same_page
        if not message.goes_on:
            # The first drag in a study that opens shall not draw: the tool of before is laid down.
            session.state = replace(session.state, tool=ViewState().tool)
        epoch = session.show_on(seat, seat.hand, *size, pixel_ratio(message.device_pixel_ratio))
        seat.opened_at(epoch, size)
        assert session.study is not None
        seat.say(
            control.Opened(
                request=message.request,
                session=session.id,
                epoch=epoch,
                study=msgspec.structs.replace(session.study.info, archive=key.archive),
                # The archive's newest word: how many images it lists may change where no image that is shown does.
                series=tuple(mapping.series_info(i, plan.stack) for i, plan in enumerate(described.plans)),
                notices=tuple(notices),
                goes_on=goes_on,
                hand=seat.hand.name,
                resumed_at=resumed_at,
                resumed_words=resumed_words(session.state) if resumed_at else (),
                changes=session.study.changes,
                unnoted=session.study.unnoted,
            )
        )
        session.reports.new_page()
        if message.series or message.image:
            self._go_to(session, message)
        return session

    async def _archive(self, name: str) -> Archive:
        """The archive of that id; a host that has just come back knows its archives a moment later.

        Raises:
            StudyError: the host does not reach it.
        """
        for archive in self._by_root:
            for event, seconds in ((archive.known, ARCHIVE_SECONDS), (archive.named, NAMED_SECONDS)):
                if name not in self._archives and not event.is_set():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(event.wait(), seconds)
        found = self._archives.get(name)
        if found is None:
            text = "This host does not reach that archive. Go back to the worklist and open it again."
            raise StudyError(text, errors.NO_ARCHIVE)
        return found

    def _begin(
        self, key: SessionKey, described: StudyDescribed, archive: Archive, size: tuple[int, int],
        view: dict[str, object] | None, marks_data: dict[str, object] | None, saved_at: float, notices: list[str],
    ) -> tuple[Session, float]:  # fmt: skip
        if not described.plans:
            what = " ".join(("This study has no image that can be shown.", *described.missing[:_MOST_SAID]))
            raise StudyError(what, errors.UNREADABLE)
        session = Session(key, self._pool, self._checkpoints, self.tally, self._sign)
        session.on_worker_wanted = self._give_worker
        session.size = size

        def on_load(stack: int, load: SeriesLoad) -> None:
            session.on_load(stack, load)

        study = OpenedStudy(described, key.tenant, archive.own, str(archive.root), self._store, on_load)
        study.changes = changes_since(view, marks_data, study)
        study.unnoted = unnoted_before(view, study.changes)
        if not may_resume(study.changes):
            view = None
        marks = Marks()
        if marks_data is not None:
            try:
                marks = restore_marks(marks_data, study.stacks)
                study.marks_made_on = marks_checkpoint(marks_data).content
            except ValueError as error:
                raise _not_opened(error) from None
        restored = None
        try:
            restored = restore_view(view, study.stacks) if view is not None else None
        except NewerFormatError as error:
            notices.append(f"{error} It is kept; how you leave the study now is not saved.")
            session.newer_view, view = view, None
        if restored is None and view is not None:
            notices.append("Your last view does not fit the study as it is now, so that it opens anew.")
        state = restored or core.opened(
            study.stacks, width=size[0], height=size[1], statistics=study.statistics
        )
        session.begin(study, state, marks)
        return session, saved_at if restored is not None else 0.0

    def _take_newer_marks(self, session: Session, stored: dict[str, object] | None) -> None:
        """Marks made meanwhile on another host count; those that the store has not seen yet count more."""
        if stored is None or session.study is None or self._checkpoints.has_unsaved_marks(session.key):
            return
        try:
            marks = restore_marks(stored, session.study.stacks)
        except ValueError as error:
            raise _not_opened(error) from None
        if marks.version > session.marks.version:
            session.marks = marks
            session.study.marks_made_on = marks_checkpoint(stored).content

    def _replace(self, known: Session, session: Session, seat: Seat) -> None:
        """A fresh session of the same reading: the marks of the one before it go on."""
        self._take_off_other_seat(known, seat)
        assert session.study is not None
        assert known.study is not None
        made_on = known.study.content_of_marks(known.marks)
        known.marks = located(known.marks, session.study.stacks)
        if not known.marks_fetched:
            session.marks = mark_times.joined(session.marks, known.marks)
            self._checkpoints.marks_changed(session)
        elif not session.marks_fetched or known.marks.version > session.marks.version:
            session.marks, session.marks_fetched = known.marks, True
            session.study.marks_made_on = made_on
            if known.marks.version:
                self._checkpoints.marks_changed(session)  # the store may not have seen them yet
        self._drop(session.key)

    def _go_to(self, session: Session, message: control.OpenStudy) -> None:
        """The series and image that a link names; what is not there is said, and the view stays as it is."""
        assert session.study is not None
        state, marks = session.state, session.marks
        try:
            if message.series:
                uids = [stack.series_instance_uid for stack in session.study.stacks]
                if message.series not in uids:
                    text = "The series that the link names is not in this study."
                    session.reports.notice("warning", errors.UNKNOWN_SERIES, text)
                    return
                outcome = core.apply_command(
                    session.context, state, marks, "series.set", state.active, uids.index(message.series)
                )
                state, marks = outcome.state, outcome.marks
            if message.image:
                outcome = core.apply_command(
                    session.context, state, marks, "image.go", state.active, message.image
                )
            session.take_outcome(outcome)
        except core.CommandRefused as refused:
            session.reports.notice("warning", refused.code, refused.message)

    def leave(self, seat: Seat) -> None:
        """The seat shows no study any more; its session is parked."""
        opening = self._opening.pop(seat, None)
        if opening is not None:
            opening.cancel()
        session, seat.session = seat.session, None
        if session is not None and session.outlet is seat:
            session.park()
            self._checkpoints.view_changed(session)  # so that a view stored later is another host's
            self._parked_at[session.key] = time.monotonic()

    def renamed(self, archives: Sequence[tuple[str, str]]) -> None:
        """Archives are called otherwise from now on: before, now. What is kept of their readings by the new name is joined."""
        for before, now in archives:
            for key in [key for key in self._sessions if key.archive == before]:
                if self._sessions[key].outlet is None and not self._checkpoints.is_unsaved(key):
                    self._drop(key)  # what is stored may be newer, by another host
                    continue
                session = self._sessions.pop(key)
                self._checkpoints.moved(session, replace(key, archive=now))
                self._sessions[session.key] = session
                if key in self._parked_at:
                    self._parked_at[session.key] = self._parked_at.pop(key)

    def is_opening(self, seat: Seat) -> bool:
        """Whether a study is just being opened on it."""
        return seat in self._opening

    def tend(self) -> None:
        """Called every second: frees the workers of sessions parked for long, forgets the oldest of too many."""
        now = time.monotonic()
        for shown in self.live:
            shown.reports.tend()
        for key, since in list(self._parked_at.items()):
            if now - since > self._park_seconds:
                session = self._sessions.get(key)
                if session is not None:
                    session.release_worker()
        for key in sorted(self._parked_at, key=self._parked_at.__getitem__)[:-PARKED_KEPT]:
            if not self._checkpoints.is_unsaved(key):
                self._drop(key)

    def _take_off_other_seat(self, session: Session, seat: Seat) -> None:
        other = session.outlet
        if isinstance(other, Seat) and other is not seat:
            if other.claims.same_page == seat.claims.same_page:
                other.hand = HandReader()  # what still comes on the page's old way counts no more
            else:
                text = "This study was opened in another window or on another device and goes on there."
                other.say(control.SessionMoved(message=text))
            other.session = None
            session.park()

    def _left_at(self, session: Session) -> float:
        since = self._parked_at.get(session.key)
        return time.time() - (time.monotonic() - since) if since is not None else time.time()

    def _give_worker(self, session: Session) -> None:
        if session.outlet is None:
            return
        task = asyncio.create_task(self._supply(session))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _supply(self, session: Session) -> None:
        while not await session.take_worker():  # who stays gets one as soon as there is one
            if session.outlet is None:
                return
            await asyncio.sleep(WORKER_AGAIN_SECONDS)
        if session.study is not None and session.outlet is not None:
            session.study.fill_in_background()

    def _drop(self, key: SessionKey) -> None:
        self._parked_at.pop(key, None)
        self._checkpoints.opened(key)
        session = self._sessions.pop(key, None)
        if session is not None:
            session.close()

    async def close(self) -> None:
        """Ends all sessions; their last views are saved first."""
        await self._checkpoints.flush(1.0)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for key in list(self._sessions):
            self._drop(key)


def _not_opened(error: ValueError) -> StudyError:
    return StudyError(f"{error} The study is not opened, so that no mark is lost.", errors.NOT_SAVED)
