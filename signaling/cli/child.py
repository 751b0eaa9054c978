"""A child program that never outlives this one.

Its standard input is a pipe that we hold: it reads the end of it when we are gone, however we went. Where util-linux's
setpriv is there, the kernel also kills it then (PR_SET_PDEATHSIG), even if it hangs. It has a process group of its own, in
our session, so that Ctrl-C reaches us alone and we end it in order.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

END_SECONDS = 3.0


def tethered(command: Sequence[str]) -> list[str]:
    """`command`, killed by the kernel when we end."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--", *command] if setpriv else list(command)


class Child:
    """One running child."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process id, which is also its group's."""
        return self._process.pid

    @property
    def lines(self) -> asyncio.StreamReader | None:
        """What it prints, where that is read."""
        return self._process.stdout

    @classmethod
    async def start(
        cls, arguments: Sequence[str], environment: Mapping[str, str] | None = None, read: bool = False
    ) -> Child:
        """Start `python arguments`; what it prints goes to our standard error unless it is `read`.

        Raises:
            OSError: it can't be started.
        """
        process = await asyncio.create_subprocess_exec(
            *tethered([sys.executable, *arguments]),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE if read else sys.stderr.fileno(),
            env={**os.environ, **(environment or {})},
            process_group=0,
        )
        return cls(process)

    async def wait(self) -> int:
        """Its return code, once it has ended; what it started itself has then ended, too."""
        code = await self._process.wait()
        self.kill()
        return code

    async def end(self, seconds: float = END_SECONDS) -> None:
        """Let it end by closing its standard input; kill it if it has not within `seconds`."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)
        self.kill()
        await self._process.wait()

    def kill(self) -> None:
        """SIGKILL, it and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
