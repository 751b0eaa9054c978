"""What a signaling server is told at start."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_PORT = 8104
SIGN_IN_DAYS = 30
WINDOWS = 6
WEB = Path(__file__).resolve().parent.parent / "web"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
ProxyNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class IceSettings:
    """By which servers pages and hosts find a way to each other: STUN (RFC 8489) and TURN (RFC 8656), as URLs.

    `turn` and `host_turn` need the `secret` that their servers share with us; credentials made from it can ask for a relay
    during `turn_seconds`, and the relay lasts as long as it is used. Pages are told all of `turn`. A host is told `host_turn`
    alone: it needs one only where TURN servers can't reach it. With `relay_only` pages use no other way.
    """

    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    host_turn: str = ""
    secret: str = field(default="", repr=False)
    relay_only: bool = False
    turn_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Settings of one server. Times are seconds.

    `state` is the state directory, where the address that signs in is kept, too. `host_names` are the names and addresses
    by which it may be called (the Host header without its port). `local_key` is the key of a render host that the same command
    starts, empty where there is none. A host has `offer_timeout` to offer a seat while another could be asked;
    all of them together, and then the page, have `seat_timeout`. `own_authority` is set where the certificate is signed by
    Farview's own authority.
    `trusted_proxies` are believed what they say of the reader. `base_path` begins every address (`/farview`), or is empty.
    """

    state: Path
    sign_in_seconds: float = SIGN_IN_DAYS * 24 * 3600.0
    """How long a sign-in lasts at the most."""
    windows: int = WINDOWS
    """How many pages of one sign-in may read at once."""
    port: int = DEFAULT_PORT
    tls: bool = False
    own_authority: bool = False
    web: Path = WEB
    host_names: frozenset[str] = LOOPBACK_NAMES
    local_key: str = ""
    metrics_for_all: bool = False
    trusted_proxies: tuple[ProxyNetwork, ...] = ()
    base_path: str = ""
    ice: IceSettings = IceSettings()
    host_silent_after: float = 4.5
    seat_timeout: float = 10.0
    offer_timeout: float = 3.0
    host_wait: float = 5.0
    worklist_timeout: float = 5.0
    worklist_patience: float = 2.0
    """How long the other archives are waited for once one has answered."""
    store_timeout: float = 5.0

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.state / "farview.db"
