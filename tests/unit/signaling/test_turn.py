"""TURN servers: which options go together, what pages and hosts are told, and that the secret stays where it is."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

import pytest

from signaling.auth.turn_credentials import turn_credential
from signaling.cli.arguments import parser
from signaling.cli.ice_options import ice_settings
from signaling.config import IceSettings
from signaling.errors import CannotStart
from signaling.services.ice_servers import IceServers

SECRET = "a-secret-of-the-turn-servers"
UDP, TCP = "turn:turn.example:3478?transport=udp", "turn:turn.example:3478?transport=tcp"
TLS = "turns:turn.example:5349"
NOW = 1_700_000_000.9


def settings(*arguments: str) -> IceSettings:
    return ice_settings(parser().parse_args(["signaling", *arguments]))


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "turn-secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    return path


def test_a_credential_is_what_the_turn_server_reckons_from_its_name() -> None:
    credential = turn_credential(SECRET, NOW)
    expires, nonce = credential.username.split(":")
    assert int(expires) == int(NOW)
    wanted = hmac.new(SECRET.encode(), credential.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(credential.password) == wanted
    assert turn_credential(SECRET, NOW).username != credential.username, "each seat has its own"
    assert len(nonce) >= 16


def test_without_options_nobody_is_asked_for_the_way() -> None:
    servers = IceServers(settings())
    assert servers.for_page() == servers.for_host() == ()
    assert not servers.relay_only


def test_pages_are_told_all_servers_and_hosts_none_of_the_relays(secret_file: Path) -> None:
    given = settings(
        "--turn", UDP, "--turn", TCP, "--turn", TLS, "--turn-secret-file", str(secret_file),
        "--stun", "stun:stun.example:3478", "--stun", "stun:[2001:db8::1]:3478", "--ice-policy", "relay",
    )  # fmt: skip
    servers = IceServers(given, lambda: NOW)
    assert servers.relay_only
    stun, turn = servers.for_page()
    assert (stun.urls, stun.credential) == (("stun:stun.example:3478", "stun:[2001:db8::1]:3478"), "")
    assert turn.urls == (UDP, TCP, TLS)
    assert int(turn.username.split(":")[0]) == int(NOW + given.turn_seconds)
    assert servers.for_page()[1].credential != turn.credential
    assert [server.urls for server in servers.for_host()] == [("stun:stun.example:3478",)]


def test_a_host_is_told_the_one_server_that_it_is_to_use(secret_file: Path) -> None:
    given = settings("--host-turn", TCP, "--turn", UDP, "--turn-secret-file", str(secret_file))
    (server,) = IceServers(given).for_host()
    assert server.urls == (TCP,)
    assert server.credential


def test_the_secret_is_not_in_what_is_logged(secret_file: Path) -> None:
    given = settings("--turn", UDP, "--turn-secret-file", str(secret_file))
    assert given.secret == SECRET
    assert SECRET not in repr(given)
    (told,) = IceServers(given).for_page()
    assert SECRET not in repr(told)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--ice-policy", "relay"], "--turn"),
        (["--turn", UDP], "--turn-secret-file"),
        (["--host-turn", UDP], "--turn-secret-file"),
        (["--turn-secret-file", "absent"], "--turn"),
        (["--turn", UDP, "--turn-secret-file", "/no/such/file"], "can't be read: No such file"),
    ],
)
def test_what_does_not_go_together_is_said(arguments: list[str], words: str) -> None:
    with pytest.raises(CannotStart, match=words):
        settings(*arguments)


@pytest.mark.parametrize("text", ["", "short", "two secrets that are long enough"])
def test_a_secret_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret"
    path.write_text(text)
    with pytest.raises(CannotStart, match="openssl rand"):
        settings("--turn", UDP, "--turn-secret-file", str(path))


def test_a_secret_that_everybody_may_read_is_said(
    secret_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret_file.chmod(0o644)
    settings("--turn", UDP, "--turn-secret-file", str(secret_file))
    told = capsys.readouterr().err
    assert "chmod o-r" in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "url",
    [
        "turn.example",
        "http://turn.example",
        "stun:turn.example",
        "turn:turn.example?transport=sctp",
        "turn:a b",
        "turn:",
    ],
)
def test_what_is_no_turn_server_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", "--turn", url])
    assert "is no TURN server" in capsys.readouterr().err
