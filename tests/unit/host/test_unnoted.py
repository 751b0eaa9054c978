"""What changed is told until it is noted: over fresh sessions, whether or not the view was made anew meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from signaling.protocol import control
from signaling.protocol.records import ContentChange, StudyInfo
from streamer.host.seat import Seat
from streamer.ipc.messages import StudyDescribed
from streamer.session.checkpoint import store_view, view_checkpoint
from streamer.session.opened_study import OpenedStudy
from streamer.session.unnoted import joined, still_unnoted
from tests.unit.host.test_resumed import IMAGES, OTTO, study, view_of
from tests.unit.host.test_sessions import Run, Store, never_loads

RENAMED = StudyInfo(
    archive="a", study="1.2.3", patient_name="OTHER^Otto", patient_id="1", birth_date="19500101"
)
CHANGES = {
    "removed": (lambda: study(IMAGES[:15]), {("gone", 5)}),
    "added": (lambda: study((*IMAGES, 20)), {("new", 1)}),
    "removed and added": (lambda: study((*IMAGES[:19], 30)), {("gone", 1), ("new", 1)}),
    "replaced": (lambda: study(rewritten=(3, 4)), {("replaced", 2)}),
    "a doubtful patient": (lambda: study(info=RENAMED), {("doubtful", 0)}),
    "another patient": (lambda: study(info=OTTO), {("patient", 0)}),
}


class Reader:
    """Opens the study in one session after the other, each on a host that knows no more than the store."""

    def __init__(self, folder: Path) -> None:
        self.store = Store()
        self._folder = folder
        self._count = 0
        self._runs: list[Run] = []

    async def open(self, now: OpenedStudy) -> tuple[Run, Seat, control.Opened]:
        """A fresh session."""
        self._count += 1
        run = Run(self._folder / str(self._count))
        self._runs.append(run)
        run.store = run.checkpoints.store = self.store

        async def describe(name: str) -> StudyDescribed:
            return StudyDescribed(request=0, study=now.info, plans=now.plans)

        cast(Any, run.sessions._archives["a"]).describe = describe
        seat, said = run.seat(), []
        seat.say = said.append  # type: ignore[method-assign]
        await run.open(seat)
        (opened,) = [message for message in said if isinstance(message, control.Opened)]
        return run, seat, opened

    async def close(self) -> None:
        """All of them."""
        for run in self._runs:
            await run.sessions.close()
            await run.checkpoints.close()


@pytest.fixture
async def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("streamer.session.checkpoints.VIEW_SECONDS", 0.0)
    monkeypatch.setattr("streamer.session.series_load.SeriesLoad.run", never_loads)
    reader = Reader(tmp_path)
    yield reader
    await reader.close()


async def look_otherwise(run: Run, seat: Seat) -> None:
    """The hand changes the view, which is saved anew."""
    session = seat.session
    assert session is not None
    inverted = replace(session.state.viewports[0], inverted=not session.state.viewports[0].inverted)
    session.state = replace(session.state, viewports=(inverted, *session.state.viewports[1:]))
    run.checkpoints.view_changed(session)
    await run.checkpoints.flush(5.0)


def kinds(*lists: tuple[ContentChange, ...]) -> set[tuple[str, int]]:
    return {(each.change, each.count) for changes in lists for each in changes if each.of == "view"}


def note(seat: Seat, session: str) -> None:
    seat.on_control(control.FROM_PAGE.encode(control.ChangesNoted(session=session)))


@pytest.mark.parametrize("made_anew", [True, False])
@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_told_to_every_fresh_session_until_it_is_noted(
    reader: Reader, change: str, made_anew: bool
) -> None:
    then = study()
    reader.store.view = store_view(view_of(then, "stack"), then.stacks, then.content([0]))
    make, expected = CHANGES[change]
    for _ in range(3):
        run, seat, opened = await reader.open(make())
        assert kinds(opened.changes, opened.unnoted) == expected
        if made_anew:
            await look_otherwise(run, seat)
    note(seat, "another session")
    note(seat, opened.session)
    await run.checkpoints.flush(5.0)
    for _ in range(2):
        run, seat, opened = await reader.open(make())
        assert kinds(opened.changes, opened.unnoted) == set()
        await look_otherwise(run, seat)


async def test_another_page_of_the_session_is_told_until_it_is_noted_on_one_of_them(reader: Reader) -> None:
    then = study()
    reader.store.view = store_view(view_of(then, "stack"), then.stacks, then.content([0]))
    run, _, opened = await reader.open(study(IMAGES[:15]))
    for noted in (False, True):
        seat, said = run.seat(), cast(list[Any], [])
        seat.say = said.append  # type: ignore[method-assign]
        await run.open(seat)
        (again,) = [message for message in said if isinstance(message, control.Opened)]
        assert again.session == opened.session
        assert kinds(again.changes, again.unnoted) == (set() if noted else {("gone", 5)})
        note(seat, opened.session)


async def test_what_changes_once_more_is_told_beside_what_was_not_noted(reader: Reader) -> None:
    then = study()
    reader.store.view = store_view(view_of(then, "stack"), then.stacks, then.content([0]))
    run, seat, _ = await reader.open(study(IMAGES[:15]))
    await look_otherwise(run, seat)
    run, seat, opened = await reader.open(study(IMAGES[:12]))
    assert (kinds(opened.changes), kinds(opened.unnoted)) == ({("gone", 3)}, {("gone", 5)})
    await look_otherwise(run, seat)
    _, _, opened = await reader.open(study(IMAGES[:12]))
    assert (kinds(opened.changes), kinds(opened.unnoted)) == (set(), {("gone", 8)})


async def test_a_patient_that_was_another_does_not_keep_the_view_made_since_from_being_taken_up(
    reader: Reader,
) -> None:
    then = study()
    reader.store.view = store_view(view_of(then, "stack"), then.stacks, then.content([0]))
    run, seat, _ = await reader.open(study(info=OTTO))
    await look_otherwise(run, seat)
    reader.store.saved_at = 1_700_000_000.0
    _, _, opened = await reader.open(study(info=OTTO))
    assert opened.resumed_at == reader.store.saved_at
    assert kinds(opened.unnoted) == {("patient", 0)}


def test_a_change_of_marks_that_is_found_again_is_told_once() -> None:
    gone = ContentChange(of="marks", change="gone", series=0, series_number=2, count=5)
    found = (ContentChange(of="marks", change="gone", series=3, series_number=2, count=6),)
    other = ContentChange(of="marks", change="gone", series_number=4, count=5)
    of_view = ContentChange(of="view", change="gone", series_number=2, count=5)
    assert still_unnoted((gone, other, of_view), found) == (other, of_view)
    assert still_unnoted((gone,), ()) == (gone,)


@pytest.mark.parametrize("change", ["patient", "doubtful", "unknown"])
@pytest.mark.parametrize("of", ["view", "marks"])
def test_what_is_said_of_the_whole_study_is_never_said_as_new_and_as_before(of: str, change: str) -> None:
    said = ContentChange(of=of, change=change)
    assert still_unnoted((said,), (said,)) == ()
    assert still_unnoted((said,), ()) == (said,)


def test_changes_of_a_kind_are_kept_as_one_and_name_no_index() -> None:
    change = ContentChange(of="view", change="gone", series=1, series_number=2, count=5)
    more = ContentChange(of="view", change="gone", series=4, series_number=2, count=1)
    doubt = ContentChange(of="view", change="doubtful")
    assert joined((change, doubt, more, doubt)) == (
        ContentChange(of="view", change="gone", series=-1, series_number=2, count=6),
        doubt,
    )


def test_a_view_without_the_field_reads_as_noted_and_with_it_as_it_was() -> None:
    then = study()
    view = json.loads(json.dumps(store_view(view_of(then, "stack"), then.stacks, then.content([0]))))
    del view["unnoted"]
    assert view_checkpoint(view).unnoted == ()
    change = ContentChange(of="view", change="series", series_number=None, count=7)
    kept = store_view(view_of(then, "stack"), then.stacks, then.content([0]), (change,))
    assert view_checkpoint(json.loads(json.dumps(kept))).unnoted == (change,)
