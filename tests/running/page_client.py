"""A page without a browser: real HTTP, real WebSocket, a real aiortc peer that decodes what it is sent."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from signaling.protocol import control, frames, moves, page
from signaling.protocol.channels import CHANNELS
from signaling.protocol.records import StudyRow
from signaling.protocol.version import PROTOCOL_VERSION
from streamer.transport.webrtc import aiortc_seams
from tests.running.joined_parts import JoinedParts
from tests.running.signing_in import origin_of, page_of, sign_in_request, token_of
from tests.running.still_receiver import ChannelStills, Pixels, TrackStills, pixels

T = TypeVar("T")
SECONDS = 20.0


class NoSeat(Exception):
    """The server has no seat to give now."""


class PageClient:
    """One signed-in page. Everything it is told is kept in order of arrival.

    It takes exact stills by `still`, best first, keeps `held` of them, and answers as a browser's page does; `spoils` is how many
    of the next it sees otherwise than they came.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base: str,
        still: tuple[str, ...] = ("track", "png"),
        held: int = 8,
        moved_from: PageClient | None = None,
    ) -> None:
        """`moved_from` is the same page before its network changed: its id, its certificate, and its hand are this one's."""
        aiortc_seams.install()
        self.http = http
        self.base = base
        self._parts = JoinedParts()
        self.told: list[control.ToPage] = []
        self.server_told: list[page.ToPage] = []
        self.packets: list[frames.FramesPacket] = []
        self.beats: list[frames.HostBeat] = []
        self.pictures: list[tuple[float, np.ndarray[Any, Any]]] = []
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._sequence = 0
        self._event = 0
        self._gesture = 0
        self._command = 0
        self._wheel = 0
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.seat = self.host = ""
        self.channels: dict[str, Any] = {}
        self.still = still
        self.spoils = 0
        self.proofs: list[control.StillProof] = []
        self.answers: list[control.StillChecked] = []
        self._held: OrderedDict[str, Pixels] = OrderedDict()
        self._most_held = held
        self._images: dict[int, bytes] = {}
        self._last_input = (0, 0, 0)
        self.page = secrets.token_hex(12)
        if moved_from is not None:
            self.page = moved_from.page
            self._sequence, self._wheel = moved_from._sequence, moved_from._wheel
            self._event, self._command = moved_from._event, moved_from._command
            certificates = moved_from.pc._RTCPeerConnection__certificates  # type: ignore[attr-defined]
            self.pc._RTCPeerConnection__certificates = certificates  # type: ignore[attr-defined]

    async def __aenter__(self) -> Self:
        self._socket = await self.http.ws_connect(f"{self.base}/ws/page", headers={"Origin": self.base})
        await self.tell_server(page.PageHello(protocol=PROTOCOL_VERSION, page=self.page))
        self._tasks.append(asyncio.create_task(self._listen()))
        await self.server_says(page.PageWelcome)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.pc.close()
        assert self._socket is not None
        await self._socket.close()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    # ---- the server

    async def tell_server(self, message: page.FromPage) -> None:
        assert self._socket is not None
        await self._socket.send_str(page.FROM_PAGE.encode(message))

    async def _listen(self) -> None:
        assert self._socket is not None
        async for frame in self._socket:
            self.server_told.append(page.TO_PAGE.decode(frame.data))
            self._news.set()

    async def server_says(self, kind: type[T] | tuple[type[T], ...]) -> T:
        """The first message of a kind (or of several) that was not asked for yet."""
        await self.until(
            lambda: any(isinstance(m, kind) for m in self.server_told), f"the server says {kind}"
        )
        message = next(m for m in self.server_told if isinstance(m, kind))
        self.server_told.remove(message)  # type: ignore[arg-type]
        return message

    async def worklist(self) -> list[StudyRow]:
        """All rows, once there are any and the index is done."""
        end = time.monotonic() + SECONDS
        while True:
            async with self.http.get(f"{self.base}/api/worklist") as response:
                answer = await response.json()
            if answer["rows"] and not any(archive["scanning"] for archive in answer["archives"]):
                return [
                    StudyRow(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})
                    for row in answer["rows"]
                ]
            assert time.monotonic() < end, answer
            await asyncio.sleep(0.1)

    # ---- the seat

    async def sit(self, archive: str = "") -> None:
        """Takes a seat and connects."""
        certificate = self.pc._RTCPeerConnection__certificates[0]  # type: ignore[attr-defined]
        fingerprint = next(f for f in certificate.getFingerprints() if f.algorithm == "sha-256")
        await self.tell_server(
            page.SeatRequest(request="1", fingerprint=f"sha-256 {fingerprint.value}", archive=archive)
        )
        for spec in CHANNELS if not self.channels else ():
            self.channels[spec.label] = self.pc.createDataChannel(
                spec.label,
                negotiated=True,
                id=spec.id,
                ordered=spec.ordered,
                maxRetransmits=spec.max_retransmits,
            )
        answer = await self.server_says((page.SeatOffer, page.SeatFailed))
        if isinstance(answer, page.SeatFailed):
            raise NoSeat(answer.message)
        offer = answer
        self.seat, self.host = offer.seat, offer.host_name
        self.channels["control"].on("message", self._on_control)
        self.channels["frames"].on("message", self._on_frames)
        self.channels["stills"].on("message", ChannelStills(self._on_still).part)
        self.pc.on("track", lambda track: self._tasks.append(asyncio.ensure_future(self._pull(track))))
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp=offer.sdp, type="offer"))
        for transceiver in self.pc.getTransceivers()[1:]:
            TrackStills(transceiver, self._on_still)
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        await self.tell_server(page.SeatAnswer(seat=offer.seat, sdp=self.pc.localDescription.sdp))
        await self.says(control.SeatHello)
        if self.still:
            self.tell(control.PageAbilities(still=self.still, held=self._most_held))

    def _on_control(self, data: str) -> None:
        message = self._parts.take(data)
        if message is None:
            return
        self.told.append(message)
        if isinstance(message, control.StillProof):
            self.proofs.append(message)
            self._check_still()
        self._news.set()

    def _on_frames(self, data: bytes) -> None:
        packet = frames.decode(data)
        (self.packets if isinstance(packet, frames.FramesPacket) else self.beats).append(packet)  # type: ignore[arg-type]
        self._news.set()

    def _on_still(self, rtp: int, data: bytes) -> None:
        self._images[rtp] = data
        self._check_still()
        self._news.set()

    def _check_still(self) -> None:
        """Answers the newest proof once its bytes are here."""
        if not self.proofs or self.proofs[-1].still in [answer.still for answer in self.answers]:
            return
        proof = self.proofs[-1]
        if proof.method == "held":
            picture = self._held.get(proof.sha256)
        elif proof.rtp in self._images:
            picture = pixels(proof, self._images.pop(proof.rtp))
        else:
            return
        if picture is None:
            self._answer(proof, "missing")
            return
        if self.spoils:
            self.spoils -= 1
            picture = picture ^ np.uint8(1)
        sha256 = hashlib.sha256(picture.tobytes()).hexdigest()
        covered = (proof.input_sequence, proof.event_acknowledged, proof.command)
        if any(known < done for known, done in zip(covered, self._last_input, strict=True)):
            self._answer(proof, "stale")
        elif sha256 != proof.sha256:
            self._answer(proof, "mismatch", sha256)
        else:
            self._held[sha256] = picture
            self._held.move_to_end(sha256)
            while len(self._held) > self._most_held:
                self._held.popitem(last=False)
            self._answer(proof, "exact", sha256)

    def _answer(self, proof: control.StillProof, verdict: str, sha256: str = "") -> None:
        self.answers.append(control.StillChecked(still=proof.still, verdict=verdict, sha256=sha256))
        self.tell(self.answers[-1])

    async def proven(self, since: int = 0) -> control.StillProof:
        """Waits until a still later than number `since` has been proven exact; the newest proof of those."""
        found: list[control.StillProof] = []

        def there() -> bool:
            exact = {a.still for a in self.answers if a.verdict == "exact" and a.still > since}
            found[:] = [proof for proof in self.proofs if proof.still in exact]
            return bool(found)

        await self.until(there, "an exact still")
        return found[-1]

    async def at_rest(self) -> control.StillProof:
        """Waits until the newest state is proven and the hand has nothing outstanding: then nothing more comes by itself."""

        def there() -> bool:
            newest = self.answers[-1] if self.answers else None
            return (
                newest is not None
                and newest.verdict == "exact"
                and self.proofs[-1].still == newest.still
                and self.newest is not None
                and (self.proofs[-1].epoch, self.proofs[-1].revision) == (self.newest[0], self.revision)
                and self.loaded
            )

        await self.until(there, "the newest state is proven")
        return self.proofs[-1]

    @property
    def loaded(self) -> bool:
        """Whether all of the series that are loaded at all is there."""
        latest = {m.series: m for m in self.told if isinstance(m, control.Progress)}
        return bool(latest) and all(m.present == m.total for m in latest.values())

    def forget_stills(self) -> None:
        """The page has dropped all that it kept."""
        self._held.clear()

    def picture(self, proof: control.StillProof) -> Pixels:
        """The pixels of a still that was proven and is still held."""
        return self._held[proof.sha256]

    def described(self, proof: control.StillProof) -> frames.FramesPacket:
        """The words of a still."""
        packet = frames.decode(base64.b64decode(proof.description))
        assert isinstance(packet, frames.FramesPacket)
        return packet

    async def _pull(self, track: Any) -> None:
        with suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                self.pictures.append((time.monotonic(), frame.to_ndarray(format="gray")))
                self._news.set()

    # ---- waiting

    async def until(self, condition: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
        """Waits for news until the condition holds.

        Raises:
            AssertionError: it did not in time.
        """
        end = time.monotonic() + seconds
        while not condition():
            self._news.clear()
            assert time.monotonic() < end, f"not within {seconds} s: {what}; last told {self.told[-3:]}"
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 0.25)

    async def says(self, kind: type[T], fits: Callable[[T], object] = lambda message: True) -> T:
        """The first message of a kind that fits and was not asked for yet."""
        found: list[T] = []

        def there() -> bool:
            found[:] = [m for m in self.told if isinstance(m, kind) and fits(m)]
            return bool(found)

        await self.until(there, f"the host says {kind.__name__}")
        self.told.remove(found[0])  # type: ignore[arg-type]
        return found[0]

    # ---- the reader

    async def open(
        self, row: StudyRow, width: int = 640, height: int = 400, **options: Any
    ) -> control.Opened:
        """Opens a study and waits for its first picture."""
        self.tell(
            control.OpenStudy(
                request=1, archive=row.archive, study=row.study, width=width, height=height, **options
            )
        )
        opened = await self.says(control.Opened)
        await self.until(
            lambda: self.newest is not None and self.newest[0] >= opened.epoch, "the first picture"
        )
        return opened

    def tell(self, message: control.FromPage) -> None:
        self.channels["control"].send(control.FROM_PAGE.encode(message))

    def command(self, name: str, value: control.CommandValue = None, viewport: int = -1) -> int:
        """Sends a command against the newest picture; its id."""
        self._command += 1
        self._last_input = (self._sequence, self._event, self._command)
        self.tell(
            control.Command(
                id=self._command, revision=self.revision, name=name, viewport=viewport, value=value
            )
        )
        return self._command

    def repeat_command(self, command: int, name: str, value: control.CommandValue = None) -> None:
        """Sends a command again, under the id that it had."""
        self.tell(control.Command(id=command, revision=self.revision, name=name, value=value))

    def new_gesture(self) -> int:
        """The number of the next gesture."""
        self._gesture += 1
        return self._gesture

    async def applied(self, command: int) -> control.Applied:
        """Waits until a command took effect and its picture came."""
        applied = await self.says(control.Applied, lambda message: message.id == command)
        await self.until(lambda: self.revision >= applied.revision, "the command's picture")
        return applied

    def move(self, x: float = 0.5, y: float = 0.5, *, gesture: int = 0, buttons: int = 0, steps: int = 0,
             events: tuple[moves.PointerEvent, ...] = ()) -> None:  # fmt: skip
        """Sends one moves packet."""
        self._sequence += 1
        self._wheel += steps * 120
        self._last_input = (self._sequence, self._event, self._command)
        packet = moves.Moves(
            epoch=self.newest[0] if self.newest else 0, sequence=self._sequence, time=0.0, revision=self.revision,
            gesture=gesture, buttons=buttons, modifiers=0, pointer=moves.PointerType.MOUSE, x=x, y=y, wheel=self._wheel,
            events=events,
        )  # fmt: skip
        self.channels["moves"].send(moves.encode_moves(packet))

    def event(
        self, kind: moves.EventKind, x: float, y: float, *, gesture: int, button: int = 0
    ) -> moves.PointerEvent:
        """A numbered event at a place."""
        self._event += 1
        return moves.PointerEvent(
            number=self._event, kind=kind, gesture=gesture, revision=self.revision, x=x, y=y, button=button
        )

    @property
    def newest(self) -> tuple[int, frames.FrameInfo] | None:
        """Epoch and description of the newest frame."""
        if not self.packets:
            return None
        return self.packets[-1].epoch, self.packets[-1].frames[0]

    @property
    def revision(self) -> int:
        """The newest revision described."""
        return self.newest[1].revision if self.newest else 0

    def record(self, viewport: int = 0) -> frames.ViewportRecord:
        """The newest record of a viewport."""
        for packet in reversed(self.packets):
            for record in packet.records:
                if record.viewport == viewport:
                    return record
        raise AssertionError("no record of that viewport came")


@asynccontextmanager
async def signed_in(url: str) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """A signed-in HTTP session and the base URL."""
    base = origin_of(url)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.post(**sign_in_request(page_of(url), token_of(url)).of_aiohttp) as response:
            assert response.status == 204
        yield http, base


@asynccontextmanager
async def seated(
    url: str, still: tuple[str, ...] = ("track", "png"), held: int = 8
) -> AsyncIterator[tuple[PageClient, list[StudyRow]]]:
    """A page on a seat, and the worklist."""
    async with signed_in(url) as (http, base), PageClient(http, base, still, held) as client:
        rows = await client.worklist()
        await client.sit(rows[0].archive)
        yield client, rows
