"""A wall clock that jumps under running programs, and under nobody else's.

A time namespace can't do it: it shifts the steady clocks only, and only before a program starts. So a library that is put
before the C library adds what a file says; it is built by the C compiler of this machine.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("clock_shift.c")
_SHIFTS = struct.Struct("=qq")


class ShiftedClock:
    """Made in `folder`. `environment` is for the programs whose clock it is."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self._library = folder / "clock_shift.so"
        self.set(0, 0)

    @classmethod
    def made_in(cls, folder: Path) -> ShiftedClock | None:
        """None where there is no C compiler, or it can't make it."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            return None
        clock = cls(folder)
        command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(clock._library), str(SOURCE), "-ldl"]
        made = subprocess.run(command, capture_output=True, check=False, timeout=60)
        return clock if made.returncode == 0 else None

    @property
    def environment(self) -> dict[str, str]:
        """What their environment has besides."""
        return {"LD_PRELOAD": str(self._library), "SOAK_CLOCK": str(self._file)}

    def set(self, host: int, others: int) -> None:
        """From now on the clock of the render host is so many seconds ahead of the true one, and that of all others."""
        with self._file.open("r+b" if self._file.exists() else "wb", buffering=0) as file:
            file.write(_SHIFTS.pack(host, others))
