"""What of their starter's rights the children give up on this machine: tried by a program that is started as they are."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from contextlib import closing
from pathlib import Path

from streamer.cli.confinement_probe import CHILDREN, Tried
from streamer.confinement import kernel
from streamer.ipc.child_process import ChildProcess
from streamer.ipc.framing import ChannelError

PROBE = "streamer.cli.confinement_probe"
PROBE_SECONDS = 20.0


def report() -> list[str]:
    """A line for each child. What a measure was refused for is said in the kernel's words."""
    return [f"{child}: {asyncio.run(_line(child))}" for child in CHILDREN]


async def _line(child: str) -> str:
    with (
        tempfile.TemporaryDirectory(prefix="farview-doctor-") as folder,
        closing(socket.create_server(("127.0.0.1", 0))) as server,
    ):
        inside, secret, beside = _laid_out(Path(folder))
        where = ("--read", inside, "--try-read", secret, "--try-write", beside)
        port = server.getsockname()[1]
        try:
            tried = await probe(child, *map(str, where), "--port", str(port))
        except (OSError, ChannelError, TimeoutError) as error:
            return f"could not be tried ({type(error).__name__})"
        return said(tried, f"read {secret}", f"write {beside}")


def _laid_out(folder: Path) -> tuple[Path, Path, Path]:
    """A folder that the child may read, a file that it may not, and one that it may not make."""
    inside, secret = folder / "inside", folder / "secret"
    inside.mkdir()
    secret.write_text("key", encoding="ascii")
    return inside, secret, folder / "beside"


async def probe(child: str, *arguments: str) -> Tried:
    """What the probe tried as `child`.

    Raises:
        OSError, ChannelError, TimeoutError: it could not be started, or did not answer.
    """
    started: ChildProcess[Tried] = await ChildProcess.start(PROBE, Tried, (child, *arguments))
    try:
        answer = await asyncio.wait_for(anext(started.channel.messages(), None), PROBE_SECONDS)
        if answer is None:
            raise ChannelError("It ended without an answer.")
        return answer[0]
    finally:
        await started.stop()


def said(tried: Tried, *files: str) -> str:
    """In words; `files` are the attempts at files that must fail."""
    attempts, refused = tried.attempts, tried.refused
    draws = (f"volumes drawn by: {tried.renderer}",) if tried.renderer else ()
    return "; ".join(
        (
            *draws,
            f"no new privileges: {'yes' if tried.status['NoNewPrivs'] == '1' else _as_starter(refused, 'new privileges')}",
            f"capabilities: {_capabilities(tried)}",
            f"network: {_network(tried)}",
            f"other programs: {_others(attempts)}",
            f"files: {_files(tried, files)}",
            f"core dumps: {'on' if tried.core_limit else 'off'}",
            f"memory: {_memory(tried)}",
        )
    )


def _capabilities(tried: Tried) -> str:
    held = int(tried.status["CapEff"], 16)
    if not held:
        return "none"
    if held == kernel.READ_ALL_FILES:
        return "reading files of all users, as its starter"
    return _as_starter(tried.refused, "capabilities")


def _network(tried: Tried) -> str:
    ways = {"network namespace": "namespace", "system calls": "seccomp"}
    if all(tried.attempts[name] for name in ("connection", "interface")) or tried.attempts["internet socket"]:
        return f"none ({', '.join(word for name, word in ways.items() if name not in tried.refused)})"
    return _as_starter(tried.refused, *ways)


def _others(attempts: dict[str, str]) -> str:
    open_ = [name for name, error in attempts.items() if name.endswith("the starter") and not error]
    return f"within reach: {', '.join(open_)}" if open_ else "out of reach"


def _files(tried: Tried, files: tuple[str, ...]) -> str:
    if all(tried.attempts[name] for name in files):
        return f"Landlock ABI {tried.landlock}"
    return _as_starter(tried.refused, "files")


def _memory(tried: Tried) -> str:
    limit = f"RLIMIT_DATA of {tried.memory_limit / (1 << 30):.1f} GB before it is told its work"
    limited = limit if tried.attempts["more memory"] else "no limit of its own"
    if tried.oom_score_adj > 0:
        return f"{limited}, ended before the host where it is short"
    return f"{limited}, {_as_starter(tried.refused, 'memory')}"


def _as_starter(refused: dict[str, str], *measures: str) -> str:
    why = ", ".join(dict.fromkeys(refused[measure] for measure in measures if measure in refused))
    return f"as the starter{f', because: {why}' if why else ''}"
