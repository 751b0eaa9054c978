"""The command line of `scripts/soak month`."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
from pathlib import Path

from scripts.benchmark.setting import RESULTS, NotMeasured
from scripts.soaking.month.month import Month, run
from scripts.soaking.month.studies import MOST
from scripts.soaking.month.verdict import is_good, summary
from streamer.log import LEVEL_VARIABLE, configure


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/soak month",
        description="Opens studies by the thousand through a render host without a browser, on a cache of a tenth of their size.",
    )
    parser.add_argument("--openings", type=_count, default=5000, metavar="N", help="how many (%(default)s)")
    parser.add_argument(
        "--studies", type=_count, default=MOST, metavar="N", help="of so many studies (%(default)s, the most)"
    )
    parser.add_argument("--readers", type=_count, default=2, metavar="N", help="at once (%(default)s)")
    parser.add_argument("--seed", type=int, help="which studies and acts; said at the end")
    options = parser.parse_args(arguments)
    if options.studies > MOST:
        parser.error(f"at most {MOST} studies can be told apart by their pictures")
    return options


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def main(arguments: list[str]) -> int:
    """0 where nothing was found and nothing grows."""
    options = parse(arguments)
    seed = random.randrange(1_000_000) if options.seed is None else options.seed
    month = Month(options.openings, options.studies)
    RESULTS.mkdir(exist_ok=True)
    os.environ[LEVEL_VARIABLE] = "error"  # of what the host starts
    configure("error")
    try:
        with tempfile.TemporaryDirectory(prefix="month-", dir=RESULTS, ignore_cleanup_errors=True) as folder:
            asyncio.run(run(Path(folder), month, options.readers, seed))
    except NotMeasured as reason:
        print(f"scripts/soak month: {reason}", file=sys.stderr)
        return 2
    print("\n".join(summary(month)))
    print(f"seed {seed}")
    return 0 if is_good(month) else 1
