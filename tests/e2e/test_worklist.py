"""The worklist: what it lists, finding, ordering, opening by hand and by key, and what it says when there is nothing."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.data.phantoms import write_image
from tests.e2e.conftest import Readers, base_of, sign_in
from tests.e2e.reader import TAP, Reader
from tests.e2e.studies import CHESTS, FIRST, PICTURE, PROJECTION
from tests.running.farview_process import running

BLOCKED = Path(__file__).with_name("blocked_udp.js").read_text(encoding="utf-8")
NAMES = "() => [...document.querySelectorAll('tr[data-study] td.patient_name')].map((cell) => cell.innerText)"


def test_every_study_is_listed_newest_first(reader: Reader) -> None:
    reader.worklist()
    names = reader.see(NAMES)
    dated = [f"{study.surname.upper()}, Test" for study in reversed(CHESTS)]
    assert [name for name in names if name in dated] == dated
    row = reader.page.locator(f"tr[data-study='{PROJECTION.uid}']")
    assert row.get_attribute("data-modality") == "DX"
    assert "E2E-0011" in row.inner_text()
    assert "11 Jan 2025" in row.inner_text()
    assert "1 · 1" in row.inner_text()


def test_a_filter_leaves_what_matches_and_escape_takes_it_away(reader: Reader) -> None:
    reader.worklist()
    count = len(reader.see(NAMES))
    reader.page.get_by_label("Filter by patient").fill("sec")
    reader.until(f"() => ({NAMES})().join() === 'SECOND, Test'")
    reader.says("1 study")
    reader.page.get_by_label("Filter by patient").fill("nobody")
    reader.until("() => document.body.innerText.includes('No study matches')")
    reader.keys("Escape")
    reader.until(f"(count) => ({NAMES})().length === count", count)
    reader.page.get_by_label("Filter by modality").fill("dx")
    reader.until(f"() => ({NAMES})().join() === 'PROJECTION, Test'")
    reader.page.get_by_label("Filter by modality").fill("")
    reader.page.get_by_label("Filter by study date").fill("2025-01")
    reader.until(f"() => ({NAMES})().includes('PROJECTION, Test') && !({NAMES})().includes('FIRST, Test')")


def test_a_date_that_is_not_understood_is_said_and_narrows_nothing(reader: Reader) -> None:
    reader.worklist()
    count = len(reader.see(NAMES))
    line = reader.page.get_by_role("status").filter(has_text="not filtered by it")
    reader.page.get_by_label("Filter by study date").fill("2025-01")
    reader.until(f"(count) => ({NAMES})().length < count", count)
    reader.page.get_by_label("Filter by study date").fill("5/3/24")
    line.wait_for()
    assert "“5/3/24”" in line.inner_text()
    reader.until(f"(count) => ({NAMES})().length === count", count)
    reader.page.get_by_label("Filter by patient").fill("sec")
    reader.until(f"() => ({NAMES})().join() === 'SECOND, Test'", what="the other filters still hold")
    reader.page.get_by_label("Filter by study date").fill("")
    line.wait_for(state="detached")


def test_what_is_focused_tells_which_study_enter_opens(reader: Reader) -> None:
    told = "() => document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.dataset.study"
    selected = "() => document.querySelector('tr[aria-selected=true]').dataset.study"
    reader.worklist()
    reader.keys("ArrowDown")
    assert reader.see("() => document.activeElement.getAttribute('role')") == "grid"
    second = reader.see(told)
    assert second == reader.see(selected)
    reader.keys("ArrowDown")
    assert reader.see(told) == reader.see(selected) != second
    reader.page.keyboard.type("Chest of")
    reader.until("(count) => document.querySelectorAll('tr[data-study]').length === count", len(CHESTS))
    reader.keys("ArrowDown")
    assert reader.see("() => document.activeElement.type") == "search"
    assert reader.see(told) == reader.see(selected)


def test_why_there_is_no_seat_is_to_be_read_without_a_pointer(readers: Readers) -> None:
    reader = readers(script=f"delete window.VideoDecoder; {BLOCKED}")
    reader.page.goto(f"{reader.base}/worklist")
    line = reader.page.get_by_role("status").filter(has_text="UDP seems to be blocked")
    line.wait_for()
    assert line.is_visible()


def test_letters_typed_anywhere_search(reader: Reader) -> None:
    reader.worklist()
    reader.page.keyboard.type("E2E-0008")
    reader.until(f"() => ({NAMES})().join() === 'FIRST, Test'")


def test_a_columns_name_orders_by_it_and_turns_the_order_round(reader: Reader) -> None:
    reader.worklist()
    reader.page.get_by_role("button", name="Sort by patient").click()
    reader.until(f"() => ({NAMES})().join() === ({NAMES})().sort().join()")
    reader.page.get_by_role("button", name="Sort by patient").click()
    reader.until(f"() => ({NAMES})().join() === ({NAMES})().sort().reverse().join()")


def test_arrows_and_enter_open_a_study(reader: Reader) -> None:
    reader.worklist()
    reader.page.keyboard.type("Chest of")
    reader.until("(count) => document.querySelectorAll('tr[data-study]').length === count", len(CHESTS))
    reader.keys("ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown", "Enter")
    reader.live()
    third = sorted(CHESTS, key=lambda study: study.patient.patient_id)[-3]
    assert reader.page.locator(".patient-name").inner_text() == f"{third.surname.upper()}, Test"
    reader.keys("Shift+l")
    reader.page.wait_for_selector("tr[data-study]")
    reader.page.wait_for_url(lambda url: "/viewer" not in url)


def test_a_click_opens_a_study_and_back_returns(reader: Reader) -> None:
    reader.worklist()
    reader.page.locator(f"tr[data-study='{FIRST.uid}']").click()
    reader.live()
    assert FIRST.uid in reader.page.url
    assert reader.page.locator(".patient-name").inner_text() == "FIRST, Test"
    reader.page.go_back()
    reader.page.locator(f"tr[data-study='{PICTURE.uid}']").wait_for()
    reader.page.locator("fv-viewer").wait_for(state="hidden")


def test_an_empty_archive_says_what_to_do(readers: Readers, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "run").mkdir()
    with running([tmp_path / "data"], tmp_path / "run") as empty:
        reader = readers(signed=False)
        reader.provoked.append("status of 401")  # until its token has signed in
        reader.base = empty.base
        reader.page.goto(empty.url)
        reader.until("() => document.body.innerText.includes('No studies yet')")
        # The page may come before the host: then it says so first.
        reader.until(
            "() => document.body.innerText.includes('Start it with --data and a folder that holds some.')"
        )
        assert "No studies yet" in reader.words()
        reader.page.close()


def test_next_study_goes_on_beyond_what_is_listed(browser: Browser, tmp_path: Path) -> None:
    """A list shows its first hundred rows until somebody scrolls it; its studies go on."""
    data = tmp_path / "data"
    for number in range(103):
        uids = {
            f"{what}InstanceUID": f"1.2.{number}.{place}"
            for place, what in enumerate(("Study", "Series", "SOP"))
        }
        write_image(data / f"{number}.dcm", PatientID=f"P{number:03d}", **uids)
    with running([data], tmp_path) as farview:
        cookie, archive = sign_in(browser, farview)
        context = browser.new_context(storage_state=cookie, viewport={"width": 1280, "height": 800})
        context.add_init_script(path=TAP)
        reader = Reader(context, base_of(farview), archive)
        reader.worklist()
        rows = "() => [...document.querySelectorAll('tr[data-study]')].map((row) => row.dataset.study)"
        reader.until("() => document.querySelector('.worklist-count').textContent.includes('103')")
        listed = reader.see(rows)
        assert len(listed) == 100
        reader.page.locator("tr[data-study]").nth(98).click()
        reader.live()
        shown = "() => new URLSearchParams(location.search).get('study')"
        reached = []
        for _ in range(4):
            before = reader.see(shown)
            reached.append(before)
            reader.keys("n")
            reader.until(f"(before) => ({shown})() !== before", before)
            reader.live()
        reached.append(reader.see(shown))
        assert len(set(reached)) == 5
        assert reached[:2] == listed[98:]
        reader.keys("n")
        reader.until(
            "() => document.querySelector('fv-viewer .message-words').textContent"
            " === 'This is the last study of the worklist.'"
        )
        reader.keys("Shift+n")
        reader.until(f"(study) => ({shown})() === study", reached[-2])
        reader.keys("Shift+L")
        reader.page.wait_for_selector("fv-worklist:not([hidden])")
        read_last = "() => document.querySelector('tr[aria-selected=true]')?.dataset.study"
        reader.until(
            f"(study) => ({read_last})() === study", reached[-2], what="the row of the study read last"
        )
        reader.keys("Enter")
        reader.until(f"(study) => ({shown})() === study", reached[-2])
        assert reader.faults == []
        context.close()
