"""What a host says of itself in figures: nothing it says makes it look idler, larger or emptier than it can be."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signaling.domain.host_claims import MAX_CAPACITY, believed_load, believed_registration
from signaling.domain.hosts import HostRecord, HostState
from signaling.protocol.hosts import HostLoad, HostRegister
from signaling.protocol.records import ArchiveInfo
from signaling.services.live_host import LiveHost

ANY_INT = st.integers(-(2**70), 2**70)
ANY_FLOAT = st.floats(allow_nan=True, allow_infinity=True)
ARCHIVES = st.lists(
    st.builds(
        ArchiveInfo, archive=st.just("a"), title=st.just("A"), studies=ANY_INT, files_seen=ANY_INT, files_total=ANY_INT,
        problem_since=ANY_FLOAT,
    ),
    max_size=3,
).map(tuple)  # fmt: skip
LOADS = st.builds(
    HostLoad, seats=ANY_INT, sessions=ANY_INT, cpu=ANY_FLOAT, memory_bytes=ANY_INT, pictures_per_second=ANY_FLOAT,
    latency_ms=ANY_FLOAT, archives=ARCHIVES, latency_p95_ms=ANY_FLOAT, stills_exact=ANY_INT, stills_mismatched=ANY_INT,
    exact_p50_ms=ANY_FLOAT, rtt_ms=ANY_FLOAT, loss=ANY_FLOAT, bit_rate=ANY_FLOAT,
)  # fmt: skip


def registration(**changes: object) -> HostRegister:
    said = HostRegister(
        protocol=2, version="1", machine_id="m", name="n", renderer="r", encoders=("e",), capacity=8, cores=2,
        memory_bytes=2**34, archives=(ArchiveInfo(archive="a", title="A"),),
    )  # fmt: skip
    return msgspec.structs.replace(said, **changes)


def load(**changes: object) -> HostLoad:
    said = HostLoad(
        seats=1,
        sessions=1,
        cpu=0.5,
        memory_bytes=2**30,
        pictures_per_second=9.5,
        latency_ms=40.0,
        archives=(),
    )
    return msgspec.structs.replace(said, **changes)


@given(LOADS)
def test_every_figure_of_a_load_is_finite_and_in_its_range(said: HostLoad) -> None:
    held, odd = believed_load(said)
    numbers = [value for value in msgspec.structs.asdict(held).values() if isinstance(value, int | float)]
    numbers += [n for info in held.archives for n in (info.studies, info.files_total, info.problem_since)]
    assert all(math.isfinite(n) and n >= 0 for n in numbers)
    assert held.cpu <= 1
    assert held.loss <= 1
    assert (odd == "") or odd.endswith(".")
    assert believed_load(held) == (held, ""), "what is believed once is believed again"


@given(ANY_INT, ANY_INT, ANY_INT)
@example(MAX_CAPACITY + 1, 0, 0)
@example(0, 10_001, 2**50 + 1)
def test_every_figure_of_a_registration_is_in_its_range(capacity: int, cores: int, memory: int) -> None:
    held, odd = believed_registration(registration(capacity=capacity, cores=cores, memory_bytes=memory))
    assert 0 <= held.capacity <= MAX_CAPACITY
    assert held.cores >= 0 <= held.memory_bytes
    assert bool(odd) == ((held.capacity, held.cores, held.memory_bytes) != (capacity, cores, memory))


def test_what_can_be_is_taken_as_it_is() -> None:
    assert believed_registration(registration()) == (registration(), "")
    assert believed_load(load()) == (load(), "")
    assert believed_load(load(cpu=1.03)) == (load(cpu=1.0), ""), "rounding is no lie"


@pytest.mark.parametrize(
    ("lie", "name"),
    [
        ({"seats": -5}, "seats"),
        ({"cpu": -1.0}, "cpu"),
        ({"cpu": math.nan}, "cpu"),
        ({"cpu": math.inf}, "cpu"),
        ({"latency_ms": math.nan}, "latency_ms"),
        ({"memory_bytes": 2**80}, "memory_bytes"),
        ({"archives": tuple(ArchiveInfo(archive=str(n), title="") for n in range(5_000))}, "archives"),
    ],
)
def test_a_lie_is_named(lie: dict[str, object], name: str) -> None:
    assert name in believed_load(load(**lie))[1]


@given(LOADS, ANY_INT)
def test_no_lie_makes_a_host_better_than_an_idle_one_of_the_largest_size(
    said: HostLoad, capacity: int
) -> None:
    class Port:
        closed = False

        def send(self, message: object) -> None: ...

        def close(self, reason: str) -> None: ...

    host = LiveHost(HostRecord("a", "t", "", "", 0.0), Port(), heard=0.0, since=0.0)
    host.state = HostState.READY
    host.describe(registration(capacity=capacity))
    host.report(said)
    seen = host.candidate(taken=3)
    assert seen.seats >= 3, "what the server itself counts holds"
    assert 0 <= seen.cpu <= 1
    assert seen.capacity <= MAX_CAPACITY
