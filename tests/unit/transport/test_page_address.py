"""Which addresses are checked when a page's packets come from elsewhere."""

from __future__ import annotations

from streamer.transport.webrtc.page_address import AGAIN_SECONDS, PageAddress

HERE, THERE, ELSEWHERE = ("192.0.2.1", 5000), ("192.0.2.1", 6000), ("198.51.100.7", 5000)
DTLS, RTP, STUN = bytes([22, 0]), bytes([0x80, 0]), bytes([0, 1])


def test_only_what_a_page_sends_from_elsewhere_is_a_reason() -> None:
    for data in (DTLS, RTP):
        assert PageAddress().is_to_check(data, THERE, HERE, 1.0)
        assert not PageAddress().is_to_check(data, HERE, HERE, 1.0)
    assert not PageAddress().is_to_check(STUN, THERE, HERE, 1.0), "checks are aioice's own affair"
    assert not PageAddress().is_to_check(b"", THERE, HERE, 1.0)


def test_one_check_at_a_time_and_few_a_second_whatever_comes() -> None:
    page = PageAddress()
    checks = 0
    for tick in range(1000):
        for address in (THERE, ELSEWHERE):
            if page.is_to_check(DTLS, address, HERE, tick * 0.001):
                checks += 1
                page.checked()
    assert checks <= 1 / AGAIN_SECONDS + 1
    assert page.is_to_check(DTLS, THERE, HERE, 2.0)
    assert not page.is_to_check(DTLS, ELSEWHERE, HERE, 9.0), "the first one has not ended"
    page.checked()
    assert page.is_to_check(DTLS, ELSEWHERE, HERE, 9.0)
