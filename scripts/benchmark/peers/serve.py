"""A trame server with those slices, in the peers' environment: `python -m scripts.benchmark.peers.serve KIND VOLUME`.

KIND is `remote-jpeg`: VtkRemoteView with all its defaults; `rca-jpeg`: trame-rca's JPEG display at its best settings for a thin
link; or `rca-video`: trame-rca's WebCodecs display (VP9 where no GPU codes).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from trame.app import get_server  # type: ignore[import-not-found, unused-ignore]
from trame.ui.html import DivLayout  # type: ignore[import-not-found, unused-ignore]

from scripts.benchmark.peers.scene import Slices

KINDS = ("remote-jpeg", "rca-jpeg", "rca-video")
SIZE = (1280, 800)
IMAGE, WINDOW = 149, (40.0, 400.0)
THROTTLE_MS = 16
MOST_PENDING = 5
"""trame-rca advises it for slow networks."""
FILLING = "position: absolute; top: 0; left: 0; width: 100vw; height: 100vh; overflow: hidden;"


def remote_jpeg(slices: Slices) -> None:
    """JPEG of quality 60 while the hand moves, then 100."""
    from trame.widgets import vtk  # type: ignore[import-not-found, unused-ignore]

    slices.stepped = vtk.VtkRemoteView(slices.window).update


def rca_jpeg(slices: Slices) -> None:
    """JPEG by libjpeg-turbo, quality 40 while the hand moves, then 90; frames are dropped where the network is behind."""
    _with_turbo_jpeg()
    from trame.widgets import rca  # type: ignore[import-not-found, unused-ignore]

    area = rca.RemoteControlledArea(display="image", event_throttle_ms=THROTTLE_MS)
    area.set_drop_frames_pending_network_limit(MOST_PENDING)
    area.create_view_handler(
        slices.window, encoder="turbo-jpeg", target_fps=30, interactive_quality=40, still_quality=90
    )


def rca_video(slices: Slices) -> None:
    """Video; its rate is fixed by the library."""
    from trame.widgets import rca

    area = rca.RemoteControlledArea(display="video-decoder", event_throttle_ms=THROTTLE_MS)
    area.create_view_handler(slices.window, target_fps=30)


def _with_turbo_jpeg() -> None:
    """Debian's libturbojpeg may lie beside this environment instead of in the system."""
    import turbojpeg  # type: ignore[import-not-found, unused-ignore]

    beside = os.environ.get("PEERS_TURBOJPEG")
    if beside:
        turbojpeg.find_library = lambda _name: beside
    turbojpeg.TurboJPEG()  # fails here, and in words, where there is none


def main(arguments: list[str]) -> None:
    """Serves until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("volume", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args(arguments)
    server: Any = get_server(client_type="vue3")
    slices = Slices(options.volume, image=IMAGE, window=WINDOW, size=SIZE)
    views = {"remote-jpeg": remote_jpeg, "rca-jpeg": rca_jpeg, "rca-video": rca_video}
    with DivLayout(server) as layout:
        layout.root.style = FILLING
        views[options.kind](slices)
    server.controller.on_server_ready.add(lambda **_: print("ready", flush=True))
    server.start(
        host=options.host, port=options.port, open_browser=False, show_connection_info=False, timeout=0,
        argv=[],
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
