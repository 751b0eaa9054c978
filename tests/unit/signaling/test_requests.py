"""Small rules of the HTTP side: origins, host names, rates, static files."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from signaling.api.build import WebFiles
from signaling.api.health import is_loopback
from signaling.api.rate import Bucket
from signaling.api.security import content_policy, host_name, is_own_origin
from signaling.api.worklist import filter_of
from signaling.protocol.errors import ProtocolError
from signaling.protocol.records import WorklistFilter


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://127.0.0.1:8104", True),
        ("HTTP://127.0.0.1:8104", True),
        ("https://127.0.0.1:8104", False),
        ("http://127.0.0.1:8105", False),
        ("http://127.0.0.1", False),
        ("http://evil.example", False),
        ("http://127.0.0.1:8104.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_our_own_origin(origin: str, own: bool) -> None:
    assert is_own_origin(origin, "http", "127.0.0.1:8104") is own


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("localhost:8104", "localhost"),
        ("LOCALHOST", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:8104", "::1"),
        ("[::1", ""),
        ("", ""),
    ],
)
def test_the_name_in_a_host_header(header: str, name: str) -> None:
    assert host_name(header) == name


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("fe80::1%eth0", False),
        (None, False),
    ],
)
def test_which_peers_are_this_machine(address: str | None, ours: bool) -> None:
    assert is_loopback(address) is ours


def test_the_policy_lets_nothing_in_from_elsewhere_and_no_inline_script() -> None:
    policy = content_policy("127.0.0.1:8104", tls=True)
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "wss://127.0.0.1:8104" in policy
    assert "default-src 'self'" in policy


def test_a_bucket_lets_bursts_through_and_then_the_rate() -> None:
    bucket = Bucket(rate=10, burst=3, now=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(0.1)
    assert not bucket.take(0.1)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_a_query_becomes_a_filter() -> None:
    assert filter_of({"text": "head", "limit": "5", "unknown": "1"}) == WorklistFilter(text="head", limit=5)
    with pytest.raises(ProtocolError, match="whole numbers"):
        filter_of({"limit": "many"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ui").mkdir()
    (tmp_path / "index.html").write_text("<script src='/static/{{build}}/a.js'></script>{{message}}")
    (tmp_path / "ui" / "a.js").write_text("export const a = 1;\n" * 50)
    (tmp_path / ".secret.js").write_text("no")
    (tmp_path / "notes.txt").write_text("no")
    (tmp_path / "link.js").symlink_to("/etc/hostname")
    return tmp_path


def test_only_the_browsers_files_are_found(folder: Path) -> None:
    files = WebFiles(folder)
    assert files.find("ui/a.js") is not None
    for name in (".secret.js", "notes.txt", "link.js", "../x.js", "ui", "", "ui/../index.html"):
        assert files.find(name) is None, name


def test_a_file_is_kept_compressed(folder: Path) -> None:
    file = WebFiles(folder).find("ui/a.js")
    assert file is not None
    assert file.media_type == "text/javascript"
    assert file.gzipped is not None
    assert gzip.decompress(file.gzipped) == file.data


def test_placeholders_are_filled(folder: Path) -> None:
    files = WebFiles(folder)
    assert (
        files.page("index.html", message="hello")
        == f"<script src='/static/{files.build}/a.js'></script>hello"
    )


def test_the_build_changes_with_the_content_not_with_the_time(folder: Path) -> None:
    before = WebFiles(folder).build
    os.utime(folder / "ui" / "a.js", (1, 1))
    assert WebFiles(folder).build == before
    (folder / "ui" / "a.js").write_text("changed")
    assert WebFiles(folder).build != before
