"""Modules joined into one: the same meaning, in one answer."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from signaling.api import modules
from signaling.api.build import WebFiles

WEB = Path(__file__).parents[3] / "web"
SMALL = {
    "main.js": """import { half as part, Counter } from './parts/counter.js';
import './parts/effect.js';

const private_ = 3;
export const result = [part(8), new Counter().next(), private_];
console.log(JSON.stringify([...result, globalThis.effect]));
""",
    "parts/counter.js": """/** Counts. */

import {
  STEP,
} from '../step.js';

const private_ = 5;

/** @param {number} n */
export function half(n) {
  // by two
  return n / 2;
}

export class Counter {
  #n = private_;
  next() {
    return (this.#n += STEP);
  }
}
""",
    "parts/effect.js": """import { STEP } from '../step.js';
globalThis.effect = `
// not a comment ${STEP}`;
""",
    "step.js": "export const STEP = 2;\n",
}


def read(files: dict[str, str], name: str) -> modules.Module | None:
    return modules.parsed(name, files[name]) if name in files else None


def ordered(files: dict[str, str], entry: str, known: tuple[str, ...] = ()) -> tuple[modules.Module, ...]:
    return modules.in_order(entry, lambda name: read(files, name), known)


def run(folder: Path, name: str) -> list[object]:
    said = subprocess.run(["node", name], cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    assert said.returncode == 0, said.stderr
    found: list[object] = json.loads(said.stdout)
    return found


def test_a_module_comes_after_all_that_it_imports() -> None:
    names = [module.name for module in ordered(SMALL, "main.js")]
    assert names == ["step.js", "parts/counter.js", "parts/effect.js", "main.js"]
    assert [module.name for module in ordered(SMALL, "main.js", ("parts/counter.js", "step.js"))] == [
        "parts/effect.js",
        "main.js",
    ]


def test_joined_they_do_the_same(tmp_path: Path) -> None:
    (tmp_path / "joined.mjs").write_text(modules.joined(ordered(SMALL, "main.js")))
    assert run(tmp_path, "joined.mjs") == [4, 7, 3, "\n// not a comment 2"]


def test_what_was_joined_before_is_shared_not_made_twice(tmp_path: Path) -> None:
    first = ordered(SMALL, "parts/counter.js")
    known = {module.name: "./first.mjs" for module in first}
    second = ordered(SMALL, "main.js", tuple(known))
    text = modules.joined(second, known)
    assert "class Counter" not in text
    (tmp_path / "first.mjs").write_text(modules.joined(first))
    (tmp_path / "second.mjs").write_text(text)
    assert run(tmp_path, "second.mjs") == [4, 7, 3, "\n// not a comment 2"]


def test_what_a_script_loads_later_is_joined_for_it(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<script type="module" src="static/{{build}}/first.js"></script>')
    (tmp_path / "shared.js").write_text("export const log = [];\n")
    (tmp_path / "first.js").write_text(
        "import { log } from './shared.js';\n/** @type {import('./types.js').T} */\nlog.push(1);\nimport('./second.js');\n"
    )
    (tmp_path / "second.js").write_text(
        "import { log } from './shared.js';\nlog.push(2);\nconsole.log(JSON.stringify(log));\n"
    )
    files = WebFiles(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    (out / "package.json").write_text('{"type": "module"}')
    for name in ("first.js", "second.js"):
        file = files.find(name)
        assert file is not None
        assert file.joined
        (out / name).write_bytes(file.data)
    assert run(out, "first.js") == [1, 2]


IN_PAGE = '<script type="module" async data-in-page src="static/{{build}}/early.js"></script>\n'


def test_what_a_page_holds_itself_is_shared_with_its_scripts_and_named_by_its_hash(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        f'<p>1 < 2</p>{IN_PAGE}<script type="module" src="static/{{{{build}}}}/first.js"></script>'
    )
    (tmp_path / "shared.js").write_text("export const log = [];\n")
    (tmp_path / "early.js").write_text(
        "import { log } from './shared.js';\nif (1 < 2) log.push(0);\nexport const begun = 7;\n"
    )
    (tmp_path / "first.js").write_text(
        "import { begun } from './early.js';\nimport { log } from './shared.js';\nlog.push(begun);\nimport('./second.js');\n"
    )
    (tmp_path / "second.js").write_text(
        "import { log } from './shared.js';\nlog.push(2);\nconsole.log(JSON.stringify(log));\n"
    )
    files = WebFiles(tmp_path)
    page = files.page("a.html")
    assert page is not None
    held = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(held.encode()).digest()).decode()
    assert files.inline_scripts == (f"'sha256-{digest}'",)
    out = tmp_path / "out"
    out.mkdir()
    (out / "package.json").write_text('{"type": "module"}')
    for name in ("first.js", "second.js"):
        file = files.find(name)
        assert file is not None
        assert "log = []" not in file.data.decode()
        (out / name).write_bytes(file.data)
    (out / "page.js").write_text(f"globalThis.window = globalThis;\n{held}\nawait import('./first.js');\n")
    assert run(out, "page.js") == [0, 7, 2]


@pytest.mark.parametrize("held", ["</script >", "<!-- a", "{{build}}"])
def test_what_would_end_the_page_s_script_is_not_put_into_it(tmp_path: Path, held: str) -> None:
    (tmp_path / "a.html").write_text(IN_PAGE)
    (tmp_path / "early.js").write_text(f"export const words = '{held}';\n")
    files = WebFiles(tmp_path)
    page = files.page("a.html")
    assert page == IN_PAGE.replace("{{build}}", files.build), "it is served as it lies"
    assert files.inline_scripts == ()
    with pytest.raises(modules.NotJoinable, match=r"early\.js can't stand in a page"):
        modules.joined_in_page([modules.parsed("early.js", (tmp_path / "early.js").read_text())])


def test_scripts_that_stand_in_a_page_are_named_by_their_hash(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<script>doIt();</script>")
    assert WebFiles(tmp_path).inline_scripts == ("'sha256-MHEJJbQz2hohc2v+QEFnzmeXf8pZdpYjvDuoJrNZPyo='",)
    (tmp_path / "a.html").write_text("<p>none</p>")
    assert WebFiles(tmp_path).inline_scripts == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("export default 1;\n", "a.js has the line “export default 1;”"),
        ("export let n = 1;\n", "export let"),
        ("export * from './b.js';\n", "export \\*"),
        ("import * as b from './b.js';\n", "import \\*"),
        ('import { b } from "./b.js";\n', "single quotes"),
        ("import { b } from './b.js';\n", "needs b.js, and there is no such file"),
        ("import { b-c } from './c.js';\n", "which is no name"),
        ("import { d } from './c.js';\n", "imports d, which c.js does not export"),
        ("import { a } from './cycle.js';\n", "need each other"),
    ],
)
def test_what_can_not_be_joined_is_refused_in_words(text: str, why: str) -> None:
    files = {"a.js": text, "c.js": "export const c = 1;\n", "cycle.js": "import './a.js';\n"}
    with pytest.raises(modules.NotJoinable, match=why):
        modules.joined(ordered(files, "a.js"))


def test_every_page_of_ours_is_joined_and_names_its_parts(tmp_path: Path) -> None:
    files = WebFiles(WEB)
    for page in sorted(WEB.glob("*.html")):
        text = files.page(page.name)
        assert text is not None
        parts = [name.split('"')[0] for name in text.split(f"static/{files.build}/")[1:]]
        scripts = [name for name in parts if name.endswith(".js")]
        sheets = [name for name in parts if name.endswith(".css")]
        assert scripts or page.name == "refused.html", "one sentence needs no script"
        assert len(sheets) == 1, page.name
        for name in [*scripts, *sheets]:
            file = files.find(name)
            assert file is not None, name
            assert file.joined, name
        for script in scripts:
            made = files.find(script)
            assert made is not None
            (tmp_path / "check.mjs").write_bytes(made.data)
            checked = subprocess.run(
                ["node", "--check", str(tmp_path / "check.mjs")],
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
            assert checked.returncode == 0, checked.stderr


def test_a_page_that_can_not_be_joined_is_served_as_it_lies(tmp_path: Path) -> None:
    script = "export default 1;\n"
    (tmp_path / "a.js").write_text(script)
    (tmp_path / "a.html").write_text('<script type="module" src="static/{{build}}/a.js"></script>')
    file = WebFiles(tmp_path).find("a.js")
    assert file is not None
    assert (file.data, file.joined) == (script.encode(), False)
