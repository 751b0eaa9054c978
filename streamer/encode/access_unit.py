"""What an encoder gives back for one picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One coded picture, Annex B, parameter sets first when it is a key. `coded` is the padded size; `qp` −1 = not known."""

    data: bytes
    key: bool
    coded: tuple[int, int]
    qp: float
