"""What a signaling server is told at start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from signaling.protocol.records import IceServer

DEFAULT_PORT = 8104
WEB = Path(__file__).resolve().parent.parent / "web"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Settings of one server. Times are seconds.

    `token` signs in whoever knows it, as long as this server runs. `host_names` are the names and addresses by which it
    may be called (the Host header without its port). `local_key` is the key of a render host that the same command
    starts, empty where there is none. `own_authority` is set where the certificate is signed by Farview's own authority.
    """

    state: Path
    token: str
    port: int = DEFAULT_PORT
    tls: bool = False
    own_authority: bool = False
    web: Path = WEB
    host_names: frozenset[str] = LOOPBACK_NAMES
    local_key: str = ""
    metrics_for_all: bool = False
    ice_servers: tuple[IceServer, ...] = ()
    host_silent_after: float = 4.5
    seat_timeout: float = 10.0
    host_wait: float = 5.0
    worklist_timeout: float = 5.0
    store_timeout: float = 5.0

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.state / "farview.db"
