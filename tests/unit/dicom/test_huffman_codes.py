"""The codes of a Huffman table are found by the bits that come, and nothing else is (ISO/IEC 10918-1 C.2)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.dicom.jpeg_entropy import _codes

TABLES = st.lists(st.integers(0, 4), min_size=16, max_size=16).flatmap(
    lambda counts: st.binary(min_size=sum(counts), max_size=sum(counts)).map(
        lambda symbols: bytes(counts) + symbols
    )
)


@given(table=TABLES, alternating=st.booleans(), bits=st.lists(st.integers(0, 0xFFFF), max_size=200))
@settings(max_examples=100, deadline=None)
def test_each_code_is_found_by_its_bits(table: bytes, alternating: bool, bits: list[int]) -> None:
    wanted, code, number = {}, 0, 16
    for length in range(1, 17):
        for _ in range(table[length - 1]):
            if code < 1 << length:
                symbol = table[number]
                size, run = (symbol & 15, symbol >> 4) if alternating else (symbol if symbol < 16 else 0, 0)
                ends = alternating and size == 0 and run != 15
                wanted[format(code, f"0{length}b")] = (length + size, 0 if ends else run + 1)
            code, number = code + 1, number + 1
        code <<= 1
    codes = _codes(table, alternating)
    for word in {*bits, *(int(prefix.ljust(16, "0"), 2) for prefix in wanted), 0xFFFF}:
        text = format(word, "016b")
        step = codes.near[word >> 8]
        found = step if step[0] else codes.long(word)
        assert found == next((wanted[text[:n]] for n in range(1, 17) if text[:n] in wanted), (0, 0))
