"""Scripts and sheets without what only their authors read: the same program, the same rules, in fewer bytes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from signaling.api import compact, modules
from signaling.api.build import WebFiles

ROOT = Path(__file__).parents[3]
WEB = ROOT / "web"
SAME = Path(__file__).parent / "same_program.mjs"
ALL = sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js"))
HARD = """/** @type {number} */
const a = 1 // here
const b = a
;[1, 2].map((x) => x / 2 / 3)
const t = `
  // not a comment ${`  inner  /* ${a} */ `}
`;
const r = /[/"'`] \\/\\/ {2}/g.test('a  b');
const s = 'it\\'s  // kept' + "  /* and this */  ";
class C { #x  =  a; static  async  *go() { yield  this; } get  y() { return  this.#x ++ + +a } }
label: for (const  k of [b]) { if (k) continue  label; }
const f = async (x) => { return /x/.test(x) ? x - -1 : x + +1; };
"""


def assert_same_program(folder: Path, before: str, after: str) -> None:
    (folder / "before.js").write_text(before)
    (folder / "after.js").write_text(after)
    # The compiler lies in the checkout, and so must the module that names it.
    said = subprocess.run(
        ["node", str(SAME), str(folder / "before.js"), str(folder / "after.js")],
        capture_output=True, text=True, timeout=50, check=False, cwd=ROOT,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    assert int(said.stdout) > 5


def test_all_our_modules_stay_the_same_program(tmp_path: Path) -> None:
    bodies = [modules.parsed(name, (WEB / name).read_text()).body for name in ALL]
    whole = "\n".join(f"{{\n{body.replace('await ', '')}\n}}" for body in bodies)
    assert_same_program(tmp_path, whole, compact.script(whole))
    assert len(compact.script(whole)) < 0.8 * len(whole)


def test_white_space_and_comments_that_mean_something_are_kept(tmp_path: Path) -> None:
    assert_same_program(tmp_path, HARD, compact.script(HARD))


def test_joined_scripts_stay_the_same_program(tmp_path: Path) -> None:
    def read(name: str) -> modules.Module:
        return modules.parsed(name, (WEB / name).read_text())

    held = dict.fromkeys((each.name for each in modules.in_order("early.js", read)), modules.IN_PAGE)
    whole = modules.joined(modules.in_order("boot.js", read, held), held)
    served = WebFiles(WEB).find("boot.js")
    assert served is not None
    assert_same_program(tmp_path, whole, served.data.decode())


def test_the_script_in_the_page_stays_the_same_program(tmp_path: Path) -> None:
    def read(name: str) -> modules.Module:
        return modules.parsed(name, (WEB / name).read_text())

    whole = modules.joined_in_page(modules.in_order("early.js", read))
    page = WebFiles(WEB).page("index.html")
    assert page is not None
    assert_same_program(tmp_path, whole, page.split("<script>")[1].split("</script>")[0])


@pytest.mark.parametrize(
    ("rules", "made"),
    [
        ("/* words\n * here */\na > b {\n  color: red;\n}\n", "a > b{color: red;}\n"),
        ("a :hover,\nb {\n  margin: 0 calc(1px + 2px);\n}", "a :hover,b{margin: 0 calc(1px + 2px);}\n"),
        ('a::after {\n  content: "  { /* kept */ , ";\n}', 'a::after{content: "  { /* kept */ , ";}\n'),
        ("a::after {\n  content: 'it\\'s  ;';\n}", "a::after{content: 'it\\'s  ;';}\n"),
        ("a/**/b {\n}", "a b{}\n"),
        ("a {\n  grid: 'x  y'\n    'z  z';\n}", "a{grid: 'x  y'\n'z  z';}\n"),
        (
            "@media (a) and (b) {\n  :root {\n    --x: 1px;\n  }\n}",
            "@media (a) and (b){:root{--x: 1px;}}\n",
        ),
    ],
)
def test_a_sheet_keeps_its_rules_and_what_stands_in_quotes(rules: str, made: str) -> None:
    assert compact.sheet(rules) == made


def test_our_sheets_say_the_same_in_fewer_bytes() -> None:
    for path in sorted((WEB / "css").glob("*.css")):
        text = path.read_text()
        bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        made = compact.sheet(text)
        assert re.sub(r"\s", "", made) == re.sub(r"\s", "", bare), path.name
        assert len(made) < len(text), path.name
