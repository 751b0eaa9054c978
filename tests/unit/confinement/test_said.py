"""What `farview doctor` says of a child follows from what was tried, never from what was only meant."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from streamer.cli.confined import said
from streamer.cli.confinement_probe import Tried

DENIED = "Operation not permitted"
HELD = Tried(
    status={"NoNewPrivs": "1", "CapEff": "0000000000000000"},
    environment=("PATH",),
    attempts={
        "internet socket": DENIED,
        "connection": DENIED,
        "interface": "there is none",
        "memory of the starter": DENIED,
        "signal to the starter": DENIED,
        "read /secret": DENIED,
        "write /beside": DENIED,
        "more memory": "Cannot allocate memory",
    },
    refused={},
    landlock=7,
    core_limit=0,
    oom_score_adj=200,
    memory_limit=3 << 30,
)
OPEN = dict.fromkeys(HELD.attempts, "")
WORDS = {
    "all": ({}, "no new privileges: yes"),
    "no_new_privileges_not_set": ({"status": {**HELD.status, "NoNewPrivs": "0"}}, "no new privileges: as the starter"),
    "no_capabilities": ({}, "capabilities: none"),
    "root_reads": (
        {"status": {**HELD.status, "CapEff": "0000000000000004"}},
        "capabilities: reading files of all users, as its starter",
    ),
    "capabilities_kept": (
        {"status": {**HELD.status, "CapEff": "000001ffffffffff"}, "refused": {"capabilities": DENIED}},
        f"capabilities: as the starter, because: {DENIED}",
    ),
    "both": ({}, "network: none (namespace, seccomp)"),
    "namespace_refused": ({"refused": {"network namespace": DENIED}}, "network: none (seccomp)"),
    "filter_refused": (
        {"refused": {"system calls": DENIED}, "attempts": {**HELD.attempts, "internet socket": ""}},
        "network: none (namespace)",
    ),
    "network": (
        {"refused": {"network namespace": DENIED, "system calls": "no filter"}, "attempts": OPEN},
        f"network: as the starter, because: {DENIED}, no filter",
    ),
    "reaches_others": ({"attempts": OPEN}, "other programs: within reach: memory of the starter, signal to the starter"),
    "reaches_nobody": ({}, "other programs: out of reach"),
    "files": ({}, "files: Landlock ABI 7"),
    "files_open": ({"attempts": OPEN, "refused": {"files": "none"}}, "files: as the starter, because: none"),
    "reads_only": ({"attempts": {**HELD.attempts, "read /secret": ""}}, "files: as the starter"),
    "no_core": ({}, "core dumps: off"),
    "core": ({"core_limit": -1}, "core dumps: on"),
    "memory": ({}, "memory: RLIMIT_DATA of 3.0 GB before it is told its work, ended before the host where it is short"),
    "memory_without_end": (
        {"attempts": {**HELD.attempts, "more memory": ""}},
        "memory: no limit of its own, ended before the host where it is short",
    ),
    "memory_as_host": (
        {"oom_score_adj": 0, "refused": {"memory": DENIED}},
        f"memory: RLIMIT_DATA of 3.0 GB before it is told its work, as the starter, because: {DENIED}",
    ),
    "drawn_by": ({"renderer": "llvmpipe"}, "volumes drawn by: llvmpipe"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_each_measure_is_said_as_it_was_found(case: str) -> None:
    changes, words = WORDS[case]
    changed: Any = msgspec.structs.replace(HELD, **changes)
    assert words in said(changed, "read /secret", "write /beside").split("; ")
