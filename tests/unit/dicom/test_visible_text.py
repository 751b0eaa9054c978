"""A text in which nothing can be seen is none, whichever characters it is made of."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.dicom.elements import clean
from streamer.dicom.header import read_header
from streamer.viewer.person_name import Names, compare
from streamer.viewer.visible_text import is_visible
from tests.data.phantoms import write_odd

INVISIBLE = {
    "space": " ", "no-break space": "\xa0", "en quad": "\u2000", "hair space": "\u200a", "ideographic space": "\u3000",
    "Ogham space": "\u1680", "line separator": "\u2028", "nul": "\0", "tab": "\t", "delete": "\x7f", "C1": "\x9b",
    "soft hyphen": "\xad", "grapheme joiner": "\u034f", "Arabic letter mark": "\u061c", "Hangul fillers": "\u115f\u1160",
    "Hangul filler": "\u3164", "half-width Hangul filler": "\uffa0", "Khmer vowels": "\u17b4\u17b5", "Mongolian": "\u180b\u180e",
    "zero-width space": "\u200b", "joiners": "\u200c\u200d", "marks": "\u200e\u200f", "embedding": "\u202a\u202e",
    "word joiner": "\u2060", "isolates": "\u2066\u2069", "selectors": "\ufe00\ufe0f", "byte order mark": "\ufeff",
    "interlinear": "\ufff9\ufffb", "tags": "\U000e0041\U000e007f", "selector 256": "\U000e01ef", "shorthand": "\U0001bca0",
    "musical": "\U0001d173", "Braille blank": "\u2800", "Khitan filler": "\U00016fe4", "null notehead": "\U0001d159",
}  # fmt: skip
VISIBLE = ["A", "é", "山", "한", "ア", "م", "1", "-", "?", "�", "👩", "\u0335", "\u2801", "\u1100"]


@pytest.mark.parametrize("text", INVISIBLE.values(), ids=INVISIBLE)
def test_what_is_not_seen_is_nothing(text: str) -> None:
    assert not is_visible(text)
    assert not is_visible(text * 3 + "".join(INVISIBLE.values()))
    assert clean(text, 64) == ""


@pytest.mark.parametrize("sign", VISIBLE)
def test_what_is_seen_is_kept(sign: str) -> None:
    assert is_visible(sign)
    assert is_visible("\u3164" + sign + "\u200b")
    assert sign in clean("\u3164" + sign + "\u200b", 64)


def test_no_letter_of_any_script_is_taken_for_nothing_but_the_fillers() -> None:
    unseen = {sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isalnum() and not is_visible(sign)}
    assert unseen == set("\u115f\u1160\u3164\uffa0")


@given(st.text(st.sampled_from("".join(INVISIBLE.values()) + "^=")))
def test_names_of_such_characters_agree_with_every_name(name: str) -> None:
    assert compare(name, "SMITH^John") is Names.UNSAID


@given(st.text())
def test_what_is_drawn_by_its_category_is_seen(text: str) -> None:
    if any(unicodedata.category(sign) in ("Lu", "Ll", "No", "Po", "Sm") for sign in text):
        assert is_visible(text)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("\u3164", ""),
        ("\u2800\u2800^\u2800", ""),
        ("\u200b^\u200d^\u2060", ""),
        ("\u202e\u2066^\u3164=\u3000^\u3164", ""),
        ("^^^^", ""),
        ("\u3164=\u3164=SMITH^John", "SMITH^John"),
        ("\u3164^\u3164=山田^太郎", "山田^太郎"),
        ("SMITH^\u3164", "SMITH^\u3164"),
    ],
    ids=ascii,
)
def test_a_patients_name_of_nothing_to_see_is_no_name(tmp_path: Path, written: str, name: str) -> None:
    odd = {
        "PatientName": written,
        "PatientID": "\u3164",
        "StudyDescription": "\u200b\u2800",
        "SeriesDescription": "\u2063",
    }
    record = read_header(write_odd(tmp_path / "1.dcm", odd, SpecificCharacterSet="ISO_IR 192"))
    assert record.patient.name == name
    assert (record.patient.patient_id, record.study.description, record.series.description) == ("", "", "")
