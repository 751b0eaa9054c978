"""The checks that run nothing of the product: format, lint, types, layers, spelling, lengths."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from scripts.suites.lengths import too_long
from scripts.suites.suite import BIN, HANG, ROOT, Outcome, Suite

LANES = 2
"""Steps at a time: each is a program of its own, and most use one core."""
_PROSE_AND_CODE = ("streamer", "signaling", "web", "tests", "scripts", "docs")


def _tool(*command: str) -> Callable[[float], bool]:
    return lambda limit: quietly([str(BIN / command[0]), *command[1:]], limit)


def quietly(command: list[str], limit: float) -> bool:
    """Whether `command` ended well; where it did not, also what it said."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"no end after {limit:.0f} s: {' '.join(command)}", flush=True)
        return False
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def _browser_types(limit: float) -> bool:
    if not any((ROOT / "web").rglob("*.js")):
        print("!!!! no browser modules yet in web/", flush=True)
        return True
    return quietly(["node_modules/.bin/tsc", "--project", "tsconfig.json"], limit)


def _spelling(limit: float) -> bool:
    pages = [str(page.relative_to(ROOT)) for page in ROOT.glob("*.md")]
    folders = [folder for folder in _PROSE_AND_CODE if (ROOT / folder).exists()]
    return quietly([str(BIN / "codespell"), *folders, *pages], limit)


def _lengths(_limit: float) -> bool:
    found = too_long()
    for sentence in found:
        print(sentence, flush=True)
    return not found


STEPS: dict[str, Callable[[float], bool]] = {
    "types": _tool("mypy"),
    "format": _tool("ruff", "format", "--check", "--quiet", "."),
    "lint": _tool("ruff", "check", "--quiet", "."),
    "types of the browser's modules": _browser_types,
    "layers": _tool("lint-imports"),
    "spelling": _spelling,
    "file lengths": _lengths,
}


def check(suite: Suite) -> Outcome:
    """Every step, also after one has failed; the longest is begun first."""

    def good(name: str) -> bool:
        started = time.monotonic()
        is_good = STEPS[name](HANG * suite.budget)
        print(f"{'ok    ' if is_good else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)", flush=True)
        return is_good

    with ThreadPoolExecutor(LANES) as lanes:
        failed = [name for name, is_good in zip(STEPS, lanes.map(good, STEPS), strict=True) if not is_good]
    return Outcome(
        len(STEPS) - len(failed), len(failed), remark=f"failed: {', '.join(failed)}" if failed else ""
    )


def fix() -> None:
    """Mend what the tools can mend by themselves."""
    quietly([str(BIN / "ruff"), "check", "--fix", "--quiet", "."], 60)
    quietly([str(BIN / "ruff"), "format", "--quiet", "."], 60)


def main(arguments: list[str]) -> int:
    """`scripts/check [--fix]`."""
    if arguments not in ([], ["--fix"]):
        print("usage: scripts/check [--fix]", file=sys.stderr)
        return 2
    if arguments:
        fix()
    return 1 if Suite("check", 60, check).outcome().failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
