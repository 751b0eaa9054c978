"""A page that is behind: what is news of one subject takes one place, and no number of subjects closes its connection."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from signaling.api.page_socket import subject_of
from signaling.api.socket import Socket
from signaling.protocol import limits, page


class Slow:
    """What its peer has read is `read`; it reads only when told."""

    def __init__(self) -> None:
        self.socket: Socket[page.FromPage, page.ToPage] = Socket(
            page.FROM_PAGE, page.TO_PAGE, lambda error: None, max_bytes=limits.PAGE_MESSAGE_BYTES, rate=1.0, burst=1.0,
            subject=subject_of,
        )  # fmt: skip

    def read(self) -> list[Any]:
        """All that waits."""
        read: list[Any] = []
        while self.socket.waiting:
            read.append(self.socket.take())
        return read


def news(archive: int, studies: int) -> page.WorklistChanged:
    return page.WorklistChanged(
        archive=f"a{archive}", studies=studies, files_seen=0, files_total=0, scanning=False
    )


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 99)), max_size=60))
def test_the_newest_of_each_archive_is_read_once(said: list[tuple[int, int]]) -> None:
    it = Slow()
    for archive, studies in said:
        it.socket.send(news(archive, studies))
    read = it.read()
    assert {(m.archive, m.studies) for m in read} == {(f"a{a}", n) for a, n in dict(said).items()}
    assert len(read) == len(dict(said))


def test_news_of_any_number_of_archives_leave_a_page_connected() -> None:
    it = Slow()
    for studies in range(3):
        for archive in range(3_000):
            it.socket.send(news(archive, studies))
    it.socket.send(page.PagePong(number=1))
    assert not it.socket.closed
    read = it.read()
    assert len(read) == 3_001
    assert any(isinstance(m, page.PagePong) for m in read[:2]), "an answer does not wait behind all news"
