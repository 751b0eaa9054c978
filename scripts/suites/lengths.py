"""No file longer than one can see across."""

from __future__ import annotations

import subprocess

from scripts.suites.suite import ROOT

PRODUCT_LINES = 400
TEST_LINES = 600
CODE = (".py", ".js", ".mjs", ".css", ".html")


def tracked_files() -> list[str]:
    """The files of the working tree that are, or would be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def too_long() -> list[str]:
    """A sentence for each file over its limit."""
    found = []
    for name in tracked_files():
        if not name.endswith(CODE):
            continue
        limit = TEST_LINES if name.startswith("tests/") else PRODUCT_LINES
        lines = (ROOT / name).read_bytes().count(b"\n")
        if lines > limit:
            found.append(f"{name} has {lines} lines; the limit is {limit}: split it by its nouns")
    return found
