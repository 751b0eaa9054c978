"""What a session tells its page on the control channel, said once and only when it changed."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from signaling.protocol import control, errors
from signaling.protocol.frames import RecordFlag
from signaling.protocol.marks import MarkDraft, MarksDocument, MarksSaved
from signaling.protocol.records import MarkInfo
from streamer.errors import FarviewError
from streamer.ipc.volume_cache import FrameState
from streamer.session import mapping
from streamer.session.checkpoint import store_shown
from streamer.session.opened_study import OpenedStudy
from streamer.session.terms_said import TermsSaid
from streamer.viewer.context import Outcome
from streamer.viewer.mark_times import times_told
from streamer.viewer.marks import Mark

if TYPE_CHECKING:
    from streamer.session.series_load import SeriesLoad
    from streamer.session.session import Session

PROGRESS_SECONDS = 0.1
NOTICE_SECONDS = 2.0
NOT_DRAWN = "not-drawn"
SPANS_SENT = 64
NOTED_SENT = 256
THUMBNAIL_SECONDS = 3.0
"""So long do thumbnails wait for a first picture that does not come."""


class Reports:
    """One session's messages to whatever page shows it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._state: control.StateSnapshot | None = None
        self._progress_at: dict[int, float] = {}
        self._progress_done: dict[int, tuple[int, int, str]] = {}
        self._thumbnails: set[int] = set()
        self._terms = TermsSaid()
        self._pictured = False
        self._new_page_at = 0.0
        self._notices: dict[str, float] = {}
        self._is_undrawn = False
        self._draft: Mark | None = None
        self._marks_saved = True
        self._marks_problem = ""

    def say(self, message: control.ToPage) -> None:
        """Sends a message, when there is a page."""
        if self._session.outlet is not None:
            self._session.outlet.say(message)

    def new_page(self) -> None:
        """A page that knows nothing yet: all that holds is said again."""
        self._state = None
        self._progress_at.clear()
        self._progress_done.clear()
        self._thumbnails.clear()
        self._terms.clear()
        self._pictured = False
        self._new_page_at = time.monotonic()
        study = self._session.study
        if study is None:
            return
        self.image_terms()
        self.state()
        self.marks()
        self.lost_marks()
        for stack in range(len(study.stacks)):
            load = study.load_of(stack)
            if load is not None:
                self.progress(stack, load)
                self.thumbnail(stack, load)

    def state(self) -> None:
        """The discrete state, when it differs from the last one said."""
        session = self._session
        if session.study is None or session.outlet is None:
            return
        snapshot = mapping.state_snapshot(
            session.pictures.epoch,
            session.revision,
            session.state,
            session.rects,
            session.marks,
            self._messages(),
        )
        if (
            self._state is not None
            and msgspec.structs.replace(self._state, revision=snapshot.revision) == snapshot
        ):
            return
        self._state = snapshot
        self.say(snapshot)

    def changes_noted(self, session_id: str) -> None:
        """The reader has noted what changed since the view and marks were left: no session tells it again."""
        session = self._session
        if session.study is None or session.id != session_id or not session.study.untold:
            return
        session.study.changes = session.study.unnoted = ()
        session.checkpoints.view_changed(session)

    def image_terms(self) -> None:
        """What the files say of the images shown and of those around them, when the page does not have it yet."""
        session = self._session
        if session.study is None or session.outlet is None:
            return
        for message in self._terms.wanted(session.pictures.epoch, session.state, session.study.stacks):
            self.say(message)

    def _messages(self) -> tuple[str, ...]:
        session = self._session
        assert session.study is not None
        sentences = []
        for viewport in session.state.viewports:
            sentence = ""
            if viewport.stack >= 0:
                load = session.study.load_of(viewport.stack)
                stack = session.study.stacks[viewport.stack]
                if stack.fault:
                    sentence = stack.fault
                elif load is None or load.problem:
                    sentence = session.cache_problem if load is None else load.problem
                elif viewport.kind == "stack":
                    waits = load.again if load.state_of(viewport.image) is FrameState.ABSENT else ""
                    sentence = load.failures.get(viewport.image, waits)
                elif not load.complete:
                    sentence = load.again
            sentences.append(session.undrawable or sentence)
        return tuple(sentences)

    def progress(self, stack: int, load: SeriesLoad) -> None:
        """How much of a stack is there, at most ten times a second, and once when it is done."""
        now = time.monotonic()
        done = load.complete or bool(load.problem)
        said = (load.present_count, len(load.failures), load.problem)
        if self._progress_done.get(stack) == said or (
            not done and now - self._progress_at.get(stack, 0.0) < PROGRESS_SECONDS
        ):
            return
        self._progress_at[stack] = now
        if self._session.outlet is None:
            return
        if done:
            self._progress_done[stack] = said
        self.say(
            control.Progress(
                epoch=self._session.pictures.epoch,
                series=stack,
                present=load.present_count,
                total=len(load.present),
                spans=_spans(load.present),
                failed=tuple(sorted(load.failures))[:256],
                failures=len(load.failures),
                problem=load.problem,
                noted=_noted(load.noticed, len(load.present)),
            )
        )

    def thumbnail(self, stack: int, load: SeriesLoad) -> None:
        """A series' thumbnail, once per page, and not before it shows a picture: on a thin link it would take its place."""
        if not self._pictured or self._session.outlet is None:
            return
        if load.thumbnail and stack not in self._thumbnails:
            self._thumbnails.add(stack)
            png = base64.b64encode(load.thumbnail).decode()
            self.say(control.Thumbnail(epoch=self._session.pictures.epoch, series=stack, png=png))

    def pictured(self) -> None:
        """The page shows a picture, or none comes: what may wait for that goes now."""
        study = self._session.study
        if self._pictured or study is None:
            return
        self._pictured = True
        for stack in range(len(study.stacks)):
            load = study.load_of(stack)
            if load is not None:
                self.thumbnail(stack, load)

    def tend(self) -> None:
        """Called every second while a page shows the session."""
        if time.monotonic() - self._new_page_at > THUMBNAIL_SECONDS:
            self.pictured()
        if self._session.study is not None:
            self._session.study.look_at_files()

    def marks(self, *, saved: bool | None = None) -> None:
        """All marks; the one being drawn, which the page forgets with them, after them."""
        session = self._session
        if session.study is None:
            return
        if saved is not None:
            # What went wrong stands until the marks are saved: a new mark does not make it right.
            self._marks_saved, self._marks_problem = saved, "" if saved else self._marks_problem
        infos = [self._mark_info(session.study, mark) for mark in session.marks.items]
        self.say(
            MarksDocument(
                epoch=session.pictures.epoch,
                version=session.marks.version,
                marks=tuple(info for info in infos if info is not None),
                saved=self._marks_saved,
                problem=self._marks_problem,
                changed=times_told(session.marks),
            )
        )
        if self._draft is not None:
            self._say_draft(session.study)

    def marks_saved(self, *, saved: bool, problem: str = "") -> None:
        """Whether the marks as they were last said are kept; once for each answer that differs from the one before."""
        if (saved, problem) != (self._marks_saved, self._marks_problem):
            self._marks_saved, self._marks_problem = saved, problem
            self.say(MarksSaved(epoch=self._session.pictures.epoch, saved=saved, problem=problem))

    def _mark_info(self, study: OpenedStudy, mark: Mark, *, draft: bool = False) -> MarkInfo | None:
        series, image = study.number_of(mark.stack_key), study.image_of(mark)
        if series is None or image is None:
            return None
        since = study.change_since(mark)
        return mapping.mark_info(mark, study.stacks[series], series, image, draft=draft, since=since)

    def lost_marks(self) -> None:
        """Says how many marks belong to images that are not in the study now."""
        session = self._session
        if session.study is None:
            return
        lost = len([mark for mark in session.marks.items if session.study.image_of(mark) is None])
        if lost:
            are = "1 mark belongs" if lost == 1 else f"{lost} marks belong"
            text = (
                f"{are} to images that are not in the study now; nothing is deleted, but they can't be shown."
            )
            self.notice("warning", "marks-hidden", text)

    def draft(self, draft: Mark | None) -> None:
        """The mark under the hand changed; it goes alone."""
        if draft != self._draft:
            self._draft = draft
            if self._session.study is not None:
                self._say_draft(self._session.study)

    def drawn(self) -> None:
        """The mark under the hand is finished: the marks that are said next have it in them."""
        self._draft = None

    def _say_draft(self, study: OpenedStudy) -> None:
        info = None if self._draft is None else self._mark_info(study, self._draft, draft=True)
        self.say(MarkDraft(epoch=self._session.pictures.epoch, mark=info))

    def notice(self, level: str, code: str, message: str) -> None:
        """One line for the message bar; the same line is not repeated within two seconds."""
        now = time.monotonic()
        if now - self._notices.get(message, -NOTICE_SECONDS) < NOTICE_SECONDS:
            return
        self._notices = {text: at for text, at in self._notices.items() if now - at < NOTICE_SECONDS}
        self._notices[message] = now
        self.say(control.Notice(level=level, code=code, message=message))

    def undrawn(self, faults: Sequence[str]) -> None:
        """What of the newest picture could not be drawn, in sentences; once all of it is drawn, that is taken back."""
        for sentence in faults:
            self.notice("error", NOT_DRAWN, sentence)
        if self._is_undrawn and not faults:
            self.say(control.Notice(level="info", code=NOT_DRAWN, message=""))
        self._is_undrawn = bool(faults)

    def told(self, outcome: Outcome) -> None:
        """What a tool or command has to say. Each step of the journal, taken or waiting, is said."""
        place = outcome.elsewhere
        if place is not None:
            self.say(
                control.Notice(
                    level="info",
                    code=f"{place.verb}-elsewhere",
                    message=outcome.message,
                    viewport=place.viewport,
                    mark=place.mark,
                    series=place.series,
                    image=place.image,
                )
            )
        elif outcome.is_step:
            self.say(control.Notice(level="info", code="step", message=outcome.message))
        else:
            self.notice("info", "tool", outcome.message)

    def record(self, sha256: str) -> None:
        """The signed record of a picture that the page has proven, or why there is none."""
        session = self._session
        proven = session.pictures.stills.proven.find(sha256)
        if session.sign is None:
            text = "This host has no key to sign records with."
            self.say(control.Rejected(id=0, code=errors.UNSUPPORTED, message=text))
        elif proven is not None and any(r.flags & RecordFlag.OTHER_PATIENT for r in proven.records):
            text = "No record is signed of images that are of another patient than the study's own."
            self.say(control.Rejected(id=0, code=errors.UNSUPPORTED, message=text))
        elif proven is None or session.study is None:
            text = "No such picture was proven here lately. Wait until the badge is green and save the record again."
            self.say(control.Rejected(id=0, code=errors.STALE_REVISION, message=text))
        else:
            stacks = session.study.stacks
            try:
                record = session.sign(
                    sha256=sha256,
                    size=proven.size,
                    channels=proven.channels,
                    archive=session.key.archive,
                    study=session.key.study,
                    viewports=proven.viewports(stacks),
                    view=store_shown(proven.state, stacks),
                    session=session.id,
                    revision=proven.revision,
                )
            except FarviewError as error:
                self.say(control.Rejected(id=0, code=error.code, message=error.message))
                return
            self.say(control.ProofRecord(sha256=sha256, record=record))

    def renderer(self, state: str, message: str) -> None:
        """The worker is live, restarting or failed."""
        self.say(control.RendererState(state=state, message=message))


def _spans(present: bytearray) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    at = present.find(1)
    while at >= 0 and len(spans) < SPANS_SENT:
        end = present.find(0, at)
        end = len(present) if end < 0 else end
        spans.append((at, end))
        at = present.find(1, end)
    return tuple(spans)


def _noted(noticed: Mapping[int, tuple[str, ...]], frames: int) -> tuple[tuple[str, int, int], ...]:
    """What is said of frames' data as runs. Where that is too much to send, it is said of all rather than left out of some."""
    runs: list[tuple[str, int, int]] = []
    codes = sorted({code for said in noticed.values() for code in said})
    for code in codes:
        for frame in sorted(frame for frame, said in noticed.items() if code in said):
            if runs and runs[-1][0] == code and runs[-1][2] == frame:
                runs[-1] = (code, runs[-1][1], frame + 1)
            else:
                runs.append((code, frame, frame + 1))
    return tuple(runs) if len(runs) <= NOTED_SENT else tuple((code, 0, frames) for code in codes)
