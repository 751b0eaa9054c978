"""Keys that sign records of proven pictures: learnt from hosts, kept for good, published as a JWK set."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from signaling.domain.proof_keys import MOST_PER_HOST, proof_key
from signaling.services.proof_keys import ProofKeyService
from signaling.store.database import Database
from signaling.store.proof_keys import SqlProofKeys

RFC_8037_KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "farview.db")
    yield opened
    await opened.close()


def numbered(number: int) -> str:
    x = base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
    return json.dumps({**RFC_8037_KEY, "x": x})


def test_the_thumbprint_is_that_of_rfc_8037_a_3_whatever_the_host_calls_the_key() -> None:
    key = proof_key(json.dumps({**RFC_8037_KEY, "kid": "mine"}), "local", 1.0)
    assert key.kid == RFC_8037_THUMBPRINT
    assert key.jwk["kid"] == RFC_8037_THUMBPRINT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({**RFC_8037_KEY, "crv": "X25519"}),
        json.dumps({**RFC_8037_KEY, "x": "AAAA"}),
        json.dumps({**RFC_8037_KEY, "x": 7}),
        json.dumps({**RFC_8037_KEY, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}),
    ],
)
def test_what_is_no_public_ed25519_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="That is no public"):
        proof_key(text, "local", 1.0)


async def test_a_key_is_published_once_and_stays(database: Database) -> None:
    service = ProofKeyService(SqlProofKeys(database), lambda: 5.0)
    await service.learn("local", json.dumps(RFC_8037_KEY))
    await service.learn("other", json.dumps(RFC_8037_KEY))
    await service.learn("local", "nonsense")
    await service.learn("local", "")
    published = await service.published()
    assert [key["kid"] for key in published["keys"]] == [RFC_8037_THUMBPRINT]
    assert published["keys"][0]["x"] == RFC_8037_KEY["x"]


async def test_one_host_can_not_fill_the_table(database: Database) -> None:
    service = ProofKeyService(SqlProofKeys(database))
    for number in range(MOST_PER_HOST + 3):
        await service.learn("local", numbered(number))
    await service.learn("other", numbered(1_000))
    assert len((await service.published())["keys"]) == MOST_PER_HOST + 1
