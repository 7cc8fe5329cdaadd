"""A headless Chromium: the one that the browser tests drive as well."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.server import ROOT

ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]


@contextmanager
def chromium() -> Generator[Browser]:
    """Open the browser that ``ensure-chromium.sh`` finds, CHROMIUM first."""
    script = ROOT / "tests" / "browser" / "ensure-chromium.sh"
    path = subprocess.run(["sh", script], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
