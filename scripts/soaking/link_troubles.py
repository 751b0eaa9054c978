"""What befalls a reader's link and the processes that draw. Each trouble leaves things as they were, the killed apart."""

from __future__ import annotations

import asyncio
import signal

import psutil

from scripts.benchmark.links.case import CASES, HOME
from scripts.soaking.place import Place

FIRST_HOST, HOSTS = 20, 200
TUNNEL_SECONDS = 90.0


async def outage(place: Place) -> None:
    """Nothing gets through for some seconds."""
    with place.link.outage():
        await asyncio.sleep(place.chance.uniform(1, 8))


async def tunnel(place: Place) -> None:
    """90 s without a network."""
    with place.link.outage():
        await asyncio.sleep(TUNNEL_SECONDS)


async def other_terms(place: Place) -> None:
    """Another kind of link for a while."""
    place.link.set(**place.chance.choice(CASES).terms)
    try:
        await asyncio.sleep(place.chance.uniform(5, 15))
    finally:
        place.link.set(**HOME.terms)


async def heavy_loss(place: Place) -> None:
    """One packet in ten or twenty is lost."""
    place.link.set(loss=place.chance.choice((0.05, 0.1)))
    try:
        await asyncio.sleep(place.chance.uniform(5, 12))
    finally:
        place.link.set(**HOME.terms)


async def other_address(place: Place) -> None:
    """The reader's device has changed its network, as from Wi-Fi to LTE."""
    network = place.link.client_ip.rpartition(".")[0]
    place.link.move_client(f"{network}.{FIRST_HOST + place.chance.randrange(HOSTS)}")
    await asyncio.sleep(3)


async def other_router(place: Place) -> None:
    """The router on the way has begun anew and knows no UDP flow any more."""
    place.link.forget_flows()
    await asyncio.sleep(3)


async def kill_worker(place: Place) -> None:
    """A worker dies of a kill -9."""
    _one(place, "worker").kill()
    await asyncio.sleep(3)


async def hang_worker(place: Place) -> None:
    """A worker stands still for some seconds, whether or not it is replaced meanwhile."""
    worker = _one(place, "worker")
    worker.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(place.chance.uniform(2, 6))
    finally:
        if worker.is_running():
            worker.send_signal(signal.SIGCONT)


async def kill_host(place: Place) -> None:
    """The render host dies; `serve` starts another one."""
    _one(place, "host").kill()
    await asyncio.sleep(8)


def _one(place: Place, role: str) -> psutil.Process:
    return place.chance.choice(place.farview.family()[role])
