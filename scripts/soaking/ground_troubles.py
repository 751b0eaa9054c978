"""What befalls what Farview stands on: disks, archives, clock, server, line, proxy. Each is mended again."""

from __future__ import annotations

import asyncio
import signal

import psutil

from scripts.soaking.place import Place

PAUSE_SECONDS = 6.0
CLOCK_JUMPS = (-3600, -90, 90, 3600)
"""Seconds by which a clock is wrong for a while: one that was never set, and one that summer time went past."""


async def share_away(place: Place) -> None:
    """The share with the archive's files is not there for some seconds."""
    for share in place.ground.shares:
        share.go()
    try:
        await asyncio.sleep(place.chance.uniform(4, 20))
    finally:
        for share in place.ground.shares:
            share.come_back()


async def cache_disk_full(place: Place) -> None:
    """Others fill the disk of the cache for some seconds."""
    assert place.ground.cache is not None
    place.ground.cache.fill()
    try:
        await asyncio.sleep(place.chance.uniform(5, 15))
    finally:
        place.ground.cache.free()


async def state_disk_full(place: Place) -> None:
    """Others fill the disk of the state for some seconds: marks, views and the audit can't be kept."""
    assert place.ground.state is not None
    place.ground.state.fill()
    try:
        await asyncio.sleep(place.chance.uniform(5, 15))
    finally:
        place.ground.state.free()


async def clock_jumps(place: Place) -> None:
    """The wall clock of the host, or of the whole machine, is set wrongly, and right again after some seconds."""
    assert place.ground.clock is not None
    jump = place.chance.choice(CLOCK_JUMPS)
    place.ground.clock.set(jump, jump if place.chance.random() < 0.5 else 0)
    try:
        await asyncio.sleep(place.chance.uniform(5, 15))
    finally:
        place.ground.clock.set(0, 0)


async def server_paused(place: Place) -> None:
    """The server stands still for some seconds, as a virtual machine that is moved."""
    server = psutil.Process(place.farview.process.pid)
    server.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(PAUSE_SECONDS)
    finally:
        server.send_signal(signal.SIGCONT)


async def server_killed(place: Place) -> None:
    """The server dies of a kill -9, its render host with it, and is started again on the same port."""
    place.farview.process.kill()
    await asyncio.sleep(place.chance.uniform(0, 3))
    await place.farview.start_again()


async def line_cut(place: Place) -> None:
    """Nothing passes between the render host and the server for some seconds; readers reach both."""
    host = place.farview.family()["host"][0]
    ports = [
        each.raddr.port
        for each in host.net_connections("tcp")
        if each.status == psutil.CONN_ESTABLISHED and each.raddr.ip == "127.0.0.1"
    ]
    with place.link.local_outage(ports[0]):
        await asyncio.sleep(place.chance.uniform(0.5, 8))


async def proxy_restarted(place: Place) -> None:
    """What is before Farview ends with all its connections and comes back."""
    assert place.ground.proxy is not None
    await place.ground.proxy.restart(place.chance.uniform(0, 4))
