"""Whether two person names (PN, PS3.5 6.2) can be one name written in two ways."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections import defaultdict

from streamer.viewer.visible_text import is_visible

_TITLES = frozenset(
    {"dr", "mr", "mrs", "ms", "miss", "prof", "herr", "frau", "md", "phd", "jr", "sr", "ii", "iii"}
)
"""Prefixes and suffixes: they tell nobody apart."""
_PARTS = re.compile(r"[\s^=,;_\-‐-―/]+")
_AS_WRITTEN = str.maketrans({
    "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i",
    **{chr(katakana): chr(katakana - 0x60) for katakana in range(0x30A1, 0x30F7)},
})  # fmt: skip
"""Letters that are no accented ones by Unicode, and katakana as hiragana: two alphabets of the same syllables."""
_UMLAUTS = re.compile("(?<=[aou])e")
_SOUNDS = (("ph", "f"), ("ou", "o"), ("c", "k"), ("y", "i"), ("w", "v"))
"""Ways of writing one sound, as transliterations have them (Tarou, Taro); umlauts are written with an E or without."""
_ONE_SLIP, _TWO_SLIPS = 5, 8
"""From so many letters on a word may differ by one letter, or two: Mohammed, Muhammad. Shorter ones do not: Anna, Anne."""
_MOST_WORDS = 16


class Names(enum.StrEnum):
    """How far two names agree."""

    AGREE = "agree"
    """One name: letter by letter, or but for accents, case, order, transliteration, missing parts, initials, a slip."""
    PARTLY = "partly"
    """A word is in both and others are not: one person after a marriage, or two of one family."""
    DIFFER = "differ"
    UNSAID = "unsaid"
    """One of them is not said, or they are in scripts that can't be compared."""


def compare(one: str, other: str) -> Names:
    """How far two names agree, each with any of its groups; symmetrical.

    Groups (alphabetic, ideographic, phonetic) may be missing or in any order, so words are compared within their script; names
    that agree in one script are one name.
    """
    first, second = _words(one), _words(other)
    found = [_compare_words(first[script], second[script]) for script in first.keys() & second.keys()]
    for grade in (Names.AGREE, Names.PARTLY, Names.DIFFER):
        if grade in found:
            return grade
    return Names.UNSAID


def plain(text: str) -> str:
    """Without accents, case, blanks and signs."""
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(_AS_WRITTEN)
    return "".join(letter for letter in decomposed if letter.isalnum() and is_visible(letter))


def _words(name: str) -> dict[str, list[str]]:
    """The words of a name by their script, titles left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in _PARTS.split(name):
        written = plain(word)
        if written and written not in _TITLES:
            found[_script(written)].append(written)
    return {script: words[:_MOST_WORDS] for script, words in found.items()}


def _script(word: str) -> str:
    """Which letters a word is written in; digits go with Latin ones, as in the names of test patients."""
    for letter in word:
        if letter.isalpha():
            return unicodedata.name(letter, "OTHER").split()[0]
    return "LATIN"


def _compare_words(one: list[str], other: list[str]) -> Names:
    rest, others = _without(one, other), _without(other, one)
    if not rest or not others or "".join(rest) == "".join(others):
        return Names.AGREE
    shorter, longer = sorted((rest, others), key=len)
    left = list(longer)
    for word in shorter:
        like = next((candidate for candidate in left if _alike(word, candidate)), None)
        if like is None:
            break
        left.remove(like)
    else:
        return Names.AGREE
    return Names.PARTLY if len(rest) < len(one) else Names.DIFFER


def _without(words: list[str], taken: list[str]) -> list[str]:
    """The words that are not, as often, in the others."""
    left = list(taken)
    rest = []
    for word in words:
        if word in left:
            left.remove(word)
        else:
            rest.append(word)
    return rest


def _alike(one: str, other: str) -> bool:
    """Whether two words are one word written in two ways, or one is the other's initial."""
    if min(len(one), len(other)) == 1:
        return one[0] == other[0] and _script(one) != "CJK"  # There one sign is a name, not its beginning.
    if any(letter.isdigit() for letter in one + other):
        return False  # Numbers tell apart; they are not misspelled.
    heard, said = _sound(one), _sound(other)
    shorter = min(len(one), len(other))
    slips = 2 if shorter >= _TWO_SLIPS else 1 if shorter >= _ONE_SLIP else 0
    return heard == said or _slips(one, other) <= slips


def _sound(word: str) -> str:
    """A word as it is heard, roughly: without double letters and silent H."""
    word = _UMLAUTS.sub("", word)
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    word = word[:1] + word[1:].replace("h", "")
    return "".join(letter for n, letter in enumerate(word) if n == 0 or letter != word[n - 1])


def _slips(one: str, other: str) -> int:
    """How many letters were added, left out or mistaken between two words (Levenshtein)."""
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], n
        for m, against in enumerate(other, 1):
            diagonal, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, diagonal + (letter != against))
    return row[-1]
