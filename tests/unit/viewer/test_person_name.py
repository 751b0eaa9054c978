"""Names: one name written in two ways, or two names."""

from __future__ import annotations

import pytest

from streamer.viewer.person_name import Names, compare

AGREE, PARTLY, DIFFER, UNSAID = Names

TABLE = {
    "equal": ("SMITH^John", "SMITH^John", AGREE),
    "case and padding": ("SMITH^John", "Smith ^john^^ ", AGREE),
    "accents": ("MÜLLER^Jörg", "MULLER^Jorg", AGREE),
    "umlauts written out": ("MÜLLER^Jörg", "MUELLER^Joerg", AGREE),
    "letters of their own": ("SØRENSEN^Łukasz", "SORENSEN^Lukasz", AGREE),
    "sharp s": ("GROSS^Eva", "GROß^Eva", AGREE),
    "order": ("SMITH^John", "John Smith", AGREE),
    "comma": ("SMITH^John", "Smith, John", AGREE),
    "no given name": ("SMITH^John", "SMITH", AGREE),
    "a second given name": ("SMITH^John", "SMITH^John^Peter", AGREE),
    "initial": ("SMITH^J", "SMITH^John", AGREE),
    "titles": ("SMITH^John^^Dr", "SMITH^John^^Mr^Jr", AGREE),
    "run together": ("VAN DER BERG^Jan", "VANDERBERG^Jan", AGREE),
    "hyphen": ("MEIER-SCHMIDT^Anna", "MEIER SCHMIDT^Anna", AGREE),
    "apostrophe": ("O'BRIEN^Pat", "OBRIEN^Pat", AGREE),
    "transliteration": ("Yamada^Tarou", "YAMADA^Tarō", AGREE),
    "other transliteration": ("AHMED^Mohammed", "AHMED^Muhammad", AGREE),
    "a slip": ("SCHMIDT^Peter", "SCHMITT^Peter", AGREE),
    "another script": ("IVANOV^Ivan", "ИВАНОВ^Иван", UNSAID),
    "another group beside it": ("Wang^XiaoDong=王^小东", "王^小东", AGREE),
    "half width": ("ﾔﾏﾀﾞ^ﾀﾛｳ", "やまだ^たろう", AGREE),
    "composed otherwise": ("LÓPEZ^José", "LO\u0301PEZ^Jose\u0301", AGREE),
    "nothing": ("", "SMITH^John", UNSAID),
    "carets only": ("^^^^", "SMITH^John", UNSAID),
    "married": ("SMITH^Joanna", "JONES^Joanna", PARTLY),
    "sisters": ("MEIER^Anna", "MEIER^Anne", PARTLY),
    "sister and brother": ("MEIER^Anna", "MEIER^Berta", PARTLY),
    "two second names": ("MEIER^Anna^Maria", "MEIER^Anna^Luise", PARTLY),
    "one given name": ("山田^太郎", "山田^花子", PARTLY),
    "begins alike": ("王^小", "王小明", DIFFER),
    "numbered": ("ANON^17", "ANON^18", PARTLY),
    "all of it": ("Anna^A", "Berta^B", DIFFER),
    "all of it, groups": ("Yamada^Tarou=山田^太郎", "鈴木^花子", DIFFER),
}


@pytest.mark.parametrize(("one", "other", "expected"), TABLE.values(), ids=TABLE)
def test_one_name_written_in_two_ways_or_two_names(one: str, other: str, expected: Names) -> None:
    assert compare(one, other) is expected
    assert compare(other, one) is expected
