"""A page goes from one seat to another, as when its network changes: what its hand did counts once, and only its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec
import pytest

from signaling.protocol import control, frames
from signaling.protocol.moves import EventKind, PointerEvent
from signaling.protocol.records import StudyRow
from tests.data.phantoms import write_tiny
from tests.running import page_client
from tests.running.farview_process import FarviewProcess, running
from tests.running.page_client import PageClient


@pytest.fixture(scope="module")
def farview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    data = tmp_path_factory.mktemp("data")
    write_tiny(data / "phantom")
    with running([data], tmp_path_factory.mktemp("farview")) as process:
        yield process


@dataclass
class Page:
    """A page on its first seat, with a study open and loaded."""

    first: PageClient
    row: StudyRow

    @asynccontextmanager
    async def elsewhere(self, *, stranger: bool = False) -> AsyncIterator[PageClient]:
        """The same page, or another one, on a second seat; the first one still stands."""
        before = None if stranger else self.first
        async with PageClient(self.first.http, self.first.base, moved_from=before) as second:
            await second.sit(self.row.archive)
            yield second


@pytest.fixture
async def page(farview: FarviewProcess) -> AsyncIterator[Page]:
    async with page_client.seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        await client.until(lambda: client.record().flags & frames.RecordFlag.MISSING == 0, "loaded")
        yield Page(client, rows[0])


def drag(client: PageClient, by: float) -> tuple[PointerEvent, PointerEvent]:
    """The events of a finished drag of the right button, which makes the window wider."""
    gesture = client.new_gesture()
    return (
        client.event(EventKind.DOWN, 0.5, 0.5, gesture=gesture, button=2),
        client.event(EventKind.UP, 0.5 + by, 0.5, gesture=gesture, button=2),
    )


async def test_what_was_heard_on_the_first_seat_counts_no_more_on_the_second(page: Page) -> None:
    start, width = page.first.record().image, page.first.record().width
    events = drag(page.first, 0.1)
    page.first.move(steps=2, events=events)
    await page.first.until(lambda: page.first.record().image == start + 2, "two images on")
    await page.first.until(lambda: page.first.record().width > width, "a wider window")
    width = page.first.record().width
    async with page.elsewhere() as second:
        assert (await second.open(page.row, goes_on=True)).goes_on
        second.move(steps=1, events=events)
        await second.until(lambda: second.record().image == start + 3, "one image on, not three")
        assert second.record().width == width
        assert not [message for message in page.first.told if isinstance(message, control.SessionMoved)]


async def test_what_the_first_seat_did_not_hear_counts_on_the_second(page: Page) -> None:
    width = page.first.record().width
    lost = drag(page.first, 0.1)
    async with page.elsewhere() as second:
        await second.open(page.row, goes_on=True)
        second.move(events=lost)
        await second.until(lambda: second.record().width > width, "a wider window")
        width = second.record().width
        second.move(steps=1, events=(*lost, *drag(second, 0.1)))
        await second.until(lambda: second.record().width > width, "one more drag, and the first one once")


async def test_what_comes_late_by_the_first_seat_counts_no_more(page: Page) -> None:
    start = page.first.record().image
    async with page.elsewhere() as second:
        await second.open(page.row, goes_on=True)
        page.first.move(steps=5)
        page.first.command("image.step", 5)
        second.move(steps=1)
        await second.until(lambda: second.record().image == start + 1, "one image on")
        second.move(steps=1)
        await second.until(lambda: second.record().image == start + 2, "two images on")


async def test_a_command_that_was_done_is_answered_again_and_not_done_again(page: Page) -> None:
    start = page.first.record().image
    command = page.first.command("image.step", 2)
    await page.first.applied(command)
    async with page.elsewhere() as second:
        await second.open(page.row, goes_on=True)
        second.repeat_command(command, "image.step", 2)
        await second.says(control.Applied, lambda message: message.id == command)
        await second.applied(second.command("image.step", 1))
        await second.until(lambda: second.record().image == start + 3, "three images on, not five")


async def test_a_half_done_gesture_is_undone(page: Page) -> None:
    width = page.first.record().width
    down = page.first.event(EventKind.DOWN, 0.5, 0.5, gesture=page.first.new_gesture(), button=2)
    page.first.move(0.7, 0.5, gesture=1, buttons=2, events=(down,))
    await page.first.until(lambda: page.first.record().width > width, "a wider window")
    async with page.elsewhere() as second:
        await second.open(page.row, goes_on=True)
        await second.until(lambda: second.record().width == width, "the window as it was")


async def test_a_gesture_whose_end_only_the_second_seat_hears_is_done_as_a_whole(page: Page) -> None:
    width = page.first.record().width
    down, up = drag(page.first, 0.2)
    page.first.move(0.6, 0.5, gesture=down.gesture, buttons=2, events=(down,))
    await page.first.until(lambda: page.first.record().width > width, "a wider window")
    half = page.first.record().width
    async with page.elsewhere() as second:
        await second.open(page.row, goes_on=True)
        await second.until(lambda: second.record().width == width, "the window as it was")
        second.move(0.7, 0.5, events=(down, up))
        await second.until(lambda: second.record().width > half, "the whole drag")
        whole, image = second.record().width, second.record().image
        second.move(0.7, 0.5, steps=1, events=(down, up))
        await second.until(lambda: second.record().image == image + 1, "one image on")
        assert second.record().width == whole


async def test_a_gesture_whose_cancel_the_second_seat_hears_is_not_done(page: Page) -> None:
    start, width = page.first.record().image, page.first.record().width
    down, up = drag(page.first, 0.2)
    page.first.move(0.6, 0.5, gesture=down.gesture, buttons=2, events=(down,))
    await page.first.until(lambda: page.first.record().width > width, "a wider window")
    cancel = msgspec.structs.replace(up, kind=EventKind.CANCEL)
    async with page.elsewhere() as second:
        await second.open(page.row, goes_on=True)
        second.move(0.7, 0.5, steps=1, events=(down, cancel))
        await second.until(lambda: second.record().image == start + 1, "one image on")
        assert second.record().width == width


async def test_a_page_that_was_on_another_host_meanwhile_begins_anew(page: Page) -> None:
    """There it numbered its input anew: by the numbers of before, its next move would turn the wheel back, and clicks be lost."""
    first = await page.first.open(page.row)
    async with page.elsewhere() as second:
        known = await second.open(page.row, goes_on=True, hand=first.hand)
        assert (known.goes_on, known.hand) == (True, first.hand)
        start = second.record().image
        second.move(steps=4)
        await second.until(lambda: second.record().image == start + 4, "four images on")
        async with page.elsewhere() as third:
            anew = await third.open(page.row, goes_on=True, hand="of-another-host")
            assert not anew.goes_on
            assert anew.hand not in ("", first.hand)
            third.move(steps=1)
            await third.until(lambda: third.record().image == start + 5, "one image on, and none back")


async def test_another_page_has_a_hand_of_its_own(page: Page) -> None:
    start = page.first.record().image
    page.first.move(steps=4)
    await page.first.until(lambda: page.first.record().image == start + 4, "four images on")
    async with page.elsewhere(stranger=True) as second:
        assert not (await second.open(page.row, goes_on=True)).goes_on
        await page.first.says(control.SessionMoved)
        second.move(steps=1)
        await second.until(lambda: second.record().image == start + 5, "one image on")
