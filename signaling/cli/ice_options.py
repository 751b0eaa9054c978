"""The options for STUN and TURN servers, and what they come to."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from signaling.config import IceSettings
from signaling.errors import CannotStart

# RFC 7064 and RFC 7065; an IPv6 address stands in brackets.
_PLACE = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_STUN = re.compile(rf"stuns?:{_PLACE}")
_TURN = re.compile(rf"turns?:{_PLACE}(?:\?transport=(?:udp|tcp))?")
_SHORTEST_SECRET = 16


def add_ice_options(command: argparse.ArgumentParser) -> None:
    """Adds them to a command that starts a server."""
    command.add_argument(
        "--turn",
        action="append",
        type=_turn_url,
        default=[],
        metavar="URL",
        help="a TURN server for pages, such as turn:turn.example:3478?transport=udp; may be given several times",
    )
    command.add_argument(
        "--turn-secret-file", type=Path, metavar="FILE", help="holds the secret shared with the TURN servers"
    )
    command.add_argument(
        "--host-turn", type=_turn_url, metavar="URL", help="a TURN server for render hosts, too"
    )
    command.add_argument(
        "--ice-policy",
        choices=("all", "relay"),
        default="all",
        help="relay: pages are reached through TURN servers only",
    )
    command.add_argument(
        "--stun", action="append", type=_stun_url, default=[], metavar="URL", help="a STUN server"
    )


def ice_settings(options: argparse.Namespace) -> IceSettings:
    """What the options ask for.

    Raises:
        CannotStart: they don't fit together, or the secret can't be read.
    """
    relays = bool(options.turn or options.host_turn)
    if options.ice_policy == "relay" and not options.turn:
        raise CannotStart("--ice-policy relay needs a TURN server: give one with --turn.")
    if relays and options.turn_secret_file is None:
        raise CannotStart("A TURN server needs the secret it shares with Farview: give --turn-secret-file.")
    if options.turn_secret_file is not None and not relays:
        raise CannotStart("--turn-secret-file is of no use without a TURN server: give one with --turn.")
    return IceSettings(
        stun=tuple(options.stun),
        turn=tuple(options.turn),
        host_turn=options.host_turn or "",
        secret=_secret(options.turn_secret_file) if relays else "",
        relay_only=options.ice_policy == "relay",
    )


def _secret(path: Path) -> str:
    try:
        secret = path.expanduser().read_text().strip()
        mode = path.expanduser().stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise CannotStart(f"The secret of the TURN servers in {path} can't be read: {why}.") from None
    if len(secret) < _SHORTEST_SECRET or len(secret.split()) != 1:
        raise CannotStart(
            f"{path} must hold one secret of {_SHORTEST_SECRET} characters or more and nothing else; "
            "`openssl rand -hex 32` makes one."
        )
    if mode & 0o004:
        print(f"Warning: everybody on this machine may read {path}: chmod o-r {path}", file=sys.stderr)
    return secret


def _turn_url(text: str) -> str:
    if not _TURN.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no TURN server; give turn:HOST:PORT?transport=udp, turn:HOST:PORT?transport=tcp or turns:HOST:PORT"
        )
    return text


def _stun_url(text: str) -> str:
    if not _STUN.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no STUN server; give stun:HOST:PORT")
    return text
