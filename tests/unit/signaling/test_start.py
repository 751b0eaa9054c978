"""What `farview` decides before it serves: where to listen, over what, on which state, and when to start a child again."""

from __future__ import annotations

import argparse
import itertools
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from signaling.auth.certificate_authority import CertificateAuthority
from signaling.cli.arguments import parser
from signaling.cli.host_options import host_arguments
from signaling.cli.listening import INSECURE, Listening, listen
from signaling.cli.restart import AT_ONCE, LONGEST, STEADY_AFTER, Restarts
from signaling.cli.state_dir import StateDir, running_url
from signaling.errors import CannotStart


def options(tmp_path: Path, *arguments: str) -> argparse.Namespace:
    return parser().parse_args(["serve", "--state", str(tmp_path / "state"), "--port", "0", *arguments])


def opened(tmp_path: Path, *arguments: str) -> Listening:
    listening = listen(options(tmp_path, *arguments))
    listening.socket.close()
    return listening


def test_loopback_and_plain_by_default(tmp_path: Path) -> None:
    with listen(options(tmp_path)).socket as bound:
        assert bound.getsockname()[0] == "127.0.0.1"
    listening = opened(tmp_path)
    assert listening.context is None
    assert listening.names == {"localhost", "127.0.0.1", "::1"}


def test_beyond_this_machine_over_https_with_an_authority_of_its_own(tmp_path: Path) -> None:
    with listen(options(tmp_path, "--bind", "0.0.0.0", "--name", "Reader.example")).socket as bound:
        assert bound.getsockname()[0] == "0.0.0.0"
    listening = opened(tmp_path, "--bind", "0.0.0.0", "--name", "Reader.example")
    assert listening.context is not None
    assert "reader.example" in listening.names
    assert "fingerprint" in listening.hint


def test_insecure_is_allowed_and_says_what_will_not_work(tmp_path: Path) -> None:
    listening = opened(tmp_path, "--bind", "0.0.0.0", "--insecure")
    assert listening.context is None
    assert listening.hint == INSECURE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--bind", "203.0.113.7"], "--bind"),
        (["--bind", "no.such.name.invalid"], "--bind"),
        (["--cert", "/dev/null"], "both"),
        (["--cert", "/dev/null", "--key-file", "/dev/null"], "PEM"),
    ],
)
def test_what_can_not_be_listened_on_is_refused_in_words(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    with pytest.raises(CannotStart, match=words):
        opened(tmp_path, *arguments)


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"Port {port} is taken.*--port"):
            opened(tmp_path, "--port", str(port))


def test_the_authoritys_certificates_are_trusted_for_their_names_only(tmp_path: Path) -> None:
    authority = CertificateAuthority.open(tmp_path)
    certificate_file, key_file = authority.certificate_for({"127.0.0.1", "reader.example"})
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    builder = PolicyBuilder().store(Store([authority.certificate]))
    assert builder.build_server_verifier(x509.DNSName("reader.example")).verify(certificate, [])
    with pytest.raises(x509.verification.VerificationError):
        builder.build_server_verifier(x509.DNSName("evil.example")).verify(certificate, [])
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate_file, key_file)
    assert CertificateAuthority.open(tmp_path).certificate == authority.certificate, "made once, then kept"
    assert {f.stat().st_mode & 0o777 for f in tmp_path.iterdir()} == {0o600}


def test_one_farview_for_each_state(tmp_path: Path) -> None:
    with StateDir(tmp_path / "s") as state:
        with pytest.raises(CannotStart, match="already runs"), StateDir(tmp_path / "s"):
            pass
        with pytest.raises(CannotStart, match="just starting"):
            running_url(tmp_path / "s")
        url = state.address.publish("http://127.0.0.1:1/")
        assert url.startswith("http://127.0.0.1:1/#token=")
        assert running_url(tmp_path / "s") == url
        assert state.address.token() == url.split("=")[1]
        new = running_url(tmp_path / "s", new=True)
        assert state.address.token() == new.split("=")[1] != url.split("=")[1]
        assert (tmp_path / "s" / "address.json").stat().st_mode & 0o777 == 0o600
    assert state.address.token() == "", "it ends with Farview"
    with pytest.raises(CannotStart, match="No Farview runs"):
        running_url(tmp_path / "s")
    with StateDir(tmp_path / "s"):
        pass


def test_the_address_of_one_that_was_killed_is_not_that_of_the_next(tmp_path: Path) -> None:
    with StateDir(tmp_path / "s") as state:
        state.address.publish("http://127.0.0.1:1/")
        left = (tmp_path / "s" / "address.json").read_bytes()
    (tmp_path / "s" / "address.json").write_bytes(left)
    with StateDir(tmp_path / "s") as state:
        assert state.address.token() == ""
        for new in (False, True):
            with pytest.raises(CannotStart, match="just starting"):
                running_url(tmp_path / "s", new=new)


def test_another_user_makes_no_new_address_that_farview_could_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StateDir(tmp_path / "s") as state:
        url = state.address.publish("http://127.0.0.1:1/")
        monkeypatch.setattr("os.geteuid", lambda: 12_345)
        with pytest.raises(CannotStart, match="as the user that runs Farview"):
            running_url(tmp_path / "s", new=True)
        assert running_url(tmp_path / "s") == url


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "366", "many", ""])
def test_a_life_that_no_sign_in_can_have_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], days: str
) -> None:
    with pytest.raises(SystemExit):
        options(tmp_path, "--sign-in-days", days)
    assert "give 1 to 365" in capsys.readouterr().err
    assert options(tmp_path).sign_in_days == 30
    assert options(tmp_path, "--sign-in-days", "7").sign_in_days == 7


@pytest.mark.parametrize("windows", ["0", "-1", "1.5", "101", "many", ""])
def test_a_number_of_windows_that_nobody_could_read_in_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], windows: str
) -> None:
    with pytest.raises(SystemExit):
        options(tmp_path, "--windows", windows)
    assert "give 1 to 100" in capsys.readouterr().err
    assert options(tmp_path).windows == 6
    assert options(tmp_path, "--windows", "2").windows == 2


def test_no_address_of_a_farview_that_was_never_there(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="No Farview runs"):
        running_url(tmp_path)


def test_a_state_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="--state"), StateDir(tmp_path / "file"):
        pass


def test_a_child_is_restarted_at_once_then_ever_later_then_at_once_again() -> None:
    restarts = Restarts()
    pauses = [restarts.pause(ran=1.0) for _ in range(12)]
    assert pauses[0] == AT_ONCE <= 0.1
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST
    assert restarts.often
    assert restarts.pause(ran=STEADY_AFTER) == AT_ONCE
    assert not restarts.often


def test_the_hosts_key_is_not_among_its_arguments(tmp_path: Path) -> None:
    given = options(
        tmp_path, "--udp-ports", "50000-50100", "--announce", "192.0.2.1", "--data", str(tmp_path)
    )
    arguments = host_arguments(given, "http://127.0.0.1:1", given.data)
    assert "--key" not in arguments
    assert arguments[arguments.index("--data") + 1] == str(tmp_path)
    assert arguments[arguments.index("--udp-ports") + 1] == "50000-50100"
    assert arguments[arguments.index("--announce") + 1] == "192.0.2.1"
    assert arguments[arguments.index("--parent-pipe") + 1] == "0"


def test_the_host_is_told_all_that_serve_was_told_of_it(tmp_path: Path) -> None:
    said = [
        "--capacity",
        "3",
        "--workers",
        "0",
        "--cache-gigabytes",
        "1.5",
        "--gl",
        "osmesa",
        "--park-minutes",
        "5",
    ]
    given = options(tmp_path, *said, "--log-level", "debug")
    arguments = host_arguments(given, "http://127.0.0.1:1", [])
    told = dict(itertools.pairwise(arguments))
    assert [(name, told[name]) for name in said[::2]] == list(zip(said[::2], said[1::2], strict=True))
    assert told["--log-level"] == "debug"
    assert "--udp-ports" not in arguments


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("--udp-ports", "nonsense"),
        ("--udp-ports", "50199-50000"),
        ("--udp-ports", "50000-70000"),
        ("--capacity", "0"),
        ("--capacity", "many"),
        ("--capacity", "513"),
        ("--workers", "-1"),
        ("--cache-gigabytes", "nan"),
        ("--park-minutes", "-1"),
        ("--gl", "metal"),
    ],
)
def test_what_the_host_could_not_start_with_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    with pytest.raises(SystemExit):
        options(tmp_path, name, value)
    assert value in capsys.readouterr().err
