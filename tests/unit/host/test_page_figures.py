"""What pages measured becomes medians of the host, and no page can spoil them."""

from __future__ import annotations

import math

import pytest

from signaling.protocol.control import PageMeasures
from streamer.host.page_figures import FRESH_SECONDS, PageFigures, median_of


def figures(p50: float, at: float = 100.0) -> PageFigures:
    return PageFigures(
        PageMeasures(samples=9, p50_ms=p50, p95_ms=2 * p50, pictures_per_second=25.0, exact_p50_ms=p50), at
    )


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([], 0.0),
        ([None, None], 0.0),
        ([figures(40.0)], 40.0),
        ([figures(40.0), None, figures(50.0), figures(90.0)], 50.0),
        ([figures(40.0), figures(900.0, at=100.0 - FRESH_SECONDS)], 40.0),
        ([figures(40.0), figures(0.0)], 40.0),
        ([figures(-3.0)], 0.0),
        ([figures(1e30)], 1000.0),
        ([figures(math.nan), figures(math.inf), figures(40.0)], 40.0),
    ],
)
def test_the_median_is_of_what_was_measured_lately(pages: list[PageFigures | None], expected: float) -> None:
    assert median_of(pages, 100.0, lambda page: page.p50_ms, 1000.0) == expected
