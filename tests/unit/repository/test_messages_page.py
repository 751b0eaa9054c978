"""docs/messages.md names every message, field and code of the wire, and none that there is not."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import signaling.protocol
from signaling.protocol import control, errors, hosts, page
from signaling.protocol.reservations import Reservation

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "messages.md"
DIRECTIONS = {
    "page → host": control.FromPage,
    "host → page": control.ToPage,
    "page → server": page.FromPage,
    "server → page": page.ToPage,
    "host → server": hosts.FromHost,
    "server → host": hosts.ToHost,
}
CODE_GIVERS = {
    "_reject": 1,
    "notice": 1,
    "CommandRefused": 0,
    "Rejected": None,
    "Notice": None,
    "Rejection": None,
}
"""Calls that name a code: the place of the argument, None = by keyword only."""


def rows() -> Iterator[list[str]]:
    """The cells of each table row of the page."""
    for line in PAGE.read_text().splitlines():
        if line.startswith("| ") and not line.startswith(("| ---", "| message", "| record", "| code")):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def messages() -> list[tuple[str, str, type[msgspec.Struct]]]:
    return [
        (way, str(struct.__struct_config__.tag), struct)
        for way, union in DIRECTIONS.items()
        for struct in get_args(union)
    ]


def other_records() -> list[type[msgspec.Struct]]:
    """What has fields and is no message: parts of messages, binary packets, what is signed."""
    found = []
    for module in pkgutil.iter_modules(signaling.protocol.__path__):
        if module.name in ("channels", "stored_format"):
            continue
        loaded = importlib.import_module(f"signaling.protocol.{module.name}")
        found += [
            value
            for value in vars(loaded).values()
            if inspect.isclass(value)
            and issubclass(value, msgspec.Struct)
            and value.__module__ == loaded.__name__
            and (value.__struct_fields__ or value.__name__ == "KeyframeWanted")
            and value not in [struct for _, _, struct in messages()]
        ]
    return found


def codes_said() -> set[str]:
    """The codes that the sources name: those of errors.py and those written where they are said."""
    said = {value for name, value in vars(errors).items() if name.isupper()}
    for path in [*(ROOT / "streamer").rglob("*.py"), *(ROOT / "signaling").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called not in CODE_GIVERS:
                continue
            place = CODE_GIVERS[called]
            given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            if place is not None and len(node.args) > place:
                given.append(node.args[place])
            said |= {each.value for each in given if isinstance(each, ast.Constant)}
    return said


@pytest.mark.parametrize(("way", "tag", "struct"), messages())
def test_a_message_is_there_with_all_its_fields(way: str, tag: str, struct: type[msgspec.Struct]) -> None:
    found = [row for row in rows() if row[0] == f"`{tag}`" and row[1] == way]
    assert len(found) == 1, f"{tag}, {way}: a row of its own in docs/messages.md"
    assert names(found[0][2]) == list(struct.__struct_fields__)


@pytest.mark.parametrize("struct", other_records(), ids=lambda struct: struct.__name__)
def test_a_record_is_there_with_all_its_fields(struct: type[msgspec.Struct]) -> None:
    found = [row for row in rows() if row[0] == struct.__name__]
    assert len(found) == 1, f"{struct.__name__}: a row of its own in docs/messages.md"
    assert names(found[0][1]) == list(struct.__struct_fields__)


def test_nothing_else_stands_there() -> None:
    known = {(way, f"`{tag}`") for way, tag, _ in messages()}
    stand = {(row[1], row[0]) for row in rows() if row[1] in DIRECTIONS}
    assert stand == known
    records = {row[0] for row in rows() if not row[0].startswith("`")}
    assert records == {struct.__name__ for struct in other_records()}


def test_every_code_is_there_and_no_other() -> None:
    stand = [code for row in rows() if len(row) == 2 for code in names(row[0])]
    assert len(stand) == len(set(stand))
    of_steps = {"undo-elsewhere", "redo-elsewhere"}  # made of a verb
    of_images = {str(each) for each in Reservation}
    assert set(stand) == codes_said() | of_steps | of_images


def test_the_page_in_the_browser_knows_codes_that_there_are() -> None:
    text = (ROOT / "web/ui/message_bar.js").read_text()
    acts = re.search(r"const ACTS = new Set\(\[(.*?)\]\)", text)
    assert acts
    assert set(re.findall(r"'([^']+)'", acts[1])) <= codes_said()
