"""What the control channel carries: no text is larger than a browser takes, and whatever is said arrives whole and in order."""

from __future__ import annotations

import random

import pytest

from signaling.protocol import control, stream
from signaling.protocol.marks import MarksDocument
from signaling.protocol.parts import WHOLE_BYTES
from signaling.protocol.records import MarkInfo, SeriesInfo, StudyInfo, WindowPreset
from streamer.host.control_outbox import MOST_WAITING, ControlOutbox
from tests.running.joined_parts import JoinedParts

TAKEN_BYTES = 65_536
"""What any browser takes in one piece (RFC 8841); Chromium takes four times that, and closes the channel at more."""
UID = "1." + "9" * 62


def series(count: int, name: str = 'AX T2 "FLAIR" \\ Ωμή') -> control.Opened:
    presets = tuple(WindowPreset(name=f"Window {n}", center=40.5, width=400.25) for n in range(6))
    return control.Opened(
        request=1,
        session="s",
        epoch=4,
        study=StudyInfo(archive="a", study=UID, patient_name="山田^太郎"),
        series=tuple(
            SeriesInfo(index=n, series=f"{UID}.{n}", number=n, modality="CT", description=name, images=9, presets=presets)
            for n in range(count)
        ),
    )  # fmt: skip


def marks(count: int) -> MarksDocument:
    point = (-123.45678901234567, 234.56789012345678, -1234.5678901234567)
    info = MarkInfo(
        mark="f" * 32, kind="length", series=12, sop=UID, frame=9999, image=9999, points=(point, point), text="1234.5 mm"
    )  # fmt: skip
    return MarksDocument(epoch=65535, version=10**6, marks=(info,) * count)


LARGE: dict[str, control.ToPage] = {
    "one series": series(1),
    "a study of 300 series": series(300),
    "a study of 2000 series": series(2000),
    "names in four bytes a character": series(400, "𠮷" * 64),
    "names that are quoted": series(400, '"\\' * 32),
    "5000 marks": marks(5000),
    "a long notice": control.Notice(level="info", code="a", message="x" * 1_000_000),
    "just whole": control.Notice(level="info", code="a", message="x" * (WHOLE_BYTES - 100)),
}


class Link:
    """Takes texts while it has room."""

    def __init__(self, room: int = 10**6) -> None:
        self.room = room
        self.texts: list[str] = []
        self._page = JoinedParts()
        self.heard: list[control.ToPage] = []

    def send(self, text: str) -> bool:
        if self.room <= 0:
            return False
        self.room -= 1
        self.texts.append(text)
        if (message := self._page.take(text)) is not None:
            self.heard.append(message)
        return True


@pytest.mark.parametrize("name", LARGE)
def test_no_text_is_larger_than_a_browser_takes_and_the_message_arrives(name: str) -> None:
    link = Link()
    assert ControlOutbox(link.send).say(LARGE[name])
    assert link.heard == [LARGE[name]]
    if len(link.texts) > 1:
        assert max(len(text.encode()) for text in link.texts) <= TAKEN_BYTES
    else:
        assert len(link.texts[0].encode()) <= WHOLE_BYTES
    for text in link.texts:  # over a WebSocket, too
        assert stream.decode(stream.encode(stream.Passed(kind=stream.Kind.CONTROL, data=text.encode())))


def test_whatever_the_link_takes_everything_arrives_once_and_in_order() -> None:
    for seed in range(20):
        dice = random.Random(seed)
        link = Link(room=0)
        outbox = ControlOutbox(link.send)
        said: list[control.ToPage] = []
        for number in range(40):
            text = "é" * dice.choice((1, 50, 140_000, 300_000))
            said.append(control.Notice(level="info", code=str(number), message=text))
            link.room = dice.choice((0, 0, 1, 3, 20))
            assert outbox.say(said[-1])
        link.room = 10**6
        outbox.flush()
        assert link.heard == said


def test_what_leads_waits_for_the_rest_of_what_has_begun_only() -> None:
    link = Link(room=1)
    outbox = ControlOutbox(link.send)
    first, second, leading = series(600), series(2), control.SessionMoved(message="hello")
    assert outbox.say(first)
    assert outbox.say(second)
    outbox.lead(leading)
    link.room = 10**6
    outbox.flush()
    assert link.heard == [first, leading, second]


def test_a_choked_link_loses_no_series_and_more_of_them_do_not_look_like_a_page_that_does_not_read() -> None:
    link = Link(room=0)
    outbox = ControlOutbox(link.send)
    said: list[control.ToPage] = []
    for number in range(MOST_WAITING + 60):
        said.append(control.Thumbnail(epoch=1, series=number, png=""))
        said.append(control.Progress(epoch=1, series=number, present=1, total=1))
    assert all(outbox.say(message) for message in said)
    notices = [control.Notice(level="info", code=str(n), message="") for n in range(MOST_WAITING)]
    assert all(outbox.say(message) for message in notices)
    assert not outbox.say(control.SessionMoved(message=""))
    link.room = 10**6
    outbox.flush()
    assert link.heard == [*said, *notices]
