"""Pictures that were proven: which of them a page still has, and what a record says of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signaling.protocol.control import StillChecked
from signaling.protocol.frames import RecordFlag, ViewportKind, ViewportRecord
from signaling.protocol.proof import ProvenViewport
from signaling.protocol.reservations import Reservation
from streamer.session.proven_stills import MOST, MOST_BYTES, ProvenStill, ProvenStills
from streamer.session.sent_stills import KEPT, SentStills, Verdict
from streamer.viewer.stack import ImageTerms
from streamer.viewer.state import ViewportState, ViewState
from tests.unit.session.marked_stack import stack


def record(viewport: int, image: int = 0, flags: int = 0) -> ViewportRecord:
    return ViewportRecord(
        viewport=viewport, kind=ViewportKind.STACK, flags=flags, revision=1, series=0, image=image, images=3,
        instance_number=1, center=0.0, width=1.0, zoom=1.0, position=0.0, thickness=1.0, rect=(0, 0, 8, 8),
        canvas_from_world=(0.0,) * 12, letters=("", "", "", ""), present=3,
    )  # fmt: skip


def still(sha256: str) -> ProvenStill:
    return ProvenStill(sha256, (8, 8), 1, 1, ViewState(), (record(0),))


def test_the_newest_are_held_and_what_is_proven_again_is_the_newest_again() -> None:
    proven = ProvenStills()
    for name in ("a", "b", "c"):
        proven.add(still(name))
    assert proven.held(2) == ("c", "b")
    proven.add(still("a"))
    assert proven.held(2) == ("a", "c")
    assert proven.held(0) == ()
    proven.drop("a")
    assert proven.held(9) == ("c", "b")
    for number in range(100):
        proven.add(still(str(number)))
    assert len(proven.held(1000)) == MOST
    proven.clear()
    assert proven.held(9) == ()


def test_no_more_bytes_are_taken_to_be_held_than_a_page_keeps() -> None:
    proven = ProvenStills()
    for name in ("a", "b", "c"):
        proven.add(replace(still(name), size=(4096, 2304), channels=3))
    assert 2 * 4096 * 2304 * 3 < MOST_BYTES < 3 * 4096 * 2304 * 3
    assert proven.held(8) == ("c", "b")
    proven.add(replace(still("d"), size=(MOST_BYTES + 1, 1)))
    assert proven.held(8) == ()


def test_a_record_names_the_image_of_a_stack_and_of_planes_and_volumes_the_series() -> None:
    stacks = (stack(),)
    shown = ViewState(
        layout="2x2",
        viewports=(
            ViewportState(kind="stack", stack=0, image=1),
            ViewportState(kind="mpr", stack=0, plane="axial"),
            ViewportState(kind="volume", stack=0),
            ViewportState(),
        ),
    )
    records = (record(0, image=1), record(1, flags=RecordFlag.INCOMPLETE), record(2), record(3))
    proven = replace(still("a"), state=shown, records=records)
    frame = stacks[0].frames[1]
    series = stacks[0].series_instance_uid
    assert proven.viewports(stacks) == (
        ProvenViewport(kind="stack", series=series, sop=frame.sop_instance_uid, frame=frame.frame_number),
        ProvenViewport(kind="mpr", series=series, exact=False),
        ProvenViewport(kind="volume", series=series),
        ProvenViewport(kind="empty"),
    )


@pytest.mark.parametrize("kind", ["stack", "mpr", "volume"])
@pytest.mark.parametrize("smaller", [False, True])
@pytest.mark.parametrize("interpolation", ["linear", "cubic"])
def test_a_record_names_what_stands_against_the_image_as_the_page_does(
    kind: str, smaller: bool, interpolation: str
) -> None:
    doubted = replace(stack(), terms=(ImageTerms(notices=("overlay", "burned_in")),))
    viewport = ViewportState(kind=kind, stack=0, plane="axial" if kind == "mpr" else "")
    shown = ViewState(viewports=(viewport,), interpolation=interpolation)
    seen = record(0, flags=RecordFlag.MINIFIED if smaller and kind != "volume" else 0)
    [named] = replace(still("a"), state=shown, records=(seen,)).viewports((doubted,))
    own = "minified" if smaller else "overshoot" if interpolation == "cubic" else ""
    expected = ("overlay", "burned_in", *((own,) if own and kind != "volume" else ()))
    assert named.reservations == expected
    assert named.exact, "the bytes are the renderer's"
    assert set(expected) <= set(Reservation)


def test_only_the_last_stills_sent_are_judged() -> None:
    sent = SentStills()
    for number in range(1, KEPT + 3):
        sent.add(number, still(str(number)))
    assert sent.judge(StillChecked(still=1, verdict="exact", sha256="1")) is None
    judged = sent.judge(StillChecked(still=KEPT, verdict="exact", sha256=str(KEPT)))
    assert judged is not None
    assert (judged.verdict, judged.first) == (Verdict.EXACT, True)
    again = sent.judge(StillChecked(still=KEPT, verdict="stale"))
    assert again is not None
    assert (again.verdict, again.first) == (Verdict.STALE, False)
