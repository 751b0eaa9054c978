"""What is said at the end of a month, and whether it is good. Pure."""

from __future__ import annotations

from scripts.soaking.month.month import Month
from scripts.soaking.month.rows import table


def is_good(month: Month) -> bool:
    """Nothing was found, nothing grows, and pictures were looked at."""
    return not month.found.findings and month.found.counts["looked at"] > 0 and not grown(month)


def grown(month: Month) -> list[str]:
    """What grows, in words."""
    return [str(growth) for growth in month.all_growths if growth.is_too_much]


def summary(month: Month) -> list[str]:
    """Lines for the eye."""
    found = month.found
    each = month.seconds / month.openings if month.openings else 0.0
    counts = ", ".join(f"{name} {count}" for name, count in found.counts.most_common())
    lines = [
        (f"{month.openings} of {month.asked} openings of {month.studies} studies in {month.seconds / 60:.1f} minutes, "
        f"{each:.2f} s each; 5,000 take {5000 * each / 60:.0f} minutes"),
        f"{month.processor_seconds / max(1, month.openings):.2f} s of processor time each",
        counts,
        (f"cache: at most {found.most_cache / 1e6:.1f} of {month.cap_bytes / 1e6:.1f} MB, "
        f"for {month.decoded_bytes / 1e6:.0f} MB of pixels"),
    ]  # fmt: skip
    lines += [f"FOUND {finding}" for finding in found.findings]
    lines += table(month.rows)
    for growth in month.all_growths:
        lines.append(f"{growth}{'  GROWS' if growth.is_too_much else ''}")
    if not found.counts["looked at"]:
        lines.append("NOTHING SEEN: no exact picture was looked at")
    lines.append("good" if is_good(month) else "NOT GOOD")
    return lines
