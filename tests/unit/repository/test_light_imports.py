"""What a program does not need it does not import: a start waits for every import."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAMS = {
    "streamer.cli": ("aiohttp", "aiortc", "imagecodecs", "numpy", "vtkmodules"),
    "streamer.host.fresh_picture": ("aiohttp", "aioice", "aiortc", "streamer.transport"),
    "streamer.host.proof_check": ("aiohttp", "aiortc", "numpy", "streamer.session"),
}


@pytest.mark.parametrize("module", PROGRAMS)
def test_a_command_imports_only_what_it_needs(module: str) -> None:
    program = f"import sys, {module}; print([name for name in {PROGRAMS[module]!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=50
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
