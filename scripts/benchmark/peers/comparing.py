"""Farview and trame side by side: each link, the same CT and window, the same hand, the same eye, one after the other."""

from __future__ import annotations

import asyncio
import subprocess
import traceback
from functools import partial

from scripts.benchmark.links.case import CASES, GOOD
from scripts.benchmark.links.stage import Stage, stage
from scripts.benchmark.links.volume import LinkVolume
from scripts.benchmark.peers.environment import PeersEnvironment, peers_environment
from scripts.benchmark.peers.rows import compared
from scripts.benchmark.peers.watching import Watched, eye_in, watch_viewer
from scripts.benchmark.reader_page import PICTURE
from scripts.benchmark.row import Row, not_made
from scripts.benchmark.setting import ROOT, NotMeasured, Setting
from scripts.thin_link import Link

KINDS = ("remote-jpeg", "rca-jpeg")
SLOWER = ("rca-video",)
"""Behind the others in steps and lag; measured only with --peers."""
PORT = 9_090
ORIGIN = f"http://{Link.server_ip}:{PORT}"
READY_SECONDS = 60.0
TOOLS = {"wheel": "s", "drag": "w"}
"""Farview's keys for scrolling and windowing; trame's viewers have no tools to choose from."""


async def comparing(setting: Setting, volume: LinkVolume) -> list[Row]:
    """Every row on every link; a quick run does one."""
    environment = await asyncio.to_thread(peers_environment, setting.peers, setting.quick)
    kinds = (*KINDS, *SLOWER) if setting.peers else KINDS
    rows: list[Row] = []
    for case in (GOOD,) if setting.quick else CASES:
        folder = setting.folder(f"peers-{case.name}")
        async with stage(case, folder, volume, trusted=[ORIGIN]) as at:
            rows += await _on(at, environment, kinds, setting.quick)
    return rows


async def _on(at: Stage, environment: PeersEnvironment, kinds: tuple[str, ...], quick: bool) -> list[Row]:
    watched: dict[str, Watched] = {}
    failed: list[Row] = []
    contestants = {"Farview": partial(_farview, at, quick)}
    for kind in kinds:
        contestants[f"trame {kind}"] = partial(_trame, at, environment, kind, quick)
    for name, watch in contestants.items():
        try:
            watched[name] = await watch()
        except NotMeasured as reason:
            failed.append(not_made(f"{at.case.name}: {name}", str(reason)))
        except Exception as error:
            traceback.print_exc()
            first_line = (str(error).splitlines() or [""])[0]
            failed.append(not_made(f"{at.case.name}: {name}", f"{type(error).__name__}: {first_line}"))
    return [*compared(at.case, watched), *failed]


async def _farview(at: Stage, quick: bool) -> Watched:
    async with at.reader() as reader:
        # It leaves the session in the middle of the stack, and says how large the window must be for that picture.
        window = reader.page.viewport_size
    assert window is not None
    async with eye_in(at.browser, (window["width"], window["height"]), at.cookies) as eye:
        return await watch_viewer(eye, at.studies[0].address(at.origin), quick, TOOLS)


async def _trame(at: Stage, environment: PeersEnvironment, kind: str, quick: bool) -> Watched:
    command = [str(environment.python), "-m", "scripts.benchmark.peers.serve", kind, str(at.volume.array)]
    log = at.folder / f"{kind}.log"
    with log.open("wb") as errors:
        server = at.link.start_server(
            [*command, "--host", at.link.server_ip, "--port", str(PORT)],
            cwd=ROOT, env=environment.variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
    try:
        await _ready(server, kind)
        async with eye_in(at.browser, PICTURE) as eye:
            return await watch_viewer(eye, f"{ORIGIN}/", quick, {})
    finally:
        server.kill()
        await asyncio.to_thread(server.wait)


async def _ready(server: subprocess.Popen[bytes], kind: str) -> None:
    assert server.stdout is not None
    try:
        line = await asyncio.wait_for(asyncio.to_thread(server.stdout.readline), READY_SECONDS)
    except TimeoutError:
        line = b""
    if not line.startswith(b"ready"):
        raise NotMeasured(f"trame {kind} did not start")
