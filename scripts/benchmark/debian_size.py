"""What a bare Debian would have to fetch for some packages: asked of apt, which sees only the standard ones as installed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.benchmark.setting import NotMeasured

STATUS = Path("/var/lib/dpkg/status")
_PRIORITIES = ("required", "important", "standard")
Run = Callable[[str, list[str], float], str]
Package = dict[str, str]


def bytes_to_fetch(names: Sequence[str], folder: Path, run: Run) -> int:
    """Sum of the archives that `apt-get install` of `names` would fetch on a system of standard packages alone.

    Raises:
        NotMeasured: this is not Debian, or apt has no package lists.
    """
    try:
        stanzas = STATUS.read_text().strip().split("\n\n")
    except OSError:
        raise NotMeasured("this is not Debian: what its packages weigh is not known") from None
    packages = [(_fields(stanza), stanza) for stanza in stanzas]
    bare = bare_system([fields for fields, _ in packages])
    status = folder / "bare-status"
    status.write_text(
        "\n\n".join(stanza for fields, stanza in packages if fields["Package"] in bare) + "\n\n"
    )
    command = [
        "apt-get",
        "-qq",
        "--print-uris",
        "--no-install-recommends",
        "-o",
        f"Dir::State::status={status}",
    ]
    listed = run("asking apt-get for sizes", [*command, "install", *names], 60)
    sizes = [int(line.split()[2]) for line in listed.splitlines() if line.startswith("'")]
    if not sizes:
        raise NotMeasured("apt-get names no package to fetch: its lists are missing; apt-get update")
    return sum(sizes)


def bare_system(installed: Sequence[Package]) -> set[str]:
    """Names of the standard packages and of what they depend on, among those installed."""
    by_name: dict[str, Package] = {}
    for package in installed:
        by_name.setdefault(package["Package"], package)
        for name in _names(package.get("Provides", "")):
            by_name.setdefault(name, package)
    waiting = [p for p in installed if p.get("Priority") in _PRIORITIES or p.get("Essential") == "yes"]
    found: set[str] = set()
    while waiting:
        package = waiting.pop()
        if package["Package"] in found:
            continue
        found.add(package["Package"])
        needs = f"{package.get('Depends', '')}, {package.get('Pre-Depends', '')}"
        waiting += [by_name[name] for name in _names(needs) if name in by_name]
    return found


def _names(relations: str) -> list[str]:
    """All names of a relation field, alternatives included, without versions and architectures."""
    return re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9+.-]+)", relations)


def _fields(stanza: str) -> Package:
    pairs = (line.partition(": ") for line in stanza.splitlines() if not line.startswith(" "))
    return {name: value for name, _, value in pairs}
