"""What loader and indexer may open of an archive with links: what they lead to, and nothing that a false note names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from streamer.confinement.child import Confinement
from streamer.indexer.reach import MOST_LINKS, NOTE, Reach
from streamer.loader import reach as loader_reach
from streamer.loader.reach import read_by


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive with a folder, a link to a folder, a link to a file, one within it, and one that leads nowhere."""
    root = tmp_path / "archive"
    for folder in (root / "in", tmp_path / "out/deep", tmp_path / "files", tmp_path / "state/index"):
        folder.mkdir(parents=True)
    for file in (root / "in/a", tmp_path / "out/deep/b", tmp_path / "files/c", tmp_path / "state/key"):
        file.write_text("x")
    (root / "link").symlink_to(tmp_path / "out")
    (root / "in/file").symlink_to(tmp_path / "files/c")
    (root / "in/own").symlink_to("a")
    (root / "broken").symlink_to(tmp_path / "not-mounted")
    (root / "all").symlink_to(tmp_path)
    return root


@pytest.mark.parametrize("one_by_one", [500, 0])
def test_a_load_reads_the_archive_and_where_its_links_lead(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_by_one: int
) -> None:
    monkeypatch.setattr(loader_reach, "_ASKED_ONE_BY_ONE", one_by_one)
    reached: Callable[..., set[Path]] = lambda *paths: read_by(root, paths) - {root}  # noqa: E731
    assert reached("in/a", "in/own", "in/gone") == set()
    assert reached("link/deep/b") == {tmp_path / "out/deep"}
    assert reached("in/file", "in/a") == {tmp_path / "files/c"}
    assert reached("../state/key", str(tmp_path / "state/key"), "in/../../state/key") == set()
    assert root in read_by(root, [])


def note(root: Path, links: object) -> Path:
    index = root.parent / "state/index/index.sqlite"
    index.with_name(NOTE).write_bytes(msgspec.json.encode(links))
    return index


class Limits(Confinement):
    """Takes note of what it would be limited to."""

    read: tuple[Path, ...] = ()

    def __init__(self, index: Path) -> None:
        super().__init__()
        self.index = index

    def limit_files(self, read: object = (), write: object = (), *, graphics: bool = False) -> None:
        self.read = tuple(read)  # type: ignore[arg-type]
        assert list(write) == [self.index.parent]  # type: ignore[call-overload]


def places(root: Path, index: Path) -> set[Path]:
    limits = Limits(index)
    Reach(root, index).limit(limits)
    assert limits.refused == {}
    return {*limits.read} - {root}


def test_an_indexer_follows_the_links_that_were_noted(root: Path, tmp_path: Path) -> None:
    assert places(root, note(root, [])) == set()
    assert places(root, note(root, ["link", "in/file"])) == {tmp_path / "out", tmp_path / "files/c"}


@pytest.mark.parametrize(
    "links", [["../state"], ["in/../../state/key"], ["/"], ["/etc"], ["all"], {"a": 1}, "text", ["in/gone"]]
)
def test_a_false_note_opens_nothing(root: Path, tmp_path: Path, links: object) -> None:
    opened = places(root, note(root, links))
    assert not any(place in (tmp_path / "state/key").parents for place in opened)
    assert all(root in place.parents for place in opened)


def test_new_links_are_noted_for_the_next(root: Path, tmp_path: Path) -> None:
    index = note(root, [])
    reach = Reach(root, index)
    reach.met("link")
    assert not reach.is_outgrown(), "one that is not limited follows every link"
    reach.limit(Limits(index))
    for path in ("in/own", "in/a"):
        reach.met(path)
    assert not reach.is_outgrown()
    for path in ("link", "in/file", "all"):
        reach.met(path)
    assert reach.is_outgrown()
    assert places(root, index) == {tmp_path / "out", tmp_path / "files/c"}
    after = Reach(root, index)
    after.limit(Limits(index))
    for path in ("link", "in/file", "all"):
        after.met(path)
    assert not after.is_outgrown(), "what may not be followed does not end the next one, too"


def test_a_broken_link_does_not_end_an_indexer_again_and_again(root: Path) -> None:
    index = note(root, [])
    for expected in (True, False):
        reach = Reach(root, index)
        reach.limit(Limits(index))
        reach.met("broken")
        assert reach.is_outgrown() is expected


def test_with_too_many_links_it_is_said_that_files_are_not_limited(root: Path) -> None:
    index = note(root, [str(number) for number in range(MOST_LINKS + 1)])
    limits = Limits(index)
    Reach(root, index).limit(limits)
    assert limits.read == ()
    assert "1000 places" in limits.refused["files"]


def test_a_note_that_cant_be_kept_does_not_end_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = note(root, [])
    reach = Reach(root, index)
    reach.limit(Limits(index))
    reach.met("link")

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", full)
    assert not reach.is_outgrown()
