"""The exact still through a whole Farview: what the page proves is what the renderer drew, of the state that is shown now."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from signaling.protocol import control, frames
from signaling.protocol.moves import EventKind
from streamer.demo.phantom import KNOWN_POINTS
from streamer.host.proof_check import check_record
from tests.data.phantoms import write_tiny
from tests.running.farview_process import FarviewProcess, running
from tests.running.page_client import PageClient, seated


@pytest.fixture(scope="module")
def farview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    data = tmp_path_factory.mktemp("data")
    write_tiny(data / "phantom")
    write_tiny(data / "other", name="other", study="other-study")
    with running([data], tmp_path_factory.mktemp("farview")) as process:
        yield process


def of_now(client: PageClient, proof: control.StillProof) -> None:
    """The proof names the revision that is shown, and its own words are of it."""
    packet = client.described(proof)
    assert packet.frames[0].flags & frames.FrameFlag.STILL
    assert (packet.epoch, packet.frames[0].revision) == (proof.epoch, proof.revision)
    assert proof.revision == client.revision
    assert proof.rtp == packet.frames[0].rtp


@pytest.mark.parametrize("still", [("track", "png"), ("png",), ("jxl",)])
async def test_a_resting_hand_gets_the_exact_picture_proven(
    farview: FarviewProcess, still: tuple[str, ...]
) -> None:
    async with seated(farview.url, still) as (client, rows):
        await client.open(rows[0], fresh=True)
        proof = await client.at_rest()
        assert proof.method == still[0]
        of_now(client, proof)
        before = proof
        client.move(steps=1)
        proof = await client.proven(before.still)
        assert proof.revision > before.revision
        assert proof.sha256 != before.sha256
        of_now(client, proof)


async def test_known_points_have_their_very_grey(farview: FarviewProcess) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        await client.applied(client.command("interpolation.set", "nearest"))
        await client.applied(client.command("voi.set", (0.0, 2000.0)))
        for point in KNOWN_POINTS:
            first = client.record()
            matrix = np.asarray(first.canvas_from_world).reshape(3, 4)
            steps = round(float(matrix[2] @ [0.0, 0.0, point.world[2], 1.0]) / first.thickness)
            if steps:
                client.move(steps=steps)
                await client.until(lambda i=first.image + steps: client.record().image == i, "there")  # type: ignore[misc]
            proof = await client.at_rest()
            record = client.described(proof).records[0]
            x, y, _ = np.asarray(record.canvas_from_world).reshape(3, 4) @ [*point.world, 1.0]
            grey = client.picture(proof)[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2]
            # PS3.3 C.11.2.1.2.1, linear: centre 0, width 2000, to 0…255.
            expected = min(255.0, ((point.hounsfield + 0.5) / 1999.0 + 0.5) * 255.0)
            assert np.abs(grey - expected).max() <= 0.51, point


async def test_going_back_one_image_and_a_click_without_effect_are_proven_without_a_byte(
    farview: FarviewProcess,
) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        first = await client.at_rest()
        client.move(steps=1)
        second = await client.proven(first.still)
        client.move(steps=-1)
        back = await client.proven(second.still)
        assert (back.method, back.size, back.sha256) == ("held", 0, first.sha256)
        of_now(client, back)
        down = client.event(EventKind.DOWN, 0.5, 0.5, gesture=1)
        up = client.event(EventKind.UP, 0.5, 0.5, gesture=1)
        client.move(gesture=1, events=(down, up))
        clicked = await client.proven(back.still)
        assert (clicked.method, clicked.sha256) == ("held", back.sha256)
        assert clicked.event_acknowledged >= up.number
        command = client.command("voi.set", "nonsense")
        await client.says(control.Rejected, lambda m: m.id == command)
        refused = await client.proven(clicked.still)
        assert (refused.method, refused.sha256) == ("held", back.sha256)
        assert refused.command == command


async def test_while_the_hand_moves_nothing_is_proven_and_then_the_last_state_is(
    farview: FarviewProcess,
) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        before = await client.at_rest()
        down = client.event(EventKind.DOWN, 0.5, 0.5, gesture=1, button=2)
        client.move(gesture=1, buttons=2, events=(down,))
        for n in range(40):
            shown = client.revision
            client.move(0.5 + n / 200, 0.5, gesture=1, buttons=2)
            await client.until(lambda r=shown: client.revision > r, "the next picture")  # type: ignore[misc]
        proof = await client.at_rest()
        of_now(client, proof)
        held = [p for p in client.proofs if before.still < p.still < proof.still]
        assert not held or all(p.revision <= proof.revision for p in held)
        # The button is still down: a resting hand is a resting hand.
        record = client.described(proof).records[0]
        assert record.width == client.record().width
        up = client.event(EventKind.UP, 0.7, 0.5, gesture=1, button=2)
        client.move(0.7, 0.5, gesture=1, events=(up,))
        assert (await client.proven(proof.still)).event_acknowledged >= up.number


async def test_a_mismatch_is_sent_again_once_and_a_second_one_ends_it_until_the_picture_changes(
    farview: FarviewProcess,
) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        proof = await client.at_rest()
        client.spoils = 1
        client.move(steps=1)
        again = await client.proven(proof.still)
        assert again.attempt == 2
        assert [a.verdict for a in client.answers if a.still > proof.still] == ["mismatch", "exact"]
        client.spoils = 2
        client.move(steps=1)
        await client.until(lambda: client.spoils == 0, "two mismatches")
        sent = len(client.proofs)
        client.move(0.2, 0.2)
        beats = len(client.beats)
        await client.until(lambda: len(client.beats) >= beats + 5, "time passes")
        assert len(client.proofs) == sent
        client.move(steps=1)
        assert (await client.proven(client.proofs[-1].still)).attempt == 1


async def test_a_still_the_page_has_lost_is_sent_again(farview: FarviewProcess) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        first = await client.at_rest()
        client.move(steps=1)
        second = await client.proven(first.still)
        client.forget_stills()
        client.move(steps=-1)
        back = await client.proven(second.still)
        assert (back.method, back.sha256) == ("track", first.sha256)
        assert [a.verdict for a in client.answers if a.still > second.still] == ["missing", "exact"]


async def test_after_a_resize_another_study_and_a_killed_renderer_no_still_of_before_is_taken(
    farview: FarviewProcess,
) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        proof = await client.at_rest()
        client.tell(control.Resize(width=402, height=301))
        await client.until(lambda: client.newest and client.newest[1].visible == (402, 301), "the new size")
        resized = await client.at_rest()
        assert (resized.width, resized.height) == (402, 301)
        assert resized.epoch > proof.epoch

        opened = await client.open(rows[1], fresh=True)
        other = await client.at_rest()
        assert other.epoch >= opened.epoch > resized.epoch
        of_now(client, other)

        for worker in farview.children("streamer.worker"):
            worker.kill()
        await client.says(control.RendererState, lambda m: m.state == "live")
        await client.until(lambda: client.newest and client.newest[0] > other.epoch, "pictures go on")
        fresh = await client.at_rest()
        assert fresh.epoch > other.epoch
        assert fresh.sha256 == other.sha256, "the same view from a fresh process is the same, byte for byte"
        for earlier, later in zip(client.proofs, client.proofs[1:], strict=False):
            assert later.still == earlier.still + 1
            assert later.epoch >= earlier.epoch
            if later.epoch > earlier.epoch:
                assert later.method == "track", "nothing of the epoch before is taken to be held"


async def test_a_record_of_the_proven_picture_is_signed_and_of_no_other(farview: FarviewProcess) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        proof = await client.at_rest()
        client.tell(control.RecordRequest(sha256=proof.sha256))
        answer = await client.says(control.ProofRecord)
        payload = check_record(answer.record).payload
        assert (payload.sha256, payload.width, payload.height) == (proof.sha256, proof.width, proof.height)
        assert (payload.study, payload.revision) == (rows[0].study, proof.revision)
        assert payload.viewports[0].sop
        assert payload.viewports[0].exact
        assert rows[0].patient_name not in answer.record
        client.tell(control.RecordRequest(sha256="0" * 64))
        assert (await client.says(control.Rejected)).message.endswith(".")


async def test_planes_and_a_volume_in_colour_are_proven(farview: FarviewProcess) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        await client.until(lambda: client.loaded, "loaded")
        await client.applied(client.command("layout.set", "mpr+3d"))
        proof = await client.at_rest()
        assert (proof.channels, proof.planes, proof.method) == (3, "gbr", "track")
        assert client.picture(proof).shape == (proof.height, proof.width, 3)
        of_now(client, proof)


async def test_what_pages_prove_and_measure_can_be_read_by_a_monitoring_system(
    farview: FarviewProcess,
) -> None:
    async with seated(farview.url) as (client, rows):
        await client.open(rows[0], fresh=True)
        before = await client.at_rest()
        client.move(steps=1)
        await client.proven(before.still)
        client.tell(
            control.PageMeasures(
                samples=9, p50_ms=40.0, p95_ms=80.0, pictures_per_second=20.0, exact=2, exact_p50_ms=230.0
            )
        )
        wanted = 'farview_input_to_exact_seconds{host="local"} 0.23'
        text = ""
        while wanted not in text:  # the host reports every two seconds; the test's own timeout ends this
            async with client.http.get(f"{client.base}/metrics") as answer:
                text = await answer.text()
            beats = len(client.beats)
            await client.until(lambda n=beats: len(client.beats) > n, "the host's next beat")  # type: ignore[misc]
        assert 'farview_input_to_picture_seconds{host="local",quantile="0.95"} 0.08' in text
        exact = next(line for line in text.splitlines() if line.startswith("farview_stills_total"))
        assert exact.startswith('farview_stills_total{host="local",verdict="exact"}')
        assert float(exact.split()[-1]) >= 2
        assert rows[0].patient_name not in text
