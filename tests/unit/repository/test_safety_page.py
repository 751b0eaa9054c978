"""docs/safety.md: all nineteen rules, and no test named there that does not exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/safety.md").read_text()
RULES = 19
ENTRY = re.compile(r"^- `(tests/[\w/.]+)`: (.+)$", re.MULTILINE)
PYTHON_NAME = re.compile(r"`(test_\w+)`")
JAVASCRIPT_NAME = re.compile(r"“([^”]+)”")


def named(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """(file, test) for each test that the entries name."""
    return [
        (file, name)
        for file, names in entries
        for name in (PYTHON_NAME if file.endswith(".py") else JAVASCRIPT_NAME).findall(names)
    ]


def names_of_tests(file: Path) -> set[str]:
    """The names of the tests that a file holds, not merely mentions."""
    text = file.read_text()
    if file.suffix == ".py":
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, functions)}
    return set(re.findall(r"^\s*test\('([^']+)'", text, re.MULTILINE))


def sections() -> dict[int, str]:
    parts = re.split(r"^## (\d+)\. .*$", PAGE, flags=re.MULTILINE)
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize(("file", "name"), named(ENTRY.findall(PAGE)))
def test_a_named_test_exists(file: str, name: str) -> None:
    assert (ROOT / file).is_file()
    assert name in names_of_tests(ROOT / file)


def test_every_entry_names_tests() -> None:
    assert [file for file, names in ENTRY.findall(PAGE) if not named([(file, names)])] == []


def test_no_test_is_named_outside_an_entry() -> None:
    """Such a name would not be checked. Files of tests have a dot in their names and are no tests."""
    assert set(PYTHON_NAME.findall(PAGE)) == {
        name for file, name in named(ENTRY.findall(PAGE)) if file.endswith(".py")
    }


def test_every_rule_has_its_place_and_says_what_holds_it() -> None:
    assert list(sections()) == list(range(1, RULES + 1))
    silent = [n for n, text in sections().items() if "**Kept in**" not in text or not ENTRY.search(text)]
    assert silent == []


def test_a_rule_that_is_not_wholly_kept_is_owed() -> None:
    """What this page admits stands in the list of debts, too, by the rule's number."""
    debts = (ROOT / "docs/tech-debt.md").read_text()
    owed = {int(number) for number in re.findall(r"\brule (\d+)\b", debts)}
    admitted = {
        n for n, text in sections().items() if re.search(r"^\*\*Not (?:yet|kept)\.\*\*", text, re.MULTILINE)
    }
    assert admitted
    assert admitted - owed == set()


def test_the_overview_leads_to_every_rule() -> None:
    assert len(re.findall(r"^\| \[\d+\. ", PAGE, re.MULTILINE)) == RULES


def test_a_name_that_is_none_would_be_found() -> None:
    entries = [("tests/unit/repository/test_safety_page.py", "`test_that_nobody_wrote`")]
    assert named(entries) == [("tests/unit/repository/test_safety_page.py", "test_that_nobody_wrote")]
    assert "test_that_nobody_wrote" not in names_of_tests(Path(__file__))
