"""Measure it: the detector at every threshold, on text that no model saw."""

import streamlit as st

from pages.ui.cache import remember
from pages.ui.controls import slider
from pages.ui.figure import show_figure
from pages.ui.running import run_when_asked
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.core.checkpoint import Checkpoint, read_metrics
from variants.electra import VARIANT, figures
from variants.electra.model import Electra
from variants.electra.threshold import Confusion, Scored, confusions, score_samples

EVEN = 50  # per cent
THRESHOLDS = tuple(percent / 100 for percent in range(1, 100))


@st.fragment
def detector(electra: Checkpoint[Electra]) -> None:
    """Judge the sample text when asked; the threshold then runs no model."""
    st.subheader("How good is the detector?")
    st.markdown(
        "The sample text, which no model here was trained on, with 15 % of its tokens hidden and refilled by the "
        "generator, as in pre-training. Most tokens stay original, so a detector that never finds anything is right "
        f"most of the time{_recorded()}. **Precision** is the share of its finds that are right, **recall** the share "
        "of the replaced tokens that it finds."
    )
    percent = slider("Call a token replaced from a P(replaced) of, in %", key="threshold", low=1, high=99, default=EVEN)
    scored = run_when_asked(
        "Measure it now (up to a minute)",
        lambda: score_samples(electra),
        key="scored",
        described=lambda found: (found.done / found.total, f"{found.done} of {found.total} sequences judged"),
    )
    if scored:
        _show(scored, percent)


def _recorded() -> str:
    """Say how right it was to find nothing where our model was measured, if it was."""
    baselines = (remember(read_metrics)(VARIANT.slug) or {}).get("baselines", {})
    right = baselines.get("always original", {}).get("rtd_accuracy")
    return "" if right is None else f": for {right:.1%} of the tokens when our model was measured on held-out text"


def _show(scored: Scored, percent: int) -> None:
    counted = dict(zip(THRESHOLDS, remember(confusions)(scored, THRESHOLDS), strict=True))
    here, tokens = counted[percent / 100], len(scored.replaced)
    for column, name, value in zip(
        st.columns(4),
        ("precision", "recall", "AUC, at all thresholds", "right verdicts"),
        (here.precision, here.recall, scored.auc, here.accuracy),
        strict=True,
    ):
        column.metric(name, _written(value))
    st.caption(
        f"{scored.done} sequences, {tokens:,} tokens, {scored.share:.1%} of them replaced; {scored.seconds:.0f} s. "
        f"“Always original” would be right for {1 - scored.share:.1%}, with a recall of 0 and an AUC of 0.5. The AUC "
        "is how often a replaced token looks more suspicious than an original one."
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        curves = figures.threshold_curves(
            "Precision and recall at every threshold", counted, percent / 100, accent(VARIANT)
        )
        show_figure(curves, key="threshold")
    with right:
        st.markdown(f"**At {percent} %**")
        show_table(_confusion(here))


def _confusion(found: Confusion) -> list[dict[str, str]]:
    return [
        {"in truth": "replaced", "called replaced": f"{found.hits:,}", "called original": f"{found.misses:,}"},
        {"in truth": "original", "called replaced": f"{found.false_alarms:,}", "called original": f"{found.passed:,}"},
    ]


def _written(share: float | None) -> str:
    return "nothing found" if share is None else f"{share:.1%}"
