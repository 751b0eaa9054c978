"""What the repository as a whole must and must not hold."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import pytest

from scripts.suites.lengths import tracked_files

ROOT = Path(__file__).resolve().parents[3]

# Built from parts, so that this file does not hold what it forbids.
REGISTRIES = [
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "yarnpkg" + ".com",
]
INDEX_OPTIONS = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links"]
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/[\w.-]+/")


def texts() -> list[tuple[str, str]]:
    """Name and text of every file under version control that is text."""
    found = []
    for name in tracked_files():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data[:8000]:
            found.append((name, data.decode("utf-8")))
    return found


def test_no_file_names_a_package_registry() -> None:
    found = [
        (name, word)
        for name, text in texts()
        if name != "LICENSE"
        for word in [*REGISTRIES, *INDEX_OPTIONS]
        if word in text
    ]
    assert found == []


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [(name, match.group()) for name, text in texts() for match in MACHINE_PATHS.finditer(text)]
    assert found == []


@pytest.mark.parametrize("lock", ["run", "test", "tools"])
def test_every_locked_package_has_a_version_and_hashes(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.lock").read_text()
    entries = re.split(r"\n(?=[a-zA-Z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert entries
    bare = [e for e in entries if not (re.match(r"[\w.\-\[\]]+==[^ ]+", e) and "--hash=sha256:" in e)]
    assert bare == []


def test_tests_run_the_releases_that_users_run() -> None:
    def pins(lock: str) -> set[str]:
        return set(
            re.findall(
                r"^[\w.\-]+==.*?(?= \\)", (ROOT / f"requirements/{lock}.lock").read_text(), re.MULTILINE
            )
        )

    assert pins("run")
    assert pins("run") - pins("test") == set()


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "run": [
            *project["project"]["dependencies"],
            *chain.from_iterable(project["project"]["optional-dependencies"].values()),
        ],
        "test": project["dependency-groups"]["dev"],
        "tools": project["dependency-groups"]["tools"],
    }
    for lock, requirements in wanted.items():
        locked = set(
            re.findall(r"^([\w.\-]+)==", (ROOT / f"requirements/{lock}.lock").read_text(), re.MULTILINE)
        )
        names = {re.split(r"[^\w.\-]", requirement)[0].lower() for requirement in requirements}
        assert names - locked == set(), f"run scripts/lock: {lock}.lock lacks these"


def test_node_lock_fits_the_manifest() -> None:
    manifest = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert lock["packages"][""]["devDependencies"] == manifest["devDependencies"]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
    assert manifest["private"] is True


def test_no_test_is_marked_to_be_skipped() -> None:
    marks = re.compile(r"mark\.(skip|skipif|xfail)\b|\bimportorskip\(|pytest\.skip\(")
    found = [
        name
        for name, text in texts()
        if name.startswith("tests/") and name.endswith(".py") and marks.search(text)
    ]
    assert found == []


def test_working_tree_files_are_seen() -> None:
    """The other tests here look at what version control lists; it must list something."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "pyproject.toml" in listed
    assert set(listed) & set(tracked_files())


def test_versions_agree() -> None:
    """What is installed is this version; the tools look at the oldest Python that is supported."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, tool = pyproject["project"], pyproject["tool"]
    assert version("farview") == project["version"]
    oldest = project["requires-python"].removeprefix(">=")
    assert tool["mypy"]["python_version"] == oldest
    assert tool["ruff"]["target-version"] == "py" + oldest.replace(".", "")
    assert f"--python-version {oldest} " in (ROOT / "scripts/lock").read_text()
    assert "version" not in json.loads((ROOT / "package.json").read_text())
