"""The path of the pictures: an answer that was not asked for is neither shown nor taken for another one."""

from __future__ import annotations

from typing import Any, cast

from signaling.protocol.frames import ViewportRecord
from streamer.ipc.messages import Draw, Encoded
from streamer.session.outlet import Outlet, PictureBudget
from streamer.session.picture_loop import PictureLoop
from streamer.session.scene import Drawn
from streamer.session.worker_process import WorkerProcess
from streamer.viewer.state import ViewState


class Scene:
    """One revision, nothing in it."""

    revision = 100
    state = ViewState()
    size = (64, 64)
    input_sequence = 0
    event_acknowledged = 0
    command = 0
    has_volume = False
    loading = False

    def records(self, state: ViewState, size: tuple[int, int], drawn: Drawn) -> list[ViewportRecord]:
        return []


class Page:
    """An outlet that keeps what it is given; its clock and epochs begin anew, as a seat's do."""

    round_trip = 0.0
    shown = (0, 0)
    profile = ""
    still_method = ""

    def __init__(self, ticks: int) -> None:
        self.units: list[bytes] = []
        self._ticks = ticks
        self._epoch = 0

    def media_time(self) -> int:
        self._ticks += 1
        return self._ticks

    def new_epoch(self) -> int:
        self._epoch += 1
        return self._epoch

    def has_room(self) -> bool:
        return True

    def budget(self) -> PictureBudget:
        return PictureBudget(bits=100_000, scale=1.0, interval=0.0)

    def rtp_timestamp(self, pts: int) -> int:
        return pts

    def send_unit(self, data: bytes, pts: int, *, key: bool, asked_bits: int | None = None) -> None:
        self.units.append(data)

    def send_frames(self, packet: bytes) -> None:
        pass


class Worker:
    """Answers when it is told to."""

    lost = False

    def __init__(self) -> None:
        self.draws: list[Draw] = []

    def send(self, message: Any) -> None:
        self.draws.append(message)


def answer(draw: Draw, **changes: Any) -> Encoded:
    fields: dict[str, Any] = {
        "epoch": draw.epoch, "revision": draw.revision, "pts": draw.pts, "input_sequence": 0, "key": draw.keyframe,
        "visible": (64, 64), "coded": (64, 64), "scale": 1.0, "draw_ms": 1.0, "encode_ms": 1.0, "qp": 20.0, "flags": 0,
    }  # fmt: skip
    return Encoded(**{**fields, **changes})


async def test_a_picture_coded_for_another_page_costs_the_new_page_nothing() -> None:
    older, newer, worker = Page(1_000_000), Page(0), Worker()
    loop = PictureLoop(Scene(), lambda: 0.0)
    loop.connect(cast(WorkerProcess, worker), cast(Outlet, older))
    (late,) = worker.draws
    loop.connect(cast(WorkerProcess, worker), cast(Outlet, newer))
    key = worker.draws[-1]
    assert key.keyframe
    assert key.epoch == late.epoch  # each seat counts its own
    assert not loop.encoded(answer(late), b"late")
    assert not newer.units
    assert loop.encoded(answer(key), b"key")
    assert newer.units == [b"key"]


async def test_a_picture_of_another_session_is_not_shown_though_time_and_epoch_agree() -> None:
    page, worker = Page(0), Worker()
    loop = PictureLoop(Scene(), lambda: 0.0)
    loop.connect(cast(WorkerProcess, worker), cast(Outlet, page))
    (draw,) = worker.draws
    assert not loop.encoded(answer(draw, revision=77), b"foreign")
    assert loop.encoded(answer(draw), b"ours")
    assert page.units == [b"ours"]


def asked_key(loop: PictureLoop, worker: Worker) -> bool:
    """Whether the next picture after a question for a key frame is one."""
    before = len(worker.draws)
    loop.key_requested()
    loop.changed()
    return any(draw.keyframe for draw in worker.draws[before:])


async def test_a_question_for_a_key_frame_that_comes_with_the_next_movement_is_about_the_rest_before_it() -> (
    None
):
    now = 10.0
    page, worker, scene = Page(0), Worker(), Scene()
    page.round_trip = 0.1
    loop = PictureLoop(scene, lambda: now)
    loop.connect(cast(WorkerProcess, worker), cast(Outlet, page))
    assert loop.encoded(answer(worker.draws[-1]), b"one")
    now, page.shown = 10.5, loop.last_sent[::-1]
    scene.revision += 1
    loop.changed()
    assert loop.encoded(answer(worker.draws[-1]), b"two")
    now = 10.55
    assert not asked_key(loop, worker), "it shows all that it can know of"
    assert loop.encoded(answer(worker.draws[-1]), b"three")
    now = 11.0
    assert asked_key(loop, worker), "the second picture has not come"
