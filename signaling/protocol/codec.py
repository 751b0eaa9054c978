"""JSON on WebSockets and the control channel: tagged msgspec structs, validated on decode."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from signaling.protocol import errors

T = TypeVar("T")


class JsonCodec(Generic[T]):
    """Encodes and decodes one union of tagged messages; unknown fields are ignored, unknown types are an error."""

    def __init__(self, union: Any, max_bytes: int) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(union)
        self._encoder = msgspec.json.Encoder()
        self._max_bytes = max_bytes

    def encode(self, message: T) -> str:
        """The message as JSON text."""
        return self._encoder.encode(message).decode()

    def decode(self, data: str | bytes) -> T:
        """The message in `data`.

        Raises:
            ProtocolError: too large, not JSON, an unknown type, or fields that do not fit.
        """
        size = len(data)
        if size > self._max_bytes:
            raise errors.ProtocolError(
                errors.TOO_LARGE, f"The message has {size} bytes; at most {self._max_bytes} are accepted."
            )
        try:
            return self._decoder.decode(data)
        except msgspec.ValidationError as error:
            code = (
                errors.UNKNOWN_TYPE
                if "Invalid value" in str(error) and "$.type" in str(error)
                else errors.MALFORMED
            )
            # msgspec names the field and the expected type, never the value it found.
            raise errors.ProtocolError(code, f"The message does not fit the protocol: {error}.") from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise errors.ProtocolError(errors.MALFORMED, "The message is not valid JSON.") from None
        except RecursionError:
            raise errors.ProtocolError(errors.MALFORMED, "The message is nested too deeply.") from None
