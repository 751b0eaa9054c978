"""What a child can't do, whoever starts it: tried by a hostile program in its place, and read from the real ones in /proc."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streamer.cli.confinement_probe import CHILDREN, Tried
from streamer.confinement import kernel
from streamer.ipc.child_process import ChildProcess
from streamer.ipc.messages import FromIndexer, FromLoader, FromWorker
from tests.running.farview_process import FarviewProcess, running, wait_until

SECONDS = 20.0
ASK = """
import asyncio, sys, msgspec
from streamer.cli.confined import probe
from streamer.confinement import kernel, syscall_filter
if sys.argv[1] == "no namespaces":
    kernel.gain_nothing_by_exec()
    syscall_filter.refuse_calls()
print(msgspec.json.encode(asyncio.run(probe(*sys.argv[2:]))).decode())
"""
ORDINARY_USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
STARTERS = {"as we are": (), "an ordinary user": ORDINARY_USER, "no namespaces": ORDINARY_USER}
HOSTILE = {
    "FARVIEW_HOST_KEY": "the host's key",
    "FARVIEW_TOKEN": "the owner's token",
    "AWS_SECRET_ACCESS_KEY": "another's",
    "DISPLAY": ":0",
    "LD_PRELOAD": "",
}


@dataclass
class Place:
    """Folders as they lie for a host: what the child may have, and what it may not."""

    archive: Path
    cache: Path
    address: Path
    another_tenants: Path

    @classmethod
    def made(cls, folder: Path) -> Place:
        files = {
            "archive/image.dcm": "an image",
            "cache/mine/own.pixels": "pixels",
            "cache/other/theirs.pixels": "pixels of others",
            "state/address.json": "the token",
        }
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True)
            (folder / name).write_text(text)
        return cls(
            folder / "archive",
            folder / "cache/mine",
            folder / "state/address.json",
            folder / "cache/other/theirs.pixels",
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.made(tmp_path)


def tried(starter: str, child: str, place: Place) -> Tried:
    attempts = {
        "--read": [place.archive] if child != "worker" else [],
        "--write": [place.cache] if child != "worker" else [],
        "--try-read": [place.archive / "image.dcm", place.address, place.another_tenants],
        "--try-write": [
            place.cache / "new",
            place.archive / "new",
            place.address.with_name("new"),
            place.address,
            place.cache.parent / "new",
        ],
    }
    words = [word for option, paths in attempts.items() for path in paths for word in (option, str(path))]
    done = subprocess.run(
        [*STARTERS[starter], sys.executable, "-c", ASK, starter, child, *words],
        env={**os.environ, **HOSTILE},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=Tried)


@pytest.mark.parametrize("starter", STARTERS)
@pytest.mark.parametrize("child", CHILDREN)
def test_a_child_can_do_what_it_must_and_nothing_more(child: str, starter: str, place: Place) -> None:
    found = tried(starter, child, place)
    assert found.status["NoNewPrivs"] == "1"
    assert found.status["Seccomp"] == "2"
    reads_all = kernel.READ_ALL_FILES if starter == "as we are" and os.geteuid() == 0 else 0
    may = 0 if child == "worker" else reads_all
    assert [int(found.status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")] == [
        0,
        may,
        may,
        0,
    ]
    if starter != "no namespaces":
        assert int(found.status["CapBnd"], 16) & ~(kernel.READ_ALL_FILES | kernel.WRITE_ALL_FILES) == 0
    assert (found.core_limit, found.oom_score_adj) == (0, 200)
    assert not {*HOSTILE, "FARVIEW_CHANNEL"} & {*found.environment}

    could = {name for name, error in found.attempts.items() if not error}
    own = (
        {f"read {place.archive / 'image.dcm'}", f"write {place.cache / 'new'}"}
        if child != "worker"
        else set()
    )
    assert found.attempts["more memory"]
    ours = {"interface"} if starter == "no namespaces" else set()
    assert could - ours == own
    assert set(found.refused) == ({"network namespace"} if starter == "no namespaces" else set())


@asynccontextmanager
async def started(child: str, place: Place) -> AsyncIterator[int]:
    incoming: Any = {"worker": FromWorker, "loader": FromLoader, "indexer": FromIndexer}[child]
    index = place.address.parent / "index" / "index.sqlite"
    arguments = ("--root", str(place.archive), "--index", str(index)) if child == "indexer" else ()
    process: ChildProcess[Any] = await ChildProcess.start(f"streamer.{child}", incoming, arguments)
    try:
        yield process.pid
    finally:
        process.kill()
        await process.stop()


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def score_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text())


def core_limits_of(pid: int) -> list[str]:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return next(line.split()[4:5] for line in lines if line.startswith("Max core file size"))


@pytest.mark.root
@pytest.mark.parametrize("child", CHILDREN)
async def test_the_real_children_do_so(child: str, place: Place) -> None:
    keeps = kernel.READ_ALL_FILES | kernel.WRITE_ALL_FILES if child != "worker" else 0
    async with started(child, place) as pid:
        wait_until(lambda: status_of(pid)["Seccomp"] == "2", SECONDS, "it gave up nothing")
        status = status_of(pid)
        assert status["NoNewPrivs"] == "1"
        assert int(status["CapEff"], 16) & ~keeps == 0
        wait_until(lambda: core_limits_of(pid) == ["0"], SECONDS, "it may write a core dump")
        assert score_of(pid) == score_of(os.getpid()) + 200
        assert os.readlink(f"/proc/{pid}/ns/net") != os.readlink("/proc/self/ns/net")


@pytest.fixture
def farview(tmp_path: Path) -> Iterator[FarviewProcess]:
    with running([], tmp_path, "--no-demo") as farview:
        yield farview


def test_server_and_host_dump_no_core_and_the_host_is_ended_first(farview: FarviewProcess) -> None:
    assert farview.url
    (host,) = farview.children("streamer")
    server = farview.process.pid
    assert [core_limits_of(pid) for pid in (server, host.pid)] == [["0"], ["0"]]
    assert score_of(host.pid) == score_of(server) + 100


@pytest.mark.parametrize("module", ["streamer.confinement.kernel", "signaling.cli.unreadable"])
def test_nobody_else_reads_an_unreadable_programs_environment(module: str) -> None:
    """Another program of the same user, here one that it started: without the measure it can."""
    program = f"""
import os, subprocess, sys
from {module} import be_unreadable
read = [sys.executable, "-c", f"print(open('/proc/{{os.getpid()}}/environ').read().count('the host'))"]
before = subprocess.run(read, capture_output=True, text=True)
be_unreadable()
after = subprocess.run(read, capture_output=True, text=True)
print(before.stdout.strip(), after.returncode, "PermissionError" in after.stderr)
"""
    done = subprocess.run(
        [*ORDINARY_USER, sys.executable, "-c", program],
        env={**os.environ, **HOSTILE},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert (done.stdout.split(), done.stderr) == (["1", "1", "True"], "")
