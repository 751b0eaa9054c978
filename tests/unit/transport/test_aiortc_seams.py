"""The start-up check of the private names of aiortc and aioice."""

from __future__ import annotations

import aioice.ice
import pytest
from aiortc import codecs, rtcdtlstransport

from streamer.transport.webrtc import aiortc_seams


def test_the_locked_versions_have_every_seam() -> None:
    aiortc_seams.check_seams()


def test_a_name_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(rtcdtlstransport.RTCDtlsTransport, "_send_rtp")
    monkeypatch.delattr(aioice.ice, "server_reflexive_candidate")
    with pytest.raises(
        aiortc_seams.SeamError, match=r"_send_rtp.*server_reflexive_candidate.*locked versions"
    ):
        aiortc_seams.check_seams()


def test_a_name_that_takes_something_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def changed(self: object, data: bytes, address: str) -> None:
        """What a later version might do."""

    monkeypatch.setattr(rtcdtlstransport.RTCDtlsTransport, "_handle_rtcp_data", changed)
    with pytest.raises(aiortc_seams.SeamError, match="_handle_rtcp_data"):
        aiortc_seams.check_seams()


def test_installing_twice_changes_nothing() -> None:
    aiortc_seams.install()
    video = list(codecs.CODECS["video"])
    extensions = list(codecs.HEADER_EXTENSIONS["video"])
    aiortc_seams.install()
    assert codecs.CODECS["video"] == video
    assert codecs.HEADER_EXTENSIONS["video"] == extensions
    assert len({e.id for e in extensions}) == len(extensions)
    assert len({c.payloadType for c in video}) == len(video)
