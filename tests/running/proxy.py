"""A real nginx or haproxy on loopback that ends TLS in front of a server, set up as docs/operations.md says."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from signaling.auth.certificate_authority import CertificateAuthority
from tests.running.farview_process import free_port, wait_until

NAME = "localhost"
NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    location {path} {{
      proxy_pass http://127.0.0.1:{behind}{to};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $http_host;
      {said}
      proxy_buffering off;
      proxy_read_timeout 1h;
    }}
  }}
}}
"""
SAID_BY_NGINX = """
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"""
HAPROXY = """
global
    log stderr format raw local0 err
defaults
    mode http
    timeout connect 5s
    timeout client 75s
    timeout server 75s
    timeout tunnel 1h
frontend readers
    bind {address}:{port} ssl crt {both}
    {said}
    default_backend farview
backend farview
    server farview {behind}
"""
SAID_BY_HAPROXY = """option forwardfor
    http-request set-header X-Forwarded-Proto https
    http-request set-header X-Forwarded-Host %[req.hdr(host)]"""


@dataclass(frozen=True, slots=True)
class Proxy:
    """The running proxy: how readers reach it, and what it wrote down."""

    port: int
    path: str
    authority: Path
    folder: Path

    @property
    def url(self) -> str:
        """Where it offers the server, without a slash at the end."""
        return f"https://{NAME}:{self.port}{self.path}"

    @property
    def trust(self) -> ssl.SSLContext:
        """For clients."""
        return ssl.create_default_context(cafile=str(self.authority))

    @property
    def access_log(self) -> str:
        """The addresses that were asked for (nginx)."""
        return (self.folder / "access.log").read_text(errors="replace")


@contextmanager
def nginx(
    folder: Path, behind: int, *, path: str = "", cut: bool = False, said: bool = True
) -> Iterator[Proxy]:
    """In front of the port `behind`, below `path`, which it cuts off where `cut`; without X-Forwarded-… where not `said`."""
    certificate, key, authority = _certificate(folder)
    port = free_port()
    written = NGINX.format(
        folder=folder, port=port, certificate=certificate, key=key, behind=behind, path=f"{path}/",
        to="/" if cut else "", said=SAID_BY_NGINX if said else "",
    )  # fmt: skip
    configuration = folder / "nginx.conf"
    configuration.write_text(written)
    words = ["/usr/sbin/nginx", "-p", str(folder), "-c", str(configuration), "-e", str(folder / "error.log")]
    with _running(words, folder, port):
        yield Proxy(port, path, authority, folder)


@contextmanager
def haproxy(folder: Path, behind: int, *, said: bool = True) -> Iterator[Proxy]:
    """In front of the port `behind`; without X-Forwarded-… where not `said`."""
    certificate, key, authority = _certificate(folder)
    both = folder / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    port = free_port()
    configuration = folder / "haproxy.cfg"
    configuration.write_text(
        HAPROXY.format(
            address="127.0.0.1",
            port=port,
            both=both,
            behind=f"127.0.0.1:{behind}",
            said=SAID_BY_HAPROXY if said else "",
        )
    )
    with _running(["/usr/sbin/haproxy", "-db", "-f", str(configuration)], folder, port):
        yield Proxy(port, "", authority, folder)


def _certificate(folder: Path) -> tuple[Path, Path, Path]:
    folder.mkdir(exist_ok=True)
    certificate, key = CertificateAuthority.open(folder / "tls").certificate_for({NAME})
    return certificate, key, folder / "tls" / "farview-authority.pem"


@contextmanager
def _running(words: list[str], folder: Path, port: int) -> Iterator[None]:
    said = folder / "said.log"
    with said.open("wb") as log:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)
    try:
        wait_until(lambda: process.poll() is not None or _listens(process.pid, port), 20, "the proxy listens")
        assert process.poll() is None, said.read_text()
        yield
    finally:
        process.terminate()
        process.wait(10)


def _listens(pid: int, port: int) -> bool:
    import psutil

    connections = psutil.Process(pid).net_connections("tcp")
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in connections)
