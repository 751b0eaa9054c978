"""`farview render`: a fresh process draws, from the files alone, the bytes that a session's worker drew and hashed."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import imagecodecs
import msgspec
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from streamer.demo.phantom_studies import PATIENT
from streamer.dicom.index import Index
from streamer.host import fresh_picture
from streamer.host.proof_signer import ProofSigner
from streamer.indexer.scanner import Scanner, ScanStatus
from streamer.indexer.study_description import describe_study
from streamer.ipc.messages import AttachReduced, AttachStack, StackPlan, StillDrawn
from streamer.session.checkpoint import store_view
from streamer.session.series_load import SeriesLoad
from streamer.session.series_store import SeriesStore
from streamer.viewer.stack import Voi
from streamer.viewer.state import ViewportState, ViewState
from tests.data.phantoms import write_image, write_tiny
from tests.integration.worker_bench import Benches, ready
from tests.running.farview_process import FARVIEW

SECONDS = 40.0
SIZE = (421, 300)
WINDOW = Voi(40.0, 400.0)
PLANES = ("axial", "coronal", "sagittal")


@dataclass(frozen=True)
class Study:
    """A folder with one study: the tiny phantom (stack `ct`) and two colour images (stack `colour`)."""

    root: Path
    uid: str
    plans: tuple[StackPlan, ...]

    @property
    def ct(self) -> int:
        return next(n for n, plan in enumerate(self.plans) if plan.samples == 1)

    @property
    def colour(self) -> int:
        return next(n for n, plan in enumerate(self.plans) if plan.samples == 3)

    def saved(self, view: ViewState) -> dict[str, Any]:
        return store_view(view, tuple(plan.stack for plan in self.plans))


@pytest.fixture
def study(tmp_path: Path) -> Study:
    root = tmp_path / "archive"
    write_tiny(root / "ct")
    uid = str(next(iter(_study_of(root, tmp_path / "first.sqlite"))))
    pixels = np.random.default_rng(6).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    for number in range(2):
        write_image(
            root / "us" / f"{number}.dcm", pixels // (number + 1), StudyInstanceUID=uid, Modality="US", InstanceNumber=number,
            SOPInstanceUID=f"2.25.77{number}", SeriesInstanceUID="2.25.777", PatientName=PATIENT.name,
            PatientID=PATIENT.patient_id, IssuerOfPatientID=PATIENT.issuer,
        )  # fmt: skip
    return Study(root, uid, _study_of(root, tmp_path / "second.sqlite")[uid])


def _study_of(root: Path, index_path: Path) -> dict[str, tuple[StackPlan, ...]]:
    """The plans of each study in the folder."""
    statuses: list[ScanStatus] = []
    scanner = Scanner(root, index_path, statuses.append)
    with Index(index_path) as index:
        scanner.start()
        while not statuses or statuses[-1].scanning:
            assert scanner._thread.is_alive()
        scanner.stop()
        uids = [
            row[0] for row in index.connection.execute("SELECT DISTINCT study FROM files WHERE study != ''")
        ]
        return {uid: describe_study(index, root, 0, uid).plans for uid in uids}  # type: ignore[union-attr]


def stack_view(study: Study, **values: Any) -> ViewState:
    viewport = ViewportState(
        kind="stack", stack=study.ct, image=17, voi=WINDOW, zoom=1.37, pan=(11.0, -4.5), quarter_turns=1, flipped=True
    )  # fmt: skip
    return ViewState(viewports=(replace(viewport, **values),))


def views(study: Study) -> dict[str, ViewState]:
    planes = tuple(ViewportState(kind="mpr", stack=study.ct, plane=plane, voi=WINDOW) for plane in PLANES)
    colour = ViewportState(kind="stack", stack=study.colour, image=1, voi=Voi(127.5, 255.0))
    return {
        "stack": stack_view(study),
        "planes": ViewState(layout="mpr", viewports=planes, cross_hair=(12.3, -7.7, 31.0)),
        "colour": ViewState(layout="1x2", viewports=(colour, *stack_view(study, inverted=True).viewports)),
    }


async def drawn_by_a_session(
    study: Study, view: ViewState, folder: Path, reduce_voxels: int = 0
) -> StillDrawn:
    """As a session draws: from its own cache, after other pictures of other sizes."""
    store, benches = SeriesStore(folder, 1 << 40, reduce_voxels), Benches()
    try:
        bench = await ready(benches.start)
        for stack in {viewport.stack for viewport in view.viewports}:
            load = store.acquire("tenant", "archive", str(study.root), study.plans[stack], 3, urgent=True)
            await _loaded(load)
            assert load.stack is not None
            assert load.layout is not None
            bench.child.channel.send(
                AttachStack(stack=stack, description=load.stack, layout=load.layout),
                descriptors=[load.descriptor],
            )
            if load.reduced is not None:
                reduced = AttachReduced(stack=stack, description=load.reduced[0], layout=load.reduced[1])
                bench.child.channel.send(reduced, descriptors=[load.reduced_file.descriptor])
        await bench.picture(stack_view(study, image=3), width=200, height=300)
        await bench.picture(view, width=SIZE[0], height=SIZE[1], scale=0.5, moving=True)
        bench.ask_still(view, width=SIZE[0], height=SIZE[1])
        still: StillDrawn = (await bench.next(StillDrawn))[0]
        assert (still.missing, still.incomplete, still.faults) == ((), (), ())
        return still
    finally:
        await benches.stop()
        await store.close()


async def _loaded(load: SeriesLoad) -> None:
    done = asyncio.Event()
    load.listeners.add(lambda changed: done.set() if changed.complete else None)
    await asyncio.wait_for(done.wait(), SECONDS)


def render(file: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [FARVIEW, "render", "--state", file, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


def view_file(folder: Path, of: Study, view: ViewState, **other: Any) -> Path:
    file = folder / "view.json"
    saved = {"study": of.uid, "width": SIZE[0], "height": SIZE[1], "view": of.saved(view), **other}
    file.write_bytes(msgspec.json.encode(saved))
    return file


def record_file(folder: Path, study: Study, view: ViewState, still: StillDrawn) -> Path:
    signer = ProofSigner(Ed25519PrivateKey.generate(), "host", "0")
    file = folder / "record.json"
    file.write_text(
        signer.sign(
            sha256=still.sha256, size=(still.width, still.height), channels=still.channels, archive="another", study=study.uid,
            viewports=(), view=study.saved(view), session="s", revision=1,
        )
    )  # fmt: skip
    return file


@pytest.mark.parametrize("kind", ["stack", "planes", "colour"])
async def test_a_fresh_process_draws_the_same_bytes(study: Study, tmp_path: Path, kind: str) -> None:
    view = views(study)[kind]
    still = await drawn_by_a_session(study, view, tmp_path / "cache")
    record, picture = record_file(tmp_path, study, view, still), tmp_path / "picture.png"
    before = sorted(study.root.rglob("*"))
    told = render(record, "--data", study.root, "--out", picture)
    assert (told.returncode, told.stderr) == (0, "")
    assert "record     equal, byte for byte" in told.stdout
    assert f"sha256     {still.sha256}" in told.stdout
    assert ("colour" if kind == "colour" else "grey") in told.stdout
    pixels = np.asarray(imagecodecs.png_decode(picture.read_bytes()))
    assert pixels.shape[1::-1] == SIZE
    assert hashlib.sha256(pixels.tobytes()).hexdigest() == still.sha256
    assert sorted(study.root.rglob("*")) == before


async def test_one_changed_field_of_the_view_is_another_picture(study: Study, tmp_path: Path) -> None:
    still = await drawn_by_a_session(study, stack_view(study), tmp_path / "cache")
    changed = stack_view(study, voi=Voi(41.0, 400.0))
    told = render(record_file(tmp_path, study, changed, still), "--data", study.root)
    assert told.returncode == 1
    assert f"the record's picture is another one, {still.sha256}" in told.stderr
    assert still.sha256 not in told.stdout


@pytest.mark.parametrize("voxels", [20_000, 0], ids=["reduced", "full"])
async def test_a_volume_is_drawn_from_the_same_copy(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, voxels: int
) -> None:
    volume = ViewportState(kind="volume", stack=study.ct, preset="CT bone", voi=Voi(300.0, 800.0))
    view = ViewState(layout="1x2", viewports=(volume, *stack_view(study).viewports))
    monkeypatch.setattr(fresh_picture, "REDUCED_VOXELS", voxels)
    still = await drawn_by_a_session(study, view, tmp_path / "cache", voxels)
    picture = await fresh_picture.draw_fresh(study.uid, study.saved(view), SIZE, [study.root])
    assert (picture.sha256, picture.channels, picture.volume) == (still.sha256, 3, True)
    assert picture.renderer


def test_a_view_as_plain_json_in_one_of_several_folders(study: Study, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    file = view_file(tmp_path, study, stack_view(study))
    told = render(file, "--data", tmp_path / "empty", "--data", study.root)
    assert told.returncode == 0, told.stderr
    assert "record" not in told.stdout
    sha256 = told.stdout.split("sha256")[1].split()[0]
    file = view_file(tmp_path, study, stack_view(study), sha256=sha256)
    larger = render(file, "--data", study.root, "--width", "500")
    assert larger.returncode == 0
    assert "500 × 300" in larger.stdout
    assert "not compared" in larger.stdout


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"study": "2.25.1"}, "The study 2.25.1 is not in"), ({"width": 1}, "can't be drawn")],
    ids=["study", "size"],
)
def test_what_can_not_be_drawn_is_said_in_a_sentence(
    study: Study, tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    told = render(view_file(tmp_path, study, stack_view(study), **changed), "--data", study.root)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("farview render: ")
    assert sentence in told.stderr
    assert told.stderr.count("\n") == 1, told.stderr


def test_folders_and_files_that_are_not_there_are_said(study: Study, tmp_path: Path) -> None:
    file = view_file(tmp_path, study, stack_view(study))
    for told, sentence in (
        (render(file, "--data", tmp_path / "nowhere"), "is not a folder"),
        (render(tmp_path / "nothing.json", "--data", study.root), "can't be read"),
    ):
        assert told.returncode == 2
        assert sentence in told.stderr


def test_an_image_that_can_not_be_read_is_said(study: Study, tmp_path: Path) -> None:
    file = view_file(tmp_path, study, views(study)["planes"])
    shortened = sorted((study.root / "ct").rglob("*.dcm"))[5]
    shortened.write_bytes(shortened.read_bytes()[:-2000])
    told = render(file, "--data", study.root, "--out", tmp_path / "picture.png")
    assert told.returncode == 2
    assert "could not be read" in told.stderr
    assert not (tmp_path / "picture.png").exists()
