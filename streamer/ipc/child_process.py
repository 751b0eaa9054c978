"""Starting children: exec'd programs, never forked images, with one end of a socketpair and nothing else inherited.

Of the environment they get a closed list; what else of the starter's rights they need not they give up (streamer/confinement).
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from streamer.confinement.environment import closed
from streamer.ipc.host_channel import HostChannel

T = TypeVar("T")
CHANNEL_VARIABLE = "FARVIEW_CHANNEL"
KILL_SECONDS = 2.0


class ChildProcess(Generic[T]):
    """A running child and its channel. It stays in the starter's process session; it ends when its channel closes."""

    def __init__(self, process: asyncio.subprocess.Process, channel: HostChannel[T]) -> None:
        self.process = process
        self.channel = channel

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self.process.pid

    @classmethod
    async def start(
        cls,
        module: str,
        incoming: Any,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> ChildProcess[T]:
        """Starts `python -m module arguments` with the channel's descriptor number in FARVIEW_CHANNEL.

        `environment` is added to what a child may know of ours.

        Raises:
            OSError: the program could not be started.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**closed(os.environ), **(environment or {}), CHANNEL_VARIABLE: str(theirs.fileno())},
            )
        except BaseException:  # cancelled, too: the socket is nobody's then
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(process, HostChannel(ours, incoming))

    async def stop(self, grace: float = 1.0) -> int:
        """Closes the channel, waits `grace` seconds for the child to exit, then kills it; its return code."""
        self.channel.close()
        try:
            return await asyncio.wait_for(self.process.wait(), grace)
        except TimeoutError:
            self.kill()
            try:  # one that hangs in the kernel, on a share that is away, is not waited for
                return await asyncio.wait_for(self.process.wait(), KILL_SECONDS)
            except TimeoutError:
                return -signal.SIGKILL
        except asyncio.CancelledError:  # nobody waits for its grace: it must not be left behind
            self.kill()
            await self.process.wait()
            raise

    async def ended(self, seconds: float = 0.5) -> int | None:
        """Its return code once its channel has ended; None where it does not end within `seconds`."""
        try:
            return await asyncio.wait_for(asyncio.shield(self.process.wait()), seconds)
        except TimeoutError:
            return None

    def kill(self) -> None:
        """SIGKILL, at once: for a child that hangs (stopped or looping)."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)


def how_it_ended(code: int | None) -> str:
    """A return code in words, for the log and for errors."""
    if code is None:
        return "its channel closed"
    if code == -signal.SIGKILL:
        return "ended by signal 9 (killed; out of memory?)"
    if code == -signal.SIGABRT:
        return "ended by signal 6 (SIGABRT: no memory within its limit?)"
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else "unknown"
        return f"ended by signal {-code} ({name})"
    return f"ended with code {code}" if code else "it ended"


def obey_channel_alone() -> None:
    """In a child: what ends a host (Ctrl-C, the signal of a service manager to all of a service) does not end it.

    The host may have readers until it has saved; then it closes the channel.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def channel_descriptor() -> int:
    """In a child: the descriptor number of its end of the channel.

    Raises:
        RuntimeError: the program was not started by a Farview host.
    """
    value = os.environ.pop(CHANNEL_VARIABLE, "")
    if not value.isdigit():
        raise RuntimeError("This program is started by a Farview host and is of no use by itself.")
    return int(value)
