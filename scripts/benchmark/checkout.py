"""A checkout that measures itself: this one, or one of another commit in bench-results/, with an environment of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmark.comparison import Run
from scripts.benchmark.row import Row
from scripts.benchmark.setting import RESULTS, ROOT, NotMeasured

GIT_SECONDS, SETUP_SECONDS, RUN_SECONDS, STOP_SECONDS = 120.0, 1800.0, 3600.0, 10.0
_NAMES = (
    "import json, sys; from scripts.benchmark.__main__ import SUITES; suite = SUITES.get(sys.argv[1]); "
    "print(json.dumps(suite.names if suite else []))"
)


@dataclass(frozen=True, slots=True)
class Checkout:
    """`root` is its folder; `commit` is said with its figures."""

    root: Path
    commit: str

    def names(self, suite: str) -> list[str]:
        """The measurements that it has.

        Raises:
            NotMeasured: it can't say.
        """
        done = _done(
            [self._python, "-c", _NAMES, suite],
            self.root,
            GIT_SECONDS,
            "tell what it can measure",
            check=True,
        )
        return [str(name) for name in json.loads(done)]

    def measure(self, suite: str, name: str, options: Sequence[str], file: Path) -> Run:
        """Runs one measurement with its own program. A run that fails has the rows that it wrote, if any, and is not good."""
        file.unlink(missing_ok=True)
        command = [self._python, "-m", "scripts.benchmark", *filter(None, [suite]), "--only", name]
        code = _run(
            [*command, *options, "--json", str(file)], self.root, RUN_SECONDS, output=subprocess.DEVNULL
        )
        try:
            rows = tuple(Row.from_json(row) for row in json.loads(file.read_text())["rows"])
        except (OSError, ValueError, KeyError, TypeError):
            return Run((), good=False)
        return Run(rows, good=code == 0)

    @property
    def _python(self) -> str:
        return str(self.root / ".venv/bin/python")


def here() -> Checkout:
    """This checkout as it is, with what is not committed."""
    return Checkout(ROOT, _git("rev-parse", "HEAD"))


def of_commit(name: str) -> Checkout:
    """A worktree of that commit, set up; one that is there already is taken again.

    Raises:
        NotMeasured: there is no such commit, its folder was changed, or it can't be set up.
    """
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", say=name)
    root = RESULTS / f"against-{commit[:12]}"
    if not root.exists():
        _git("worktree", "prune")
        _git("worktree", "add", "--quiet", "--detach", str(root), commit)
    elif _git("-C", str(root), "rev-parse", "HEAD") != commit or _git(
        "-C", str(root), "status", "--porcelain"
    ):
        raise NotMeasured(f"{root} is not commit {commit[:12]} as it was: git worktree remove --force {root}")
    # Both are to run with the same Python.
    environment = {"FARVIEW_PYTHON": os.environ.get("FARVIEW_PYTHON") or sys.executable}
    if _run([str(root / "scripts/setup"), "test"], root, SETUP_SECONDS, environment) != 0:
        raise NotMeasured(f"commit {commit[:12]} could not be set up in {root}")
    return Checkout(root, commit)


def _git(*arguments: str, say: str = "") -> str:
    doing = f"find the commit {say}" if say else f"git {arguments[0]}"
    return _done(["git", *arguments], ROOT, GIT_SECONDS, doing, check=True).strip()


def _done(command: Sequence[str], folder: Path, seconds: float, doing: str, *, check: bool) -> str:
    try:
        return subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=seconds,
            check=check, env=_environment({}),
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise NotMeasured(f"could not {doing} in {folder}") from error


def _environment(more: dict[str, str]) -> dict[str, str]:
    """Without what would lead one checkout to the packages of the other."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return kept | more


def _run(
    command: Sequence[str],
    folder: Path,
    seconds: float,
    environment: dict[str, str] | None = None,
    output: int | None = None,
) -> int:
    """Its exit status; after `seconds`, or when this is interrupted, it and what it has started are ended."""
    with subprocess.Popen(
        command, cwd=folder, env=_environment(environment or {}), stdin=subprocess.DEVNULL,
        stdout=sys.stderr if output is None else output, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return 124
        finally:
            if process.poll() is None:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    # First a chance to put away its link and its servers, as after Ctrl-C.
    for sign in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
