"""What options of `farview host` may say: checked before anything starts, each fault in one sentence."""

from __future__ import annotations

import argparse
import ipaddress
import math
import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from signaling.protocol.limits import ARCHIVE_NAME, HOST_CAPACITY
from streamer.config import DataFolder
from streamer.transport.webrtc.ice_candidates import parse_ports

MAX_NAME = 64
_BASE_PATH = re.compile(r"(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)+")
PAGES = frozenset({"admin", "api", "check", "host", "page", "sign-in", "static", "viewer", "worklist", "ws"})
"""With one of these at its end an address is a page's or a socket's, not the server's."""


class OneSentenceParser(argparse.ArgumentParser):
    """Says what is wrong and where help is, instead of all that could have been given."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def signaling_url(text: str) -> str:
    """The address of a signaling server: SCHEME://HOST or SCHEME://HOST:PORT, with its base path where it has one."""
    example = "give it as https://HOST or https://HOST:PORT, with the server's --base-path where it has one"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a server; {example}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a server; {example}")
    base = parts.path.rstrip("/")
    is_page = base.rpartition("/")[2] in PAGES
    if (
        is_page
        or (base and not _BASE_PATH.fullmatch(base))
        or parts.query
        or parts.fragment
        or parts.username is not None
    ):
        raise argparse.ArgumentTypeError(
            f"{text!r} says more than where the server is, such as a page or a token; {example}"
        )
    if not re.fullmatch(r"[A-Za-z0-9._:%-]+", parts.hostname):
        raise argparse.ArgumentTypeError(f"{text!r} names no machine; {example}")
    return f"{parts.scheme}://{parts.netloc}{base}"


def whole(least: int) -> Callable[[str], int]:
    """A whole number of `least` or more."""

    def number(text: str) -> int:
        if not re.fullmatch("[0-9]{1,6}", text) or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number of {least} or more")
        return int(text)

    return number


def readers(text: str) -> int:
    """A number of readers that a server takes a host for."""
    count = whole(1)(text)
    if count > HOST_CAPACITY:
        raise argparse.ArgumentTypeError(f"{count} readers are more than a host takes: {HOST_CAPACITY}")
    return count


def amount(text: str) -> float:
    """A number of 0 or more."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0.0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 0 or more")
    return number


def child_gigabytes(text: str) -> float:
    """Gigabytes for one child, 1 or more: with less none could start."""
    number = amount(text)
    if number < 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is too little; give 1 or more gigabytes")
    return number


def udp_ports(text: str) -> tuple[int, int]:
    """FIRST-LAST, from 1024 to 65535."""
    try:
        first, last = parse_ports(text)
    except ValueError:
        first = last = 0
    if not 1024 <= first <= last <= 65_535:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a range of UDP ports; give FIRST-LAST from 1024 to 65535, such as 50000-50199"
        )
    return first, last


def announced(text: str) -> str:
    """An IP address under which readers reach this machine."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no IP address; a name is not taken") from None
    if address.is_unspecified or address.is_multicast:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of one machine")
    return text


def certificate(text: str) -> Path:
    """A file of certificates to trust, PEM."""
    path = Path(text).expanduser()
    try:
        ssl.create_default_context(cafile=str(path))
    except ssl.SSLError:
        raise argparse.ArgumentTypeError(f"{text!r} holds no certificate in PEM") from None
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} can't be read: {error.strerror}") from None
    return path


def data_folder(text: str) -> DataFolder:
    """PATH, or NAME=PATH; what is a folder as a whole has no name."""
    name, equals, path = text.partition("=")
    if not equals or "/" in name or Path(text).expanduser().is_dir():
        return DataFolder(Path(text).expanduser())
    if not re.fullmatch(ARCHIVE_NAME, name) or not path:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a folder nor NAME=DIR with a name of 1 to 64 letters, digits, dots, dashes or underscores"
        )
    return DataFolder(Path(path).expanduser(), name)


class AppendData(argparse.Action):
    """Takes one more folder; a name that another one has is refused."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: Any = None
    ) -> None:
        """Add it."""
        given = getattr(namespace, self.dest)
        if values.name and any(values.name == each.name for each in given):
            raise argparse.ArgumentError(self, f"the name {values.name!r} is given to two folders")
        setattr(namespace, self.dest, [*given, values])


def host_name(text: str) -> str:
    """How the host is called."""
    if not 0 < len(text) <= MAX_NAME or not text.isprintable():
        raise argparse.ArgumentTypeError(f"{text!r} is no name of 1 to {MAX_NAME} printable characters")
    return text


def host_key(text: str) -> str:
    """The key that the admin page shows; not repeated where it is wrong, for it is a secret."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,200}", text):
        raise argparse.ArgumentTypeError("it is no key of a host; copy it whole from the admin page")
    return text
