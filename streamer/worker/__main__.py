"""`python -m streamer.worker`: started by a render host, draws and encodes the pictures of one session."""

from __future__ import annotations

import argparse
import os
import time

import structlog

from streamer.confinement.child import Confinement

_STARTED = time.monotonic()
MOST_THREADS = 64


def main() -> None:
    """Reads the arguments, gives up what rights it does not need, settles the libraries' threads before they load, and draws."""
    parser = argparse.ArgumentParser(prog="python -m streamer.worker", description=__doc__)
    parser.add_argument("--gl", choices=("auto", "egl", "osmesa"), default="auto")
    parser.add_argument("--threads", type=_threads, default=1)
    parser.add_argument("--profile", choices=("baseline", "main", "high"), default="high")
    parser.add_argument("--log-level", default="")
    arguments = parser.parse_args()
    confined = Confinement.begin()
    confined.limit_files(graphics=True)  # the pixels come as open descriptors
    os.environ["LP_NUM_THREADS"] = str(arguments.threads)  # llvmpipe's
    os.environ["MESA_SHADER_CACHE_DISABLE"] = "true"  # a worker writes no file

    from streamer.ipc.child_process import obey_channel_alone
    from streamer.log import configure, of_starter
    from streamer.worker.program import Worker, WorkerOptions

    configure(arguments.log_level or of_starter(), program="worker", pid=os.getpid())
    confined.tell()
    obey_channel_alone()
    status = 1
    try:
        Worker(WorkerOptions(arguments.gl, arguments.threads, arguments.profile), _STARTED).run()
        status = 0
    except Exception as error:
        structlog.get_logger().exception("worker_failed", error=type(error).__name__)
    finally:
        os._exit(status)  # a GL driver, a long picture or a closed log must not hold up the end


def _threads(value: str) -> int:
    count = int(value)
    if not 1 <= count <= MOST_THREADS:
        raise argparse.ArgumentTypeError(f"the number of threads is 1 to {MOST_THREADS}")
    return count


if __name__ == "__main__":
    main()
