"""How each H.264 encoder is told the same: constant rate, no delay, no key frame of its own accord."""

from __future__ import annotations

PROFILES = {"baseline": "baseline", "main": "main", "high": "high"}
PROFILE_IDC = {"42": "baseline", "4d": "main", "64": "high"}
"""By the first byte of a profile-level-id (RFC 6184, 8.1)."""
BUFFER_PICTURES = 1.2
SOFTWARE = "libx264"
NVIDIA = "h264_nvenc"
_SMALL = 800 * 600
_ENDLESS = 1_000_000_000


def gop_size() -> int:
    """No key frame comes by itself."""
    return _ENDLESS


def options_for(
    codec: str, profile: str, level: int, ceiling: int, pictures_a_second: int, area: int
) -> dict[str, str]:
    """FFmpeg's options for `codec`; `ceiling` in bits a second, `area` in pixels.

    Raises:
        ValueError: the profile is none of PROFILES.
    """
    if profile not in PROFILES:
        raise ValueError(f"The H.264 profile is one of {', '.join(PROFILES)}, not {profile}.")
    options = {
        "profile": PROFILES[profile],
        "level": f"{level // 10}.{level % 10}",
        "maxrate": str(ceiling),
        "bufsize": str(int(ceiling / pictures_a_second * BUFFER_PICTURES)),
        "forced-idr": "1",
        "bf": "0",
    }
    if codec == NVIDIA:
        return options | {
            "preset": "p4",
            "tune": "ull",
            "rc": "cbr",
            "delay": "0",
            "zerolatency": "1",
            "multipass": "qres",
        }
    # qmin: below 10 nothing more is seen, and the bits would be missing elsewhere. No scene cut: keys come only when asked for.
    return options | {
        "preset": "veryfast" if area <= _SMALL else "superfast",
        "tune": "zerolatency",
        "qmin": "10",
        "sc_threshold": "0",
        "x264-params": "keyint=infinite",
    }
