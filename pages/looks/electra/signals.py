"""Learning from all tokens: where both losses have a gradient, and which weights each of them moves."""

import streamlit as st

from pages.looks.electra.rows import Pipeline
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.measured import claims_table
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.core.checkpoint import Checkpoint
from variants.electra import VARIANT, figures
from variants.electra.model import Electra
from variants.electra.objective import DISCRIMINATOR_WEIGHT
from variants.electra.published import GENERATOR as GENERATOR_CLAIMS
from variants.electra.signals import SHARED, Signals, measure_signals

ENDS = {"outputs": "at the outputs", "inputs": "at the inputs"}


def all_tokens(electra: Checkpoint[Electra], _text: str, pipeline: Pipeline) -> None:
    """Draw the gradient of both losses at every token of the text above, and the loss in its two parts."""
    st.markdown(
        "Both losses on the text above, each followed back by one real backward pass. How long is its gradient at "
        "each token?"
    )
    signals = attempt(lambda: remember(measure_signals)(electra, pipeline.corruption))
    if signals is None:
        return
    end = choice("Where?", ENDS, key="end", default="outputs")
    tokens, colour = pipeline.corruption, accent(VARIANT)
    for column, name, found, read, key in zip(
        st.columns(2),
        ("Generator, hidden words", "Discriminator, replaced tokens"),
        (signals.mlm, signals.rtd),
        (tokens.masked.tokens, tokens.sampled.tokens),
        ("mlm", "rtd"),
        strict=True,
    ):
        norms = found.outputs if end == "outputs" else found.inputs
        learning = sum(norm > 0 for norm in norms)
        title = f"{name}: {learning} of {len(norms)} tokens"
        with column:
            show_figure(figures.gradient_bars(title, read, norms, colour), key=f"signal_{key}")
    st.caption(
        "At the outputs an answer meets the truth: for the generator at hidden tokens alone, for the discriminator at "
        "all of them. At the inputs every token gets some gradient from either, by way of attention: it is not so "
        "that BERT learns nothing from the words it sees. The scales of the two charts differ."
    )
    _losses(signals)


def _losses(signals: Signals) -> None:
    st.markdown("**The loss in its two parts**")
    show_table(
        [
            {
                "loss": "generator: which word was it?",
                "mean over": f"{signals.hidden} hidden tokens",
                "nats": f"{signals.mlm.loss:.3f}",
                "times": "1",
                "in the sum": f"{signals.mlm.loss:.2f}",
            },
            {
                "loss": "discriminator: replaced?",
                "mean over": f"all {len(signals.rtd.outputs)} tokens",
                "nats": f"{signals.rtd.loss:.3f}",
                "times": f"{DISCRIMINATOR_WEIGHT:g}",
                "in the sum": f"{signals.weighted:.2f}",
            },
        ]
    )
    ours, theirs = signals.mlm.parts[SHARED], signals.rtd.parts[SHARED]
    st.markdown(
        f"**Why times {DISCRIMINATOR_WEIGHT:g}?** A yes/no answer costs little beside a choice among thousands of "
        f"words. At the embeddings that both networks share, the generator's gradient has length {ours:.2f} and the "
        f"discriminator's {theirs:.2f}; with its weight, {DISCRIMINATOR_WEIGHT * theirs:.2f}."
    )


def no_gan(electra: Checkpoint[Electra], _text: str, pipeline: Pipeline) -> None:
    """Draw which loss moves which weights."""
    st.markdown(
        "In a generative adversarial network the generator is trained to fool the discriminator. Here it is not: "
        "sampling a word cuts the path. Each loss on the text above, and the length of its gradient on the weights:"
    )
    signals = attempt(lambda: remember(measure_signals)(electra, pipeline.corruption))
    if signals is None:
        return
    show_table(
        [
            {
                "weights": part,
                "from the generator's loss": _length(signals.mlm.parts[part]),
                "from the discriminator's loss": _length(signals.rtd.parts[part]),
            }
            for part in signals.mlm.parts
        ]
    )
    st.markdown(
        "Three more differences: the generator gets no noise as its input; its samples are original where they are "
        "right; and it is thrown away in the end. The paper tried adversarial training, and the generator got worse:"
    )
    claims_table(GENERATOR_CLAIMS)


def _length(length: float) -> str:
    return f"{length:.3g}" if length else "0: no path leads there"
