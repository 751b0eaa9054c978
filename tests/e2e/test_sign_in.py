"""Signing in and out."""

from __future__ import annotations

from tests.e2e.conftest import Readers
from tests.e2e.studies import PICTURE
from tests.running.farview_process import FarviewProcess

REFUSED = "status of 401"


def test_the_printed_address_signs_in_and_its_token_is_gone_from_it(
    readers: Readers, farview: FarviewProcess
) -> None:
    page = readers(signed=False).page
    page.goto(farview.url)
    page.wait_for_selector("tr[data-study]")
    assert "token" in farview.url
    assert "token" not in page.url
    assert page.evaluate("history.length") <= 2
    cookies = page.context.cookies()
    assert all(cookie["httpOnly"] for cookie in cookies)
    assert sorted(cookie["sameSite"] for cookie in cookies) == ["Lax", "Strict"]


def test_a_link_on_another_site_opens_its_study(readers: Readers, farview: FarviewProcess) -> None:
    reader = readers()
    reader.provoked += [REFUSED, "request to another origin: http://localhost:"]
    reader.worklist()
    reader.page.wait_for_selector(f"tr[data-study='{PICTURE.uid}']")
    # To a browser this name is another site than the address that was signed in at.
    reader.page.goto(f"{reader.base.replace('127.0.0.1', 'localhost')}/sign-in")
    reader.page.evaluate("(address) => { location.href = address; }", reader.address(PICTURE))
    reader.live()


def test_a_wrong_token_is_refused_in_words(readers: Readers) -> None:
    reader = readers(signed=False, tap=False)
    reader.provoked.append(REFUSED)
    reader.page.goto(f"{reader.base}/?token=wrong")
    assert "its token is not the one of the Farview that runs now" in reader.words()
    reader.page.wait_for_url(lambda url: "token" not in url)
    assert reader.context.cookies() == []


def test_without_a_cookie_no_page_shows_anything_but_the_sign_in(readers: Readers) -> None:
    reader = readers(signed=False, tap=False)
    reader.provoked.append(REFUSED)
    for path in ("/", "/worklist", "/admin", f"/viewer?study={PICTURE.uid}"):
        answer = reader.page.goto(reader.base + path)
        assert answer is not None
        assert answer.status == 401
        assert reader.page.get_by_label("Sign-in token").is_visible()
        assert "Not a medical device" in reader.words()
        assert PICTURE.surname not in reader.page.content()


def test_the_token_can_be_typed(readers: Readers, farview: FarviewProcess) -> None:
    reader = readers(signed=False, tap=False)
    reader.provoked.append(REFUSED)
    reader.page.goto(reader.base)
    reader.page.get_by_label("Sign-in token").fill(farview.url.split("token=")[1])
    reader.keys("Enter")
    reader.page.wait_for_selector("tr[data-study]")
    assert "token" not in reader.page.url


def test_signing_out_ends_it(readers: Readers, farview: FarviewProcess) -> None:
    reader = readers(signed=False)
    reader.provoked.append(REFUSED)
    reader.page.goto(farview.url)
    reader.page.wait_for_selector("tr[data-study]")
    reader.page.get_by_role("button", name="Sign out").click()
    reader.page.get_by_label("Sign-in token").wait_for()
    answer = reader.page.goto(f"{reader.base}/worklist")
    assert answer is not None
    assert answer.status == 401
