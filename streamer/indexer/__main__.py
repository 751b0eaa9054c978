"""`python -m streamer.indexer --root DIR --index FILE`: started by a host, over a channel."""

from __future__ import annotations

import argparse
import os
import warnings
from pathlib import Path

from streamer import log
from streamer.confinement.child import Confinement
from streamer.ipc.child_process import channel_descriptor, obey_channel_alone


def main() -> None:
    """Parses the arguments, gives up what rights it does not need, and serves the host."""
    parser = argparse.ArgumentParser(prog="streamer.indexer", description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="the archive's folder; it is only read")
    parser.add_argument("--index", type=Path, required=True, help="the index, a file outside the archive")
    parser.add_argument("--title", default="", help="the archive's name for readers")
    arguments = parser.parse_args()
    descriptor = channel_descriptor()
    confined = Confinement.begin(reads_archives=True)
    obey_channel_alone()
    warnings.simplefilter("ignore")  # pydicom's may quote what is in a file.
    log.configure(log.of_starter(), program="indexer", pid=os.getpid())

    from streamer.indexer.reach import Reach

    root, index = arguments.root.absolute(), arguments.index.absolute()
    reach = Reach(root, index)
    reach.limit(confined)
    confined.limit_memory("indexer")
    confined.tell()

    from streamer.indexer.program import run
    from streamer.ipc.child_channel import ChildChannel
    from streamer.ipc.messages import ToIndexer

    channel: ChildChannel[ToIndexer] = ChildChannel(descriptor, ToIndexer)
    os.nice(5)  # Reading headers must not slow the pictures down.
    run(channel, root, index, arguments.title or arguments.root.name, reach)


if __name__ == "__main__":
    main()
