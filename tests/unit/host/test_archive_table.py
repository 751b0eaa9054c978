"""The archives of a host by every id that they go by, and readings that go on by a new one with all of their marks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from signaling.protocol.hosts import ArchiveId, ArchiveSource
from signaling.protocol.records import ArchiveInfo
from streamer.host.archive import Archive
from streamer.host.archive_table import ArchiveTable
from streamer.host.seat import Seat
from streamer.session.checkpoint import restore_marks, store_marks
from streamer.session.session import Session
from streamer.viewer import journal
from streamer.viewer.marks import Marks
from tests.unit.host.test_sessions import Index, Run, run
from tests.unit.session.marked_stack import MARK, stack

__all__ = ["run"]
SAMPLE = (("0" * 32, "1" * 32),)


def archive(own: str, name: str = "") -> Archive:
    """Known already, unless its id is empty."""
    made = Archive(Path("/data") / own, Path("/index"), own, lambda info: None, name)
    made.info = ArchiveInfo(archive=own, title=own) if own else None
    made.sample = SAMPLE if name else None
    return made


def test_every_id_leads_to_its_archive() -> None:
    table = ArchiveTable()
    table.all += [archive("a", "main"), archive("b"), archive("")]
    assert table.refreshed() == []
    assert {each: found.own for each, found in table.by_id.items()} == {"a": "a", "b": "b"}
    assert table.sources() == (
        ArchiveSource(archive="a", name="main", sample=SAMPLE),
        ArchiveSource(archive="b"),
    )
    held = table.by_id
    assert table.called((ArchiveId(archive="a", id="s", others=("x", "y")),)) == [("a", "s")]
    assert {each: found.own for each, found in held.items()} == {
        "a": "a",
        "s": "a",
        "x": "a",
        "y": "a",
        "b": "b",
    }
    assert [each.id for each in table.all] == ["s", "b", ""]
    assert [info.archive for info in table.infos()] == ["a", "b"], "the server is told the own ids"
    assert table.called((ArchiveId(archive="a", id="s"),)) == []
    assert table.called(()) == [("s", "a")]
    assert held.keys() == {"a", "b"}


def test_what_the_server_said_holds_for_an_index_that_speaks_later() -> None:
    table = ArchiveTable()
    late = archive("")
    table.all.append(late)
    table.called((ArchiveId(archive="late", id="s"),))
    late.info = ArchiveInfo(archive="late", title="")
    assert table.refreshed() == [("late", "s")]
    assert not late.named.is_set()
    assert late.id == "s"
    assert table.by_id.keys() == {"s", "late"}


async def test_a_study_of_a_host_that_has_just_started_waits_for_the_name_of_its_archive(
    run: Run, tmp_path: Path
) -> None:
    """Its index speaks first, and the server says a moment later what the archive is called by all."""
    table = ArchiveTable()
    late = archive("")
    table.all.append(late)
    run.sessions._by_root, run.sessions._archives = table.all, table.by_id
    finding = asyncio.create_task(run.sessions._archive("s"))
    await asyncio.sleep(0)
    late.info = ArchiveInfo(archive="late", title="")
    table.refreshed()
    late.known.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not finding.done()
    table.called((ArchiveId(archive="late", id="s"),))
    assert await asyncio.wait_for(finding, 5.0) is late


async def opened(run: Run) -> tuple[Seat, Session]:
    seat = run.seat()
    await run.open(seat)
    assert seat.session is not None
    return seat, seat.session


OTHER = replace(MARK, mark="of another host", image=2, sop_instance_uid="1.2#0.2", points=((1.0, 2.0, 2.0),))


@pytest.mark.parametrize("is_parked", [False, True])
async def test_a_reading_goes_on_by_the_new_id_with_the_marks_of_both(run: Run, *, is_parked: bool) -> None:
    seat, session = await opened(run)
    session.marks = journal.put(session.marks, MARK)
    run.checkpoints.marks_changed(session)
    await run.checkpoints.flush(5.0)
    mine = replace(MARK, text="41 HU")
    session.marks = journal.put(session.marks, mine)
    run.checkpoints.marks_changed(session)  # not saved yet when the server joins what both hosts saved
    run.store.marks = store_marks(Marks(version=9, items=(OTHER, MARK)))
    if is_parked:
        run.sessions.leave(seat)
    index = cast(Index, run.sessions._archives["a"])
    index.id = "shared"
    run.sessions.renamed([("a", "shared")])
    await run.checkpoints.flush(5.0)
    assert session.key.archive == "shared"
    assert set(session.marks.items) == {OTHER, mine}
    assert run.store.marks is not None
    assert set(restore_marks(run.store.marks, (stack(),)).items) == {OTHER, mine}
    _, same = await opened(run)
    assert same is session, "by whatever id the page asks"
    assert not run.checkpoints.is_unsaved(session.key)


async def test_a_reading_that_nobody_looks_at_is_taken_up_as_it_is_stored(run: Run) -> None:
    """It may have been read by the other host since."""
    seat, session = await opened(run)
    run.sessions.leave(seat)
    await run.checkpoints.flush(5.0)
    run.store.marks = store_marks(Marks(version=9, items=(OTHER,)))
    run.store.view = None
    cast(Index, run.sessions._archives["a"]).id = "shared"
    run.sessions.renamed([("a", "shared")])
    _, anew = await opened(run)
    assert anew is not session
    assert anew.marks.items == (OTHER,)
    assert run.store.view is None, "nothing was saved over it"


async def test_marks_are_told_to_be_unsaved_until_those_of_the_new_id_are_known(run: Run) -> None:
    _, session = await opened(run)
    run.store.problem = "The server can't be reached."
    run.sessions.renamed([("a", "shared"), ("other", "x")])
    session.marks = journal.put(session.marks, MARK)
    run.checkpoints.marks_changed(session)
    for _ in range(5):
        await asyncio.sleep(0)
    assert run.checkpoints.is_unsaved(session.key)
    run.store.marks = store_marks(Marks(version=1, items=(OTHER,)))
    run.store.problem = ""
    await run.checkpoints.flush(5.0)
    assert set(session.marks.items) == {OTHER, MARK}
    assert not run.checkpoints.is_unsaved(session.key)


async def test_an_archive_that_is_renamed_while_a_study_of_it_opens(run: Run) -> None:
    index = cast(Index, run.sessions._archives["a"])
    describe = index.describe

    async def renamed(study: str) -> object:
        index.id = "shared"
        run.sessions.renamed([("a", "shared")])
        run.store.marks = store_marks(Marks(version=1, items=(MARK,)))
        return await describe(study)

    index.describe = renamed  # type: ignore[method-assign,assignment]
    _, session = await opened(run)
    assert session.key.archive == "shared"
    assert session.marks.items == (MARK,)
