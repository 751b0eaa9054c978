"""Which host serves a seat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.domain.hosts import HostState
from signaling.domain.placement import Candidate, place
from signaling.protocol import errors
from signaling.protocol.records import Rejection


def host(
    name: str = "a",
    state: HostState = HostState.READY,
    archives: tuple[str, ...] = ("demo",),
    seats: int = 0,
    capacity: int = 4,
    cpu: float = 0.0,
    tenant: str = "default",
    own: bool = False,
) -> Candidate:
    return Candidate(name, tenant, state, frozenset(archives), seats, capacity, cpu, own)


def chosen(*hosts: Candidate, archive: str = "", tried: tuple[str, ...] = ()) -> str:
    placed = place(hosts, "default", archive, frozenset(tried))
    return placed.host if isinstance(placed, Candidate) else placed.code


def test_the_least_loaded_host_is_taken() -> None:
    assert chosen(host("a", seats=3), host("b", seats=1), host("c", seats=2)) == "b"


def test_a_page_that_has_a_seat_stays_with_its_host_while_that_takes_it() -> None:
    assert chosen(host("a"), host("b", seats=3, own=True)) == "b"
    assert chosen(host("a"), host("b", own=True), tried=("b",)) == "a"
    assert chosen(host("a"), host("b", own=True, state=HostState.DRAINING)) == "a"


def test_load_is_relative_to_the_places() -> None:
    assert chosen(host("small", seats=1, capacity=2), host("large", seats=4, capacity=16)) == "large"


def test_of_equals_the_idler_processor_then_the_id() -> None:
    assert chosen(host("a", cpu=0.9), host("b", cpu=0.1)) == "b"
    assert chosen(host("b"), host("a")) == "a"


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"memory_free": 500 << 20}, {"memory_free": 4 << 30}),
        ({"memory_free": 500 << 20}, {}),
        ({"keeps_images": False}, {"keeps_images": True}),
        ({"keeps_images": False}, {"memory_free": 500 << 20}),
    ],
)
def test_a_host_with_room_in_memory_and_cache_is_preferred_and_nobody_is_moved(
    worse: dict[str, Any], better: dict[str, Any]
) -> None:
    poor, good = replace(host("a"), **worse), replace(host("b", seats=3), **better)
    assert chosen(poor, good) == "b"
    assert chosen(poor) == "a"
    assert chosen(replace(poor, own=True), good) == "a"


def test_a_host_that_is_short_of_memory_takes_no_new_reading() -> None:
    short = replace(host("a"), memory_free=100 << 20)
    assert chosen(short, host("b", seats=3)) == "b"
    placed = place([short], "default")
    assert isinstance(placed, Rejection)
    assert placed.code == errors.HOST_FULL
    assert "short of memory" in placed.message
    assert chosen(replace(short, own=True)) == "a", "who reads there comes back"


def test_only_hosts_that_reach_the_archive() -> None:
    assert chosen(host("a", archives=("x",)), host("b", seats=3, archives=("y",)), archive="y") == "b"
    assert chosen(host("a", archives=("x",)), archive="y") == errors.NO_HOST


@pytest.mark.parametrize("state", [state for state in HostState if state is not HostState.READY])
def test_only_ready_hosts(state: HostState) -> None:
    assert chosen(host("a", state=state), host("b", seats=3)) == "b"
    assert chosen(host("a", state=state)) == errors.NO_HOST


@pytest.mark.parametrize(
    ("stopped", "others", "words"),
    [
        ({"a": ("x",)}, (), "The render host a was stopped, and no other is connected. It goes on as soon as one is."),
        ({"a": ("y",)}, (), "No render host is connected."),
        ({"a": ("x",)}, ("y",), "The render host a was stopped, and no other reaches this archive."),
        ({"a": ("y",)}, ("y",), "No connected render host reaches this archive."),
        ({"a": ("x",), "b": ("x",), "c": ("x", "y")}, (), "The render hosts a, b and c were stopped"),
        ({"a": ("x",)}, ("x",), ""),
    ],
)  # fmt: skip
def test_who_was_stopped_is_the_reason_as_long_as_nobody_takes_its_place(
    stopped: dict[str, tuple[str, ...]], others: tuple[str, ...], words: str
) -> None:
    gone = [
        replace(host(name, state=HostState.LOST, archives=()), name=name, stopped=frozenset(archives))
        for name, archives in stopped.items()
    ]
    rest = [host("other", archives=others)] if others else []
    placed = place([*gone, *rest], "default", "x")
    if words:
        assert isinstance(placed, Rejection)
        assert (placed.code, placed.message.startswith(words)) == (errors.NO_HOST, True)
    else:
        assert isinstance(placed, Candidate)


@pytest.mark.parametrize(
    ("others", "taken"),
    [
        ([], "emptied"),
        ([host("b")], "b"),
        ([host("b", archives=("other",))], "emptied"),
        ([host("b", seats=4)], "emptied"),
        ([replace(host("b"), memory_free=1)], "emptied"),
        ([host("b", state=HostState.LOST)], "emptied"),
        ([host("b", state=HostState.DRAINING)], "emptied"),
    ],
    ids=["no other", "another", "another archive", "full", "short of memory", "lost", "emptied as well"],
)  # fmt: skip
@pytest.mark.parametrize("own", [True, False])
def test_who_reads_on_a_host_that_is_emptied_comes_back_where_no_other_takes_the_reading(
    others: list[Candidate], taken: str, own: bool
) -> None:
    emptied = replace(host("emptied", state=HostState.DRAINING, own=own, seats=9), returns=True)
    assert chosen(emptied, *others, archive="demo") == taken
    stranger = chosen(replace(emptied, returns=False), *others, archive="demo")
    assert stranger == taken if taken != "emptied" else stranger in (errors.NO_HOST, errors.HOST_FULL)
    if taken == "emptied":
        assert chosen(emptied, *others, archive="demo", tried=("emptied",)) != "emptied"


def test_a_host_that_is_emptied_is_named_as_what_it_is() -> None:
    emptied = host("a", state=HostState.DRAINING)
    alone = place([emptied], "default", "demo")
    beside = place([emptied, host("b", archives=("other",))], "default", "demo")
    assert isinstance(alone, Rejection)
    assert isinstance(beside, Rejection)
    assert alone.message.startswith("Every render host is being emptied")
    assert beside.message.startswith("Every render host that reaches this archive is being emptied")


def test_a_full_host_takes_nobody() -> None:
    assert chosen(host("a", seats=4)) == errors.HOST_FULL
    assert chosen(host("a", seats=4), host("b", seats=3)) == "b"


def test_not_again_where_it_just_failed() -> None:
    assert chosen(host("a"), host("b", seats=3), tried=("a",)) == "b"
    assert chosen(host("a"), tried=("a",)) == errors.NO_HOST


def test_another_tenants_host_does_not_exist() -> None:
    assert chosen(host("a", tenant="other")) == errors.NO_HOST


@given(
    st.lists(
        st.builds(
            host,
            name=st.sampled_from("abcdef"),
            state=st.sampled_from(HostState),
            archives=st.sampled_from([("x",), ("y",), ("x", "y"), ()]),
            seats=st.integers(0, 6),
            capacity=st.integers(0, 6),
            cpu=st.floats(0, 1),
        ),
        unique_by=lambda candidate: candidate.host,
    ),
    st.sampled_from(["", "x", "y"]),
)
def test_whoever_is_chosen_may_be_and_nobody_better_was_left(hosts: list[Candidate], archive: str) -> None:
    fit = [
        h
        for h in hosts
        if h.state is HostState.READY and h.seats < h.capacity and (not archive or archive in h.archives)
    ]
    placed = place(hosts, "default", archive)
    if isinstance(placed, Rejection):
        assert fit == []
        assert placed.message.endswith(".")
    else:
        assert placed in fit
        assert all(placed.seats / placed.capacity <= other.seats / other.capacity for other in fit)
