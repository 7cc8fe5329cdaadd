"""One server and one Chromium for all browser tests; every page is watched for requests and errors."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from tests.server import Server, running

ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-quic"]
LOOKS = [(1280, "light"), (390, "dark")]  # a whole walk in each of them
EVERY_LOOK = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
PATIENCE = 30_000  # milliseconds; a machine with other work takes its time to draw a page
AT_REST = (
    "document.getAnimations().every(a => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)"
)
# Streamlit's own: its main area scrolls and cannot be reached by the Tab key.
NOT_OURS = {"scrollable-region-focusable"}


def in_looks(looks: list[tuple[int, str]]) -> pytest.MarkDecorator:
    """Run a test once in each width and colour scheme."""
    return pytest.mark.parametrize("visit", looks, indirect=True, ids=lambda look: f"{look[0]}-{look[1]}")


@dataclass
class Visit:
    """A browser page on our server, with all that it asked for and complained about."""

    page: Page
    server: Server
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def note_request(self, asked: Request) -> None:
        """Note what the page asks for."""
        self.requests.append(asked.url)

    def note_line(self, line: ConsoleMessage) -> None:
        """Note an error in the console."""
        if line.type == "error":
            self.complaints.append(line.text)

    def note_error(self, error: Error) -> None:
        """Note what a script of the page did not catch."""
        self.complaints.append(str(error))

    def open(self, path: str = "/", **address: str) -> None:
        """Open an address and wait until the page is complete."""
        query = f"?{urlencode(address)}" if address else ""
        self.page.goto(f"{self.server.url}{path}{query}")
        self.settle()

    def settle(self) -> None:
        """Wait until Streamlit has run the script to its end, and the browser has drawn what it said."""
        self.page.wait_for_selector("h1", timeout=60_000)
        self.page.wait_for_selector("[data-test-script-state=notRunning]", timeout=60_000)
        self.page.wait_for_function("document.querySelectorAll('[data-stale=true]').length === 0")
        self.page.evaluate("new Promise(drawn => requestIdleCallback(() => requestIdleCallback(drawn)))")

    def type(self, label: str, text: str) -> None:
        """Replace the text of a field and commit it."""
        box = self.page.get_by_label(label, exact=True)
        box.fill(text)
        box.press("ControlOrMeta+Enter" if box.evaluate("e => e.tagName") == "TEXTAREA" else "Enter")
        self.page.wait_for_timeout(300)  # the browser sends the text after a short rest
        self.settle()

    def press(self, name: str) -> None:
        """Press a button, or one of a row of which one is chosen."""
        button = self.page.get_by_role("button", name=name, exact=True)
        button.or_(self.page.get_by_role("radio", name=name, exact=True)).first.click()
        self.page.wait_for_timeout(200)
        self.settle()

    def expect_sound(self) -> None:
        """Expect no traceback, nothing wider than the window, and nothing that axe finds serious or critical."""
        assert self.page.get_by_test_id("stException").count() == 0
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        self.page.wait_for_function(AT_REST)  # what is half faded in has half its contrast
        barriers = [
            f"{found['id']}: {found['nodes'][0]['html'][:120]}"
            for found in Axe().run(self.page).response["violations"]
            if found["impact"] in ("serious", "critical") and found["id"] not in NOT_OURS
        ]
        assert barriers == []

    def answer(self, question: str, option: str) -> None:
        """Choose an option of a question, ask for the answer, and wait until a measurement calls it right."""
        self.page.get_by_text(option).click()
        self.page.wait_for_timeout(300)
        self.settle()
        self.page.locator(f".st-key-check_{question}").get_by_role("button").click()
        expect(self.page.get_by_text("Measured just now")).to_be_visible()
        expect(self.page.get_by_text("Right.")).to_be_visible()

    def notebook(self) -> dict[str, Any]:
        """Take the page's notebook along."""
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Notebook", exact=True).click()
        return json.loads(download.value.path().read_text())

    def copied_link(self) -> str:
        """Copy the page's link and return what is in the clipboard."""
        self.page.get_by_role("button", name="Copy link", exact=True).click()
        expect(self.page.get_by_text("The link is in your clipboard.")).to_be_visible()
        return self.page.evaluate("navigator.clipboard.readText()")

    def strip(self, label: str) -> list[str]:
        """Return the tokens of a strip."""
        return self.page.get_by_role("list", name=label).locator("li > span").all_inner_texts()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; a machine without one fails the tests, it does not skip them."""
    expect.set_options(timeout=PATIENCE)
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium: run `make test`, which installs it"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start the app once for all tests."""
    with running() as started:
        yield started


Look = tuple[int, str]


@pytest.fixture(scope="session")
def pages(browser: Browser) -> dict[Look, Page]:
    """Keep one page a look, so that the front end is fetched and compiled once and not for every test."""
    return {look: _page(browser, *look) for look in EVERY_LOOK}


def _page(browser: Browser, width: int, scheme: Any) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        accept_downloads=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


@pytest.fixture(params=LOOKS[:1], ids=lambda look: f"{look[0]}-{look[1]}")
def visit(request: pytest.FixtureRequest, pages: dict[Look, Page], server: Server) -> Iterator[Visit]:
    """Give a fresh page, and fail at the end if it asked another machine or complained."""
    visit = Visit(pages[request.param], server)
    visit.page.on("request", visit.note_request)
    visit.page.on("console", visit.note_line)
    visit.page.on("pageerror", visit.note_error)
    yield visit
    visit.page.remove_listener("request", visit.note_request)
    visit.page.remove_listener("console", visit.note_line)
    visit.page.remove_listener("pageerror", visit.note_error)
    outside = [url for url in visit.requests if urlsplit(url).scheme in ("http", "https", "ws", "wss")]
    assert [url for url in outside if urlsplit(url).hostname not in ("localhost", "127.0.0.1")] == []
    assert visit.complaints == []
