"""Session descriptions as text (RFC 8866): what the page answers is checked before anything acts on it."""

from __future__ import annotations

from signaling.protocol import errors, limits
from streamer.errors import TransportError

H264_PROFILES = ("640034", "640c34", "4d0034", "42e034", "420034")
"""profile-level-ids offered, best first: High, Constrained High, Main, Constrained Baseline, Baseline; level 5.2.

5.2 holds pictures up to 4096 × 2304 at 60/s; the page's own level says what it sends, and it sends nothing.
"""

STILL_PROFILE = "f40034"
"""High 4:4:4 Predictive, level 5.2: the only profile that codes without loss."""

_FINGERPRINT = "a=fingerprint:"
_CANDIDATE = "a=candidate:"
_CANDIDATE_BYTES = 1024
_VIDEO = "m=video "
_MID = "a=mid:"
_BUNDLE = "a=group:BUNDLE"
_TRANSPORT = ("a=ice-ufrag:", "a=ice-pwd:", "a=setup:")


def check_answer(sdp: str, fingerprint: str) -> str:
    """The answer with the ticket's certificate and without what the host does not use.

    Left out are candidates over TCP, which the host has none for, those with names ending in .local (multicast DNS: the host
    meets such a page through the checks that come from it) and the end-of-candidates mark (without it the ICE agent keeps
    waiting for those checks). The stills' section may be declined.

    Raises:
        TransportError: over the size cap, no video that this page can decode, or another certificate than `fingerprint`.
    """
    if len(sdp.encode()) > limits.SDP_BYTES:
        raise TransportError(
            "The page's answer is larger than any session description should be.", errors.TOO_LARGE
        )
    lines = sdp.splitlines()
    if not lines or not lines[0].startswith("v=0"):
        raise TransportError("The page's answer is not a session description.", errors.MALFORMED)
    if _is_declined(next((line for line in lines if line.startswith(_VIDEO)), "")):
        raise TransportError(
            "This browser declined H.264 video over WebRTC. Allow it in the browser's settings, or use another browser.",
            errors.UNSUPPORTED,
        )
    lines = _with_fingerprint(_without_declined(lines), fingerprint)
    return "".join(f"{line}\r\n" for line in lines if not _is_useless(line))


def _without_declined(lines: list[str]) -> list[str]:
    """The lines with every declined video section (RFC 3264, 6: port 0) as one that is inactive and bundled.

    That is the same to us, and the parser knows no port 0: it wants a codec in common and a transport for every section.
    """
    starts = [n for n, line in enumerate(lines) if line.startswith("m=")]
    sections = [lines[a:b] for a, b in zip([0, *starts], [*starts, len(lines)], strict=True)]
    transport = [line for line in sections[1] if line.startswith(_TRANSPORT)] if len(sections) > 1 else []
    out: list[str] = []
    for index, section in enumerate(sections, -1):
        if not section or not _is_declined(section[0]):
            out += section
            continue
        mid = next((line.removeprefix(_MID) for line in section if line.startswith(_MID)), str(index))
        out = [
            f"{line} {mid}" if line.startswith(_BUNDLE) and mid not in line.split() else line for line in out
        ]
        out += [
            "m=video 9 UDP/TLS/RTP/SAVPF 96",
            "c=IN IP4 0.0.0.0",
            f"{_MID}{mid}",
            "a=inactive",
            "a=rtcp-mux",
        ]
        out += ["a=rtpmap:96 H264/90000", f"a=fmtp:96 packetization-mode=1;profile-level-id={STILL_PROFILE}"]
        out += transport
    return out


def _is_declined(line: str) -> bool:
    return line.startswith(f"{_VIDEO}0 ")


def _with_fingerprint(lines: list[str], expected: str) -> list[str]:
    """The lines with the expected certificate for all sections, "sha-256 AA:BB:…" (RFC 8122, 5), and no other one.

    Raises:
        TransportError: the description names another one, or none; code "ticket".
    """
    kind, _, value = expected.strip().partition(" ")
    named = [line.removeprefix(_FINGERPRINT).split() for line in lines if line.startswith(_FINGERPRINT)]
    found = {fields[1].upper() for fields in named if len(fields) == 2 and fields[0].lower() == kind.lower()}
    if not value or found != {value.strip().upper()}:
        raise TransportError(
            "The connection comes from another page than the one that was let in. Reload the page.",
            errors.TICKET,
        )
    kept = [line for line in lines if not line.startswith(_FINGERPRINT)]
    media = next((n for n, line in enumerate(kept) if line.startswith("m=")), len(kept))
    return [*kept[:media], f"{_FINGERPRINT}{kind.lower()} {value.strip().upper()}", *kept[media:]]


def with_candidates(sdp: str, most: int) -> tuple[str, int]:
    """The description with its first `most` candidates, each of which may stand in several sections, and how many those are."""
    kept: set[str] = set()
    lines: list[str] = []
    for line in sdp.splitlines():
        if line.startswith(_CANDIDATE) and line not in kept:
            if len(kept) == most:
                continue
            kept.add(line)
        lines.append(line)
    return "".join(f"{line}\r\n" for line in lines), len(kept)


def check_candidate(candidate: str) -> str | None:
    """A trickled candidate without its "candidate:" prefix; None when there is nothing in it for the host.

    Raises:
        TransportError: not a candidate.
    """
    text = candidate.strip().removeprefix("a=").removeprefix("candidate:")
    if not text or _is_local_name(text):
        return None
    if len(text) > _CANDIDATE_BYTES or len(text.split()) < 8 or "\n" in text:
        raise TransportError("The page sent something else than an ICE candidate.", errors.MALFORMED)
    return None if _is_tcp(text) else text


def _is_useless(line: str) -> bool:
    if line.startswith(_CANDIDATE):
        return _is_local_name(line) or _is_tcp(line)
    return line == "a=end-of-candidates"


def _is_tcp(candidate: str) -> bool:
    """Whether it is one of RFC 6544."""
    fields = candidate.split()
    return len(fields) > 2 and fields[2].lower() == "tcp"


def _is_local_name(candidate: str) -> bool:
    """Whether the connection address (RFC 8839, 5.1) of a candidate is a multicast DNS name."""
    fields = candidate.split()
    return len(fields) > 4 and fields[4].lower().endswith(".local")
