"""The front end as a person meets it: signed up, signed in, a list kept, signed out; by keyboard and on a phone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.browser import Page, browser, installed

pytestmark = [pytest.mark.emulator, pytest.mark.skipif(not installed(), reason="Chromium is not installed here")]

PASSWORD = "Correct-Horse-9-Battery"
CODE = "123456"
"""What the emulator takes for the code that Cognito would mail."""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with browser(tmp_path / "profile") as opened:
        opened.size(1280, 860)
        yield opened


@pytest.fixture
def site(report: dict[str, Any]) -> str:
    return str(report["site"])


def sign_up(page: Page, site: str) -> str:
    name = f"{uuid4().hex[:8]}@example.com"
    page.open(site)
    page.click("#sign-up")
    page.write("#username", name)
    page.write("#password", PASSWORD)
    page.click("button")
    page.write("#code", CODE)
    page.click("button")
    return name


def sign_in(page: Page, name: str) -> None:
    page.see("Username")
    page.write("#username", name)
    page.click("button")
    page.see("Password for")
    page.write("#password", PASSWORD)
    page.click("button")
    page.see("Your list")


def add(page: Page, title: str) -> None:
    page.write("#new-title", title)
    page.press("Enter")
    page.wait(f"[...document.querySelectorAll('.item:not(.saving)')].some(e => e.innerText.includes({title!r}))")


def test_a_person_signs_up_keeps_a_list_and_signs_out(page: Page, site: str) -> None:
    name = sign_up(page, site)
    sign_in(page, name)
    page.see("Nothing here yet")
    assert page.run("document.getElementById('user').textContent") == name
    add(page, "Water the plants")
    add(page, "Call the dentist")
    page.click(".item .tick input")
    page.see("1 of 2 done")
    assert page.run("document.querySelectorAll('.item.arrived').length") == 0, "what was there does not appear again"
    page.open(site)
    page.see("1 of 2 done")
    page.click(".item .remove")
    page.see("Deleted: Call the dentist")
    page.open(site)
    page.see("0 of 1 done")
    page.click("#sign-out")
    page.see("Create an account")
    page.open(site)
    page.see("Create an account")
    assert page.run("Object.keys(sessionStorage).length") == 0


def tab_to(page: Page, selector: str) -> None:
    for _ in range(15):
        if page.run(f"document.activeElement.matches({selector!r})"):
            return
        page.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with the tabulator")


def test_everything_can_be_done_by_keyboard(page: Page, site: str) -> None:
    sign_in(page, sign_up(page, site))
    page.press("n")
    assert page.run("document.activeElement.id") == "new-title"
    add(page, "By hand")
    tab_to(page, ".tick input")
    page.press("Space")
    page.see("1 of 1 done")
    tab_to(page, ".words")
    page.press("Enter")
    page.write("#edit-name", "By both hands")
    page.press("Enter")
    page.see("By both hands")
    page.wait("!document.getElementById('edit').open")


def test_a_phone_shows_all_of_it_without_scrolling_sideways(page: Page, site: str) -> None:
    page.size(360, 740, phone=True)
    sign_in(page, sign_up(page, site))
    add(page, "A title without any place to break " + "x" * 120)
    assert page.run("document.documentElement.scrollWidth") <= 360
    small = page.run(
        "[...document.querySelectorAll('button, .tick, #new-title')].filter(e => e.checkVisibility())"
        ".filter(e => e.getBoundingClientRect().height < 40).map(e => e.id || e.className)"
    )
    assert small == []


def test_what_fails_is_said_and_taken_back(page: Page, site: str) -> None:
    sign_in(page, sign_up(page, site))
    page.run(
        "window.kept = fetch;"
        'window.full = () => Promise.resolve(new Response(\'{"detail": "The table is full."}\', {status: 409}));'
        "window.fetch = (url, options) => options?.method === 'POST' ? full() : kept(url, options)"
    )
    page.write("#new-title", "Too much")
    page.press("Enter")
    page.see("The table is full.")
    assert page.run("document.querySelectorAll('.item').length") == 0
    page.run("window.fetch = window.kept")
    page.click("#toast-action")
    page.see("Too much")


def test_a_sign_in_that_began_elsewhere_is_refused(page: Page, site: str) -> None:
    page.open(f"{site}?code=stolen&state=unknown")
    page.see("This sign-in did not begin on this page")
    assert page.run("sessionStorage.getItem('session')") is None


def test_every_answer_tells_browsers_what_they_may_do(site: str) -> None:
    for path, kind in (("", "text/html"), ("app.js", "text/javascript"), ("v1/health", "application/json")):
        address = urlsplit(site)  # programs, unlike browsers, may not know that names below localhost are here
        host = {"Host": address.netloc}
        answer = httpx.get(f"http://127.0.0.1:{address.port}/{path}", headers=host, timeout=30)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
        assert answer.headers["x-frame-options"] == "DENY"


def test_the_page_breaks_none_of_its_own_rules(page: Page, site: str) -> None:
    sign_in(page, sign_up(page, site))
    add(page, "<img src=x onerror=alert(1)>")
    refused = [one for one in page.complaints if "Content Security Policy" in one or "TrustedHTML" in one]
    assert refused == []
    assert json.loads(page.run("JSON.stringify(Object.keys(localStorage))")) == []
