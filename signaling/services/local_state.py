"""What the serving command says of its own children, in words for the page; empty where there is nothing to say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class LocalState:
    """`demo`: how far the demo studies are. `host`: what is wrong with the render host this command started."""

    demo: str = ""
    host: str = ""
