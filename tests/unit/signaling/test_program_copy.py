"""A lasting program runs from a copy of its own files: whole, its user's alone, made anew when damaged, cleared when unused."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from signaling.cli.program_copy import COPY_VARIABLE, from_copy

FILES = {
    "signaling/__init__.py": "A = 1\n",
    "streamer/loader/__main__.py": "B = 2\n",
    "web/app.js": "const c = 3;\n",
    "web/icons/a.svg": "<svg/>",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name, text in {**FILES, "tests/test_a.py": "", "web/.hidden": "", ".venv/bin/python": ""}.items():
        (tmp_path / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "checkout" / name).write_text(text)
    return tmp_path / "checkout"


def copied(checkout: Path, folder: Path) -> Path:
    environment = from_copy(checkout, (folder,), {})
    assert environment is not None
    return Path(environment[COPY_VARIABLE])


def copied_by_another(checkout: Path, folder: Path) -> None:
    """A program that has ended since: its copy is nobody's."""
    script = (
        "import sys; from pathlib import Path; from signaling.cli.program_copy import from_copy; "
        "from_copy(Path(sys.argv[1]), (Path(sys.argv[2]),), {})"
    )
    subprocess.run([sys.executable, "-c", script, str(checkout), str(folder)], check=True, timeout=60)


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


def test_the_copy_holds_the_program_and_nothing_beside_it(checkout: Path, tmp_path: Path) -> None:
    copy = copied(checkout, tmp_path / "program")
    assert files_of(copy) == FILES
    assert stat.S_IMODE((tmp_path / "program").stat().st_mode) == 0o700


def test_python_takes_everything_from_the_copy_and_a_program_that_runs_from_it_makes_no_other(
    checkout: Path, tmp_path: Path
) -> None:
    environment = from_copy(checkout, (tmp_path / "program",), {"PYTHONPATH": "/else", "HOME": "/home/a"})
    assert environment is not None
    copy = environment[COPY_VARIABLE]
    assert environment["PYTHONPATH"] == f"{copy}:/else"
    assert (environment["PYTHONSAFEPATH"], environment["HOME"]) == ("1", "/home/a")
    assert from_copy(Path(copy), (tmp_path / "program",), environment) is None
    assert from_copy(checkout, (tmp_path / "program",), environment) is not None


def test_an_update_of_the_checkout_changes_no_copy_and_gets_one_of_its_own(
    checkout: Path, tmp_path: Path
) -> None:
    before = copied(checkout, tmp_path / "program")
    (checkout / "web/app.js").write_text("const c = 4;\n")
    after = copied(checkout, tmp_path / "program")
    assert before != after
    assert files_of(before) == FILES
    assert (after / "web/app.js").read_text() == "const c = 4;\n"


def test_copies_are_used_again_and_cleared_away_when_nobody_runs_from_them(
    checkout: Path, tmp_path: Path
) -> None:
    copied_by_another(checkout, tmp_path / "program")
    (first,) = [path for path in (tmp_path / "program").iterdir() if path.is_dir()]
    inode = (first / "web/app.js").stat().st_ino
    copied_by_another(checkout, tmp_path / "program")
    assert (first / "web/app.js").stat().st_ino == inode
    (tmp_path / "program" / ".making-dead").mkdir()
    (checkout / "web/app.js").write_text("const c = 5;\n")
    held = copied(checkout, tmp_path / "program")
    (checkout / "web/app.js").write_text("const c = 6;\n")
    newest = copied(checkout, tmp_path / "program")
    assert {path for path in (tmp_path / "program").iterdir() if path.is_dir()} == {held, newest}


@pytest.mark.parametrize("harm", ["zeroed", "cut", "gone", "more"])
def test_a_copy_that_is_not_whole_is_made_anew(checkout: Path, tmp_path: Path, harm: str) -> None:
    copied_by_another(checkout, tmp_path / "program")
    (copy,) = [path for path in (tmp_path / "program").iterdir() if path.is_dir()]
    file = copy / "web/app.js"
    match harm:
        case "zeroed":
            file.write_bytes(bytes(file.stat().st_size))
        case "cut":
            file.write_bytes(b"")
        case "gone":
            file.unlink()
        case _:
            (copy / "web/more.js").write_text("const d = 1;\n")
    assert files_of(copied(checkout, tmp_path / "program")) == FILES


def test_a_folder_that_can_not_be_used_gives_way_to_the_next(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    environment = from_copy(checkout, (tmp_path / "file" / "program", tmp_path / "tmp" / "program"), {})
    assert environment is not None
    assert environment[COPY_VARIABLE].startswith(str(tmp_path / "tmp"))
    with pytest.raises(OSError, match="directory"):
        from_copy(checkout, (tmp_path / "file" / "program",), {})


@pytest.mark.root
def test_what_another_user_made_is_not_run(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "tmp" / "program").mkdir(parents=True)
    os.chown(tmp_path / "tmp" / "program", 65_534, 65_534)
    with pytest.raises(PermissionError):
        from_copy(checkout, (tmp_path / "tmp" / "program",), {})
