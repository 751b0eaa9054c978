"""`scripts/soak [--minutes N] [--readers N] [--seed N]`: reads at random and says what came of it."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from scripts.benchmark.__main__ import make_demo
from scripts.benchmark.links.volume import link_volume
from scripts.benchmark.setting import RESULTS, NotMeasured
from scripts.soaking.soak import soak
from scripts.soaking.verdict import is_good, summary


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=120, metavar="N", help="how long (%(default)s; short: 3)"
    )
    parser.add_argument("--readers", type=int, default=1, choices=(1, 2), help="at once (%(default)s)")
    parser.add_argument("--seed", type=int, help="which acts and troubles; said at the end")
    parser.add_argument(
        "--data", type=Path, default=RESULTS / "demo", metavar="DIR",
        help="a folder with the demonstration studies; made where it is not there (%(default)s)",
    )  # fmt: skip
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """0 where everything was as it must be."""
    options = parse(arguments)
    seed = random.randrange(1_000_000) if options.seed is None else options.seed
    RESULTS.mkdir(exist_ok=True)
    try:
        make_demo(options.data.absolute())
        volume = link_volume(RESULTS, options.data.absolute())
        with tempfile.TemporaryDirectory(prefix="soak-", dir=RESULTS, ignore_cleanup_errors=True) as folder:
            soaked = asyncio.run(soak(Path(folder), volume, options.minutes, options.readers, seed))
            if not is_good(soaked):
                (RESULTS / "soak.log").write_bytes((Path(folder) / "farview.log").read_bytes())
    except NotMeasured as reason:
        print(f"scripts/soak: {reason}", file=sys.stderr)
        return 2
    print("\n".join(summary(soaked)))
    print(f"seed {seed}" + ("" if is_good(soaked) else f"; Farview's log is {RESULTS / 'soak.log'}"))
    return 0 if is_good(soaked) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
