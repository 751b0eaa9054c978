"""The check of a device: its page, which anyone may open, and its result, which a reader may send to the administrator."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec
from aiohttp import web

from signaling.api.answers import json
from signaling.api.body import body_of
from signaling.api.pages import html_page
from signaling.api.rate import Bucket
from signaling.api.services import SERVICES
from signaling.api.signed_in import require, sign_in_of
from signaling.domain.audit import AuditEntry, Deed
from signaling.domain.roles import Action
from signaling.errors import Refused
from signaling.log import logger
from signaling.protocol import errors
from signaling.services.device_checks import CheckRow, DeviceCheck

_BODY_BYTES = 16_384
_AGENT = 300
_EVERY_SECONDS, _AT_ONCE = 20.0, 5.0
_USERS = 1_000
_LOG = logger(__name__)

routes = web.RouteTableDef()


class _Row(msgspec.Struct, frozen=True):
    id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9]{1,24}$")]
    outcome: Literal["good", "weak", "bad", "told"]
    words: Annotated[str, msgspec.Meta(max_length=600)]


class _Result(msgspec.Struct, frozen=True):
    rows: Annotated[tuple[_Row, ...], msgspec.Meta(min_length=1, max_length=40)]


@dataclass
class Senders:
    """How often each person may send; those who have not sent for longest are forgotten first."""

    buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def may(self, user: str, now: float) -> bool:
        """Whether this person may send one now."""
        bucket = self.buckets.pop(user, None) or Bucket(1 / _EVERY_SECONDS, _AT_ONCE, now)
        self.buckets[user] = bucket
        if len(self.buckets) > _USERS:
            self.buckets.popitem(last=False)
        return bucket.take(now)


SENDERS: web.AppKey[Senders] = web.AppKey("senders", Senders)


@routes.get("/check")
async def check_page(request: web.Request) -> web.StreamResponse:
    """The page; what needs a seat is left out where nobody is signed in."""
    signed_in = await sign_in_of(request) is not None
    return html_page(request, "check.html", signed_in="yes" if signed_in else "no")


@routes.post("/api/check")
async def take(request: web.Request) -> web.StreamResponse:
    """Keeps a result: {rows: [{id, outcome, words}]}; 204."""
    services = request.app[SERVICES]
    user = (await require(request, Action.READ)).user
    result = await body_of(
        request,
        _Result,
        _BODY_BYTES,
        large=f"A result has at most {_BODY_BYTES} bytes.",
        malformed="That is not the result of a device check: send it from the page /check.",
    )
    if not request.app[SENDERS].may(f"{user.tenant} {user.user}", time.monotonic()):
        raise Refused("Too many results at once. Send it again in a minute.", errors.TOO_MANY)
    check = DeviceCheck(
        at=time.time(),
        tenant=user.tenant,
        user=user.user,
        agent=request.headers.get("User-Agent", "")[:_AGENT],
        rows=tuple(CheckRow(row.id, row.outcome, row.words) for row in result.rows),
    )
    await services.audit.add(AuditEntry(check.at, user.tenant, user.user, Deed.DEVICE_CHECKED))
    services.device_checks.add(check)
    # Only what our own page can have meant; the words are the browser's.
    _LOG.info("device checked", user=user.user, bad=check.outcomes("bad"), weak=check.outcomes("weak"))
    return web.Response(status=204)


@routes.get("/api/admin/checks")
async def checks(request: web.Request) -> web.StreamResponse:
    """{checks: [{at, user, agent, rows}]}, newest first."""
    sign_in = await require(request, Action.MANAGE_HOSTS)
    return json({"checks": request.app[SERVICES].device_checks.newest(sign_in.user.tenant)})
