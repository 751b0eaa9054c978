"""The worklist."""

from __future__ import annotations

import msgspec
from aiohttp import web

from signaling.api.answers import json
from signaling.api.services import SERVICES, Services
from signaling.api.signed_in import require
from signaling.domain.hosts import HostState
from signaling.domain.roles import Action
from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError
from signaling.protocol.records import WorklistFilter

NO_HOST = "No render host is connected yet. It starts by itself where Farview runs; else start one with farview host."

routes = web.RouteTableDef()


def filter_of(query: dict[str, str]) -> WorklistFilter:
    """The filter in an address's query; unknown names are ignored.

    Raises:
        ProtocolError: offset or limit are no whole numbers.
    """
    try:
        return msgspec.convert(query, WorklistFilter, strict=False)
    except msgspec.ValidationError:
        raise ProtocolError(errors.MALFORMED, "offset and limit must be whole numbers.") from None


def _problem(services: Services) -> str:
    """Why there may be nothing to see, in words."""
    reached = any(
        host.registration and (host.is_away or host.state is not HostState.LOST)
        for host in services.registry.live
    )
    return services.local.host or ("" if reached else NO_HOST)


@routes.get("/api/worklist")
async def worklist(request: web.Request) -> web.StreamResponse:
    """{rows, total, archives, demo, problem}.

    Of each archive: {archive, title, studies, files_seen, files_total, scanning, problem, answered}.
    """
    services = request.app[SERVICES]
    sign_in = await require(request, Action.READ)
    with services.measures.worklist.time():
        found = await services.worklist.ask(sign_in.user.tenant, filter_of(dict(request.query)))
    return json({**msgspec.structs.asdict(found), "demo": services.local.demo, "problem": _problem(services)})
