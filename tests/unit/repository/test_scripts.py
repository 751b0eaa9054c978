"""The verbs under scripts/: they can be run, by a plain shell, and say how they are used."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
VERBS = [
    ROOT / ".ci/run",
    *sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix),
]
SHELL = [path for path in VERBS if path.read_text().startswith("#!/bin/sh\n")]


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("verb", VERBS, ids=names(VERBS))
def test_verb_is_executable_and_names_its_interpreter(verb: Path) -> None:
    assert os.access(verb, os.X_OK)
    assert verb.read_text().startswith(("#!/bin/sh\n", "#!/usr/bin/env "))


@pytest.mark.parametrize("verb", SHELL, ids=names(SHELL))
def test_shell_verb_is_posix_and_stops_at_the_first_error(verb: Path) -> None:
    checked = subprocess.run(["sh", "-n", str(verb)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "set -eu" in verb.read_text()
    assert "[[" not in verb.read_text()


@pytest.mark.parametrize("verb", ["setup", "test", "lock"])
def test_unknown_option_is_answered_with_the_usage(verb: str) -> None:
    done = subprocess.run(
        [str(ROOT / "scripts" / verb), "--no-such-option"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"usage: scripts/{verb} ")


def test_ci_runs_the_whole_test() -> None:
    assert (ROOT / ".ci/run").read_text().rstrip().endswith("exec scripts/test")


@pytest.mark.parametrize(
    ("packages", "hours", "old"), [(False, 0, True), (True, 0, False), (True, 23, False), (True, 25, True)]
)
def test_package_lists_older_than_a_day_are_fetched_anew(
    tmp_path: Path, packages: bool, hours: int, old: bool
) -> None:
    (tmp_path / "partial").mkdir()
    if packages:
        (tmp_path / "example_Packages.lz4").touch()
    fetched = time.time() - 3600 * hours
    os.utime(tmp_path / "partial", (fetched, fetched))
    function = re.search(
        r"^package_lists_are_old\(\) \{.*?^\}", (ROOT / "scripts/setup").read_text(), re.MULTILINE | re.DOTALL
    )
    assert function
    script = f"set -eu\nlists='{tmp_path}'\n{function.group()}\npackage_lists_are_old"
    assert (subprocess.run(["sh", "-c", script], check=False).returncode == 0) is old
