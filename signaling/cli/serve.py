"""`farview serve` and `farview signaling`: everything started in order, and stopped in the opposite one."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from signaling.api.app import create_app, host_app
from signaling.api.services import SERVICES, Services
from signaling.auth.host_keys import new_host_key
from signaling.auth.secret_key import new_secret
from signaling.cli.demo_child import DemoChild
from signaling.cli.host_child import HostChild, host_arguments
from signaling.cli.listening import Listening, listen
from signaling.cli.state_dir import StateDir
from signaling.config import ServerConfig
from signaling.domain.hosts import LOCAL_HOST, HostState
from signaling.errors import CannotStart
from signaling.services.host_registry import HostChange
from signaling.services.local_state import LocalState
from signaling.services.tasks import Tasks

_HOST_SECONDS = 15.0
_STOP_SECONDS = 1.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def serve(options: argparse.Namespace) -> int:
    """Run until a signal ends it.

    Raises:
        FarviewError: it can't begin.
    """
    with_host = options.command == "serve"
    if with_host:
        _check_folders(options.data)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        state = stack.enter_context(StateDir(options.state))
        listening = listen(options)
        stack.callback(listening.socket.close)
        local = LocalState()
        config = _config(options, listening, new_host_key() if with_host else "")
        app = await create_app(config, local)
        await _start(stack, app, web.SockSite, listening)
        tasks = Tasks()
        stack.push_async_callback(tasks.close)
        demo = await _start_host(stack, options, app[SERVICES], listening, tasks, stop) if with_host else None
        if stop.is_set():
            return 0
        url = f"{listening.url}/?token={config.token}"
        state.publish(url)
        print(f"Farview is ready: {url}", flush=True)
        if listening.hint:
            print(listening.hint, file=sys.stderr)
        if demo is not None:
            tasks.start(DemoChild(demo, local).run(), "make demo studies")
        await stop.wait()
    return 0


def _check_folders(folders: list[Path]) -> None:
    for folder in folders:
        if not folder.is_dir():
            raise CannotStart(
                f"{folder} is no folder. Give the folder that holds the DICOM files with --data."
            )


def _config(options: argparse.Namespace, listening: Listening, local_key: str) -> ServerConfig:
    return ServerConfig(
        state=options.state,
        token=new_secret(),
        port=listening.port,
        tls=listening.context is not None,
        host_names=listening.names,
        local_key=local_key,
        metrics_for_all=options.metrics_for_all,
    )


async def _start(
    stack: AsyncExitStack, app: web.Application, _site: type[web.SockSite], listening: Listening
) -> None:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=_STOP_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listening.socket, ssl_context=listening.context).start()


async def _start_host(
    stack: AsyncExitStack,
    options: argparse.Namespace,
    services: Services,
    listening: Listening,
    tasks: Tasks,
    stop: asyncio.Event,
) -> Path | None:
    """Start the render host and wait until it has registered, or clearly does not; the folder of the demo studies, if any."""
    demo = options.state / "demo" if options.demo or not (options.data or options.no_demo) else None
    folders = list(options.data)
    if demo is not None:
        demo.mkdir(mode=0o700, exist_ok=True)
        folders.append(demo)
    address = listening.url if listening.context is None else await _loopback(stack, services)
    child = HostChild(host_arguments(options, address, folders), services.config.local_key, services.local)
    registered = asyncio.Event()

    def changed(change: HostChange) -> None:
        if change.host.host == LOCAL_HOST and change.host.state in (HostState.READY, HostState.DRAINING):
            registered.set()
            child.registered()

    services.registry.changes.listen(changed)
    tasks.start(child.run(), "keep the render host running")
    waits = [asyncio.create_task(event.wait()) for event in (registered, child.ended_once, stop)]
    await asyncio.wait(waits, timeout=_HOST_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    if not registered.is_set() and not stop.is_set():
        print("The render host has not come up yet; the page says so until it has.", file=sys.stderr)
    return demo


async def _loopback(stack: AsyncExitStack, services: Services) -> str:
    """A plain way in for our own host, on this machine only: it need not know our certificate."""
    runner = web.AppRunner(
        host_app(services), access_log=None, handle_signals=False, shutdown_timeout=_STOP_SECONDS
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"
