"""Sessions: marks of every origin come together, and a reading gets its renderer whoever of its readers stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from signaling.protocol import control
from signaling.protocol.records import StudyInfo
from signaling.protocol.tickets import TicketClaims
from streamer.host.archive import Archive
from streamer.host.seat import Seat
from streamer.host.sessions import Sessions
from streamer.ipc.messages import StackPlan, StudyDescribed
from streamer.session.checkpoint import restore_marks, store_marks
from streamer.session.checkpoints import Checkpoints
from streamer.session.series_store import SeriesStore
from streamer.session.session import SessionKey
from streamer.session.worker_pool import WorkerPool
from streamer.session.worker_process import WorkerProcess
from streamer.transport.base import Transport
from streamer.viewer import core
from streamer.viewer.marks import Marks
from tests.unit.host.test_seat import Host, Link
from tests.unit.session.marked_stack import MARK, stack

STUDY = "1.2.3"


class Store:
    """The server's store, which may be out of reach."""

    def __init__(self) -> None:
        self.marks: dict[str, Any] | None = None
        self.view: dict[str, Any] | None = None
        self.problem = ""
        self.saved_at = 0.0
        self.openings: list[tuple[str, bool]] = []
        self.unrecorded = ""

    async def save(self, key: SessionKey, view: dict[str, Any], marks: dict[str, Any] | None) -> str:
        if not self.problem:
            self.view = view
        if not self.problem and marks is not None:
            self.marks = marks
        return self.problem

    async def record_opening(self, key: SessionKey, *, goes_on: bool) -> str:
        self.openings.append((key.study, goes_on))
        return self.unrecorded

    async def load(self, key: SessionKey) -> tuple[dict[str, Any] | None, dict[str, Any] | None, float, str]:
        if self.problem:
            return None, None, 0.0, self.problem
        return self.view, self.marks, self.saved_at, ""


class Index:
    """An archive with one study of one series that can't be read, so that nothing is loaded."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.id, self.own = "a", "a"

    async def describe(self, study: str) -> StudyDescribed:
        plan = StackPlan(
            stack=stack(), sources=(), transfer_syntax="", photometric="MONOCHROME2", bits_allocated=16,
            bits_stored=16, signed=True, samples=1,
        )  # fmt: skip
        return StudyDescribed(request=0, study=StudyInfo(archive=self.id, study=study), plans=(plan,))


class Worker:
    """Draws nothing."""

    lost = False
    silent_ms = 0
    client: Any = None

    def send(self, message: Any, descriptors: Any = ()) -> None:
        pass


class Pool:
    """Gives a worker when it may."""

    def __init__(self) -> None:
        self.may = asyncio.Event()
        self.asked = asyncio.Event()
        self.given = 0

    async def take(self) -> WorkerProcess:
        self.asked.set()
        await self.may.wait()
        self.given += 1
        return cast(WorkerProcess, Worker())

    def give_back(self, worker: WorkerProcess) -> None:
        self.given -= 1


class Run:
    """Sessions of one host and what they stand on."""

    def __init__(self, folder: Path) -> None:
        self.store, self.pool = Store(), Pool()
        self.checkpoints = Checkpoints(self.store)
        series = SeriesStore(folder / "cache", 0, 0)
        archives = {"a": cast(Archive, Index(folder))}
        self.sessions = Sessions(archives, (), cast(WorkerPool, self.pool), series, self.checkpoints, 120.0)

    def seat(self) -> Seat:
        claims = TicketClaims(
            seat="s", host="h", user="u", tenant="default", role="reader", archives=(), fingerprint="", jti="j", iat=0,
            exp=1,
        )  # fmt: skip
        return Seat("s", claims, Host(), lambda seat: cast(Transport, SilentLink()))

    async def open(self, seat: Seat) -> None:
        message = control.OpenStudy(request=1, archive="a", study=STUDY, width=64, height=64)
        self.sessions.open(seat, message)
        opening = self.sessions._opening[seat]
        await asyncio.wait_for(opening, 5.0)
        assert seat.session is not None


class SilentLink(Link):
    """Sends no picture."""

    negotiated_profile = ""

    def rtp_timestamp(self, pts: int) -> int:
        return pts


@pytest.fixture
async def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Run]:
    monkeypatch.setattr("streamer.session.checkpoints.RETRY_SECONDS", 0.0)
    monkeypatch.setattr("streamer.session.series_load.SeriesLoad.run", never_loads)
    run = Run(tmp_path)
    yield run
    await run.sessions.close()
    await run.checkpoints.close()


async def never_loads(load: Any, first: int, loaders: Any) -> None:
    load.ready.set()


async def test_a_study_opened_without_its_marks_gets_them_and_overwrites_none(run: Run) -> None:
    run.store.marks = store_marks(Marks(version=4, items=(MARK,)))
    run.store.problem = "The server can't be reached."
    seat = run.seat()
    await run.open(seat)
    assert seat.session is not None
    assert seat.session.marks.items == ()
    run.store.problem = ""
    await run.checkpoints.flush(5.0)
    assert seat.session.marks.items == (MARK,)
    assert restore_marks(run.store.marks, (stack(),)).items == (MARK,)


async def test_marks_made_on_another_host_meanwhile_are_there_when_a_parked_reading_is_taken_up(
    run: Run,
) -> None:
    seat = run.seat()
    await run.open(seat)
    session = seat.session
    run.sessions.leave(seat)
    run.store.marks = store_marks(Marks(version=9, items=(MARK,)))
    await run.open(seat)
    assert seat.session is session
    assert session is not None
    assert session.marks.items == (MARK,)


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_a_parked_reading_is_taken_up_unless_another_host_has_saved_a_later_view(
    run: Run, elsewhere: bool
) -> None:
    seat = run.seat()
    await run.open(seat)
    session = seat.session
    assert session is not None
    session.take_outcome(
        core.apply_command(session.context, session.state, session.marks, "layout.set", 0, "2x2")
    )
    run.sessions.leave(seat)
    await run.checkpoints.flush(5.0)
    assert run.store.view is not None
    stored = msgspec.json.decode(msgspec.json.encode(run.store.view))  # as it comes over the line
    assert stored["state"]["layout"] == "2x2"
    if elsewhere:
        stored["state"]["maximized"], run.store.saved_at = True, 1_800_000_000.0
    run.store.view = stored
    await run.open(seat)
    assert seat.session is not None
    assert (seat.session is session) is not elsewhere
    assert (seat.session.state.layout, seat.session.state.maximized) == ("2x2", elsewhere)


async def test_a_view_that_could_not_be_saved_outranks_the_one_in_the_store(run: Run) -> None:
    seat = run.seat()
    await run.open(seat)
    session = seat.session
    assert session is not None
    await run.checkpoints.flush(5.0)
    run.sessions.leave(seat)
    await run.checkpoints.flush(5.0)
    before = run.store.view
    await run.open(seat)
    run.store.problem = "The disk is full."
    session.take_outcome(
        core.apply_command(session.context, session.state, session.marks, "layout.set", 0, "2x2")
    )
    run.sessions.leave(seat)
    monkey = run.store.load
    run.store.load = lambda key: answered(before)  # type: ignore[method-assign]
    await run.open(seat)
    assert seat.session is session
    assert session.state.layout == "2x2"
    run.store.load = monkey  # type: ignore[method-assign]
    run.store.problem = ""
    await run.checkpoints.flush(5.0)
    assert run.store.view is not None
    assert run.store.view["state"]["layout"] == "2x2"


async def answered(view: Any) -> Any:
    return view, None, 1_800_000_000.0, ""


async def test_marks_that_are_not_saved_yet_survive_a_fresh_start_that_fails(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = run.seat()
    await run.open(seat)
    assert seat.session is not None
    session = seat.session
    run.store.problem = "The disk is full."
    session.marks = Marks(version=1, items=(MARK,))
    run.checkpoints.marks_changed(session)
    run.store.marks = {"format": 99}
    monkeypatch.setattr(run.store, "load", unreadable)
    fresh = control.OpenStudy(request=2, archive="a", study=STUDY, width=64, height=64, fresh=True)
    run.sessions.open(seat, fresh)
    await asyncio.wait_for(run.sessions._opening[seat], 5.0)
    assert seat.session is None
    run.store.problem = ""
    await run.checkpoints.flush(5.0)
    assert restore_marks(run.store.marks, (stack(),)).items == (MARK,)


async def test_what_a_newer_version_stored_is_never_overwritten(run: Run) -> None:
    """The view is kept as it came, and said; with marks the study is not opened at all."""
    seat = run.seat()
    newer = {"format": 99, "of": "the future"}
    run.store.view = newer
    await run.open(seat)
    assert seat.session is not None
    seat.session.marks = Marks(version=1, items=(MARK,))
    run.checkpoints.marks_changed(seat.session)
    await run.checkpoints.flush(5.0)
    assert run.store.view == newer
    assert restore_marks(run.store.marks or {}, (stack(),)).items == (MARK,)
    for leave_first in (True, False):
        if leave_first:
            run.sessions.leave(seat)
        run.store.marks = newer
        run.sessions.open(seat, control.OpenStudy(request=2, archive="a", study=STUDY, width=64, height=64))
        await asyncio.wait_for(run.sessions._opening[seat], 5.0)
        assert seat.session is None
        await run.checkpoints.flush(5.0)
        assert run.store.marks == newer


async def test_what_can_not_be_recorded_is_not_opened_and_what_is_open_goes_on(run: Run) -> None:
    seat = run.seat()
    await run.open(seat)
    assert run.store.openings == [(STUDY, False)]
    session = seat.session
    run.store.unrecorded = "The study is not opened: the disk is full."

    async def open_again(*, on: Seat, goes_on: bool) -> None:
        message = control.OpenStudy(request=2, archive="a", study=STUDY, width=64, height=64, goes_on=goes_on)
        run.sessions.open(on, message)
        await asyncio.wait_for(run.sessions._opening[on], 5.0)

    again = run.seat()
    await open_again(on=again, goes_on=True)
    assert again.session is session, "the same page comes back to what it reads"
    anew = run.seat()
    await open_again(on=anew, goes_on=False)
    assert anew.session is None
    assert again.session is session
    await run.sessions.close()
    await open_again(on=anew, goes_on=True)
    assert anew.session is None, "nobody reads it here: what a page says of itself is not enough"


async def unreadable(key: SessionKey) -> tuple[None, dict[str, Any], float, str]:
    return None, {"format": 99}, 0.0, ""


async def test_a_second_page_gets_the_renderer_that_the_first_one_waited_for(run: Run) -> None:
    first, second = run.seat(), run.seat()
    await run.open(first)
    await asyncio.wait_for(run.pool.asked.wait(), 5.0)
    await run.open(second)
    run.sessions.leave(first)
    run.pool.may.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert second.session is not None
    assert second.session.worker is not None
    assert run.pool.given == 1
