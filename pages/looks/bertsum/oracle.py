"""The oracle, step by step: where the labels come from that BERTSUM learns."""

from collections.abc import Sequence

import streamlit as st

from pages.looks.bertsum.baselines import reference_box
from pages.looks.bertsum.rows import shared_box
from pages.looks.bertsum.scores import MOST, Scored, Summary
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from pages.ui.play import playable, stepper
from pages.ui.theme import accent
from variants.bertsum import VARIANT
from variants.bertsum.figures import rival_bars
from variants.bertsum.oracle import Step, oracle_steps
from variants.bertsum.rouge import shared_words

BEST = 8  # rivals in the chart


def step_by_step(scored: Scored, found: Summary) -> None:
    """Draw one step of the search: what is taken, and what the others would have given."""
    st.markdown(
        "Training data are articles with summaries that people wrote. The **oracle** knows the summary and adds, one "
        "at a time, the sentence that raises ROUGE-1 + ROUGE-2 most. What it takes is labelled 1, the rest 0."
    )
    reference = reference_box()
    if not reference.strip():
        st.info("The oracle needs a summary: write a reference above.")
        return
    sentences = scored.reading.sentences
    steps = oracle_steps(sentences, reference, found.count)
    if not steps:
        st.info("No sentence shares a word with this reference, so the oracle takes nothing.")
        return
    playable("step", lambda: _one_step(scored, steps, reference))
    taken = ", ".join(str(each.sentence + 1) for each in steps)
    stopped = len(steps) < min(found.count, len(sentences))
    why = "no other sentence raises the score" if stopped else "it may take no more"
    st.caption(plain(f"In this order it takes {taken}; then it stops, for {why}."))


def _one_step(scored: Scored, steps: Sequence[Step], reference: str) -> None:
    sentences = scored.reading.sentences
    number = stepper("Step of the oracle", key="step", last=len(steps), most=MOST)
    step = steps[number - 1]
    best = sorted(step.rivals, key=lambda sentence: -step.rivals[sentence])[:BEST]
    title = f"Step {number}: ROUGE-1 + ROUGE-2 with each sentence added"
    figure = rival_bars(title, {sentence: step.rivals[sentence] for sentence in best}, accent(VARIANT))
    show_figure(figure, key="oracle")
    st.markdown(f"**Taken: sentence {step.sentence + 1}**")
    shared_box(shared_words(sentences[step.sentence], reference), accent(VARIANT))
    rank = 1 + sum(score > scored.scores[step.sentence] for score in scored.scores)
    st.caption(f"BERTSUM gives it {scored.scores[step.sentence]:.1%}: rank {rank} of {len(sentences)}.")
