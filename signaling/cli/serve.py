"""`farview serve` and `farview signaling`: everything started in order, and stopped in the opposite one.

The render host is started first, while the server's own modules are still being imported: its dial waits in the listening
socket. It ends before the server does, so that it can save what it has.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import signal
import socket
import ssl
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from signaling.auth.host_keys import new_host_key
from signaling.cli.demo_child import DemoChild
from signaling.cli.host_child import HostChild
from signaling.cli.host_options import DataFolder, host_arguments
from signaling.cli.ice_options import ice_settings
from signaling.cli.listening import Listening, listen
from signaling.cli.state_dir import StateDir
from signaling.cli.unreadable import be_unreadable
from signaling.config import IceSettings, ServerConfig
from signaling.errors import CannotStart
from signaling.log import logger
from signaling.services.local_state import LocalState
from signaling.services.tasks import Tasks

if TYPE_CHECKING:
    from aiohttp import web

    from signaling.api.front_door import FrontDoor

_HOST_SECONDS = 15.0
_STOP_SECONDS = 1.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def serve(options: argparse.Namespace) -> int:
    """Run until a signal ends it.

    Raises:
        FarviewError: it can't begin.
    """
    with_host = options.command == "serve"
    try:
        be_unreadable()
    except OSError as error:
        logger(__name__).warning("memory is open to this user's programs", problem=error.strerror)
    if with_host:
        _check_folders(options.data, options.cache)
    ice = ice_settings(options)
    stop = asyncio.Event()
    children: list[HostChild] = []
    _stop_on_signals(stop, children)
    async with AsyncExitStack() as stack:
        state = stack.enter_context(StateDir(options.state))
        listening = listen(options)
        stack.callback(listening.socket.close)
        tasks = Tasks()
        stack.push_async_callback(tasks.close)
        local = LocalState()
        host: HostChild | None = None
        demo: Path | None = None
        way_in = None
        key = new_host_key() if with_host else ""
        if with_host:
            demo = _demo_folder(options)
            way_in = _way_in(stack, listening)
            base = "" if way_in else options.base_path
            address = (f"http://127.0.0.1:{way_in.getsockname()[1]}" if way_in else listening.url) + base
            folders = [*options.data, DataFolder(demo)] if demo else options.data
            host = HostChild(host_arguments(options, address, folders), key, local)
            children.append(host)
            tasks.start(host.run(), "keep the render host running")
            await asyncio.sleep(0)  # the host's program starts while ours is still being read
        config = _config(options, listening, key, ice)
        await _start_server(stack, config, local, listening, way_in, host)
        stack.push_async_callback(tasks.close)
        if host is not None:
            await _until_up(host, stop)
        if stop.is_set():
            return 0
        url = state.address.publish(f"{listening.url}{config.base_path}/")
        print(f"Farview is ready: {url}", flush=True)
        if listening.hint:
            print(listening.hint, file=sys.stderr)
        if demo is not None:
            tasks.start(DemoChild(demo, local).run(), "make demo studies")
        await stop.wait()
    return 0


def _stop_on_signals(stop: asyncio.Event, children: Sequence[HostChild]) -> None:
    """The first sets `stop`; the second ends this process at once, by the signal itself, and the `children` before it.

    A SIGHUP that whoever started us has us ignore, as `nohup` does, stays ignored.
    """
    loop = asyncio.get_running_loop()

    def asked(number: signal.Signals) -> None:
        if stop.is_set():
            logger(__name__).warning("ends at once", signal=number.name)
            for child in children:
                child.kill()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stop.set()

    for number in _SIGNALS:
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, asked, number)


def _check_folders(folders: list[DataFolder], cache: Path) -> None:
    try:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(cache, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise CannotStart(
            f"The cache {cache} can't be used: {error.strerror}. Choose another with --cache DIR."
        ) from None
    for folder, _ in folders:
        if not folder.is_dir():
            raise CannotStart(
                f"{folder} is no folder. Give the folder that holds the DICOM files with --data."
            )


def _demo_folder(options: argparse.Namespace) -> Path | None:
    """Where the demo studies lie, one more archive; None where none are wanted."""
    if options.no_demo or (options.data and not options.demo):
        return None
    folder: Path = options.state / "demo"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _way_in(stack: AsyncExitStack, listening: Listening) -> socket.socket | None:
    """A plain way in for our own host where the server speaks HTTPS: the host need not know our certificate."""
    if listening.context is None and listening.host == "127.0.0.1":
        return None
    bound = socket.create_server(("127.0.0.1", 0))
    stack.callback(bound.close)
    return bound


def _config(
    options: argparse.Namespace, listening: Listening, local_key: str, ice: IceSettings
) -> ServerConfig:
    return ServerConfig(
        state=options.state,
        sign_in_seconds=options.sign_in_days * 24 * 3600.0,
        windows=options.windows,
        port=listening.port,
        tls=listening.context is not None,
        own_authority=listening.own_authority,
        host_names=listening.names,
        local_key=local_key,
        metrics_for_all=options.metrics_for_all,
        trusted_proxies=tuple(options.trusted_proxy),
        base_path=options.base_path,
        ice=ice,
    )


async def _start_server(
    stack: AsyncExitStack,
    config: ServerConfig,
    local: LocalState,
    listening: Listening,
    way_in: socket.socket | None,
    host: HostChild | None,
) -> None:
    from signaling.api.app import create_app, host_app
    from signaling.api.front_door import FrontDoor, make_room
    from signaling.api.services import SERVICES

    app = await create_app(config, local)
    if host is not None:
        app[SERVICES].registry.changes.listen(host.changed)
    door = FrontDoor(make_room(), config.trusted_proxies)
    await _start(stack, app, listening.socket, listening.context, door)
    if way_in is not None:
        await _start(stack, host_app(app[SERVICES]), way_in, None, FrontDoor(make_room()))


async def _start(
    stack: AsyncExitStack,
    app: web.Application,
    bound: socket.socket,
    context: ssl.SSLContext | None,
    door: FrontDoor,
) -> None:
    from aiohttp import web

    from signaling.api.front_door import IDLE_SECONDS

    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=_STOP_SECONDS,
        keepalive_timeout=IDLE_SECONDS,
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    assert runner.server is not None, "set up just now"
    server = await door.listen(runner.server, bound, context)
    stack.callback(server.close)


async def _until_up(host: HostChild, stop: asyncio.Event) -> None:
    """Wait until the host has registered, or clearly does not."""
    waits = [asyncio.create_task(event.wait()) for event in (host.registered, host.keeps_ending, stop)]
    await asyncio.wait(waits, timeout=_HOST_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    if not host.registered.is_set() and not stop.is_set():
        print("The render host has not come up yet; the page says so until it has.", file=sys.stderr)
