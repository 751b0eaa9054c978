"""A real coturn with the configuration that Farview ships, at the server's end of a thin link."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.thin_link import Link
from signaling.auth.certificate_authority import CertificateAuthority
from tests.running.farview_process import wait_until

CONFIGURATION = Path(__file__).resolve().parents[2] / "docs" / "turnserver.conf"
SECRET = "a-secret-of-the-tests-and-of-nobody-else"
ADDRESS = "10.77.0.3"
PORT, TLS_PORT = 3478, 5349


@dataclass(frozen=True, slots=True)
class TurnServer:
    """The running server: the options that make Farview use it, and what it wrote down."""

    authority: Path
    secret_file: Path
    log_file: Path

    @property
    def urls(self) -> dict[str, str]:
        """Its URLs by how it is reached."""
        return {
            "udp": f"turn:{ADDRESS}:{PORT}?transport=udp",
            "tcp": f"turn:{ADDRESS}:{PORT}?transport=tcp",
            "tls": f"turns:{ADDRESS}:{TLS_PORT}?transport=tcp",
        }

    def options(self, *ways: str) -> tuple[str, ...]:
        """Those of `farview serve`."""
        named = [word for way in ways for word in ("--turn", self.urls[way])]
        return (*named, "--turn-secret-file", str(self.secret_file))

    @property
    def log(self) -> str:
        """What it has logged."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""


@contextmanager
def turn_server(link: Link, folder: Path, hosts: Sequence[str]) -> Iterator[TurnServer]:
    """Runs it while the block runs; it relays to `hosts` and to nobody else."""
    folder.mkdir(exist_ok=True)
    link.add_server(ADDRESS)
    authority = CertificateAuthority.open(folder / "tls")
    certificate, key = authority.certificate_for({ADDRESS})
    secret_file = folder / "secret"
    secret_file.write_text(SECRET)
    secret_file.chmod(0o600)
    server = TurnServer(folder / "tls" / "farview-authority.pem", secret_file, folder / "turn.log")
    configuration = folder / "turnserver.conf"
    configuration.write_text(_filled(certificate, key, server.log_file, folder / "turn.pid", hosts))
    process = link.start_server(
        ["turnserver", "-c", str(configuration)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        wait_until(lambda: _listens(link, process), 20, f"coturn listens: {server.log}")
        yield server
    finally:
        process.terminate()
        process.wait(10)


def _filled(certificate: Path, key: Path, log: Path, pid: Path, hosts: Sequence[str]) -> str:
    values = {
        "LISTENING-IP": ADDRESS,
        "RELAY-IP": ADDRESS,
        "CERTIFICATE-FILE": str(certificate),
        "KEY-FILE": str(key),
        "SECRET": SECRET,
        "HOST-IP": hosts[0],
        "LOG-FILE": str(log),
        "PID-FILE": str(pid),
    }
    lines = []
    for line in CONFIGURATION.read_text().splitlines():
        name, equals, value = line.partition("=")
        lines.append(f"{name}={values.get(value, value)}" if equals and not line.startswith("#") else line)
    return "\n".join([*lines, *(f"allowed-peer-ip={host}" for host in hosts[1:])]) + "\n"


def _listens(link: Link, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "coturn has ended"
    asked = link.run_server(
        ["python3", "-c", f"import socket; socket.create_connection(({ADDRESS!r}, {TLS_PORT}), 2)"],
        check=False,
        stderr=subprocess.DEVNULL,
    )
    return asked.returncode == 0
