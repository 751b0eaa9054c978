"""The table for the eye, the JSON for later, the table in docs/performance.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.benchmark.row import Row
from scripts.benchmark.setting import ROOT

DOCUMENT = ROOT / "docs/performance.md"
BEGIN = "<!-- figures: begin (written by scripts/bench --write-docs) -->"
END = "<!-- figures: end -->"
FIGURES = "figures"
Cells = tuple[str, ...]
_MET = {True: "yes", False: "NO", None: ""}
_HEAD = ("name", "N", "p50", "p95", "unit", "bar", "met?")


def number(value: float | None) -> str:
    """With three figures or so, nothing for None."""
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cells(row: Row) -> Cells:
    """The row as the tables show it."""
    if row.n == 0:
        return (row.name, "0", "–", "–", row.unit, row.bar_text, "not measured")
    return (row.name, str(row.n), number(row.p50), number(row.p95), row.unit, row.bar_text, _MET[row.met])


def laid_out(head: Cells, body: Sequence[tuple[Cells, str]], to_the_right: Sequence[int] = ()) -> list[str]:
    """The head, a line below it, and the rows in even columns, each with its note after it."""
    lines = [head, *(row for row, _note in body)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]

    def laid(line: Cells) -> str:
        return "  ".join(
            cell.rjust(width) if column in to_the_right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()

    said = [laid(head), "-" * (sum(widths) + 2 * len(widths))]
    for row, note in body:
        said.append(laid(row))
        if note:
            said.append(f"    {note}")
    return said


def table(rows: Sequence[Row]) -> list[str]:
    """Lines of even columns; the note of a row that was not measured follows it."""
    return laid_out(_HEAD, [(cells(row), row.note) for row in rows], to_the_right=(1, 2, 3))


def as_json(rows: Sequence[Row], about: dict[str, Any]) -> str:
    """Everything that came out, and on what."""
    return json.dumps({**about, "rows": [row.as_json() for row in rows]}, indent=1, ensure_ascii=False) + "\n"


def marks(heading: str = FIGURES) -> tuple[str, str]:
    """The lines between which the figures of a suite stand; `heading` is its Suite.heading."""
    return BEGIN.replace(FIGURES, heading, 1), END.replace(FIGURES, heading, 1)


def write_document(data: dict[str, Any], heading: str = FIGURES, document: Path = DOCUMENT) -> None:
    """Puts the figures of a JSON file between the two marks of the document.

    Raises:
        ValueError: the document has no such marks.
    """
    text = document.read_text()
    first, last = marks(heading)
    before, begin, rest = text.partition(first)
    _old, end, after = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"{document.name} has no place for figures: it needs the marks {first} and {last}")
    document.write_text(f"{before}{first}\n\n{_markdown(data)}\n{last}{after}")


def _markdown(data: dict[str, Any]) -> str:
    machine, versions, load = data["machine"], data["versions"], data["load"]
    changed = versions["changed_files"]
    lines = [
        f"Taken {load['before']['at']} at commit `{versions['commit'][:12]}`"
        + (f" with {changed} changed files" if changed else "")
        + (", with `--quick`" if data["quick"] else "")
        + f": {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']:g} GB, {machine['system']}, "
        f"kernel {machine['kernel']}; load average {load['before']['load_average'][0]:.2f} before and "
        f"{load['after']['load_average'][0]:.2f} after. "
        f"Python {versions['python']}, {versions['chromium']}, VTK {versions['vtk']}, "
        f"aiortc {versions['aiortc']}, PyAV {versions['av']}.",
        "",
        "| what | N | p50 | p95 | unit | bar | met? |",
        "| --- | ---: | ---: | ---: | --- | --- | --- |",
    ]
    rows = [Row.from_json(row) for row in data["rows"]]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells(row)) + " |" for row in rows]
    notes = [f"- {row.name}: {row.note}." for row in rows if row.note]
    return "\n".join([*lines, "", "Beside the figures:", "", *notes, ""])
