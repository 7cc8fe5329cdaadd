"""Three ways to hide 15 % of a text: one draw of each, and what all draws so far came to."""

import streamlit as st

from pages.ui.address import keep
from pages.ui.cache import remember
from pages.ui.controls import slider
from pages.ui.figure import show_figure
from pages.ui.table import show_table
from pages.ui.theme import accent
from pages.ui.tokens import special_marks, token_strip
from variants.core.encoding import Encoded
from variants.core.histograms import grouped_bars, histogram
from variants.spanbert import VARIANT
from variants.spanbert.demo import SpanBert
from variants.spanbert.schemes import Scheme, Tally, hide_text, tally
from variants.spanbert.spans import LENGTHS, clipped_probabilities, length_probabilities, mean_length

MOST_SEEDS = 299
NAMES = {
    Scheme.TOKENS: "Scattered tokens, as in BERT",
    Scheme.WORDS: "Whole words, as in later BERTs",
    Scheme.SPANS: "Spans, as in SpanBERT",
}
ORDER = (Scheme.SPANS, Scheme.TOKENS, Scheme.WORDS)  # the accent is the first one's


def draw_masks(spanbert: SpanBert, encoded: Encoded) -> int:
    """Draw the three schemes on one text, and count over the draws so far; return the seed."""
    seed = slider("Draw number (the seed)", key="seed", low=0, high=MOST_SEEDS, default=0)
    with st.container(horizontal=True):
        _draw_on("Draw again", seed, 1)
        _draw_on("50 draws more", seed, 50)
    for scheme, name in NAMES.items():
        _one_draw(spanbert, encoded, scheme, name, seed)
    st.caption(
        "Below each hidden token what it was. Filled: [MASK]. Framed in orange: a random token. Dashed: kept as it "
        "is. All three must be guessed."
    )
    counted = {scheme: remember(tally)(spanbert, encoded, scheme, texts=seed + 1) for scheme in ORDER}
    _table(counted)
    _figures(counted)
    return seed


def _draw_on(label: str, seed: int, by: int) -> None:
    asked = str(min(MOST_SEEDS, seed + by))
    st.button(label, key=f"draw_{by}", on_click=keep, args=("seed", asked, "0"), disabled=seed == MOST_SEEDS)


def _one_draw(spanbert: SpanBert, encoded: Encoded, scheme: Scheme, name: str, seed: int) -> None:
    hidden = remember(hide_text)(spanbert, encoded, scheme, seed=seed)
    st.markdown(f"**{name}**")
    marks = {place: str(fate) for place, fate in enumerate(hidden.fates) if fate}
    under = [encoded.tokens[place] if place in marks else "" for place in range(len(encoded))]
    token_strip(hidden.encoded.tokens, label=name, marks=special_marks(encoded.special) | marks, under=under)


def _table(counted: dict[Scheme, Tally]) -> None:
    texts = counted[Scheme.SPANS].texts
    st.markdown(f"**{texts} {'draw' if texts == 1 else 'draws'} of each so far**")
    show_table(
        [
            {
                "hidden as": NAMES[scheme],
                "tokens hidden": f"{found.tokens:,}",
                "in runs": f"{found.number_of_runs:,}",
                "tokens a run": f"{found.mean_run:.2f}",
                "all [MASK] / random / kept": " / ".join(f"{count:,}" for count in found.fates),
                "runs of mixed fates": f"{found.mixed:,}",
            }
            for scheme in NAMES
            for found in [counted[scheme]]
        ]
    )


def _figures(counted: dict[Scheme, Tally]) -> None:
    spans, colour = counted[Scheme.SPANS], accent(VARIANT)
    left, right = st.columns(2, gap="large")
    with left:
        geometric, clipped = length_probabilities(), clipped_probabilities()
        expected = {
            f"geometric, mean {mean_length(geometric):.2f}": geometric,
            f"clipped to ten, mean {mean_length(clipped):.2f}": clipped,
        }
        note = (
            f"Mean so far: {spans.mean_words:.2f} words. Lengths beyond ten never come. Were they cut to ten "
            "instead, the crosses would hold, with many spans of ten."
        )
        drawn = histogram("Words that a span is to have", LENGTHS, spans.drawn, expected, colour)
        show_figure(drawn, key="lengths", note=note)
    with right:
        longest = max(len(found.runs) for found in counted.values())
        shares = {
            str(scheme): found.run_shares + (0.0,) * (longest - len(found.runs)) for scheme, found in counted.items()
        }
        labels = [str(length) for length in range(1, longest + 1)]
        note = (
            f"{spans.cut:,} of {sum(spans.drawn):,} spans were cut because enough was hidden, {spans.merged:,} merged "
            "with one that they touch. In a longer text fewer are cut."
        )
        title = "Tokens in a run that is hidden"
        show_figure(grouped_bars(title, labels, shares, colour, axis="tokens in the run"), key="runs", note=note)
