"""What every child does first: it gives up what of its starter's rights it does not need, each where the system lets it.

What is refused is told in one line of the log, and holds for `farview doctor`; the child works all the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from streamer.confinement import kernel, landlock, memory, places, syscall_filter

log = structlog.get_logger()
_MORE_THAN_THE_HOST = 200


class Confinement:
    """What holds of one child, and what does not: `refused` says of each measure why the system did not let it."""

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}
        self._kept = 0
        """Capabilities."""

    @classmethod
    def begin(cls, *, reads_archives: bool = False) -> Confinement:
        """Everything but the files. While there is one thread: before numpy, which starts some, is imported.

        One that `reads_archives` keeps the right to files of other users where its starter, mostly root, has it, and no other;
        so does one whose own program can't be read otherwise.
        """
        made = cls()
        if reads_archives:
            made._kept = kernel.capabilities() & (kernel.READ_ALL_FILES | kernel.WRITE_ALL_FILES)
        elif places.are_closed_to_us():
            made._kept = kernel.capabilities() & kernel.READ_ALL_FILES
        made._try("memory", lambda: kernel.be_ended_before_the_starter(_MORE_THAN_THE_HOST))
        made._try("new privileges", kernel.gain_nothing_by_exec)
        made._try("network namespace", lambda: kernel.leave_the_network(by_user_namespace=not made._kept))
        made._try("capabilities", lambda: kernel.drop_capabilities(made._kept))
        made._try("system calls", syscall_filter.refuse_calls)
        made._try("core dumps", kernel.be_unreadable)
        return made

    def limit_files(
        self, read: Iterable[Path] = (), write: Iterable[Path] = (), *, graphics: bool = False
    ) -> None:
        """It opens no file but those below `read` and `write`, and what its program needs. Before it starts a thread.

        The right to write into other users' folders goes, unless such a one is to be written.
        """
        written = list(write)
        rules = [
            *places.program(graphics=graphics),
            *landlock.read_only(read),
            *((folder, landlock.WRITE) for folder in written),
        ]
        self._try("files", lambda: landlock.limit_to(rules))
        if self._kept & kernel.WRITE_ALL_FILES and not any(map(_is_of_another, written)):
            self._kept &= kernel.READ_ALL_FILES
            self._try("capabilities", lambda: kernel.drop_capabilities(self._kept))

    def limit_memory(self, kind: str) -> None:
        """It takes no more memory of its own than its kind needs (memory.NEEDS)."""
        self._try("memory limit", lambda: memory.OwnMemory(kind))

    def tell(self) -> None:
        """One line of the log where something was refused."""
        if self.refused:
            log.info(
                "child_keeps_rights_of_starter", **{k.replace(" ", "_"): v for k, v in self.refused.items()}
            )

    def _try(self, measure: str, do: Callable[[], object]) -> None:
        try:
            do()
        except OSError as error:
            self.refused[measure] = error.strerror or "refused"


def _is_of_another(folder: Path) -> bool:
    try:
        return folder.stat().st_uid != os.geteuid()
    except OSError:
        return False
