"""Options that nothing could start with are refused at once: one sentence, exit code 2, for every command that has them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from signaling.cli.program_copy import COPY_VARIABLE
from streamer.cli import main
from streamer.cli.option_types import signaling_url

GOOD = {"--signaling": "http://127.0.0.1:1", "--key": "fvh_key"}
WRONG = [
    ("--signaling", "127.0.0.1:8104"),
    ("--signaling", "ftp://127.0.0.1"),
    ("--signaling", "ws://127.0.0.1"),
    ("--signaling", "https://"),
    ("--signaling", "https://host:99999"),
    ("--signaling", "https://host:port"),
    ("--signaling", "https://host:0"),
    ("--signaling", "https://[::1"),
    ("--signaling", "https://a host"),
    ("--signaling", "https://host/farview/viewer"),
    ("--signaling", "https://host/worklist"),
    ("--signaling", "https://host/ws/host"),
    ("--signaling", "https://host/../x"),
    ("--signaling", "https://host/a b"),
    ("--signaling", "https://host/?token=x"),
    ("--signaling", "https://me:pw@host"),
    ("--signaling", ""),
    ("--certificate", "/nope.pem"),
    ("--certificate", "/"),
    ("--certificate", "NO-PEM"),
    ("--announce", "nonsense"),
    ("--announce", "host.example"),
    ("--announce", "0.0.0.0"),
    ("--announce", "224.0.0.1"),
    ("--announce", "::"),
    ("--udp-ports", "nonsense"),
    ("--udp-ports", "9-5"),
    ("--udp-ports", "80-90"),
    ("--udp-ports", "50000-70000"),
    ("--udp-ports", "50000"),
    ("--capacity", "0"),
    ("--capacity", "-1"),
    ("--capacity", "many"),
    ("--capacity", "513"),
    ("--workers", "-1"),
    ("--workers", "1.5"),
    ("--cache-gigabytes", "-1"),
    ("--cache-gigabytes", "nan"),
    ("--cache-gigabytes", "inf"),
    ("--child-gigabytes", "0.9"),
    ("--child-gigabytes", "much"),
    ("--park-minutes", "-0.1"),
    ("--gl", "metal"),
    ("--log-level", "loud"),
    ("--name", ""),
    ("--name", "two\nlines"),
    ("--name", "x" * 65),
    ("--key", "two words"),
    ("--key", "key\r\nX-Header: y"),
    ("--state", "FILE/state"),
    ("--cache", "FILE/cache"),
    ("--nonsense", "1"),
]
ADDRESSES = [
    ("https://host", "https://host"),
    ("http://127.0.0.1:8104/", "http://127.0.0.1:8104"),
    ("https://[::1]:8104", "https://[::1]:8104"),
    ("https://host/farview", "https://host/farview"),
    ("https://host:8443/apps/farview/", "https://host:8443/apps/farview"),
]
OF_HOST_ONLY = {"--signaling", "--certificate", "--key", "--name"}
OF_SERVE_ONLY = [
    ("--port", "99999"),
    ("--port", "-1"),
    ("--port", "http"),
    ("--cert", "/nope.pem"),
    ("--key-file", "/nope.pem"),
]


@pytest.mark.parametrize(("given", "dialled"), ADDRESSES)
def test_a_server_is_dialled_where_it_is_also_below_a_path(given: str, dialled: str) -> None:
    assert signaling_url(given) == dialled


def placed(folder: Path, value: str) -> str:
    """The value with files that are there."""
    file = folder / "file"
    file.write_text("this is no certificate")
    return str(file) if value == "NO-PEM" else value.replace("FILE", str(file))


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """What the command sets for its own process is taken back."""
    was = os.umask(0o022)
    os.umask(was)
    yield
    os.umask(was)


def is_one_sentence(said: str) -> bool:
    return said.count("\n") == 1 and "Traceback" not in said and "Error" not in said and "_" not in said


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_of_a_host(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, value: str) -> None:
    value = placed(tmp_path, value)
    given = {"--state": str(tmp_path / "state"), "--cache": str(tmp_path / "cache"), **GOOD, name: value}
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main(["host", *(f"{option}={said}" for option, said in given.items())]))
    said = capsys.readouterr().err
    assert ended.value.code == 2, said
    assert is_one_sentence(said.replace(value, "")), said
    assert name in said
    assert name != "--key" or value not in said, "a key is a secret, also a wrong one"


@pytest.mark.parametrize(
    ("name", "value"), [*(wrong for wrong in WRONG if wrong[0] not in OF_HOST_ONLY), *OF_SERVE_ONLY]
)
def test_of_serve(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    from signaling.cli import main as farview

    # As one that runs from its copy already: else this process would become it.
    monkeypatch.setenv(COPY_VARIABLE, str(Path(__file__).parents[3]))
    value = placed(tmp_path, value)
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(farview(["serve", "--port=0", f"--state={tmp_path / 'state'}", f"{name}={value}"]))
    said = capsys.readouterr().err
    assert ended.value.code == 2, said
    assert is_one_sentence(said.replace(value, "")), said
