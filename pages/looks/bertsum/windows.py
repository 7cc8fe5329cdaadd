"""How a long article is read: windows of whole sentences, segments by turns, and the sum at one token."""

import streamlit as st

from pages.looks.bertsum.scores import Scored
from pages.ui.attention import attention_close_up
from pages.ui.controls import slider
from pages.ui.figure import show_figure
from pages.ui.theme import accent
from pages.ui.tokens import token_strip
from variants.bertsum import VARIANT
from variants.bertsum.articles import LONGEST_ARTICLE
from variants.bertsum.demo import Summarizer
from variants.bertsum.figures import SEGMENTS, window_boxes
from variants.bertsum.inside import input_sum, span_of, window_of
from variants.bertsum.windows import Window
from variants.core.figures import vector_strips
from variants.core.tokenization import tokens_of

MOST_ROWS = 24  # windows in the chart at once


def windows_of_sentences(bertsum: Summarizer, scored: Scored) -> None:
    """Draw the windows, and the tokens of one sentence in its window."""
    windows, sentences = scored.windows, scored.reading.sentences
    st.markdown(
        f"Our BERT reads {bertsum.max_length} tokens at once, the paper's 512. So {len(sentences)} sentences stand in "
        f"{len(windows)} windows, each sentence in exactly one; the two layers above see all of them together."
    )
    first = 1
    if len(windows) > MOST_ROWS:
        parts = -(-len(windows) // MOST_ROWS)
        first += MOST_ROWS * (slider(f"{MOST_ROWS} windows at once", key="rows", low=1, high=parts, default=1) - 1)
    shown = windows[first - 1 : first - 1 + MOST_ROWS]
    figure = window_boxes(
        "Windows of whole sentences; the segment changes from one to the next",
        shown,
        sentences,
        first=first,
        longest=bertsum.max_length,
        accent=accent(VARIANT),
    )
    show_figure(figure, key="windows", note="Grey: segment A. Coloured: segment B. The number is the sentence's.")
    if len(sentences) > LONGEST_ARTICLE:
        st.caption(
            f"In training articles were cut to {LONGEST_ARTICLE} sentences; with {len(sentences)} the layers "
            "between sentences meet places that they never saw."
        )
    window, number = _chosen_sentence(windows, len(sentences))
    span = span_of(window, number)
    token_strip(
        tokens_of(bertsum.tokenizer, [window.input_ids[place] for place in span]),
        label="The sentence as BERT reads it",
        marks={0: "special", len(span) - 1: "special"},
        under=[f"{place} {SEGMENTS[window.token_type_ids[place]]}" for place in span],
    )
    st.caption("Below each token its place in the window and its segment. The vector of [CLS] stands for the sentence.")


def three_embeddings(bertsum: Summarizer, scored: Scored) -> None:
    """Draw the three vectors that are summed for one token of one sentence."""
    st.markdown(
        "The first layer reads a sum: what the token is, where it stands in the window, and its segment. Every "
        "sentence has a [CLS] of its own, the same row of the table each time: only place and segment differ."
    )
    windows = scored.windows
    window, number = _chosen_sentence(windows, len(scored.reading.sentences))
    span = span_of(window, number)
    last = len(span) - 1
    asked = slider("Token of it, [CLS] is 0", key="token", low=0, high=bertsum.max_length - 1, default=0)
    place = span[min(asked, last)]
    token = tokens_of(bertsum.tokenizer, [window.input_ids[place]])[0]
    segment = SEGMENTS[window.token_type_ids[place]]
    names = (f"token “{token}”", f"+ place {place}", f"+ segment {segment}", "= sum")
    title = f"How the input for “{token}” of sentence {number + 1} is made"
    show_figure(vector_strips(title, names, input_sum(bertsum, window, place), accent(VARIANT)), key="input")
    if asked > last:
        st.caption(f"Sentence {number + 1} has {len(span)} tokens; its last one is shown.")


def heads_in_a_window(scored: Scored) -> None:
    """Draw where a head of the encoder looks among the sentences of one window."""
    sentences = scored.reading.sentences
    window, _ = _chosen_sentence(scored.windows, len(sentences))
    first, last = window.sentences[0] + 1, window.sentences[-1] + 1
    read = f"sentences {first} to {last}" if last > first else f"sentence {first}"
    st.markdown(f"The encoder sees one window at a time, here {read}: across it, but not beyond, a token can look.")
    attention_close_up(VARIANT, " ".join(sentences[number] for number in window.sentences))


def _chosen_sentence(windows: tuple[Window, ...], count: int) -> tuple[Window, int]:
    number = 0
    if count > 1:
        number = slider("Which sentence?", key="sentence", low=1, high=count, default=1) - 1
    return windows[window_of(windows, number)], number
