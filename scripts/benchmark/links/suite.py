"""What `scripts/bench link` measures, in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from scripts.benchmark.links.case import CASES, HOME, POOR, Case
from scripts.benchmark.links.one_link import one_link
from scripts.benchmark.links.volume import link_volume
from scripts.benchmark.row import Row
from scripts.benchmark.setting import RESULTS, Measurement, Setting, Suite


async def _link(case: Case, setting: Setting) -> list[Row]:
    return await one_link(case, setting, link_volume(RESULTS, setting.data))


def _of(case: Case) -> Callable[[Setting], Awaitable[list[Row]]]:
    return partial(_link, case)


SUITE = Suite(
    measurements=(*(Measurement(case.name, _of(case), in_quick=case in (HOME, POOR)) for case in CASES),),
    file="bench-link.json",
    heading="link figures",
)
