"""bertviz's three views, as pages that ask no other machine for anything.

bertviz (Vig, 2019, arXiv 1906.05714) writes a page for a notebook: it fetches three scripts from a content
delivery network, writes its numbers twice and with 20 digits, and lets a token that holds ``</script>`` end
its script. Its drawing stays as it is. What changes is what it is embedded in: the scripts come from files
that we ship, the numbers go once and in 8 bits, and nothing in them can end a script.

bertviz draws one line for each head and pair of tokens, and a browser bears some 70,000 of them. What is
more is left out and said: layers first, then heads, then tokens.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np
import torch
from bertviz import head_view, model_view
from bertviz.neuron_view import show
from numpy.typing import NDArray

from variants.core.attention import Attention

SCRIPTS = Path(__file__).parents[2] / "assets" / "js"
# What bertviz's page would fetch: cut out below, and never sent to a browser.
NETWORK = '<script src="https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.6/require.min.js"></script>'
MARKS = ("const params = ", "window.bertviz_params = ")  # what stands before the numbers
MOST_LINES = 70_000
STEPS = 255  # of a weight; a drawn weight is off by half a step at most
ROOT = "bertviz"  # the same name every time, so that the same view is the same page and is not loaded anew


@dataclass(frozen=True)
class Library:
    """A script that we ship; the browser refuses a file that does not have this checksum."""

    file: str
    version: str
    licence: str
    sha384: str


LIBRARIES = (
    Library(
        "jquery-3.7.1.slim.min.js",
        "3.7.1",
        "MIT",
        "5AkRS45j4ukf+JbWAfHL8P4onPA9p0KwwP7pUdjSQA3ss9edbJUJc/XcYAiheSSz",
    ),
    Library(
        "d3-5.7.0.min.js",
        "5.7.0",
        "BSD-3-Clause",
        "HL96dun1KbYEq6UT/ZlsspAODCyQ+Zp4z318ajUPBPSMzy5dvxl6ziwmnil8/Cpd",
    ),
)


@dataclass(frozen=True)
class Part:
    """What of an attention is drawn; layers, heads and tokens are counted from 0."""

    layers: range
    heads: range
    tokens: int
    all_layers: bool  # whether the view is one of all layers

    def left_out(self, attention: Attention) -> str:
        """Say what is not drawn, nothing where all is."""
        layers, heads, tokens = attention.weights.shape[:3]
        parts = [
            f"{_span('layer', self.layers)} of {layers}" if self.all_layers and len(self.layers) < layers else "",
            f"{_span('head', self.heads)} of {heads}" if len(self.heads) < heads else "",
            f"the first {self.tokens} of {tokens} tokens" if self.tokens < tokens else "",
        ]
        said = ", ".join(part for part in parts if part)
        return f"bertviz draws a line for every pair of tokens; so that it stays quick you see {said}." if said else ""


@dataclass(frozen=True)
class Frame:
    """A finished page."""

    html: str
    left_out: str


def fitting(attention: Attention, layer: int, head: int, *, all_layers: bool) -> Part:
    """Return as much as a browser bears, starting from the layer and the head that were asked for."""
    layers, heads, tokens = attention.weights.shape[:3]
    tokens = min(tokens, isqrt(MOST_LINES))
    room = MOST_LINES // tokens**2  # heads of all layers together
    kept_heads = min(heads, room)
    kept_layers = max(1, min(layers, room // heads)) if all_layers else 1
    return Part(_window(layer, kept_layers, layers), _window(head, kept_heads, heads), tokens, all_layers)


def head_frame(attention: Attention, layer: int, head: int, *, dark: bool) -> Frame:
    """Draw bertviz's head view of one layer: lines from the tokens that look to those looked at."""
    part = fitting(attention, layer, head, all_layers=False)
    html: Any = head_view(
        _tensors(attention, part),
        list(attention.encoded.tokens[: part.tokens]),
        sentence_b_start=_second_start(attention, part),
        html_action="return",
    )
    return _frame(html.data, attention, part, dark=dark)


def model_frame(attention: Attention, layer: int, head: int, *, dark: bool) -> Frame:
    """Draw bertviz's model view: every head small, and one of them large after a click."""
    part = fitting(attention, layer, head, all_layers=True)
    html: Any = model_view(
        _tensors(attention, part),
        list(attention.encoded.tokens[: part.tokens]),
        sentence_b_start=_second_start(attention, part),
        display_mode="dark" if dark else "light",
        html_action="return",
    )
    return _frame(html.data, attention, part, dark=dark)


def neuron_frame(attention: Attention, layer: int, head: int, *, dark: bool) -> Frame:
    """Draw bertviz's neuron view of one layer: query, key, and their product, number by number."""
    part = fitting(attention, layer, head, all_layers=False)
    reader = _Reader(attention, part)
    html: Any = show(
        reader,
        reader.kind,
        reader,
        "first",
        "second" if reader.second_start else None,
        display_mode="dark" if dark else "light",
        layer=0,
        head=head - part.heads.start,
        html_action="return",
    )
    return _frame(html.data, attention, part, dark=dark)


class _Reader:
    """A text that was read already, in the shape in which the neuron view wants a model and its tokenizer."""

    def __init__(self, attention: Attention, part: Part) -> None:
        self._attention, self._part = attention, part
        tokens = list(attention.encoded.tokens[: part.tokens])
        ends_with_cls = attention.classification[-1:] == (len(attention.encoded) - 1,)
        self.kind = "xlnet" if ends_with_cls and part.tokens == len(attention.encoded) else "bert"
        self.second_start = _second_start(attention, part) if self.kind == "bert" else None
        first, second = (
            (tokens[: self.second_start], tokens[self.second_start :]) if self.second_start else (tokens, [])
        )
        self.cls_token, self.sep_token = (first[-1], first[-2]) if self.kind == "xlnet" else (first[0], first[-1])
        inner = first[:-2] if self.kind == "xlnet" else first[1:-1]
        self._texts = {"first": inner, "second": second[:-1]}
        self._last = second[-1:] or first[-1:]

    def tokenize(self, text: str) -> list[str]:
        return self._texts[text]

    def convert_tokens_to_ids(self, tokens: list[str]) -> list[int]:
        return list(range(len(tokens)))

    def eval(self) -> None:
        """Run in evaluation mode already."""

    def __call__(self, *_inputs: object, **_options: object) -> list[list[dict[str, torch.Tensor]]]:
        (layer,), heads, tokens = (
            self._part.layers,
            slice(self._part.heads.start, self._part.heads.stop),
            self._part.tokens,
        )
        found = {
            "attn": self._attention.weights[layer, heads, :tokens, :tokens],
            "queries": self._attention.queries[layer, heads, :tokens],
            "keys": self._attention.keys[layer, heads, :tokens],
        }
        return [[{name: torch.from_numpy(values)[None] for name, values in found.items()}]]


def _window(asked: int, kept: int, whole: int) -> range:
    start = min(asked, whole - kept)
    return range(start, start + kept)


def _span(name: str, places: range) -> str:
    first, last = places.start + 1, places.stop
    return f"{name} {first}" if first == last else f"{name}s {first} to {last}"


def _tensors(attention: Attention, part: Part) -> list[torch.Tensor]:
    heads, tokens = slice(part.heads.start, part.heads.stop), slice(0, part.tokens)
    return [torch.from_numpy(attention.weights[layer, heads, tokens, tokens])[None] for layer in part.layers]


def _second_start(attention: Attention, part: Part) -> int | None:
    start = attention.second_start
    return start if start is not None and 0 < start < part.tokens else None


def _frame(html: str, attention: Attention, part: Part, *, dark: bool) -> Frame:
    """Put bertviz's markup into a page of its own; fail loudly where it is not what we know."""
    head, params, script = taken_apart(html)
    params |= {"include_layers": [layer + 1 for layer in part.layers]}  # numbers count from 1, as on the page
    if "include_heads" in params:
        params["include_heads"] = [number + 1 for number in part.heads]
    if "display_mode" not in params:
        params["layer"] = part.layers.start + 1
    name = str(params["root_div_id"])
    params["root_div_id"] = ROOT
    _pack(params["attention"], _second_start(attention, part))
    written = json.dumps(params, separators=(",", ":")).replace("<", "\\u003c")
    body = head.replace(name, ROOT) + f"unpack({written});" + script
    return Frame(_page(body, layer=part.layers.start + 1, dark=dark), part.left_out(attention))


def taken_apart(html: str) -> tuple[str, dict[str, Any], str]:
    """Return what stands before the numbers, the numbers, and what follows them."""
    starts = [html.find(mark) + len(mark) for mark in MARKS if mark in html]
    start = min(starts, default=-1)  # what stands before the numbers holds none of the learner's words
    if html.count(NETWORK) != 1 or not html.startswith(NETWORK) or start < 0:
        raise RuntimeError("bertviz has changed its markup: look at variants/core/bertviz_frames.py")
    params, end = json.JSONDecoder().raw_decode(html, start)
    written, rest = html[start:end], html[end:]
    comment = f"; // HACK: {written} is a template marker that is replaced by actual params."
    rest = rest.removeprefix(comment)
    if written[:200] in rest or "root_div_id" not in params:
        raise RuntimeError("bertviz has changed how it writes its numbers: look at variants/core/bertviz_frames.py")
    return html[len(NETWORK) : start], params, rest


def _pack(attention: Any, second: int | None) -> None:
    """Replace arrays of numbers by bytes, and those of a part of the text by where they stand in the whole."""
    parts = list(attention) if isinstance(attention, list) else [attention[name] for name in attention]
    whole = parts[0]
    tokens = len(whole["left_text"])
    spans = {"A": [0, second], "B": [second, tokens]}
    names = [str(name) for name in attention] if isinstance(attention, dict) else [str(part["name"]) for part in parts]
    for name, part in zip(names[1:], parts[1:], strict=True):
        rows, columns = (spans[side.upper()] for side in (name if len(name) == 2 else (name[9], name[-1])))
        part["attn"] = {"rows": rows, "columns": columns}
        if "queries" in part:
            part["queries"], part["keys"] = {"rows": rows}, {"rows": columns}
    whole["attn"] = _bytes(np.array(whole["attn"]), scale=1 / STEPS, signed=False)
    for name in ("queries", "keys"):
        if name in whole:
            values = np.array(whole[name])
            whole[name] = _bytes(values, scale=float(np.abs(values).max() or 1) / 127, signed=True)


def _bytes(values: NDArray[np.float64], *, scale: float, signed: bool) -> dict[str, Any]:
    numbers = np.rint(values / scale).astype(np.int8 if signed else np.uint8)
    packed = base64.b64encode(numbers.tobytes()).decode()
    return {"packed": packed, "shape": values.shape, "scale": scale, "signed": signed}


def _page(body: str, *, layer: int, dark: bool) -> str:
    scripts = "".join(
        f'<script src="./vendor/{library.file}" integrity="sha384-{library.sha384}"></script>' for library in LIBRARIES
    )
    shim = (SCRIPTS / "bertviz-frame.js").read_text(encoding="utf-8")
    colours = "color:#ece9e3;color-scheme:dark" if dark else "color:#141311;color-scheme:light"
    style = f"body{{margin:0;overflow-x:auto;background:transparent;{colours}}}svg text{{fill:currentColor}}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Attention, drawn by bertviz</title>'
        f"<style>{style}</style>{scripts}<script>{shim}</script>{body}<script>nameControls({layer})</script></html>"
    )
