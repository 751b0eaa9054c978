"""A download beside a reader: `python -m scripts.thin_link.download serve PORT`, and `… fetch HOST PORT SECONDS` at the client.

The server sends as fast as TCP lets it, under CUBIC (RFC 9438) whatever the system's default is; `fetch` reads for that long.
"""

from __future__ import annotations

import socket
import sys
import time

CONTROL = b"cubic"
_BLOCK = b"\0" * 65_536


def serve(port: int) -> None:
    """Sends to whoever connects, one after the other, until killed. Prints a line when it listens.

    Raises:
        OSError: the kernel has no CUBIC.
    """
    with socket.create_server(("", port)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, CONTROL)
        print("listening", flush=True)
        while True:
            connection, _address = listener.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, CONTROL)
                _send(connection)


def _send(connection: socket.socket) -> None:
    while True:
        try:
            connection.sendall(_BLOCK)
        except (BrokenPipeError, ConnectionResetError):
            return


def fetch(host: str, port: int, seconds: float) -> int:
    """Reads for `seconds`; how many bytes came."""
    end = time.monotonic() + seconds
    total = 0
    with socket.create_connection((host, port), timeout=10) as connection:
        while (left := end - time.monotonic()) > 0:
            connection.settimeout(left)
            try:
                data = connection.recv(65_536)
            except TimeoutError:
                break
            if not data:
                break
            total += len(data)
    return total


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        print(fetch(sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
