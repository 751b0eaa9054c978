"""How the reader's side of a request looks: scheme, host and address, also where proxies stand between.

Everything that needs one of them asks here: origins, the policy of our pages, cookies, what only this machine is given,
limits for an address. A proxy is believed only where it was named (--trusted-proxy), and only what it says itself: of a list
the last value, which that proxy added, never what a browser may have put before it.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from signaling.config import LOOPBACK_NAMES, ProxyNetwork, ServerConfig
from signaling.errors import Refused
from signaling.protocol import errors

_FOR, _PROTO, _HOST = "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"
_FORWARDED = (_FOR, _PROTO, _HOST, "Forwarded", "Via", "X-Real-IP")
_SCHEMES = {
    "http": "http",
    "https": "https",
    "ws": "http",
    "wss": "https",
}  # some proxies name the WebSocket's
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
_IPV4_WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")
_IN_BRACKETS = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MOST_HOPS = 32

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class ReaderSide:
    """`scheme` is http or https, `host` the Host as the reader's browser has it, `address` an IP address, empty where unknown.

    `is_local`: whoever asks is on this machine, as far as that can be told; where a proxy may have passed it on, it is not.
    """

    scheme: str
    host: str
    address: str
    is_local: bool

    @property
    def origin(self) -> str:
        """What our own pages name as their origin (RFC 6454)."""
        return f"{self.scheme}://{self.host}"

    @property
    def socket_source(self) -> str:
        """Our WebSockets as a source of a Content-Security-Policy; empty where CSP 3 has no form for the host (IPv6)."""
        if "[" in self.host or not _AUTHORITY.fullmatch(self.host):
            return ""
        return f"{'wss' if self.scheme == 'https' else 'ws'}://{self.host}"


def host_name(host: str) -> str:
    """The name in a Host header, without its port and brackets, lower case; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def reader_of(request: web.BaseRequest, config: ServerConfig) -> ReaderSide:
    """The reader's side of the request.

    Raises:
        Refused: a proxy that we trust says what can't be read.
    """
    return _judged(request, config.trusted_proxies)


def direct(request: web.BaseRequest) -> ReaderSide:
    """The other end of the connection itself, whoever stands behind it."""
    peer = _peer(request)
    plain = not any(name in request.headers for name in _FORWARDED)
    is_local = peer is not None and peer.is_loopback and plain and _names_us(request)
    return ReaderSide(request.scheme, request.host, str(peer) if peer else "", is_local)


def _judged(request: web.BaseRequest, trusted: tuple[ProxyNetwork, ...]) -> ReaderSide:
    peer = _peer(request)
    if peer is None or not _is_among(peer, trusted):
        return direct(request)
    hops = _values(request, _FOR)
    address = _reader_address(hops, peer, trusted)
    scheme, host = request.scheme, request.host
    if said := _values(request, _PROTO):
        scheme = _SCHEMES.get(said[-1].lower(), "")
        if not scheme:
            raise _unreadable(_PROTO, "http or https")
    if said := _values(request, _HOST):
        host = said[-1]
        if not _AUTHORITY.fullmatch(host):
            raise _unreadable(_HOST, "a name with or without a port")
    # Without X-Forwarded-For it is the proxy's address that is known, and nobody's behind it.
    is_local = bool(hops) and address.is_loopback and host_name(host) in LOOPBACK_NAMES
    return ReaderSide(scheme, host, str(address), is_local)


def _names_us(request: web.BaseRequest) -> bool:
    """Whether the Host is this machine's own name and the port that was dialled: a proxy mostly passes on another one."""
    try:
        host = urlsplit(f"//{request.host}")
        port = host.port or _DEFAULT_PORTS[request.scheme]
    except ValueError:
        return False
    name = request.transport.get_extra_info("sockname") if request.transport is not None else None
    return host.hostname in LOOPBACK_NAMES and isinstance(name, tuple) and name[1] == port


def _reader_address(hops: list[str], peer: Address, trusted: tuple[ProxyNetwork, ...]) -> Address:
    """The last hop that is none of our proxies; the first one where all are."""
    found = peer
    for hop in reversed(hops[-_MOST_HOPS:]):
        address = _address(hop)
        if address is None:
            raise _unreadable(_FOR, "IP addresses")
        found = address
        if not _is_among(found, trusted):
            break
    return found


def _unreadable(header: str, wanted: str) -> Refused:
    return Refused(
        f"The proxy in front of Farview sent {header} with something else than {wanted}. Have its settings put right.",
        errors.MALFORMED,
    )


def _values(request: web.BaseRequest, header: str) -> list[str]:
    lines = request.headers.getall(header, [])
    return [value.strip() for value in ",".join(lines).split(",")] if lines else []


def _peer(request: web.BaseRequest) -> Address | None:
    """Who holds the other end of the connection."""
    name = request.transport.get_extra_info("peername") if request.transport is not None else None
    return _address(str(name[0])) if isinstance(name, tuple) and name else None


def _address(text: str) -> Address | None:
    """An IP address with or without a port and a zone; one of IPv4 in IPv6's form as what it is."""
    found = _IN_BRACKETS.fullmatch(text) or _IPV4_WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address((found[1] if found else text).split("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_among(address: Address, networks: tuple[ProxyNetwork, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
