"""What is said at the end of a soak, and whether it is good. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from scripts.soaking.soaked import Soaked


def is_good(soaked: Soaked) -> bool:
    """No wrong green, nothing stuck, no growth, nothing broken; and some green was seen at all."""
    found = soaked.found.values()
    grown = [growth for growth in soaked.all_growths if growth.is_too_much]
    silent = sum(each.greens for each in found) == 0
    return not (silent or grown or soaked.broken or any(each.wrongs or each.stuck for each in found))


def summary(soaked: Soaked) -> list[str]:
    """Lines for the eye."""
    pieces = f" in {soaked.pieces} pieces" if soaked.pieces > 1 else ""
    whole = f" of {soaked.minutes:g}" if soaked.left > 0 else ""
    lines = [
        f"{soaked.seconds / 60:.1f}{whole} minutes{pieces}; acts: {_counts(soaked.acts)}",
        f"troubles: {_counts(soaked.troubles) or 'none'}",
    ]
    if soaked.lacking:
        lines.append(f"left out, since this machine does not allow them: {', '.join(soaked.lacking)}")
    for name, found in soaked.found.items():
        lines.append(
            f"{name}: {found.greens} exact pictures, {found.looks} looks at them, {len(found.wrongs)} wrong; "
            f"rested {found.rests} times, not proven {found.unproven} times; stuck {len(found.stuck) - found.unproven} times"
        )
        lines += [f"  WRONG GREEN {wrong}" for wrong in found.wrongs]
        lines += [f"  STUCK {stuck}" for stuck in found.stuck]
    lines += [f"BROKEN {broken}" for broken in soaked.broken]
    for growth in soaked.all_growths:
        lines.append(f"memory of {growth}{'  GROWS' if growth.is_too_much else ''}")
    if not any(found.greens for found in soaked.found.values()):
        lines.append("NOTHING SEEN: no picture was ever proven")
    lines.append("good" if is_good(soaked) else "NOT GOOD")
    return lines


def series_summary(runs: Mapping[int, Soaked]) -> list[str]:
    """Of several runs, by seed, in the order in which they were done."""
    minutes = sum(soaked.seconds for soaked in runs.values()) / 60
    greens = sum(found.greens for soaked in runs.values() for found in soaked.found.values())
    wrongs = sum(len(found.wrongs) for soaked in runs.values() for found in soaked.found.values())
    troubles = sum((soaked.troubles for soaked in runs.values()), Counter[str]())
    bad = [str(seed) for seed, soaked in runs.items() if not is_good(soaked)]
    return [
        f"{len(runs)} runs, {minutes:.1f} minutes: {greens} exact pictures, {wrongs} wrong; troubles: {_counts(troubles)}",
        f"NOT GOOD: seed {', '.join(bad)}" if bad else "all good",
    ]


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())
