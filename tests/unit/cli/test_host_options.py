"""The options of `farview host`: the usual folders, and nonsense refused in words."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from streamer.cli.host import add_arguments


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(["--signaling", "http://127.0.0.1:1", *arguments])


def test_a_host_has_the_usual_folders_unless_others_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/d")
    monkeypatch.setenv("XDG_CACHE_HOME", "/c")
    usual = options()
    assert (usual.cache, usual.state) == (Path("/c/farview"), Path("/d/farview/host"))
    named = options("--state=/s", "--cache", "/x")
    assert (named.cache, named.state) == (Path("/x"), Path("/s"))


@pytest.mark.parametrize(
    ("name", "value"), [("--log-level", "loud"), ("--udp-ports", "nonsense"), ("--udp-ports", "9-5")]
)
def test_nonsense_is_refused_in_words(capsys: pytest.CaptureFixture[str], name: str, value: str) -> None:
    with pytest.raises(SystemExit):
        options(name, value)
    assert value in capsys.readouterr().err
