"""A suite: a command with a time budget, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

# A suite that takes this many times its budget hangs; it is killed and counts as failed.
HANG = 5


@dataclass(frozen=True)
class Outcome:
    """What came of one suite: counts of tests, seconds, and what went wrong beyond single tests."""

    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    remark: str = ""


@dataclass(frozen=True)
class Suite:
    """One part of the run. `budget` is in seconds on a machine of 2 cores."""

    name: str
    budget: int
    run: Callable[[Suite], Outcome]

    def outcome(self) -> Outcome:
        """Run it with its heading, and time it."""
        print(f"\n──── {self.name} (budget {self.budget} s)", flush=True)
        started = time.monotonic()
        outcome = self.run(self)
        return replace(outcome, seconds=time.monotonic() - started)


async def call(command: list[str], *, limit: float, output: Path | None = None) -> int | None:
    """Run `command` at the root, what it says into `output` where one is named.

    Returns its exit code, None where it ran into `limit` seconds.
    """
    with output.open("wb") if output else contextlib.nullcontext() as into:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=into,
            stderr=into and subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            return await asyncio.wait_for(process.wait(), limit)
        except TimeoutError:
            print(f"stopped: no end after {limit:.0f} s", flush=True)
            return None
        finally:
            # Also what the command left running: its process group has nobody else to end it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
