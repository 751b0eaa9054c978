"""`python -m streamer.loader`: started by a host, over a channel; loads one stack and ends."""

from __future__ import annotations

import os
import warnings

from streamer import log
from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.child_process import channel_descriptor
from streamer.ipc.messages import ToLoader
from streamer.loader.limits import no_core_dumps
from streamer.loader.program import serve


def main() -> None:
    """Serves the host."""
    channel: ChildChannel[ToLoader] = ChildChannel(channel_descriptor(), ToLoader)
    warnings.simplefilter("ignore")  # pydicom's may quote what is in a file.
    no_core_dumps()
    log.configure(log.of_starter(), program="loader", pid=os.getpid())
    os.nice(2)
    serve(channel)


if __name__ == "__main__":
    main()
