"""Close-ups of one reading: six ways to look at what BERT did with the learner's text."""

from collections.abc import Callable

import streamlit as st

from pages.ui.address import text_now, value_of, whole_number
from pages.ui.attention import explorer_link
from pages.ui.cache import remember
from pages.ui.chapter import attempt, say
from pages.ui.controls import slider, text_box, words
from pages.ui.figure import show_figure
from pages.ui.theme import accent
from pages.ui.tokens import token_strip
from variants.bert import VARIANT, demo, inside
from variants.core import figures
from variants.core.guesses import Guess, best_guesses
from variants.core.reading import Reading

SECOND = "The room behind it was dark and cold."
MOST_SEEDS = 99

Look = Callable[[demo.Bert, Reading, int], None]  # the model, its reading, the hidden place looked at


def guess_bars(title: str, best: tuple[Guess, ...], *, hidden: str) -> figures.Figure:
    """Draw guesses as bars, the hidden word filled where it is among them."""
    tokens, chances = [guess.token for guess in best], [guess.probability for guess in best]
    highlight = hidden if hidden in tokens else None
    return figures.probability_bars(title, tokens, chances, accent(VARIANT), highlight=highlight)


def both_sides(bert: demo.Bert, reading: Reading, place: int) -> None:
    """Draw the guesses from the left context only, the right only, and both."""
    st.markdown("A left-to-right model sees one side of a gap. BERT sees both: cut one off and look.")
    named = {"left": "Only the words before it", "right": "Only the words after it", "both": "Both sides"}
    views = remember(demo.fill_from_one_side)(bert, reading, place)
    for column, (side, logits) in zip(st.columns(3), views.items(), strict=True):
        with column:
            best = best_guesses(bert, logits, 5)
            show_figure(guess_bars(named[side], best, hidden=reading.original.tokens[place]), key=f"side_{side}")


def attention(_bert: demo.Bert, reading: Reading, _place: int) -> None:
    """Draw one attention head as a heat map."""
    layers, heads = reading.attentions.shape[:2]
    left, right = st.columns(2)
    with left:
        layer = slider("Layer", key="layer", low=1, high=layers, default=1)
    with right:
        head = slider("Head", key="head", low=1, high=heads, default=1)
    title = f"Where each token looks in layer {layer}, head {head}"
    weights = reading.attentions[layer - 1, head - 1]
    heat = figures.attention_heatmap(title, reading.encoded.tokens, weights, accent(VARIANT))
    show_figure(heat, key="attention", note="Each row is one token and sums to 100 %. Attention is no explanation.")
    explorer_link("bert", text_now(VARIANT), layer, head)


def layer_by_layer(bert: demo.Bert, reading: Reading, place: int) -> None:
    """Draw the rank of a word after every layer."""
    hidden = reading.original.tokens[place]
    answer = words("Which word to follow?", key="follow", default="" if hidden == bert.tokenizer.mask_token else hidden)
    if not answer:
        st.info("Name a word to follow through the layers.")
        return
    lens = attempt(lambda: inside.logit_lens(bert, reading, place, answer))
    if lens:
        names = ["input", *(f"layer {found.layer}" for found in lens[1:])]
        ranks, best = [found.answer.rank for found in lens], [found.best.token for found in lens]
        title = f"Rank of “{answer}” when words are read off each layer"
        show_figure(
            figures.rank_by_layer(title, names, ranks, best, accent(VARIANT)),
            key="lens",
            note="An approximation, the “logit lens”: the head that names words was trained on the last layer only.",
        )


def the_input(bert: demo.Bert, reading: Reading, place: int) -> None:
    """Draw the three vectors that are summed for one token."""
    st.markdown("Layer 1 reads a sum: what the token is, where it stands, and which segment it belongs to.")
    position = slider("Which token?", key="token", low=0, high=len(reading.encoded) - 1, default=place)
    token, segment = reading.encoded.tokens[position], reading.encoded.token_type_ids[position]
    rows = inside.stacked(inside.input_sum(bert, reading, position))
    names = (f"token “{token}”", f"+ place {position}", f"+ segment {segment}", "= sum")
    strips = figures.vector_strips(f"How the input for “{token}” is made", names, rows[:4], accent(VARIANT))
    show_figure(strips, key="input", note="Layer normalisation then gives every sum the same mean and spread.")


def eighty_ten_ten(bert: demo.Bert, reading: Reading, _place: int) -> None:
    """Step through the drawing of a training example."""
    st.markdown(
        "In pre-training 15 % of the tokens are chosen. A chosen token becomes [MASK] (80 %), a random piece of "
        "the vocabulary (10 %), or stays (10 %)."
    )
    left, right = st.columns(2)
    with left:
        seed = slider("Seed", key="seed", low=0, high=MOST_SEEDS, default=0)
    drawn = demo.corrupt(bert, reading.original, seed=seed)
    with right:
        shown = slider("Steps", key="step", low=0, high=len(drawn), default=len(drawn))
    tokens, under = list(reading.original.tokens), [""] * len(reading.original)
    for chosen in drawn[:shown]:
        tokens[chosen.position], under[chosen.position] = chosen.shown, f"{chosen.fate}: {chosen.token}"
    marks = {chosen.position: str(chosen.fate) for chosen in drawn[:shown]}
    token_strip(tokens, label="The training example", marks=marks, under=under)
    st.caption(f"{len(drawn)} of {len(tokens)} tokens: 15 %, rounded, at least one; never [CLS] or [SEP].")


def next_sentence(bert: demo.Bert, _reading: Reading, _place: int) -> None:
    """Ask whether a second sentence follows."""
    second = text_box("Does this follow?", key="second", default=SECOND, height=70)
    first = text_now(VARIANT)
    answer = attempt(lambda: remember(demo.next_sentence)(bert, first, second))
    if answer:
        say(answer.encoded.notices)
        marks = {place: "second" for place, segment in enumerate(answer.encoded.token_type_ids) if segment}
        segments = ["AB"[segment] for segment in answer.encoded.token_type_ids]
        token_strip(answer.encoded.tokens, label="The pair and its segments", marks=marks, under=segments)
        labels, chances = ("follows", "from elsewhere"), (answer.is_next, 1 - answer.is_next)
        show_figure(
            figures.probability_bars("What [CLS] says of the pair", labels, chances, accent(VARIANT)), key="nsp"
        )


LOOKS: dict[str, tuple[str, Look]] = {
    "sides": ("both sides", both_sides),
    "attention": ("attention", attention),
    "layers": ("layer by layer", layer_by_layer),
    "input": ("the input", the_input),
    "draw": ("80/10/10", eighty_ten_ten),
    "next": ("next sentence", next_sentence),
}


def chosen_second() -> str:
    """Return the second sentence, also while its field is not drawn."""
    return value_of("second", SECOND, str)


def chosen_seed() -> int:
    """Return the seed, also while its slider is not drawn."""
    return value_of("seed", 0, whole_number(0, MOST_SEEDS))
