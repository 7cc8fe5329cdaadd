"""From the start of the server to the first guesses on the BERT page, beside an empty app's first title.

The clock runs from the spawn of the process until the browser shows the element. The browser is open
already; every round takes a new server and a new browser profile. A process that imports the two libraries
and no more says how much of it no app could save.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from playwright.sync_api import Browser

from tests.benchmarks.browser import chromium
from tests.benchmarks.row import Goal, Row
from tests.server import APP, running

EMPTY_APP = 'import streamlit as st\n\nst.title("Empty")\n'
IMPORTS = "import streamlit; from transformers import BertForPreTraining"
FIRST_GUESS = ".token.mask small"  # what BERT guesses, below the hidden word


def measure(*, quick: bool) -> list[Row]:
    """Return the median times, the two apps in turns."""
    ours: list[float] = []
    empty: list[float] = []
    imports: list[float] = []
    with TemporaryDirectory() as folder, chromium() as browser:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY_APP, encoding="utf-8")
        for _ in range(1 if quick else 3):
            empty.append(seconds_until(browser, script, "/", "h1"))
            ours.append(seconds_until(browser, APP, "/bert", FIRST_GUESS))
            imports.append(seconds_of_imports())
    return [
        Row(
            what="server start to first guess",
            ours=f"{median(ours):.1f} s",
            beside=f"empty app, first title {median(empty):.1f} s; the imports alone {median(imports):.1f} s",
            value=median(a / b for a, b in zip(ours, empty, strict=True)),
            unit="×",
            goal=Goal(2),
        )
    ]


def seconds_until(browser: Browser, script: Path, path: str, element: str) -> float:
    """Start ``script``, open ``path`` and return how long it took until ``element`` is visible."""
    page = browser.new_context().new_page()
    with running(script) as server:
        page.goto(server.url + path, wait_until="commit")
        page.locator(element).first.wait_for(state="visible", timeout=120_000)
        took = perf_counter() - server.started
        page.context.close()
    return took


def seconds_of_imports() -> float:
    """Return how long a new process takes to import Streamlit and the class of our network."""
    began = perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return perf_counter() - began
