"""The process between the namespaces: `python -m scripts.thin_link.shaper FD`, where FD is a socket of JSON lines to its owner.

It ends when that socket closes, and with it whatever runs at the two ends, the devices and the namespaces.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import socket
import sys
import time
from collections import deque
from typing import Any

from scripts.thin_link.direction import SAMPLES, Direction, percentile
from scripts.thin_link.flows import UdpFlows
from scripts.thin_link.namespace import (
    CLIENT_ADDRESS,
    MTU,
    SERVER_ADDRESS,
    end_processes,
    enter_new_namespace,
    open_tun,
)
from scripts.thin_link.passed import flow_of

# A killed owner may have started a program that is still on its way into a namespace.
ON_ITS_WAY = 1.0

# At most so many packets of one side before the other one has its turn.
BURST = 64

# The newest packets that are remembered while they are watched: some minutes at 20 Mbit/s.
WATCHED = 400_000


class Shaper:
    """Carries packets between two TUN devices by the terms last set."""

    def __init__(self, control: socket.socket, seed: int) -> None:
        self._control = control
        self._requests = b""
        # The namespaces belong to whoever holds them: here two descriptors, which others reach through /proc.
        self.server_namespace = enter_new_namespace()
        self._server = open_tun(f"{SERVER_ADDRESS}/24", default_route=False)
        self.client_namespace = enter_new_namespace()
        # A browser finds its own address by asking for the route to a public one; nothing is forwarded beyond the server.
        self._client = open_tun(f"{CLIENT_ADDRESS}/24", default_route=True)
        self._down = Direction(seed)
        self._up = Direction(seed + 1)
        self._late: deque[float] = deque(maxlen=SAMPLES)
        self._passed: deque[tuple[float, int, int, int]] = deque(maxlen=WATCHED)
        self._watching = False
        self._flows = UdpFlows()
        self._ended = False

    def run(self) -> bool:
        """Until the owner is gone. Return whether it had said that it would go."""
        self._answer({"server_namespace": self.server_namespace, "client_namespace": self.client_namespace})
        sources = [self._server, self._client, self._control.fileno()]
        while True:
            until = min(self._down.next_time(), self._up.next_time()) - time.monotonic()
            timeout = None if until == float("inf") else max(0.0, until)
            ready, _, _ = select.select(sources, [], [], timeout)
            if self._server in ready:
                self._read(self._server, self._down)
            if self._client in ready:
                self._read(self._client, self._up)
            self._write(self._down, self._client)
            self._write(self._up, self._server)
            if self._control.fileno() in ready and not self._serve_requests():
                return self._ended

    def _read(self, tun: int, direction: Direction) -> None:
        for _ in range(BURST):
            try:
                packet = os.read(tun, MTU + 64)
            except BlockingIOError:
                return
            if self._flows.passes(packet, to_server=direction is self._up):
                direction.put(packet, time.monotonic())
            else:
                direction.dropped_cut += 1

    def _write(self, direction: Direction, tun: int) -> None:
        while (taken := direction.take(now := time.monotonic())) is not None:
            due, packet = taken
            self._late.append(now - due)
            if self._watching and direction is self._down:
                self._passed.append((due, len(packet), *flow_of(packet)))
            os.write(tun, packet)

    def _serve_requests(self) -> bool:
        data = self._control.recv(65536)
        if not data:
            return False
        *lines, self._requests = (self._requests + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request["do"] == "set":
                self._set(request["terms"])
                self._answer({})
            elif request["do"] == "end":
                self._ended = True
            elif request["do"] == "forget flows":
                self._flows.forget()
                self._answer({})
            elif request["do"] == "watch":
                self._watching = request["on"]
                self._answer({"passed": list(self._passed)})
                self._passed.clear()
            else:
                self._answer(self._measures())
                if request["forget"]:
                    self._down.forget()
                    self._up.forget()
                    self._late.clear()
        return True

    def _set(self, terms: dict[str, Any]) -> None:
        shared = {
            "delay_ms": terms["rtt_ms"] / 2,
            "loss": terms["loss"],
            "queue_ms": terms["queue_ms"],
            "cut": terms["cut"],
            "udp": terms["udp"],
            "tcp": terms["tcp"],
        }
        self._down.set(kbit=terms["down_kbit"], **shared)
        self._up.set(kbit=terms["up_kbit"], **shared)

    def _measures(self) -> dict[str, Any]:
        late = sorted(self._late)
        return {
            "down": self._down.measures(),
            "up": self._up.measures(),
            "late_p95": percentile(late, 0.95) * 1000,
            "late_max": percentile(late, 1.0) * 1000,
        }

    def _answer(self, message: dict[str, Any]) -> None:
        self._control.sendall(json.dumps(message).encode() + b"\n")


def main(descriptor: int, seed: int) -> None:
    """Serve the owner at the other end of `descriptor`."""
    # What counts here is to be on time, next to whatever loads the machine.
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    gc.disable()
    with socket.socket(fileno=descriptor) as control:
        control.set_inheritable(False)
        shaper = Shaper(control, seed)
        quiet = ON_ITS_WAY
        try:
            if shaper.run():
                quiet = 0.0
        except (ConnectionResetError, BrokenPipeError):
            pass  # the owner was killed before it read an answer: as without one
        finally:
            end_processes([shaper.server_namespace, shaper.client_namespace], quiet)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
