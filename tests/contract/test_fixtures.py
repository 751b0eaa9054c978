"""The wire contract: every message type has a fixture, encodes to it, decodes from it; what is wrong is refused by its code."""

from __future__ import annotations

import json
import typing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.protocol import control, errors, frames, hosts, moves, page, stills, stream
from signaling.protocol.errors import ProtocolError
from tests.contract import write_fixtures
from tests.contract.samples import control as control_samples
from tests.contract.samples import frames as frames_samples
from tests.contract.samples import host as host_samples
from tests.contract.samples import moves as moves_samples
from tests.contract.samples import page as page_samples
from tests.contract.samples import stills as stills_samples
from tests.contract.samples import stream as stream_samples

DIRECTIONS = [
    ("page.json", "from_page", page.FROM_PAGE, page.FromPage, page_samples.FROM_PAGE),
    ("page.json", "to_page", page.TO_PAGE, page.ToPage, page_samples.TO_PAGE),
    ("host.json", "from_host", hosts.FROM_HOST, hosts.FromHost, host_samples.FROM_HOST),
    ("host.json", "to_host", hosts.TO_HOST, hosts.ToHost, host_samples.TO_HOST),
    ("control.json", "from_page", control.FROM_PAGE, control.FromPage, control_samples.FROM_PAGE),
    ("control.json", "to_page", control.TO_PAGE, control.ToPage, control_samples.TO_PAGE),
]
IDS = [f"{file}-{direction}" for file, direction, *_ in DIRECTIONS]
BINARY = [
    ("moves.json", moves.decode, moves_samples.VALID),
    ("frames.json", frames.decode, frames_samples.VALID),
    ("stills.json", stills.decode_chunk, stills_samples.VALID),
    ("stream.json", stream.decode, stream_samples.VALID),
]


def _read(name: str) -> Any:
    return json.loads((write_fixtures.FIXTURES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", list(write_fixtures.fixtures()))
def test_the_files_are_what_the_structs_encode(name: str) -> None:
    on_disk = (write_fixtures.FIXTURES / name).read_text(encoding="utf-8")
    assert on_disk == write_fixtures.text(write_fixtures.fixtures()[name]), (
        "the contract changed: run python -m tests.contract.write_fixtures and look at the difference"
    )


@pytest.mark.parametrize(("file", "direction", "codec", "union", "samples"), DIRECTIONS, ids=IDS)
def test_every_message_type_has_a_fixture(
    file: str, direction: str, codec: Any, union: Any, samples: list[Any]
) -> None:
    assert {type(sample) for sample in samples} == set(typing.get_args(union))


@pytest.mark.parametrize(("file", "direction", "codec", "union", "samples"), DIRECTIONS, ids=IDS)
def test_messages_decode_to_what_was_encoded(
    file: str, direction: str, codec: Any, union: Any, samples: list[Any]
) -> None:
    decoded = [codec.decode(json.dumps(case["message"])) for case in _read(file)[direction]["valid"]]
    assert decoded == samples


@pytest.mark.parametrize(("file", "direction", "codec", "union", "samples"), DIRECTIONS, ids=IDS)
def test_unknown_fields_are_ignored(
    file: str, direction: str, codec: Any, union: Any, samples: list[Any]
) -> None:
    for case, sample in zip(_read(file)[direction]["valid"], samples, strict=True):
        assert codec.decode(json.dumps(case["message"] | {"of_a_later_version": 1})) == sample


@pytest.mark.parametrize(("file", "direction", "codec", "union", "samples"), DIRECTIONS, ids=IDS)
def test_wrong_messages_are_refused_by_code(
    file: str, direction: str, codec: Any, union: Any, samples: list[Any]
) -> None:
    for case in _read(file)[direction]["invalid"]:
        with pytest.raises(ProtocolError) as refused:
            codec.decode(case["text"])
        assert refused.value.code == case["code"], case["name"]


@pytest.mark.parametrize(("file", "decode", "samples"), BINARY, ids=["moves", "frames", "stills", "stream"])
def test_packets_decode_to_what_was_encoded(file: str, decode: Any, samples: list[Any]) -> None:
    decoded = [decode(bytes.fromhex(case["hex"])) for case in _read(file)["valid"]]
    assert decoded == [packet for _, packet in samples]


@pytest.mark.parametrize(("file", "decode", "samples"), BINARY, ids=["moves", "frames", "stills", "stream"])
def test_wrong_packets_are_refused_by_code(file: str, decode: Any, samples: list[Any]) -> None:
    for case in _read(file)["invalid"]:
        with pytest.raises(ProtocolError) as refused:
            decode(bytes.fromhex(case["hex"]))
        assert refused.value.code == case["code"], case["name"]


def refusal(decode: Any, data: bytes) -> str:
    """The sentence of the refusal; "decoded." where there is none. Any other error fails the test."""
    try:
        decode(data)
    except ProtocolError as refused:
        return refused.message
    return "decoded."


@pytest.mark.parametrize("codec", [page.FROM_PAGE, control.FROM_PAGE], ids=["page", "control"])
def test_a_message_that_is_nested_too_deeply_is_refused(codec: Any) -> None:
    with pytest.raises(ProtocolError) as refused:
        codec.decode('{"later":' + "[" * 20_000 + "]" * 20_000 + ',"type":"hello"}')
    assert refused.value.code == errors.MALFORMED


@pytest.mark.parametrize("codec", [page.FROM_PAGE, control.FROM_PAGE], ids=["page", "control"])
def test_too_large_a_message_is_refused_unread(codec: Any) -> None:
    with pytest.raises(ProtocolError) as refused:
        codec.decode('{"type":"hello","page":"' + "x" * 65_536)
    assert refused.value.code == errors.TOO_LARGE


@given(st.binary(max_size=1_400))
def test_no_bytes_break_the_decoders(data: bytes) -> None:
    for decode in (moves.decode, frames.decode, stream.decode):
        assert refusal(decode, data).endswith(".")


@given(st.sampled_from([moves_samples.DRAG, moves_samples.FULL]), st.data())
def test_no_flipped_byte_breaks_the_decoder(packet: moves.Moves, data: st.DataObject) -> None:
    raw = bytearray(moves.encode_moves(packet))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    assert refusal(moves.decode, bytes(raw)).endswith(".")


@given(st.text(max_size=300))
def test_no_text_breaks_the_codecs(text: str) -> None:
    for _, _, codec, _, _ in DIRECTIONS:
        with pytest.raises(ProtocolError) as refused:
            codec.decode(text)
        assert refused.value.message.endswith(".")
