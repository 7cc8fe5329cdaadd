"""Batch size: how well two batches of our text agree, and what the paper measured."""

from contextlib import closing

import streamlit as st

from pages.looks.roberta.masks import chosen_seed
from pages.ui.chapter import attempt
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.roberta import VARIANT, figures, gradients
from variants.roberta.demo import Roberta
from variants.roberta.gradients import GradientNoise
from variants.roberta.published import BATCH_SIZES
from variants.roberta.runs import recorded_runs


@st.fragment
def batch_sizes(roberta: Roberta) -> None:
    """Measure how well batches agree when asked; show the paper's table and our own runs beside it."""
    st.subheader("What a larger batch buys")
    st.markdown(
        "A training step follows the gradient of one batch. Take two batches of different text: how far do their "
        "gradients, of all weights of our RoBERTa, point the same way?"
    )
    seed = chosen_seed()
    kept = f"noise_{seed}"
    if st.button("Measure it now (up to a minute)", key="measure_noise"):
        st.session_state.pop(kept, None)
        attempt(lambda: _measure(roberta, seed, kept))
    if noise := st.session_state.get(kept):
        _show(noise)
    _published()
    _our_own()


def _measure(roberta: Roberta, seed: int, kept: str) -> None:
    """Measure step by step; whatever the learner presses meanwhile ends it and keeps what was found."""
    place = st.empty()
    with place.container():
        st.button("Stop", key="stop_noise")
        bar = st.progress(0.0, "Reading the first batches…")
    with closing(gradients.measure_noise(roberta, seed=seed)) as steps:
        for noise in steps:
            st.session_state[kept] = noise
            cosines = ", ".join(f"{found.size}: {found.cosine:.2f}" for found in noise.agreements)
            bar.progress(noise.done / noise.total, f"{noise.done:,} of {noise.total:,} sequences. Cosines: {cosines}")
    place.empty()


def _show(noise: GradientNoise) -> None:
    if not noise.agreements:
        st.info("It was stopped before two batches could be compared.")
        return
    scale = noise.noise_scale
    said = f"{noise.done:,} sequences of {gradients.WINDOW} tokens from the sample text, each in one batch only, "
    said += f"{noise.seconds:.0f} s. Thin lines: from the lowest to the highest pair."
    show_figure(figures.agreement_curve("How well two batches agree", noise, accent(VARIANT)), key="noise", note=said)
    if scale:
        st.markdown(
            f"The **noise scale** is **{scale:,.0f} sequences**: a batch of that size is half signal, half noise, and "
            "two of them agree with a cosine of one half. Below it a larger batch pays; far above, hardly."
        )
    st.caption("After McCandlish et al., 2018, “An Empirical Model of Large-Batch Training” (arXiv 1812.06162).")


def _published() -> None:
    st.markdown("**The paper's three runs, BERT-base on about the same number of sequences**")
    show_table(
        [
            {
                "sequences in a batch": f"{row.sequences:,}",
                "steps": f"{row.steps:,}",
                "sequences seen": f"{row.sequences_seen / 1e6:.0f} million",
                "perplexity": f"{row.perplexity.value}",
                "MNLI": f"{row.mnli.value}",
                "SST-2": f"{row.sst.value}",
                "source": row.mnli.source,
            }
            for row in BATCH_SIZES
        ]
    )
    st.caption(
        "2K is read as 2,048 and 8K as 8,192. The middle row won: larger is not better without end. None of them is "
        "RoBERTa itself, which took batches of 8K for up to 500,000 steps."
    )


def _our_own() -> None:
    if runs := recorded_runs():
        st.markdown("**Our own runs**")
        show_table(
            [
                {
                    "run": run.name,
                    "tokens in a batch": f"{run.batch_tokens:,}",
                    "steps": f"{run.steps:,}",
                    "tokens seen": f"{run.tokens_seen:,}",
                    "loss (nats)": f"{run.loss:.2f}",
                    "tokens right": f"{run.accuracy:.1%}",
                }
                for run in runs
            ]
        )
