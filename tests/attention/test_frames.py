"""bertviz's pages without a network: true to 1/255, small, harmless, and loud when bertviz changes."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.attention.known import KEYS, SECOND, TEXT, made_up, opened
from variants.core import bertviz_frames
from variants.core.bertviz_frames import LIBRARIES, SCRIPTS, Frame, head_frame, model_frame, neuron_frame

Draw = Callable[..., Frame]
every_view = pytest.mark.parametrize("draw", [head_frame, model_frame, neuron_frame])


def params_of(frame: Frame) -> Any:
    (written,) = re.findall(r"= unpack\((\{.*?\})\);", frame.html)
    return json.loads(written)


def whole(frame: Frame, name: str = "attn") -> Any:
    attention = params_of(frame)["attention"]
    packed = (attention[0] if isinstance(attention, list) else attention["all"])[name]
    kind = np.int8 if packed["signed"] else np.uint8
    return np.frombuffer(base64.b64decode(packed["packed"]), kind).reshape(packed["shape"]) * packed["scale"]


@every_view
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("second", [None, SECOND])
def test_every_drawn_value_is_the_models_to_a_step(draw: Draw, key: str, second: str | None) -> None:
    _, _, attention = opened(key, TEXT, second)
    frame = draw(attention, 1, 0, dark=False)
    expected = attention.weights if draw is model_frame else attention.weights[1:2]
    assert np.abs(whole(frame) - expected).max() <= 0.5 / 255 + 1e-6
    assert frame.left_out == ""
    if draw is neuron_frame:
        for name, vectors in (("queries", attention.queries[1:2]), ("keys", attention.keys[1:2])):
            assert np.abs(whole(frame, name) - vectors).max() <= 0.5 * np.abs(vectors).max() / 127 + 1e-6


@every_view
def test_no_other_machine_is_named_and_nothing_is_there_twice(draw: Draw) -> None:
    _, _, attention = opened("bert")
    html = draw(attention, 0, 0, dark=True).html
    assert re.findall(r"<script[^>]*src=\"([^\"]+)", html) == [f"./vendor/{library.file}" for library in LIBRARIES]
    assert html.count('"left_text"') == 1
    assert html == draw(attention, 0, 0, dark=True).html  # the same page, so that a rerun does not load it anew


@every_view
def test_the_parts_of_a_pair_are_cut_from_the_whole(draw: Draw) -> None:
    attention = made_up(2, 2, 9, pair=4)
    parts = params_of(draw(attention, 0, 0, dark=False))["attention"]
    listed = parts if isinstance(parts, list) else list(parts.values())
    spans = {(tuple(part["attn"]["rows"]), tuple(part["attn"]["columns"])) for part in listed[1:]}
    assert spans == {((a, b), (c, d)) for a, b in ((0, 5), (5, 9)) for c, d in ((0, 5), (5, 9))}
    for part in listed[1:]:
        assert len(part["left_text"]) == part["attn"]["rows"][1] - part["attn"]["rows"][0]
        assert len(part["right_text"]) == part["attn"]["columns"][1] - part["attn"]["columns"][0]


@every_view
def test_a_token_cannot_end_the_script(draw: Draw) -> None:
    words = ("[CLS]", "</script><script>hit()</script>", "; // HACK: {}", "const params = 1", "<!--", "[SEP]")
    attention = made_up(2, 2, 6, names=words)
    html = draw(attention, 0, 0, dark=False).html
    assert "hit()</script>" not in html and "<!--" not in html
    tokens = params_of(draw(attention, 0, 0, dark=False))["attention"]
    assert (tokens[0] if isinstance(tokens, list) else tokens["all"])["left_text"] == list(words)


@every_view
def test_payloads_stay_small_and_what_is_left_out_is_said(draw: Draw) -> None:
    ours = draw(made_up(4, 4, 128), 1, 1, dark=False)
    assert len(ours.html) <= 500_000
    assert bool(ours.left_out) == (draw is model_frame)  # four layers of 128 tokens are too many lines
    large = draw(made_up(12, 12, 128), 11, 11, dark=False)
    assert len(large.html) <= 2_000_000
    assert "heads 9 to 12 of 12" in large.left_out
    longest = draw(made_up(2, 2, 512, width=8), 0, 1, dark=False)
    assert "the first 264 of 512 tokens" in longest.left_out and "head 2 of 2" in longest.left_out


def test_all_layers_are_drawn_where_there_is_room() -> None:
    assert model_frame(made_up(4, 4, 64), 0, 0, dark=False).left_out == ""
    assert "layer 3 of 4" in model_frame(made_up(4, 4, 128), 2, 0, dark=False).left_out


@every_view
@pytest.mark.parametrize(
    ("what", "instead"),
    [("require.js/2.3.6", "require.js/3.0"), ("PYTHON_PARAMS is", "PYTHON_PARAMS are"), ("root_div_id", "root")],
)
def test_another_markup_fails_loudly(draw: Draw, what: str, instead: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken_apart = bertviz_frames.taken_apart
    if what == "PYTHON_PARAMS is":
        what, instead = (" is a template marker", " may be a template marker")
        if draw is neuron_frame:
            what, instead = ("window.bertviz_params = ", "window.params = ")

    def changed(html: str) -> tuple[str, dict[str, Any], str]:
        return taken_apart(html.replace(what, instead))

    monkeypatch.setattr(bertviz_frames, "taken_apart", changed)
    with pytest.raises((RuntimeError, ValueError), match=r"bertviz has changed|Expecting value"):
        draw(made_up(2, 2, 6), 0, 0, dark=False)


def test_shipped_scripts_are_those_of_their_checksums_and_licences() -> None:
    folder = SCRIPTS / "vendor"
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in folder.glob("*.js")} == {library.file for library in LIBRARIES}
    for library in LIBRARIES:
        content = Path(folder / library.file).read_bytes()
        assert base64.b64encode(hashlib.sha384(content).digest()).decode() == library.sha384
        assert hashlib.sha256(content).hexdigest() in readme
        assert library.licence in readme and library.version in library.file
        assert library.version in content[:200].decode()
        assert (folder / f"{library.file.split('-')[0]}-LICENSE.txt").stat().st_size > 500
