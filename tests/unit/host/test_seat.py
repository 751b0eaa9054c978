"""A seat: what it is told may be nonsense, what it says is not lost, and it lives as long as its connection."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from signaling.protocol import control, frames, moves
from signaling.protocol.marks import MarksDocument
from signaling.protocol.tickets import TicketClaims
from streamer.errors import TransportError
from streamer.host import control_outbox
from streamer.host import seat as seats
from streamer.host.seat import Seat
from streamer.session.hand import Happened
from streamer.transport.base import Transport


class Link:
    """A transport that takes what it is told to take."""

    def __init__(self) -> None:
        self.takes = True
        self.said: list[control.ToPage] = []
        self.beats = 0
        self.newest: frames.FramesPacket | frames.HostBeat | None = None
        self.beat = asyncio.Event()
        self.broken = False
        self.still_profile = ""
        self.stills: list[tuple[bytes, str]] = []
        self.too_large = False

    async def offer(self) -> str:
        return "v=0"

    def send_control(self, text: str) -> bool:
        if self.takes:
            self.said.append(control.TO_PAGE.decode(text))
        return self.takes

    def send_frames_channel(self, data: bytes) -> bool:
        self.beats += 1
        self.newest = frames.decode(data)
        self.beat.set()
        if self.broken:
            self.broken = False
            raise RuntimeError
        return True

    def send_still(self, data: bytes, pts: int, method: str) -> None:
        if self.too_large:
            raise TransportError("Too large.")
        self.stills.append((data, method))

    def cancel_still(self) -> int:
        return len(self.stills)

    async def close(self) -> None:
        pass


class Host:
    """A seat's host; remembers."""

    def __init__(self) -> None:
        self.gone: list[str] = []
        self.opened = 0

    def hello(self) -> control.SeatHello:
        return control.SeatHello(protocol=2, host="h", renderer="", encoder="", max_width=1, max_height=1)

    def open_study(self, seat: Seat, message: control.OpenStudy) -> None:
        self.opened += 1

    def leave_session(self, seat: Seat) -> None:
        pass

    def seat_gone(self, seat: Seat, reason: str) -> None:
        self.gone.append(reason)


class Session:
    """Takes what the hand does."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.ratio = 0.0
        self.interaction = self
        self.pictures = self
        self.reports = self
        self.verdicts: list[control.StillChecked] = []
        self.records: list[str] = []
        self.left: list[int] = []
        self.shown: list[int] = []
        self.commands = self.touches = 0

    def page_shows(self, epoch: int) -> None:
        self.shown.append(epoch)

    def touched(self) -> None:
        self.touches += 1

    def pump(self) -> None:
        pass

    def still_checked(self, message: control.StillChecked) -> None:
        if message.verdict == "wonderful":
            raise ValueError(message.verdict)
        self.verdicts.append(message)

    def still_left(self, pts: int) -> None:
        self.left.append(pts)

    def record(self, sha256: str) -> None:
        self.records.append(sha256)

    def command(self, message: control.Command) -> None:
        self.commands += 1

    def take(self, item: Any) -> None:
        self.taken.append(item)

    def resize(self, width: int, height: int, device_pixel_ratio: float) -> None:
        self.ratio = device_pixel_ratio


CLAIMS = TicketClaims(
    seat="s",
    host="h",
    user="u",
    tenant="t",
    role="reader",
    archives=(),
    fingerprint="",
    jti="j",
    iat=0,
    exp=1,
)
OPEN = control.FROM_PAGE.encode(control.OpenStudy(request=1, archive="a", study="1.2", width=64, height=64))


@pytest.fixture
def link() -> Link:
    return Link()


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def seat(link: Link, host: Host) -> Seat:
    return Seat("s", CLAIMS, host, lambda seat: cast(Transport, link))


async def test_a_seat_that_was_let_go_opens_nothing(seat: Seat, host: Host) -> None:
    await seat.close()
    seat.begin((control.FROM_PAGE.decode(OPEN),))
    assert host.opened == 0


def test_what_the_page_says_first_is_done_before_it_is_connected_and_answered_when_it_is(
    seat: Seat, link: Link, host: Host
) -> None:
    link.takes = False
    assert seat.begin((control.FROM_PAGE.decode(OPEN), control.Visibility(visible=False))) == 2
    assert (host.opened, seat.hidden) == (1, True)
    seat.say(control.Applied(id=1, revision=5))
    assert not seat.has_room()
    link.takes = True
    seat.on_control_open()
    assert link.said == [host.hello(), control.Applied(id=1, revision=5)]


def test_what_a_choked_link_does_not_take_is_said_later_in_order_and_in_its_newest_form(
    seat: Seat, link: Link
) -> None:
    link.takes = False
    seat.say(MarksDocument(epoch=1, version=1, marks=()))
    seat.say(control.Applied(id=1, revision=5))
    seat.say(MarksDocument(epoch=1, version=2, marks=()))
    link.takes = True
    seat.say(control.Applied(id=2, revision=6))
    assert link.said == [
        control.Applied(id=1, revision=5),
        MarksDocument(epoch=1, version=2, marks=()),
        control.Applied(id=2, revision=6),
    ]


def test_a_page_that_never_reads_loses_its_seat(seat: Seat, link: Link, host: Host) -> None:
    link.takes = False
    for number in range(control_outbox.MOST_WAITING + 1):
        seat.say(control.Applied(id=number, revision=0))
    assert len(host.gone) == 1


async def test_what_waits_is_said_with_the_next_beat_and_a_beat_that_fails_is_not_the_last(
    seat: Seat, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats.limits, "BEAT_SECONDS", 0.0)
    link.takes = False
    link.broken = True
    seat.say(control.Applied(id=1, revision=5))
    await seat.offer()
    seat.on_connected()
    await link.beat.wait()
    link.takes = True
    link.beat.clear()
    await asyncio.wait_for(link.beat.wait(), 5.0)
    link.beat.clear()
    await asyncio.wait_for(link.beat.wait(), 5.0)
    assert link.said == [control.Applied(id=1, revision=5)]
    await seat.close()


@pytest.mark.parametrize("button", [-1, 64, 10**12])
def test_a_pointer_event_with_an_impossible_button_is_refused(seat: Seat, link: Link, button: int) -> None:
    session = Session()
    seat.session = cast(Any, session)
    event = control.EventBackstop(
        number=1, kind=moves.EventKind.DOWN, gesture=1, revision=1, x=0.5, y=0.5, button=button
    )
    seat.on_control(control.FROM_PAGE.encode(event))
    assert not session.taken
    assert isinstance(link.said[-1], control.Rejected)
    seat.on_control(
        control.FROM_PAGE.encode(control.EventBackstop(number=1, kind=1, gesture=1, revision=1, x=0.5, y=0.5))
    )
    assert isinstance(session.taken[-1], Happened)


@pytest.mark.parametrize(("claimed", "taken"), [(0.0, 0.1), (-3.0, 0.1), (1.25, 1.25), (1e300, 16.0)])
def test_a_pixel_ratio_is_kept_within_reason(seat: Seat, claimed: float, taken: float) -> None:
    session = Session()
    seat.session = cast(Any, session)
    resize = control.Resize(width=100, height=100, device_pixel_ratio=claimed)
    seat.on_control(control.FROM_PAGE.encode(resize))
    assert session.ratio == taken


async def test_a_closed_seat_opens_no_study(seat: Seat, host: Host) -> None:
    seat.on_control(OPEN)
    await seat.close()
    seat.on_control(OPEN)
    assert host.opened == 1


@pytest.mark.parametrize(
    ("named", "profile", "method", "image"),
    [
        ((), "f40034", "", ""),
        (("track", "png"), "f40034", "track", "png"),
        (("track", "png"), "", "png", "png"),
        (("png", "jxl", "track"), "", "png", "png"),
        (("jxl", "track"), "f40034", "track", "jxl"),
        (("track",), "", "", ""),
        (("held", "telepathy"), "f40034", "", ""),
    ],
)
def test_a_still_goes_the_best_way_that_page_and_connection_have(
    seat: Seat, link: Link, named: tuple[str, ...], profile: str, method: str, image: str
) -> None:
    assert seat.still_method == ""
    link.still_profile = profile
    seat.on_control(control.FROM_PAGE.encode(control.PageAbilities(still=named, held=4)))
    assert (seat.still_method, seat.image_method) == (method, image)


@pytest.mark.parametrize(("claimed", "taken"), [(-5, 0), (0, 0), (8, 8), (10**9, 16)])
def test_a_page_is_not_believed_to_hold_more_than_sixteen(seat: Seat, claimed: int, taken: int) -> None:
    seat.on_control(control.FROM_PAGE.encode(control.PageAbilities(still=("png",), held=claimed)))
    assert seat.stills_held == taken


def test_a_still_that_can_not_go_is_reported_and_the_seat_lives(seat: Seat, link: Link, host: Host) -> None:
    assert not seat.send_still(b"early", 1, "png"), "not connected yet"
    seat.on_connected()
    assert seat.send_still(b"still", 1, "png")
    link.too_large = True
    assert not seat.send_still(b"large", 2, "track")
    assert link.stills == [(b"still", "png")]
    assert host.gone == []


def test_verdicts_and_records_reach_the_session_and_nonsense_is_answered(seat: Seat, link: Link) -> None:
    checked = control.StillChecked(still=1, verdict="exact", sha256="ab")
    seat.on_control(control.FROM_PAGE.encode(checked))
    seat.on_control(control.FROM_PAGE.encode(control.RecordRequest(sha256="ab")))
    (refused,) = link.said
    assert isinstance(refused, control.Rejected)
    assert refused.message.endswith(".")
    session = Session()
    seat.session = cast(Any, session)
    seat.on_control(control.FROM_PAGE.encode(checked))
    seat.on_control(control.FROM_PAGE.encode(control.RecordRequest(sha256="ab")))
    seat.on_still_sent(9, 90, 3, 1000)
    assert (session.verdicts, session.records, session.left) == ([checked], ["ab"], [9])
    seat.on_control(control.FROM_PAGE.encode(control.StillChecked(still=1, verdict="wonderful")))
    assert isinstance(link.said[-1], control.Rejected)
    assert len(link.said) == 2


def test_a_command_that_was_refused_for_haste_is_still_covered_by_the_next_still(seat: Seat) -> None:
    session = Session()
    seat.session = cast(Any, session)
    for number in range(1, 400):
        command = control.Command(id=number, revision=1, name="fit")
        seat.on_control(control.FROM_PAGE.encode(command))
    assert seat.hand.command == 399
    assert session.commands < 399
    assert session.commands + session.touches == 399, "what was not applied has taken green away, too"


def test_numbers_of_stills_go_on_across_studies(seat: Seat) -> None:
    assert [seat.new_still() for _ in range(3)] == [1, 2, 3]


def test_a_page_that_was_silent_is_told_at_once_that_it_is_heard(
    seat: Seat, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(seats.time, "monotonic", lambda: now)
    seat.on_connected()
    for now, beats in ((100.1, 0), (100.4, 0), (101.4, 1), (101.5, 1)):
        seat.on_receiver_report(0.0, None, 0.0)
        assert link.beats == beats, now


def test_a_beat_says_what_was_heard_of_the_hand_though_no_picture_follows(
    seat: Seat, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(seats.time, "monotonic", lambda: now)
    seat.on_connected()
    packet = moves.Moves(
        epoch=0, sequence=41, time=1.0, revision=1, gesture=0, buttons=0, modifiers=0, pointer=moves.PointerType.MOUSE,
        x=0.5, y=0.5, wheel=120,
    )  # fmt: skip
    seat.on_moves(moves.encode_moves(packet))
    now += 1.0
    seat.on_receiver_report(0.0, None, 0.0)
    assert isinstance(link.newest, frames.HostBeat)
    assert link.newest.input_sequence == 41


async def test_the_session_learns_which_epochs_picture_the_page_shows(seat: Seat) -> None:
    session = Session()
    seat.session = cast(Any, session)
    for sequence, (epoch, rtp) in enumerate([(0, 0), (3, 0), (3, 90_000), (4, 1)], start=1):
        beat = moves.PageBeat(
            epoch=epoch, sequence=sequence, time=1.0, revision=1, rtp=rtp, echo=0.0, pictures=0
        )
        seat.on_moves(moves.encode_beat(beat))
    assert session.shown == [3, 4], "of a beat before the first picture nothing is believed"
