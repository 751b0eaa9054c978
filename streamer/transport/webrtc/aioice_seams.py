"""Every touch of names that aioice keeps to itself, and the check that they are still there. Written for aioice 0.13."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import aioice.ice
import aioice.stun
from aioice.candidate import candidate_foundation, candidate_priority

from streamer.transport.webrtc.ice_candidates import IcePolicy
from streamer.transport.webrtc.page_address import PageAddress

_STUN_SECONDS = 1.5
_FOLLOW_REPEATS = 3


def wanted() -> dict[str, bool]:
    """Every private name used here, and whether it is there."""
    gather_source = inspect.getsource(aioice.ice.Connection.gather_candidates)
    return {
        "aioice.Connection.get_component_candidates(component, addresses, timeout)": takes(
            aioice.ice.Connection, "get_component_candidates", "component", "addresses", "timeout"
        ),
        "aioice gathers by get_component_candidates": "self.get_component_candidates(" in gather_source,
        "aioice.Connection._protocols": "self._protocols" in inspect.getsource(aioice.ice.Connection),
        "aioice.Connection.query_consent()": takes(aioice.ice.Connection, "query_consent"),
        "aioice.Connection._closing": "self._closing =" in inspect.getsource(aioice.ice.Connection),
        "aioice.ice.StunProtocol.datagram_received(data, addr)": takes(
            aioice.ice.StunProtocol, "datagram_received", "data", "addr"
        ),
        "aioice.ice.StunProtocol.request(request, addr, integrity_key, retransmissions)": takes(
            aioice.ice.StunProtocol, "request", "request", "addr", "integrity_key", "retransmissions"
        ),
        "aioice.ice.StunProtocol.send_stun(message, addr)": takes(
            aioice.ice.StunProtocol, "send_stun", "message", "addr"
        ),
        "aioice.ice.CandidatePair(protocol, remote_candidate)": takes(
            aioice.ice.CandidatePair, "__init__", "protocol", "remote_candidate"
        ),
        "aioice.Connection._nominated": "self._nominated[" in inspect.getsource(aioice.ice.Connection),
        "aioice.Connection.build_request(pair, nominate)": takes(
            aioice.ice.Connection, "build_request", "pair", "nominate"
        ),
        "aioice.ice.server_reflexive_candidate": hasattr(aioice.ice, "server_reflexive_candidate"),
        "aioice.ice.get_host_addresses": hasattr(aioice.ice, "get_host_addresses"),
    }


def takes(owner: type, name: str, *parameters: str) -> bool:
    """Whether the class has a method of that name with these parameters."""
    method = getattr(owner, name, None)
    return method is not None and list(inspect.signature(method).parameters)[1:] == list(parameters)


def apply_policy(connection: aioice.Connection, policy: IcePolicy) -> None:
    """Makes the connection bind and show its host candidates as the policy says, and follow its page to another address."""
    relayed_candidates = connection.get_component_candidates

    async def candidates(component: int, addresses: list[str], timeout: int = 5) -> list[aioice.Candidate]:
        protocols = []
        for address in policy.addresses(addresses):
            protocol = await _bind(connection, address, policy.ports_to_try())
            if protocol is not None:
                protocols.append(protocol)
        connection._protocols += protocols
        shown = [_host_candidate(protocol, component, policy) for protocol in protocols]
        reflexive, relayed = await asyncio.gather(
            _reflexive_candidates(connection, protocols, min(timeout, _STUN_SECONDS)),
            relayed_candidates(component=component, addresses=[], timeout=timeout),
        )
        return shown + reflexive + relayed

    connection.get_component_candidates = candidates  # type: ignore[method-assign]


def end_consent(connection: aioice.Connection) -> None:
    """Keeps aioice from starting its consent checks on a connection that was closed while it was being made.

    They would go on, every five seconds, until the process ends.
    """
    query_consent = connection.query_consent

    async def query() -> None:
        if not connection._closing:
            await query_consent()

    connection.query_consent = query  # type: ignore[method-assign]


def cut(connection: aioice.Connection) -> None:
    """Closes the connection's sockets at once; nothing more is said on it."""
    connection._closing = True
    for protocol in connection._protocols:
        # A relay has no abort: it lets go of itself.
        getattr(protocol.transport, "abort", protocol.transport.close)()


async def _bind(
    connection: aioice.Connection, address: str, ports: list[int]
) -> aioice.ice.StunProtocol | None:
    loop = asyncio.get_running_loop()
    for port in ports:
        try:
            _, protocol = await loop.create_datagram_endpoint(
                lambda: _FollowingProtocol(connection), local_addr=(address, port)
            )
        except OSError:
            continue
        return protocol
    return None


class _FollowingProtocol(aioice.ice.StunProtocol):
    """A socket of the host that follows its page to another address."""

    def __init__(self, connection: aioice.Connection) -> None:
        super().__init__(connection)
        self._page = PageAddress()
        self._check: asyncio.Task[None] | None = None

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        super().datagram_received(data, addr)
        pair = self.receiver._nominated.get(1)
        if pair is None or self.receiver._closing or not isinstance(data, bytes):
            return
        known = pair.remote_addr if pair.protocol is self else ("", 0)
        now = asyncio.get_running_loop().time()
        if self._page.is_to_check(data, addr[:2], known, now):
            there = aioice.Candidate(
                foundation="page", component=1, transport="udp", priority=pair.remote_candidate.priority,
                host=addr[0], port=addr[1], type="prflx",
            )  # fmt: skip
            self._check = asyncio.create_task(self._follow(aioice.ice.CandidatePair(self, there)))

    def send_stun(self, message: aioice.stun.Message, addr: tuple[str, int]) -> None:
        """Says no more once its socket is closed: a request to a STUN server may still wait to be repeated."""
        if not self.transport.is_closing():
            super().send_stun(message, addr)

    async def _follow(self, pair: aioice.ice.CandidatePair) -> None:
        connection = self.receiver
        assert connection.remote_password is not None
        request = connection.build_request(pair, nominate=True)
        key = connection.remote_password.encode()
        try:
            _, address = await self.request(
                request, pair.remote_addr, integrity_key=key, retransmissions=_FOLLOW_REPEATS
            )
        except aioice.stun.TransactionError:
            return
        finally:
            self._page.checked()
        if address == pair.remote_addr and not connection._closing:
            pair.nominated = True
            pair.state = aioice.ice.CandidatePair.State.SUCCEEDED
            connection._nominated[1] = pair

    async def close(self) -> None:
        """Ends the check, if one is under way."""
        if self._check is not None:
            self._check.cancel()
            await asyncio.gather(self._check, return_exceptions=True)
        await super().close()


def _host_candidate(protocol: aioice.ice.StunProtocol, component: int, policy: IcePolicy) -> aioice.Candidate:
    """Gives the protocol its candidate, and returns it as the page is to see it."""
    address, port = protocol.transport.get_extra_info("sockname")[:2]

    def candidate(host: str) -> aioice.Candidate:
        return aioice.Candidate(
            foundation=candidate_foundation("host", "udp", address),
            component=component,
            transport="udp",
            priority=candidate_priority(component, "host"),
            host=host,
            port=port,
            type="host",
        )

    protocol.local_candidate = candidate(address)
    return candidate(policy.shown(address))


async def _reflexive_candidates(
    connection: aioice.Connection, protocols: list[aioice.ice.StunProtocol], timeout: float
) -> list[aioice.Candidate]:
    """What a STUN server sees (IPv4 only); a server that does not answer in time gives none."""
    server = connection.stun_server
    usable = [p for p in protocols if "." in p.local_candidate.host]
    if server is None or not usable:
        return []
    tasks = [asyncio.create_task(aioice.ice.server_reflexive_candidate(p, server)) for p in usable]
    done, pending = await asyncio.wait(tasks, timeout=timeout)
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending)
    return [task.result()[0] for task in done if task.exception() is None]
