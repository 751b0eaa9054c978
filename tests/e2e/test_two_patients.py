"""A study that holds another patient's images by mistake: they never pass for the patient's whose name is in the bar."""

from __future__ import annotations

from tests.e2e.reader import Reader
from tests.e2e.studies import MIXED

PERSON = ".viewport-person"


def test_another_patients_series_is_framed_named_alone_and_never_exact(reader: Reader) -> None:
    reader.open_afresh(MIXED)
    reader.exact()
    bar = reader.page.locator("fv-patient-bar .identity")
    assert "MIXED" in bar.inner_text()
    assert "Also holds images of another patient" in bar.inner_text()
    assert reader.page.locator(PERSON).first.is_hidden()

    reader.page.locator(".strip-person").click()
    reader.until("(s) => !document.querySelector(s).hidden", PERSON, what="the other patient's name")
    words = reader.page.locator(PERSON).first.inner_text()
    assert all(part in words for part in ("STRAY", "Jane", "E2E-9999", "1 Jan 1982", "female"))
    reader.settle()
    assert reader.see("() => glass.fidelity()") == "lossy"
    assert "Another patient" in reader.page.locator("fv-badge").inner_text()
    tip = reader.page.locator("fv-badge").get_attribute("data-tip") or ""
    assert "another patient" in tip

    reader.keys("d")
    reader.drag(reader.middle(), (60, 40))
    reader.until("() => document.body.innerText.includes('nothing is measured')", what="a refusal to measure")
    assert "Also holds images of another patient" in bar.inner_text(), "no later message takes it away"


def test_two_patients_never_hang_beside_each_other(reader: Reader) -> None:
    reader.open_afresh(MIXED)
    reader.keys("Shift+Digit2")
    reader.until(
        "() => document.querySelectorAll('.viewport:not([hidden])').length === 2", what="two viewports"
    )
    reader.page.mouse.click(*reader.middle(1))
    reader.until("() => document.querySelectorAll('.viewport')[1].classList.contains('active')")
    reader.page.locator(".strip-person").click()
    reader.until("() => document.body.innerText.includes('is not hung beside')", what="a refusal in words")
    assert [reader.see("(v) => glass.record(v)?.kind", v) == "stack" for v in (0, 1)] == [True, False]
