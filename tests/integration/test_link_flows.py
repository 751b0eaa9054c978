"""Two flows on one thin link: a download under CUBIC, and what the link remembers of packets."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.thin_link import Link
from scripts.thin_link.download import CONTROL
from scripts.thin_link.passed import TCP, bytes_by_port

ROOT = Path(__file__).resolve().parents[2]
PORT = 9_999
DOWNLOAD = [sys.executable, "-m", "scripts.thin_link.download"]


@pytest.mark.root
def test_a_download_fills_the_line_and_its_packets_are_remembered() -> None:
    with Link(down_kbit=4_000, up_kbit=1_000, rtt_ms=20) as link:
        server = link.start_server([*DOWNLOAD, "serve", str(PORT)], cwd=ROOT, stdout=subprocess.PIPE)
        assert server.stdout is not None
        assert server.stdout.readline() == b"listening\n"
        link.watch()
        fetched = link.run_client(
            [*DOWNLOAD, "fetch", link.server_ip, str(PORT), "1.5"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            timeout=30,
        )
        packets = link.watched()
        assert link.watched() == []
    shares = bytes_by_port(packets, TCP)
    assert len(shares) == 1
    # Headers come on top of what was read, and what was under way at the end was not read.
    (passed,) = shares.values()
    assert 0.5 < int(fetched.stdout) / passed < 1.0
    seconds = packets[-1].time - packets[0].time
    assert passed * 8 / 1000 / seconds > 0.6 * 4_000


def test_the_kernel_has_the_congestion_control_that_is_asked_for() -> None:
    with socket.socket() as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, CONTROL)
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0") == CONTROL
