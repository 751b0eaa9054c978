"""The record of a proven picture: a JWS (RFC 7515) signed by the render host with Ed25519 (RFC 8037).

A saved record is the flattened JSON serialization (7.2.2). Its protected header names the key (`kid`, the RFC 7638 thumbprint)
and holds the public key itself (`jwk`, RFC 8037): anyone can check that the record is whole; whose key it is, the server says
(GET /api/proof-keys, a JWK set as in RFC 7517).
"""

from __future__ import annotations

import base64
import binascii

import msgspec

from signaling.protocol import errors
from signaling.protocol.errors import ProtocolError
from signaling.protocol.records import JsonObject
from signaling.protocol.stored_format import StoredFormat, StoredFormatError, unchanged

_FORMAT = StoredFormat("The record", {1: unchanged})
FORMAT = _FORMAT.number
"""A record is signed as it is written: one of an earlier format is checked as it stands, and brought up only to be read."""
TYPE = "farview-proof"
RECORD_BYTES = 65_536
NOT_A_DEVICE = "Farview is not a medical device."


class ProvenViewport(msgspec.Struct, frozen=True, kw_only=True):
    """What a viewport of the picture showed: the SOP instance and frame (1-based) of a stack, else the series alone.

    `reservations` are codes of what stands against the image (signaling/protocol/reservations.py), notices too.
    `exact` is false where the host itself knows that it is not all there is (not all loaded, drawn from a reduced copy).
    """

    kind: str
    series: str = ""
    sop: str = ""
    frame: int = 0
    exact: bool = True
    reservations: tuple[str, ...] = ()


class ProofPayload(msgspec.Struct, frozen=True, kw_only=True):
    """What the host vouches for: it drew this picture of this view. UIDs only, no name of a patient.

    `sha256` is as in control.StillProof, `view` as checkpoints keep it, `time` is UTC (RFC 3339), `nonce` never repeats.
    """

    format: int
    sha256: str
    width: int
    height: int
    channels: int
    archive: str
    study: str
    viewports: tuple[ProvenViewport, ...]
    view: JsonObject
    session: str
    revision: int
    time: str
    nonce: str
    host: str
    version: str
    notice: str = NOT_A_DEVICE


class FlattenedJws(msgspec.Struct, frozen=True, kw_only=True):
    """A JWS as JSON (RFC 7515, 7.2.2), everything in its protected header."""

    payload: str
    protected: str
    signature: str

    @property
    def compact(self) -> str:
        """The compact serialization (7.1), as libraries take it."""
        return f"{self.protected}.{self.payload}.{self.signature}"


def record_text(compact: str) -> str:
    """The text that a reader saves, of a JWS in compact serialization."""
    protected, payload, signature = compact.split(".")
    jws = FlattenedJws(payload=payload, protected=protected, signature=signature)
    return msgspec.json.format(msgspec.json.encode(jws), indent=1).decode() + "\n"


def read_record(text: str | bytes) -> FlattenedJws:
    """The signed form in a saved record; nothing is checked yet.

    Raises:
        ProtocolError: it is no record.
    """
    if len(text) > RECORD_BYTES:
        raise ProtocolError(errors.TOO_LARGE, "That is larger than any record of a picture.")
    try:
        return msgspec.json.decode(text, type=FlattenedJws)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProtocolError(errors.MALFORMED, f"That is no record of a picture: {error}.") from None


def read_payload(jws: FlattenedJws) -> ProofPayload:
    """What the record says, whether or not its signature is good.

    Raises:
        ProtocolError: it says something else than a record of this format does.
    """
    try:
        data = base64.urlsafe_b64decode(jws.payload + "=" * (-len(jws.payload) % 4))
        document = msgspec.json.decode(data, type=JsonObject)
    except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error, ValueError, RecursionError) as error:
        raise ProtocolError(errors.MALFORMED, f"The record does not say what one should: {error}.") from None
    try:
        return msgspec.convert(_FORMAT.upgraded(document), ProofPayload)
    except StoredFormatError as error:
        raise ProtocolError(errors.VERSION, str(error)) from None
    except msgspec.ValidationError as error:
        raise ProtocolError(errors.MALFORMED, f"The record does not say what one should: {error}.") from None


def decode_record(text: str | bytes) -> ProofPayload:
    """What a saved record says, unchecked.

    Raises:
        ProtocolError: it is no record.
    """
    return read_payload(read_record(text))
