"""A session: one reader and one opened study. It coordinates; what it coordinates stands in the files beside it."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from signaling.protocol import errors
from signaling.protocol.frames import ViewportRecord
from streamer.errors import NoRendererError
from streamer.ipc.messages import Captured, DetachAll, Encoded, Fault, FramesDamaged, StillDrawn
from streamer.session.attached_stacks import AttachedStacks
from streamer.session.checkpoints import Checkpoints
from streamer.session.hand import HandReader
from streamer.session.interaction import Interaction
from streamer.session.opened_study import OpenedStudy
from streamer.session.outlet import Outlet
from streamer.session.picture_loop import PictureLoop
from streamer.session.proven_stills import RecordSigner
from streamer.session.reports import Reports
from streamer.session.scene import Drawn
from streamer.session.series_load import SeriesLoad
from streamer.session.still_loop import StillTally
from streamer.session.viewport_records import viewport_records
from streamer.session.voxels import CachedVoxels
from streamer.session.worker_deaths import WorkerDeaths, work_of
from streamer.session.worker_pool import WorkerPool
from streamer.session.worker_process import WorkerProcess
from streamer.viewer import core, mark_times
from streamer.viewer.context import Context
from streamer.viewer.layout import Rect, rectangles
from streamer.viewer.marks import Marks
from streamer.viewer.state import ViewState

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SessionKey:
    """One reader's reading of one study."""

    tenant: str
    user: str
    archive: str
    study: str


class Session:
    """The truth of one reading: state, marks, revision. Survives its worker, its seat and its page."""

    def __init__(
        self,
        key: SessionKey,
        pool: WorkerPool,
        checkpoints: Checkpoints,
        tally: StillTally | None = None,
        sign: RecordSigner | None = None,
    ) -> None:
        self.key = key
        self.id = uuid.uuid4().hex
        self._pool = pool
        self.checkpoints = checkpoints
        self.study: OpenedStudy | None = None
        self.state = ViewState()
        self.marks = Marks()
        self.marks_fetched = True
        self.newer_view: dict[str, Any] | None = None
        """The stored view, where a newer program made it: it is not overwritten."""
        self.revision = secrets.randbelow(1 << 30)  # so that a click meant for another session is recognised
        self.size = (1, 1)
        self.device_pixel_ratio = 1.0
        self.outlet: Outlet | None = None
        self.worker: WorkerProcess | None = None
        self.interaction = Interaction(self)
        self.reports = Reports(self)
        self.pictures = PictureLoop(self, tally=tally)
        self.sign = sign
        self._voxels: CachedVoxels | None = None
        self._attached = AttachedStacks()
        self._drawn: tuple[object, ...] = ()
        self._taking = False
        self.cache_problem = ""
        self._deaths = WorkerDeaths()
        self.on_worker_wanted: Callable[[Session], None] = lambda session: None

    # ---- opening

    def begin(self, study: OpenedStudy, state: ViewState, marks: Marks) -> None:
        """The study is described: this is the first view of it."""
        self.study = study
        self._voxels = CachedVoxels(study)
        study.on_evicted = self.reports.progress
        self.state, self.marks = state, marks
        self._new_revision()
        self.load_shown()

    def retry_failed(self) -> None:
        """The study is opened again: what could not be loaded or drawn is tried again."""
        self._deaths.forget()
        if self.study is not None:
            self.study.forget_failed()
            self.load_shown()

    def marks_arrived(self, stored: Marks) -> None:
        """The stored marks, fetched late: those made meanwhile are kept beside them."""
        self.marks_fetched = True
        self.marks = mark_times.joined(stored, self.marks) if self.marks.version else stored
        self.reports.marks()
        self.reports.lost_marks()
        self.reports.state()

    def show_on(
        self, outlet: Outlet, hand: HandReader, width: int, height: int, device_pixel_ratio: float
    ) -> int:
        """Shows the session on a seat; the epoch from which frames are its."""
        self.outlet = outlet
        self.interaction.new_page(hand)
        self.size = (width, height)
        self.device_pixel_ratio = device_pixel_ratio
        self._new_revision()
        self._attach_all()  # files let go while nobody looked may be there again, without news of a load
        return self.pictures.connect(self.worker, outlet)

    def park(self) -> None:
        """The seat is gone: nothing is drawn; the view stays."""
        self.interaction.interrupt("")
        self.outlet = None
        self.pictures.connect(self.worker, None)
        if self.study is not None:
            self.study.rest()

    async def take_worker(self) -> bool:
        """Gets a warm worker and gives it what is loaded; False where none can be had, which the page is told."""
        if self._taking or (self.worker is not None and not self.worker.lost):
            return True
        self._taking = True
        try:
            worker = await self._pool.take()
        except NoRendererError as error:
            self.reports.renderer("failed", error.message)
            return False
        finally:
            self._taking = False
        if self.study is None or self.outlet is None:
            self._pool.give_back(worker)
            return True
        worker.client = self
        self.worker = worker
        self._give_stacks()
        self.pictures.connect(worker, self.outlet)
        self.reports.renderer("live", "")
        return True

    @property
    def undrawable(self) -> str:
        """Why no worker gets the pixels of this view, in words: those before ended of it. Empty where one may."""
        return self._deaths.words(work_of(self.state))

    def release_worker(self) -> None:
        """Gives the worker back to the pool (parked for long, or closed)."""
        worker, self.worker = self.worker, None
        self._attached.clear()
        self.pictures.connect(None, self.outlet)
        if worker is not None:
            self._pool.give_back(worker)

    # ---- state

    @property
    def rects(self) -> tuple[Rect, ...]:
        """Where the viewports are in the picture."""
        return rectangles(self.state.layout, *self.size, self.state.active, self.state.maximized)

    @property
    def context(self) -> Context:
        """What tools may look at."""
        assert self.study is not None
        assert self._voxels is not None
        return Context(
            stacks=self.study.stacks,
            width=self.size[0],
            height=self.size[1],
            device_pixel_ratio=self.device_pixel_ratio,
            statistics=self.study.statistics,
            values=self._voxels,
            mark_id=uuid.uuid4().hex,
            origins=self.study,
        )

    def take_outcome(self, outcome: core.Outcome) -> None:
        """The result of a tool or command becomes the truth."""
        if outcome.state != self.state:
            gave_up, self.state = self.undrawable, outcome.state
            self._new_revision()
            self.load_shown()
            if gave_up != self.undrawable:
                self._give_stacks_anew()
            self._drawn = self._drawable()
            self.reports.image_terms()
            self.pictures.changed()
        if outcome.marks != self.marks:
            self.marks = mark_times.stamped(self.marks, outcome.marks, time.time())
            self.reports.drawn()
            self.checkpoints.marks_changed(self)
        self.reports.draft(outcome.draft)
        self.reports.state()
        if outcome.message:
            self.reports.told(outcome)
        self.checkpoints.view_changed(self)

    def _new_revision(self) -> None:
        self.revision += 1
        self.interaction.seen.add(self.revision, self.state)

    def load_shown(self) -> None:
        """Asks for the pixels of what the viewports show, and steers the loaders to where the reader is."""
        if self.study is None:
            return
        for viewport in self.state.viewports:
            if viewport.stack < 0:
                continue
            try:
                load = self.study.need(viewport.stack, viewport.image)
            except OSError as error:
                before, problem = self.cache_problem, f"The image cache can't be written: {error.strerror}."
                self.cache_problem = problem  # said in the viewports, now or when a page comes
                if problem != before:
                    log.error("cache_unwritable", problem=problem)
                self.reports.notice("error", errors.DISK_FULL, problem)
                continue
            if load is not None and not load.complete and viewport.kind == "stack":
                load.steer(viewport.image)
        self.study.show_only(viewport.stack for viewport in self.state.viewports)

    # ---- pixels

    def on_load(self, stack: int, load: SeriesLoad) -> None:
        """More is known of a stack's pixels."""
        if self.study is None or self.study.load_of(stack) is not load:
            return
        self._attach(stack)
        if load.statistics is not None:
            settled = core.statistics_arrived(self.context, self.state, stack)
            if settled != self.state:
                self.state = settled
                self.checkpoints.view_changed(self)
        self.reports.progress(stack, load)
        self.reports.thumbnail(stack, load)
        drawable = self._drawable()
        if drawable != self._drawn:
            self._drawn = drawable
            self._new_revision()
            self.reports.state()
            self.pictures.changed()

    def _drawable(self) -> tuple[object, ...]:
        """What of the shown pixels is there: while it stays the same, a load that goes on changes no picture."""
        assert self.study is not None
        parts: list[object] = []
        for viewport in self.state.viewports:
            load = self.study.load_of(viewport.stack) if viewport.stack >= 0 else None
            if load is None:
                parts.append(None)
            elif viewport.kind == "stack":
                failure = load.failures.get(viewport.image)
                parts.append((viewport.voi, load.problem, load.state_of(viewport.image), failure))
            else:
                # Planes and volumes grow in sixteenths, so that a long load is not one long redraw.
                grown = load.present_count * 16 // max(1, len(load.present))
                parts.append((viewport.voi, load.problem, grown, load.complete, load.reduced is not None))
        return tuple(parts)

    def _give_stacks(self) -> None:
        self._attached.clear()
        self._attach_all()

    def _attach_all(self) -> None:
        for stack in range(len(self.study.stacks)) if self.study is not None else ():
            self._attach(stack)

    def _give_stacks_anew(self) -> None:
        """A view that no worker survives is shown without pixels, so that tools and layouts go on; another one has them."""
        if self.worker is not None:
            self.worker.send(DetachAll())
            self._give_stacks()
            self.pictures.connect(self.worker, self.outlet)

    def _attach(self, stack: int) -> None:
        if self.worker is None or self.study is None or self.undrawable:
            return
        load = self.study.load_of(stack)
        if load is not None:
            self._attached.give(self.worker, stack, load)

    # ---- pictures (Scene)

    @property
    def input_sequence(self) -> int:
        """The newest input packet that the state has in it."""
        return self.interaction.hand.sequence

    @property
    def event_acknowledged(self) -> int:
        """The last discrete event applied."""
        return self.interaction.hand.acknowledged

    @property
    def has_volume(self) -> bool:
        """Whether a volume viewport is shown."""
        return any(viewport.kind == "volume" for viewport in self.state.viewports)

    @property
    def command(self) -> int:
        """The last command applied or refused."""
        return self.interaction.hand.command

    @property
    def loading(self) -> bool:
        """Whether pixels of a shown viewport are still coming."""
        return self.study is not None and any(map(self.study.is_coming, self.state.viewports))

    def records(self, state: ViewState, size: tuple[int, int], drawn: Drawn) -> list[ViewportRecord]:
        """What each viewport of a drawn picture shows."""
        assert self.study is not None
        return viewport_records(self.study, state, size, drawn)

    def on_encoded(self, message: Encoded, data: bytes) -> None:
        """The worker coded a picture."""
        if self.pictures.encoded(message, data):
            self.reports.undrawn(message.faults)

    def page_shows(self, epoch: int) -> None:
        """The page says that it shows a picture of an epoch, modulo 2¹⁶."""
        if epoch == self.pictures.epoch:
            self.reports.pictured()

    def on_still(self, message: StillDrawn, data: bytes) -> None:
        """The worker drew the exact picture."""
        self.pictures.still_drawn(message, data)

    def on_captured(self, message: Captured, data: bytes) -> None:
        """Nobody asks for captures yet."""
        log.info("capture_unclaimed", request=message.request)

    def on_frames_damaged(self, message: FramesDamaged) -> None:
        """Frames of a cache file are not what was written: they are loaded again."""
        if self.study is not None and (load := self.study.load_of(message.stack)) is not None:
            load.damaged(message.frames, reduced=message.reduced)

    def on_worker_fault(self, message: Fault) -> None:
        """Something could not be drawn."""
        self.pictures.failed(message.pts)
        self.reports.notice("error", message.code, message.message)

    def on_worker_lost(self, worker: WorkerProcess, reason: str) -> None:
        """The worker is gone: a fresh one gets the last state."""
        if worker is not self.worker:
            return
        self._pool.forget(worker)
        self.worker = None
        self.pictures.connect(None, self.outlet)
        self._deaths.died(work_of(self.state), worker.return_code)
        if self.undrawable:
            log.error(
                "view_given_up",
                reason=reason,
                does="said in the viewports; a worker without pixels draws them",
            )
            self.reports.state()
        self.reports.renderer("restarting", "The renderer stopped and is being replaced.")
        self.on_worker_wanted(self)

    # ---- the page

    def resize(self, width: int, height: int, device_pixel_ratio: float) -> None:
        """The picture area changed."""
        if (width, height) == self.size and device_pixel_ratio == self.device_pixel_ratio:
            return
        self.size = (width, height)
        self.device_pixel_ratio = device_pixel_ratio
        self._new_revision()
        self.pictures.connect(self.worker, self.outlet)
        self.reports.state()

    def close(self) -> None:
        """The session is over for good."""
        self.park()
        self.release_worker()
        self.pictures.close()
        if self._voxels is not None:
            self._voxels.close()
        if self.study is not None:
            self.study.close()
            self.study = None
