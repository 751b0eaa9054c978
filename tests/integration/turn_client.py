"""A TURN client at the client's end of a thin link: `turn_client.py JSON` prints what came of each peer that it was to reach."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from typing import Any

import aioice.stun
import aioice.turn

ECHO_SECONDS = 3.0
GIVEN_BACK_SECONDS = 10.0


class Receiver(asyncio.DatagramProtocol):
    """Hears what peers send through the relay."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()
        self.over = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        """The relay is given back."""
        self.over.set()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self.heard.put_nowait((data, (addr[0], addr[1])))

    def error_received(self, exc: Exception) -> None:
        """What could not be sent is told by the answer that does not come."""


async def main(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask for a relay, then reach each peer by it, before and after a pause."""
    context = ssl.create_default_context(cafile=asked["authority"]) if asked["way"] == "tls" else False
    try:
        transport, receiver = await aioice.turn.create_turn_endpoint(
            Receiver,
            server_addr=(asked["server"], asked["port"]),
            username=asked["username"],
            password=asked["password"],
            ssl=context,  # type: ignore[arg-type]
            transport="udp" if asked["way"] == "udp" else "tcp",
        )
    except aioice.stun.TransactionFailed as refused:
        return {"relay": refused.response.error_code}
    await asyncio.sleep(asked.get("pause", 0))
    inner = transport._TurnTransport__inner_protocol  # type: ignore[attr-defined]
    found: dict[str, Any] = {"relay": transport.get_extra_info("sockname")[0]}
    for peer in asked["peers"]:
        found[peer] = await reach(inner, receiver, (peer, asked["peer_port"]))
    transport.close()
    await asyncio.wait_for(receiver.over.wait(), GIVEN_BACK_SECONDS)
    return found


async def reach(inner: Any, receiver: Any, peer: tuple[str, int]) -> str | int:
    """What a peer answers through the relay: "echo", "silence", or the code of the refusal."""
    try:
        await inner.send_data(b"knock", peer)
        data, sender = await asyncio.wait_for(receiver.heard.get(), ECHO_SECONDS)
    except aioice.stun.TransactionFailed as refused:
        return int(refused.response.error_code)
    except TimeoutError:
        return "silence"
    return "echo" if (data, sender) == (b"knock", peer) else "another"


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))))
