"""The options of `farview serve` for the render host that it starts, and how that host is told them."""

from __future__ import annotations

import argparse
import ipaddress
import math
import re
from pathlib import Path
from typing import Any, NamedTuple

from signaling.protocol.limits import ARCHIVE_NAME, HOST_CAPACITY

GL = ("auto", "egl", "osmesa")
PASSED = (
    "capacity",
    "workers",
    "cache_gigabytes",
    "child_gigabytes",
    "gl",
    "park_minutes",
    "udp_ports",
    "announce",
    "log_level",
)
"""Named alike there."""


class DataFolder(NamedTuple):
    """A folder of DICOM files, and the name by which several hosts know it as one archive; empty where it has none."""

    folder: Path
    name: str = ""


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


def add_host_options(command: argparse.ArgumentParser, cache: Path) -> None:
    """Adds them; `cache` is where decoded series are kept unless something else is said."""
    command.add_argument(
        "--data",
        action=AppendData,
        type=data_folder,
        default=[],
        metavar="[NAME=]DIR",
        help="a folder of DICOM files, read and never written; may be given several times. "
        "By one name several hosts know that they reach the same",
    )
    command.add_argument(
        "--cache", type=folder, default=cache, metavar="DIR", help="where decoded series are kept"
    )
    command.add_argument(
        "--cache-gigabytes", type=_amount, default=20.0, metavar="GB", help="how much at the most (20)"
    )
    command.add_argument(
        "--child-gigabytes",
        type=_child_gigabytes,
        metavar="GB",
        help="memory of one renderer, loader or indexer at the most (half of the machine's)",
    )
    command.add_argument("--capacity", type=_readers, default=8, metavar="N", help="readers at the most (8)")
    command.add_argument("--workers", type=_spares, default=1, metavar="N", help="warm spare renderers (1)")
    command.add_argument("--gl", choices=GL, default="auto", help="how volumes are drawn (auto)")
    command.add_argument(
        "--park-minutes",
        type=_amount,
        default=2.0,
        metavar="M",
        help="how long a closed page keeps its renderer (2)",
    )
    command.add_argument(
        "--udp-ports",
        type=_udp_ports,
        metavar="A-B",
        help="the ports that pictures leave from, for a firewall",
    )
    command.add_argument(
        "--announce",
        type=_announced,
        metavar="IP",
        help="the address under which this machine is reached, for NAT",
    )


def host_arguments(options: argparse.Namespace, signaling: str, data: list[DataFolder]) -> list[str]:
    """What `python` is started with. The key goes by the environment: arguments are everybody's to read."""
    arguments = ["-m", "streamer", "host", "--signaling", signaling, "--parent-pipe", "0"]
    for each in data:
        arguments += ["--data", f"{each.name}={each.folder}" if each.name else str(each.folder)]
    arguments += ["--cache", str(options.cache), "--state", str(options.state / "host")]
    for name in PASSED:
        value = getattr(options, name)
        if value is not None:
            arguments += [
                f"--{name.replace('_', '-')}",
                f"{value:g}" if isinstance(value, float) else str(value),
            ]
    return arguments


def file(text: str) -> Path:
    """An absolute path of a file that can be read."""
    path = Path(text).expanduser().absolute()
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} can't be read: {error.strerror}") from None


def folder(text: str) -> Path:
    """An absolute path, for an option that names a file or folder."""
    return Path(text).expanduser().absolute()


def data_folder(text: str) -> DataFolder:
    """PATH, or NAME=PATH; what is a folder as a whole has no name."""
    name, equals, path = text.partition("=")
    if not equals or "/" in name or folder(text).is_dir():
        return DataFolder(folder(text))
    if not re.fullmatch(ARCHIVE_NAME, name) or not path:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a folder nor NAME=DIR with a name of 1 to 64 letters, digits, dots, dashes or underscores"
        )
    return DataFolder(folder(path), name)


def _count(text: str, least: int = 1) -> int:
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of {least} or more")
    return int(text)


def _readers(text: str) -> int:
    count = _count(text)
    if count > HOST_CAPACITY:
        raise argparse.ArgumentTypeError(f"{count} readers are more than a host takes: {HOST_CAPACITY}")
    return count


def _spares(text: str) -> int:
    return _count(text, 0)


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not 0.0 <= amount < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 0 or more")
    return amount


def _child_gigabytes(text: str) -> float:
    number = _amount(text)
    if number < 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is too little; give 1 or more gigabytes")
    return number


def _announced(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no IP address; a name is not taken") from None
    if address.is_unspecified or address.is_multicast:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of one machine")
    return text


def _udp_ports(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,5})-([0-9]{1,5})", text)
    if found is None or not 1024 <= int(found[1]) <= int(found[2]) <= 65_535:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a range of UDP ports; give FIRST-LAST from 1024 to 65535, such as 50000-50199"
        )
    return text
