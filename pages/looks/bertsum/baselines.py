"""BERTSUM against Lead, TextRank, a draw and the oracle; the words that each shares with a reference."""

import streamlit as st

from pages.looks.bertsum.rows import shared_box, summary_box
from pages.looks.bertsum.scores import Scored, Summary
from pages.looks.bertsum.text import own_summary
from pages.ui.address import current, whole_number
from pages.ui.cache import remember
from pages.ui.controls import choice, slider, text_box
from pages.ui.table import show_table
from pages.ui.theme import accent
from variants.bertsum import VARIANT
from variants.bertsum.comparison import Entry, compare
from variants.bertsum.pasted import MOST_CHARACTERS
from variants.bertsum.rouge import shared_words
from variants.core.errors import InputError

MOST_SEEDS = 99
MEASURES = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L"}


def reference_box() -> str:
    """Draw the box for a summary to compare with."""
    reference = text_box(
        "A reference: a summary of this article by a person",
        key="reference",
        default=own_summary(),
        height=110,
        help="Of our samples, the one that the authors of the textbook wrote. Without one there is no ROUGE.",
    )
    if len(reference) > MOST_CHARACTERS:
        raise InputError(f"A reference may have {MOST_CHARACTERS:,} characters at most.")
    return reference


def against_baselines(scored: Scored, found: Summary) -> None:
    """Draw what each way of choosing takes, and its ROUGE."""
    reference = reference_box()
    seed = slider("Seed of the random draw", key="seed", low=0, high=MOST_SEEDS, default=0)
    entries = remember(compare)(
        scored.reading.sentences, found.choice.taken, count=found.count, reference=reference, seed=seed
    )
    show_table([_row(entry) for entry in entries])
    st.caption(
        "F1 with stemming, by `rouge-score`; ROUGE-L over sentences. Everybody takes as many sentences; trigrams are "
        "blocked for BERTSUM alone. One article decides nothing: the means over the test sets stand below."
    )
    names = {number: entry.name for number, entry in enumerate(entries)}
    entry = entries[choice("Whose summary?", names, key="whose", default=0)]
    sentences = [(number, scored.reading.sentences[number]) for number in entry.taken]
    if not reference.strip():
        summary_box(sentences, accent(VARIANT))
        st.info("Write a reference above to see ROUGE, the words that are shared, and the oracle.")
        return
    text = " ".join(sentence for _, sentence in sentences)
    for name, one, other in ((f"{entry.name}'s summary", text, reference), ("The reference", reference, text)):
        st.markdown(f"**{name}**")
        shared_box(shared_words(one, other), accent(VARIANT))
    st.caption(
        "Tinted: a word that the other text has too, by its stem (ROUGE-1). Underlined: so is the pair (ROUGE-2)."
    )


def _row(entry: Entry) -> dict[str, str]:
    numbers = ", ".join(str(number + 1) for number in entry.taken)
    scores = {name: f"{100 * entry.rouge[key]:.1f}" if entry.rouge else "" for key, name in MEASURES.items()}
    return {"who": entry.name, "sentences": numbers} | scores


def chosen_seed() -> int:
    """Return the seed, also while its slider is not drawn."""
    return current("seed", 0, whole_number(0, MOST_SEEDS))
