"""Views and marks of archives that are found to be one, or come apart: all of them are kept, and the newest counts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.checkpoints import MARKS_BYTES, ReadingKey
from signaling.domain.joined_readings import joined_marks
from signaling.domain.shared_archives import Shared
from signaling.store.archive_ids import SqlArchiveIds
from signaling.store.checkpoints import SqlCheckpoints
from signaling.store.database import Database
from streamer.session.checkpoint import marks_checkpoint, store_marks
from streamer.viewer.marks import Mark, Marks

PATIENT = {"name": "Doe", "patient_id": "1"}
ONE = Shared("both", "main")


def document(texts: dict[str, str], version: int = 1, **more: Any) -> str:
    """Stored marks by id, with their values."""
    items = [{"mark": mark, "text": text} for mark, text in texts.items()]
    return json.dumps({"format": 2, "version": version, "items": items, **more})


def texts(stored: str | None) -> dict[str, str]:
    assert stored is not None
    return {item["mark"]: item["text"] for item in json.loads(stored)["items"]}


MARKS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["1 mm", "2 mm"]))


@given(newest=MARKS, older=MARKS, versions=st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_no_mark_is_lost_and_the_newest_document_counts(
    newest: dict[str, str], older: dict[str, str], versions: tuple[int, int]
) -> None:
    first, second = document(newest, versions[0]), document(older, versions[1])
    joined = joined_marks(first, second)
    assert texts(joined) == {**older, **newest}
    assert joined is not None
    if older.keys() - newest.keys():
        assert json.loads(joined)["version"] > max(versions), "each host takes it for newer than its own"
    assert joined_marks(joined, second) == joined, "once is enough"


@pytest.mark.parametrize(
    ("newest", "older", "kept"),
    [
        (
            {"patient": PATIENT, "stacks": [{"key": "s"}]},
            {"patient": PATIENT, "stacks": [{"key": "t"}]},
            ["s", "t"],
        ),
        ({"patient": PATIENT, "stacks": []}, {"patient": {"name": "Roe"}, "stacks": []}, None),
        (None, {"patient": PATIENT, "stacks": []}, None),
        ({"patient": PATIENT, "stacks": []}, None, None),
    ],
)
def test_what_they_were_made_on_is_known_only_where_it_is_of_both(
    newest: Any, older: Any, kept: list[str] | None
) -> None:
    joined = joined_marks(document({"a": ""}, content=newest), document({"b": ""}, content=older))
    assert joined is not None
    content = json.loads(joined)["content"]
    assert (content and [stack["key"] for stack in content["stacks"]]) == kept


def changes(**at: float) -> list[list[Any]]:
    """When marks were changed last, or deleted, as documents keep it."""
    return [[mark, time] for mark, time in at.items()]


@pytest.mark.parametrize(
    ("deleted", "other", "saved", "kept"),
    [
        (2.0, {"changed": changes(m=1.0)}, 9.0, False),
        (2.0, {"changed": changes(m=3.0)}, 9.0, True),
        (2.0, {"changed": []}, 9.0, False),
        (2.0, {}, 1.0, False),
        (2.0, {}, 9.0, True),
    ],
    ids=["before", "changed later", "never changed since times are kept", "of an earlier version, saved before",
         "of an earlier version, saved later"],
)  # fmt: skip
@pytest.mark.parametrize("is_newest", [True, False], ids=["deleted in the newest", "deleted in the older"])
def test_a_deleted_mark_stays_so_unless_it_may_have_been_changed_later(
    deleted: float, other: dict[str, Any], saved: float, kept: bool, is_newest: bool
) -> None:
    one, two = document({"n": ""}, changed=changes(m=deleted)), document({"m": "there"}, **other)
    pair, times = ((one, two), (20.0, saved)) if is_newest else ((two, one), (saved, 0.5))
    joined = joined_marks(*pair, times)
    assert ("m" in texts(joined)) == kept
    assert "n" in texts(joined)
    assert joined is not None
    # The document with the deletion may be joined once more: its archive was copied when both came apart.
    assert ("m" in texts(joined_marks(joined, one, (30.0, 20.0)))) == kept


@pytest.mark.parametrize("changed", [7, [7], [["m"]], [["m", "late"]], [[7, 1.0]], {"m": 1.0}])
def test_times_that_are_none_are_not_guessed_at(changed: Any) -> None:
    assert joined_marks(document({"a": ""}, changed=changed), document({"b": ""})) is None


@pytest.mark.parametrize(
    "odd",
    ["[]", "{}", "no JSON", '{"format":2,"version":1,"items":[{}]}', '{"format":2,"version":1,"items":7}'],
)
def test_what_is_no_document_of_marks_is_joined_with_none(odd: str) -> None:
    assert joined_marks(odd, document({"a": ""})) is None
    assert joined_marks(document({"a": ""}), odd) is None


def test_more_than_can_be_stored_is_not_joined() -> None:
    large = "x" * (MARKS_BYTES // 2)
    assert joined_marks(document({"a": large}), document({"b": large})) is None


def test_a_host_reads_what_was_joined() -> None:
    def stored(name: str) -> str:
        mark = Mark(name, "length", "k", "1.2", 1, 0, "", (0.0, 0.0, 1.0), ((0.0,) * 3, (1.0,) * 3), "1 mm")
        return json.dumps(store_marks(Marks(3, (mark,))))

    joined = joined_marks(stored("a"), stored("b"))
    assert joined is not None
    read = marks_checkpoint(json.loads(joined))
    assert ([mark.mark for mark in read.items], read.version) == (["a", "b"], 4)


# ---- in the database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "farview.db")
    yield opened
    await opened.close()


def key(archive: str, user: str = "owner", tenant: str = "default") -> ReadingKey:
    return ReadingKey(tenant, user, archive, "1.2.3")


async def kept(database: Database, archive: str, **of: str) -> tuple[str | None, dict[str, str]]:
    found = await SqlCheckpoints(database).load(key(archive, **of), 0.0)
    return found.view, texts(found.marks) if found.marks else {}


async def test_what_was_kept_of_two_archives_is_kept_of_the_one(database: Database) -> None:
    readings, ids = SqlCheckpoints(database), SqlArchiveIds(database)
    await readings.save(key("a"), '"old"', document({"m": "old", "of a": "1"}, 7), 10.0)
    await readings.save(key("b"), '"new"', document({"m": "new", "of b": "2"}, 3), 20.0)
    await readings.save(key("b", user="another"), '"alone"', document({"x": "3"}), 5.0)
    await readings.save(key("b", tenant="else"), '"theirs"', document({"y": "4"}), 5.0)
    after = {"a": ONE, "b": ONE}
    await ids.change("default", {}, after)
    assert await ids.all() == {"default": after}
    assert await kept(database, "both") == ('"new"', {"m": "new", "of b": "2", "of a": "1"})
    assert await kept(database, "both", user="another") == ('"alone"', {"x": "3"})
    for gone in ("a", "b"):
        assert await kept(database, gone) == (None, {})
    assert await kept(database, "b", tenant="else") == ('"theirs"', {"y": "4"})


@pytest.mark.parametrize("newest_first", [True, False])
async def test_documents_that_can_not_be_made_one_are_both_kept(
    database: Database, newest_first: bool
) -> None:
    readings, ids = SqlCheckpoints(database), SqlArchiveIds(database)
    times = (20.0, 10.0) if newest_first else (10.0, 20.0)
    await readings.save(key("a"), "{}", '{"format": 99, "of": "a"}', times[0])
    await readings.save(key("b"), "{}", '{"format": 99, "of": "b"}', times[1])
    await ids.change("default", {}, {"a": ONE, "b": ONE})
    found = {archive: (await readings.load(key(archive), 0.0)).marks for archive in ("both", "a", "b")}
    newest, older = ("a", "b") if newest_first else ("b", "a")
    assert json.loads(found["both"] or "{}")["of"] == newest
    rest = [json.loads(text)["of"] for archive, text in found.items() if archive != "both" and text]
    assert rest == [older]


async def test_each_of_those_that_come_apart_keeps_what_was_kept_of_all(database: Database) -> None:
    readings, ids = SqlCheckpoints(database), SqlArchiveIds(database)
    one = {"a": ONE, "b": ONE}
    await ids.change("default", {}, one)
    await readings.save(key("both"), '"v"', document({"m": "1"}), 10.0)
    await ids.change("default", one, {"a": ONE})
    for archive in ("both", "b"):
        assert await kept(database, archive) == ('"v"', {"m": "1"})
    await ids.change("default", {"a": ONE}, {})
    assert await kept(database, "a") == ('"v"', {"m": "1"})
    assert await kept(database, "both") == (None, {})
    assert await ids.all() == {}


async def test_both_that_leave_at_once_keep_it_and_take_it_along_to_another_name(database: Database) -> None:
    readings, ids = SqlCheckpoints(database), SqlArchiveIds(database)
    one, other = {"a": ONE, "b": ONE}, {"a": Shared("other", "n"), "b": Shared("other", "n")}
    await ids.change("default", {}, one)
    await readings.save(key("both"), '"v"', document({"m": "1"}), 10.0)
    await ids.change("default", one, other)
    assert await kept(database, "other") == ('"v"', {"m": "1"})
    await ids.change("default", other, {})
    for archive in ("a", "b"):
        assert await kept(database, archive) == ('"v"', {"m": "1"})


async def test_what_was_deleted_in_one_of_two_archives_is_deleted_in_the_one(database: Database) -> None:
    readings, ids = SqlCheckpoints(database), SqlArchiveIds(database)
    there = document({"m": "1", "of a": "1"}, changed=[["m", 1.0], ["of a", 1.0]])
    await readings.save(key("a"), '"v"', there, 10.0)
    await readings.save(key("b"), '"v"', document({}, changed=[["m", 5.0]]), 6.0)
    await ids.change("default", {}, {"a": ONE, "b": ONE})
    assert (await kept(database, "both"))[1] == {"of a": "1"}


async def test_an_id_that_gives_way_to_another_leads_to_it(database: Database) -> None:
    readings, ids = SqlCheckpoints(database), SqlArchiveIds(database)
    two = {"a": ONE, "c": Shared("second", "main")}
    await ids.change("default", {}, two)
    await readings.save(key("second"), '"v"', document({"m": "1"}), 10.0)
    united = {"a": ONE, "c": ONE, "second": ONE}
    await ids.change("default", two, united)
    assert await kept(database, "both") == ('"v"', {"m": "1"})
    assert (await ids.all())["default"] == united
