"""Every link between the pages of the repository leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.suites.lengths import tracked_files

ROOT = Path(__file__).resolve().parents[3]
PAGES = [name for name in tracked_files() if name.endswith(".md")]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made from their words."""
    found = set()
    for heading in re.findall(r"^#+ +(.+?) *$", FENCE.sub("", page.read_text()), re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(words.replace(" ", "-"))
    return found


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_readme_leads_to_pages_that_exist() -> None:
    """Also where a page is named in running text, as `docs/….md`."""
    named = {
        (name, path)
        for name in PAGES
        for path in re.findall(r"(?<![\w/])docs/[\w/-]+\.md", (ROOT / name).read_text())
    }
    assert {(name, path) for name, path in named if not (ROOT / path).exists()} == set()
