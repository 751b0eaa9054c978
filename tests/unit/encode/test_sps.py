"""Parsing of parameter sets: hostile bytes end in a ValueError, never in nonsense or a loop."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.encode.sps import NAL_SPS, SequenceParameters, find_sps, nal_units, parse_sps

# x264's own for 1920 × 1080 High 4.0: 120 × 68 macroblocks, 8 rows cropped; no range or colours are told.
FULL_HD = bytes.fromhex("6764002 8acd940780227e5c044000003000400000300f03c60c658".replace(" ", ""))


def test_a_known_parameter_set() -> None:
    sps = parse_sps(FULL_HD)
    assert sps.profile_level_id == "640028"
    assert sps.coded == (1920, 1088)
    assert sps.cropped == (1920, 1080)
    assert sps.full_range is None
    assert sps.matrix == -1


def test_nal_units_of_both_start_codes() -> None:
    data = b"\0\0\0\1\x67ab\0\0\1\x68c\0\0\0\1\x65de\0\0"
    assert list(nal_units(data)) == [b"\x67ab", b"\x68c", b"\x65de\0\0"]


def test_no_parameter_set_is_none() -> None:
    assert find_sps(b"\0\0\1\x41abc") is None
    assert find_sps(b"") is None


@pytest.mark.parametrize("unit", [b"", b"\x67", b"\x67\x64\x00\x28", b"\x65\x64\x00\x28\xff\xff"])
def test_what_is_none_is_refused(unit: bytes) -> None:
    with pytest.raises(ValueError, match="parameter set"):
        parse_sps(unit)


@given(st.binary(max_size=64))
def test_any_bytes_are_parsed_or_refused(tail: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(parse_sps(bytes([NAL_SPS]) + tail), SequenceParameters)
