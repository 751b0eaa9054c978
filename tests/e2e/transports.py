"""The two ways that a seat is carried, for tests that must hold on both."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.test_blocked_udp import BLOCKED, TRANSPORT

TRANSPORTS = ("webrtc", "socket")
NO_SERVER = "WebSocket connection to|Failed to load resource|ERR_CONNECTION"


@pytest.fixture(params=TRANSPORTS)
def either_transport(request: pytest.FixtureRequest) -> str:
    """The fixture `transport` of a module whose tests must hold on both."""
    return str(request.param)


def reader_over(readers: Readers, transport: str, **options: object) -> Reader:
    """A reader whose seat is carried so; where UDP is blocked the browser complains when a host or server dies."""
    if transport == "webrtc":
        return readers(**options)
    reader = readers(script=BLOCKED, **options)
    reader.provoked.append("WebSocket connection to")
    return reader


def is_carried(reader: Reader, transport: str) -> None:
    """Until the seat is carried so."""
    reader.until(f"(wanted) => ({TRANSPORT})() === wanted", transport, what="data-transport")
