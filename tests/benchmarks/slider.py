"""From the press of a key on a slider until the page shows what follows from it.

Both clocks run in the page: one starts with the key, the other stops when the watched text changes.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.browser import chromium
from tests.benchmarks.row import Goal, Row
from tests.server import running

GOAL = Goal(100)
STEPS = ("/bert?look=draw", "Steps", 'ul[aria-label="The training example"]')
GUESSES = ("/bert", "How many guesses", ".st-key-figure_guesses .bartext")
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"

# Expects the selector of the watched elements.
WATCH = """selector => {
    const shown = () => [...document.querySelectorAll(selector)].map(each => each.textContent).join("\\n")
    window.took = null
    addEventListener("keydown", () => {
        const began = performance.now(), before = shown()
        const observer = new MutationObserver(() => {
            if (shown() === before) return
            observer.disconnect()
            window.took = performance.now() - began
        })
        observer.observe(document.body, {subtree: true, childList: true, characterData: true})
    }, {once: true, capture: true})
}"""


def measure(*, quick: bool) -> list[Row]:
    """Return the median round trips to a text and to a chart."""
    presses = 5 if quick else 20
    with bert_page() as (page, url):
        text = round_trips(page, url, *STEPS, presses=presses)
        chart = round_trips(page, url, *GUESSES, presses=presses)
    return [
        Row(what=what, ours=f"median of {presses}", value=median(took), unit="ms", goal=GOAL)
        for what, took in (("slider to text", text), ("slider to chart", chart))
    ]


@contextmanager
def bert_page() -> Generator[tuple[Page, str]]:
    """Open a browser and a server; yield a page and the server's address."""
    with running() as server, chromium() as browser:
        yield browser.new_page(), server.url


def round_trips(page: Page, url: str, path: str, slider: str, watched: str, *, presses: int) -> list[float]:
    """Press arrows on ``slider``, back and forth; return how long each change took, in milliseconds."""
    page.goto(url + path)
    handle = page.get_by_role("slider", name=slider)
    page.locator(watched).first.wait_for(timeout=120_000)
    took: list[float] = []
    for number in range(2 + presses):  # two to warm up
        page.locator(SETTLED).wait_for()
        page.wait_for_timeout(200)  # what is drawn last has settled, too
        page.evaluate(WATCH, watched)
        handle.press("ArrowRight" if number % 2 else "ArrowLeft")
        page.wait_for_function("window.took !== null")
        took.append(float(page.evaluate("window.took")))
    return took[2:]
