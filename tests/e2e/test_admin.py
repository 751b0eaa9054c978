"""The page of the render hosts: what it says when the server is away for a moment, and a key to be copied by hand."""

from __future__ import annotations

from playwright.sync_api import Route

from tests.e2e.conftest import Readers

HOSTS = "**/api/admin/hosts"


def test_what_a_failed_question_said_goes_when_the_next_one_is_answered(readers: Readers) -> None:
    reader = readers(tap=False)
    reader.provoked.append("ERR_FAILED")
    away = True

    def answer(route: Route) -> None:
        if away:
            route.abort()
        else:
            route.continue_()

    reader.page.route(HOSTS, answer)
    reader.page.goto(f"{reader.base}/admin")
    said = reader.page.locator("fv-message-bar .message-words")
    said.filter(has_text="not reached").wait_for()
    away = False
    said.filter(has_not_text="not reached").wait_for(state="attached")
    assert said.inner_text() == ""


def test_a_key_can_be_copied_where_there_is_no_clipboard(readers: Readers) -> None:
    script = "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });"
    reader = readers(tap=False, script=script)
    reader.page.goto(f"{reader.base}/admin")
    reader.page.get_by_label("Name of the host").fill("by-hand")
    reader.page.get_by_role("button", name="Register a host").click()
    reader.page.get_by_text("belongs to the first machine").wait_for()
    reader.page.get_by_role("button", name="Copy").click()
    reader.page.get_by_text("Select the line and copy it").wait_for()
    command = reader.page.locator(".new-host code").inner_text()
    assert reader.see("() => String(getSelection())") == command
    row = reader.page.locator("fv-admin tbody tr").filter(has_text="by-hand")
    row.get_by_role("button", name="Remove").click()
    row.get_by_role("button", name="Remove").click()
    row.wait_for(state="detached")


def test_a_question_goes_when_its_host_can_no_longer_answer_it(readers: Readers) -> None:
    reader = readers(tap=False)
    reader.page.goto(f"{reader.base}/admin")
    row = reader.page.locator("fv-admin tbody tr").filter(has=reader.page.get_by_role("button", name="Drain"))
    row.get_by_role("button", name="Drain").click()
    question = reader.page.locator("fv-admin .host-actions", has=reader.page.get_by_role("button", name="No"))
    question.wait_for()

    def lost(route: Route) -> None:
        answer = route.fetch()
        hosts = answer.json()
        for host in hosts["hosts"]:
            host["state"] = "lost"
        route.fulfill(response=answer, json=hosts)

    reader.page.route(HOSTS, lost)
    question.wait_for(state="detached")
