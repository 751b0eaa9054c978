"""What is said of a view that is taken up again, over every change of the study and every kind of viewport."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from signaling.protocol import control
from signaling.protocol.records import StudyInfo
from streamer.host.resumed import changes_since, may_resume
from streamer.ipc.messages import FrameSource, StackPlan, StudyDescribed
from streamer.session.checkpoint import restore_view, store_marks, store_view
from streamer.session.content import MOST_FRAMES
from streamer.session.opened_study import OpenedStudy
from streamer.viewer import core
from streamer.viewer.marks import Marks
from streamer.viewer.stack import FrameRef
from streamer.viewer.state import ViewState
from tests.unit.host import test_sessions
from tests.unit.host.test_sessions import Run
from tests.unit.session.marked_stack import MARK, stack

CARL = StudyInfo(archive="a", study="1.2.3", patient_name="DOE^Carl", patient_id="1", birth_date="19500101")
OTTO = StudyInfo(archive="a", study="1.2.3", patient_name="OTHER^Otto", patient_id="2", birth_date="19700101")
IMAGES = tuple(range(20))

run = test_sessions.run


def study(
    images: tuple[int, ...] = IMAGES, rewritten: tuple[int, ...] = (), info: StudyInfo = CARL
) -> OpenedStudy:
    shown = replace(
        stack(frames=len(images)),
        frames=tuple(FrameRef(f"1.2#0.{n}", 1, n) for n in images),
        series_number=2,
    )
    shown = replace(shown, geometry=replace(shown.geometry, positioned=True, volumetric=True))
    sources = tuple(
        FrameSource(path=f"{n}", frame=1, offset=0, length=128, size=500, mtime_ns=7 + (n in rewritten))
        for n in images
    )
    plan = StackPlan(
        stack=shown, sources=sources, transfer_syntax="", photometric="MONOCHROME2", bits_allocated=16,
        bits_stored=16, signed=True, samples=1, version=f"{images} {rewritten}",
    )  # fmt: skip
    described = StudyDescribed(request=0, study=info, plans=(plan,))
    return OpenedStudy(described, "t", "a", "/nowhere", cast(Any, None), lambda number, load: None)


def view_of(then: OpenedStudy, kind: str) -> ViewState:
    state = core.opened(then.stacks, width=64, height=64)
    viewport = replace(state.viewports[0], kind=kind, image=4, plane="axial" if kind == "mpr" else "")
    return replace(state, viewports=(viewport,))


CHANGES = {
    "nothing": (study, [], True),
    "removed": (lambda: study(IMAGES[:5]), [("gone", 15)], True),
    "removed with the image shown": (lambda: study(IMAGES[5:]), [("gone", 5)], None),
    "added": (lambda: study((*IMAGES, 20, 21, 22)), [("new", 3)], True),
    "removed and added": (lambda: study((*IMAGES[:19], 30)), [("gone", 1), ("new", 1)], True),
    "replaced": (lambda: study(rewritten=(3, 4)), [("replaced", 2)], True),
    "removed and replaced": (lambda: study(IMAGES[:5], (3,)), [("gone", 15), ("replaced", 1)], True),
    "another patient": (lambda: study(rewritten=IMAGES, info=OTTO), [("patient", 0)], False),
}


@pytest.mark.parametrize("kind", ["stack", "mpr", "volume"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_told_and_another_patients_view_is_not_taken_up(change: str, kind: str) -> None:
    then = study()
    state = view_of(then, kind)
    stored = store_view(state, then.stacks, then.content([0]))
    marks = store_marks(Marks(version=1, items=(MARK,)), then.content([0]))
    make, expected, resumes = CHANGES[change]
    now = make()
    told = changes_since(stored, marks, now)
    for of in ("view", "marks"):
        assert [(each.change, each.count) for each in told if each.of == of] == expected
    assert all(each.series_number == 2 for each in told if each.change != "patient")
    assert may_resume(told) == (resumes is not False)
    fits = restore_view(stored, now.stacks) is not None
    assert fits == (resumes is not None or kind != "stack")


def test_a_patient_that_may_be_another_is_told_and_the_view_is_taken_up() -> None:
    then = study()
    renamed = StudyInfo(
        archive="a", study="1.2.3", patient_name="OTHER^Otto", patient_id="1", birth_date="19500101"
    )
    told = changes_since(
        store_view(view_of(then, "stack"), then.stacks, then.content([0])), None, study(info=renamed)
    )
    assert [each.change for each in told] == ["doubtful"]
    assert may_resume(told)


def test_of_what_an_earlier_version_kept_it_is_said_that_nothing_can_be_told() -> None:
    then = study()
    view = {**store_view(view_of(then, "stack"), then.stacks), "format": 1}
    del view["content"]
    marks = {**store_marks(Marks(version=1, items=(MARK,))), "format": 1}
    assert [(each.of, each.change) for each in changes_since(view, marks, then)] == [
        ("view", "unknown"),
        ("marks", "unknown"),
    ]
    assert not changes_since(None, store_marks(Marks()), then), "no marks, nothing to tell"


def test_a_series_with_too_many_images_to_be_kept_one_by_one_is_told_of_by_its_number() -> None:
    many = tuple(range(MOST_FRAMES + 1))
    then = study(many)
    stored = store_view(view_of(then, "stack"), then.stacks, then.content([0]))
    assert len(str(stored)) < 10_000
    for now, expected in (
        (study(many), []),
        (study(many[:-4]), [("gone", 4)]),
        (study((*many, MOST_FRAMES + 1)), [("new", 1)]),
        (study(many, rewritten=(5,)), [("replaced", len(many))]),
    ):
        assert [(each.change, each.count) for each in changes_since(stored, None, now)] == expected


def test_nothing_is_said_of_a_document_that_cannot_be_read(tmp_path: Path) -> None:
    assert changes_since({"format": 99}, {"format": 99}, study()) == ()


@pytest.mark.parametrize(
    ("now", "changes", "resumes"),
    [(study(), [], True), (study(IMAGES[:15]), ["gone"], True), (study(info=OTTO), ["patient"], False)],
)
async def test_opening_says_the_instant_the_words_and_the_changes(
    run: Run, now: OpenedStudy, changes: list[str], resumes: bool
) -> None:
    then = study()
    state = view_of(then, "stack")
    flipped = replace(state, viewports=(replace(state.viewports[0], flipped=True),))
    run.store.view = store_view(flipped, then.stacks, then.content([0]))
    run.store.saved_at = 1_700_000_000.0
    index = cast(Any, run.sessions._archives["a"])

    async def describe(name: str) -> StudyDescribed:
        return StudyDescribed(request=0, study=now.info, plans=now.plans)

    index.describe = describe
    seat = run.seat()
    said: list[Any] = []
    seat.say = said.append  # type: ignore[method-assign]
    await run.open(seat)
    (opened,) = [message for message in said if isinstance(message, control.Opened)]
    assert opened.resumed_at == (run.store.saved_at if resumes else 0.0)
    assert opened.resumed_words == (("flipped",) if resumes else ())
    assert [change.change for change in opened.changes] == changes
