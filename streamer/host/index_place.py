"""Where the index of an archive lies: in a folder of its own, since its indexer may write there and open nothing beside it."""

from __future__ import annotations

import uuid
from pathlib import Path

_PARTS = ("-wal", "-shm", "")
"""Of a database in use; the database itself is moved last, so that what was interrupted goes on at the next start."""


def index_of(state: Path, root: Path) -> Path:
    """The index of the archive in the folder `root`; one that lay beside the keys in `state`, as it did once, is moved to it.

    Raises:
        OSError: the folder can't be made, or the index not be moved.
    """
    name = f"index-{uuid.uuid5(uuid.NAMESPACE_URL, str(root)).hex}"
    index = state / name / "index.sqlite"
    index.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in _PARTS:
        before = state / f"{name}.sqlite{part}"
        if before.exists() and not index.exists():
            before.rename(index.with_name(index.name + part))
    return index
