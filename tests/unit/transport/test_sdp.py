"""What the page answers is checked as text, before anything acts on it."""

from __future__ import annotations

import pytest

from signaling.protocol import errors, limits
from streamer.errors import TransportError
from streamer.transport.webrtc.sdp import check_answer, check_candidate, with_candidates

OURS = "sha-256 AA:BB:CC"
ANSWER = "\r\n".join(
    [
        "v=0",
        "o=- 1 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "m=video 9 UDP/TLS/RTP/SAVPF 107",
        "a=fingerprint:sha-256 AA:BB:CC",
        "a=candidate:1 1 udp 2113937151 0b7c-44.local 50183 typ host",
        "a=candidate:2 1 udp 2113937151 192.0.2.7 50183 typ host",
        "a=end-of-candidates",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "a=fingerprint:SHA-256 aa:bb:cc",
        "",
    ]
)


def test_names_of_multicast_dns_and_the_end_mark_are_left_out() -> None:
    answer = check_answer(ANSWER, OURS)
    assert ".local" not in answer
    assert "end-of-candidates" not in answer
    assert "192.0.2.7" in answer


def test_candidates_over_tcp_are_left_out() -> None:
    answer = ANSWER.replace("2 1 udp 2113937151 192.0.2.7 50183 typ host", "2 1 tcp 1 192.0.2.7 9 typ host")
    assert "192.0.2.7" not in check_answer(answer, OURS)


def test_of_many_candidates_the_first_ones_are_kept_in_every_section() -> None:
    names = [f"a=candidate:{n} 1 udp 1 192.0.2.{n} 50183 typ host" for n in range(40)]
    section = ["m=video 9", *names, "a=mid:0"]
    kept, count = with_candidates("\r\n".join(["v=0", *section, *section]), 16)
    assert count == 16
    assert kept.splitlines() == ["v=0", *["m=video 9", *names[:16], "a=mid:0"] * 2]
    assert with_candidates(kept, 16) == (kept, 16)


def test_the_tickets_certificate_stands_for_all_sections() -> None:
    lines = check_answer(ANSWER, "SHA-256 aa:bb:cc").splitlines()
    fingerprints = [n for n, line in enumerate(lines) if line.startswith("a=fingerprint")]
    assert [lines[n] for n in fingerprints] == ["a=fingerprint:sha-256 AA:BB:CC"]
    assert fingerprints[0] < next(n for n, line in enumerate(lines) if line.startswith("m="))


@pytest.mark.parametrize(
    "answer",
    [
        ANSWER.replace("AA:BB:CC", "AA:BB:CD"),
        ANSWER.replace("aa:bb:cc", "aa:bb:cd"),
        ANSWER.replace("sha-256 AA:BB:CC", "sha-512 AA:BB:CC").replace(
            "SHA-256 aa:bb:cc", "sha-512 AA:BB:CC"
        ),
        "\r\n".join(line for line in ANSWER.splitlines() if "fingerprint" not in line),
    ],
)
def test_another_certificate_or_none_is_refused(answer: str) -> None:
    with pytest.raises(TransportError) as refused:
        check_answer(answer, OURS)
    assert refused.value.code == errors.TICKET


def test_a_ticket_without_a_certificate_lets_nobody_in() -> None:
    for ticket in ("", "sha-256", "sha-256 "):
        with pytest.raises(TransportError) as refused:
            check_answer(ANSWER, ticket)
        assert refused.value.code == errors.TICKET


def test_a_certificate_hidden_behind_another_kind_does_not_count() -> None:
    """Video by a strange certificate of another kind, the ticket's one only for the channels: nothing of it stays."""
    mixed = ANSWER.replace("a=fingerprint:sha-256 AA:BB:CC", "a=fingerprint:sha-512 66:66")
    assert "66:66" not in check_answer(mixed, OURS)


def test_a_browser_without_h264_is_told_what_to_do() -> None:
    with pytest.raises(TransportError, match=r"H\.264.*another browser") as refused:
        check_answer(ANSWER.replace("m=video 9", "m=video 0"), OURS)
    assert refused.value.code == errors.UNSUPPORTED


DECLINED = "\r\n".join(
    [
        "v=0",
        "a=group:BUNDLE 0 2",
        "m=video 9 UDP/TLS/RTP/SAVPF 107",
        "a=mid:0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:secret",
        "a=setup:active",
        "a=fingerprint:sha-256 AA:BB:CC",
        "m=video 0 UDP/TLS/RTP/SAVPF 0",
        "a=inactive",
        "a=mid:1",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "a=mid:2",
        "",
    ]
)


def test_a_declined_track_of_stills_becomes_one_that_is_inactive() -> None:
    lines = check_answer(DECLINED, OURS).splitlines()
    assert next(line for line in lines if line.startswith("a=group")) == "a=group:BUNDLE 0 2 1"
    assert [line for line in lines if line.startswith("m=")] == [
        "m=video 9 UDP/TLS/RTP/SAVPF 107",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    ]
    start, end = (
        n for n, line in enumerate(lines) if line.startswith(("m=video 9 UDP/TLS/RTP/SAVPF 96", "m=app"))
    )
    section = lines[start:end]
    for wanted in (
        "a=mid:1",
        "a=inactive",
        "a=rtcp-mux",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:secret",
        "a=setup:active",
    ):
        assert wanted in section
    assert lines[end:] == DECLINED.splitlines()[-2:]


def test_a_declined_section_may_leave_out_its_id() -> None:
    assert check_answer(DECLINED.replace("a=mid:1\r\n", ""), OURS) == check_answer(DECLINED, OURS)


def test_an_answer_that_declines_nothing_stays_as_it_is() -> None:
    accepted = DECLINED.replace("m=video 0", "m=video 9")
    lines = [line for line in accepted.splitlines() if "fingerprint" not in line]
    assert [line for line in check_answer(accepted, OURS).splitlines() if "fingerprint" not in line] == lines


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("", errors.MALFORMED),
        ("{}", errors.MALFORMED),
        (ANSWER + "a=x\r\n" * limits.SDP_BYTES, errors.TOO_LARGE),
    ],
)
def test_what_is_no_description_is_refused(answer: str, code: str) -> None:
    with pytest.raises(TransportError) as refused:
        check_answer(answer, OURS)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


HOST = "1 1 udp 2113937151 192.0.2.7 50183 typ host"


@pytest.mark.parametrize("candidate", [f"candidate:{HOST}", f"a=candidate:{HOST}", HOST])
def test_candidates_are_taken_with_and_without_prefix(candidate: str) -> None:
    assert check_candidate(candidate) == HOST


@pytest.mark.parametrize(
    "candidate",
    ["", "candidate:", f"candidate:{HOST}".replace("192.0.2.7", "x.LOCAL"), HOST.replace("udp", "TCP")],
)
def test_candidates_that_say_nothing_are_ignored(candidate: str) -> None:
    assert check_candidate(candidate) is None


@pytest.mark.parametrize(
    "candidate", ["candidate:1 1 udp", "nonsense", f"{HOST} {'x' * 2000}", f"{HOST}\na=ice-pwd:x"]
)
def test_what_is_no_candidate_is_refused(candidate: str) -> None:
    with pytest.raises(TransportError) as refused:
        check_candidate(candidate)
    assert refused.value.code == errors.MALFORMED
