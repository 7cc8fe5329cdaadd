"""The factorization order: chosen by preset, by seed, by dragging or by typing; then the steps through it."""

import streamlit as st

from pages.ui.address import current, keep, linked, value_of, whole_number
from pages.ui.controls import choice, slider
from pages.ui.figure import show_figure
from pages.ui.order_row import order_row
from pages.ui.plain import plain
from pages.ui.play import stepper
from pages.ui.theme import accent
from pages.ui.tokens import token_strip
from variants.core.encoding import Encoded
from variants.core.figures import probability_bars
from variants.xlnet import VARIANT
from variants.xlnet.demo import MOST_GUESSES, OrderReading
from variants.xlnet.factorization import Factorization, Order, draw_order, parse_order, places_of, written
from variants.xlnet.figures import running_sum, sight_matrix

NAMES = {"left": "left to right", "right": "right to left", "random": "random", "own": "your own"}
MOST_SEEDS, MOST_PLACES, LONGEST, TOP_K = 299, 128, 2_000, 6


def choose_order(encoded: Encoded) -> Factorization:
    """Draw the controls of the order; raise InputError where the learner's own is none."""
    places = places_of(encoded)
    typed = value_of("order", "", lambda asked: asked[:LONGEST])
    left, right = st.columns([3, 2], gap="large")
    with left:
        by = choice("Order of prediction", NAMES, key="by", default="own" if typed else "random")
        order = _order(by, typed, places)
    with right:
        given = 0
        if len(places) > 1:
            given = slider(
                "Given: so many of the order are read, not predicted",
                key="given",
                low=0,
                high=len(places) - 1,
                default=0,
                help="Pre-training gives five sixths and predicts the rest.",
            )
    st.markdown("**The order.** Drag a token to be predicted earlier or later, or choose it and use the arrow keys.")
    order_row(encoded.tokens, order, key="order_row", moved=_take)
    return Factorization(order, given)


def _order(by: str, typed: str, places: Order) -> Order:
    if by in ("left", "right"):
        return places if by == "left" else places[::-1]
    if by == "random":
        return draw_order(places, slider("Seed", key="seed", low=0, high=MOST_SEEDS, default=0))
    drawn = draw_order(places, chosen_seed())
    field = linked("order", typed, "")
    st.text_input(
        "Your order: the numbers of the places, the first to be predicted first", **field, placeholder=written(drawn)
    )
    return parse_order(typed, places) if typed.strip() else drawn


def _take(order: tuple[int, ...]) -> None:
    """Make what the learner dragged the order of the page."""
    keep("order", written(order))
    keep("by", "own", "own")  # an order in the address is the learner's own unless it says otherwise


def chosen_seed() -> int:
    """Return the seed of all that is drawn on the page, also while its slider is not drawn."""
    return current("seed", 0, whole_number(0, MOST_SEEDS))


def chosen_top_k() -> int:
    """Return how many guesses are asked for."""
    return current("top_k", TOP_K, whole_number(1, MOST_GUESSES))


def step_through(reading: OrderReading) -> None:
    """Draw one step of the order: what is seen, what is guessed, and the sum so far."""
    number = stepper("Step", key="step", last=len(reading.steps), most=MOST_PLACES)
    step, tokens = reading.steps[number - 1], reading.encoded.tokens
    _sentence(reading, number)
    left, right = st.columns([3, 2], gap="large")
    with right:
        st.metric(
            f"log p of “{plain(tokens[step.place])}”, given what it sees",
            f"{step.log_probability:.2f}",
            f"rank {step.rank:,} of the vocabulary",
            "off",
            delta_arrow="off",
        )
        st.metric(f"Sum of {number} of {len(reading.steps)} steps, log p", f"{reading.running_sum(number):.2f}")
        top_k = slider("How many guesses", key="top_k", low=1, high=MOST_GUESSES, default=TOP_K)
    with left:
        names = [guess.token for guess in step.best[:top_k]]
        chances = [guess.probability for guess in step.best[:top_k]]
        hidden = tokens[step.place]
        title = f"Step {number}: guesses for place {step.place}, where “{hidden}” stands"
        highlight = hidden if hidden in names else None
        show_figure(probability_bars(title, names, chances, accent(VARIANT), highlight=highlight), key="guesses")
    _matrices(reading, step.place)
    order = [tokens[found.place] for found in reading.steps]
    values = [found.log_probability for found in reading.steps]
    title = "log p of the sentence, as it grows along the order"
    show_figure(running_sum(title, order, values, number, accent(VARIANT)), key="sum")


def _sentence(reading: OrderReading, number: int) -> None:
    """Draw the sentence, which never moves, with what the current token sees."""
    st.markdown("**The sentence.** It stays as it is; what changes is what the token predicted now may see of it.")
    place, encoded = reading.steps[number - 1].place, reading.encoded
    marks = {seen: "seen" for seen, sees in enumerate(reading.query_sight()[place]) if sees} | {place: "edge"}
    under = ["given"] * len(encoded)
    for at, step in enumerate(reading.steps, start=1):
        under[step.place] = f"{at}." + (f" {step.log_probability:.1f}" if at <= number else "")
    token_strip(encoded.tokens, label="The sentence, and what is seen of it", marks=marks, under=under)
    st.caption(
        "**Framed**: predicted now. **Filled**: seen. Below each token its number in the "
        "order and, once it is predicted, its log p. `<sep>` and `<cls>` come before every order, or the first token "
        "would see nothing."
    )


def _matrices(reading: OrderReading, place: int) -> None:
    tokens, colour = reading.encoded.tokens, accent(VARIANT)
    streams = (
        ("Content stream: itself and what comes before it", reading.content_sight(), "content"),
        ("Query stream: what comes before it, not itself", reading.query_sight(), "query"),
    )
    for column, (title, seen, key) in zip(st.columns(2), streams, strict=True):
        with column:
            show_figure(sight_matrix(title, tokens, seen, place, colour), key=key)
    st.caption(
        "A row looks, a filled cell is seen; the row in full colour is predicted now. Only queries predict, and both "
        "streams look at content alone. These are the tensors that the model is given; there, a 1 in the library's "
        "`perm_mask` means *must not* look."
    )
