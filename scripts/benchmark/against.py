"""`scripts/bench --against COMMIT`: that commit and this checkout in turn, and which rows became slower."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scripts.benchmark.checkout import Checkout
from scripts.benchmark.comparison import Comparison, Run, compared


def order(pairs: int) -> Iterator[tuple[int, str]]:
    """The runs, as (pair, "old" or "new"): A B B A A B …, so that what drifts meanwhile meets both alike."""
    for pair in range(pairs):
        for side in ("old", "new") if pair % 2 == 0 else ("new", "old"):
            yield pair, side


def compare(
    suite: str,
    names: Sequence[str],
    sides: dict[str, Checkout],
    options: Sequence[str],
    pairs: int,
    folder: Path,
    measure: Callable[[Checkout, str, str, Sequence[str], Path], Run] = Checkout.measure,
) -> list[Comparison]:
    """The rows of these measurements of this checkout ("new") and the commit ("old"); the files of the runs stay in `folder`.

    Raises:
        NotMeasured: the older commit can't say what it has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    there = sides["old"].names(suite)
    rows: list[Comparison] = []
    for name in names:
        if name not in there:
            rows.append(Comparison(name, "", "new", note="the older commit has no such measurement"))
            continue
        runs: dict[str, list[Run]] = {"old": [], "new": []}
        for pair, side in order(pairs):
            print(f"… {name}: pair {pair + 1} of {pairs}, {side}", file=sys.stderr, flush=True)
            file = folder / f"{name}-{pair + 1}-{side}.json"
            runs[side].append(measure(sides[side], suite, name, options, file))
        rows += compared(runs["old"], runs["new"])
    return rows


def gone(suite: str, names: Sequence[str], old: Checkout) -> list[Comparison]:
    """The measurements that only the older commit has; `names` are all of this checkout."""
    note = "this checkout has no such measurement"
    return [Comparison(name, "", "gone", note=note) for name in old.names(suite) if name not in names]


def summary(rows: Sequence[Comparison]) -> tuple[bool, str]:
    """Whether nothing is slower, and nothing that has figures went without a verdict; and that in a sentence."""
    slower = [row.name for row in rows if row.verdict == "slower"]
    in_doubt = [row.name for row in rows if row.in_doubt]
    if slower:
        return False, f"slower: {'; '.join(slower)}"
    if in_doubt:
        return False, f"nothing can be said of: {'; '.join(in_doubt)}"
    if all(row.ratio is None for row in rows):
        return False, "nothing could be compared"
    return True, "no row is slower"
