"""One head of the student beside the head that it copies."""

import streamlit as st

from pages.ui.address import current, text_now, whole_number
from pages.ui.attention import explorer_link
from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bert import VARIANT as BERT
from variants.core.figures import attention_heatmap
from variants.tinybert import VARIANT, figures, imitation
from variants.tinybert.demo import Comparison

DRAWN = {"scores": "raw scores", "weights": "after the softmax"}


def head_beside_head(comparison: Comparison, layers: tuple[int, ...]) -> tuple[int, int]:
    """Draw teacher's and student's head side by side; return the layer and the head."""
    st.subheader("A head and the head that imitates it")
    depth, heads = comparison.student.depth, comparison.student.insides.scores[0].shape[1]
    left, middle, right = st.columns([2, 2, 3])
    with left:
        layer = choice("Student's layer", _numbers(depth), key="layer", default=1)
    with middle:
        head = choice("Head", _numbers(heads), key="head", default=1)
    with right:
        drawn = choice("What is drawn?", DRAWN, key="drawn", default="scores")
    copied = layers[layer]
    tokens = comparison.encoded.tokens
    theirs = imitation.scores_of(comparison, "teacher", copied, head)
    ours = imitation.scores_of(comparison, "student", layer, head)
    bound = float(max(abs(theirs).max(), abs(ours).max(), 1e-6))
    named = (("teacher", f"Teacher, layer {copied}, head {head}", theirs, accent(BERT)),
             ("student", f"Student, layer {layer}, head {head}", ours, accent(VARIANT)))  # fmt: skip
    for column, (who, title, scores, colour) in zip(st.columns(2), named, strict=True):
        with column:
            if drawn == "scores":
                show_figure(figures.score_map(title, tokens, scores, bound, colour), key=f"head_{who}")
            else:
                weights = imitation.attention_weights(scores)
                show_figure(attention_heatmap(title, tokens, weights, colour), key=f"head_{who}")
    _errors(comparison, layers, layer, head)
    explorer_link("tinybert", text_now(VARIANT), layer, head)
    return layer, head


def _errors(comparison: Comparison, layers: tuple[int, ...], layer: int, head: int) -> None:
    """Write the error of the chosen head, and of all beside it."""
    error = imitation.head_error(comparison, layer, layers[layer], head)
    st.markdown(
        f"Mean squared error of the scores of this head: **{error:.4f}**. The loss compares raw scores, whichever of "
        "the two is drawn; both maps of scores share one scale."
    )
    rows = enumerate(imitation.head_errors(comparison, layers), start=1)
    show_table(
        [
            {"layer": f"{number} ← {layers[number]}"}
            | {f"head {place}": f"{value:.3f}" for place, value in enumerate(row, start=1)}
            | {
                "mean": f"{sum(row) / len(row):.3f}",
                "spread": f"{imitation.spread_of(comparison, layers[number]):.3f}",
            }
            for number, row in rows
        ]
    )
    st.caption(
        "Mean squared errors of the scores; their mean is the layer's loss. “Spread” is what a student would lose that "
        "gave each of the teacher's heads its mean score on your text: above it, one number would copy better."
    )


def _numbers(count: int) -> dict[int, str]:
    return {number: str(number) for number in range(1, count + 1)}


def chosen(depth: int, heads: int) -> tuple[int, int]:
    """Return layer and head, also while they are not drawn."""
    return current("layer", 1, whole_number(1, depth)), current("head", 1, whole_number(1, heads))
