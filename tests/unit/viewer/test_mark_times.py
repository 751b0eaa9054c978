"""When marks were changed: of two documents of one reader the newest change of each mark counts, and what is deleted stays so."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.joined_readings import joined_marks
from streamer.session.checkpoint import marks_checkpoint, store_marks
from streamer.viewer import journal
from streamer.viewer.mark_times import (
    DELETED_SECONDS,
    MOST_DELETED,
    TOLD_DELETED,
    joined,
    stamped,
    times_told,
)
from streamer.viewer.marks import Marks
from tests.unit.viewer.test_marks import mark

Step = tuple[str, str, str]
"""Which of two hosts, what it does, and to which mark."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["one", "two", "both"]),
        st.sampled_from(["put", "delete", "undo", "redo"]),
        st.sampled_from("abc"),
    ),
    max_size=30,
).map(lambda steps: sorted(steps, key=lambda step: step[0] != "both"))


def done(marks: Marks, step: Step, at: int) -> Marks:
    _, verb, name = step
    match verb:
        case "put":
            after = journal.put(marks, mark(name, str(at)))
        case "delete":
            after = journal.delete(marks, name)
        case "undo":
            after = journal.undo(marks)
        case _:
            after = journal.redo(marks)
    return stamped(marks, after, float(at)) if after != marks else marks


def told(marks: Marks) -> dict[str, str]:
    return {each.mark: each.text for each in marks.items}


def stored(marks: Marks) -> str:
    return json.dumps(store_marks(marks))


@given(steps=STEPS)
def test_the_newest_change_of_each_mark_counts_wherever_it_was_made(steps: list[Step]) -> None:
    """Both begin as one; then each is changed by itself. A change that is undone is a change, too."""
    hosts = {"one": Marks(), "two": Marks()}
    last: dict[str, str | None] = {}
    for at, step in enumerate(steps, 1):
        for host in ["one", "two"] if step[0] == "both" else [step[0]]:
            before = told(hosts[host])
            hosts[host] = done(hosts[host], step, at)
            after = told(hosts[host])
            for name in "abc":
                if before.get(name) != after.get(name):
                    last[name] = after.get(name)
    expected = {name: text for name, text in last.items() if text is not None}
    one, two = hosts["one"], hosts["two"]
    for first, second in ((one, two), (two, one)):
        assert told(joined(first, second)) == expected
        by_server = joined_marks(stored(first), stored(second))
        assert by_server is not None
        read = marks_checkpoint(json.loads(by_server))
        assert {each.mark: each.text for each in read.items} == expected
        assert dict(read.changed) == dict(joined(first, second).changed)
        again = joined_marks(by_server, stored(second))
        assert again == by_server, "once is enough"
        assert told(joined(joined(first, second), second)) == expected


@given(steps=STEPS)
def test_what_is_not_there_after_joining_is_brought_back_by_no_undo_of_another_change(
    steps: list[Step],
) -> None:
    hosts = {"one": Marks(), "two": Marks()}
    for at, step in enumerate(steps, 1):
        for host in ["one", "two"] if step[0] == "both" else [step[0]]:
            hosts[host] = done(hosts[host], step, at)
    one, two = hosts["one"], hosts["two"]
    whole = joined(one, two)
    deleted_there = {
        name for name, at in one.changed if name not in told(one) and at > dict(two.changed).get(name, 0.0)
    }
    assert not deleted_there & told(whole).keys()
    while whole.done:
        before, whole = whole, journal.undo(whole)
        assert whole.items != before.items, "each step does something"
        assert not deleted_there & told(whole).keys()


def test_a_mark_that_was_deleted_does_not_come_back() -> None:
    both = stamped(Marks(), journal.put(journal.put(Marks(), mark("a")), mark("b")), 1.0)
    here = stamped(both, journal.delete(both, "a"), 2.0)
    assert told(joined(both, here)).keys() == {"b"}
    assert told(joined(here, both)).keys() == {"b"}
    changed = stamped(both, journal.put(both, mark("a", "later")), 3.0)
    assert told(joined(here, changed)) == {"a": "later", "b": "1.0 mm"}
    back = stamped(here, journal.undo(here), 4.0)
    assert told(joined(changed, back)) == {"a": "1.0 mm", "b": "1.0 mm"}


def test_a_change_counts_after_what_it_changes_though_its_clock_is_behind() -> None:
    made = stamped(Marks(), journal.put(Marks(), mark("a")), 1_000.0)
    deleted = stamped(made, journal.delete(made, "a"), 10.0)
    assert told(joined(made, deleted)) == {}
    again = stamped(deleted, journal.undo(deleted), 5.0)
    assert told(joined(deleted, again)) == {"a": "1.0 mm"}


def test_deleted_marks_are_remembered_within_bounds() -> None:
    marks = Marks()
    for number in range(MOST_DELETED + 5):
        full = stamped(marks, journal.put(marks, mark(f"{number:05}")), float(number))
        marks = stamped(full, journal.delete(full, f"{number:05}"), float(number) + 0.5)
    names = [name for name, _ in marks.changed]
    assert names == [f"{number:05}" for number in range(5, MOST_DELETED + 5)]
    later = stamped(marks, journal.put(marks, mark("new")), DELETED_SECONDS + MOST_DELETED)
    assert [name for name, _ in later.changed] == [*names[-5:], "new"]
    assert joined(marks, later).changed == later.changed


def test_documents_of_an_earlier_version_are_read_and_joined_as_before() -> None:
    old = store_marks(Marks(3, (mark("a", "old"), mark("b"))))
    del old["changed"]
    assert marks_checkpoint(old).changed == ()
    theirs = replace(Marks(3), items=marks_checkpoint(old).items)
    made = stamped(Marks(), journal.put(Marks(), mark("a", "new")), 5.0)
    assert told(joined(theirs, made)) == {"a": "new", "b": "1.0 mm"}


def test_a_page_is_told_the_time_of_every_mark_and_of_the_last_deletions() -> None:
    gone = tuple((f"gone {number:04}", float(number)) for number in range(TOLD_DELETED + 50))
    marks = Marks(items=(mark("a"), mark("of before")), changed=(*gone, ("a", 7.5)))
    told = times_told(marks)
    assert told[:2] == (("a", 7.5), ("of before", 0.0))
    assert told[2:] == gone[-TOLD_DELETED:]
