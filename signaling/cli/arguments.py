"""The options of `farview`."""

from __future__ import annotations

import argparse
import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from signaling.cli.host_options import add_host_options, file, folder
from signaling.cli.ice_options import add_ice_options
from signaling.cli.proxy_options import add_proxy_options
from signaling.config import DEFAULT_PORT, SIGN_IN_DAYS, WINDOWS
from signaling.log import LEVELS

PASSED_ON = {
    "host": "start a render host that serves another machine's Farview",
    "inspect": "say what a folder of DICOM files holds",
    "render": "draw a saved view again and say the picture's hash",
    "verify": "check a saved record of a proven picture",
    "doctor": "try what this machine can draw and encode with",
}


_MAX_DAYS = 365
_MAX_WINDOWS = 100


def data_home() -> Path:
    """Where Farview keeps what must not be lost (XDG Base Directory)."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "farview"


def cache_home() -> Path:
    """Where Farview keeps what can be made again (XDG Base Directory)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "farview"


class OneSentenceParser(argparse.ArgumentParser):
    """Says what is wrong and where help is, instead of all that could have been given."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no TCP port; give 0 to 65535")
    return int(text)


def _days(text: str) -> int:
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= _MAX_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days; give 1 to {_MAX_DAYS}")
    return int(text)


def _windows(text: str) -> int:
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= _MAX_WINDOWS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of windows; give 1 to {_MAX_WINDOWS}")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command."""
    top = OneSentenceParser(
        prog="farview",
        description="Reads medical images from afar. Not a medical device.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"farview {version('farview')}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    serve = commands.add_parser(
        "serve", help="start Farview on this machine: signaling server and render host", allow_abbrev=False
    )
    _add_server_options(serve)
    add_host_options(serve, cache_home())
    demo = serve.add_mutually_exclusive_group()
    demo.add_argument("--demo", action="store_true", help="demo studies beside --data")
    demo.add_argument("--no-demo", action="store_true", help="no demo studies")

    alone = commands.add_parser(
        "signaling", help="start a signaling server without a render host", allow_abbrev=False
    )
    _add_server_options(alone)

    url = commands.add_parser("url", help="print the address of the Farview that runs", allow_abbrev=False)
    url.add_argument(
        "--new",
        action="store_true",
        help="with a new sign-in token; the one printed before signs nobody in any more",
    )
    _add_state(url)

    backup = commands.add_parser(
        "backup",
        help="copy what must not be lost to a new folder, also while Farview runs",
        allow_abbrev=False,
    )
    backup.add_argument("folder", type=Path, metavar="TO", help="the new folder")
    _add_state(backup)

    restore = commands.add_parser(
        "restore", help="put a backup in the place of the state directory", allow_abbrev=False
    )
    restore.add_argument("folder", type=Path, metavar="FROM", help="a folder that farview backup made")
    _add_state(restore)

    for name, words in PASSED_ON.items():
        commands.add_parser(name, help=words, add_help=False)
    return top


def _add_state(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--state",
        type=folder,
        default=data_home(),
        metavar="DIR",
        help="where Farview keeps its database and keys",
    )


def _add_server_options(command: argparse.ArgumentParser) -> None:
    _add_state(command)
    command.add_argument("--port", type=_port, default=DEFAULT_PORT, help="TCP port; 0 takes a free one")
    command.add_argument(
        "--bind",
        default="127.0.0.1",
        metavar="ADDR",
        help="address to listen on; beyond this machine over HTTPS",
    )
    command.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        help="a further name by which browsers call this machine",
    )
    command.add_argument("--cert", type=file, metavar="FILE", help="certificate chain for HTTPS, PEM")
    command.add_argument("--key-file", type=file, metavar="FILE", help="its private key, PEM")
    command.add_argument("--insecure", action="store_true", help="plain HTTP beyond this machine")
    command.add_argument(
        "--sign-in-days",
        type=_days,
        default=SIGN_IN_DAYS,
        metavar="N",
        help=f"how long a sign-in lasts at the most, 1 to {_MAX_DAYS} days; {SIGN_IN_DAYS} where not given",
    )
    command.add_argument(
        "--windows",
        type=_windows,
        default=WINDOWS,
        metavar="N",
        help=f"windows of one sign-in that may read at once, 1 to {_MAX_WINDOWS}; {WINDOWS} where not given",
    )
    command.add_argument(
        "--metrics-for-all", action="store_true", help="give /metrics to other machines, too"
    )
    add_proxy_options(command)
    add_ice_options(command)
    command.add_argument("--log-level", choices=LEVELS, default="warning")
