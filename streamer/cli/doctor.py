"""`farview doctor`: what this machine truly draws and encodes with, and what its children may do, as text to send on."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
from pathlib import Path

from streamer import __version__, log

LIBRARIES = ("vtk", "av", "aiortc", "numpy", "pydicom", "imagecodecs")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `doctor`."""
    parser.add_argument("--gpu", action="store_true", help="also list the GPU's devices and drivers")


def run(options: argparse.Namespace) -> int:
    """Prints the report; 1 when something that reading needs does not work."""
    log.configure("error", program="doctor")
    from streamer.cli import confined  # imported late: --help must be quick
    from streamer.confinement import memory
    from streamer.encode.probe import working_encoders
    from streamer.render.gl_probe import probe_gl

    print(
        f"farview {__version__}, Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} cores"
    )
    for library in LIBRARIES:
        print(f"{library} {importlib.metadata.version(library)}")
    for kind in ("egl", "osmesa"):
        facts = probe_gl(kind)
        hint = "" if facts.kind != "none" else " (install Mesa: libegl1 libgl1-mesa-dri libosmesa6)"
        print(f"{kind}: {facts.renderer}{hint}")
    drawing = probe_gl()
    print(
        f"volumes are drawn by: {drawing.renderer if drawing.kind != 'none' else 'nothing; planes still work'}"
    )
    encoders = working_encoders()
    print(f"pictures are encoded by: {encoders[0] if encoders else 'nothing: no H.264 encoder works'}")
    print('what the programs that a host starts may do (docs/operations.md, "Rights"):')
    for line in confined.report():
        print(f"  {line}")
    print(
        f"one of them may take {memory.share() / (1 << 30):.1f} GB of memory at the most (--child-gigabytes of a host)"
    )
    if options.gpu:
        _print_devices()
    return 0 if encoders else 1


def _print_devices() -> None:
    devices = sorted(str(path) for folder in ("/dev/dri", "/dev") for path in Path(folder).glob("*"))
    found = [path for path in devices if "/dri/" in path or "/nvidia" in path]
    print(f"devices: {', '.join(found) or 'none'}")
    for path in ("/proc/driver/nvidia/version", "/sys/module/amdgpu/version", "/sys/module/i915/srcversion"):
        file = Path(path)
        print(f"{path}: {file.read_text(encoding='utf-8').strip() if file.is_file() else 'not there'}")
