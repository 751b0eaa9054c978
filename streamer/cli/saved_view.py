"""The file that `farview render` reads: a saved record of a picture, or a view as plain JSON."""

from __future__ import annotations

from pathlib import Path

import msgspec

from signaling.protocol import errors, proof
from signaling.protocol.errors import ProtocolError
from signaling.protocol.records import JsonObject
from streamer.errors import FarviewError

MOST_BYTES = 1024 * 1024


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    """Which picture: the study, the size, the view as checkpoints keep it; `sha256` of what it looked like, where known."""

    study: str
    width: int
    height: int
    view: JsonObject
    sha256: str = ""


def read_saved_view(file: Path) -> SavedView:
    """The view in `file`; whether a record's signature is good is not asked here.

    Raises:
        FarviewError: it can't be read, or is neither a record nor a view.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _refused(f"{file} is larger than any record or view.")
        text = file.read_bytes()
    except OSError as error:
        raise _refused(f"{file} can't be read: {error.strerror}.") from None
    try:
        found = msgspec.json.decode(text, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _refused(f"{file} is no JSON object. Give a record saved from the viewer, or a view.") from None
    try:
        if "payload" in found:
            payload = proof.decode_record(text)
            return SavedView(
                study=payload.study,
                width=payload.width,
                height=payload.height,
                view=payload.view,
                sha256=payload.sha256,
            )
        return msgspec.convert(found, SavedView)
    except ProtocolError as error:
        raise _refused(f"{file} is no good record. {error.message}") from None
    except msgspec.ValidationError as error:
        raise _refused(
            f"{file} is no view: {error}. One has study, width, height and view, or is a record saved from the viewer."
        ) from None


def _refused(sentence: str) -> FarviewError:
    return FarviewError(sentence, errors.MALFORMED)
