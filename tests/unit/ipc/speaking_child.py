"""A child program for the tests: answers what the host says, in ways that tell what came."""

from __future__ import annotations

import os
import sys
import threading
import time

from streamer.ipc.child_channel import ChildChannel
from streamer.ipc.child_process import channel_descriptor
from streamer.ipc.framing import ChannelError
from streamer.ipc.messages import AttachStack, Capture, DetachAll, Fault, Shutdown, Sign, ToWorker


def main() -> None:
    """`obedient` ends with its channel; `deaf` never reads and never ends; `garbage` sends what is no message."""
    mode = sys.argv[1]
    descriptor = channel_descriptor()
    if mode == "garbage":
        os.write(descriptor, b"\x03\x00\x00\x00\x00\x00\x00\x00\xc1\xc1\xc1")
    if mode in {"deaf", "garbage"}:
        time.sleep(600)
    channel: ChildChannel[ToWorker] = ChildChannel(descriptor, ToWorker)
    try:
        answer(channel)
    except ChannelError:
        sys.exit(7)


def answer(channel: ChildChannel[ToWorker]) -> None:
    """Until told to shut down."""
    while (got := channel.receive(timeout=60)) is not None:
        message, payload = got
        if isinstance(message, Shutdown):
            return
        if isinstance(message, AttachStack):
            taken = channel.take_descriptor()
            content = os.pread(taken, 1000, 0)
            os.close(taken)
            channel.send(Fault(code="read", message=f"stack {message.stack}"), content)
        elif isinstance(message, DetachAll):
            threads = [threading.Thread(target=send_many, args=(channel, n)) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        elif isinstance(message, Capture):
            channel.send(Fault(code="environment", message=os.environ.get("FARVIEW_TEST", "")))
            channel.send(Fault(code="descriptors", message=" ".join(sorted(os.listdir("/proc/self/fd")))))
        else:
            channel.send(Fault(code="echo", message=type(message).__name__), payload)


def send_many(channel: ChildChannel[ToWorker], number: int) -> None:
    """Large messages from several threads at once."""
    for _ in range(10):
        channel.send(Sign(busy_ms=number, next_ms=200, memory_bytes=0), bytes([number]) * 100_000)


if __name__ == "__main__":
    main()
