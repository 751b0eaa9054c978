"""A real host that an administrator removes: what its readers just did is saved, they are moved, and it ends by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from signaling.protocol import page
from tests.integration.site import losses, scroll, sites
from tests.integration.test_host_apart import hosts
from tests.running.page_client import PageClient

pytestmark = pytest.mark.timeout(180)


async def test_nothing_that_was_done_before_the_removal_is_lost(tmp_path: Path) -> None:
    async with sites(tmp_path) as site:
        await site.start("first")
        site.signal("first")
        await site.ended("first")
        await site.start("second", index_of="first")
        async with site.reader() as (client, row):
            image = await scroll(client, 3)
            await site.remove("second")
            lost = await client.server_says(page.SeatLost)
            assert lost.message == "The render host second is being stopped. Asking for another."
            assert await site.ended("second") == 3
            assert site.log("second").splitlines()[-1] == (
                "farview host: This host was removed by an administrator."
            )
            await site.start("first")
            assert [host["name"] for host in await hosts(site.http, site.base)] == ["first"]
            async with PageClient(site.http, site.base, moved_from=client) as again:
                await again.sit(row.archive)
                await again.open(row, goes_on=True)
                assert again.record().image == image


async def test_who_reads_is_moved_when_the_hand_rests_where_another_host_takes_it(tmp_path: Path) -> None:
    async with sites(tmp_path) as site:
        await site.start("first")
        site.signal("first")
        await site.ended("first")
        await site.start("second", index_of="first")
        async with site.reader() as (client, _):
            await site.start("first")
            await site.remove("second")
            await site.until("second", "draining", "It is being removed. 1 reader is still here")
            await scroll(client, 1)
            assert losses(client) == []
            lost = await client.server_says(page.SeatLost)
            assert lost.message == "The render host second is being emptied. Asking for another."
        assert await site.ended("second") == 3
