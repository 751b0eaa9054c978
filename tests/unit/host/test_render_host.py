"""The render host and its seats: one that is let go while it is being made opens nothing and leaves nothing."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path
from typing import Any, cast

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling.protocol import control, hosts
from signaling.protocol.hosts import TicketKey
from signaling.protocol.records import IceServer
from streamer.config import HostConfig
from streamer.host.render_host import RenderHost
from streamer.host.seat import Seat
from streamer.ipc.messages import WorkerReady

SERVER = Ed25519PrivateKey.generate()
OPEN = control.OpenStudy(request=1, archive="a", study="1.2", width=64, height=64)


@pytest.fixture
def host(tmp_path: Path) -> RenderHost:
    host = RenderHost(
        HostConfig(
            signaling_url="http://127.0.0.1:1", key="k", name="h", data=(), cache=tmp_path / "cache",
            state=tmp_path, loopback=True,
        )
    )  # fmt: skip
    public = SERVER.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    keys = (TicketKey(kid="k1", pem=public.decode()),)
    host.welcomed(hosts.HostWelcome(protocol=2, host="h", ticket_keys=keys))
    return host


def seat_open(silent_server: int, ahead: float = 0.0) -> hosts.SeatOpen:
    """By a server whose clock is so many seconds ahead."""
    now = int(time.time() + ahead)
    claims = {
        "seat": "s", "host": "h", "user": "u", "tenant": "t", "role": "reader", "archives": (),
        "fingerprint": "sha-256 AA", "jti": "j", "iat": now, "exp": now + 60,
    }  # fmt: skip
    return hosts.SeatOpen(
        seat="s",
        ticket=jwt.encode(claims, SERVER, algorithm="EdDSA", headers={"kid": "k1"}),
        ice_servers=(IceServer(urls=(f"stun:127.0.0.1:{silent_server}",)),),
        first=(OPEN,),
    )


async def test_a_seat_that_is_let_go_while_its_addresses_are_gathered_opens_no_study(
    host: RenderHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Seat] = []
    monkeypatch.setattr(host, "open_study", lambda seat, message: opened.append(seat))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.setblocking(False)
        host.told(seat_open(silent.getsockname()[1]))
        (making,) = host._tasks
        await asyncio.wait_for(asyncio.get_running_loop().sock_recv(silent, 100), 10)  # it gathers
        host.told(hosts.SeatClose(seat="s", reason="The page let it go."))
        await asyncio.wait_for(asyncio.gather(making, return_exceptions=True), 20)
        await asyncio.gather(*host._tasks)
    assert making.exception() is None
    assert opened == []
    assert host._seats == {}


def test_whoever_was_seated_before_a_worker_was_ready_is_told_what_draws(host: RenderHost) -> None:
    said: list[Any] = []

    class Seated:
        session = None
        say = staticmethod(said.append)

    host._seats["s"] = cast(Any, Seated())
    host._registration.connected = True
    host._look_after(report=False)
    assert said == []
    host._pool.facts = WorkerReady(
        pid=1, renderer="llvmpipe", gl="osmesa", encoders=("libx264",), start_ms=1.0
    )
    host._look_after(report=False)
    host._look_after(report=False)
    assert [(hello.renderer, hello.encoder) for hello in said] == [("llvmpipe", "libx264")]


@pytest.mark.parametrize("set_by", [-3600.0, -90.0, 90.0, 3600.0])
async def test_a_ticket_of_a_server_whose_clock_was_set_is_good_once_it_has_told_its_time(
    host: RenderHost, monkeypatch: pytest.MonkeyPatch, set_by: float
) -> None:
    said: asyncio.Queue[hosts.FromHost] = asyncio.Queue()
    monkeypatch.setattr(host._registration, "say", said.put_nowait)
    host.told(hosts.ClockTold(now=time.time()))
    first = await said.get()
    assert isinstance(first, hosts.ClockAsk)
    host.told(hosts.ClockTold(now=time.time(), sent=first.sent))
    message = msgspec.structs.replace(seat_open(0, set_by), ice_servers=(), first=())
    host.told(message)
    asked = await asyncio.wait_for(said.get(), 5.0)
    assert isinstance(asked, hosts.ClockAsk)
    host.told(hosts.ClockTold(now=time.time() + set_by, sent=asked.sent))
    answer = await asyncio.wait_for(said.get(), 15.0)
    assert isinstance(answer, hosts.HostSeatOffer)
    host.told(hosts.SeatClose(seat="s", reason="The page let it go."))
    await asyncio.gather(*host._tasks)


async def test_a_ticket_that_has_truly_lapsed_is_refused_after_the_server_was_asked(
    host: RenderHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: asyncio.Queue[hosts.FromHost] = asyncio.Queue()
    monkeypatch.setattr(host._registration, "say", said.put_nowait)
    host.told(hosts.ClockTold(now=time.time()))
    await said.get()
    host.told(seat_open(0, -3600.0))
    asked = await asyncio.wait_for(said.get(), 5.0)
    assert isinstance(asked, hosts.ClockAsk)
    host.told(hosts.ClockTold(now=time.time(), sent=asked.sent))
    answer = await asyncio.wait_for(said.get(), 5.0)
    assert isinstance(answer, hosts.HostSeatFailed)
    assert "lapsed" in answer.message
