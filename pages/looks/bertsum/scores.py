"""The heart of the chapter: a score beside every sentence, and the summary that follows from the scores."""

from dataclasses import dataclass
from typing import cast

import streamlit as st

from pages.looks.bertsum.rows import article_rows, summary_box
from pages.ui.cache import remember
from pages.ui.controls import choice, range_slider, slider
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from pages.ui.theme import accent
from variants.bertsum import VARIANT, demo
from variants.bertsum.demo import Summarizer
from variants.bertsum.figures import score_positions
from variants.bertsum.pasted import Reading
from variants.bertsum.summary import Choice, Order, choose, within
from variants.bertsum.windows import Window
from variants.core.errors import InputError

ON_OFF = {"on": "on", "off": "off"}
ORDERS = {"document": "as in the article", "score": "best first, as the reference code"}
TAKE, MOST, MOST_PARTS = 3, 12, 512  # parts of articles kept on the server; 128 windows' [CLS] are 1 MB


@dataclass(frozen=True)
class Scored:
    """An article with its scores, and what they cost."""

    reading: Reading
    scores: tuple[float, ...]
    windows: tuple[Window, ...]
    seconds: float
    interval_segments: bool
    between: bool


@dataclass(frozen=True)
class Summary:
    """What was chosen, and how."""

    choice: Choice
    count: int
    part: tuple[int, int]  # of the article, in per cent
    order: Order
    blocking: bool

    @property
    def shown(self) -> tuple[int, ...]:
        """Return the sentences as the summary has them."""
        return self.choice.ordered(self.order)


def score_article(bertsum: Summarizer, reading: Reading) -> Scored:
    """Run the network in the chosen setting, a part of the article at a time; parts that were read are kept."""
    left, right = st.columns(2)
    with left:
        segments = choice("Interval segments, A B A B (off: all A)", ON_OFF, key="segments", default="on") == "on"
    with right:
        between = choice("Layers between sentences", ON_OFF, key="between", default="on") == "on"
    parts = demo.parts(bertsum, reading, interval_segments=segments)
    bar = st.progress(0.0, "Reading…")
    vectors: list[demo.Vectors] = []
    for number, part in enumerate(parts, start=1):
        vectors.append(remember(demo.read_part, most=MOST_PARTS)(bertsum, part))
        bar.progress(number / len(parts), f"Sentence {part[-1].sentences[-1] + 1} of {len(reading.sentences)}")
    scores = remember(demo.judge)(bertsum, tuple(vectors), between=between)
    bar.empty()
    windows = tuple(window for part in parts for window in part)
    return Scored(reading, scores, windows, sum(each.seconds for each in vectors), segments, between)


def summarize(scored: Scored) -> Summary:
    """Draw the controls of the summary, the article with its scores, and the summary under it."""
    found = _choose(scored)
    reading, scores, taken = scored.reading, scored.scores, found.choice.taken
    unread = f", {len(reading.left_out)} shorter ones are not read" if reading.left_out else ""
    st.markdown(
        f"**The article.** {len(scores)} sentences{unread}; a bar says how sure the model is that the oracle takes it."
    )
    article_rows(reading, scores, found.choice, accent(VARIANT))
    st.caption(
        f"{len(reading):,} tokens in {len(scored.windows)} windows, read in {scored.seconds:.2f} s on this machine. "
        "The sliders rank these scores again and never run the network. Scores are low because an oracle takes three "
        "sentences at most: compare them with each other."
    )
    st.markdown("**The summary**")
    summary_box([(number, reading.sentences[number]) for number in found.shown], accent(VARIANT))
    _passed_over(found.choice, scores)
    title = "The scores over the article: does it take the beginning?"
    show_figure(score_positions(title, scores, taken, accent(VARIANT)), key="positions")
    return found


def _choose(scored: Scored) -> Summary:
    left, right = st.columns(2)
    with left:
        count = slider("Sentences to take", key="take", low=1, high=MOST, default=TAKE)
        blocking = choice("Trigram blocking", ON_OFF, key="blocking", default="on") == "on"
    with right:
        part = range_slider("From which part of the article, in %", key="part", low=0, high=100, default=(0, 100))
        order = cast(Order, choice("Order", ORDERS, key="order", default="document"))
    candidates = within(len(scored.scores), *part)
    if not candidates:
        raise InputError(f"No sentence begins between {part[0]} % and {part[1]} % of this article: widen that part.")
    choice_made = choose(scored.reading.sentences, scored.scores, count, blocking=blocking, candidates=candidates)
    return Summary(choice_made, count, part, order, blocking)


def _passed_over(chosen: Choice, scores: tuple[float, ...]) -> None:
    for each in chosen.blocked:
        st.markdown(
            f"- Passed over: sentence {each.sentence + 1} ({scores[each.sentence]:.1%}), for it shares "
            f"“{plain(' '.join(each.trigram))}” with sentence {each.by + 1}, which was taken before."
        )
    if len(chosen.blocked) == 0:
        st.caption("No sentence was passed over for a trigram that it shares with a better one.")
