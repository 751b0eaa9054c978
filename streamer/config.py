"""What a render host is told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A folder of DICOM files, and the name by which several hosts know it as one archive; empty where it has none."""

    folder: Path
    name: str = ""


@dataclass(frozen=True, slots=True)
class HostConfig:
    """Settings of one render host; see `farview host --help`."""

    signaling_url: str
    key: str
    name: str
    data: tuple[DataFolder, ...]
    cache: Path
    state: Path
    capacity: int = 8
    spares: int = 1
    park_minutes: float = 2.0
    cache_gigabytes: float = 20.0
    udp_ports: tuple[int, int] | None = None
    announce: str = ""
    loopback: bool = False
    """Offer 127.0.0.1, too: the reader's browser may be on this machine."""
    gl: str = "auto"
    certificate: Path | None = None
    """A CA certificate to trust for an https signaling URL, besides the system's."""
