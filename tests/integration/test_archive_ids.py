"""A real signaling server and scripted render hosts (fakes) that reach one folder: what they are told, asked and believed."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from signaling.protocol import hosts, page
from signaling.protocol.records import ArchiveInfo, StudyRow
from tests.fakes.signaling_peers import FakeHost, FakePage, Server, invited_key, running_server

READING = {"tenant": "default", "user": "owner", "study": "1.2"}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def source(own: str, name: str = "main", *, changed: str = "", of: str = "main") -> hosts.ArchiveSource:
    """One of four images, of which the one `changed` has another content."""
    images = [f"{of} {number}" for number in range(4)]
    sample = tuple((digest(image), digest(f"{image}, {image == changed}")) for image in images)
    return hosts.ArchiveSource(archive=own, name=name, sample=sample)


def unknown(own: str, name: str = "main") -> hosts.ArchiveSource:
    return hosts.ArchiveSource(archive=own, name=name)


async def called(host: FakeHost, own: str, *others: str) -> str:
    """What the host is told that its archive is called, which has those other ids."""
    while True:
        told = (await host.expect(hosts.HostArchiveIds)).ids
        for each in told:
            if each.archive == own and set(others) <= set(each.others):
                return each.id


async def own_id(host: FakeHost) -> None:
    """The host is told that its archives keep their own ids."""
    while (await host.expect(hosts.HostArchiveIds)).ids:
        pass


async def archives(server: Server, *answering: FakeHost, rows: tuple[StudyRow, ...] = ()) -> dict[str, Any]:
    """The answer of the worklist, each host listing the rows by the id that it is asked for."""
    asking = asyncio.create_task(server.get("/api/worklist"))
    for host in answering:
        query = await host.expect(hosts.WorklistQuery)
        listed = tuple(StudyRow(**{**row_fields(row), "archive": query.archive}) for row in rows)
        await host.send(
            hosts.WorklistReply(request=query.request, archive=query.archive, rows=listed, total=len(listed))
        )
    found: dict[str, Any] = (await asking)[1]
    return found


def row_fields(row: StudyRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


async def saved(host: FakeHost, archive: str, mark: str) -> None:
    marks = {"format": 2, "version": 1, "items": [{"mark": mark}]}
    await host.send(
        hosts.CheckpointSave(
            request=mark, archive=archive, view={"format": 2, "by": mark}, marks=marks, **READING
        )
    )
    assert (await host.expect(hosts.CheckpointSaved)).problem == ""


async def loaded(host: FakeHost, archive: str) -> tuple[Any, set[str]]:
    await host.send(hosts.CheckpointLoad(request="l", archive=archive, **READING))
    found = await host.expect(hosts.CheckpointLoaded)
    assert found.problem == ""
    view = found.view["by"] if found.view else None
    return view, {item["mark"] for item in (found.marks or {"items": []})["items"]}


async def test_one_folder_by_two_hosts_is_one_archive(server: Server) -> None:
    key = await invited_key(server)
    async with (
        await FakeHost.open(server, "a", served="owner", sources=(source("a"),)) as one,
        await FakePage.open(server) as reader,
    ):
        await own_id(one)
        await saved(one, "a", "by one")
        async with await FakeHost.open(
            server, "b", served="owner", key=key, instance="i", sources=(unknown("b"),)
        ) as two:
            await own_id(two)
            await saved(two, "b", "by two")
            await two.send(hosts.HostSources(sources=(source("b"),)))
            shared = await called(one, "a", "b")
            assert await called(two, "b", "a") == shared
            found = await archives(server, one, two, rows=(StudyRow(archive="", study="1.2", image_count=1),))
            assert [(row["archive"], row["study"]) for row in found["rows"]] == [(shared, "1.2")]
            assert [archive["archive"] for archive in found["archives"]] == [shared]
            for host, archive in ((one, "a"), (two, "b"), (one, shared), (two, shared)):
                assert await loaded(host, archive) == ("by two", {"by one", "by two"})
            # A page that was open before, and a link of before: by either id it is led to who reaches the archive.
            for old in ("a", "b", shared):
                await reader.ask_for_seat(f"to {old}", archive=old)
                await two.offer_seat()
                assert (await reader.expect(page.SeatOffer)).host != "local"
            await two.close()
            for old in ("a", "b", shared):
                await reader.ask_for_seat(f"again {old}", archive=old)
                await one.offer_seat()
                assert (await reader.expect(page.SeatOffer)).host == "local"


async def test_what_was_decided_outlives_server_and_hosts(tmp_path: Path) -> None:
    async with running_server(tmp_path / "state") as server:
        await server.sign_in()
        key = await invited_key(server)
        async with (
            await FakeHost.open(server, "a", served="owner", sources=(source("a"),)) as one,
            await FakeHost.open(server, "b", served="owner", key=key, instance="i", sources=(source("b"),)),
        ):
            shared = await called(one, "a", "b")
            await saved(one, shared, "m")
    async with running_server(tmp_path / "state") as server:
        await server.sign_in()
        async with (
            await FakeHost.open(
                server, "b", served="owner", key=key, instance="j", sources=(unknown("b"),)
            ) as two,
            await FakePage.open(server) as reader,
        ):
            assert await called(two, "b", "a") == shared
            assert await loaded(two, "b") == ("m", {"m"})
            await reader.ask_for_seat(archive="a")
            await two.offer_seat()
            await reader.expect(page.SeatOffer)


@pytest.mark.parametrize(
    ("what", "of_one", "of_two", "on_admin", "on_worklist"),
    [
        ("no name", source("a", ""), source("b", ""), "", ""),
        ("another folder", source("a"), source("b", of="else"), "other images", ""),
        ("another content", source("a"), source("b", changed="main 2"), "kept apart", "kept apart"),
        ("not known", source("a"), unknown("b"), "", ""),
    ],
)
async def test_two_folders_stay_two_archives(
    server: Server,
    what: str,
    of_one: hosts.ArchiveSource,
    of_two: hosts.ArchiveSource,
    on_admin: str,
    on_worklist: str,
) -> None:
    key = await invited_key(server)
    async with (
        await FakeHost.open(server, "a", served="owner", sources=(of_one,)) as one,
        await FakeHost.open(server, "b", served="owner", key=key, instance="i", sources=(of_two,)) as two,
    ):
        await own_id(one)
        await own_id(two)
        # What is said afterwards is answered after what was decided of all that came before.
        await saved(two, "b", "m")
        for _ in range(100):
            _, admin = await server.get("/api/admin/hosts")
            problems = [host["problem"] for host in admin["hosts"]]
            if all(bool(problem) is bool(on_admin) for problem in problems):
                break
            await asyncio.sleep(0.02)
        assert all(on_admin in problem for problem in problems), what
        found = await archives(server, one, two)
        assert [archive["archive"] for archive in found["archives"]] == ["a", "b"]
        for archive in found["archives"]:
            assert bool(archive["problem"]) is bool(on_worklist)
            assert on_worklist in archive["problem"]


async def test_what_is_in_use_is_not_torn_apart_and_what_differs_is_named(server: Server) -> None:
    key = await invited_key(server)
    async with await FakeHost.open(server, "a", served="owner", sources=(source("a"),)) as one:
        async with await FakeHost.open(
            server, "b", served="owner", key=key, instance="i", sources=(source("b"),)
        ) as two:
            shared = await called(two, "b", "a")
            await called(one, "a", "b")
            await two.send(hosts.HostSources(sources=(source("b", changed="main 1"),)))
            for _ in range(100):
                found = await archives(server, one, two)
                (archive,) = found["archives"]
                if archive["problem"]:
                    break
            assert archive["archive"] == shared
            assert "other content of the same image" in archive["problem"]
            await two.close()
            # Started anew with the other content it is another archive, and takes along what was kept.
            await saved(one, shared, "m")
        async with await FakeHost.open(
            server, "b", served="owner", key=key, instance="j", sources=(source("b", changed="main 1"),)
        ) as anew:
            await own_id(anew)
            assert await loaded(anew, "b") == ("m", {"m"})
            assert await loaded(one, "a") == ("m", {"m"})


@pytest.mark.parametrize(
    ("instance", "changed", "stays"),
    [("i", "main 1", True), ("i", "main 2", False), ("another", "main 1", False)],
    ids=["as it was", "changed meanwhile", "started anew"],
)
async def test_a_server_that_was_started_again_judges_anew_only_what_is_new(
    tmp_path: Path, instance: str, changed: str, stays: bool
) -> None:
    """Of two hosts in use one has had another content of an image for a while; the other's is known in both."""
    async with running_server(tmp_path / "state") as server:
        await server.sign_in()
        keys = [await invited_key(server), await invited_key(server)]
        async with (
            await FakeHost.open(
                server, "a", served="owner", key=keys[0], instance="h", sources=(source("a"),)
            ) as one,
            await FakeHost.open(
                server, "b", served="owner", key=keys[1], instance="i", sources=(source("b"),)
            ) as two,
        ):
            shared = await called(two, "b", "a")
            await two.send(hosts.HostSources(sources=(source("b", changed="main 1"),)))
            for _ in range(100):
                (archive,) = (await archives(server, one, two))["archives"]
                if archive["problem"]:
                    break
            await saved(two, shared, "m")
    async with running_server(tmp_path / "state") as server:
        await server.sign_in()
        again = (source("b", changed=changed),)
        async with (
            await FakeHost.open(
                server, "a", served="owner", key=keys[0], instance="h", sources=(source("a"),)
            ) as one,
            await FakeHost.open(
                server, "b", served="owner", key=keys[1], instance=instance, sources=again
            ) as two,
        ):
            for _ in range(100):
                found = (await archives(server, one, two))["archives"]
                if all(archive["problem"] for archive in found):
                    break
            assert [archive["archive"] for archive in found] == ([shared] if stays else sorted([shared, "b"]))
            assert await loaded(two, "b") == ("m", {"m"})


async def test_a_host_of_before_keeps_its_own_id(server: Server) -> None:
    key = await invited_key(server)
    async with await FakeHost.open(server, "a", served="owner", sources=(source("a"),)) as one:
        async with await FakeHost.open(
            server, "b", served="owner", key=key, instance="i", sources=(source("b"),)
        ):
            await called(one, "a", "b")
        async with await FakeHost.open(server, "b", served="owner", key=key, instance="j") as older:
            await saved(older, "b", "m")
            assert await loaded(older, "b") == ("m", {"m"})
            assert not [message for message in older.seen if isinstance(message, hosts.HostArchiveIds)]
            asking = asyncio.create_task(server.get("/api/worklist"))
            query = await older.answer_worklist(StudyRow(archive="b", study="1.3"))
            assert query.archive == "b"
            await one.answer_worklist()
            assert {archive["archive"] for archive in (await asking)[1]["archives"]} >= {"b"}


async def test_two_hosts_that_tell_different_patients_of_one_study(server: Server) -> None:
    key = await invited_key(server)
    async with (
        await FakeHost.open(server, "a", served="owner", sources=(source("a"),)) as one,
        await FakeHost.open(
            server, "b", served="owner", key=key, instance="i", sources=(source("b"),)
        ) as two,
    ):
        shared = await called(one, "a", "b")
        await called(two, "b", "a")
        asking = asyncio.create_task(server.get("/api/worklist"))
        await one.answer_worklist(
            StudyRow(archive=shared, study="1.2", patient_id="1", birth_date="19700101")
        )
        await two.answer_worklist(
            StudyRow(archive=shared, study="1.2", patient_id="2", birth_date="19700101")
        )
        (row,) = (await asking)[1]["rows"]
        assert "different patients" in row["problem"]
        assert "ID" in row["problem"]


async def test_a_host_that_says_what_can_not_be_is_not_believed(server: Server) -> None:
    """A name that is none makes no archive one with another; more images than a sample has are left out."""
    key = await invited_key(server)
    odd = hosts.ArchiveSource(archive="b", name="main\n", sample=source("b").sample)
    async with (
        await FakeHost.open(server, "a", served="owner", sources=(source("a", "main\n"),)) as one,
        await FakeHost.open(server, "b", served="owner", key=key, instance="i", sources=(odd,)) as two,
    ):
        await own_id(one)
        await own_id(two)
        many = tuple((digest(str(n)), digest(str(n))) for n in range(1000))
        wide = hosts.ArchiveSource(archive="b", name="main", sample=(("x" * 1000, "y"), *many))
        await two.send(hosts.HostSources(sources=(wide, hosts.ArchiveSource(archive="z" * 65, name="main"))))
        await saved(two, "b", "m")
        live = [host for host in server.services.registry.live if host.host != "local"]
        (kept,) = live[0].sources
        assert kept.sample == many[:31]


def test_an_archive_without_a_name_is_said_as_before() -> None:
    """Optional fields: a host and a server of before are understood."""
    said = {
        "type": "host.register", "protocol": 2, "version": "", "machine_id": "m", "name": "n", "renderer": "",
        "encoders": [], "capacity": 1, "cores": 1, "memory_bytes": 1, "archives": [{"archive": "a", "title": "t"}],
    }  # fmt: skip
    message = hosts.FROM_HOST.decode(json.dumps(said))
    assert isinstance(message, hosts.HostRegister)
    assert (message.sources, message.archives) == ((), (ArchiveInfo(archive="a", title="t"),))
