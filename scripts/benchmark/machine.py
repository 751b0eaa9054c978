"""On what the figures were taken: without it they say nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from scripts.benchmark.setting import ROOT

_PACKAGES = ("farview", "vtk", "aiortc", "av", "numpy", "aiohttp", "imagecodecs", "msgspec", "playwright")


def machine() -> dict[str, Any]:
    """Processor, memory, kernel, system."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "kernel": platform.release(),
        "system": _system(),
    }


def load() -> dict[str, Any]:
    """How busy the machine is with other things."""
    return {"at": datetime.now(UTC).isoformat(timespec="seconds"), "load_average": list(os.getloadavg())}


def versions() -> dict[str, Any]:
    """What was measured: the commit, whether the tree differs from it, and what it stands on."""
    found: dict[str, Any] = {"python": platform.python_version(), "chromium": _said("chromium", "--version")}
    for package in _PACKAGES:
        found[package] = metadata.version(package)
    found["commit"] = _said("git", "rev-parse", "HEAD") or "unknown"
    changed = _said("git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    found["changed_files"] = len(changed.splitlines())
    return found


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def _said(*command: str) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
