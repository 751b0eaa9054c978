"""The application: routes, middlewares, and the services behind them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from aiohttp import web

from signaling.api import (
    account,
    admin,
    check,
    front_door,
    health,
    host_socket,
    page_socket,
    pages,
    proof_keys,
    reader_limits,
    security,
    signing_in,
    static,
    stream_sockets,
    word_pages,
    worklist,
)
from signaling.api.addresses import routes_below
from signaling.api.services import SERVICES, Services, open_services
from signaling.config import ServerConfig
from signaling.errors import CannotStart, StoreFailed
from signaling.services.local_state import LocalState

_BODY_BYTES = 64 * 1024
_MIDDLEWARES = (
    front_door.tell_the_door,
    word_pages.say_on_a_page,
    security.answer_in_words,
    reader_limits.limit_each_reader,
    security.known_host_only,
    security.own_origin_only,
)


async def create_app(config: ServerConfig, local: LocalState | None = None) -> web.Application:
    """A server's application, its database open and up to date; closed with the application.

    Raises:
        CannotStart: the state directory or its database can't be used.
    """
    app = _application(await _opened(config, local or LocalState()))
    app[check.SENDERS] = check.Senders()
    for module in (
        account,
        admin,
        check,
        health,
        host_socket,
        page_socket,
        pages,
        proof_keys,
        signing_in,
        static,
        worklist,
    ):
        app.add_routes(routes_below(config.base_path, module.routes))
    app.add_routes(routes_below(config.base_path, [*stream_sockets.host_routes, *stream_sockets.page_routes]))
    if config.base_path:
        app.router.add_get(config.base_path, pages.base)
    app.on_shutdown.append(_hang_up)
    app.cleanup_ctx.append(_closing)
    return app


async def _opened(config: ServerConfig, local: LocalState) -> Services:
    try:
        return await open_services(config, local, time.time())
    except StoreFailed as error:
        # Readers hear no path; who starts the server needs it.
        place = str(config.database)
        raise CannotStart(
            error.message if place in error.message else f"{error.message} It is {place}."
        ) from error


def host_app(services: Services) -> web.Application:
    """What a server that speaks HTTPS offers its own render host on the loopback: its two sockets alone."""
    app = _application(services)
    app.add_routes([*host_socket.routes, *stream_sockets.host_routes])
    return app


def _application(services: Services) -> web.Application:
    app = web.Application(middlewares=_MIDDLEWARES, client_max_size=_BODY_BYTES)
    app[SERVICES] = services
    app[reader_limits.READER_LIMITS] = reader_limits.ReaderLimits()
    app.on_response_prepare.append(security.add_headers)
    return app


async def _closing(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[SERVICES].close()


async def _hang_up(app: web.Application) -> None:
    """Connected peers dial again by themselves; their requests must not keep the server from stopping."""
    app[SERVICES].hang_up()
