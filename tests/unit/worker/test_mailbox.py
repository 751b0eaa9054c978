"""Latest wins, and nothing that was owed is lost by it."""

from __future__ import annotations

import threading

import msgspec
import pytest

from streamer.ipc.messages import Capture, DetachAll, Draw, DrawStill
from streamer.viewer.state import ViewState
from streamer.worker import mailbox as mailbox_module
from streamer.worker.draw_loop import picture_size
from streamer.worker.mailbox import Mailbox, MailboxFull, merged


def draw(revision: int, **values: object) -> Draw:
    base = Draw(
        epoch=1, revision=revision, input_sequence=revision, state=ViewState(), width=64, height=48,
        pts=revision * 3000, bits=10_000,
    )  # fmt: skip
    return msgspec.structs.replace(base, **values)


def still(revision: int, **values: object) -> DrawStill:
    base = DrawStill(
        epoch=1, revision=revision, state=ViewState(), width=64, height=48, pts=revision * 3000 + 1, method="track"
    )  # fmt: skip
    return msgspec.structs.replace(base, **values)


def test_a_newer_state_replaces_the_one_that_waits() -> None:
    box = Mailbox()
    for revision in range(1, 6):
        box.put(draw(revision))
    taken = box.take()
    assert isinstance(taken, Draw)
    assert taken.revision == 5
    box.put(draw(6))
    taken = box.take()
    assert isinstance(taken, Draw)
    assert taken.revision == 6


def test_a_key_frame_that_was_owed_is_still_owed() -> None:
    assert merged(draw(1, keyframe=True), draw(2)).keyframe
    assert merged(draw(1), draw(2, keyframe=True)).keyframe
    assert not merged(draw(1), draw(2)).keyframe


def test_a_repeat_never_hides_a_drawing_that_was_owed() -> None:
    assert not merged(draw(1), draw(1, again=True)).again
    assert not merged(draw(1, again=True), draw(2)).again
    assert merged(draw(1, again=True), draw(1, again=True)).again
    assert merged(draw(1, moving=True), draw(2, flags=4)).flags == 4


def test_orders_go_first_and_in_sequence() -> None:
    box = Mailbox()
    box.put(draw(1))
    first = Capture(request=1, state=ViewState(), width=10, height=10)
    box.put(first)
    box.put(msgspec.structs.replace(first, request=2))
    assert [getattr(box.take(), "request", "draw") for _ in range(3)] == [1, 2, "draw"]


def test_detaching_drops_the_state_of_the_study_that_is_closed() -> None:
    box = Mailbox()
    box.put(draw(1))
    box.put(DetachAll())
    box.put(draw(2))
    assert isinstance(box.take(), DetachAll)
    taken = box.take()
    assert isinstance(taken, Draw)
    assert taken.revision == 2


def test_orders_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_module, "MAX_ORDERS", 3)
    box = Mailbox()
    for _ in range(3):
        box.put(DetachAll())
    with pytest.raises(MailboxFull):
        box.put(DetachAll())


def test_closing_lets_the_reader_go() -> None:
    box = Mailbox()
    result: list[object] = []
    reader = threading.Thread(target=lambda: result.append(box.take()))
    reader.start()
    box.close()
    reader.join(5.0)
    assert result == [None]


def test_the_size_of_a_scaled_picture() -> None:
    assert picture_size(1280, 800, 0.75) == (960, 600)
    for size in ((0, 100, 1.0), (100, 100, 0.0), (100, 100, 1.5), (9000, 10, 1.0), (100, 100, float("nan"))):
        with pytest.raises(Exception, match="Resize the window"):
            picture_size(*size)


def test_another_state_overtakes_a_long_picture_but_a_repeat_does_not() -> None:
    box = Mailbox()
    assert not box.overtakes(draw(1))
    box.put(draw(1, again=True))
    assert not box.overtakes(draw(1))
    box.put(draw(2))
    assert box.overtakes(draw(1))
    assert not box.overtakes(draw(2))
    box.put(DetachAll())
    assert box.overtakes(draw(2))


def test_what_a_given_up_picture_owed_is_owed_by_the_next() -> None:
    box = Mailbox()
    box.put(draw(2, again=True))
    box.give_back(draw(1, keyframe=True))
    taken = box.take()
    assert isinstance(taken, Draw)
    assert (taken.revision, taken.keyframe, taken.again) == (2, True, False)
    box.give_back(draw(3))
    assert isinstance(box.take(), Draw)
    box.put(DetachAll())
    box.give_back(draw(4))
    box.close()


def test_stills_go_last_and_the_newest_wins() -> None:
    box = Mailbox()
    older, newer = still(1), still(1)
    for item in (older, newer, draw(1), Capture(request=1, state=ViewState(), width=10, height=10)):
        box.put(item)
    assert [type(box.take()) for _ in range(2)] == [Capture, Draw]
    assert not box.wants(older)
    assert box.take() is newer
    assert box.wants(newer)


@pytest.mark.parametrize(
    "other",
    [draw(2), draw(1, epoch=2), draw(1, width=63), draw(2, again=True)],
    ids=["revision", "epoch", "size", "repeat"],
)
def test_another_state_makes_a_still_useless_whether_it_waits_or_is_being_made(other: Draw) -> None:
    waiting = Mailbox()
    waiting.put(still(1))
    waiting.put(other)
    assert waiting.take() is other
    waiting.put(still(3))
    taken = waiting.take()
    assert isinstance(taken, DrawStill)
    assert taken.revision == 3
    assert waiting.wants(taken)
    waiting.put(other)
    assert not waiting.wants(taken)


def test_the_same_state_once_more_does_not_overtake_a_still() -> None:
    box, wanted = Mailbox(), still(1)
    box.put(wanted)
    box.put(draw(1, again=True))
    assert box.wants(wanted)
    assert isinstance(box.take(), Draw)
    assert box.take() is wanted
    box.put(draw(1))
    assert box.wants(wanted)


def test_the_end_of_a_study_or_of_the_worker_ends_its_still() -> None:
    box, taken, waiting = Mailbox(), still(1), still(1)
    box.put(taken)
    box.take()
    box.put(DetachAll())
    assert not box.wants(taken)
    box.put(waiting)
    box.put(DetachAll())
    assert [type(box.take()) for _ in range(2)] == [DetachAll, DetachAll]
    last = still(2)
    box.put(last)
    assert box.take() is last
    box.close()
    assert not box.wants(last)


def test_a_still_does_not_overtake_a_picture() -> None:
    box = Mailbox()
    box.put(still(2))
    assert not box.overtakes(draw(1))
