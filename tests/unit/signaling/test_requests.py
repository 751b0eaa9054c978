"""Small rules of the HTTP side: origins, host names, rates, static files."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from signaling.api.build import WebFiles
from signaling.api.rate import Bucket
from signaling.api.reader_side import ReaderSide, host_name
from signaling.api.security import content_policy, is_own_origin, what_differs
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
    assert is_own_origin(origin, "http://127.0.0.1:8104") is own


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


def test_the_policy_lets_nothing_in_from_elsewhere_and_no_inline_script() -> None:
    policy = content_policy(ReaderSide("https", "127.0.0.1:8104", "", True))
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "wss://127.0.0.1:8104" in policy
    assert "default-src 'self'" in policy


@pytest.mark.parametrize(
    ("origin", "own", "same"),
    [
        ("https://r.example", "https://r.example:443", True),
        ("http://r.example:80", "http://r.example", True),
        ("https://r.example", "http://r.example", False),
        ("https://r.example:80", "https://r.example", False),
        ("https://", "https://:443", True),
    ],
)
def test_a_port_that_goes_without_saying_may_be_said(origin: str, own: str, same: bool) -> None:
    assert is_own_origin(origin, own) is same


@pytest.mark.parametrize("host", ["[::1]:8104", "[fe80::1]", "a b", "x;script-src *", ""])
def test_the_policy_names_no_source_that_is_none(host: str) -> None:
    """CSP 3 has no form for IPv6, and what follows a source that is none would be another rule."""
    policy = content_policy(ReaderSide("https", host, "", False))
    assert "connect-src 'self';" in policy


def test_a_refusal_names_both_origins_and_shows_no_control_signs() -> None:
    words = what_differs("https://a\x1b[31m" + "x" * 500, ReaderSide("http", "b", "", False))
    assert "The page's origin is https://a?[31mxx" in words
    assert "takes itself for http://b." in words
    assert "--trusted-proxy" in words
    assert len(words) < 600


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
