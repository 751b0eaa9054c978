"""The program that makes the demo studies, after the address is printed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from signaling.cli.child import Child
from signaling.services.local_state import LocalState

_LINE = 200


class DemoChild:
    """Makes the demo studies once; its progress lines go to standard error and to the page."""

    def __init__(self, folder: Path, local: LocalState) -> None:
        self._folder = folder
        self._local = local

    async def run(self) -> None:
        """Until they are made; when cancelled, end it."""
        child = await Child.start(["-m", "streamer.demo", "--out", str(self._folder)], read=True)
        try:
            if child.lines is not None:
                async for line in child.lines:
                    self._say(line.decode(errors="replace").strip()[:_LINE])
            code = await child.wait()
        except asyncio.CancelledError:
            await asyncio.shield(child.end())
            raise
        self._local.demo = "" if code == 0 else f"Not all demo studies could be made: {self._local.demo}"

    def _say(self, text: str) -> None:
        if text:
            self._local.demo = text
            print(f"demo: {text}", file=sys.stderr)
