"""What the benchmark says of a page at rest: whose time counts as whose."""

import pytest

from scripts.benchmark.resting import _browser_role, middle, rows


@pytest.mark.parametrize(
    ("command", "role"),
    [
        (["/usr/lib/chromium/chromium", "--headless"], "browser itself"),
        (["/usr/lib/chromium/chromium", "--lang=en", "--type=renderer", "--x"], "browser renderer"),
        (["/opt/chrome-linux/chrome", "--type=gpu-process"], "browser gpu-process"),
        (["/usr/bin/python3", "-m", "streamer.worker", "chromium"], ""),
        (["node", "/usr/lib/chromium/driver.js"], ""),
        ([], ""),
    ],
)
def test_a_process_is_the_browsers_by_its_own_program(command: list[str], role: str) -> None:
    assert _browser_role(command) == role


def test_the_page_is_apart_from_farviews_processes_and_the_middle_span_counts() -> None:
    spans = [
        {"server": 0.01, "host": 0.1, "browser renderer": 0.2, "browser itself": 9.0},
        {"server": 0.01, "host": 0.2, "browser renderer": 0.3, "browser itself": 9.0},
        {"server": 0.01, "host": 0.3, "browser renderer": 0.1, "browser itself": 9.0},
    ]
    own, page = rows(spans, 10.0)
    assert own.name == "rest alone: CPU of server, host and children"
    assert own.p50 == pytest.approx(2.1)
    assert page.p50 == pytest.approx(2.0)
    assert "browser" not in own.note
    assert "host 2.00, server 0.10" in own.note
    assert "browser itself 90.00" in page.note


def test_one_wild_span_of_three_moves_nothing() -> None:
    assert middle([1.0, 50.0, 1.1]) == 1.1
