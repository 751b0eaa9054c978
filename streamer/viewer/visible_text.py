"""Whether there is anything to see in a text: what is made of blanks and invisible characters alone says nothing to a reader."""

from __future__ import annotations

import re
import unicodedata

_NEVER_DRAWN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
"""General categories of controls, of signs that only steer others (joiners, directions), and of blanks."""
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What else has the property Default_Ignorable_Code_Point (DerivedCoreProperties.txt): fillers of Hangul, selectors, tags. Python
does not know the property."""
_BLANK_SIGNS = frozenset("\u2800\U00016fe4\U0001d159")
"""Drawn as nothing by their names: the blank pattern of Braille, the filler of Khitan, the null notehead."""


def is_visible(text: str) -> bool:
    """Whether a reader sees at least one of the characters."""
    return any(
        unicodedata.category(sign) not in _NEVER_DRAWN
        and sign not in _BLANK_SIGNS
        and _IGNORABLE.match(sign) is None
        for sign in text
    )
