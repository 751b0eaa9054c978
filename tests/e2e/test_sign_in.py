"""Signing in and out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Readers
from tests.e2e.studies import PICTURE
from tests.running.farview_process import FarviewProcess
from tests.running.signing_in import token_of

REFUSED = "status of 401"


def test_the_printed_address_signs_in_and_its_token_is_gone_from_it(
    readers: Readers, farview: FarviewProcess
) -> None:
    reader = readers(signed=False)
    reader.provoked.append(REFUSED)
    page, token = reader.page, token_of(farview.url)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(farview.url)
    page.wait_for_selector("tr[data-study]")
    assert page.url == f"{reader.base}/"
    assert page.evaluate("history.length") <= 2
    assert not [url for url in sent if token in url.partition("#")[0]], "no server or proxy was told of it"
    cookies = page.context.cookies()
    assert all(cookie["httpOnly"] for cookie in cookies)
    assert sorted(cookie["sameSite"] for cookie in cookies) == ["Lax", "Strict", "Strict"]
    assert token not in str(cookies)


@pytest.mark.parametrize("path", ["/", "/worklist", "/admin", "/check", f"/viewer?study={PICTURE.uid}"])
def test_a_token_leaves_the_address_of_who_is_signed_in(readers: Readers, path: str) -> None:
    reader = readers(tap=False)
    for way in ("opened", "put in"):
        if way == "put in":
            reader.see("() => { location.hash = 'token=put-in' }")
        else:
            reader.page.goto(f"{reader.base}{path}#token=opened")
        reader.until("() => !location.href.includes('token')")
    assert reader.see("() => location.pathname + location.search").startswith(path)


def test_an_address_leads_where_it_says_also_when_the_page_stood_there(
    readers: Readers, farview: FarviewProcess
) -> None:
    reader = readers(signed=False)
    reader.provoked.append(REFUSED)
    reader.page.goto(reader.address(PICTURE))
    reader.page.get_by_label("Sign-in token").wait_for()
    reader.page.goto(f"{reader.address(PICTURE)}#token={token_of(farview.url)}")
    reader.live()
    assert reader.page.url == reader.address(PICTURE)


def test_an_address_signs_a_browser_in_once_and_another_one_again(
    readers: Readers, farview: FarviewProcess
) -> None:
    reader = readers(signed=False, tap=False)
    reader.provoked.append(REFUSED)
    reader.page.goto(farview.url)
    reader.page.wait_for_selector("tr[data-study]")
    reader.page.get_by_role("button", name="Sign out").click()
    reader.page.get_by_label("Sign-in token").wait_for()
    reader.page.goto(farview.url)
    reader.page.get_by_text("This address has signed this browser in before.").wait_for()
    assert "token" not in reader.page.url
    answer = reader.page.goto(f"{reader.base}/worklist")
    assert answer is not None
    assert answer.status == 200
    assert reader.page.get_by_label("Sign-in token").is_visible(), "nobody is signed in by it"


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
    reader.page.goto(f"{reader.base}/#token=wrong")
    reader.page.get_by_text("its token is not the one of the Farview that runs now").wait_for()
    assert "token" not in reader.page.url
    assert reader.context.cookies() == []


def test_a_token_where_proxies_log_it_is_refused_in_words(readers: Readers, farview: FarviewProcess) -> None:
    reader = readers(signed=False, tap=False)
    reader.provoked.append("status of 400")
    reader.page.goto(f"{reader.base}/?token={token_of(farview.url)}")
    assert "proxies write it into their logs" in reader.words()
    reader.page.wait_for_url(lambda url: "token" not in url)
    assert reader.context.cookies() == []


def test_without_a_cookie_no_page_shows_anything_but_the_sign_in(readers: Readers) -> None:
    reader = readers(signed=False, tap=False)
    for path in ("/", "/worklist", "/admin", f"/viewer?study={PICTURE.uid}"):
        answer = reader.page.goto(reader.base + path)
        assert answer is not None
        assert answer.status == 200, "a page that says how to sign in is no failure to a browser"
        assert reader.page.get_by_label("Sign-in token").is_visible()
        assert "Not a medical device" in reader.words()
        assert PICTURE.surname not in reader.page.content()


@pytest.mark.parametrize("typed", [token_of, str], ids=["the token", "the whole address"])
def test_the_token_can_be_typed(
    readers: Readers, farview: FarviewProcess, typed: Callable[[str], str]
) -> None:
    reader = readers(signed=False, tap=False)
    reader.provoked.append(REFUSED)
    reader.page.goto(reader.base)
    reader.page.get_by_label("Sign-in token").fill(typed(farview.url))
    reader.keys("Enter")
    reader.page.wait_for_selector("tr[data-study]")
    assert "token" not in reader.page.url
