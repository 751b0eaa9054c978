"""`python -m streamer.demo --out DIR`: makes the demonstration studies; safe to run again and while DIR is being watched."""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

from streamer.demo.steps import make_demo


def main() -> int:
    """Makes the studies, one line on standard output for each step; the exit code."""
    parser = argparse.ArgumentParser(prog="streamer.demo", description=__doc__)
    parser.add_argument(
        "--out", type=Path, required=True, help="the folder for the studies; made where it is not there"
    )
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # What the samples have odd in them is of no interest here.
    try:
        for line in make_demo(arguments.out.absolute()):
            print(line, flush=True)
    except OSError as error:
        print(f"The demonstration can't be written: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
