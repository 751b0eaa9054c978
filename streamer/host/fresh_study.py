"""The pixels of a saved view, found and loaded anew: an index, a cache and a loader that no session has seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from signaling.protocol import errors
from signaling.protocol.records import ArchiveInfo, JsonObject
from signaling.protocol.stored_format import StoredFormatError
from streamer.errors import CacheError, StudyError
from streamer.host.archive import Archive
from streamer.ipc.messages import StudyDescribed
from streamer.session.checkpoint import restore_view, view_checkpoint
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from streamer.viewer.stack import Stack
from streamer.viewer.state import ViewState

QUIET_SECONDS = 60.0
"""How long the indexer or the loader may say nothing new."""
_TENANT = "default"


@dataclass(frozen=True, slots=True)
class FoundStudy:
    """A study, the id of the archive made of the folder, and the folder."""

    described: StudyDescribed
    archive: str
    root: Path


async def find_study(study: str, folders: Sequence[Path], temporary: Path) -> FoundStudy:
    """The study in the first of the folders that has it; indexes are made in `temporary`.

    Raises:
        StudyError: none has it, or one can't be read.
    """
    for number, folder in enumerate(folders):
        if not folder.is_dir():
            raise StudyError(f"{folder} is not a folder.")
        async with _indexed(folder.resolve(), temporary / f"index-{number}" / "index.sqlite") as (
            archive,
            info,
        ):
            try:
                return FoundStudy(await archive.describe(study), info.archive, archive.root)
            except StudyError as error:
                if error.code != errors.UNKNOWN_STUDY:
                    raise
    names = ", ".join(str(folder) for folder in folders)
    raise StudyError(
        f"The study {study} is not in {names}. Name the folder that holds its files with --data."
    )


@asynccontextmanager
async def _indexed(root: Path, index: Path) -> AsyncIterator[tuple[Archive, ArchiveInfo]]:
    """The folder's archive once all of its files are read."""
    news = asyncio.Event()
    archive = Archive(root, index, root.name, lambda _info: news.set())
    running = asyncio.create_task(archive.run())
    try:
        while archive.info is None or archive.info.scanning:
            news.clear()
            try:
                await asyncio.wait_for(news.wait(), QUIET_SECONDS)
            except TimeoutError:
                raise StudyError(f"The index of {root} makes no progress. Try a smaller folder.") from None
        yield archive, archive.info
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def restored(saved: JsonObject, stacks: tuple[Stack, ...]) -> ViewState:
    """The view as checkpoints keep it, over these stacks.

    Raises:
        StudyError: it does not fit them; the message says what is not there.
    """
    try:
        checkpoint = view_checkpoint(saved)
        view = restore_view(saved, stacks, as_drawn=True)
    except StoredFormatError as error:
        raise StudyError(f"The view in the file can't be understood: {error}", errors.MALFORMED) from None
    if view is not None:
        return view
    here = {stack.key: stack for stack in stacks}
    for viewport in checkpoint.state.viewports:
        if not 0 <= viewport.stack < len(checkpoint.stacks):
            continue
        key = checkpoint.stacks[viewport.stack]
        if key not in here:
            raise StudyError(f"The series {key.partition('#')[0]} of the view is not in the folder.")
        if here[key].fault:
            raise StudyError(f"The series {key.partition('#')[0]} can't be shown. {here[key].fault}")
    for image in checkpoint.images:
        frames = (frame for stack in stacks for frame in stack.frames)
        if image is not None and image not in {(f.sop_instance_uid, f.frame_number) for f in frames}:
            raise StudyError(f"The image {image[0]}, frame {image[1]}, of the view is not in the folder.")
    raise StudyError("The view does not fit the study in the folder, or is of another version of Farview.")


async def load_shown(found: FoundStudy, view: ViewState, store: SeriesStore) -> dict[int, SeriesLoad]:
    """The loads of all stacks that the view shows, complete, by number.

    Raises:
        StudyError: a series can't be read.
        CacheError: there is no room for it.
    """
    first = {viewport.stack: viewport.image for viewport in view.viewports if viewport.stack >= 0}
    loads = {}
    for stack, image in first.items():
        plan = found.described.plans[stack]
        try:
            load = store.acquire(_TENANT, found.archive, str(found.root), plan, image, urgent=True)
        except OSError as error:
            raise CacheError(f"The temporary folder can't be written: {error.strerror}.") from None
        load.shown_by.add(store)
        await _complete(load)
        load.check_ready()
        loads[stack] = load
    return loads


async def _complete(load: SeriesLoad) -> None:
    news = asyncio.Event()

    def told(_load: SeriesLoad) -> None:
        news.set()

    load.listeners.add(told)
    while not load.complete and not load.problem:
        news.clear()
        try:
            await asyncio.wait_for(news.wait(), QUIET_SECONDS)
        except TimeoutError:
            raise StudyError("Loading the images makes no progress.", errors.UNREADABLE) from None
    if load.problem and not load.complete:
        raise StudyError(load.problem, load.code)
