"""`farview verify RECORD`: whether a saved record of a proven picture is whole, whose it is, and of which picture."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from streamer.host.proof_check import BadRecord, CheckedRecord, Vouched, check_record

_MOST_SAID = 32
MOST_BYTES = 256 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `verify`."""
    parser.add_argument("record", type=Path, help="the record, as saved from the viewer")
    parser.add_argument(
        "--picture", type=Path, metavar="PNG", help="a picture that should be the one recorded"
    )
    parser.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help="the keys of your hosts: what /api/proof-keys of your server says",
    )


def run(options: argparse.Namespace) -> int:
    """Prints what the record proves; 1 when it does not."""
    try:
        keys = _keys(options.keys) if options.keys is not None else None
        checked = check_record(_read(options.record), keys)
        print("\n".join(map(printable, _lines(checked))))
        if options.picture is not None:
            _compare(options.picture, checked)
            print("picture    equal, every pixel")
    except BadRecord as reason:
        print(f"farview verify: {printable(reason.message)}", file=sys.stderr)
        return 1
    return 0


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadRecord(f"{file} is larger than anything this program reads.")
        return file.read_bytes()
    except OSError as error:
        raise BadRecord(f"{file} can't be read: {error.strerror}.") from error


def _keys(file: Path) -> dict[str, Any]:
    try:
        keys = json.loads(_read(file))
        if not isinstance(keys["keys"], list) or not all(isinstance(key, dict) for key in keys["keys"]):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadRecord(f"{file} is no set of keys (RFC 7517). Save what /api/proof-keys says.") from error
    return dict(keys)


def printable(text: str) -> str:
    """As a terminal may have it: whoever made the record wrote what it says, and may have written commands to terminals."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )


def _lines(checked: CheckedRecord) -> list[str]:
    payload = checked.payload
    vouched = (
        "by one of the keys given"
        if checked.vouched is Vouched.BY_KEYS
        else "good; whose key it is was not checked (--keys)"
    )
    lines = [
        f"signature  {vouched}",
        f"key        {checked.kid}",
        f"host       {payload.host}, Farview {payload.version}, as the record claims",
        f"time       {payload.time}",
        f"study      {payload.study}",
    ]
    for viewport in payload.viewports:
        image = f" image {viewport.sop} frame {viewport.frame}" if viewport.sop else ""
        limits = "" if viewport.exact else ", not all of it"
        limits += "".join(f", {code.replace('_', ' ')}" for code in viewport.reservations[:_MOST_SAID])
        lines.append(f"viewport   {viewport.kind} of {viewport.series or 'nothing'}{image}{limits}")
    return [
        *lines,
        f"picture    {payload.width} × {payload.height}, {'grey' if payload.channels == 1 else 'colour'}",
        f"sha256     {payload.sha256}",
        f"note       {payload.notice}",
    ]


def _compare(file: Path, checked: CheckedRecord) -> None:
    """The pixels of the picture, hashed as the host hashed them.

    Raises:
        BadRecord: it can't be read, or is another picture.
    """
    import imagecodecs  # imported late: most records are checked without a picture

    payload = checked.payload
    try:
        pixels = imagecodecs.png_decode(_read(file))
    except (RuntimeError, ValueError) as error:
        raise BadRecord(f"{file} is no PNG picture.") from error
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        if pixels[..., -1].min() < 255:
            raise BadRecord(f"{file} is transparent in places; a picture of Farview never is.")
        pixels = pixels[..., :-1]
    if pixels.ndim == 3 and payload.channels == 1:
        if (pixels != pixels[..., :1]).any():
            raise BadRecord(f"{file} has colours; the picture recorded is grey.")
        pixels = pixels[..., 0]
    elif pixels.ndim == 2 and payload.channels == 3:
        pixels = pixels[..., None].repeat(3, axis=2)
    elif pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if (pixels.shape[1], pixels.shape[0]) != (payload.width, payload.height):
        raise BadRecord(
            f"{file} is {pixels.shape[1]} × {pixels.shape[0]}, the picture recorded {payload.width} × {payload.height}."
        )
    if pixels.dtype != "uint8" or hashlib.sha256(pixels.tobytes()).hexdigest() != payload.sha256:
        raise BadRecord(f"{file} is not the picture recorded: its pixels differ.")
