"""A still as the worker drew it, and the words that go with it to the page. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from signaling.protocol.control import StillProof
from signaling.protocol.frames import FrameFlag, FrameInfo
from signaling.protocol.stills import StillMethod
from streamer.ipc.messages import StillDrawn
from streamer.session.scene import Drawn, Scene
from streamer.viewer.state import ViewState


@dataclass(frozen=True, slots=True)
class AskedStill:
    """What the worker was asked for."""

    pts: int
    revision: int
    state: ViewState
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class DrawnStill:
    """What came; `data` is empty where the page has it."""

    asked: AskedStill
    message: StillDrawn
    data: bytes

    @property
    def drawn(self) -> Drawn:
        """For the records of its viewports."""
        message = self.message
        return Drawn(message.revision, 1.0, message.missing, message.incomplete)

    def without_data(self) -> DrawnStill:
        """The page holds it."""
        return replace(self, data=b"")

    def frame(self, rtp: int, scene: Scene, *, held: bool) -> FrameInfo:
        """The description of the picture under `rtp`; `held` = no byte of it is sent."""
        message = self.message
        return FrameInfo(
            rtp=rtp,
            revision=message.revision,
            input_sequence=scene.input_sequence,
            visible=(message.width, message.height),
            coded=message.coded,
            draw_ms=message.draw_ms,
            encode_ms=message.encode_ms,
            flags=FrameFlag.STILL,
            scale=1.0,
            size=0 if held else len(self.data),
            viewports=(),
        )

    def proof(
        self, number: int, epoch: int, frame: FrameInfo, scene: Scene, description: str, *, held: bool, attempt: int
    ) -> StillProof:  # fmt: skip
        """What the page is to find, under which number, and what of the hand it covers."""
        message = self.message
        return StillProof(
            still=number,
            epoch=epoch,
            revision=message.revision,
            rtp=frame.rtp,
            method=StillMethod.HELD.value if held else message.method,
            planes=message.planes,
            width=message.width,
            height=message.height,
            coded=message.coded,
            channels=message.channels,
            sha256=message.sha256,
            size=frame.size,
            input_sequence=frame.input_sequence,
            event_acknowledged=scene.event_acknowledged,
            command=scene.command,
            description=description,
            attempt=attempt,
        )
