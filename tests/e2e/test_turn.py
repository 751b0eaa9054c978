"""A reader whose network lets nothing through but what goes to a TURN server: a real coturn, as docs/turnserver.conf has it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from scripts.thin_link import Link
from tests.e2e.conftest import CHROMIUM, QUIET, Readers
from tests.e2e.own_farview import own_signed_in
from tests.e2e.studies import NETWORK
from tests.running.farview_process import FarviewProcess, running
from tests.running.turn_server import ADDRESS, SECRET, TurnServer, turn_server

# Lets the page use only those of the servers it is told that are reached in one way, and keeps its connections for the test.
ONE_WAY = """(() => {
  const fits = { udp: /transport=udp/, tcp: /^turn:.*transport=tcp/, tls: /^turns:/ };
  const Peer = window.RTCPeerConnection;
  window.told = [];
  window.peers = [];
  window.RTCPeerConnection = class extends Peer {
    constructor(options) {
      const { iceServers = [] } = options ?? {};
      window.told.push(options);
      const some = (urls) => [urls].flat().filter((url) => fits[WAY].test(url));
      const servers = iceServers.map((server) => ({ ...server, urls: some(server.urls) }));
      super({ ...options, iceServers: servers.filter(({ urls }) => urls.length > 0) });
      window.peers.push(this);
    }
  };
})();"""
PAIR = """async () => {
  const stats = await window.peers.at(-1).getStats();
  const transport = [...stats.values()].find(({ type }) => type === 'transport');
  const pair = stats.get(transport.selectedCandidatePairId);
  const { candidateType, relayProtocol, address } = stats.get(pair.localCandidateId);
  return { candidateType, relayProtocol, relay: address, host: stats.get(pair.remoteCandidateId).address };
}"""


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    with Link(rtt_ms=20) as made:
        yield made


@pytest.fixture(scope="module")
def turn(link: Link, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnServer]:
    with turn_server(link, tmp_path_factory.mktemp("turn"), [link.server_ip]) as server:
        yield server


@pytest.fixture(scope="module")
def farview(
    data: Path, link: Link, turn: TurnServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FarviewProcess]:
    options = ("--bind", link.server_ip, "--insecure", "--ice-policy", "relay", "--log-level", "debug")
    with running(
        [data / NETWORK.name],
        tmp_path_factory.mktemp("relayed"),
        *options,
        *turn.options("udp", "tcp", "tls"),
        wrap=lambda words: link.command("server", words),
    ) as process:
        assert process.url
        yield process


@pytest.fixture(scope="module")
def browser(browser: Browser, link: Link, farview: FarviewProcess) -> Iterator[Browser]:
    """Chromium at the other end. It is told not to mind who signed the certificate of the TURN server."""
    origin = farview.base
    launched = browser.browser_type.launch(
        executable_path=str(link.wrapper("client", CHROMIUM)),
        args=[
            *QUIET,
            f"--unsafely-treat-insecure-origin-as-secure={origin}",
            "--ignore-certificate-errors",
        ],
    )
    yield launched
    launched.close()


signed_in = own_signed_in


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
def test_the_picture_comes_through_the_relay_alone(
    readers: Readers, link: Link, farview: FarviewProcess, turn: TurnServer, way: str
) -> None:
    link.set(udp=way == "udp")
    reader = readers(script=ONE_WAY.replace("WAY", repr(way)))
    reader.open(NETWORK)
    image = reader.record()["image"]
    reader.wheel(2)
    reader.image(image + 2)
    assert reader.see(PAIR) == {
        "candidateType": "relay",
        "relayProtocol": way,
        "relay": ADDRESS,
        "host": link.server_ip,
    }
    (options,) = reader.see("() => window.told")
    assert options["iceTransportPolicy"] == "relay"
    (server,) = options["iceServers"]
    assert server["urls"] == list(turn.urls.values())
    assert SECRET not in str(options)
    assert SECRET not in farview.log
    assert server["credential"] not in farview.log


def test_a_host_that_is_told_to_offers_a_relay_of_its_own(
    browser: Browser, data: Path, link: Link, turn: TurnServer, tmp_path: Path
) -> None:
    link.set(udp=True)
    options = ("--bind", link.server_ip, "--insecure", "--host-turn", turn.urls["tcp"])
    offers: list[dict[str, Any]] = []
    with running(
        [data / NETWORK.name],
        tmp_path,
        *options,
        *turn.options("udp"),
        wrap=lambda words: link.command("server", words),
    ) as process:
        page = browser.new_page()
        page.on(
            "websocket",
            lambda socket: socket.on("framereceived", lambda text: offers.append(json.loads(text))),
        )
        page.goto(process.url)
        page.wait_for_selector("[data-session=live]", state="attached")
        page.close()
    (offer,) = [message for message in offers if message["type"] == "seat.offer"]
    candidates = [line for line in offer["sdp"].splitlines() if line.startswith("a=candidate:")]
    assert any(f" {ADDRESS} " in line and " typ relay" in line for line in candidates)
    assert any(f" {link.server_ip} " in line and " typ host" in line for line in candidates)
    assert not offer["relay_only"]
