"""The page as a good citizen: its policy, its privacy, its help, and reading without a mouse."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.reader import Reader
from tests.e2e.studies import HANDS, IMAGES, SECOND


def test_the_content_policy_is_strict_and_in_force(reader: Reader) -> None:
    answer = reader.page.goto(f"{reader.base}/worklist")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert re.search(r"script-src 'self' 'sha256-[\w+/]{43}=';", policy), policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    reader.provoked.append("Content Security Policy|Content-Security-Policy")
    reader.see(
        "() => { const script = document.createElement('script'); script.textContent = 'window.intruder = 1';"
        " document.body.append(script); }"
    )
    assert reader.see("() => window.intruder") is None


def test_neither_title_nor_address_nor_history_names_the_patient(reader: Reader) -> None:
    reader.worklist()
    reader.page.locator(f"tr[data-study='{SECOND.uid}']").click()
    reader.live()
    kept = reader.see(
        "() => [document.title, location.href, JSON.stringify(history.state),"
        " JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join(' ')"
    ).lower()
    for secret in (SECOND.surname.lower(), SECOND.patient.patient_id.lower(), SECOND.patient.birth_date):
        assert secret not in kept
    assert SECOND.uid in kept


def test_h_opens_the_help_and_it_lists_the_keys(reader: Reader) -> None:
    reader.open_afresh(HANDS)
    reader.keys("h")
    sheet = reader.page.get_by_role("region", name="Keys and gestures")
    sheet.wait_for()
    assert reader.see("() => document.activeElement.tagName") == "FV-HELP"
    words = sheet.inner_text()
    for line in ("Length tool", "First image", "Go to image", "Invert", "Undo mark", "Not a medical device"):
        assert line in words
    reader.wheel(2, (160, 780))
    reader.keys("Escape")
    sheet.wait_for(state="hidden")
    reader.keys("F1")
    sheet.wait_for()
    reader.keys("h")
    sheet.wait_for(state="hidden")
    reader.keys("ArrowDown")
    reader.image(2)


def test_what_went_wrong_is_read_to_its_end_in_a_narrow_window(readers: Readers) -> None:
    reader = readers(viewport={"width": 480, "height": 800})
    reader.open_afresh(HANDS)
    cut = """async () => {
      const bar = document.querySelector('fv-viewer fv-message-bar');
      const { text } = await import(document.querySelector('script[src$="boot.js"]').src.replace('boot.js', 'text/en.js'));
      bar.say('error', text.fidelity.refuted.came);
      const words = bar.querySelector('.message-words');
      const { bottom } = bar.getBoundingClientRect();
      const stage = document.querySelector('fv-stage').getBoundingClientRect();
      return words.scrollWidth > words.clientWidth || words.getBoundingClientRect().bottom > bottom
        || bottom > innerHeight || stage.bottom > bar.getBoundingClientRect().top || stage.height % 4;
    }"""
    assert not reader.see(cut)


def test_the_sign_in_form_is_reached_in_a_low_window(readers: Readers) -> None:
    reader = readers(tap=False, signed=False, viewport={"width": 480, "height": 160})
    reader.page.goto(reader.base)
    top = "() => document.querySelector('.sign-in h1').getBoundingClientRect().top"
    assert reader.see(top) >= 0
    reader.page.get_by_role("link", name="Check this device").scroll_into_view_if_needed()
    assert reader.see(
        "() => document.querySelector('.sign-in a').getBoundingClientRect().bottom <= innerHeight"
    )


def test_a_study_can_be_read_from_the_keyboard_alone(reader: Reader) -> None:
    reader.worklist()
    reader.page.keyboard.type(HANDS.patient.patient_id)
    reader.until("() => document.querySelectorAll('tr[data-study]').length === 1")
    reader.keys("Enter")
    reader.live()
    reader.keys("Shift+Digit1", "PageUp", "Backspace", "Home")
    reader.until("() => glass.answered(4)")
    reader.image(1)

    def tab_to(label: str) -> None:
        for _ in range(60):
            reader.keys("Tab")
            if reader.see("() => document.activeElement.getAttribute('aria-label')") == label:
                return
        raise AssertionError(f"{label} is not reached by Tab")

    tab_to("Window presets")
    ring = reader.see(
        "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow }"
    )
    assert ring != "nonenone"
    reader.keys("Enter", "ArrowDown", "Enter")
    reader.shows(center=80, width=200)
    tab_to("Layout")
    reader.keys("Enter", "ArrowDown", "Enter")
    reader.until("() => document.querySelector('[data-session]').dataset.layout === '1x2'")
    reader.keys("b")
    reader.until("() => document.querySelector('[data-viewport=\"1\"]').classList.contains('active')")
    reader.keys("PageDown", "PageUp", "End")
    reader.shows(1, image=IMAGES)
    reader.keys("Shift+l")
    reader.page.wait_for_selector("tr[data-study]")


@pytest.mark.parametrize("notches", [1, 4])
def test_a_trackpad_is_counted_in_steps_and_does_not_move_the_page(reader: Reader, notches: int) -> None:
    """Small precise deltas, 40 px to a step."""
    reader.open_afresh(HANDS)
    x, y = reader.middle()
    reader.see(
        """(x, y, steps) => {
          const stage = document.querySelector('fv-stage');
          const roll = (deltaY) => {
            const event = new WheelEvent('wheel', { deltaY, clientX: x, clientY: y, bubbles: true, cancelable: true });
            Object.defineProperty(event, 'wheelDeltaY', { value: -3 * deltaY });
            stage.dispatchEvent(event);
            return event.defaultPrevented;
          };
          for (let sum = 0; sum < 40 * steps; sum += 8) if (!roll(8)) throw new Error('the page would scroll');
        }""",
        x,
        y,
        notches,
    )
    reader.image(1 + notches)
    reader.settle()
    assert reader.record()["image"] == 1 + notches


def test_the_screen_stays_on_while_a_study_is_shown(readers: Readers) -> None:
    script = """
      window.held = 0;
      navigator.wakeLock.request = async () => {
        held += 1;
        return { released: false, release: async () => { held -= 1; } };
      };
    """
    reader = readers(script=script)
    reader.worklist()
    assert reader.see("() => held") == 0
    reader.page.locator(f"tr[data-study='{SECOND.uid}']").click()
    reader.live()
    reader.until("() => held === 1", what="the screen is kept on")
    reader.keys("Shift+L")
    reader.page.wait_for_selector("fv-worklist:not([hidden])")
    reader.until("() => held === 0")


NO_AUTOPLAY = """
  delete window.MediaStreamTrackProcessor;
  const set = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) { if (name !== 'autoplay') set.call(this, name, value); };
  let hand = false;
  addEventListener('pointerdown', () => { hand = true; }, true);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (hand) return play.call(this);
    return Promise.reject(new DOMException('a hand is missing', 'NotAllowedError'));
  };
"""


def test_where_nothing_plays_without_a_hand_the_page_asks_for_a_tap(readers: Readers) -> None:
    reader = readers(script=NO_AUTOPLAY)
    reader.page.goto(reader.address(SECOND))
    tap = reader.page.get_by_role("button", name="Tap to start the picture")
    tap.wait_for()
    assert reader.see("() => document.querySelector('video').paused")
    tap.click()
    tap.wait_for(state="hidden")
    reader.live()
    assert not reader.see("() => document.querySelector('video').paused")


def test_the_tap_that_opens_a_study_starts_it(readers: Readers) -> None:
    reader = readers(script=NO_AUTOPLAY)
    reader.worklist()
    reader.page.wait_for_selector("fv-viewer[data-session=live]", state="attached")
    reader.page.locator(f"tr[data-study='{SECOND.uid}']").click()
    reader.live()
    assert not reader.see("() => document.querySelector('video').paused")
    assert not reader.page.get_by_role("button", name="Tap to start the picture").is_visible()


@pytest.mark.parametrize("width", [920, 1280, 1920])
def test_no_key_of_the_help_is_cut_or_lies_on_another_column(readers: Readers, width: int) -> None:
    reader = readers(viewport={"width": width, "height": 800})
    reader.open_afresh(HANDS)
    reader.keys("h")
    reader.until("() => document.querySelector('fv-help')?.checkVisibility()")
    beyond = reader.see(
        """() => [...document.querySelectorAll('fv-help section')].flatMap((section) => {
          const { right } = section.getBoundingClientRect();
          return [...section.querySelectorAll('th, td, kbd')]
            .filter((part) => part.getBoundingClientRect().right > right + 0.5)
            .map((part) => part.textContent);
        })"""
    )
    assert beyond == []
    assert reader.see(
        "() => { const { scrollWidth, clientWidth } = document.querySelector('fv-help'); return scrollWidth <= clientWidth }"
    )
