"""The render host that `farview serve` starts and keeps running."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING

from signaling.cli.child import Child
from signaling.cli.passed_on import KEY_VARIABLE
from signaling.cli.patience import run_out
from signaling.cli.restart import Restarts
from signaling.domain.hosts import LOCAL_HOST, HostState
from signaling.log import logger
from signaling.services.local_state import LocalState

if TYPE_CHECKING:
    from signaling.services.host_registry import HostChange

_LOG = logger(__name__)
_HANGS_AFTER = 1.0
_LEAVES_WITHIN = 10.0
"""A host that said that it ends has little left to do."""
END_SECONDS = 9.0
"""A host that is stopped saves for up to 5 s, and then has pages, children and files to let go of."""


class HostChild:
    """Starts the host, and starts it again whenever it ends."""

    def __init__(self, arguments: list[str], key: str, local: LocalState) -> None:
        self._arguments = arguments
        self._environment = {KEY_VARIABLE: key}
        self._local = local
        self._child: Child | None = None
        self._registered_child: Child | None = None
        self._hangs: asyncio.Task[None] | None = None
        self.keeps_ending = asyncio.Event()
        self.registered = asyncio.Event()

    async def run(self) -> None:
        """Keep it running; when cancelled, end it."""
        restarts = Restarts()
        while True:
            started = time.monotonic()
            child = self._child = await Child.start(self._arguments, self._environment)
            try:
                code = await child.wait()
            except asyncio.CancelledError:
                self._forget_silence()
                await asyncio.shield(child.end(END_SECONDS))
                raise
            self._child = None
            pause = restarts.pause(time.monotonic() - started)
            _LOG.error("render host ended", code=code, again_in=pause)
            if restarts.often:
                self.keeps_ending.set()
                self._local.host = (
                    f"The render host keeps ending (code {code}) and is started again; the log says why."
                )
                print(
                    f"The render host ended with {code}; it is started again in {pause:.1f} s.",
                    file=sys.stderr,
                )
            await asyncio.sleep(pause)

    def kill(self) -> None:
        """At once, with all that it started: nothing that it has is saved."""
        if self._child is not None:
            self._child.kill()

    def changed(self, change: HostChange) -> None:
        """Hear from the registry how it is: registered, nothing is wrong; lost though it lives, it hangs."""
        if change.host.host != LOCAL_HOST:
            return
        self._forget_silence()
        if change.lost:
            # One that was started since is not the one that was lost.
            child = self._child if self._child is self._registered_child else None
            if child is not None:
                patience = _LEAVES_WITHIN if change.stopped else _HANGS_AFTER
                self._hangs = asyncio.create_task(self._kill_unless_heard(child, patience))
        elif change.host.state in (HostState.READY, HostState.DRAINING):
            self._registered_child = self._child
            self._local.host = ""
            self.registered.set()

    def _forget_silence(self) -> None:
        if self._hangs is not None:
            self._hangs.cancel()
            self._hangs = None

    async def _kill_unless_heard(self, child: Child, seconds: float) -> None:
        """The child that does not come back, if it is still the one that runs."""
        await run_out(child.pid, seconds, lambda: self._local.host_dialled)
        if child is self._child:
            _LOG.error("render host hangs", pid=child.pid)
            child.kill()
