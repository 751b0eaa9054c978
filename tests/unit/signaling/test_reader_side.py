"""Whose scheme, host and address a request has: only proxies that were named are believed, and only what they say themselves."""

from __future__ import annotations

import argparse
import ipaddress
from typing import Any, cast
from unittest.mock import Mock

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from signaling.api.reader_side import ReaderSide, direct, reader_of
from signaling.api.said_seldom import SaidSeldom
from signaling.cli.arguments import parser
from signaling.config import ServerConfig
from signaling.errors import Refused

PROXY = "10.0.0.5"
FOR, PROTO, HOST = "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"
TRUSTED = tuple(
    ipaddress.ip_network(each) for each in ("10.0.0.5", "10.1.0.0/16", "2001:db8::/64", "127.0.0.1")
)


def side(peer: str, headers: list[tuple[str, str]], *, trusted: bool = True) -> ReaderSide:
    """The reader's side of a request that `peer` made to 127.0.0.1:8104 over plain HTTP, unless a header says otherwise."""
    transport = Mock()
    ends = {"peername": (peer, 40_000), "sockname": ("127.0.0.1", 8104)}
    transport.get_extra_info.side_effect = lambda name, default=None: ends.get(name, default)
    named = headers if any(name == "Host" for name, _ in headers) else [("Host", "127.0.0.1:8104"), *headers]
    from multidict import CIMultiDict

    request = make_mocked_request("GET", "/", headers=cast(Any, CIMultiDict(named)), transport=transport)
    config = cast(ServerConfig, Mock(trusted_proxies=TRUSTED if trusted else ()))
    return reader_of(request, config)


@pytest.mark.parametrize(
    ("peer", "headers", "scheme", "host", "address"),
    [
        (PROXY, [], "http", "127.0.0.1:8104", PROXY),
        (PROXY, [(PROTO, "https"), (HOST, "r.example"), (FOR, "203.0.113.9")], "https", "r.example", "203.0.113.9"),
        (PROXY, [(PROTO, "https")], "https", "127.0.0.1:8104", PROXY),
        (PROXY, [(PROTO, "wss"), (HOST, "r.example:8443")], "https", "r.example:8443", PROXY),
        # What the browser put before it is not believed.
        (PROXY, [(PROTO, "http, https"), (HOST, "evil, r.example")], "https", "r.example", PROXY),
        (PROXY, [(FOR, "127.0.0.1, 203.0.113.9")], "http", "127.0.0.1:8104", "203.0.113.9"),
        (PROXY, [(FOR, "nonsense, 203.0.113.9")], "http", "127.0.0.1:8104", "203.0.113.9"),
        (PROXY, [(FOR, "127.0.0.1"), (FOR, "203.0.113.9")], "http", "127.0.0.1:8104", "203.0.113.9"),
        # Through several of ours, to the first that is not.
        (PROXY, [(FOR, "1.1.1.1, 203.0.113.9, 10.1.2.3, 10.1.2.4")], "http", "127.0.0.1:8104", "203.0.113.9"),
        (PROXY, [(FOR, "10.1.2.3, 10.1.2.4")], "http", "127.0.0.1:8104", "10.1.2.3"),
        ("2001:db8::7", [(FOR, "2001:db8:1::9"), (HOST, "[2001:db8::1]:8443")], "http", "[2001:db8::1]:8443", "2001:db8:1::9"),
        ("::ffff:10.0.0.5", [(FOR, "[2001:db8:1::9]:4711")], "http", "127.0.0.1:8104", "2001:db8:1::9"),
        (PROXY, [(FOR, "203.0.113.9:4711")], "http", "127.0.0.1:8104", "203.0.113.9"),
        # Nobody else is believed.
        ("10.0.0.6", [(PROTO, "https"), (HOST, "evil.example"), (FOR, "127.0.0.1")], "http", "127.0.0.1:8104", "10.0.0.6"),
        ("203.0.113.9", [(PROTO, "nonsense"), (FOR, "nonsense")], "http", "127.0.0.1:8104", "203.0.113.9"),
    ],
)  # fmt: skip
def test_what_is_believed_of_whom(
    peer: str, headers: list[tuple[str, str]], scheme: str, host: str, address: str
) -> None:
    found = side(peer, headers)
    assert (found.scheme, found.host, found.address) == (scheme, host, address)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (PROTO, "ftp"),
        (PROTO, ""),
        (PROTO, "https,"),
        (HOST, "r.example/path"),
        (HOST, "user@r.example"),
        (HOST, "r.example:port"),
        (HOST, "a b"),
        (HOST, ""),
        (HOST, "[::1"),
        (FOR, "unknown"),
        (FOR, ""),
        (FOR, "203.0.113.9, _hidden"),
        (FOR, "203.0.113.999"),
    ],
)
def test_what_a_trusted_proxy_says_and_nobody_can_read_is_refused(header: str, value: str) -> None:
    with pytest.raises(Refused, match=rf"sent {header} with something else.*put right"):
        side(PROXY, [(header, value)])


@pytest.mark.parametrize(
    ("peer", "headers", "trusted", "local"),
    [
        ("127.0.0.1", [], False, True),
        ("127.8.8.8", [("Host", "localhost:8104")], False, True),
        ("::1", [("Host", "[::1]:8104")], False, True),
        ("10.0.0.1", [], False, False),
        ("fe80::1%eth0", [], False, False),
        # A proxy on this machine that nobody named: what it passes on is not this machine's.
        ("127.0.0.1", [("Host", "r.example")], False, False),
        ("127.0.0.1", [("Host", "localhost:8443")], False, False),
        ("127.0.0.1", [("Host", "localhost")], False, False),
        ("127.0.0.1", [("Host", "localhost:port")], False, False),
        ("127.0.0.1", [(FOR, "127.0.0.1")], False, False),
        ("127.0.0.1", [("Via", "1.1 proxy")], False, False),
        ("127.0.0.1", [("Forwarded", "for=127.0.0.1")], False, False),
        # One that was named, and says for whom.
        ("127.0.0.1", [(FOR, "127.0.0.1")], True, True),
        ("127.0.0.1", [(FOR, "203.0.113.9")], True, False),
        ("127.0.0.1", [(FOR, "127.0.0.1, 203.0.113.9")], True, False),
        ("127.0.0.1", [(FOR, "127.0.0.1"), (HOST, "r.example")], True, False),
        ("127.0.0.1", [], True, False),
        (PROXY, [], True, False),
    ],
)
def test_who_is_on_this_machine(
    peer: str, headers: list[tuple[str, str]], trusted: bool, local: bool
) -> None:
    assert side(peer, headers, trusted=trusted).is_local is local


@given(
    st.lists(
        st.tuples(st.sampled_from([FOR, PROTO, HOST]), st.text(st.characters(codec="latin-1"), max_size=40))
    )
)
def test_whatever_a_stranger_sends_it_is_the_stranger_who_is_seen(headers: list[tuple[str, str]]) -> None:
    found = side("203.0.113.9", headers)
    assert (found.scheme, found.host, found.address) == ("http", "127.0.0.1:8104", "203.0.113.9")
    assert not found.is_local


def test_a_connection_without_an_address_is_nobodys() -> None:
    transport = Mock()
    transport.get_extra_info.return_value = None
    request = make_mocked_request("GET", "/", headers={"Host": "127.0.0.1"}, transport=transport)
    assert not direct(request).is_local


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--trusted-proxy", "proxy.example"], "no address or network"),
        (["--trusted-proxy", "0.0.0.0/0"], "everybody"),
        (["--trusted-proxy", "::/0"], "everybody"),
        (["--base-path", "farview"], "no path below a host"),
        (["--base-path", "/a//b"], "no path below a host"),
        (["--base-path", "/.."], "no path below a host"),
        (["--base-path", "/a b"], "no path below a host"),
        (["--base-path", "/{x}"], "no path below a host"),
    ],
)
def test_options_that_can_not_be_meant_are_refused_in_words(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", *arguments])
    assert words in capsys.readouterr().err


def test_options_of_a_proxy() -> None:
    words = [
        "signaling",
        "--trusted-proxy",
        "10.0.0.5/8",
        "--trusted-proxy",
        "::1",
        "--base-path",
        "/x/farview/",
    ]
    options: argparse.Namespace = parser().parse_args(words)
    assert [str(network) for network in options.trusted_proxy] == ["10.0.0.0/8", "::1/128"]
    assert options.base_path == "/x/farview"
    assert parser().parse_args(["serve", "--base-path", "/"]).base_path == ""


def test_what_repeats_is_said_once_a_minute_with_how_often() -> None:
    now = [0.0]
    seldom = SaidSeldom(lambda: now[0])
    assert [seldom.again("a") for _ in range(5)] == [0, None, None, None, None]
    assert seldom.again("b") == 0
    now[0] = 61.0
    assert [seldom.again("a"), seldom.again("a")] == [4, None]
    for number in range(1000):
        now[0] += 61.0
        seldom.again(str(number))
    assert seldom.again("a") == 0, "forgotten, and not kept for ever"


def test_ever_new_subjects_fill_no_log_either() -> None:
    now = [0.0]
    seldom = SaidSeldom(lambda: now[0])
    said = [seldom.again(f"http://{number}.example") for number in range(150)]
    assert sum(kept is not None for kept in said) == 20
    now[0] = 30.0
    assert seldom.again("http://late.example") is None
    now[0] = 61.0
    assert seldom.again("http://later.example") == 131, "all that were kept back are counted"
    assert seldom.again("http://last.example") == 0
