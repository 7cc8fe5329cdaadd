"""One sentence, several models: how each cuts it, what it fills in, what surprises it, what it costs."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from pages.looks.compare.pieces import MANY, draw_pieces
from pages.ui.cache import remember
from pages.ui.chapter import attempt
from pages.ui.controls import choice, token_picker
from pages.ui.figure import show_figure
from pages.ui.plain import plain
from pages.ui.table import show_table
from pages.ui.take import File, take
from pages.ui.theme import accent
from variants import find_variant
from variants.core.checkpoint import Checkpoint
from variants.core.errors import InputError
from variants.core.figures import probability_bars
from variants.core.guide_notebooks import comparison_notebook
from variants.core.inference import as_they_finish
from variants.core.overview import ORDERS, as_csv, as_json, overview
from variants.core.side_by_side import Cut, View, cut, view
from variants.core.side_by_side_figures import surprise_map
from variants.core.variant import Variant


def one_sentence(chosen: Sequence[Variant], text: str) -> None:
    """Draw everything about one sentence, for the variants that can be loaded."""
    cuts = {variant.slug: found for variant in chosen if (found := attempt(partial(_cut, variant, text)))}
    if not cuts:
        return
    running = [variant for variant in chosen if variant.slug in cuts]
    _say_what_was_left_out(running, cuts)
    st.subheader("Who splits where")
    draw_pieces(running, cuts)
    hidden = _hidden(cuts)
    st.subheader("All in one table")
    views = _fill_table(running, text, hidden)
    if not views:
        return
    st.subheader("What they fill in")
    _guesses(views)
    st.subheader("What surprises them")
    show_figure(
        surprise_map(views),
        key="surprise",
        note=(
            "Minus the pseudo-log-likelihood of each word: how improbable its pieces are when each in turn is hidden. "
            "ELECTRA's row is its generator's. A word of many pieces is flattered: the others give each piece away."
        ),
    )


def _cut(variant: Variant, text: str) -> Cut:
    checkpoint: Checkpoint[Any] = variant.part("model").load()
    return remember(cut)(checkpoint, text)


def _say_what_was_left_out(running: Sequence[Variant], cuts: dict[str, Cut]) -> None:
    for variant in running:
        read = cuts[variant.slug]
        if read.left_out:
            st.info(
                f"{variant.name} reads {read.max_length} tokens at most: the last {read.left_out:,} words and signs "
                "were left out."
            )


def _hidden(cuts: dict[str, Cut]) -> tuple[int, ...]:
    words = next(iter(cuts.values())).words
    shared = [
        number
        for number, word in enumerate(words)
        if not word.is_mask and all(each.places[number] for each in cuts.values())
    ]
    default = [] if any(word.is_mask for word in words) else [n for n in shared if words[n].text.isalpha()][-1:]
    return token_picker(
        "Click a word to hide it from all, click again to show it",
        [word.shown for word in words],
        shared[:MANY],
        key="words",
        default=default,
    )


def _fill_table(running: Sequence[Variant], text: str, hidden: tuple[int, ...]) -> list[View]:
    """Ask two models at a time, and let the table grow as they answer."""
    order = choice("Sorted by", {key: name for key, (name, _) in ORDERS.items()}, key="sort", default="none")
    place = st.empty()
    found: dict[int, View] = {}
    for number, answer in as_they_finish([partial(remember(view), variant, text, hidden) for variant in running]):
        if isinstance(answer, InputError):
            st.warning(f"{running[number].name}: {plain(str(answer))}", icon=":material/edit:")
            continue
        found[number] = answer
        with place:
            show_table(overview([found[key] for key in sorted(found)], order))
    views = [found[key] for key in sorted(found)]
    st.caption(
        "Time and memory are of the very pass that filled in, on this server; memory is what tensors took at their "
        "peak, weights not counted. Log-likelihoods are sums over words, so they compare across vocabularies. "
        "Attention is averaged over all heads."
    )
    if views:
        book = comparison_notebook(text=text, models=[each.slug for each in views], words=hidden)
        files = [
            File("Notebook", "comparison.ipynb", "application/json", book),
            File("CSV", "comparison.csv", "text/csv", as_csv(views)),
            File("JSON", "comparison.json", "application/json", as_json(views)),
        ]
        take(files, key="take_comparison", link=True)
    return views


def _guesses(views: Sequence[View]) -> None:
    words = views[0].cut.words
    asked = [filled.word for filled in views[0].filled]
    if not asked:
        st.info("Nothing is hidden yet: click a word above.")
        return
    names = {str(word): "the mask" if words[word].is_mask else words[word].text for word in asked}
    key = asked[0] if len(asked) == 1 else int(choice("Hidden word", names, key="word", default=str(asked[0])))
    for column, each in zip(st.columns(len(views)), views, strict=True):
        filled = next(filled for filled in each.filled if filled.word == key)
        with column:
            tokens, values = zip(*((guess.token, guess.probability) for guess in filled.guesses), strict=True)
            colour = accent(find_variant(each.slug))
            show_figure(probability_bars(_title(each), tokens, values, colour), key=f"guesses_{each.slug}")
            if filled.probability is not None:
                st.caption(f"{plain(words[key].text)}: {filled.probability:.2%}")
            if each.suspicions and (suspicion := each.suspicions[key]) is not None:
                st.caption(f"Its discriminator, shown the word: replaced with {suspicion:.0%}.")


def _title(each: View) -> str:
    return f"{each.name}'s generator" if each.suspicions else each.name
