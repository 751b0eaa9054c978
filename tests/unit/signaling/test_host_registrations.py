"""What a host says when it registers: figures and texts that can't be are refused in words, and nothing of it is kept."""

from __future__ import annotations

from typing import Any

import pytest

from signaling.domain.host_claims import believed_registration
from signaling.domain.host_registrations import LENGTHS, checked_registration
from signaling.domain.steering_signs import steers
from signaling.errors import Refused
from signaling.protocol import errors, limits
from signaling.protocol.hosts import ArchiveSource, HostRegister
from signaling.protocol.records import ArchiveInfo
from tests.fakes.host_registry import Hosts, registration
from tests.fakes.virtual_time import run

STEERING = ("a\u202eb", "a\u2066b", "a\nb", "a\x00b", "a\x1b[31mb", "a\x85b", "a\u2028b")
TEXTS: dict[str, Any] = {
    "version": lambda text: {"version": text},
    "machine_id": lambda text: {"machine_id": text},
    "name": lambda text: {"name": text},
    "renderer": lambda text: {"renderer": text},
    "encoders": lambda text: {"encoders": ("good", text)},
    "instance": lambda text: {"instance": text},
    "seats": lambda text: {"seats": ("good", text)},
    "archive": lambda text: {"archives": (ArchiveInfo(archive=text, title="t"),)},
    "source": lambda text: {"sources": (ArchiveSource(archive=text),)},
}


def refusal(message: HostRegister) -> Refused:
    with pytest.raises(Refused) as caught:
        checked_registration(message)
    assert caught.value.code == errors.MALFORMED
    assert caught.value.message.endswith(".")
    return caught.value


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("text", STEERING)
def test_no_text_steers_what_stands_beside_it(field: str, text: str) -> None:
    said = refusal(registration(**TEXTS[field](text))).message
    assert field in said
    assert text not in said


@pytest.mark.parametrize("field", TEXTS)
def test_every_text_is_bounded(field: str) -> None:
    most = LENGTHS[field]
    checked_registration(registration(**TEXTS[field]("x" * most)))
    said = refusal(registration(**TEXTS[field]("x" * (most + 1)))).message
    assert field in said
    assert str(most) in said


@pytest.mark.parametrize(
    ("field", "most"),
    [("capacity", limits.HOST_CAPACITY), ("cores", 10_000), ("memory_bytes", 2**50)],
)
def test_every_figure_is_bounded(field: str, most: int) -> None:
    for value in (0, 1, most):
        checked_registration(registration(**{field: value}))
    for value in (-(10**18), -1, most + 1, 10**18):
        assert field in refusal(registration(**{field: value})).message


@pytest.mark.parametrize(
    ("field", "most", "of"),
    [
        ("archives", limits.HOST_ARCHIVES, lambda n: ArchiveInfo(archive=f"a{n}", title="t")),
        ("sources", limits.HOST_ARCHIVES, lambda n: ArchiveSource(archive=f"a{n}")),
        ("encoders", 32, str),
        ("seats", 2 * limits.HOST_CAPACITY, str),
    ],
)
def test_every_list_is_bounded(field: str, most: int, of: Any) -> None:
    checked_registration(registration(**{field: tuple(of(n) for n in range(most))}))
    for count in (most + 1, 3_000):
        said = refusal(registration(**{field: tuple(of(n) for n in range(count))})).message
        assert field in said
        assert str(most) in said


def test_letters_of_every_script_are_letters() -> None:
    for name in ("Röntgen 2", "أشعة", "レントゲン", "ทรวงอก", "नेत्र\u200dज्ञ"):
        checked_registration(registration(name=name, archives=(ArchiveInfo(archive="a", title=name),)))


@pytest.mark.parametrize("text", [*STEERING, "x" * 255, "y" * (limits.ARCHIVE_TITLE + 1)])
def test_a_folder_of_any_name_is_served_under_a_plain_title(text: str) -> None:
    said = registration(archives=(ArchiveInfo(archive="a", title=text),))
    checked_registration(said)
    believed, odd = believed_registration(said)
    (info,) = believed.archives
    assert not steers(info.title)
    assert len(info.title) <= limits.ARCHIVE_TITLE
    assert odd == ""


def test_an_archive_is_named_once() -> None:
    twice = (ArchiveInfo(archive="a", title="one"), ArchiveInfo(archive="a", title="two"))
    assert "archive" in refusal(registration(archives=twice)).message


def test_who_is_refused_is_not_there() -> None:
    async def story() -> None:
        it = Hosts()
        line = it.dial()
        archives = tuple(ArchiveInfo(archive=f"a{n}", title="t") for n in range(3_000))
        assert await line.register(registration("m", archives=archives)) == errors.MALFORMED
        assert it.registry.live == ()

    run(story())
