"""`python -m streamer.loader`: started by a host, over a channel; loads one stack and ends."""

from __future__ import annotations

import os
import warnings

from streamer import log
from streamer.confinement.child import Confinement
from streamer.ipc.child_process import channel_descriptor, obey_channel_alone


def main() -> None:
    """Gives up what rights it does not need, and serves the host."""
    descriptor = channel_descriptor()
    obey_channel_alone()
    confined = Confinement.begin(reads_archives=True)
    # A thread of numpy's would not be under the limit of files, which is known only when the host says what to load.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    warnings.simplefilter("ignore")  # pydicom's may quote what is in a file.
    log.configure(log.of_starter(), program="loader", pid=os.getpid())

    from streamer.ipc.child_channel import ChildChannel
    from streamer.ipc.messages import ToLoader
    from streamer.loader.program import serve

    channel: ChildChannel[ToLoader] = ChildChannel(descriptor, ToLoader)
    os.nice(2)
    serve(channel, confined)


if __name__ == "__main__":
    main()
