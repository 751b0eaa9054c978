"""Sockets that say nothing, half a request, or nothing more: a server with few files to open goes on answering others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from signaling.api.front_door import room_of
from tests.running.farview_process import FarviewProcess, free_port

FILES = 160
HELD = 500
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FarviewProcess]:
    """A server that may open few files."""
    process = FarviewProcess(
        [],
        tmp_path,
        free_port(),
        (),
        "signaling",
        lambda words: ["prlimit", f"--nofile={FILES}:{FILES}", *words],
    )
    try:
        assert process.url
        yield process
    finally:
        process.stop()


def connected(port: int, source: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 10, (source, 0))


def is_healthy(port: int, source: str) -> bool:
    """Whether /healthz answers to that address."""
    with connected(port, source) as end:
        end.sendall(WHOLE)
        return end.recv(4096).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("says", [b"", b"GET / HTTP/1.1\r\nHost: loc"], ids=["silent", "half-a-header"])
def test_who_says_nothing_shuts_out_nobody(server: FarviewProcess, says: bytes) -> None:
    with ExitStack() as held:
        for number in range(HELD):
            end = held.enter_context(connected(server.port, "127.0.0.1"))
            if says:
                end.sendall(says)
            if number % 100 == 99:
                assert is_healthy(server.port, "127.0.0.1"), "behind the same address"
                assert is_healthy(server.port, "127.0.0.2")
        for _ in range(5):
            assert is_healthy(server.port, "127.0.0.1")
            assert is_healthy(server.port, "127.0.0.2")
    assert server.log.count("connections limited") == 1, "one line, not one for each"
    assert "Too many open files" not in server.log


def test_who_holds_idle_connections_shuts_out_nobody_else(server: FarviewProcess) -> None:
    with ExitStack() as held:
        for _ in range(HELD):
            end = held.enter_context(connected(server.port, "127.0.0.1"))
            try:
                end.sendall(WHOLE)
                end.recv(4096)
            except ConnectionError:
                continue  # over the limit of one address, and cut
        for _ in range(5):
            assert is_healthy(server.port, "127.0.0.2")
    assert server.log.count("connections limited") == 1
    assert "Too many open files" not in server.log


@pytest.mark.parametrize("files", [16, 100, 256, 1024, 4096, 1_048_576])
def test_room_leaves_files_for_the_rest_and_places_for_others(files: int) -> None:
    room = room_of(files)
    assert room.silent_of_one < room.of_one <= room.total // 2 + 1
    assert room.total <= max(8, files - min(256, files // 2))
