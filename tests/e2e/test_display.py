"""Green is doubted after the proof: what the browser does to the picture later is found, said, and healed when it is undone."""

from __future__ import annotations

import time

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import EXACT, HANDS, PICTURE, SIZES

CANVAS = "document.querySelector('canvas[data-picture]')"
STYLES = (
    "filter: invert(1)",
    "filter: brightness(1.2)",
    "opacity: 0.9",
    "mix-blend-mode: difference",
    "transform: scaleX(-1)",
    "scale: 1 -1",
    "clip-path: inset(0 50% 0 0)",
    "mask-image: linear-gradient(black, transparent)",
    "visibility: hidden",
    "border-radius: 40px",
    "outline: 3px solid red; outline-offset: -60px",
    "content-visibility: hidden",
)
ELEMENTS = ("canvas[data-picture]", ".overlay", "fv-stage", ".stage-box", "fv-viewer", "body", "html")
# Each as a page or an extension would bring it about, and what undoes it.
WAYS = {
    "a rule in a style sheet of the page": (
        "document.styleSheets[0].insertRule('fv-stage { filter: invert(1) }')",
        "document.styleSheets[0].deleteRule(0)",
    ),
    "an adopted style sheet": (
        (
            "const own = new CSSStyleSheet(); own.replaceSync('html { filter: invert(1) }');"
            " document.adoptedStyleSheets = [own]"
        ),
        "document.adoptedStyleSheets = []",
    ),
    "an animation": (
        f"window.moves = {CANVAS}.animate([{{ opacity: 0.5 }}, {{ opacity: 0.5 }}], {{ duration: 1e6 }})",
        "moves.cancel()",
    ),
    "a tint over the page": (
        (
            "window.tint = document.createElement('div'); tint.style.cssText = 'position:fixed;inset:0;"
            "pointer-events:none;background:rgba(255,140,0,.3)'; document.documentElement.append(tint)"
        ),
        "tint.remove()",
    ),
    "an inverting box in the stage": (
        (
            "window.tint = document.createElement('div'); tint.style.cssText = 'position:absolute;inset:0;"
            "pointer-events:none;backdrop-filter:invert(1)'; document.querySelector('fv-stage').append(tint)"
        ),
        "tint.remove()",
    ),
    "a box drawn by a pseudo-element": (
        (
            "const own = new CSSStyleSheet(); own.replaceSync(`body::after { content: ''; position: fixed; inset: 0;"
            " background: rgba(0, 0, 255, .2) }`); document.adoptedStyleSheets = [own]"
        ),
        "document.adoptedStyleSheets = []",
    ),
}
# What moves the picture, or what lies on it, from where it belongs: an element and its style.
MOVES = (
    ("canvas[data-picture]", "margin-left: -60px"),
    ("canvas[data-picture]", "left: 60px"),
    ("canvas[data-picture]", "top: -60px"),
    ("canvas[data-picture]", "translate: 60px"),
    ("canvas[data-picture]", "position: relative; left: 7px"),
    (".overlay", "left: 60px"),
    (".overlay", "margin-top: 2px"),
    (".overlay", "width: 400px"),
    (".overlay", "border-left: 20px solid transparent"),
    (".overlay", "display: none"),
    (".viewport:not([hidden])", "left: 60px"),
    (".viewport:not([hidden])", "width: 400px"),
    (".viewport:not([hidden])", "transform: translate(60px)"),
    (".viewport-text", "left: 60px"),
    (".viewport-text", "direction: rtl"),
    (".viewport-text", "transform: translateY(60px)"),
    (".viewport-lines", "left: 60px"),
    (".viewport-lines", "width: 50%"),
    (".viewport-lines", "translate: 0 3px"),
    (".viewport-lines > g:last-child", "transform: translate(60px)"),
    (".viewport-lines > g:last-child", "scale: 1.1"),
    (".scale-line", "translate: 60px"),
    (".letter.left", "grid-area: right"),
    (".letter.left", "translate: 900px"),
    (".letter.top", "translate: 0 500px"),
    ("fv-stage", "translate: -60px"),
    ("fv-stage", "inset: 0 -60px 0 60px"),
    (".stage-box", "translate: -300px"),
)
# What hides something of the picture, or words that belong to it, by Farview's own elements: a rule of another for them.
HIDES = (
    (".viewport-lines", "background: rgba(255, 255, 255, .5)"),
    ("svg", "background-image: linear-gradient(white, black)"),
    (".viewport-lines", "box-shadow: inset 0 0 0 90px white"),
    (".viewport-lines", "border-top: 90px solid white; box-sizing: border-box"),
    (".viewport-text", "background: #fff8"),
    (".corner", "background: white"),
    (".letter", "outline: 40px solid white"),
    (
        ".viewport:not([hidden])::before",
        "content: ''; position: absolute; inset: 0; background: white",
    ),
    (".overlay::after", "content: ''; position: absolute; inset: 0; background: #f008"),
    (".corner::after", "content: 'L'"),
    ("body *:not(canvas)", "color: transparent"),
    ("*", "-webkit-text-fill-color: transparent"),
    (".corner > div", "color: rgb(255 255 255 / .2)"),
    (".letter", "font-size: 0"),
    (".patient-name", "color: transparent"),
    (".patient-name", "visibility: hidden"),
    (".patient-name", "display: none"),
    (".identity", "opacity: 0"),
)
MOVING = {
    "an animation of the picture": (
        f"window.moves = {CANVAS}.animate([{{ translate: '60px' }}, {{ translate: '60px' }}], {{ duration: 1e6 }})",
        "moves.cancel()",
    ),
    "an animation that is between two moves": (
        f"window.moves = {CANVAS}.animate([{{ translate: '0px' }}, {{ translate: '0px' }}], {{ duration: 1e6 }})",
        "moves.cancel()",
    ),
    "an animation of the words": (
        "window.moves = document.querySelector('.letter').animate([{ color: 'red' }, { color: 'red' }], { duration: 1e6 })",
        "moves.cancel()",
    ),
    "a picture of the page that inverts": (
        (
            "const own = new CSSStyleSheet(); own.replaceSync('::view-transition-new(root) { filter: invert(1);"
            " animation-duration: 60s } ::view-transition-old(root) { animation-duration: 60s }');"
            " document.adoptedStyleSheets = [own]; window.moves = document.startViewTransition(() => undefined)"
        ),
        "moves.skipTransition(); document.adoptedStyleSheets = []",
    ),
}
# What an extension puts over the picture, each by a style of an element of its own.
BOX = "position:fixed;left:60%;top:40%;width:9px;height:9px;pointer-events:none;"
MAKE = (
    "const add = (to, tag, style) => { const made = document.createElement(tag); made.style.cssText = style;"
    " to.append(made); return made };"
    f" const BOX = '{BOX}'; window.tint = document.createElement('div'); document.documentElement.append(tint);"
)
COVERS = {
    "words": "tint.style.cssText = BOX; tint.textContent = 'L'",
    "a border": "tint.style.cssText = BOX + 'border:2px solid red'",
    "an outline from afar": "tint.style.cssText = BOX + 'left:0;top:0;outline:9px solid red;outline-offset:400px'",
    "a shadow from afar": "tint.style.cssText = BOX + 'left:0;top:0;box-shadow:0 0 0 900px #f008'",
    "a shadow of nothing": "tint.style.cssText = BOX + 'width:0;height:0;box-shadow:0 0 0 20px red'",
    "a background": "tint.style.cssText = BOX + 'background:red'",
    "names of ours": "tint.style.cssText = BOX + 'background:red'; tint.className = 'overlay viewport stage-words'",
    "the last of many": "for (let n = 0; n < 500; n += 1) add(tint, 'b', ''); add(tint, 'b', BOX + 'background:red')",
    "an open shadow root": "add(tint.attachShadow({ mode: 'open' }), 'p', BOX + 'background:red')",
    "a closed shadow root that takes the pointer": (
        "add(tint.attachShadow({ mode: 'closed' }), 'p', 'position:fixed;inset:20%;background:#f008')"
    ),
    "what is drawn before it": (
        "window.sheet = new CSSStyleSheet(); tint.id = 'tint'; document.adoptedStyleSheets = [sheet];"
        " sheet.replaceSync(`#tint::before { content: 'R'; position: fixed; left: 60%; top: 40% }`)"
    ),
    "a picture": "add(tint, 'canvas', BOX)",
    "a form": "add(tint, 'input', BOX)",
    "a drawing": (
        "tint.append(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));"
        " tint.firstChild.style.cssText = BOX"
    ),
    "a modal dialog": "add(tint, 'dialog', 'padding:0;border:0;width:0;height:0').showModal()",
    "an element among ours": "document.querySelector('.viewport-text').append(tint); tint.textContent = 'R'",
}
CLEAR = {
    "an empty box": "tint.style.cssText = BOX + 'inset:0;width:auto;height:auto'",
    "a hidden one": "tint.style.cssText = BOX + 'background:red;visibility:hidden'",
    "one beside the picture": "tint.style.cssText = BOX + 'left:0;top:0;background:red'; tint.textContent = 'x'",
}
# Another grey in one pixel: the smallest thing that can be drawn.
DOT = (
    f"(x, y) => {{ const at = {CANVAS}.getContext('2d'); const one = at.getImageData(x, y, 1, 1);"
    " one.data[0] ^= 1; one.data[1] ^= 1; one.data[2] ^= 1; at.putImageData(one, x, y) }"
)


def altered(reader: Reader, what: str) -> None:
    """Until it is amber, in words, with nothing green."""
    reader.until("() => glass.fidelity() === 'lossy'", what=f"amber for {what}", seconds=5)
    said = reader.page.locator("fv-badge").text_content() or ""
    assert "Altered" in said, (what, said)
    assert reader.green() == [], what
    tip = reader.page.locator("fv-badge").get_attribute("data-tip") or ""
    assert "The browser alters the picture" in tip, what
    assert "The browser alters the picture" in (reader.page.locator("fv-message-bar").text_content() or "")


def healed(reader: Reader, named: str) -> None:
    """Until it is green again by itself, and nothing is said any more."""
    assert reader.exact() == named
    assert "alters" not in (reader.page.locator("fv-message-bar").text_content() or "")


def amber_between(reader: Reader, what: str, do: str, undo: str, named: str) -> None:
    """It is amber from the one statement on, and by the other green again: the picture whose hash is `named`."""
    reader.see(f"() => {{ {do} }}")
    altered(reader, what)
    reader.see(f"() => {{ {undo} }}")
    healed(reader, named)


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_style_that_alters_the_picture_is_amber_and_green_comes_back_without_it(
    reader: Reader, element: str
) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    proofs = reader.see("() => glass.words('still').length")
    for style in STYLES:
        put = "(at, style) => { const e = document.querySelector(at); e.was = e.style.cssText; e.style.cssText += ';' + style }"
        reader.see(put, element, style)
        altered(reader, f"{style} of {element}")
        reader.see("(at) => { const e = document.querySelector(at); e.style.cssText = e.was }", element)
        healed(reader, named)
    assert reader.see("() => glass.words('still').length") == proofs, "the host is asked for nothing"


def test_what_lies_elsewhere_or_is_hidden_is_amber_until_it_is_back(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    for element, style in (*MOVES, *HIDES):
        reader.see(
            "(rule) => { const own = new CSSStyleSheet(); own.replaceSync(rule); document.adoptedStyleSheets = [own];"
            " window.dispatchEvent(new Event('focus')) }",
            f"{element} {{ {'; '.join(f'{each} !important' for each in style.split('; '))} }}",
        )
        altered(reader, f"{style} of {element}")
        reader.see("() => { document.adoptedStyleSheets = []; window.dispatchEvent(new Event('focus')) }")
        healed(reader, named)


@pytest.mark.parametrize("way", MOVING)
def test_whatever_moves_at_the_picture_is_amber_until_it_has_ended(reader: Reader, way: str) -> None:
    do, undo = MOVING[way]
    reader.open_afresh(EXACT)
    named = reader.exact()
    amber_between(reader, way, do, undo, named)


@pytest.mark.parametrize("way", WAYS)
def test_however_the_picture_is_altered_it_is_amber_and_green_comes_back(reader: Reader, way: str) -> None:
    do, undo = WAYS[way]
    reader.open_afresh(EXACT)
    named = reader.exact()
    amber_between(reader, way, do, undo, named)


def test_whatever_of_another_lies_over_the_picture_is_amber_until_it_is_gone(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    for where, do in COVERS.items():
        amber_between(reader, where, f"{MAKE} {do}", "tint.remove()", named)
    for where, do in CLEAR.items():
        reader.see(f"() => {{ {MAKE} {do}; window.dispatchEvent(new Event('focus')) }}")
        assert reader.see("() => glass.fidelity()") == "exact", where
        reader.see("() => tint.remove()")


def test_words_put_beside_the_picture_and_a_selection_over_it_are_amber(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    ways = {
        "words without an element": (
            "window.word = new Text('R'); document.querySelector('fv-stage').append(word)",
            "word.remove()",
        ),
        "a selection": (
            (
                f"{CANVAS}.parentNode.style.userSelect = {CANVAS}.style.userSelect = 'text';"
                f" getSelection().selectAllChildren({CANVAS}.parentNode)"
            ),
            f"getSelection().removeAllRanges(); {CANVAS}.parentNode.style.userSelect = {CANVAS}.style.userSelect = ''",
        ),
    }
    for way, (do, undo) in ways.items():
        amber_between(reader, way, do, undo, named)


def test_a_picture_proven_under_a_filter_is_not_green_and_nothing_of_it_is_saved(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    reader.exact()
    reader.see("() => { document.documentElement.style.filter = 'invert(1)'; glass.claimed() }")
    reader.wheel(2)
    reader.until("() => glass.said('still.checked').at(-1)?.verdict === 'exact' && glass.refined()")
    altered(reader, "a filter that was there before")
    assert "exact" not in reader.see("() => glass.claimed()")
    reader.see("() => { document.documentElement.style.filter = '' }")
    reader.exact()


def test_one_pixel_drawn_over_the_proven_picture_is_red_within_a_turn_of_the_strips(readers: Readers) -> None:
    """In four pages at once, each with a study of its own: a turn takes long, and each has its pixel in another strip."""
    dots = {EXACT: (0, 0), PICTURE: (0.5, 0.5), HANDS: (0.3, 0.81), SIZES: (0.999, 0.999)}
    pages = {study: readers() for study in dots}
    named = {}
    for study, reader in pages.items():
        reader.open_afresh(study)
        named[study] = reader.exact()
    end = time.monotonic() + 25
    for study, (x, y) in dots.items():
        width, height = pages[study].see(f"() => [{CANVAS}.width, {CANVAS}.height]")
        pages[study].see(DOT, int(x * width), int(y * height))
    for study, reader in pages.items():
        left = max(0.1, end - time.monotonic())
        reader.until("() => glass.fidelity() === 'mismatch'", what=f"red at {dots[study]}", seconds=left)
        assert reader.green() == []
        assert "Do not read what you see" in reader.words()
        reader.page.mouse.click(*reader.middle())
        assert reader.exact() == named[study], "drawn and proven anew"
        assert "Do not read" not in reader.words()


def test_what_is_drawn_over_the_picture_is_red_at_once_when_the_reader_comes_back_or_saves(
    readers: Readers,
) -> None:
    reader = readers()
    reader.open_afresh(EXACT)
    reader.keys("q")
    comings = {
        "focus": "window.dispatchEvent(new Event('focus'))",
        "visibility": "document.dispatchEvent(new Event('visibilitychange'))",
        "size": "window.dispatchEvent(new Event('resize'))",
        "save": "[...document.querySelectorAll('fv-stats button')].find((b) => b.textContent === 'Save picture').click()",
        "record": "[...document.querySelectorAll('fv-stats button')].find((b) => b.textContent === 'Save record').click()",
    }
    saved: list[object] = []
    reader.page.on("download", lambda download: saved.append(download))
    for name, come in comings.items():
        named = reader.exact()
        reader.until(
            "() => [...document.querySelectorAll('fv-stats button')].some((b) => b.textContent === 'Save picture' && !b.disabled)"
        )
        told = reader.see(
            f"() => {{ ({DOT})(700, 333); {come}; return document.querySelector('[data-session]').dataset.fidelity }}"
        )
        assert told == "mismatch", name
        reader.page.mouse.click(*reader.middle())
        assert reader.exact() == named
    assert saved == []


def test_a_dark_mode_forced_by_the_browser_leaves_the_picture_as_it_is(reader: Reader) -> None:
    reader.open_afresh(EXACT)
    named = reader.exact()
    x, y = (round(at) for at in reader.middle())
    clip = {"x": x - 40, "y": y - 60, "width": 80, "height": 20}
    before = reader.page.screenshot(clip=clip)
    session = reader.context.new_cdp_session(reader.page)
    session.send("Emulation.setAutoDarkModeOverride", {"enabled": True})
    reader.see("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert reader.page.screenshot(clip=clip) == before
    assert reader.exact() == named
