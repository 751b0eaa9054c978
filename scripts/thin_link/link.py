"""A link and its two ends, as tests and measurements use it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from scripts.thin_link.measures import LinkMeasures
from scripts.thin_link.namespace import CLIENT_ADDRESS, DEVICE, SERVER_ADDRESS
from scripts.thin_link.passed import Packet, packets_from
from scripts.thin_link.terms import LinkTerms

ROOT = Path(__file__).resolve().parents[2]
ANSWER_WITHIN = 10.0

End = Literal["client", "server"]


class LinkUnavailable(RuntimeError):
    """The link cannot be made here; the message says why, and what to do."""


class Link:
    """A context manager: while it is entered, programs can be run at either end of the link.

    ``with Link(down_kbit=1500, up_kbit=500, rtt_ms=120, loss=0.01) as link: link.start_server([...]); link.run_client([...])``

    The terms are those of `LinkTerms`. The same `seed` loses the same packets, counted in the order of their arrival.
    """

    server_ip = SERVER_ADDRESS
    client_ip = CLIENT_ADDRESS

    def __init__(
        self,
        *,
        down_kbit: float = 0.0,
        up_kbit: float = 0.0,
        rtt_ms: float = 0.0,
        loss: float = 0.0,
        queue_ms: float = 300.0,
        seed: int = 1,
    ) -> None:
        self.terms = LinkTerms(down_kbit, up_kbit, rtt_ms, loss, queue_ms)
        self._seed = seed
        self._stack = contextlib.ExitStack()
        self._answers = b""

    def __enter__(self) -> Self:
        _require_means()
        with contextlib.ExitStack() as stack:
            ours, theirs = socket.socketpair()
            self._control = ours
            ours.settimeout(ANSWER_WITHIN)
            with theirs:
                command = [
                    sys.executable,
                    "-m",
                    "scripts.thin_link.shaper",
                    str(theirs.fileno()),
                    str(self._seed),
                ]
                # In a session of its own: Ctrl-C ends its owner first, which may still have to stop what runs at the ends.
                shaper = subprocess.Popen(
                    command,
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            stack.callback(_end_shaper, shaper, ours)
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="farview-link-"))
            self._folder = Path(folder)
            namespaces = self._answer()
            self._namespace: dict[End, str] = {
                "client": f"/proc/{shaper.pid}/fd/{namespaces['client_namespace']}",
                "server": f"/proc/{shaper.pid}/fd/{namespaces['server_namespace']}",
            }
            self.set()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def client_ns(self) -> str:
        """The path of the client's network namespace, as nsenter(1) takes it."""
        return self._namespace["client"]

    @property
    def server_ns(self) -> str:
        """The path of the server's network namespace."""
        return self._namespace["server"]

    def command(self, end: End, command: Sequence[str]) -> list[str]:
        """`command` made one that runs at that end of the link; whatever still runs there when the link ends is killed."""
        return ["nsenter", f"--net={self._namespace[end]}", "--", *command]

    def wrapper(self, end: End, program: str) -> Path:
        """A program file that runs `program` at that end: for those who want a path, as Playwright's executable_path."""
        path = self._folder / f"{end}-{Path(program).name}"
        path.write_text(f'#!/bin/sh\nexec {shlex.join(self.command(end, [program]))} "$@"\n')
        path.chmod(0o755)
        return path

    def run_client(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[Any]:
        """`subprocess.run` at the client's end."""
        return subprocess.run(self.command("client", command), **{"check": True, **options})

    def run_server(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[Any]:
        """`subprocess.run` at the server's end."""
        return subprocess.run(self.command("server", command), **{"check": True, **options})

    def start_server(self, command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
        """`subprocess.Popen` at the server's end; killed with the link, if it has not ended before."""
        process = subprocess.Popen(self.command("server", command), **options)
        self._stack.callback(_end, process)
        return process

    def set(self, **changes: float | bool) -> None:
        """Change some of the terms while packets flow."""
        terms = LinkTerms(**{**dataclasses.asdict(self.terms), **changes})
        self._request({"do": "set", "terms": dataclasses.asdict(terms)})
        self.terms = terms

    @contextlib.contextmanager
    def outage(self) -> Iterator[None]:
        """While entered, nothing gets through, and what was under way is lost."""
        self.set(cut=True)
        try:
            yield
        finally:
            self.set(cut=False)

    @contextlib.contextmanager
    def local_outage(self, port: int) -> Iterator[None]:
        """While entered, nothing gets to or from this TCP port of the loopback at the server's end; what is connected hangs."""
        # The kernel looks into its own addresses first: another rule can only come before that where it is moved back.
        rules = [
            f"rule {{verb}} pref 10 to 127.0.0.1 ipproto tcp {side} {port} blackhole"
            for side in ("sport", "dport")
        ]
        self._ip("server", "rule add pref 100 from all lookup local", "rule del pref 0")
        self._ip("server", *(rule.format(verb="add") for rule in rules))
        try:
            yield
        finally:
            self._ip("server", *(rule.format(verb="del") for rule in rules))
            self._ip("server", "rule add pref 0 from all lookup local", "rule del pref 100")

    def forget_flows(self) -> None:
        """What was connected by UDP so far passes no more, and new connections do: as by a NAT that began anew."""
        self._request({"do": "forget flows"})

    def move_client(self, address: str) -> None:
        """The client's end has this address and no other from now on, as a device that changed its network."""
        self._ip(
            "client",
            f"address flush dev {DEVICE}",
            f"address add {address}/24 dev {DEVICE}",
            f"route replace default dev {DEVICE}",
        )

    def add_server(self, address: str) -> None:
        """The server's end has this address, too: room for another server."""
        self._ip("server", f"address add {address}/24 dev {DEVICE}")

    def measures(self, *, forget: bool = False) -> LinkMeasures:
        """What has gone over the link since it was made, or since the counts were last forgotten."""
        return LinkMeasures.from_message(self._request({"do": "measure", "forget": forget}))

    def watch(self) -> None:
        """Remember from now on each packet that reaches the client."""
        self._request({"do": "watch", "on": True})

    def watched(self) -> list[Packet]:
        """What has reached the client since `watch`, oldest first; nothing is remembered any more."""
        return packets_from(self._request({"do": "watch", "on": False}))

    def _ip(self, end: End, *commands: str) -> None:
        lines = "\n".join(commands)
        command = self.command(end, ["ip", "-batch", "-"])
        subprocess.run(command, input=lines, text=True, check=True, timeout=ANSWER_WITHIN)

    def _request(self, message: dict[str, Any]) -> dict[str, Any]:
        self._control.sendall(json.dumps(message).encode() + b"\n")
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        while b"\n" not in self._answers:
            data = self._control.recv(65536)
            if not data:
                raise LinkUnavailable(
                    "the process that carries the packets has ended; its own words are above"
                )
            self._answers += data
        line, _, self._answers = self._answers.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _end_shaper(shaper: subprocess.Popen[Any], control: socket.socket) -> None:
    """Let it end what runs at the two ends; it is killed only where that takes too long."""
    with control, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        control.sendall(b'{"do": "end"}\n')
    try:
        shaper.wait(ANSWER_WITHIN)
    except subprocess.TimeoutExpired:
        _end(shaper)


def _end(process: subprocess.Popen[Any]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def _require_means() -> None:
    if os.geteuid() != 0:
        raise LinkUnavailable("a thin link needs root, to make network namespaces: run this as root")
    for program, package in (("ip", "iproute2"), ("nsenter", "util-linux")):
        if shutil.which(program) is None:
            raise LinkUnavailable(f"a thin link needs the program {program}: apt-get install {package}")
    if not Path("/dev/net/tun").exists():
        raise LinkUnavailable(
            "a thin link needs /dev/net/tun: `modprobe tun`, or give the container that device"
        )
