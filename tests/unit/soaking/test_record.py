"""The file of a soak: a run that ended is gone on with, and nothing that was found is forgotten."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scripts.soaking import record
from scripts.soaking.growth import Memories
from scripts.soaking.soaked import Soaked
from scripts.soaking.verdict import is_good, summary
from scripts.soaking.watch import Found


def soaked() -> Soaked:
    found = Found(greens=40, looks=200, wrongs=[{"why": "green though not live", "when": "in “outage”"}],
                  stuck=["reader 1 is “stale”"], unproven=1, rests=9)  # fmt: skip
    memories = Memories()
    for n in range(40):
        memories.add("host", 7, 15.0 * n, 100.0 + 5 * n)
    return Soaked(
        60.0, 600.0, 2, {"reader 1": found}, Counter(scroll=5), Counter(outage=3), memories,
        broken=["a watcher"], lacking=["clock jump"],
    )  # fmt: skip


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    before, path = soaked(), record.path_of(tmp_path, 12)
    record.save(path, before)
    after = record.load(path, 60.0)
    assert path.name == "soak-12.json"
    assert summary(after) == summary(before)
    assert (after.found["reader 1"].wrongs, after.broken) == (before.found["reader 1"].wrongs, ["a watcher"])
    assert not is_good(after)
    assert (after.left, after.began, after.pieces) == (3000.0, 600.0, 2)
    assert after.growths == before.all_growths
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_may_be_made_longer(tmp_path: Path) -> None:
    path = record.path_of(tmp_path, 1)
    record.save(path, soaked())
    assert record.load(path, 10.0).left == 0.0
    assert record.load(path, 20.0).left == 600.0


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 99}'])
def test_a_file_that_is_none_is_not_gone_on_with(tmp_path: Path, text: str) -> None:
    path = record.path_of(tmp_path, 1)
    path.write_text(text)
    with pytest.raises(ValueError, match="can't be gone on with"):
        record.load(path, 10.0)


def test_one_of_another_format_is_not_either(tmp_path: Path) -> None:
    path = record.path_of(tmp_path, 1)
    record.save(path, soaked())
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(ValueError, match="format 2"):
        record.load(path, 10.0)
