"""Wrong tokens are counted by the reader's own address: behind a proxy that was named by what it says, else by the peer's."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from signaling.domain.addresses import counted_as
from signaling.domain.audit import Deed
from tests.fakes.signaling_peers import Server, running_server

LOOPBACK = (ipaddress.ip_network("127.0.0.1"),)
FOR = "X-Forwarded-For"


async def audited(server: Server) -> list[str]:
    entries = await server.services.audit.newest("default", 50)
    return sorted(entry.host for entry in entries if entry.deed is Deed.SIGN_IN_REFUSED)


@pytest.mark.parametrize(
    ("named", "tries", "counted"),
    [
        (True, ["203.0.113.9"] * 5, {"203.0.113.9": "127.0.0.1"}),
        (
            True,
            ["203.0.113.9", "203.0.113.10", "203.0.113.9"],
            {"203.0.113.9": "127.0.0.1", "203.0.113.10": "127.0.0.1"},
        ),
        # What a browser made up stands before what the proxy added.
        (True, ["1.1.1.1, 203.0.113.9", "1.1.1.2, 203.0.113.9"], {"203.0.113.9": "127.0.0.1"}),
        (True, ["2001:db8:1::9", "2001:db8:1::a:b"], {"2001:db8:1::/64": "127.0.0.1"}),
        (True, ["::ffff:203.0.113.9", "203.0.113.9"], {"203.0.113.9": "127.0.0.1"}),
        # A proxy that does not say for whom it asks.
        (True, ["", ""], {"127.0.0.1": ""}),
        (False, ["203.0.113.9", "203.0.113.10"], {"127.0.0.1": ""}),
    ],
)
async def test_by_whom_they_are_counted(
    tmp_path: Path, named: bool, tries: list[str], counted: dict[str, str]
) -> None:
    with capture_logs() as logged:
        async with running_server(tmp_path, trusted_proxies=LOOPBACK if named else ()) as server:
            for said in tries:
                headers = {FOR: said} if said else {}
                assert (await server.show_token("wrong", headers=headers))[0] == 401
            assert await audited(server) == sorted(counted), "one entry a minute for each"
    lines = [line for line in logged if line["event"] == "wrong sign-in token"]
    assert {line["address"]: line["proxy"] for line in lines} == counted
    assert len(lines) == len(counted), "and one line"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::1"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_as_what_an_address_is_counted(address: str, counted: str) -> None:
    assert counted_as(address) == counted
