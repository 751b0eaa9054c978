"""Sockets that say nothing, half a request, or nothing more: a server with few files to open goes on answering others."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from signaling.api.front_door import room_of
from tests.running.farview_process import FarviewProcess

FILES = 160
HELD = 500
IDLE = 120
"""More than such a server has room for: half of its files."""
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(params=["http", "https"])
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FarviewProcess]:
    """A server that may open few files; over HTTPS those that say nothing are in their TLS handshake."""
    process = FarviewProcess(
        [],
        tmp_path,
        0,
        ("--bind", "0.0.0.0") if request.param == "https" else (),
        "signaling",
        lambda words: ["prlimit", f"--nofile={FILES}:{FILES}", *words],
    )
    try:
        assert process.url
        yield process
    finally:
        process.stop()


def connected(server: FarviewProcess, source: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), 10, (source, 0))


def spoken(server: FarviewProcess, source: str) -> socket.socket:
    """A connection that has asked once, and is kept."""
    end = connected(server, source)
    try:
        if server.base.startswith("https"):
            trust = ssl.create_default_context()
            trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
            end = trust.wrap_socket(end)
        end.sendall(WHOLE)
        assert end.recv(4096).startswith(b"HTTP/1.1 200")
    except BaseException:
        end.close()
        raise
    return end


def answers(server: FarviewProcess, source: str) -> None:
    """It answers to that address."""
    spoken(server, source).close()


@pytest.mark.parametrize("half", [False, True], ids=["silent", "half-a-request"])
def test_who_says_nothing_shuts_out_nobody(server: FarviewProcess, half: bool) -> None:
    begun = b"\x16\x03\x01\x02\x00\x01" if server.base.startswith("https") else b"GET / HTTP/1.1\r\nHost: loc"
    with ExitStack() as held:
        for number in range(HELD):
            end = held.enter_context(connected(server, "127.0.0.1"))
            if half:
                end.sendall(begun)
            if number % 100 == 99:
                answers(server, "127.0.0.1")  # behind the same address, too
                answers(server, "127.0.0.2")
        for _ in range(5):
            answers(server, "127.0.0.1")
            answers(server, "127.0.0.2")
    assert server.log.count("connections limited") == 1, "one line, not one for each"
    assert "Too many open files" not in server.log


def test_who_holds_idle_connections_shuts_out_nobody(server: FarviewProcess) -> None:
    with ExitStack() as held:
        for _ in range(IDLE):
            held.enter_context(spoken(server, "127.0.0.1"))
        for _ in range(5):
            answers(server, "127.0.0.2")
            answers(server, "127.0.0.1")
    assert server.log.count("connections limited") == 1
    assert "Too many open files" not in server.log


def test_idle_connections_of_many_addresses_shut_out_nobody(server: FarviewProcess) -> None:
    with ExitStack() as held:
        for number in range(IDLE):
            held.enter_context(spoken(server, f"127.0.1.{number % 25}"))
        for number in range(5):
            answers(server, f"127.0.2.{number}")
    assert server.log.count("connections limited") == 1
    assert "Too many open files" not in server.log


@pytest.mark.parametrize("files", [16, 100, 256, 1024, 4096, 1_048_576])
def test_room_leaves_files_for_the_rest_and_places_for_others(files: int) -> None:
    room = room_of(files)
    assert room.silent_of_one < room.of_one <= room.total // 2 + 1
    assert room.total <= max(8, files - min(256, files // 2))
