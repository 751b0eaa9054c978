"""Makes the fixture files of the wire contract from its structs: `python -m tests.contract.write_fixtures`.

Python and JavaScript tests read the files; test_fixtures.py fails when they are not what this program writes.
Each file holds lists "valid" and "invalid" per direction. JSON: `message` as it stands on the wire, or the refused `text`.
Binary: `hex` of the packet and `value`, what it decodes to. `code` is the error that the receiver answers.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from signaling.protocol import channels, reservations
from signaling.protocol import control as control_messages
from signaling.protocol import frames as frames_packets
from signaling.protocol import hosts as host_messages
from signaling.protocol import moves as moves_packets
from signaling.protocol import page as page_messages
from signaling.protocol import stills as still_chunks
from signaling.protocol import stream as stream_messages
from tests.contract.samples import control, frames, host, marks_seen, moves, page, stills, stream

FIXTURES = Path(__file__).parent / "fixtures"


def _messages(codec: Any, samples: list[Any], refused: list[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "valid": [
            {"name": type(sample).__name__, "message": json.loads(codec.encode(sample))} for sample in samples
        ],
        "invalid": [{"name": name, "text": text, "code": code} for name, text, code in refused],
    }


def _encoded(packet: Any) -> bytes:
    match packet:
        case moves_packets.Moves():
            return moves_packets.encode_moves(packet)
        case moves_packets.PageBeat():
            return moves_packets.encode_beat(packet)
        case frames_packets.FramesPacket():
            return frames_packets.encode_frames(packet)
        case still_chunks.StillChunk():
            return still_chunks.encode_chunk(packet)
        case (
            stream_messages.Begin()
            | stream_messages.Part()
            | stream_messages.Arrivals()
            | stream_messages.KeyframeWanted()
            | stream_messages.Passed()
        ):
            return stream_messages.encode(packet)
        case _:
            return frames_packets.encode_beat(packet)


def _packets(samples: list[tuple[str, Any]], refused: list[tuple[str, bytes, str]]) -> dict[str, Any]:
    return {
        "valid": [
            {
                "name": name,
                "type": type(packet).__name__,
                "hex": _encoded(packet).hex(),
                "value": msgspec.to_builtins(packet),
            }
            for name, packet in samples
        ],
        "invalid": [{"name": name, "hex": data.hex(), "code": code} for name, data, code in refused],
    }


def fixtures() -> dict[str, Any]:
    """The content of every fixture file, by its name."""
    return {
        "page.json": {
            "from_page": _messages(page_messages.FROM_PAGE, page.FROM_PAGE, page.REFUSED_FROM_PAGE),
            "to_page": _messages(page_messages.TO_PAGE, page.TO_PAGE, []),
        },
        "host.json": {
            "from_host": _messages(host_messages.FROM_HOST, host.FROM_HOST, host.REFUSED_FROM_HOST),
            "to_host": _messages(host_messages.TO_HOST, host.TO_HOST, []),
        },
        "control.json": {
            "from_page": _messages(control_messages.FROM_PAGE, control.FROM_PAGE, control.REFUSED_FROM_PAGE),
            "to_page": _messages(control_messages.TO_PAGE, control.TO_PAGE, []),
        },
        "moves.json": _packets(moves.VALID, moves.REFUSED),
        "frames.json": _packets(frames.VALID, frames.REFUSED),
        "stills.json": _packets(stills.VALID, stills.REFUSED),
        "stream.json": _packets(stream.VALID, stream.REFUSED),
        "reservations.json": [
            {"code": code.value, "takes_exact": reservations.takes_exact(code)}
            for code in reservations.Reservation
        ],
        "marks_seen.json": marks_seen.file(),
        "channels.json": [msgspec.to_builtins(channel) for channel in channels.CHANNELS],
    }


def text(content: Any) -> str:
    """A fixture file's text; lists of numbers and the like stand on one line."""
    spread = json.dumps(content, indent=1, ensure_ascii=False)
    return (
        _FLAT.sub(lambda found: re.sub(r"\n\s*", " ", found[0]).replace("[ ", "[").replace(" ]", "]"), spread)
        + "\n"
    )


_FLAT = re.compile(r"\[(?:\s*(?:-?[\d.e+-]+|null|true|false),?)+\s*\]")


def main() -> None:
    """Write them all."""
    FIXTURES.mkdir(exist_ok=True)
    for name, content in fixtures().items():
        (FIXTURES / name).write_text(text(content), encoding="utf-8")


if __name__ == "__main__":
    main()
