"""The charts of the RoBERTa chapter, each with its words and its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from variants.core.figures import CLEAR, GREY, LEGEND, QUIET_AXIS, Figure, figure, harmless, named_places
from variants.core.masking import Fate
from variants.roberta.formats import Packed
from variants.roberta.gradients import GradientNoise, expected_cosine
from variants.roberta.masks import MaskMatrix, share_ever_masked

FATES = {Fate.MASK: "shows <mask>", Fate.RANDOM: "shows a random piece", Fate.KEEP: "shows itself"}
MOST_LABELS = 24  # along half the page's width
MOST_SEQUENCES = 16  # rows of boxes
MOST_CHARACTERS = 60  # of a box's text in its label
TINTS = ("#4f83d6", "#0f8a5f", "#b8860b", "#8e5bb5")  # of the documents behind the learner's


def mask_matrix(title: str, tokens: Sequence[str], matrix: MaskMatrix, epoch: int, accent: str) -> Figure:
    """Draw the epochs up to ``epoch`` as rows: chosen tokens filled, grey where the pattern was seen before."""
    epochs, new = len(matrix.fates), matrix.is_new
    shown = [
        [(2 if new[row] else 1) if fate and row < epoch else 0 for fate in fates]
        for row, fates in enumerate(matrix.fates)
    ]
    said = [[FATES[fate] if fate else "not chosen" for fate in fates] for fates in matrix.fates]
    pixels = {
        "type": "heatmap",
        "z": shown,
        "zmin": 0,
        "zmax": 2,
        "y": list(range(1, epochs + 1)),
        "colorscale": [[0, CLEAR], [0.5, GREY], [1, accent]],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "customdata": said,
        "hovertemplate": "epoch %{y}, token %{x}: %{customdata}<extra></extra>",
    }
    layout = {
        "height": 110 + max(160, min(560, 11 * epochs)),
        "xaxis": _token_axis(tokens),
        "yaxis": QUIET_AXIS | {"title": {"text": "epoch"}, "range": [epochs + 0.5, 0.5]},
        "shapes": [_frame(len(tokens), epochs)],
    }
    rows = [
        (row + 1, "new" if new[row] else "seen before", " ".join(tokens[place] for place in matrix.patterns[row]))
        for row in range(epoch)
    ]
    alt = f"Matrix of {epoch} epochs by {len(tokens)} tokens. {title}: {matrix.patterns_seen[epoch - 1]} patterns"
    alt += f" differ, and {matrix.ever_masked[epoch - 1]} tokens were chosen at least once."
    return figure(title, alt, ("epoch", "pattern", "chosen tokens"), rows, [pixels], layout)


def ever_masked_curve(
    title: str, static: MaskMatrix, dynamic: MaskMatrix, *, epoch: int, candidates: int, chance: float, accent: str
) -> Figure:
    """Draw the share of tokens ever hidden, epoch by epoch, beside the closed form."""
    epochs = list(range(1, epoch + 1))
    shares = [[count / candidates for count in matrix.ever_masked[:epoch]] for matrix in (static, dynamic)]
    form = [share_ever_masked(chance, servings) for servings in epochs]
    drawn = [
        _line(epochs, form, f"1 − {1 - chance:.3g}ᵏ", GREY, dash="dot"),
        _line(epochs, shares[0], "static", GREY),
        _line(epochs, shares[1], "dynamic", accent),
    ]
    layout = {
        "height": 260,
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": {"title": {"text": "epoch"}, "range": [0.5, len(static.fates) + 0.5], "fixedrange": True},
        "yaxis": {"tickformat": ".0%", "range": [0, 1.04], "fixedrange": True},
    }
    rows = list(zip(epochs, *shares, form, strict=True))
    alt = f"Line chart after {epoch} epochs: static {shares[0][-1]:.1%}, dynamic {shares[1][-1]:.1%}, "
    alt += f"closed form {form[-1]:.1%}."
    columns = ("epoch", "static", "dynamic", "closed form")
    return figure(title, alt, columns, rows, drawn, layout)


def packed_boxes(title: str, packed: Packed, names: Sequence[str], accent: str) -> Figure:
    """Draw each training sequence as a row of boxes: special tokens, documents, and padding left empty."""
    shown = packed.sequences[:MOST_SEQUENCES]
    boxes = [(row, box) for row, boxes in enumerate(shown) for box in boxes]
    colours = [GREY if box.document is None else (accent, *TINTS)[box.document % 5] for _, box in boxes]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [box.length for _, box in boxes],
        "base": [box.start for _, box in boxes],
        "y": [row + 1 for row, _ in boxes],
        "marker": {"color": colours, "line": {"width": 0}},
        "customdata": [
            [_short(box.text if box.document is None else names[box.document]), _short(box.text)] for _, box in boxes
        ],
        "hovertemplate": "%{customdata[0]}, %{x} tokens<br>%{customdata[1]}<extra></extra>",
    }
    layout = {
        "height": 90 + 24 * len(shown),
        "bargap": 0.25,
        "xaxis": QUIET_AXIS | {"title": {"text": "tokens"}, "range": [0, packed.window]},
        "yaxis": QUIET_AXIS | {"title": {"text": "sequence"}, "range": [len(shown) + 0.6, 0.4], "dtick": 1},
        "shapes": [_outline(row + 1, packed.window) for row in range(len(shown))],
    }
    rows = [(row + 1, names[box.document], box.length, box.text) for row, box in boxes if box.document is not None]
    alt = f"Boxes. {title}: {len(packed.sequences)} sequences of at most {packed.window} tokens, "
    alt += f"{packed.padding:.0%} of the places empty, {packed.across_documents:.0%} with more than one document."
    return figure(title, alt, ("sequence", "document", "tokens", "text"), rows, [bars], layout)


def agreement_curve(title: str, noise: GradientNoise, accent: str) -> Figure:
    """Draw the mean cosine of two batches over their size, and what the noise scale predicts."""
    sizes = [agreement.size for agreement in noise.agreements]
    means = [agreement.cosine for agreement in noise.agreements]
    scale = noise.noise_scale
    spread = [(min(a.cosines), max(a.cosines)) for a in noise.agreements]
    points = _line(sizes, means, "measured", accent) | {
        "mode": "lines+markers+text",
        "text": [f"{mean:.2f}" for mean in means],
        "textposition": "bottom right",
        "error_y": _whiskers(means, spread),
        "cliponaxis": False,
    }
    predicted = [expected_cosine(size, scale) if scale else math.nan for size in sizes]
    drawn = [_line(sizes, predicted, "B / (B + noise scale)", GREY, dash="dot")] if scale else []
    layout = {
        "height": 320,
        "margin": {"l": 8, "r": 16, "t": 24, "b": 8},
        "showlegend": True,
        "legend": LEGEND | {"y": 1.04},
        "xaxis": {"type": "log", "tickvals": sizes, "title": {"text": "sequences in a batch"}, "fixedrange": True},
        "yaxis": {
            "title": {"text": "cosine"},
            "range": [min(-0.3, *(low for low, _ in spread)), 1],
            "fixedrange": True,
        },
    }
    said = ", ".join(f"{size} sequences {mean:.2f}" for size, mean in zip(sizes, means, strict=True))
    columns = ("sequences in a batch", "pairs", "mean cosine", "lowest", "highest", "predicted")
    rows = [
        (a.size, len(a.cosines), a.cosine, low, high, value)
        for a, (low, high), value in zip(noise.agreements, spread, predicted, strict=True)
    ]
    return figure(title, f"Line chart of cosines: {said}.", columns, rows, [*drawn, points], layout)


def _line(x: Sequence[float], y: Sequence[float], name: str, colour: str, *, dash: str = "solid") -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "name": name,
        "line": {"color": colour, "width": 2, "dash": dash},
        "hovertemplate": f"{name}, %{{x}}: %{{y:.3f}}<extra></extra>",
    }


def _whiskers(means: Sequence[float], spread: Sequence[tuple[float, float]]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - mean for (_, high), mean in zip(spread, means, strict=True)],
        "arrayminus": [mean - low for (low, _), mean in zip(spread, means, strict=True)],
        "thickness": 1,
    }


def _token_axis(tokens: Sequence[str]) -> dict[str, Any]:
    return QUIET_AXIS | named_places(tokens, most=MOST_LABELS) | {"tickangle": -60, "side": "top"}


def _frame(width: int, height: int) -> dict[str, Any]:
    """Outline the whole matrix, so that epochs still to come have a place."""
    corners = {"x0": -0.5, "x1": width - 0.5, "y0": 0.5, "y1": height + 0.5}
    return {"type": "rect", **corners, "line": {"color": GREY, "width": 1}}


def _outline(row: int, window: int) -> dict[str, Any]:
    """Outline a sequence's whole window: what no box fills is padding."""
    corners = {"x0": 0, "x1": window, "y0": row - 0.375, "y1": row + 0.375}
    return {"type": "rect", **corners, "line": {"color": GREY, "width": 1}}


def _short(text: str) -> str:
    return harmless(text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…")
