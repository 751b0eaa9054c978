"""Which folders a load reads: the archive's, and what links in the archive lead to outside of it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from streamer.dicom import archive_path

_ASKED_ONE_BY_ONE = 500
"""More files of a folder than these are cheaper to find by listing it: on a share each question is a round trip."""


def read_by(root: Path, paths: Iterable[str]) -> set[Path]:
    """The archive's own folder, and where the files `paths` (as messages name them) lie otherwise, without links."""
    home = os.path.realpath(root)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for text in set(paths):
        path = archive_path.from_text(text)
        if not os.path.isabs(path) and ".." not in path.split("/"):  # others are refused when they are read
            folder, _, name = path.rpartition("/")
            names[folder].add(name)
    found = {home}
    for folder, inside in names.items():
        where = os.path.join(root, folder)
        found.add(os.path.realpath(where))
        found.update(os.path.realpath(os.path.join(where, name)) for name in _links(where, inside))
    return {Path(each) for each in found if each == home or not each.startswith(f"{home}/")}


def _links(folder: str, names: set[str]) -> Iterator[str]:
    if len(names) <= _ASKED_ONE_BY_ONE:
        yield from (name for name in names if os.path.islink(os.path.join(folder, name)))
        return
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries if entry.is_symlink() and entry.name in names)
    except OSError:
        return  # who reads the files says why they can't be read
