"""What memory a child may take: by its work, by an option, by the machine; and that it truly gets no more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from streamer.confinement import memory
from streamer.confinement.memory import LEAST_SHARE, MOST_VARIABLE, NEEDS, need, share

MIB = 1 << 20
TRY = """
import resource, sys
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, mmap
from streamer.confinement.memory import OwnMemory, lacks
own = OwnMemory("worker", most=256 << 20)
print(lacks(300 << 20), lacks(100 << 20), len(mmap(-1, 1 << 30, flags=MAP_SHARED | MAP_ANONYMOUS)))
before = own.bytes
own.grow(picture_pixels=1 << 20)
print(own.bytes == before, resource.getrlimit(resource.RLIMIT_DATA) == (before, before))
try:
    bytearray(300 << 20)
except MemoryError:
    print("MemoryError")
"""
GROWS = """
import resource
from streamer.confinement.memory import OwnMemory, need
own = OwnMemory("worker", most=64 << 30)
limits = [own.bytes]
for pixels in (1 << 20, 1 << 10, 1 << 22):
    own.grow(picture_pixels=pixels)
    limits.append(own.bytes)
assert resource.getrlimit(resource.RLIMIT_DATA)[0] == own.bytes
print([limit - limits[0] for limit in limits])
"""


def ran(program: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=50
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_program_gets_its_share_and_no_byte_more_and_what_it_maps_does_not_count() -> None:
    assert ran(TRY) == [f"True False {1 << 30}", "True True", "MemoryError"]


def test_its_limit_grows_with_its_work_and_never_shrinks() -> None:
    pixel = NEEDS["worker"]["picture_pixels"]
    assert ran(GROWS) == [str([0, pixel << 20, pixel << 20, pixel << 22])]


@pytest.mark.parametrize("kind", NEEDS)
def test_more_work_never_needs_less(kind: str) -> None:
    assert need(kind) == NEEDS[kind]["program"] > 0
    for name in NEEDS[kind].keys() - {"program"}:
        assert need(kind, **{name: 1000}) > need(kind, **{name: 10}) > need(kind)


def test_work_of_an_unknown_name_is_a_fault() -> None:
    with pytest.raises(KeyError):
        need("indexer", picture_pixels=1)


def test_the_option_says_the_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MOST_VARIABLE, str(5 << 30))
    assert share() == 5 << 30


@pytest.mark.parametrize(
    ("machine", "groups", "expected"),
    [
        (16 << 30, {}, 8 << 30),
        (16 << 30, {"a/b": "max"}, 8 << 30),
        (16 << 30, {"a/b": str(6 << 30)}, 3 << 30),
        (16 << 30, {"a": str(4 << 30), "a/b": str(6 << 30)}, 2 << 30),
        (4 << 30, {"a": str(6 << 30)}, 2 << 30),
        (1 << 30, {}, LEAST_SHARE),
        (16 << 30, {"a": "nonsense"}, 8 << 30),
    ],
)
def test_else_it_is_half_of_the_machine_or_of_the_least_group_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: int, groups: dict[str, str], expected: int
) -> None:
    monkeypatch.delenv(MOST_VARIABLE, raising=False)
    values = {"SC_PHYS_PAGES": machine >> 12, "SC_PAGE_SIZE": 1 << 12}
    monkeypatch.setattr(memory.os, "sysconf", lambda name: values[name])
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("1:name=systemd:/x\n0::/a/b\n")
    for name, limit in groups.items():
        folder = tmp_path / "sys/fs/cgroup" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "memory.max").write_text(f"{limit}\n")
    assert share(tmp_path) == expected
