"""Safety rule 16: the product says what it is not, wherever people look, and calls nothing diagnostic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.suites.lengths import tracked_files

ROOT = Path(__file__).resolve().parents[3]
PLACES = {
    "README.md": "not a medical device",
    "web/sign-in.html": "Not a medical device",
    "web/text/en.js": "notMedicalDevice: 'Not a medical device",
    "web/ui/help.js": "text.notMedicalDevice",
    "web/ui/worklist_bar.js": "text.notMedicalDevice",
    "signaling/cli/arguments.py": "Not a medical device",
}
DENIED = re.compile(r"\bnot (?:cleared )?for diagnosis", re.IGNORECASE)
SAID = ("web/", "README.md", "CHANGELOG.md")


@pytest.mark.parametrize("place", PLACES)
def test_it_is_said_where_people_look(place: str) -> None:
    assert PLACES[place] in (ROOT / place).read_text()


def test_nothing_is_called_diagnostic() -> None:
    """In what readers see; the word for finding out why a connection fails is in a file's name only."""
    claims = re.compile(r"\bdiagnos(?:tic|is)\b", re.IGNORECASE)
    found = [
        (name, line)
        for name in tracked_files()
        if name.startswith(SAID) and Path(name).suffix in {".js", ".html", ".md", ".webmanifest"}
        for line in (ROOT / name).read_text().splitlines()
        if claims.search(DENIED.sub("", line)) and not re.search(r"^import |diagnosis\.js", line)
    ]
    assert found == []
