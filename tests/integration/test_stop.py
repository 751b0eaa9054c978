"""Real programs that are stopped in order: nothing is lost, the readers hear why at once, and another host takes them."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from signaling.protocol import page
from tests.data.phantoms import write_tiny
from tests.integration.site import losses, scroll, sites
from tests.integration.test_host_apart import hosts
from tests.running.farview_process import FarviewProcess, free_port
from tests.running.page_client import PageClient, signed_in

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_a_stopped_host_saves_the_view_and_says_why(tmp_path: Path, number: signal.Signals) -> None:
    async with sites(tmp_path) as site:
        await site.start("apart")
        async with site.reader() as (client, _):
            image = await scroll(client, 3)
            site.signal("apart", number)
            await client.until(lambda: losses(client), "the page is told")
            assert losses(client) == ["The render host apart is being stopped. Asking for another."]
        assert await site.ended("apart") == 0
        (listed,) = await hosts(site.http, site.base)
        assert (listed["state"], listed["problem"]) == ("lost", "It was stopped.")
        assert "not_saved" not in site.log("apart")
        assert "Traceback" not in site.log("apart")
        await site.start("apart")
        assert await site.image() == image


async def test_another_host_takes_the_reading_of_a_stopped_one_as_it_was(tmp_path: Path) -> None:
    async with sites(tmp_path) as site:
        await site.start("first")
        site.signal("first")
        await site.ended("first")
        await site.start("second", index_of="first")
        async with site.reader() as (client, row):
            image = await scroll(client, 2)
            await site.start("first")
            site.signal("second")
            await client.server_says(page.SeatLost)
            async with PageClient(site.http, site.base, moved_from=client) as again:
                await again.sit(row.archive)
                await again.open(row, goes_on=True)
                assert again.record().image == image
        assert await site.ended("second") == 0


async def test_a_stop_while_the_line_is_cut_waits_for_it_and_loses_nothing(tmp_path: Path) -> None:
    async with sites(tmp_path) as site:
        await site.start("apart")
        async with site.reader() as (client, _):
            await site.line.cut()
            image = await scroll(client, 3)
            passed = site.line.passed
            site.signal("apart")
            await client.until(lambda: "host_stops" in site.log("apart"), "it has begun to stop")
            site.line.join()
            await client.until(lambda: losses(client), "the page is told")
            assert site.line.passed > passed
        assert await site.ended("apart") == 0
        assert "not_saved" not in site.log("apart")
        await site.start("apart")
        assert await site.image() == image


async def test_what_can_not_be_saved_is_said_and_holds_nobody_up_for_long(tmp_path: Path) -> None:
    async with sites(tmp_path) as site:
        await site.start("apart")
        async with site.reader() as (client, row):
            await site.line.cut()
            await scroll(client, 3)
            site.signal("apart")
            assert await site.ended("apart") == 0
            log = site.log("apart")
            assert "not_saved" in log
            assert row.study not in log
            assert row.patient_name not in log
            assert [m for m in client.told if "is being stopped" in getattr(m, "message", "")]


async def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    async with sites(tmp_path) as site:
        await site.start("apart")
        async with site.reader() as (client, _):
            await site.line.cut()
            await scroll(client, 3)
            site.signal("apart")
            await client.until(lambda: "host_stops" in site.log("apart"), "it has begun to stop")
            site.signal("apart")
            assert await site.ended("apart") == -signal.SIGTERM
            (said,) = [line for line in site.log("apart").splitlines() if "host_ends_at_once" in line]
            assert json.loads(said)["unsaved_views"] == 1
            assert "Traceback" not in site.log("apart")


async def test_serve_stops_its_host_in_order(tmp_path: Path) -> None:
    write_tiny(tmp_path / "data")
    port = free_port()
    kept: dict[str, Any] = {}
    for turn in range(2):
        farview = FarviewProcess([tmp_path / "data"], tmp_path, port, ())
        try:
            async with signed_in(farview.url) as (http, base), PageClient(http, base) as client:
                row = (await client.worklist())[0]
                await client.sit(row.archive)
                await client.open(row)
                if turn:
                    assert client.record().image == kept["image"]
                    continue
                kept["image"] = await scroll(client, 3)
                farview.process.send_signal(signal.SIGTERM)
                await client.until(lambda told=client: losses(told), "the page is told")
                assert losses(client)[0].endswith("is being stopped. Asking for another.")
                assert await asyncio.to_thread(farview.process.wait, 20) == 0
        finally:
            farview.stop()
