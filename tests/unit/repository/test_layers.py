"""The layer contracts bite: a forbidden import, planted in a copy of the tree, is found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PLANTED = {
    "streamer/viewer/planted.py": ("import socket", "the viewer's core has no I/O"),
    "streamer/host/planted.py": ("import vtkmodules", "the host process neither draws"),
    "streamer/dicom/planted.py": ("from streamer.render import planted", "streamer is built in layers"),
    "streamer/worker/planted.py": ("import aiortc", "child programs have no network stack"),
    "streamer/host/planted_too.py": ("import aioice", "only the transport knows aiortc"),
    "streamer/cli/planted.py": ("import aiortc", "only the transport knows aiortc"),
    "streamer/indexer/planted.py": (
        "import signaling.store",
        "streamer knows of signaling only the protocol",
    ),
    "signaling/domain/planted.py": ("import sqlalchemy", "signaling's rules and wire contract are pure"),
    "signaling/api/planted.py": ("import streamer.viewer", "signaling does not know streamer"),
}


@pytest.fixture
def bare_tree(tmp_path: Path) -> Path:
    """The packages without their modules, and the contracts."""
    for package in ("streamer", "signaling"):
        for folder in (ROOT / package).rglob("__init__.py"):
            copy = tmp_path / folder.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.touch()
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return tmp_path


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    # The copy comes first in the path, before the packages that are installed.
    program = (
        f"import sys; sys.path.insert(0, {str(tree)!r}); "
        "from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    command = [sys.executable, "-c", program, "--no-cache"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False, timeout=50)


def test_planted_imports_are_found(bare_tree: Path) -> None:
    clean = lint(bare_tree)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    (bare_tree / "streamer/render/planted.py").touch()
    for name, (statement, _) in PLANTED.items():
        (bare_tree / name).write_text(statement + "\n")
    done = lint(bare_tree)
    assert done.returncode != 0
    broken = [line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")]
    missed = [contract for _, contract in PLANTED.values() if not any(b.startswith(contract) for b in broken)]
    assert missed == [], done.stdout
    modules = [name.removesuffix(".py").replace("/", ".") for name in PLANTED]
    assert [module for module in modules if module not in done.stdout] == [], done.stdout
