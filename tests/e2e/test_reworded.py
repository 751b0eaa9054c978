"""Words that stand otherwise than they were written, over the picture or of the patient, are said; green comes back with them."""

from __future__ import annotations

import pytest

from tests.e2e.reader import Reader
from tests.e2e.studies import EXACT

CHANGE = """(at, way) => {
  const texts = [...document.querySelectorAll(`${at}, ${at} *`)].flatMap((each) => [...each.childNodes])
    .filter((node) => node.nodeType === 3 && node.data.trim());
  window.was = texts.map((node) => [node.parentElement, [...node.parentElement.childNodes], node, node.data]);
  window.said = [];
  window.ear ??= new MutationObserver(() => window.said.push(document.querySelector('.badge-fidelity').textContent));
  window.ear.observe(document.querySelector('fv-badge'), { subtree: true, childList: true, characterData: true });
  new Function('texts', way)(texts);
  return texts.length;
}"""
UNDO = "() => window.was.forEach(([at, nodes, node, data]) => { node.data = data; at.replaceChildren(...nodes) })"
SAID = "() => window.said.includes('Words altered')"
IS_EXACT = "() => document.querySelector('[data-session]').dataset.fidelity === 'exact'"
PLACES = (
    "fv-stage .letter",
    "fv-stage .corner",
    "fv-stage .scale-bar",
    ".patient-name",
    ".patient-id",
    ".patient-birth",
    ".study-date",
)
WAYS = {
    "its letters are replaced": "for (const each of texts) each.data = each.data === 'R' ? 'L' : 'R'",
    "a translator wraps it": (
        "for (const each of texts) { const font = document.createElement('font');"
        " font.textContent = each.data; each.replaceWith(font) }"
    ),
    "it is taken away": "for (const each of texts) each.remove()",
    "a word is put beside it": "for (const each of texts) each.after(' 7')",
    "its element is written anew": "for (const each of texts) each.parentElement.textContent = 'X'",
}


@pytest.mark.parametrize("way", WAYS)
def test_words_that_are_not_as_written_are_said_within_a_second(reader: Reader, way: str) -> None:
    reader.open_afresh(EXACT)
    reader.exact()
    for place in PLACES:
        assert reader.see(CHANGE, place, WAYS[way]) > 0, place
        # A new picture, or another height of the window, writes the words over it anew: then it is right again by itself.
        reader.until(SAID, seconds=1, what=place)
        reader.see(UNDO)
        reader.until(IS_EXACT, seconds=10, what=f"exact again after {place}")


def test_what_farview_writes_itself_alters_nothing(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    reader.exact()
    reader.see(CHANGE, ".patient-name", "")
    for key in ("ArrowDown", "ArrowDown", "i", "i", "h", "h"):
        reader.keys(key)
        reader.exact()
    assert not reader.see(SAID)
