"""A page without a browser on a network without UDP: its seat is on a WebSocket, and what comes is put together and kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import av

from signaling.protocol import control, page, stream
from signaling.protocol.records import StudyRow
from tests.running.page_client import NoSeat, PageClient, signed_in

REPORT_SECONDS = 0.06


class _Channel:
    """What the client says on a channel elsewhere goes on the one WebSocket."""

    def __init__(self, kind: stream.Kind, say: Callable[[bytes], None]) -> None:
        self._kind = kind
        self._say = say

    def send(self, data: str | bytes) -> None:
        raw = data.encode() if isinstance(data, str) else data
        self._say(stream.encode(stream.Passed(kind=self._kind, data=raw)))


class SocketClient(PageClient):
    """`units` are the access units that came, in order: RTP timestamp, key frame, bytes."""

    def __init__(self, http: aiohttp.ClientSession, base: str, **options: Any) -> None:
        super().__init__(http, base, **options)
        self.units: list[tuple[int, bool, bytes]] = []
        self.cancelled = 0
        self._out: asyncio.Queue[bytes] = asyncio.Queue()
        self._halves: dict[bool, bytearray] = {False: bytearray(), True: bytearray()}
        self._arrivals: list[int] = []
        self._first = 0
        self._decoder: Any = None
        self.end: aiohttp.ClientWebSocketResponse | None = None

    async def sit(self, archive: str = "") -> None:
        await self.tell_server(
            page.SeatRequest(request="1", fingerprint="", archive=archive, transport="socket")
        )
        answer = await self.server_says((page.SeatOffer, page.SeatFailed))
        if isinstance(answer, page.SeatFailed):
            raise NoSeat(answer.message)
        assert (answer.transport, answer.sdp) == ("socket", "")
        self.seat = answer.seat
        self.end = await self.http.ws_connect(
            f"{self.base}/ws/page-stream",
            headers={"Origin": self.base},
            protocols=[f"{stream.SUBPROTOCOL}{answer.stream}"],
            max_msg_size=stream.MESSAGE_BYTES,
        )
        for name, kind in (("control", stream.Kind.CONTROL), ("moves", stream.Kind.MOVES)):
            self.channels[name] = _Channel(kind, self._out.put_nowait)
        self._out.put_nowait(stream.encode(stream.Begin(decodes_stills="track" in self.still)))
        for work in (self._write(self.end), self._read(self.end), self._report()):
            self._tasks.append(asyncio.create_task(work))
        await self.says(control.SeatHello)
        self.tell(control.PageAbilities(still=self.still, held=self._most_held))

    async def _write(self, end: aiohttp.ClientWebSocketResponse) -> None:
        with suppress(ConnectionError):  # the server has hung up: whoever waits for more says so
            while True:
                await end.send_bytes(await self._out.get())

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            if self._arrivals:
                times, self._arrivals = tuple(self._arrivals[: stream.MOST_ARRIVALS]), []
                self._out.put_nowait(stream.encode(stream.Arrivals(first=self._first, times=times)))

    async def _read(self, end: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in end:
            message = stream.decode(frame.data)
            match message:
                case stream.Passed(kind=stream.Kind.CONTROL):
                    self._on_control(message.data.decode())
                case stream.Passed(kind=stream.Kind.FRAMES):
                    self._on_frames(message.data)
                case stream.Part():
                    self._part(message)

    def _part(self, part: stream.Part) -> None:
        if not self._arrivals:
            self._first = part.number
        self._arrivals.append(int(time.monotonic() * 10_000) & 0xFFFF_FFFF)
        whole = self._halves[part.still]
        if part.offset == 0:
            self.cancelled += bool(whole)
            whole.clear()
        assert part.offset == len(whole), "a part is missing"
        whole += part.data
        if len(whole) < part.total:
            return
        data = bytes(whole)
        whole.clear()
        if part.still:
            self._on_still(part.rtp, data)
        else:
            self._picture(part, data)
        self._news.set()

    def _picture(self, part: stream.Part, data: bytes) -> None:
        self.units.append((part.rtp, part.flag, data))
        if part.flag:
            self._decoder = av.CodecContext.create("h264", "r")
        assert self._decoder is not None, "the first picture is no key frame"
        for decoded in self._decoder.decode(av.Packet(data)):
            self.pictures.append((time.monotonic(), decoded.to_ndarray(format="gray")))


@asynccontextmanager
async def seated_on_socket(
    url: str, still: tuple[str, ...] = ("track", "png")
) -> AsyncIterator[tuple[SocketClient, list[StudyRow]]]:
    """A signed-in page on such a seat, and its worklist."""
    async with signed_in(url) as (http, base), SocketClient(http, base, still=still) as client:
        rows = await client.worklist()
        await client.sit(rows[0].archive)
        yield client, rows
