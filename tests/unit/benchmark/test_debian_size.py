"""Which packages of a machine count as there from the start."""

from __future__ import annotations

from scripts.benchmark.debian_size import bare_system


def test_the_standard_packages_and_what_they_need() -> None:
    installed = [
        {"Package": "base", "Essential": "yes", "Depends": "libc (>= 2), awk"},
        {"Package": "libc", "Priority": "optional"},
        {"Package": "mawk", "Priority": "optional", "Provides": "awk"},
        {"Package": "shell", "Priority": "required", "Pre-Depends": "libtinfo:amd64 | ncurses"},
        {"Package": "libtinfo", "Priority": "optional"},
        {"Package": "mesa", "Priority": "optional", "Depends": "libc, libdrm"},
        {"Package": "libdrm", "Priority": "optional"},
    ]
    assert bare_system(installed) == {"base", "libc", "mawk", "shell", "libtinfo"}
