"""Real hosts that are emptied: readers are moved with all they had where another host can take them, and else stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling.protocol import page
from tests.integration.site import losses, scroll, sites
from tests.running.page_client import NoSeat, PageClient, signed_in

pytestmark = pytest.mark.timeout(180)


async def test_who_reads_where_no_other_host_reaches_stays_and_comes_back(tmp_path: Path) -> None:
    async with sites(tmp_path) as site:
        await site.start("apart")
        async with site.reader() as (client, row):
            image = await scroll(client, 3)
            await site.drain("apart")
            stays = "1 reader is still here and stays until they leave: no other host"
            await site.until("apart", "draining", stays)
            await scroll(client, -1)
            assert losses(client) == []
        # A reload: another page of the same browser.
        async with site.reader() as (client, row):
            assert client.record().image == image - 1
            await client.tell_server(page.SeatRelease(seat=client.seat))
        async with signed_in(site.server.url) as (http, base), PageClient(http, base) as stranger:
            with pytest.raises(NoSeat, match="is being emptied"):
                await stranger.sit(row.archive)
        assert await site.image() == image - 1


async def test_who_reads_is_moved_with_the_view_to_a_host_that_reaches_the_archive(tmp_path: Path) -> None:
    async with sites(tmp_path) as site:
        await site.start("first")
        site.signal("first")
        await site.ended("first")
        await site.start("second", index_of="first")
        async with site.reader() as (client, row):
            image = await scroll(client, 2)
            await site.drain("second")
            await scroll(client, 1)
            assert losses(client) == [], "nobody else reaches it yet"
            await site.start("first")
            lost = await client.server_says(page.SeatLost)
            assert lost.message == "The render host second is being emptied. Asking for another."
            async with PageClient(site.http, site.base, moved_from=client) as again:
                await again.sit(row.archive)
                assert again.host == "first"
                await again.open(row, goes_on=True)
                assert again.record().image == image + 1
                await site.until("second", "draining", "Nobody reads on it any more.")
                # What the first host kept of it is not in the way when it takes readers again.
                await site.drain("second", "resume")
                await site.until("second", "ready")


async def test_a_host_that_is_emptied_and_cut_off_hears_what_was_wished_meanwhile(tmp_path: Path) -> None:
    async with sites(tmp_path) as site:
        await site.start("apart")
        async with site.reader() as (client, _):
            await site.line.cut()
            image = await scroll(client, 1)
            await site.drain("apart")
            site.line.join()
            await site.until("apart", "draining", "1 reader is still here and stays")
            await site.line.cut()
            await site.drain("apart", "resume")
            site.line.join()
            await site.until("apart", "ready")
            assert losses(client) == []
            assert await scroll(client, 1) == image + 1
