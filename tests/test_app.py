"""The app around the pages: headers, and the settings that decide its speed."""

from __future__ import annotations

import ast
import gc
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.request import urlopen

import pytest
import torch

from tests.server import Server, running
from variants.bert.demo import load

ROOT = Path(__file__).parents[1]
IMPORTS = (ast.Import, ast.ImportFrom)


def test_every_answer_forbids_other_machines_and_pages_know_their_server() -> None:
    with running() as server:
        assert_headers(server, "/")
        assert_headers(server, "/bert?text=a")
        page = urlopen(f"{server.url}/bert").read().decode()
        assert "BACKEND_BASE_URL: window.location.origin" in page.split("</head>")[0]


def assert_headers(server: Server, path: str) -> None:
    with urlopen(server.url + path) as answer:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "http" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_settings_that_keep_twenty_learners_waiting_for_nothing() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["fileWatcherType"] == "none"
    assert settings["runner"]["postScriptGC"] is False
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["theme"]["light"] and settings["theme"]["dark"]


def test_loading_a_model_freezes_the_garbage_collector_and_takes_one_thread() -> None:
    load()
    assert gc.get_freeze_count() > 0
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("page", sorted((ROOT / "pages").glob("[vg]*/*.py")), ids=lambda page: page.stem)
def test_what_a_page_needs_before_its_heading_does_not_import_torch(page: Path) -> None:
    """What does stands under ``starting``, for there the page and the warm-up take turns."""
    imports = [each for each in ast.parse(page.read_text(encoding="utf-8")).body if isinstance(each, IMPORTS)]
    assert imports
    check = "\n".join(map(ast.unparse, imports))
    check += "\nimport sys\nassert not {'torch', 'transformers'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True)


def test_the_warm_up_and_the_first_page_import_in_turn() -> None:
    """transformers fails where two threads load its parts at once, as on a cold deep link."""
    code = """
import threading, time
from variants.core.importing import TURN
import app
TURN.acquire()
thread = threading.Thread(target=app.warm_up)
thread.start()
thread.join(1.0)
assert thread.is_alive()  # it waits for the page
from variants.core.checkpoint import load_checkpoint
TURN.release()
thread.join()
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
