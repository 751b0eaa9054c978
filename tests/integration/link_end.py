"""What runs at the ends of a thin link in its tests.

`link_end.py echo` at the server's; `link_end.py ping ADDRESS COUNT` and `link_end.py fetch ADDRESS BYTES` at the client's.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time

PORT = 9000
BLOCK = bytes(65536)


def echo() -> None:
    """UDP packets come back; a TCP connection is sent as many bytes as its first line says."""
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("", PORT))
    streams = socket.create_server(("", PORT))
    threading.Thread(target=send_streams, args=(streams,), daemon=True).start()
    print("ready", flush=True)
    while True:
        data, sender = datagrams.recvfrom(2048)
        datagrams.sendto(data, sender)


def send_streams(streams: socket.socket) -> None:
    """Serve one connection after the other."""
    while True:
        connection, _ = streams.accept()
        with connection:
            left = int(connection.makefile().readline())
            while left:
                left -= connection.send(BLOCK[:left])


def ping(address: str, count: int) -> dict[str, object]:
    """Round trips of small UDP packets, in ms, one after the other; one that does not come back is None."""
    times: list[float | None] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.settimeout(1)
        datagrams.connect((address, PORT))
        for number in range(count):
            started = time.monotonic()
            datagrams.send(number.to_bytes(4, "big"))
            try:
                while int.from_bytes(datagrams.recv(2048), "big") != number:
                    pass
                times.append((time.monotonic() - started) * 1000)
            except TimeoutError:
                times.append(None)
    return {"round_trips": times}


def fetch(address: str, size: int) -> dict[str, object]:
    """A TCP connection and `size` bytes over it: ms to connect, and kbit/s of the body."""
    started = time.monotonic()
    with socket.create_connection((address, PORT), timeout=20) as connection:
        connected = time.monotonic()
        connection.sendall(f"{size}\n".encode())
        first = connection.recv(65536)
        began = time.monotonic()
        got = len(first)
        while data := connection.recv(65536):
            got += len(data)
        seconds = time.monotonic() - began
    return {
        "connect": (connected - started) * 1000,
        "bytes": got,
        "kbit": (got - len(first)) * 8 / 1000 / seconds,
    }


if __name__ == "__main__":
    if sys.argv[1] == "echo":
        echo()
    elif sys.argv[1] == "ping":
        print(json.dumps(ping(sys.argv[2], int(sys.argv[3]))))
    else:
        print(json.dumps(fetch(sys.argv[2], int(sys.argv[3]))))
