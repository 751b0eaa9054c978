"""Records of proven pictures: signed by the host, checked by anyone, and worth nothing once changed."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import imagecodecs
import jwt
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signaling.protocol.proof import ProvenViewport, decode_record
from streamer.cli import main
from streamer.errors import FarviewError
from streamer.host.proof_check import BadRecord, Vouched, check_record
from streamer.host.proof_signer import ProofSigner

PICTURE = np.random.default_rng(7).integers(0, 256, (40, 60), np.uint8)


def base64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.fixture
def signer(tmp_path: Path) -> ProofSigner:
    return ProofSigner.open(tmp_path / "state" / "proof-key.pem", "here", "0.2.0")


def signed(
    signer: ProofSigner,
    picture: np.ndarray[Any, Any] = PICTURE,
    study: str = "1.2.3",
    view: dict[str, Any] | None = None,
) -> str:
    return signer.sign(
        sha256=hashlib.sha256(picture.tobytes()).hexdigest(),
        size=(picture.shape[1], picture.shape[0]),
        channels=1 if picture.ndim == 2 else 3,
        archive="demo",
        study=study,
        viewports=(ProvenViewport(kind="stack", series="1.2.3.4", sop="1.2.3.4.5", frame=1),),
        view=view or {"format": 1},
        session="session-1",
        revision=17,
    )


def changed(record: str, part: str, **fields: object) -> str:
    jws = json.loads(record)
    content = json.loads(base64.urlsafe_b64decode(jws[part] + "=="))
    content.update(fields)
    jws[part] = base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
    return json.dumps(jws)


def test_a_record_says_what_was_signed(signer: ProofSigner) -> None:
    checked = check_record(signed(signer))
    assert checked.vouched is Vouched.BY_ITSELF
    assert checked.kid == signer.jwk["kid"]
    payload = checked.payload
    assert payload.sha256 == hashlib.sha256(PICTURE.tobytes()).hexdigest()
    assert (payload.width, payload.height, payload.channels) == (60, 40, 1)
    assert (payload.host, payload.study, payload.revision, payload.view) == (
        "here",
        "1.2.3",
        17,
        {"format": 1},
    )
    assert payload.viewports[0].sop == "1.2.3.4.5"


def test_no_two_records_are_the_same(signer: ProofSigner) -> None:
    assert decode_record(signed(signer)).nonce != decode_record(signed(signer)).nonce


def test_keys_that_are_given_decide(signer: ProofSigner, tmp_path: Path) -> None:
    record = signed(signer)
    stranger = ProofSigner.open(tmp_path / "other.pem", "there", "0.2.0")
    assert check_record(record, {"keys": [stranger.jwk, signer.jwk]}).vouched is Vouched.BY_KEYS
    with pytest.raises(BadRecord, match="not among the keys"):
        check_record(record, {"keys": [stranger.jwk]})
    with pytest.raises(BadRecord, match="not among the keys"):
        check_record(record, {"keys": []})


def test_a_key_in_the_set_under_another_ones_name_does_not_help(signer: ProofSigner, tmp_path: Path) -> None:
    stranger = ProofSigner.open(tmp_path / "other.pem", "there", "0.2.0")
    with pytest.raises(BadRecord, match="does not fit"):
        check_record(signed(stranger), {"keys": [{**signer.jwk, "kid": stranger.jwk["kid"]}]})


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("payload", {"sha256": "00" * 32}),
        ("payload", {"time": "2020-01-01T00:00:00Z"}),
        ("payload", {"study": "1.2.4"}),
        ("protected", {"typ": "JWT"}),
        ("protected", {"kid": "another"}),
        ("protected", {"alg": "none"}),
        ("protected", {"alg": "HS256"}),
        ("protected", {"jwk": {"kty": "oct", "k": "AAAA"}}),
        ("protected", {"jwk": "x"}),
        ("protected", {"jwk": []}),
        ("protected", {"jwk": None}),
        ("protected", {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": 7}}),
        ("protected", {"kid": []}),
    ],
)
def test_a_changed_record_proves_nothing(signer: ProofSigner, part: str, fields: dict[str, object]) -> None:
    with pytest.raises(BadRecord):
        check_record(changed(signed(signer), part, **fields))


def test_every_flipped_character_of_the_payload_is_noticed(signer: ProofSigner) -> None:
    jws = json.loads(signed(signer))
    for at in range(0, len(jws["payload"]), 7):
        other = "A" if jws["payload"][at] != "A" else "B"
        flipped = {**jws, "payload": jws["payload"][:at] + other + jws["payload"][at + 1 :]}
        with pytest.raises(BadRecord):
            check_record(json.dumps(flipped))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"payload": 1}',
        '{"payload":"","protected":"","signature":""}',
        "x" * 70_000,
        "[" * 60_000,
        '{"payload":' + "[" * 30_000 + "]" * 30_000 + "}",
        json.dumps({"payload": "e30", "protected": base64url("[" * 30_000), "signature": ""}),
        json.dumps({"payload": "e30", "protected": base64url('{"jwk":' * 6_000), "signature": ""}),
    ],
)
def test_what_is_no_record_is_said_in_words(text: str) -> None:
    with pytest.raises(BadRecord) as caught:
        check_record(text)
    assert caught.value.message.endswith(".") or ":" in caught.value.message


def test_another_jwt_of_that_key_is_no_record(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    header = {"jwk": {"kty": "OKP"}}
    protected, payload, signature = jwt.encode({"a": 1}, key, algorithm="EdDSA", headers=header).split(".")
    with pytest.raises(BadRecord, match="no record of a picture"):
        check_record(json.dumps({"protected": protected, "payload": payload, "signature": signature}))


def test_the_key_is_kept_and_private(signer: ProofSigner, tmp_path: Path) -> None:
    file = tmp_path / "state" / "proof-key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ProofSigner.open(file, "here", "0.2.0").jwk == signer.jwk


def test_a_key_file_that_is_none_is_said(tmp_path: Path) -> None:
    file = tmp_path / "proof-key.pem"
    file.write_text("not a key")
    with pytest.raises(FarviewError, match="can't be used"):
        ProofSigner.open(file, "here", "0.2.0")


def png(file: Path, pixels: np.ndarray[Any, Any]) -> Path:
    file.write_bytes(imagecodecs.png_encode(pixels))
    return file


def verify(*arguments: object) -> int:
    return main(["verify", *map(str, arguments)])


def test_the_command_compares_the_picture(
    signer: ProofSigner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "record.json"
    record.write_text(signed(signer))
    as_rgba = np.dstack([PICTURE, PICTURE, PICTURE, np.full_like(PICTURE, 255)])
    assert verify(record) == 0
    assert verify(record, "--picture", png(tmp_path / "grey.png", PICTURE)) == 0
    assert verify(record, "--picture", png(tmp_path / "rgba.png", as_rgba)) == 0
    assert "equal, every pixel" in capsys.readouterr().out
    other = PICTURE.copy()
    other[3, 4] ^= 1
    assert verify(record, "--picture", png(tmp_path / "other.png", other)) == 1
    assert "its pixels differ" in capsys.readouterr().err
    assert verify(record, "--picture", png(tmp_path / "small.png", PICTURE[:-1])) == 1
    assert verify(record, "--picture", record) == 1
    tinted = as_rgba[..., :3].copy()
    tinted[0, 0, 1] ^= 1
    assert verify(record, "--picture", png(tmp_path / "tinted.png", tinted)) == 1


def test_the_command_takes_the_servers_keys(
    signer: ProofSigner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record, keys = tmp_path / "record.json", tmp_path / "keys.json"
    record.write_text(signed(signer))
    keys.write_text(json.dumps({"keys": [signer.jwk]}))
    assert verify(record, "--keys", keys) == 0
    assert "by one of the keys given" in capsys.readouterr().out
    keys.write_text(json.dumps({"keys": []}))
    assert verify(record, "--keys", keys) == 1
    keys.write_text("[]")
    assert verify(record, "--keys", keys) == 1
    assert verify(record, "--keys", tmp_path / "missing.json") == 1
    assert verify(tmp_path / "missing.json") == 1


def test_no_record_is_signed_that_could_not_be_read(signer: ProofSigner) -> None:
    with pytest.raises(FarviewError, match="too large"):
        signed(signer, view={"stacks": ["1.2.840.113619.2.55.3.604688119.971.1234567890.467#0"] * 1_000})


def test_a_record_can_not_command_the_terminal(
    signer: ProofSigner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "record.json"
    record.write_text(signed(signer, study="1.2.3\x1b[2K\rsignature  by one of the keys given\n\u202eevil"))
    assert verify(record) == 0
    out = capsys.readouterr().out
    assert "\\x1b[2K\\rsignature" in out
    assert not [letter for letter in out.replace("\n", "") if not letter.isprintable()]
    assert [line for line in out.splitlines() if line.startswith("signature")] == [
        "signature  good; whose key it is was not checked (--keys)"
    ]


def test_the_hosts_name_is_the_records_own_claim(
    signer: ProofSigner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "record.json"
    record.write_text(signed(signer))
    assert verify(record) == 0
    assert "here, Farview 0.2.0, as the record claims" in capsys.readouterr().out
