"""`farview host`: a render host that dials in to a signaling server."""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import resource
import socket
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from streamer import log
from streamer.cli.option_types import (
    MAX_NAME,
    AppendData,
    amount,
    announced,
    certificate,
    child_gigabytes,
    data_folder,
    host_key,
    host_name,
    readers,
    signaling_url,
    udp_ports,
    whole,
)
from streamer.cli.stopping import stop_on_signals, stop_with_starter
from streamer.config import HostConfig
from streamer.confinement import kernel, memory
from streamer.errors import FarviewError

_MORE_THAN_THE_SERVER = 100
"""Of oom_score_adj; its own children have more again."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `host`."""
    parser.add_argument(
        "--signaling", required=True, type=signaling_url, metavar="URL", help="where the signaling server is"
    )
    parser.add_argument("--key", type=host_key, help="the host's key (better in FARVIEW_HOST_KEY)")
    parser.add_argument(
        "--name",
        default=socket.gethostname()[:MAX_NAME],
        type=host_name,
        help="how the host is called on the admin page",
    )
    parser.add_argument(
        "--data",
        action=AppendData,
        default=[],
        type=data_folder,
        metavar="[NAME=]DIR",
        help="a folder of DICOM files; by one name several hosts know that they reach the same",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=_home("XDG_CACHE_HOME", ".cache"),
        metavar="DIR",
        help="where decoded pixels are kept (%(default)s)",
    )
    parser.add_argument("--cache-gigabytes", type=amount, default=20.0, help="how much at the most (20)")
    parser.add_argument(
        "--child-gigabytes",
        type=child_gigabytes,
        metavar="GB",
        help="memory of one renderer, loader or indexer at the most (half of the machine's)",
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=_home("XDG_DATA_HOME", ".local/share") / "host",
        metavar="DIR",
        help="where the archives' indexes are kept (%(default)s)",
    )
    parser.add_argument("--capacity", type=readers, default=8, help="readers at the most (8)")
    parser.add_argument("--workers", type=whole(0), default=1, help="warm spare renderers (1)")
    parser.add_argument(
        "--park-minutes", type=amount, default=2.0, help="how long an abandoned reading keeps its renderer"
    )
    parser.add_argument("--udp-ports", type=udp_ports, metavar="A-B", help="UDP ports to use, for firewalls")
    parser.add_argument(
        "--announce",
        type=announced,
        metavar="IP",
        help="the address readers reach this host at, behind NAT",
    )
    parser.add_argument(
        "--gl", choices=("auto", "egl", "osmesa"), default="auto", help="how VTK draws volumes"
    )
    parser.add_argument(
        "--certificate", type=certificate, metavar="FILE", help="a CA certificate to trust for https"
    )
    parser.add_argument("--parent-pipe", type=int, default=-1, help=argparse.SUPPRESS)
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")


def _home(variable: str, usual: str) -> Path:
    """Farview's folder among those of the user (XDG Base Directory)."""
    return Path(os.environ.get(variable) or Path.home() / usual) / "farview"


def _own(folder: Path, option: str) -> str:
    """Makes a folder of the host's own; why that can't be done, or empty."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            _close_to_others(folder)
            return ""
        why = os.strerror(errno.EACCES)
    except OSError as error:
        why = error.strerror or "it is no folder"
    return f"farview host: {option}: {folder} can't be used: {why}. Choose another."


def _close_to_others(folder: Path) -> None:
    """What lies in it is patients'; a folder that was made for us by others is often open to all."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not mode & 0o077:
        return
    try:
        folder.chmod(mode & 0o700)
        print(f"farview host: {folder} was open to others on this machine; it no longer is.", file=sys.stderr)
    except OSError:
        print(
            f"farview host: Warning: others on this machine may read {folder}: chmod 700 it.", file=sys.stderr
        )


def run(options: argparse.Namespace) -> int:
    """Runs the host until it is stopped; the exit status."""
    for mine, option in ((options.state, "--state"), (options.cache, "--cache")):
        if problem := _own(mine, option):
            print(problem, file=sys.stderr)
            return 2
    from streamer.host.registration import RefusedError  # imported late: --help must be quick
    from streamer.host.render_host import RenderHost
    from streamer.host.state_lock import StateLock

    key = options.key or os.environ.pop("FARVIEW_HOST_KEY", "").strip()
    try:
        key = key and host_key(key)
    except argparse.ArgumentTypeError as error:
        print(f"farview host: FARVIEW_HOST_KEY: {error}.", file=sys.stderr)
        return 2
    if not key:
        print(
            "farview host: no key. Register the host on the admin page and paste the command it shows.",
            file=sys.stderr,
        )
        return 2
    for data in options.data:
        if not data.folder.is_dir():
            print(
                f"farview host: {data.folder} is not a folder; it stays empty until it is.", file=sys.stderr
            )
    log.configure(options.log_level, program="host")
    os.environ[log.LEVEL_VARIABLE] = options.log_level
    if options.child_gigabytes is not None:
        os.environ[memory.MOST_VARIABLE] = str(int(options.child_gigabytes * (1 << 30)))
    os.umask(0o077)
    _guard()
    config = HostConfig(
        signaling_url=options.signaling,
        key=key,
        name=options.name,
        data=tuple(options.data),
        cache=options.cache,
        state=options.state,
        capacity=options.capacity,
        spares=options.workers,
        park_minutes=options.park_minutes,
        cache_gigabytes=options.cache_gigabytes,
        udp_ports=options.udp_ports,
        announce=options.announce or "",
        loopback=_is_loopback(options.signaling),
        gl=options.gl,
        certificate=options.certificate,
    )

    async def serve() -> None:
        stop = asyncio.Event()
        host = RenderHost(config)
        stop_on_signals(stop, lambda: host.unsaved)
        if options.parent_pipe >= 0:
            stop_with_starter(options.parent_pipe, stop)
        await host.run(stop)

    _allow_many_files()
    try:
        with StateLock(config.state):
            asyncio.run(serve())
    except RefusedError as error:
        print(f"farview host: {error}", file=sys.stderr)
        return 3
    except FarviewError as error:
        print(f"farview host: {error.message}", file=sys.stderr)
        return 2
    return 0


def _guard() -> None:
    """The key in its memory is for no other program of this user, and where memory is short the server outlives it."""
    measures: tuple[Callable[[], None], ...] = (
        lambda: kernel.be_ended_before_the_starter(_MORE_THAN_THE_SERVER),
        kernel.be_unreadable,
    )
    for measure in measures:
        try:
            measure()
        except OSError as error:
            structlog.get_logger().info("host_not_guarded", problem=error.strerror)


def _allow_many_files() -> None:
    """Sockets, channels and cache files of many readers pass the usual soft limit of 1024 descriptors."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
