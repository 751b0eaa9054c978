"""Scripts and style sheets without what only their authors read: comments, indentation, line breaks that mean nothing.

Everything else is copied as it is, names too, so that a report from a browser still says what it speaks of. What a script
means is not parsed: strings, templates and regular expressions are told from code, and between two of the rest a space or a
line break stays where it may mean something (ECMA-262, 12.10).
"""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"""
    (?P<gap>(?:\s|//[^\n]*|/\*.*?\*/)+)
  | (?P<run>[^\s"'`{}/]+)
  | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(?:`|\$\{)", re.DOTALL)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_ASKS_A_VALUE = re.compile(
    r"(?<![\w$#.])(?:await|case|delete|do|else|in|instanceof|new|of|return|throw|typeof|void|yield)\Z"
)
_BEFORE_A_VALUE = frozenset("(,=:[!&|?{};+-*%<>~^")
_GOES_ON_AFTER = frozenset("{;,([:?=&|*%^!~<>")
_GOES_ON_BEFORE = frozenset(";,)]}.:?=&|*%^<>")
_NEVER_BESIDE = {"++", "--", "//"}

_COMMENT_OR_STRING = re.compile(r"""/\*.*?\*/|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')""", re.DOTALL)
_BREAK = re.compile(r"\s*\n\s*")
_AROUND = re.compile(r"(?<=[{};,])\s+|\s+(?=[{}])")


class NotCompactable(Exception):
    """A script has a string, template, comment or regular expression that does not end; the message shows where."""


def script(text: str) -> str:
    """The same program: a JavaScript module without comments and needless white space.

    Raises:
        NotCompactable: what begins in it does not end.
    """
    made: list[str] = []
    braces: list[str] = []
    last = ""  # the last of what is copied, and the gap behind it
    gap = ""
    at = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        assert piece is not None  # any character is one
        kind, token = piece.lastgroup, piece[0]
        at = piece.end()
        if kind == "gap":
            gap = token
            continue
        if kind == "other":
            if token == "{":
                braces.append(token)
            elif token == "`" or (token == "}" and braces and braces.pop() == "${"):
                token += _rest(_TEMPLATE, text, at)
            elif token == "/" and _may_begin_a_pattern(last):
                token = _rest(_PATTERN, text, at - 1)
            elif token in "\"'":
                raise NotCompactable(f"a string does not end: {text[at - 1 : at + 30]!r}")
            at = piece.start() + len(token)
            if token.endswith("${"):
                braces.append("${")
        if gap:
            made.append(_between(last[-1:], token[0], gap))
            gap = ""
        made.append(token)
        last = token
    return f"{''.join(made)}\n"


def _may_begin_a_pattern(last: str) -> bool:
    """Whether a slash behind `last` begins a regular expression, and does not divide."""
    return not last or last[-1] in _BEFORE_A_VALUE or _ASKS_A_VALUE.search(last) is not None


def _rest(pattern: re.Pattern[str], text: str, at: int) -> str:
    found = pattern.match(text, at)
    if found is None:
        raise NotCompactable(f"what begins here does not end: {text[max(0, at - 1) : at + 30]!r}")
    return found[0]


def _between(before: str, after: str, gap: str) -> str:
    """What of a gap must stay between two characters."""
    breaks = "\n" in gap
    if not before:
        return ""
    if _in_word(before) and _in_word(after):
        return "\n" if breaks else " "
    if before + after in _NEVER_BESIDE or (before.isdigit() and after == "."):
        return "\n" if breaks else " "
    if not breaks or before in _GOES_ON_AFTER or after in _GOES_ON_BEFORE:
        return ""
    return "\n"


def _in_word(character: str) -> bool:
    return character.isalnum() or character in "_$#\\"


def sheet(text: str) -> str:
    """The same rules: a style sheet without comments and needless white space; what stands in quotes is kept."""
    kept: list[str] = []

    def put_by(match: re.Match[str]) -> str:
        if match[1] is None:
            return " "
        kept.append(match[1])
        return f"\0{len(kept) - 1}\0"

    bare = _AROUND.sub("", _BREAK.sub("\n", _COMMENT_OR_STRING.sub(put_by, text)).strip())
    return re.sub("\0([0-9]+)\0", lambda match: kept[int(match[1])], bare) + "\n"
