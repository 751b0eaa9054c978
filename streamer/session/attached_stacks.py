"""What a worker has of a study's pixels: each file is handed to it once."""

from __future__ import annotations

from streamer.ipc.messages import AttachReduced, AttachStack, DetachStack
from streamer.session.held_file import HeldFile
from streamer.session.series_load import SeriesLoad
from streamer.session.worker_process import WorkerProcess


class AttachedStacks:
    """Of one worker; cleared when another one takes its place."""

    def __init__(self) -> None:
        self._files: dict[tuple[int, bool], tuple[int, int]] = {}
        self._mapped: dict[int, tuple[SeriesLoad, WorkerProcess]] = {}

    def clear(self) -> None:
        """A worker that has nothing yet."""
        self._files.clear()
        for load, _worker in self._mapped.values():
            load.mapped_by.discard(self.let_go)
        self._mapped.clear()

    def give(self, worker: WorkerProcess, stack: int, load: SeriesLoad) -> None:
        """Gives the worker the files of stack number `stack` that it does not have yet."""
        load.look_at_files()
        before = self._mapped.get(stack)
        if before is not None and before[0] is not load:
            before[0].mapped_by.discard(self.let_go)
        self._mapped[stack] = (load, worker)
        load.mapped_by.add(self.let_go)
        if load.stack is not None and load.layout is not None and self._is_new(stack, load.file):
            message = AttachStack(stack=stack, description=load.stack, layout=load.layout)
            worker.send(message, (load.file.descriptor,))
        if load.reduced is not None and self._is_new(stack, load.reduced_file, reduced=True):
            reduced = AttachReduced(stack=stack, description=load.reduced[0], layout=load.reduced[1])
            worker.send(reduced, (load.reduced_file.descriptor,))

    def let_go(self, load: SeriesLoad) -> None:
        """Its files are closed or evicted: the worker forgets them, also while its session is parked."""
        for stack in [stack for stack, (mapped, _worker) in self._mapped.items() if mapped is load]:
            _load, worker = self._mapped.pop(stack)
            had = [self._files.pop((stack, reduced), None) for reduced in (False, True)]
            if any(had):
                worker.send(DetachStack(stack=stack))

    def _is_new(self, stack: int, file: HeldFile, *, reduced: bool = False) -> bool:
        if file.descriptor < 0 or self._files.get((stack, reduced)) == file.identity:
            return False
        self._files[stack, reduced] = file.identity
        return True
