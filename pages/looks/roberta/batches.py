"""Batch size: how well two batches of our text agree, and what the paper measured."""

import streamlit as st

from pages.looks.roberta.masks import chosen_seed
from pages.ui.figure import show_figure
from pages.ui.running import run_when_asked
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.roberta import VARIANT, figures, gradients
from variants.roberta.demo import Roberta
from variants.roberta.gradients import GradientNoise
from variants.roberta.published import BATCH_SIZES, SEQUENCE
from variants.roberta.runs import Run, recorded_runs


@st.fragment
def batch_sizes(roberta: Roberta) -> None:
    """Measure how well batches agree when asked; show the paper's table and our own runs beside it."""
    st.subheader("What a larger batch buys")
    st.markdown(
        "A training step follows the gradient of one batch. Take two batches of different text: how far do their "
        "gradients, of all weights of our RoBERTa, point the same way?"
    )
    seed = chosen_seed()
    noise = run_when_asked(
        "Measure it now (up to a minute)",
        lambda: gradients.measure_noise(roberta, seed=seed),
        key=f"noise_{seed}",
        described=_described,
    )
    if noise:
        _show(noise)
    _published()
    _our_own()


def _described(noise: GradientNoise) -> tuple[float, str]:
    cosines = ", ".join(f"{found.size}: {found.cosine:.2f}" for found in noise.agreements)
    return noise.done / noise.total, f"{noise.done:,} of {noise.total:,} sequences. Cosines: {cosines}"


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
            "two of them agree with a cosine of one half. Below it a larger batch pays; far above, hardly. It was "
            f"measured on sequences of {gradients.WINDOW} tokens; the paper's batches hold sequences of "
            f"{SEQUENCE.value:g} ({SEQUENCE.source}), so that the two counts of sequences do not compare."
        )
    st.caption("After McCandlish et al., 2018, “An Empirical Model of Large-Batch Training” (arXiv 1812.06162).")


def _published() -> None:
    st.markdown("**The paper's three runs, BERT-base on about the same number of sequences**")
    show_table(
        [
            {
                "sequences in a batch": f"{row.sequences:,}",
                "steps": f"{row.steps:,}",
                "tokens in a sequence": f"{SEQUENCE.value:g}",
                "sequences seen": f"{row.sequences_seen / 1e6:.0f} million",
                "perplexity": f"{row.perplexity.value}",
                "MNLI": f"{row.mnli.value}",
                "SST-2": f"{row.sst.value}",
            }
            for row in BATCH_SIZES
        ]
    )
    st.caption(
        f"{BATCH_SIZES[0].mnli.source}. 2K is read as 2,048 and 8K as 8,192. The middle row won: larger is not better "
        "without end. None of them is RoBERTa itself, which took batches of 8K for up to 500,000 steps."
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
                    "peak learning rate": f"{run.learning_rate:g}",
                    "tokens seen": f"{run.tokens_seen:,}",
                    "loss (nats)": f"{run.loss:.2f}",
                    "tokens right": f"{run.accuracy:.1%}",
                }
                for run in runs
            ]
        )
        small, large = runs
        st.caption(
            f"The large batch read as much text in {large.steps / small.steps:.0%} of the steps; it got a longer "
            "warm-up, short windows for longer, and the best of the learning rates that were tried. Its loss is "
            f"**{_apart(small, large)}**: a step of a large batch is surer, and with a larger learning rate "
            f"{large.steps:,} of them lead that far. The paper's shortest run took "
            f"{min(row.steps for row in BATCH_SIZES):,}."
        )


def _apart(small: Run, large: Run) -> str:
    further = large.loss - small.loss
    return f"{abs(further):.2f} nats {'higher' if further > 0 else 'lower'}"
