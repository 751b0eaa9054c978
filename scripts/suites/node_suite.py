"""The unit tests of the browser's modules, under `node --test`."""

from __future__ import annotations

import re
import subprocess

from scripts.suites.suite import HANG, ROOT, Outcome, Suite

LANES = 2
"""Files at a time: Node's own choice is one less than there are cores, which leaves one of two idle."""
_COUNT = re.compile(r"^(?:#|ℹ) (pass|fail|cancelled|skipped|todo) (\d+)$", re.MULTILINE)


def node_suite(suite: Suite) -> Outcome:
    """Every tests/web/**/*.test.js or .test.mjs."""
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/web").rglob("*.test.*js"))
    if not files:
        print("!!!! NO TESTS YET in tests/web", flush=True)
        return Outcome(remark="NO TESTS YET in tests/web")
    try:
        done = subprocess.run(
            ["node", "--test", f"--test-concurrency={LANES}", *files],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=HANG * suite.budget,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        print(late.output or "")
        return Outcome(failed=1, remark=f"no end after {late.timeout:.0f} s")
    count = {name: int(number) for name, number in _COUNT.findall(done.stdout)}
    passed = count.get("pass", 0)
    failed = sum(number for name, number in count.items() if name != "pass")
    # Where all is well the counts are enough.
    if done.returncode or failed:
        print(done.stdout)
    else:
        print(f"{passed} passed in {len(files)} files")
    if passed + failed == 0 or (done.returncode and not failed):
        return Outcome(passed, 1, remark=f"node ended with {done.returncode} and counted {passed} passed")
    return Outcome(passed, failed)
