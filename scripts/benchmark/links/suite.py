"""What `scripts/bench link` measures, in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from scripts.benchmark.links.case import CASES, HOME, POOR, Case
from scripts.benchmark.links.changes import changing
from scripts.benchmark.links.navigating import navigating
from scripts.benchmark.links.one_link import one_link
from scripts.benchmark.links.sharing import sharing
from scripts.benchmark.links.sizes import sizes
from scripts.benchmark.links.volume import LinkVolume, link_volume
from scripts.benchmark.peers.comparing import comparing
from scripts.benchmark.row import Row
from scripts.benchmark.setting import RESULTS, Measurement, Setting, Suite

Run = Callable[[Setting, LinkVolume], Awaitable[list[Row]]]


async def _with_volume(run: Run, setting: Setting) -> list[Row]:
    return await run(setting, link_volume(RESULTS, setting.data))


def _measurement(name: str, run: Run, *, in_quick: bool = True) -> Measurement:
    return Measurement(name, partial(_with_volume, run), in_quick)


def _link(case: Case) -> Measurement:
    return _measurement(case.name, partial(one_link, case), in_quick=case in (HOME, POOR))


SUITE = Suite(
    measurements=(
        _measurement("navigation", navigating),
        *map(_link, CASES),
        _measurement("changing", changing, in_quick=False),
        _measurement("sharing", sharing, in_quick=False),
        _measurement("sizes", sizes, in_quick=False),
        _measurement("peers", comparing),
    ),
    file="bench-link.json",
    heading="link figures",
)
