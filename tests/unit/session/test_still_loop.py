"""The path of the exact still: which picture it is of, what the page must have seen, and what of its answers is believed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from signaling.protocol import control, frames
from signaling.protocol.frames import FrameFlag, ViewportKind, ViewportRecord
from streamer.ipc.messages import Draw, DrawStill, Encoded, StillDrawn
from streamer.session.outlet import Outlet, PictureBudget
from streamer.session.picture_loop import PictureLoop
from streamer.session.scene import Drawn
from streamer.session.sent_stills import Verdict
from streamer.session.still_loop import AGAIN, LEAST_PATIENCE
from streamer.session.still_policy import MOST_TRIES, Phase
from streamer.session.worker_process import WorkerProcess
from streamer.viewer.state import ViewState

SIZE = (64, 48)
RECORD = ViewportRecord(
    viewport=0, kind=ViewportKind.STACK, flags=0, revision=0, series=0, image=3, images=9, instance_number=4, center=40.0,
    width=400.0, zoom=1.0, position=0.0, thickness=1.0, rect=(0, 0, *SIZE), canvas_from_world=(0.0,) * 12,
    letters=("R", "L", "A", "P"), present=9,
)  # fmt: skip


class Scene:
    """One viewport; the hand's counters are set by the tests."""

    def __init__(self) -> None:
        self.revision = 100
        self.state = ViewState()
        self.size = SIZE
        self.input_sequence = self.event_acknowledged = self.command = 0
        self.has_volume = self.loading = False

    def records(self, state: ViewState, size: tuple[int, int], drawn: Drawn) -> list[ViewportRecord]:
        return [RECORD]


class Page:
    """An outlet that keeps what it is given."""

    round_trip = 0.0
    shown = (0, 0)
    profile = ""
    still_method = "track"
    image_method = "png"
    stills_held = 2

    def __init__(self) -> None:
        self.said: list[control.ToPage] = []
        self.stills: list[tuple[bytes, int, str]] = []
        self.packets: list[bytes] = []
        self.cancelled = 0
        self.takes = True
        self.seconds = 0.0
        self._ticks = self._epoch = self._still = 0

    def media_time(self) -> int:
        self._ticks += 1
        return self._ticks

    def new_epoch(self) -> int:
        self._epoch += 1
        return self._epoch

    def new_still(self) -> int:
        self._still += 1
        return self._still

    def has_room(self) -> bool:
        return True

    def budget(self) -> PictureBudget:
        return PictureBudget(bits=100_000, scale=1.0, interval=0.0)

    def rtp_timestamp(self, pts: int) -> int:
        return pts + 1000

    def send_unit(self, data: bytes, pts: int, *, key: bool, asked_bits: int | None = None) -> None:
        pass

    def send_frames(self, packet: bytes) -> None:
        self.packets.append(packet)

    def say(self, message: control.ToPage) -> None:
        self.said.append(message)

    def send_still(self, data: bytes, pts: int, method: str) -> bool:
        if self.takes:
            self.stills.append((data, pts, method))
        return self.takes

    def cancel_still(self) -> None:
        self.cancelled += 1

    def still_seconds(self, size: int) -> float:
        return self.seconds

    @property
    def proofs(self) -> list[control.StillProof]:
        return [message for message in self.said if isinstance(message, control.StillProof)]


class Worker:
    """Remembers what it was asked for."""

    lost = False

    def __init__(self) -> None:
        self.asked: list[Draw | DrawStill] = []

    def send(self, message: Any) -> None:
        self.asked.append(message)


class Run:
    """A picture loop between a page and a worker, on a clock of its own."""

    def __init__(self) -> None:
        self.now = 10.0
        self.scene, self.page, self.worker = Scene(), Page(), Worker()
        self.loop = PictureLoop(self.scene, lambda: self.now)
        self.stills = self.loop.stills
        self.loop.connect(cast(WorkerProcess, self.worker), cast(Outlet, self.page))
        self.draw()

    def draw(self) -> None:
        """The worker answers every picture it owes."""
        for message in list(self.worker.asked):
            if isinstance(message, Draw):
                self.worker.asked.remove(message)
                answer = Encoded(
                    epoch=message.epoch, revision=message.revision, input_sequence=0, pts=message.pts, key=message.keyframe,
                    visible=SIZE, coded=SIZE, scale=1.0, draw_ms=1.0, encode_ms=1.0, qp=20.0, flags=message.flags,
                )  # fmt: skip
                self.loop.encoded(answer, b"picture")

    def wait(self, seconds: float) -> None:
        """Time passes; what becomes due is done."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + 0.01)
            self.loop.pump()
            self.draw()

    def change(self) -> None:
        """The hand makes another picture."""
        self.scene.revision += 1
        self.scene.input_sequence += 1
        self.loop.touched()
        self.loop.changed()
        self.draw()

    def ask(self) -> DrawStill:
        """Waits until the worker is asked for a still."""
        for _ in range(200):
            asked = [message for message in self.worker.asked if isinstance(message, DrawStill)]
            if asked:
                self.worker.asked.remove(asked[0])
                return asked[0]
            self.wait(0.01)
        raise AssertionError("no still was asked for")

    def answer(self, asked: DrawStill, picture: str = "", **changes: Any) -> StillDrawn:
        """The worker's answer: a picture of that revision, or the one named."""
        digest = sha256(picture or str(asked.revision))
        held = digest in asked.known
        fields: dict[str, Any] = {
            "epoch": asked.epoch, "revision": asked.revision, "pts": asked.pts, "width": SIZE[0], "height": SIZE[1],
            "channels": 1, "planes": "grey", "sha256": digest, "method": "held" if held else asked.method, "coded": SIZE,
            "draw_ms": 1.0, "encode_ms": 1.0,
        }  # fmt: skip
        message = StillDrawn(**{**fields, **changes})
        self.loop.still_drawn(message, b"" if held else b"still")
        return message

    def send(self, picture: str = "") -> control.StillProof:
        """Waits for the next proof."""
        before = len(self.page.proofs)
        self.answer(self.ask(), picture)
        self.wait(0.3)
        assert len(self.page.proofs) == before + 1
        return self.page.proofs[-1]

    def check(self, proof: control.StillProof, verdict: str = "exact", digest: str = "") -> None:
        """The page's verdict."""
        found = digest or (proof.sha256 if verdict == "exact" else "")
        self.loop.still_checked(control.StillChecked(still=proof.still, verdict=verdict, sha256=found))

    def prove(self, picture: str = "") -> control.StillProof:
        """The next still, proven."""
        proof = self.send(picture)
        self.check(proof)
        assert self.stills.policy.phase is Phase.PROVEN
        return proof

    def do(self, deed: str, number: int) -> control.StillProof | None:
        """One thing that may happen; the proof that was truly proven by it."""
        match deed:
            case "touch":
                self.loop.touched()
            case "change":
                self.change()
            case "wait":
                self.wait(0.05 * number)
            case "rest":
                self.wait(2.0)
            case "forget":
                self.page.stills_held = number
            case "hide" | "show":
                self.loop.hold(deed == "hide")
            case "reconnect":
                self.loop.connect(cast(WorkerProcess, self.worker), cast(Outlet, self.page))
                self.draw()
        # The worker answers all, late or not; at most four pictures that look alike.
        for asked in [message for message in self.worker.asked if isinstance(message, DrawStill)]:
            self.worker.asked.remove(asked)
            self.answer(asked, str(asked.revision % 4))
        if deed not in (*Verdict, "lie") or len(self.page.proofs) <= number:
            return None
        proof = self.page.proofs[-1 - number]
        digest = sha256("another") if deed in ("lie", "mismatch") else proof.sha256
        verdict = "exact" if deed == "lie" else str(deed)
        self.loop.still_checked(control.StillChecked(still=proof.still, verdict=verdict, sha256=digest))
        return proof if deed == "exact" and number == 0 else None


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


DEEDS = ("touch", "change", "wait", "rest", "forget", "hide", "show", "reconnect", *Verdict, "lie")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 3)), max_size=40))
def test_whatever_a_page_says_only_the_right_hash_of_the_newest_still_proves_it(
    deeds: list[tuple[str, int]],
) -> None:
    async def act() -> None:
        run = Run()
        sent_since_input = stale = 0
        for deed, number in deeds:
            before, proofs = run.stills.policy.phase, len(run.page.proofs)
            truth = run.do(deed, number)
            newest = run.page.proofs[-1] if run.page.proofs else None
            if run.stills.policy.phase is Phase.PROVEN and before is not Phase.PROVEN:
                assert truth == newest, "proven by something else than the right hash of the newest still"
                assert newest is not None
                assert (newest.revision, newest.epoch) == (run.scene.revision, run.loop.epoch)
            if deed in ("touch", "change", "hide", "show", "reconnect"):
                sent_since_input = stale = 0
            stale += deed == "stale"
            sent_since_input += len(run.page.proofs) - proofs
            assert sent_since_input <= 2 * MOST_TRIES + 1 + stale, (
                "a page that only complains costs no end of stills"
            )
            for proof in run.page.proofs[proofs:]:
                assert (proof.revision, proof.epoch) == (run.scene.revision, run.loop.epoch)

    asyncio.run(act())


@pytest.fixture
async def run() -> Run:
    return Run()


async def test_a_proof_names_the_revision_the_input_and_what_every_viewport_shows(run: Run) -> None:
    run.change()
    run.scene.event_acknowledged, run.scene.command = 7, 5
    proof = run.send()
    assert (proof.still, proof.revision, proof.epoch) == (1, run.scene.revision, run.loop.epoch)
    assert (proof.input_sequence, proof.event_acknowledged, proof.command) == (1, 7, 5)
    assert (proof.method, proof.size, proof.sha256) == ("track", len(b"still"), sha256(str(proof.revision)))
    packet = frames.decode(base64.b64decode(proof.description))
    assert isinstance(packet, frames.FramesPacket)
    (frame,) = packet.frames
    assert frame.flags & FrameFlag.STILL
    assert (frame.rtp, frame.revision, frame.size) == (proof.rtp, proof.revision, proof.size)
    assert [record.revision for record in packet.records] == list(frame.viewports)
    newest = frames.decode(run.page.packets[-1])
    assert isinstance(newest, frames.FramesPacket)
    assert newest.frames[0] == frame
    ((data, pts, method),) = run.page.stills
    assert (data, run.page.rtp_timestamp(pts), method) == (b"still", proof.rtp, "track")


async def test_a_proven_still_is_followed_by_silence(run: Run) -> None:
    run.prove()
    run.wait(0.5)
    pictures = run.loop.pictures
    run.wait(20.0)
    assert run.loop.pictures == pictures
    assert len(run.page.proofs) == 1
    assert run.worker.asked == []


async def test_an_input_without_effect_has_it_proven_again_by_what_the_page_holds(run: Run) -> None:
    first = run.prove()
    run.loop.touched()
    run.wait(0.12)
    assert len(run.page.proofs) == 1
    run.wait(0.02)
    again = run.page.proofs[-1]
    assert (again.still, again.method, again.size) == (2, "held", 0)
    assert (again.sha256, again.revision) == (first.sha256, first.revision)
    assert again.rtp != first.rtp
    assert len(run.page.stills) == 1
    assert run.worker.asked == []


async def test_going_back_to_a_picture_the_page_holds_sends_no_byte(run: Run) -> None:
    run.prove("one")
    run.change()
    run.prove("two")
    run.change()
    assert run.prove("one").method == "held"
    assert len(run.page.stills) == 2


async def test_no_more_is_taken_to_be_held_than_the_page_keeps(run: Run) -> None:
    for picture in ("one", "two", "three"):
        run.change()
        run.prove(picture)
    run.change()
    asked = run.ask()
    assert asked.known == (sha256("three"), sha256("two"))
    run.page.stills_held = 0
    run.change()
    assert run.ask().known == ()


async def test_new_input_takes_back_what_is_leaving_and_a_new_picture_forgets_it(run: Run) -> None:
    proof = run.send("one")
    run.change()
    assert run.page.cancelled == 1
    run.check(proof, "stale")
    later = run.send("two")
    assert later.revision == run.scene.revision
    assert run.page.stills[-1][0] == b"still"
    assert run.stills.policy.phase is Phase.SENT
    run.check(proof)
    assert run.stills.policy.phase is Phase.SENT, "a verdict on an older still proves nothing of this one"


async def test_a_click_without_effect_in_the_middle_sends_the_same_still_again(run: Run) -> None:
    run.send("one")
    run.loop.touched()
    assert run.page.cancelled == 1
    run.wait(0.2)
    assert [method for _, _, method in run.page.stills] == ["track", "track"]
    assert run.page.proofs[-1].still == 2


async def test_a_mismatch_is_drawn_and_sent_again_once_and_a_second_one_stays(run: Run) -> None:
    first = run.send("one")
    run.check(first, "mismatch", sha256("other"))
    asked = run.ask()
    assert asked.known == ()
    run.answer(asked, "one")
    again = run.page.proofs[-1]
    assert (again.attempt, again.method) == (2, "track")
    run.check(again, "mismatch", sha256("other"))
    run.loop.touched()
    run.wait(5.0)
    assert len(run.page.proofs) == 2
    assert run.stills.tally.mismatched == 2
    assert run.stills.tally.exact == 0
    run.change()
    assert run.send("one").attempt == 1


async def test_a_late_verdict_on_the_picture_before_says_nothing_of_the_next_one(run: Run) -> None:
    earlier = run.send("one")
    run.change()
    run.answer(run.ask(), "two")
    run.check(earlier, "mismatch", sha256("other"))
    run.check(earlier, "missing")
    run.wait(0.2)
    assert run.page.proofs[-1].sha256 == sha256("two")
    assert run.page.proofs[-1].attempt == 1


async def test_exact_with_another_hash_is_a_mismatch(run: Run) -> None:
    proof = run.send("one")
    run.check(proof, "exact", sha256("other"))
    assert run.stills.policy.phase is not Phase.PROVEN
    assert run.stills.tally.mismatched == 1
    assert run.stills.proven.find(proof.sha256) is None


async def test_a_still_the_page_does_not_hold_after_all_is_sent(run: Run) -> None:
    run.prove("one")
    run.loop.touched()
    run.wait(0.2)
    held = run.page.proofs[-1]
    assert held.method == "held"
    run.check(held, "missing")
    asked = run.ask()
    assert asked.known == ()
    run.answer(asked, "one")
    assert run.page.proofs[-1].method == "track"


async def test_a_page_that_gives_no_answer_is_asked_three_times_and_told_why_it_ends(run: Run) -> None:
    run.page.round_trip = 0.1
    run.send("one")
    run.wait(20.0)
    assert len(run.page.proofs) == MOST_TRIES
    withdrawn = [message for message in run.page.said if isinstance(message, control.StillWithdrawn)]
    assert [message.still for message in withdrawn] == [MOST_TRIES]
    assert withdrawn[0].reason.endswith(".")
    run.loop.touched()
    run.answer(run.ask(), "one")
    run.wait(0.3)
    assert len(run.page.proofs) == MOST_TRIES + 1


@pytest.mark.parametrize("way", ["missing", "failed", "fault", "too large"])
async def test_whenever_it_gives_up_it_says_so_once_and_why(run: Run, way: str) -> None:
    if way == "too large":
        run.page.takes, run.page.image_method = False, ""
    for _ in range(MOST_TRIES + 1):
        if run.stills.policy.phase is Phase.GIVEN_UP:
            break
        if way == "failed":
            run.stills.failed(run.ask().pts, run.now)
        elif way == "fault":
            run.answer(run.ask(), "one", faults=("No.",))
        elif way == "too large":
            run.answer(run.ask(), "one")
            run.wait(0.5)
        else:
            if run.stills.policy.phase in (Phase.WANTED, Phase.DRAWING):
                run.answer(run.ask(), "one")
            run.wait(0.5)
            run.check(run.page.proofs[-1], way)
    assert run.stills.policy.phase is Phase.GIVEN_UP
    run.wait(5.0)
    (withdrawn,) = [message for message in run.page.said if isinstance(message, control.StillWithdrawn)]
    assert withdrawn.reason.endswith(AGAIN)
    assert withdrawn.still == len(run.page.proofs)


@pytest.mark.parametrize(
    ("said", "logged"), [("canvas", "canvas"), ("came", "came"), ("Doe^Jane", "unknown"), ("", "unknown")]
)
async def test_where_another_hash_was_found_is_logged_by_name_and_nothing_else_that_a_page_says(
    run: Run, said: str, logged: str
) -> None:
    proof = run.send("one")
    checked = control.StillChecked(still=proof.still, verdict="mismatch", sha256=sha256("other"), reason=said)
    with capture_logs() as logs:
        run.loop.still_checked(checked)
    (line,) = [line for line in logs if line["event"] == "still_mismatch"]
    assert line["how"] == logged
    assert "Doe" not in str(logs)


async def test_a_still_that_leaves_slowly_is_not_sent_again_before_it_has_left(run: Run) -> None:
    run.page.seconds = 5.0
    run.send("one")
    run.wait(10.0)
    ((_, pts, _),) = run.page.stills
    run.loop.still_left(pts)
    run.wait(LEAST_PATIENCE - 0.1)
    assert len(run.page.proofs) == 1
    run.wait(0.2)
    assert len(run.page.proofs) == 2


async def test_before_a_long_still_go_three_pictures_and_while_it_leaves_none(run: Run) -> None:
    run.page.seconds = 3.0
    run.change()
    pictures = run.loop.pictures
    run.answer(run.ask(), "one")
    run.wait(0.3)
    assert run.loop.pictures == pictures + 3
    assert len(run.page.proofs) == 1
    run.wait(2.0)
    assert run.loop.pictures == pictures + 3


async def test_a_short_still_has_no_refinement_before_it(run: Run) -> None:
    run.change()
    pictures = run.loop.pictures
    run.send("one")
    assert run.loop.pictures == pictures


@pytest.mark.parametrize(
    "changes", [{"epoch": 77}, {"revision": 3}, {"pts": 999}, {"width": 32}, {"faults": ("No.",)}]
)
async def test_a_still_of_something_else_or_with_a_fault_is_not_sent(
    run: Run, changes: dict[str, Any]
) -> None:
    run.answer(run.ask(), "one", **changes)
    run.wait(0.5)
    assert run.page.proofs == []


async def test_a_still_for_a_state_that_is_gone_is_ignored(run: Run) -> None:
    asked = run.ask()
    run.change()
    run.answer(asked, "one")
    run.wait(0.05)
    assert run.page.proofs == []
    assert run.send("two").revision == run.scene.revision


async def test_nothing_of_before_counts_after_a_new_worker_size_study_or_page(run: Run) -> None:
    proof = run.prove("one")
    run.change()
    late = run.ask()
    run.loop.connect(cast(WorkerProcess, run.worker), cast(Outlet, run.page))
    run.draw()
    run.answer(late, "one")
    run.check(proof)
    run.wait(0.05)
    assert len(run.page.proofs) == 1
    assert run.stills.proven.find(proof.sha256) is None
    asked = run.ask()
    assert asked.known == ()
    run.answer(asked, "one")
    run.wait(0.2)
    fresh = run.page.proofs[-1]
    assert fresh.epoch > proof.epoch
    assert fresh.method == "track"


async def test_verdicts_on_stills_that_were_never_sent_mean_nothing_and_unknown_ones_are_refused(
    run: Run,
) -> None:
    proof = run.send("one")
    for number in (0, -1, 2, 10**9):
        run.loop.still_checked(
            control.StillChecked(still=number, verdict="exact", sha256=proof.sha256),
        )
    assert run.stills.policy.phase is Phase.SENT
    assert run.stills.tally.exact == 0
    with pytest.raises(ValueError, match="wonderful"):
        run.check(proof, "wonderful")


async def test_a_page_that_says_exact_again_and_again_counts_once(run: Run) -> None:
    proof = run.prove("one")
    for _ in range(5):
        run.check(proof)
    assert run.stills.tally.exact == 1


async def test_a_hidden_page_gets_none_and_has_it_proven_again_when_it_shows(run: Run) -> None:
    run.prove("one")
    run.loop.hold(True)
    run.wait(5.0)
    assert len(run.page.proofs) == 1
    run.loop.hold(False)
    run.wait(0.3)
    assert run.page.proofs[-1].method == "held"


async def test_a_page_without_the_ability_gets_refinements_and_heartbeats_as_ever(run: Run) -> None:
    run.page.still_method = ""
    run.change()
    pictures = run.loop.pictures
    run.wait(6.0)
    assert run.page.proofs == []
    assert run.worker.asked == []
    assert run.loop.pictures >= pictures + 6 + 10


async def test_what_is_too_large_for_the_track_goes_as_an_image(run: Run) -> None:
    run.page.takes = False
    run.answer(run.ask(), "one")
    run.wait(0.1)
    asked = run.ask()
    assert asked.method == "png"
    run.page.takes = True
    run.answer(asked, "one")
    run.wait(0.2)
    assert [method for _, _, method in run.page.stills] == ["png"]


async def test_what_can_not_go_at_all_is_given_up(run: Run) -> None:
    run.page.takes, run.page.image_method = False, ""
    run.answer(run.ask(), "one")
    run.wait(1.0)
    assert run.page.proofs == []
    assert run.stills.policy.phase is Phase.GIVEN_UP
