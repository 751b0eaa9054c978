"""The options of a server that stands behind a proxy."""

from __future__ import annotations

import argparse
import ipaddress
import re

from signaling.config import ProxyNetwork

_BASE = re.compile(r"(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)+")


def add_proxy_options(command: argparse.ArgumentParser) -> None:
    """Adds them."""
    command.add_argument(
        "--trusted-proxy",
        action="append",
        type=_network,
        default=[],
        metavar="ADDR",
        help="address or network of a proxy whose X-Forwarded-For, -Proto and -Host are believed; may be given several times",
    )
    command.add_argument(
        "--base-path",
        type=_base,
        default="",
        metavar="/PATH",
        help="the part of the host's addresses below which a proxy offers Farview, as /farview",
    )


def _network(text: str) -> ProxyNetwork:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address or network of a proxy; give one such as 10.0.0.5 or 10.0.0.0/24"
        ) from None
    if network.prefixlen == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is everybody; name the proxy alone")
    return network


def _base(text: str) -> str:
    base = text.rstrip("/")
    if base and not _BASE.fullmatch(base):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no path below a host; give one such as /farview, of letters, digits and . _ ~ -"
        )
    return base
