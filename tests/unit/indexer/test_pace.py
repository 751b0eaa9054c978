"""When the archive is looked at again: seldom by itself, soon where something is known to have come or is asked for in vain."""

from __future__ import annotations

import os
import queue
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from streamer.dicom.sources.folder import FolderSource
from streamer.indexer import pace, questions
from streamer.indexer.folder_watch import FolderWatch
from streamer.indexer.scanner import Scanner, ScanStatus
from tests.data.phantoms import write_image

LIMIT = 40.0


@pytest.mark.parametrize(
    ("spent", "alone", "with_news"),
    [(0.0, 3, 3), (0.03, 3, 3), (0.1, 10, 3), (1.0, 100, 10), (3.0, 300, 30), (30.0, 300, 60), (1000.0, 300, 60)],
)  # fmt: skip
def test_a_look_costs_a_hundredth_of_the_time_and_with_news_a_tenth(
    spent: float, alone: float, with_news: float
) -> None:
    assert pace.rest_after(spent, news=False) == pytest.approx(alone)
    assert pace.rest_after(spent, news=True) == pytest.approx(with_news)
    assert pace.full_look_after(spent) == pytest.approx(max(30, alone))


def write(path: Path) -> None:
    path.write_bytes(b"x")


def moved_in(path: Path) -> None:
    other = path.parents[2] / "elsewhere"
    other.write_bytes(b"x")
    other.rename(path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "archive" / "a" / "b").mkdir(parents=True)
    write(tmp_path / "archive" / "a" / "old.dcm")
    return tmp_path / "archive"


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "nothing": (lambda root: None, set()),
    "a file is read": (lambda root: (root / "a" / "old.dcm").read_bytes(), set()),
    "a file comes": (lambda root: write(root / "a" / "b" / "new.dcm"), {"a/b/"}),
    "a file is moved in": (lambda root: moved_in(root / "a" / "new.dcm"), {"a/"}),
    "a file is rewritten": (lambda root: write(root / "a" / "old.dcm"), {"a/"}),
    "a file goes": (lambda root: (root / "a" / "old.dcm").unlink(), {"a/"}),
    "a folder comes": (lambda root: (root / "c").mkdir(), {""}),
    "a folder goes": (lambda root: shutil.rmtree(root / "a" / "b"), {"a/"}),
    "a hidden file comes": (lambda root: write(root / ".new"), set()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_watch_names_the_folder_of_a_change(root: Path, change: str) -> None:
    act, named = CHANGES[change]
    with closing(FolderWatch(root)) as watch:
        folders = FolderSource(root).walk().folders
        assert watch.follow(folders) == {"", "a/", "a/b/"}, "all are new to it"
        assert watch.follow(folders) == set()
        act(root)
        assert watch.named() == named
        assert watch.named() == set(), "said once"
        watch.follow([""])
        (root / "a").mkdir(exist_ok=True)
        write(root / "a" / "later.dcm")
        assert watch.named() == set(), "what is not watched any more"


def test_a_folder_that_comes_again_is_watched_anew(root: Path) -> None:
    with closing(FolderWatch(root)) as watch:
        watch.follow(["", "a/", "a/b/"])
        shutil.rmtree(root / "a")
        (root / "a" / "b").mkdir(parents=True)
        assert "" in watch.named()
        assert watch.follow(["", "a/", "a/b/"]) == {"a/", "a/b/"}
        write(root / "a" / "b" / "new.dcm")
        assert watch.named() == {"a/b/"}


def test_a_file_of_a_named_folder_is_looked_at_though_the_folder_is_as_it_was(root: Path) -> None:
    old = 1_600_000_000
    for path in (root / "a" / "old.dcm", root / "a"):
        os.utime(path, (old, old))
    source = FolderSource(root)
    source.walk()
    (root / "a" / "old.dcm").write_bytes(b"longer")
    os.utime(root / "a" / "old.dcm", (old, old))
    assert source.walk(every_file=False).files["a/old.dcm"].size == 1
    assert source.walk(every_file=False, named={"a/"}).files["a/old.dcm"].size == 6


@pytest.fixture
def resting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Scanner, queue.Queue[ScanStatus]]]:
    """A scan that has looked once at an archive of which a look takes long: by itself it would rest for minutes."""
    monkeypatch.setattr(pace, "_SHARE", 1e9)
    monkeypatch.setattr(pace, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr("streamer.indexer.scanner.LOOK_SECONDS", 0.05)
    write_image(tmp_path / "archive" / "a" / "1.dcm", StudyInstanceUID="1.2.1")
    told: queue.Queue[ScanStatus] = queue.Queue()
    scanner = Scanner(tmp_path / "archive", tmp_path / "index.sqlite", told.put)
    scanner.start()
    until(told, 1)
    yield scanner, told
    scanner.stop()


def until(told: queue.Queue[ScanStatus], studies: int) -> None:
    while (status := told.get(timeout=LIMIT)).scanning or status.studies != studies:
        pass


def test_what_comes_is_listed_though_looks_are_seldom(
    resting: tuple[Scanner, queue.Queue[ScanStatus]], tmp_path: Path
) -> None:
    _, told = resting
    write_image(tmp_path / "archive" / "a" / "2.dcm", StudyInstanceUID="1.2.2")
    until(told, 2)
    write_image(tmp_path / "archive" / "new" / "3.dcm", StudyInstanceUID="1.2.3")
    until(told, 3)


def test_what_is_asked_for_in_vain_hastens_a_look_where_nothing_is_named(
    resting: tuple[Scanner, queue.Queue[ScanStatus]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FolderWatch, "named", lambda self: set())  # a share that another machine writes to
    scanner, told = resting
    write_image(tmp_path / "archive" / "a" / "2.dcm", StudyInstanceUID="1.2.2")
    scanner.look_soon()
    until(told, 2)


def test_words_tell_what_is_gone_from_what_is_not_listed_yet() -> None:
    assert "gone" in questions.GONE
    assert "not listed yet" in questions.UNLISTED
    assert "not listed" not in questions.GONE
