"""Where the server listens, by which names it is known, and over what."""

from __future__ import annotations

import argparse
import errno
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

import psutil

from signaling.config import LOOPBACK_NAMES
from signaling.errors import CannotStart

INSECURE = (
    "Warning: --insecure serves plain HTTP. Whoever is on the way can read and change everything, patient data and the sign-in "
    "included. Browsers then refuse what needs a secure page: exact pictures can't be proven, and Farview can't be installed."
)


@dataclass(frozen=True, slots=True)
class Listening:
    """An open socket, the names by which the server may be called, and how it is secured. `hint` is for the person."""

    socket: socket.socket
    host: str
    names: frozenset[str]
    context: ssl.SSLContext | None
    hint: str = ""
    own_authority: bool = False

    @property
    def port(self) -> int:
        """The port it has."""
        return int(self.socket.getsockname()[1])

    @property
    def url(self) -> str:
        """The address of the server, without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.context else 'http'}://{host}:{self.port}"


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches `address`."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def listen(options: argparse.Namespace) -> Listening:
    """Open the socket that the options ask for.

    Raises:
        CannotStart: the port is taken, the address is not of this machine, the certificate is no good.
    """
    if bool(options.cert) != bool(options.key_file):
        raise CannotStart("A certificate needs its key: give both --cert and --key-file.")
    given = {name.lower() for name in options.name}
    if is_loopback(options.bind):
        context = _context(options.cert, options.key_file) if options.cert else None
        return Listening(_bind(options.bind, options.port), options.bind, LOOPBACK_NAMES | given, context)
    addresses = _addresses() if ipaddress_is_any(options.bind) else [options.bind]
    names = (
        LOOPBACK_NAMES | given | {address.lower() for address in addresses} | {socket.gethostname().lower()}
    )
    host = next(iter(options.name), None) or (addresses[0] if addresses else "127.0.0.1")
    hint = ""
    own = False
    if options.insecure:
        context, hint = None, INSECURE
    elif options.cert:
        context = _context(options.cert, options.key_file)
    else:
        own = True
        from signaling.auth.certificate_authority import (
            CertificateAuthority,
        )  # cryptography is slow to import

        authority = CertificateAuthority.open(options.state / "tls")
        certificate, key = authority.certificate_for(names)
        context, hint = _context(certificate, key), authority.instructions()
    return Listening(_bind(options.bind, options.port), host, frozenset(names), context, hint, own)


def ipaddress_is_any(address: str) -> bool:
    """Whether `address` means every address of this machine."""
    try:
        return ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False


def _addresses() -> list[str]:
    """Addresses of this machine that others may reach, IPv4 first."""
    found = [
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family in (socket.AF_INET, socket.AF_INET6) and "%" not in entry.address
    ]
    return sorted((a for a in found if not is_loopback(a)), key=lambda address: (":" in address, address))


def _bind(address: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][0]
        bound = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        raise CannotStart(
            f"{address} is no address of this machine. Give one of its own with --bind."
        ) from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {port} is taken by another program. Choose another one with --port, or let one be chosen with --port 0."
            ) from None
        if error.errno == errno.EACCES:
            raise CannotStart(
                f"Port {port} needs more rights. Choose one from 1024 on with --port."
            ) from None
        raise CannotStart(
            f"Farview can't listen on {address}: {error.strerror}. Give an address of this machine with --bind."
        ) from None
    return bound


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise CannotStart(
            f"The certificate {certificate} and its key can't be used: {error.strerror or error.__class__.__name__}. "
            "Both must be PEM files and belong together."
        ) from None
    return context
