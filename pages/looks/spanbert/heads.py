"""One span of the text, rebuilt from its edges and filled in from everything: the two heads side by side."""

from collections.abc import Callable

import streamlit as st

from pages.ui.cache import remember
from pages.ui.controls import choice, range_slider, slider, switch
from pages.ui.figure import show_figure
from pages.ui.network import network
from pages.ui.theme import accent
from pages.ui.tokens import special_marks, token_strip
from variants.core import figures
from variants.core.encoding import Encoded
from variants.core.guesses import best_guesses
from variants.core.histograms import grouped_bars
from variants.core.reading import Reading
from variants.spanbert import VARIANT
from variants.spanbert.demo import (
    SpanBert,
    SpanGuesses,
    as_odds,
    default_span,
    fill,
    guess_span,
    log_probabilities,
    moved,
    right_probabilities,
)
from variants.spanbert.head import walk_through
from variants.spanbert.spans import Span

HEADS = {"sbo": "From the two edges (SBO)", "mlm": "From the states inside (MLM)"}
MOST_GUESSES, USUAL_GUESSES = 20, 5
Look = Callable[[SpanBert, Reading, SpanGuesses], int]  # returns how many guesses it was asked for


def choose_span(spanbert: SpanBert, encoded: Encoded) -> tuple[Span, Reading]:
    """Let the learner choose a span; return it and what the encoder made of the text without it."""
    usual = default_span(spanbert, encoded)
    first, last = range_slider(
        "The span: its first and its last token",
        key="span",
        low=1,
        high=len(encoded) - 2,
        default=(usual.start, usual.stop - 1),
    )
    span = Span(first, last + 1)
    reading = remember(fill)(spanbert, encoded, span)
    marks = special_marks(encoded.special) | dict.fromkeys(reading.masks, "mask")
    marks |= dict.fromkeys((span.start - 1, span.stop), "edge")
    under = [str(place) for place in range(len(encoded))]
    for place in range(span.start, span.stop):
        under[place] += f" {encoded.tokens[place]}"
    token_strip(reading.encoded.tokens, label="The text with the span hidden", marks=marks, under=under)
    return span, reading


def both_heads(spanbert: SpanBert, reading: Reading, span: Span) -> SpanGuesses:
    """Draw what each head makes of the span, and let the learner blank what stands inside it."""
    blank = switch("Blank the states inside the span", key="blank", help="Sets them to zero before both heads read.")
    usual = remember(guess_span)(spanbert, reading, span)
    guesses = remember(guess_span)(spanbert, reading, span, blank=blank)
    for column, (head, name) in zip(st.columns(2, gap="large"), HEADS.items(), strict=True):
        with column:
            st.markdown(f"**{name}**")
            _one_head(spanbert, reading, guesses, head)
    if not guesses.bounded:
        st.info("The span touches an end of the text, where pre-training never asked SBO: its guesses are untrained.")
    if blank:
        shares = {head: moved(usual.heads[head], guesses.heads[head]) for head in HEADS}
        st.markdown(
            f"Blanking moved **{shares['sbo']:.1%}** of SBO's probability and **{shares['mlm']:.1%}** of MLM's."
        )
    return guesses


def _one_head(spanbert: SpanBert, reading: Reading, guesses: SpanGuesses, head: str) -> None:
    span, logits, tokens = guesses.span, guesses.heads[head], reading.encoded.tokens
    best = [best_guesses(spanbert, row, 1)[0] for row in logits]
    hidden = reading.original.tokens[span.start : span.stop]
    named = [tokens[span.start - 1], *(guess.token for guess in best), tokens[span.stop]]
    chances = [f"{guess.probability:.0%}" if guess.probability >= 0.01 else "<1%" for guess in best]
    right = [guess.token == token for guess, token in zip(best, hidden, strict=True)]
    under = ["", *(f"{chance} ✓" if hit else chance for chance, hit in zip(chances, right, strict=True)), ""]
    marks = {place: "right" for place, hit in enumerate(right, start=1) if hit}
    edges = dict.fromkeys((0, len(named) - 1), "edge")
    token_strip(named, label=f"First guesses: {HEADS[head]}", marks=marks | edges, under=under)
    if _is_known(spanbert, guesses):
        odds = as_odds(sum(log_probabilities(logits, guesses.answers)))
        st.metric("Probability of the whole right span", odds)


def _is_known(spanbert: SpanBert, guesses: SpanGuesses) -> bool:
    """Say whether there is a right answer: the learner did not type [MASK] there."""
    return spanbert.vocabulary.mask not in guesses.answers


def token_by_token(spanbert: SpanBert, reading: Reading, guesses: SpanGuesses) -> int:
    """Draw the best guesses of both heads for one token of the span."""
    span, tokens = guesses.span, reading.original.tokens
    left, right = st.columns([3, 2], gap="large")
    with left:
        place = _which_token(reading, span)
    with right:
        top_k = slider("How many guesses", key="top_k", low=1, high=MOST_GUESSES, default=USUAL_GUESSES)
    for column, (head, name) in zip(st.columns(2, gap="large"), HEADS.items(), strict=True):
        with column:
            best = best_guesses(spanbert, guesses.heads[head][place - span.start], top_k)
            names, chances = [guess.token for guess in best], [guess.probability for guess in best]
            highlight = tokens[place] if tokens[place] in names else None
            bars = figures.probability_bars(name, names, chances, accent(VARIANT), highlight=highlight)
            show_figure(bars, key=f"guesses_{head}")
    return top_k


def right_tokens(spanbert: SpanBert, reading: Reading, guesses: SpanGuesses) -> int:
    """Draw the probability of each hidden token under both heads."""
    if not _is_known(spanbert, guesses):
        st.info("You hid a token yourself, with [MASK]: nobody knows the right one.")
        return USUAL_GUESSES
    span = guesses.span
    labels = [f"{place} {reading.original.tokens[place]}" for place in range(span.start, span.stop)]
    shares = {head.upper(): right_probabilities(logits, guesses.answers) for head, logits in guesses.heads.items()}
    note = "Each token is guessed on its own, so the probability of the whole span is the product of its bars."
    title = "Probability of the token that was hidden"
    show_figure(grouped_bars(title, labels, shares, accent(VARIANT), axis="hidden token"), key="right", note=note)
    return USUAL_GUESSES


def inside_the_head(spanbert: SpanBert, reading: Reading, guesses: SpanGuesses) -> int:
    """Draw the span boundary head with the sizes of its tensors, for one token of the span."""
    span = guesses.span
    stages = walk_through(spanbert, reading, span, _which_token(reading, span) - span.start)
    boxes = [(stage.name, stage.size, (stage.meaning, stage.matrix)) for stage in stages]
    network(boxes, inputs=3, label="The span boundary head, from its inputs to its output")
    st.caption("No state from inside the span goes in: the place alone tells this token from its neighbours.")
    return USUAL_GUESSES


def _which_token(reading: Reading, span: Span) -> int:
    named = {place: f"{place} {reading.original.tokens[place]}" for place in range(span.start, span.stop)}
    return choice("Which token of the span?", named, key="place", default=span.start)


LOOKS: dict[str, tuple[str, Look]] = {
    "tokens": ("token by token", token_by_token),
    "right": ("the right tokens", right_tokens),
    "head": ("inside the head", inside_the_head),
}
