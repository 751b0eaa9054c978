"""Tokens, cookies, host keys, private files, and what may not reach a log line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from signaling.auth.cookie import SignInCookie
from signaling.auth.host_keys import key_of, new_host_key
from signaling.auth.private_file import write_private
from signaling.auth.secret_key import equal, hashed, new_secret
from signaling.cli.passed_on import without_key
from signaling.log import REDACTED, place_of_error, redact


def test_secrets_are_long_random_and_differ() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(len(secret) >= 43 for secret in made)


@pytest.mark.parametrize(
    ("given", "wanted", "same"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("", "a", False),
        ("", "", False),
        ("a", "", False),
        ("ä", "ä", True),
    ],
)
def test_only_the_same_secret_is_equal(given: str, wanted: str, same: bool) -> None:
    assert equal(given, wanted) is same


def test_what_is_kept_is_not_the_secret() -> None:
    assert hashed("secret") != "secret"
    assert hashed("secret") == hashed("secret")


def test_the_cookie_is_named_by_port_and_strict() -> None:
    one, other = SignInCookie(8104), SignInCookie(8105, "/farview")
    assert one.name != other.name
    plain, safe = one.attributes(secure=False), other.attributes(secure=True)
    assert (plain["secure"], safe["secure"]) == (False, True)
    assert (plain["path"], safe["path"]) == ("/", "/farview")
    assert plain["httponly"] is True
    assert plain["samesite"] == "Strict"


@pytest.mark.parametrize(
    ("header", "key"), [(None, ""), ("", ""), ("Basic abc", ""), ("Bearer", ""), ("Bearer abc", "abc")]
)
def test_the_key_in_a_header(header: str | None, key: str) -> None:
    assert key_of(header) == key


def test_host_keys_can_be_recognised() -> None:
    assert new_host_key().startswith("fvh_")


@pytest.mark.parametrize(
    ("given", "kept", "key"),
    [
        (["host", "--key", "k", "--name", "n"], ["host", "--name", "n"], "k"),
        (["host", "--key=k"], ["host"], "k"),
        (["host", "--key-stdin"], ["host", "--key-stdin"], ""),
        (["host", "--key"], ["host"], ""),
    ],
)
def test_a_key_leaves_the_arguments(given: list[str], kept: list[str], key: str) -> None:
    assert without_key(given) == (kept, key)


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file"
    old = os.umask(0)
    try:
        write_private(file, b"one")
        write_private(file, b"two")
    finally:
        os.umask(old)
    assert file.read_bytes() == b"two"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["file"]


def test_patient_data_is_left_out_of_log_lines() -> None:
    line = redact(None, "info", {"event": "opened", "study": "1.2.3", "phi_patient_name": "Phantom^Anna"})
    assert line == {"event": "opened", "study": "1.2.3", "phi_patient_name": REDACTED}


def test_an_errors_words_are_left_out_of_log_lines() -> None:
    try:
        raise ValueError("Phantom^Anna is not a date")
    except ValueError as error:
        line = place_of_error(None, "error", {"event": "failed", "exc_info": error})
    assert line["error"] == "ValueError"
    assert "test_secrets.py" in line["at"][-1]
    assert "Anna" not in str(line)
