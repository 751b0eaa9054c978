"""The command line of `scripts/soak month`."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import sys
from collections.abc import Sequence
from typing import TextIO

from scripts.benchmark.setting import RESULTS, NotMeasured
from scripts.soaking.month import record
from scripts.soaking.month.log_lines import LogLines
from scripts.soaking.month.month import Month, run
from scripts.soaking.month.studies import MOST
from scripts.soaking.month.verdict import is_good, summary
from streamer.log import LEVEL_VARIABLE


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
    parser.add_argument(
        "--resume", action="store_true", help="go on with the month of that seed, until all openings are done"
    )
    options = parser.parse_args(arguments)
    if options.resume and options.seed is None:
        parser.error("--resume needs --seed: which month is to be gone on with")
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
    RESULTS.mkdir(exist_ok=True)
    path, folder = record.path_of(RESULTS, seed), RESULTS / f"month-{seed}"
    try:
        resumed = options.resume and path.is_file()
        month = record.load(path, options.openings) if resumed else Month(options.openings, options.studies)
    except ValueError as reason:
        print(f"scripts/soak month: {reason}", file=sys.stderr)
        return 2
    os.environ[LEVEL_VARIABLE] = "error"  # of what the host starts
    log = LogLines()
    log.take_over()
    with path.with_suffix(".log").open("a" if resumed else "w") as written:
        month.found.on_found = lambda sentence, why: _write_down(written, sentence, why)
        if not resumed:
            shutil.rmtree(folder, ignore_errors=True)
        try:
            if not month.is_whole:
                asyncio.run(run(folder, month, options.readers, seed, log, lambda: record.save(path, month)))
        except NotMeasured as reason:
            print(f"scripts/soak month: {reason}", file=sys.stderr)
            return 2
        finally:
            if month.openings:
                record.save(path, month)
            if month.is_whole or not month.openings:
                shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(summary(month)))
    print(
        f"seed {seed}; it is written down in {path}, the causes of what was found in {path.with_suffix('.log')}"
    )
    if not month.is_whole:
        again = f"--resume --seed {seed} --openings {month.asked} --readers {options.readers}"
        print(f"ended early; go on with: scripts/soak month {again}")
    return 0 if is_good(month) else 1


def _write_down(file: TextIO, sentence: str, why: Sequence[str]) -> None:
    """At once, so that it can be read while the month goes on."""
    file.write("\n".join((f"FOUND {sentence}", *(f"    {line}" for line in why), "")))
    file.flush()
    print(f"FOUND {sentence}", flush=True)
