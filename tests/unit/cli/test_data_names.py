"""`--data NAME=PATH` beside `--data PATH`, for `farview serve` and `farview host` alike."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from signaling.cli.arguments import parser
from signaling.cli.host_options import host_arguments
from streamer.cli.host import add_arguments
from streamer.cli.option_types import OneSentenceParser


def of_serve(*given: str) -> list[tuple[Path, str]]:
    return [(each.folder, each.name) for each in parser().parse_args(["serve", *given]).data]


def of_host(*given: str) -> list[tuple[Path, str]]:
    made = OneSentenceParser(prog="farview host")
    add_arguments(made)
    options = made.parse_args(["--signaling", "http://127.0.0.1:1", *given])
    return [(each.folder.absolute(), each.name) for each in options.data]


Parse = Callable[..., list[tuple[Path, str]]]
COMMANDS = pytest.mark.parametrize("parsed", [of_serve, of_host])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("plain", "a=b", "main=plain"):
        (tmp_path / "there" / name).mkdir(parents=True)


@COMMANDS
@pytest.mark.parametrize(
    ("given", "folder", "name"),
    [
        ("there/plain", "there/plain", ""),
        ("main=there/plain", "there/plain", "main"),
        ("Main-1._x=there/plain", "there/plain", "Main-1._x"),
        ("main=away", "away", "main"),
        ("main=~/data", "home/data", "main"),
        ("main=there/a=b", "there/a=b", "main"),
        (f"{'x' * 64}=there", "there", "x" * 64),
        ("there/a=b", "there/a=b", ""),
        ("there/away=b", "there/away=b", ""),
    ],
)
def test_what_is_a_name_and_what_is_a_folder(
    parsed: Parse, given: str, folder: str, name: str, tmp_path: Path
) -> None:
    assert parsed("--data", given) == [(tmp_path / folder, name)]


@COMMANDS
def test_a_folder_that_is_there_as_a_whole_is_a_folder(
    parsed: Parse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "there")
    for given in ("a=b", "main=plain"):
        assert parsed("--data", given) == [(tmp_path / "there" / given, "")]


@COMMANDS
@pytest.mark.parametrize(
    "given",
    [["two words=x"], [f"{'x' * 65}=x"], ["=x"], ["main="], ["ü=x"], ["main=a", "main=b"]],
)
def test_what_is_neither_is_refused_in_one_sentence(
    parsed: Parse, given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parsed(*(word for each in given for word in ("--data", each)))
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.count("\n") == 1
    assert "--data" in said
    assert "Error" not in said


def test_the_host_that_serve_starts_is_told_the_same(tmp_path: Path) -> None:
    given = ["--data", "main=there/a=b", "--data", "there/plain", "--data", "there/a=b"]
    options = parser().parse_args(["serve", *given])
    arguments = host_arguments(options, "http://127.0.0.1:1", options.data)
    passed = [word for word in itertools.pairwise(arguments) if word[0] == "--data"]
    assert of_host(*(word for pair in passed for word in pair)) == of_serve(*given)
