"""The attention explorer's payloads beside bertviz's own pages, and how soon a view has drawn."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import torch
from bertviz import head_view, model_view

from tests.attention.known import made_up
from tests.benchmarks.browser import chromium
from tests.benchmarks.row import Goal, Row
from variants.core.bertviz_frames import SCRIPTS, Frame, head_frame, model_frame, neuron_frame

TOKENS = 128
SMALL, LARGE = Goal(0.5), Goal(2)  # MB: our size, and twelve layers of twelve heads
VIEWS = {"head view": (head_frame, head_view), "model view": (model_frame, model_view)}


def measure(*, quick: bool) -> list[Row]:
    """Return the size of each view at 128 tokens, and the time until our size has drawn."""
    rows = [
        _size(name, layers, goal)
        for layers, goal in ((4, SMALL), (12, LARGE))
        for name in VIEWS
        if layers == 4 or not quick
    ]
    neuron = neuron_frame(made_up(4, 4, TOKENS), 0, 0, dark=False)
    rows.append(Row(what="neuron view, 4×4", ours="one layer", value=_megabytes(neuron.html), unit="MB", goal=SMALL))
    return [*rows, *_drawn(neuron)]


def _size(name: str, heads: int, goal: Goal) -> Row:
    ours, theirs = VIEWS[name]
    attention = made_up(heads, heads, TOKENS, width=1)
    tensors = [torch.from_numpy(layer)[None] for layer in attention.weights]
    page: Any = theirs(tensors, list(attention.encoded.tokens), html_action="return")
    return Row(
        what=f"{name}, {heads}×{heads}, {TOKENS} tokens",
        ours="what a browser bears, 8 bits",
        beside=f"bertviz {_megabytes(page.data):.1f} MB",
        value=_megabytes(ours(attention, 0, 0, dark=False).html),
        unit="MB",
        goal=goal,
    )


def _drawn(neuron: Frame) -> list[Row]:
    attention = made_up(4, 4, TOKENS)
    frames = {name: draw(attention, 0, 0, dark=False) for name, (draw, _) in VIEWS.items()} | {"neuron view": neuron}
    rows: list[Row] = []
    with TemporaryDirectory() as folder, chromium() as browser:
        (Path(folder) / "vendor").symlink_to(SCRIPTS / "vendor")
        for name, frame in frames.items():
            page = browser.new_page()
            path = Path(folder) / "view.html"
            path.write_text(frame.html.replace("integrity=", "data-integrity="), encoding="utf-8")  # not for file:
            began = perf_counter()
            page.goto(path.as_uri())
            page.wait_for_selector("svg text", state="attached")
            seconds = perf_counter() - began
            rows.append(Row(what=f"{name} of {TOKENS} tokens, interactive", ours="4×4", value=seconds, unit="s"))
            page.close()
    return rows


def _megabytes(html: str) -> float:
    return len(html.encode()) / 1e6
