"""What the serving command says of its own children, in words for the page; empty where there is nothing to say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class LocalState:
    """`demo`: how far the demo studies are. `host`: what is wrong with the render host this command started.

    `host_dialled`: when (time of the loop) that host dialled last, whatever became of its registration.
    """

    demo: str = ""
    host: str = ""
    host_dialled: float = 0.0
