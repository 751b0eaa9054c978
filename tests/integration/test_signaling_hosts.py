"""A real signaling server with scripted render hosts (fakes): registration, loss, draining, and the worklist over several."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from signaling.protocol import errors, hosts, page
from signaling.protocol.records import ArchiveInfo, StudyRow
from signaling.protocol.version import PROTOCOL_VERSION
from tests.fakes.signaling_peers import LOCAL_KEY, FakeHost, FakePage, Server, invited_key, running_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


async def states(server: Server) -> dict[str, str]:
    _, answer = await server.get("/api/admin/hosts")
    return {host["host"]: host["state"] for host in answer["hosts"]}


def rows(archive: str, *dates: str) -> tuple[StudyRow, ...]:
    return tuple(
        StudyRow(archive=archive, study=f"{archive}.{date}", study_date=f"{date}0101") for date in dates
    )


# ---- registration


@pytest.mark.parametrize("key", ["", "fvh_wrong"])
async def test_an_unknown_key_is_refused_in_words(server: Server, key: str) -> None:
    async with await FakeHost.dial(server, key) as host:
        refused = await host.expect(hosts.HostRefused)
        assert (refused.code, "admin page" in refused.message) == (errors.FORBIDDEN, True)
        await host.expect_end()


async def test_another_protocol_version_is_refused_in_words(server: Server) -> None:
    async with await FakeHost.dial(server) as host:
        await host.register("demo", protocol=99)
        refused = await host.expect(hosts.HostRefused)
        assert (refused.code, "Upgrade" in refused.message) == (errors.VERSION, True)


async def test_a_key_belongs_to_the_first_machine_that_uses_it(server: Server) -> None:
    key = await invited_key(server)
    async with await FakeHost.open(server, "demo", key=key, machine="mine"):
        pass
    async with await FakeHost.dial(server, key) as thief:
        await thief.register("demo", machine="another")
        assert "another machine" in (await thief.expect(hosts.HostRefused)).message
    async with await FakeHost.open(server, "demo", key=key, machine="mine"):
        pass


async def test_a_key_is_shown_once_and_kept_as_a_hash(server: Server) -> None:
    key = await invited_key(server)
    _, listed = await server.get("/api/admin/hosts")
    assert key not in json.dumps(listed)
    assert key.encode() not in b"".join(
        file.read_bytes() for file in server.services.config.state.glob("farview.db*")
    )


async def test_the_command_to_paste_dials_this_server(server: Server) -> None:
    status, answer = await server.ask("POST", "/api/admin/hosts", json={"name": "the GPU's"})
    assert status == 201
    assert answer["command"].startswith(f"farview host --signaling {server.url} --key {answer['key']} ")
    assert "--name 'the GPU'\"'\"'s'" in answer["command"]
    for body in ('{"name":"' + "x" * 65 + '"}', '{"name":"a\\nb"}', "[]", '{"name":7}'):
        status, answer = await server.ask("POST", "/api/admin/hosts", data=body)
        assert (status, answer["code"]) == (400, errors.MALFORMED)


async def test_what_a_host_says_wrongly_is_left_out(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as host:
        await host.socket.send_str("{")
        await host.socket.send_str('{"type":"host.sing"}')
        await host.send(hosts.HostSeatOffer(seat="another's", sdp=""))
        await host.send(hosts.WorklistReply(request="never asked", archive="demo", rows=(), total=0))
        await host.send(
            hosts.CheckpointLoad(request="1", tenant="default", user="owner", archive="demo", study="1")
        )
        await host.expect(hosts.CheckpointLoaded)


@pytest.mark.parametrize("field", ["machine_id", "name", "archive"])
async def test_a_host_that_says_more_than_can_be_kept_is_refused_in_words(server: Server, field: str) -> None:
    async with await FakeHost.dial(server) as host:
        long = "x" * 201
        said = {"machine_id": "machine", "name": "fake"} | ({} if field == "archive" else {field: long})
        archives = (ArchiveInfo(archive=long, title=""),) if field == "archive" else ()
        await host.send(
            hosts.HostRegister(
                protocol=PROTOCOL_VERSION, version="", renderer="", encoders=(), capacity=1, cores=1,
                memory_bytes=1, archives=archives, **said,
            )
        )  # fmt: skip
        assert field in (await host.expect(hosts.HostRefused)).message


@pytest.mark.parametrize("field", ["user", "archive", "study"])
async def test_a_reading_of_an_id_too_long_is_refused_in_words(server: Server, field: str) -> None:
    of = {"tenant": "default", "user": "owner", "archive": "demo", "study": "1.2.3"} | {field: "1" * 65}
    async with await FakeHost.open(server, "demo") as host:
        await host.send(hosts.CheckpointSave(request="1", view={}, **of))
        assert field in (await host.expect(hosts.CheckpointSaved)).problem
        await host.send(hosts.CheckpointLoad(request="2", **of))
        assert field in (await host.expect(hosts.CheckpointLoaded)).problem
        await host.send(hosts.StudyOpening(request="3", **of))
        assert field in (await host.expect(hosts.StudyRecorded)).problem


@pytest.mark.parametrize(("ahead", "words"), [(-6.4, "6 s behind"), (70.0, "70 s ahead of"), (1.5, "")])
async def test_a_host_is_told_the_time_and_its_clock_is_named(
    server: Server, ahead: float, words: str
) -> None:
    async with await FakeHost.open(server, "demo") as host:
        unasked = await host.expect(hosts.ClockTold)
        assert unasked.sent == 0.0
        await host.send(hosts.ClockAsk(sent=12.5))
        asked = await host.expect(hosts.ClockTold)
        assert asked.sent == 12.5
        assert asked.now >= unasked.now > 1_700_000_000
        await host.send(
            hosts.HostLoad(
                seats=0, sessions=0, cpu=0.0, memory_bytes=0, pictures_per_second=0.0, latency_ms=0.0, archives=(),
                clock_ahead=ahead,
            )
        )  # fmt: skip
        await host.send(hosts.ClockAsk(sent=1.0))
        await host.expect(hosts.ClockTold)  # what was said before has been heard
        _, listed = await server.get("/api/admin/hosts")
        assert words in listed["hosts"][0]["problem"]


# ---- loss


async def test_a_lost_host_is_told_to_its_pages_and_another_serves(server: Server) -> None:
    host = await FakeHost.open(server, "demo")
    async with await FakePage.open(server) as reader:
        await reader.ask_for_seat()
        asked = await host.offer_seat()
        await reader.expect(page.SeatOffer)
        await host.close()
        lost = await reader.expect(page.SeatLost)
        assert (lost.seat, lost.code) == (asked.seat, errors.HOST_LOST)
        assert await states(server) == {"local": "lost"}
        async with await FakeHost.open(server, "demo") as again:
            await reader.ask_for_seat("r2")
            await again.offer_seat()
            assert (await reader.expect(page.SeatOffer)).request == "r2"


async def test_a_host_that_vanishes_before_its_offer_is_not_waited_for(server: Server) -> None:
    host = await FakeHost.open(server, "demo")
    async with await FakePage.open(server) as reader:
        await reader.ask_for_seat()
        await host.expect(hosts.SeatOpen)
        await host.close()
        assert (await reader.expect(page.SeatFailed)).code == errors.HOST_LOST


async def test_a_silent_host_is_lost(tmp_path: Path) -> None:
    async with running_server(tmp_path, host_silent_after=0.5) as server:
        await server.sign_in()
        async with await FakePage.open(server) as reader, await FakeHost.open(server, "demo") as host:
            await reader.expect(page.WorklistChanged)
            gone = await reader.expect(page.WorklistChanged)
            assert "reaches this archive" in gone.problem
            await host.expect_end()


async def test_the_newest_connection_of_a_host_counts(server: Server) -> None:
    async with await FakeHost.open(server, "demo") as before, await FakeHost.open(server, "demo") as after:
        await before.expect_end()
        async with await FakePage.open(server) as reader:
            await reader.ask_for_seat()
            await after.offer_seat()
            await reader.expect(page.SeatOffer)
        assert await states(server) == {"local": "ready"}


# ---- what an administrator does


async def test_a_drained_host_takes_nobody_and_stays_so_over_a_restart(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server:
        await server.sign_in()
        async with await FakeHost.open(server, "demo") as host, await FakePage.open(server) as reader:
            assert (await server.ask("POST", "/api/admin/hosts/local/drain"))[0] == 204
            assert (await host.expect(hosts.HostDrain)).draining
            await reader.ask_for_seat()
            assert "emptied" in (await reader.expect(page.SeatFailed)).message
    async with running_server(tmp_path) as server:
        await server.sign_in()
        async with await FakeHost.open(server, "demo") as host:
            assert (await host.expect(hosts.HostDrain)).draining
            assert await states(server) == {"local": "draining"}
            assert (await server.ask("POST", "/api/admin/hosts/local/resume"))[0] == 204
            assert not (await host.expect(hosts.HostDrain)).draining
            assert await states(server) == {"local": "ready"}


async def test_a_removed_host_is_told_and_its_key_is_worth_nothing(server: Server) -> None:
    key = await invited_key(server)
    async with await FakeHost.open(server, "demo", key=key) as host, await FakePage.open(server) as reader:
        name = next(name for name in await states(server) if name != "local")
        await reader.ask_for_seat()
        await host.offer_seat()
        await reader.expect(page.SeatOffer)
        assert (await server.ask("DELETE", f"/api/admin/hosts/{name}"))[0] == 204
        assert not (await host.expect(hosts.HostDrain)).ends
        assert (await states(server))[name] == "draining"
        _, listed = await server.get("/api/admin/hosts")
        (shown,) = [shown for shown in listed["hosts"] if shown["host"] == name]
        assert (shown["removal"], "being removed" in shown["problem"]) == ("empties", True)
        await host.send(
            hosts.HostLoad(
                seats=0,
                sessions=0,
                cpu=0.0,
                memory_bytes=0,
                pictures_per_second=0.0,
                latency_ms=0.0,
                archives=(),
            )
        )
        assert (await host.expect(hosts.HostDrain)).ends
        status, answer = await server.ask("POST", f"/api/admin/hosts/{name}/resume")
        assert (status, "told to end" in answer["message"]) == (403, True)
        await host.send(hosts.HostLeaving())
        await host.send(hosts.HostLeaving(over=True))
        assert "removed" in (await host.expect(hosts.HostRefused)).message
        await host.expect_end()
        await reader.expect(page.SeatLost)
        while name in await states(server):
            await server.services.registry.changes.wait(1.0)
    async with await FakeHost.dial(server, key) as again:
        await again.expect(hosts.HostRefused)
    assert list(await states(server)) == ["local"]


async def test_what_can_not_be_done_to_a_host_is_said(server: Server) -> None:
    status, answer = await server.ask("DELETE", "/api/admin/hosts/local")
    assert (status, "drained" in answer["message"]) == (403, True)
    for method, path in (("POST", "/api/admin/hosts/none/drain"), ("DELETE", "/api/admin/hosts/none")):
        assert (await server.ask(method, path))[0] == 404


async def next_event(stream: Any) -> Any:
    async def line() -> bytes:
        return bytes(await asyncio.wait_for(stream.content.readline(), 10))

    while not (text := await line()).startswith(b"data: "):
        assert text, "the stream ended"
    return json.loads(text[6:])


async def test_the_admin_page_hears_of_every_change(server: Server) -> None:
    async with server.http.get(f"{server.url}/api/admin/events") as stream:
        assert stream.content_type == "text/event-stream"
        assert (await next_event(stream))["hosts"][0]["state"] == "lost"
        async with await FakeHost.open(server, "demo") as host:
            while (await next_event(stream))["hosts"][0]["state"] != "ready":
                pass
            await host.send(
                hosts.HostLoad(
                    seats=2,
                    sessions=1,
                    cpu=0.5,
                    memory_bytes=7,
                    pictures_per_second=24.5,
                    latency_ms=31.0,
                    archives=(),
                )
            )
            while (shown := (await next_event(stream))["hosts"][0])["sessions"] != 1:
                pass
            assert (shown["seats"], shown["cpu"], shown["latency_ms"]) == (2, 0.5, 31.0)


# ---- the worklist


async def test_the_worklist_is_merged_over_archives_and_asked_once_for_each(server: Server) -> None:
    key = await invited_key(server)
    async with (
        await FakeHost.open(server, "a", "b") as first,
        await FakeHost.open(server, "b", key=key, machine="m2") as second,
    ):
        asking = asyncio.create_task(server.get("/api/worklist?sort=study_date&limit=3"))
        answers = {"a": rows("a", "2019", "2021", "2023"), "b": rows("b", "2020", "2022")}
        query = await first.expect(hosts.WorklistQuery)
        asked_of_b = first if query.archive == "b" else None
        await first.send(
            hosts.WorklistReply(
                request=query.request, archive=query.archive, rows=answers[query.archive], total=9
            )
        )
        waits = {asyncio.create_task(h.expect(hosts.WorklistQuery)): h for h in (first, second)}
        done, rest = await asyncio.wait(waits, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        other = done.pop()
        query = other.result()
        await waits[other].send(
            hosts.WorklistReply(
                request=query.request, archive=query.archive, rows=answers[query.archive], total=2
            )
        )
        status, found = await asking
        for task in rest:
            task.cancel()
        assert status == 200
        assert asked_of_b is None or waits[other] is first
        assert [row["study_date"] for row in found["rows"]] == ["20190101", "20200101", "20210101"]
        assert found["total"] == 11
        assert [(a["archive"], a["answered"]) for a in found["archives"]] == [("a", True), ("b", True)]


async def test_who_does_not_answer_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    async with running_server(tmp_path, worklist_timeout=0.5) as server:
        await server.sign_in()
        key = await invited_key(server)
        async with (
            await FakeHost.open(server, "a") as speaking,
            await FakeHost.open(server, "silent", key=key, machine="m2"),
        ):
            asking = asyncio.create_task(server.get("/api/worklist"))
            await speaking.answer_worklist(*rows("a", "2020"))
            status, found = await asking
            assert status == 200
            assert len(found["rows"]) == 1
            archives = {archive["archive"]: archive for archive in found["archives"]}
            assert archives["a"]["answered"] is True
            assert archives["silent"]["answered"] is False
            assert "did not answer" in archives["silent"]["problem"]


async def test_a_host_lost_while_asked_is_not_waited_for(tmp_path: Path) -> None:
    async with running_server(tmp_path, worklist_timeout=600.0) as server:
        await server.sign_in()
        host = await FakeHost.open(server, "a")
        asking = asyncio.create_task(server.get("/api/worklist"))
        await host.expect(hosts.WorklistQuery)
        await host.close()
        _, found = await asyncio.wait_for(asking, 10)
        assert found["archives"][0]["answered"] is False


async def test_archives_of_lost_hosts_are_missing_not_gone(server: Server) -> None:
    async with await FakeHost.open(server, "a", key=await invited_key(server), machine="m2") as kept:

        async def listed() -> dict[str, Any]:
            asking = asyncio.create_task(server.get("/api/worklist"))
            await kept.answer_worklist()
            _, found = await asking
            return {archive["archive"]: archive for archive in found["archives"]}

        async with await FakeHost.open(server, "a", "b"):
            pass  # the host of this server itself is lost with its line
        found = await listed()
        assert sorted(found) == ["a", "b"]
        assert (found["a"]["answered"], found["a"]["problem"]) == (True, "")
        assert (found["b"]["answered"], "not connected" in found["b"]["problem"]) == (False, True)


async def test_a_single_archive_is_asked_for_the_page_itself(server: Server) -> None:
    async with await FakeHost.open(server, "a") as host:
        asking = asyncio.create_task(server.get("/api/worklist?offset=200&limit=2&text=head"))
        query = await host.answer_worklist(*rows("a", "2020", "2021"), total=900)
        assert (query.filter.offset, query.filter.limit, query.filter.text) == (200, 2, "head")
        _, found = await asking
        assert (len(found["rows"]), found["total"]) == (2, 900)


async def test_no_host_at_all_is_said(server: Server) -> None:
    status, found = await server.get("/api/worklist")
    assert (status, found["rows"], found["archives"]) == (200, [], [])
    assert "farview host" in found["problem"]


@pytest.mark.parametrize(
    "query", ["sort=secret", "offset=-1", "offset=999999", "limit=many", "text=" + "x" * 200]
)
async def test_a_query_out_of_bounds_is_refused_in_words(server: Server, query: str) -> None:
    status, answer = await server.get(f"/api/worklist?{query}")
    assert status == 400
    assert answer["message"].endswith(".")


async def test_the_worklist_is_for_who_is_signed_in(server: Server) -> None:
    await server.ask("POST", "/api/sign-out")
    assert (await server.get("/api/worklist"))[0] == 401
    assert (await server.get("/api/admin/hosts"))[0] == 401


async def test_pages_hear_how_an_index_grows(server: Server) -> None:
    async with await FakePage.open(server) as reader, await FakeHost.open(server) as host:
        growing = ArchiveInfo(archive="a", title="A", studies=1, files_seen=10, files_total=20, scanning=True)
        load = hosts.HostLoad(
            seats=0,
            sessions=0,
            cpu=0,
            memory_bytes=0,
            pictures_per_second=0,
            latency_ms=0,
            archives=(growing,),
        )
        await host.send(load)
        heard = await reader.expect(page.WorklistChanged)
        assert (heard.archive, heard.files_seen, heard.scanning) == ("a", 10, True)
        await host.send(load)
        await host.send(
            hosts.HostLoad(
                seats=0, sessions=0, cpu=0, memory_bytes=0, pictures_per_second=0, latency_ms=0, archives=()
            )
        )
        assert "reaches" in (await reader.expect(page.WorklistChanged)).problem, (
            "unchanged counts are not told again"
        )


async def test_the_local_key_is_worth_nothing_to_a_server_without_a_host_of_its_own(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, await FakeHost.open(server, "demo"):
        pass
    async with (
        running_server(tmp_path, local_key="") as server,
        await FakeHost.dial(server, LOCAL_KEY) as host,
    ):
        await host.expect(hosts.HostRefused)


@pytest.mark.parametrize("silent", [0, 1, 2])
async def test_one_that_hangs_is_named_and_holds_nobody_up(tmp_path: Path, silent: int) -> None:
    patience = {"worklist_timeout": 600.0, "worklist_patience": 0.2}
    async with running_server(tmp_path / "state", **patience) as server:
        await server.sign_in()
        keys = [LOCAL_KEY, await invited_key(server), await invited_key(server)]
        hung = [
            await FakeHost.open(server, f"archive-{n}", key=key, machine=f"m{n}")
            for n, key in enumerate(keys)
        ]
        try:
            asking = asyncio.create_task(server.get("/api/worklist"))
            for number, host in enumerate(hung):
                if number != silent:
                    await host.answer_worklist(*rows(f"archive-{number}", "20240101"))
            _, listed = await asyncio.wait_for(asking, 10.0)
        finally:
            for host in hung:
                await host.close()
    assert len(listed["rows"]) == 2
    assert [archive["answered"] for archive in listed["archives"]] == [n != silent for n in range(3)]
    assert "did not answer" in listed["archives"][silent]["problem"]
