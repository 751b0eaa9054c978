"""`scripts/bench [link] [--quick] [--only NAME]… [--json FILE] [--write-docs | --against COMMIT]`: measures, prints the table,
writes the JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from scripts.benchmark.against import compare, gone, summary
from scripts.benchmark.checkout import here, of_commit
from scripts.benchmark.comparison import PAIRS, comparison_json, comparison_table
from scripts.benchmark.decoding import decode
from scripts.benchmark.dragging import dragging
from scripts.benchmark.kills import kills
from scripts.benchmark.links import suite as links
from scripts.benchmark.machine import load, machine, versions
from scripts.benchmark.opening import cold_opening, opening
from scripts.benchmark.own_windows import step_terms
from scripts.benchmark.padded import padded
from scripts.benchmark.report import as_json, table, write_document
from scripts.benchmark.resting import resting
from scripts.benchmark.row import Row, not_made
from scripts.benchmark.setting import (
    CHEST,
    RESULTS,
    ROOT,
    LeftOut,
    Measurement,
    NotMeasured,
    Setting,
    Suite,
)
from scripts.benchmark.starting import first_start, starting
from scripts.benchmark.step import step, step_cubic
from scripts.benchmark.thin import thin

DEMO_SECONDS = 600.0
SUITES = {
    "": Suite(
        measurements=(
            Measurement("step", step),
            Measurement("step-cubic", step_cubic),
            Measurement("step-terms", step_terms, in_quick=False),
            Measurement("drag", dragging),
            Measurement("rest", resting),
            Measurement("open", opening),
            Measurement("cold", cold_opening),
            Measurement("link", thin),
            Measurement("padded", padded),
            Measurement("decode", decode),
            Measurement("kills", kills, in_quick=False),
            Measurement("start", starting),
            Measurement("first-start", first_start),
        ),
        file="bench.json",
        heading="figures",
    ),
    "link": links.SUITE,
}


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measures what docs/performance.md promises."
    )
    parser.add_argument(
        "suite", nargs="?", default="", choices=list(SUITES),
        help="link: reading over thin links, row by row, and trame beside it; without it everything else",
    )  # fmt: skip
    parser.add_argument(
        "--quick",
        action="store_true",
        help="fewer and shorter samples: 3 minutes instead of 15, link: 5 instead of 30",
    )
    names = "; ".join(", ".join(suite.names) for suite in SUITES.values())
    parser.add_argument("--only", action="append", metavar="NAME", help=f"one of {names}; may be given again")
    parser.add_argument("--json", type=Path, metavar="FILE", help=f"where the figures go ({RESULTS}/…)")
    parser.add_argument(
        "--data", type=Path, default=RESULTS / "demo", metavar="DIR",
        help="a folder with the demonstration studies; made where it is not there (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--peers", action=argparse.BooleanOptionalAction,
        help="link: measure all of trame's views, or none; they are installed into bench-results/. Without this: those that do "
        "best, in a quick run only where they are installed already",
    )  # fmt: skip
    parser.add_argument(
        "--write-docs", action="store_true", help="then put the figures into docs/performance.md"
    )
    parser.add_argument(
        "--from",
        dest="earlier",
        type=Path,
        metavar="FILE",
        help="with --write-docs: those of an earlier run, measure nothing",
    )
    parser.add_argument(
        "--against", metavar="COMMIT",
        help="measure that commit and this checkout in turn, and say per row whether it became slower: then the exit status is 1",
    )  # fmt: skip
    parser.add_argument(
        "--pairs", type=int, default=PAIRS, metavar="N",
        help=f"with --against: how often each is run, at least {PAIRS} times (%(default)s)",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    if options.against and options.write_docs:
        parser.error("--against compares; it has no figures for --write-docs")
    if options.pairs < PAIRS:
        parser.error(f"--pairs: fewer than {PAIRS} say nothing")
    if options.earlier and not options.write_docs:
        parser.error("--from is for --write-docs")
    unknown = set(options.only or ()) - set(SUITES[options.suite].names)
    if unknown:
        parser.error(f"--only {min(unknown)}: there are {', '.join(SUITES[options.suite].names)}")
    return options


def make_demo(folder: Path) -> None:
    """The demonstration studies; what is there is kept.

    Raises:
        NotMeasured: not even the generated CT could be made.
    """
    command = [sys.executable, "-m", "streamer.demo", "--out", str(folder)]
    subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=DEMO_SECONDS, check=False, stdout=sys.stderr
    )
    if not (folder / CHEST).is_dir():
        raise NotMeasured(f"the demonstration studies could not be made in {folder}")


async def measured(
    measurement: Measurement, data: Path, quick: bool, peers: bool | None
) -> tuple[list[Row], bool]:
    """Its rows, and whether it went as it should; where it can't be made, one row says why."""
    print(f"… {measurement.name}", file=sys.stderr, flush=True)
    started = time.monotonic()
    good = True
    with tempfile.TemporaryDirectory(prefix="run-", dir=RESULTS, ignore_cleanup_errors=True) as scratch:
        try:
            rows = await measurement.run(Setting(data, Path(scratch), quick, peers))
        except NotMeasured as reason:
            good = isinstance(reason, LeftOut)
            rows = [not_made(measurement.name, str(reason))]
        except Exception as error:
            # The other figures are worth as much as before; this one says what happened.
            traceback.print_exc()
            good = False
            first_line = (str(error).splitlines() or [""])[0]
            rows = [not_made(measurement.name, f"{type(error).__name__}: {first_line}")]
    print(f"  {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return rows, good


async def run(options: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    """Measures what was asked for, one after the other; the JSON's content, and whether all went as it should."""
    suite = SUITES[options.suite]
    chosen = suite.chosen(options.only, options.quick)
    before = load()
    rows: list[Row] = []
    all_good = True
    for measurement in chosen:
        found, good = await measured(measurement, options.data.absolute(), options.quick, options.peers)
        rows += found
        all_good = all_good and good
    about = {
        "suite": options.suite, "quick": options.quick, "only": options.only or [], "machine": machine(), "versions": versions(),
        "load": {"before": before, "after": load()},
    }  # fmt: skip
    text = as_json(rows, about)
    write_figures(options.json or RESULTS / suite.file, text)
    print("\n".join(table(rows)))
    content: dict[str, Any] = json.loads(text)
    return content, all_good


def run_against(options: argparse.Namespace) -> bool:
    """Measures both commits in turn, prints and keeps what came out; whether nothing became slower.

    Raises:
        NotMeasured: there is no such commit, or it can't be set up.
    """
    suite = SUITES[options.suite]
    names = [measurement.name for measurement in suite.chosen(options.only, options.quick)]
    sides = {"old": of_commit(options.against), "new": here()}
    given = ["--data", str(options.data.absolute()), *(["--quick"] if options.quick else [])]
    if options.peers is not None:
        given.append("--peers" if options.peers else "--no-peers")
    before = load()
    folder = RESULTS / f"runs-against-{sides['old'].commit[:12]}"
    rows = compare(options.suite, names, sides, given, options.pairs, folder)
    if not options.only:
        rows += gone(options.suite, suite.names, sides["old"])
    about = {
        "suite": options.suite, "quick": options.quick, "only": options.only or [], "pairs": options.pairs,
        "old": sides["old"].commit, "new": versions(), "machine": machine(), "load": {"before": before, "after": load()},
    }  # fmt: skip
    write_figures(options.json or RESULTS / "against.json", comparison_json(rows, about))
    print("\n".join(comparison_table(rows)))
    good, words = summary(rows)
    print(f"\n{words}")
    return good


def write_figures(file: Path, text: str) -> None:
    """Keeps the JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    print(f"written to {file}", file=sys.stderr)


def main(arguments: list[str]) -> int:
    """0 when everything went as it should, whether or not every bar was reached; --against: when nothing is slower."""
    options = parse(arguments)
    RESULTS.mkdir(exist_ok=True)
    try:
        if options.earlier:
            content, good = json.loads(options.earlier.read_text()), True
        else:
            make_demo(options.data.absolute())
            if options.against:
                return 0 if run_against(options) else 1
            content, good = asyncio.run(run(options))
    except NotMeasured as reason:
        print(f"scripts/bench: {reason}", file=sys.stderr)
        return 1
    if options.write_docs:
        write_document(content, SUITES[content.get("suite", "")].heading)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
