"""All troubles: what each does, how often, what it needs, and what the reader must find afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from scripts.soaking import ground_troubles as ground
from scripts.soaking import link_troubles as link
from scripts.soaking.expected import Expected
from scripts.soaking.place import Place

LONG_MINUTES = 15.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """`weight` is its share among all; a `long` one is left out of short runs. `needs` is a part of the ground (Ground.parts)."""

    does: Callable[[Place], Awaitable[None]]
    weight: int
    expected: Expected = field(default_factory=Expected)
    needs: str = ""
    is_long: bool = False


KEPT = Expected(saved=True, reloaded=True)
PROVEN = Expected(proven=True)
TROUBLES: dict[str, Trouble] = {
    "outage": Trouble(link.outage, 4),
    "other link": Trouble(link.other_terms, 4),
    "heavy loss": Trouble(link.heavy_loss, 3),
    "worker killed": Trouble(link.kill_worker, 3),
    "worker hung": Trouble(link.hang_worker, 2),
    "other address": Trouble(link.other_address, 2),
    "other router": Trouble(link.other_router, 2),
    "tunnel": Trouble(link.tunnel, 1, is_long=True),
    "host killed": Trouble(link.kill_host, 1, is_long=True),
    "share away": Trouble(ground.share_away, 2, PROVEN, needs="share"),
    "cache disk full": Trouble(ground.cache_disk_full, 2, PROVEN, needs="cache disk"),
    "state disk full": Trouble(ground.state_disk_full, 2, KEPT, needs="state disk"),
    "clock jump": Trouble(ground.clock_jumps, 2, Expected(reloaded=True), needs="clock"),
    "server paused": Trouble(ground.server_paused, 2, Expected(saved=True)),
    "server killed": Trouble(ground.server_killed, 2, KEPT),
    "line cut": Trouble(ground.line_cut, 3, Expected(saved=True)),
    "proxy restarted": Trouble(ground.proxy_restarted, 3, needs="proxy"),
}


def troubles_for(
    minutes: float, parts: Collection[str], only: Collection[str] = ()
) -> tuple[dict[str, Trouble], list[str]]:
    """Those that fit a run of that length on that ground, and the names of those that lack something; of `only`, if given."""
    asked = {
        name: trouble
        for name, trouble in TROUBLES.items()
        if (name in only if only else minutes >= LONG_MINUTES or not trouble.is_long)
    }
    lacking = [name for name, trouble in asked.items() if trouble.needs and trouble.needs not in parts]
    return {name: trouble for name, trouble in asked.items() if name not in lacking}, lacking
