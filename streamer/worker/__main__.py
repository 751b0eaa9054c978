"""`python -m streamer.worker`: started by a render host, draws and encodes the pictures of one session."""

from __future__ import annotations

import argparse
import os
import sys
import time

_STARTED = time.monotonic()
MOST_THREADS = 64


def main() -> None:
    """Reads the arguments, settles the thread counts of the libraries before they load, runs until the host lets go."""
    parser = argparse.ArgumentParser(prog="python -m streamer.worker", description=__doc__)
    parser.add_argument("--gl", choices=("auto", "egl", "osmesa"), default="auto")
    parser.add_argument("--threads", type=_threads, default=1)
    parser.add_argument("--profile", choices=("baseline", "main", "high"), default="high")
    arguments = parser.parse_args()
    os.environ["LP_NUM_THREADS"] = str(arguments.threads)  # llvmpipe's

    from streamer.worker.program import Worker, WorkerOptions

    options = WorkerOptions(gl=arguments.gl, threads=arguments.threads, profile=arguments.profile)
    Worker(options, _STARTED).run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # a GL driver or a long picture must not hold up the end


def _threads(value: str) -> int:
    count = int(value)
    if not 1 <= count <= MOST_THREADS:
        raise argparse.ArgumentTypeError(f"the number of threads is 1 to {MOST_THREADS}")
    return count


if __name__ == "__main__":
    main()
