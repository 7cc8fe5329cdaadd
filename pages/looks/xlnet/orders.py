"""Orders against each other: one token, or the sentence, in 64 random orders and in three chosen ones."""

import streamlit as st

from pages.looks.xlnet.order import chosen_seed
from pages.ui.cache import remember
from pages.ui.controls import choice
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from pages.ui.running import run_when_asked
from pages.ui.theme import accent
from variants.xlnet import VARIANT
from variants.xlnet.compare import ORDERS, Comparison, compare_orders, in_fixed_orders
from variants.xlnet.demo import OrderReading, XLNet
from variants.xlnet.factorization import places_of
from variants.xlnet.figures import over_orders

SENTENCE = -1


def against_each_other(xlnet: XLNet, reading: OrderReading) -> None:
    """Run the text in many orders when asked; draw how the log-probability of one token is spread."""
    encoded, seed = reading.encoded, chosen_seed()
    st.markdown(
        "In one order a token sees only what comes before it. Over many orders every other token comes before it half "
        "of the time, **on either side**. Training on random orders is training on this mean: that is where XLNet's "
        "context from both sides comes from, not from any single order."
    )
    comparison = run_when_asked(
        f"Predict the text in {ORDERS} random orders",
        lambda: compare_orders(xlnet, encoded, seed=seed),
        key=f"orders_{seed}_{hash(encoded.input_ids)}",
        described=_described,
    )
    if comparison is None:
        return
    places = places_of(encoded)
    names = {SENTENCE: "the whole sentence"} | {place: f"{place} {encoded.tokens[place]}" for place in places}
    chosen = choice("Which token?", names, key="which", default=places[len(places) // 2])
    place = None if chosen == SENTENCE else chosen
    fixed = remember(in_fixed_orders)(xlnet, encoded, reading.factorization.order)
    marks = {
        name: float(values[list(places)].sum() if place is None else values[place]) for name, values in fixed.items()
    }
    title = "log p of the sentence in each order" if place is None else f"log p of “{names[place]}” in each order"
    note = f"{len(comparison.orders)} random orders of seed {seed}, nothing given, {comparison.seconds:.1f} s."
    show_figure(over_orders(title, comparison.of(place), marks, accent(VARIANT)), key="orders", note=note)
    if place is None:
        st.markdown(
            "The chain rule holds in every order, so an ideal model would give the sentence the same probability in "
            "all of them. How wide the bars are spread is how far ours is from that."
        )
        return
    left, right = comparison.sides(place)
    sides = [f"a token on its {name} in {share:.0%}" for name, share in (("left", left), ("right", right)) if share]
    if sides:
        st.markdown(f"In these orders “{plain(encoded.tokens[place])}” saw {' and '.join(sides)} of the cases.")


def _described(comparison: Comparison) -> tuple[float, str]:
    done = len(comparison.orders)
    return done / comparison.total, f"{done} of {comparison.total} orders, mean log p {comparison.of(None).mean():.2f}"
