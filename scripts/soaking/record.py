"""The file of a soak: what was found so far, so that a run that ended can be gone on with."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from scripts.soaking.growth import Growth
from scripts.soaking.soaked import Soaked
from scripts.soaking.watch import Found

FORMAT = 1


class _Reader(msgspec.Struct):
    greens: int
    looks: int
    rests: int
    unproven: int
    wrongs: list[dict[str, Any]]
    stuck: list[str]


class _Record(msgspec.Struct):
    format: int
    minutes: float
    seconds: float
    pieces: int
    found: dict[str, _Reader]
    acts: dict[str, int]
    troubles: dict[str, int]
    growths: list[Growth]
    broken: list[str]
    lacking: list[str]


def path_of(folder: Path, seed: int) -> Path:
    """Where a run of that seed is written down."""
    return folder / f"soak-{seed}.json"


def save(path: Path, soaked: Soaked) -> None:
    """Writes it whole or not at all."""
    found = {
        name: _Reader(each.greens, each.looks, each.rests, each.unproven, each.wrongs, each.stuck)
        for name, each in soaked.found.items()
    }
    record = _Record(
        FORMAT, soaked.minutes, soaked.seconds, soaked.pieces, found, dict(soaked.acts), dict(soaked.troubles),
        soaked.all_growths, soaked.broken, soaked.lacking,
    )  # fmt: skip
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(record)))
    os.replace(temporary, path)


def load(path: Path, minutes: float) -> Soaked:
    """What was found so far, of a run that is now to last so many minutes.

    Raises:
        FileNotFoundError: there was no such run.
        ValueError: the file is not one of this version's.
    """
    try:
        record = msgspec.json.decode(path.read_bytes(), type=_Record)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} can't be gone on with: {error}") from None
    if record.format != FORMAT:
        raise ValueError(f"{path} can't be gone on with: it is of format {record.format}")
    return Soaked(
        minutes,
        record.seconds,
        record.pieces,
        {
            name: Found(
                greens=each.greens, looks=each.looks, rests=each.rests, unproven=each.unproven, wrongs=each.wrongs,
                stuck=each.stuck,
            )
            for name, each in record.found.items()
        },
        Counter(record.acts),
        Counter(record.troubles),
        growths=record.growths,
        broken=record.broken,
        lacking=record.lacking,
        began=record.seconds,
    )  # fmt: skip
