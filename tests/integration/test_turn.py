"""TURN by a real coturn with the configuration that Farview ships: who gets a relay, and where it leads."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.thin_link import Link
from signaling.config import IceSettings
from signaling.protocol.records import IceServer
from signaling.services.ice_servers import IceServers
from tests.integration.link_end import PORT as ECHO_PORT
from tests.running.turn_server import ADDRESS, PORT, SECRET, TLS_PORT, TurnServer, turn_server

END = Path(__file__).with_name("link_end.py")
CLIENT = Path(__file__).with_name("turn_client.py")
INNER = "10.77.0.4"
"""A machine inwards of the TURN server that is no render host."""
WAYS = ("udp", "tcp", "tls")
FORBIDDEN, UNAUTHORIZED = 403, 401


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    """Peers that echo listen on every address of the server's end."""
    with Link(rtt_ms=20) as made:
        made.add_server(INNER)
        echo = made.start_server([sys.executable, str(END), "echo"], stdout=subprocess.PIPE, text=True)
        assert echo.stdout is not None
        assert echo.stdout.readline() == "ready\n"
        yield made


@pytest.fixture(scope="module")
def turn(link: Link, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnServer]:
    with turn_server(link, tmp_path_factory.mktemp("turn"), [link.server_ip]) as server:
        yield server


def credentials(turn: TurnServer, seconds: float = 600.0, secret: str = SECRET) -> IceServer:
    """What a page would be told."""
    settings = IceSettings(turn=(turn.urls["udp"],), secret=secret, turn_seconds=seconds)
    (server,) = IceServers(settings).for_page()
    return server


def ask(
    link: Link, turn: TurnServer, way: str, credential: IceServer, *peers: str, pause: float = 0.0
) -> dict[str, Any]:
    """What came of asking for a relay, and of reaching peers by it."""
    asked = {
        "way": way, "server": ADDRESS, "port": TLS_PORT if way == "tls" else PORT, "authority": str(turn.authority),
        "username": credential.username, "password": credential.credential, "peers": peers, "peer_port": ECHO_PORT,
        "pause": pause,
    }  # fmt: skip
    command = [sys.executable, str(CLIENT), json.dumps(asked)]
    done = link.run_client(command, capture_output=True, text=True, timeout=40, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("way", WAYS)
def test_a_relay_leads_to_the_render_host(link: Link, turn: TurnServer, way: str) -> None:
    assert ask(link, turn, way, credentials(turn), link.server_ip) == {
        "relay": ADDRESS,
        link.server_ip: "echo",
    }


@pytest.mark.parametrize("way", WAYS)
def test_it_leads_nowhere_else(link: Link, turn: TurnServer, way: str) -> None:
    others = (INNER, ADDRESS, "127.0.0.1", link.client_ip, "192.168.1.1", "198.51.100.7", "224.0.0.1")
    found = ask(link, turn, way, credentials(turn), *others)
    assert {peer: found[peer] for peer in others} == dict.fromkeys(others, FORBIDDEN)


def test_the_inner_machine_would_answer(link: Link) -> None:
    """So that what is refused above is refused by the TURN server."""
    fetch = [sys.executable, str(END), "fetch", INNER, "10"]
    done = link.run_client(fetch, capture_output=True, text=True, timeout=20)
    assert json.loads(done.stdout)["bytes"] == 10


def test_expired_and_forged_credentials_get_no_relay(link: Link, turn: TurnServer) -> None:
    expired = credentials(turn, seconds=-5)
    assert ask(link, turn, "udp", expired) == {"relay": UNAUTHORIZED}
    assert ask(link, turn, "tcp", credentials(turn, secret="another secret of some length")) == {
        "relay": UNAUTHORIZED
    }
    longer = IceServer(
        urls=expired.urls, username=f"{int(time.time()) + 600}:0", credential=expired.credential
    )
    assert ask(link, turn, "udp", longer) == {"relay": UNAUTHORIZED}


def test_a_relay_outlives_the_credentials_that_it_was_asked_for_with(link: Link, turn: TurnServer) -> None:
    short = credentials(turn, seconds=2)
    found = ask(link, turn, "udp", short, link.server_ip, pause=4)
    assert found == {"relay": ADDRESS, link.server_ip: "echo"}
    assert ask(link, turn, "udp", short) == {"relay": UNAUTHORIZED}


def test_the_secret_is_in_no_log(link: Link, turn: TurnServer) -> None:
    ask(link, turn, "udp", credentials(turn), link.server_ip)
    assert turn.log
    assert SECRET not in turn.log
